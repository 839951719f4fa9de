import type { DefaultClient, DefaultUser } from "./config.js";
import type { Handle } from "./exchange.js";
import { type ListenOptions, type TestIssuerOptions, type WholeOptions, checkOptions } from "./options.js";
import { listen } from "./server.js";
import { TestIssuer } from "./test-issuer.js";

/**
 * Starts an issuer that listens, in Node, Deno and Bun. It is ready when the promise is fulfilled: on a free port of
 * `127.0.0.1`, with clients and users. End it by {@link TestIssuer.close} or by `await using`.
 *
 * Its keys, secrets and passwords are known to everybody, so it is for tests alone.
 *
 * @throws {InvalidArgumentError} if an option or a short configuration is wrong; `argument` is the path of what is
 * @throws {IssuerConfigError} if the issuer does not take the configuration; `path` names the key
 * @throws {NotSupportedError} if the host cannot listen, as a browser
 * @example
 * ```js
 * import { startIssuer } from "eiam-token/testing";
 *
 * const issuer = await startIssuer();
 * const response = await fetch(issuer.clients.web.discovery);
 * response.status; // 200
 * await issuer.close();
 * ```
 */
export async function startIssuer(options: WholeOptions & ListenOptions): Promise<TestIssuer>;
export async function startIssuer<Client extends string = DefaultClient, User extends string = DefaultUser>(
  options?: TestIssuerOptions<Client, User> & ListenOptions,
): Promise<TestIssuer<Client, User>>;
/** @throws {InvalidArgumentError} and what else the overloads say */
export async function startIssuer(
  options: (TestIssuerOptions<string, string> | WholeOptions) & ListenOptions = {},
): Promise<TestIssuer> {
  checkOptions(options, true);
  const { port, host, tls, ...rest } = options;
  let ready: (handler: { handle: Handle; url: string }) => void = () => {};
  const handler = new Promise<{ handle: Handle; url: string }>((resolve) => {
    ready = resolve;
  });
  const { address, stop } = await listen({ port, host, tls }, handler, Boolean(options.control));
  try {
    return await TestIssuer.make(rest as TestIssuerOptions<string, string>, address, stop, ready);
  } catch (error) {
    await stop();
    throw error;
  }
}
