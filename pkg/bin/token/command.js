import { EiamTokenError } from "eiam-token";
import { CommandError, Interrupted } from "../errors.js";
import { whenParentOfNpmIsGone } from "../parent.js";
import { makeClient } from "./client.js";
import { failure } from "./failure.js";
import { getTokens } from "./grants.js";
import { readOptions } from "./options.js";
import { print } from "./print.js";
import { prepareRefreshTokenFile } from "./refresh-token-file.js";
import { Secrets } from "./secrets.js";

export { help } from "./options.js";

/**
 * Gets a token and prints it.
 *
 * @param {string[]} args
 */
export async function run(args) {
  const options = readOptions(args);
  const { signal, release } = interruptible();
  const secrets = new Secrets();
  /** @type {Awaited<ReturnType<typeof prepareRefreshTokenFile>> | undefined} */
  let place;
  try {
    const { refreshTokenFile } = options;
    if (refreshTokenFile !== undefined) place = await prepareRefreshTokenFile(refreshTokenFile);
    const client = await makeClient(options, { signal, secrets });
    const tokens = await getTokens(client, options, { signal, secrets });
    // What has been spent is replaced before anything else can go wrong.
    if (tokens.refreshToken !== undefined) await place?.write(tokens.refreshToken);
    print(tokens, options, secrets);
  } catch (error) {
    if (signal.aborted) throw new Interrupted();
    if (error instanceof EiamTokenError) throw new CommandError(failure(error, secrets, options));
    throw error;
  } finally {
    await place?.discard();
    release();
  }
}

/**
 * A signal that is aborted by SIGINT (Ctrl+C) or SIGTERM, or when the npm that runs this command is gone. A
 * second one of those ends the process at once.
 */
function interruptible() {
  const controller = new AbortController();
  const stop = () => controller.abort(new Interrupted());
  const signals = ["SIGINT", "SIGTERM"];
  for (const name of signals) process.once(name, stop);
  const noLonger = whenParentOfNpmIsGone(stop);
  return {
    signal: controller.signal,
    release() {
      noLonger();
      for (const name of signals) process.removeListener(name, stop);
    },
  };
}
