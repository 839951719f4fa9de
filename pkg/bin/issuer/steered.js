import { CommandError } from "../errors.js";

/** What responses say that the command sends in the place of an issuer under control, as the issuer says it itself. */
export const MARKS = new Map([["x-test-issuer", "under remote control"]]);

/** Loaded if it is needed only: it has a WebAssembly module of its own. */
const testing = () => import("eiam-token/testing");

/**
 * The whole configuration of a short one, with the clients and users that tests have.
 *
 * @param {unknown} config
 * @param {string} baseUrl of a configuration that has none
 * @param {string} [file] where it stands
 * @returns {Promise<import("eiam-token/issuer").IssuerConfig>}
 * @throws {CommandError} that says what is wrong
 */
export async function testConfig(config, baseUrl, file = "the example") {
  const { InvalidArgumentError, wholeConfig } = await testing();
  try {
    return wholeConfig(config, baseUrl);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw new CommandError(`${file}: ${error.message.replace(/^config[.]/, "")}`);
  }
}

/**
 * Starts an issuer that tests steer by requests.
 *
 * @param {import("eiam-token/issuer").IssuerConfig} config
 * @param {string} address where it is reached if each request says so
 * @param {string | undefined} token what control requests have to bring; a new one if there is none
 * @param {Pick<import("eiam-token/issuer").IssuerOptions, "fetch" | "backchannelLogout">} options
 */
export async function createSteered(config, address, token, options) {
  const { createTestIssuer } = await testing();
  const control = token === undefined ? true : { token };
  return createTestIssuer({ ...options, config, control, url: address });
}
