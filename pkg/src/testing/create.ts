import type { DefaultClient, DefaultUser } from "./config.js";
import { type PlaceOptions, type TestIssuerOptions, type WholeOptions, checkOptions } from "./options.js";
import { TestIssuer } from "./test-issuer.js";

/** Where an issuer without a server is reached if its configuration does not say so (RFC 6761 section 6.2). */
const NOWHERE = "https://issuer.test";

/**
 * Makes an issuer without a server, for tests that reach it by {@link TestIssuer.fetch} or {@link TestIssuer.handle}, in
 * every runtime, browsers and Workers too. Its URL is `https://issuer.test`, unless the configuration has a `baseUrl` or `url` says so.
 *
 * @throws {InvalidArgumentError} if an option or a short configuration is wrong; `argument` is the path of what is
 * @throws {IssuerConfigError} if the issuer does not take the configuration; `path` names the key
 * @example
 * ```js
 * import { createTestIssuer } from "eiam-token/testing";
 *
 * const issuer = await createTestIssuer({ config: { users: { carol: { claims: { locale: "fr" } } } } });
 * const response = await issuer.fetch(issuer.clients.web.discovery);
 * (await response.json()).issuer; // "https://issuer.test/v2/idaas_test/web/oidc"
 * ```
 */
export async function createTestIssuer(options: WholeOptions & PlaceOptions): Promise<TestIssuer>;
export async function createTestIssuer<Client extends string = DefaultClient, User extends string = DefaultUser>(
  options?: TestIssuerOptions<Client, User> & PlaceOptions,
): Promise<TestIssuer<Client, User>>;
/** @throws {InvalidArgumentError} and what else the overloads say */
export async function createTestIssuer(
  options: (TestIssuerOptions<string, string> | WholeOptions) & PlaceOptions = {},
): Promise<TestIssuer> {
  checkOptions(options, false);
  const { url = NOWHERE, ...rest } = options;
  return TestIssuer.make(rest as TestIssuerOptions<string, string>, url);
}
