import { exampleConfig, parseConfig } from "eiam-token/issuer";
import { CommandError } from "../errors.js";
import { readText } from "../files.js";
import { withoutComments } from "./comments.js";

/**
 * The configuration to serve: the file's, or the ready example. The command line's profile goes
 * before the file's; a file without `baseUrl` gets the address that is listened on.
 *
 * @param {import("./options.js").Options} options
 * @param {string} address where the server listens, as a URL
 * @returns {Promise<import("eiam-token/issuer").IssuerConfig>}
 */
export async function loadConfig({ config: file, profile }, address) {
  const config = file === undefined ? exampleConfig(address) : await readConfig(file, address);
  return profile === undefined ? config : { ...config, profile };
}

/**
 * @param {string} file
 * @param {string} address
 */
async function readConfig(file, address) {
  const config = parse(file, await readText(file));
  if (typeof config !== "object" || config === null || Array.isArray(config)) return config;
  return config.baseUrl === undefined ? { ...config, baseUrl: address } : config;
}

/**
 * @param {string} file
 * @param {string} text
 */
function parse(file, text) {
  try {
    return parseConfig(withoutComments(text));
  } catch (error) {
    throw new CommandError(`${file}: ${/** @type {Error} */ (error).message}`);
  }
}
