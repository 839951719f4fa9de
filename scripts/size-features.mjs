import "./lib/require-node.mjs";
import { readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { minified } from "./lib/minified.mjs";
import { inRoot } from "./lib/paths.mjs";
import { mainOf } from "./lib/report.mjs";

/**
 * The client's further protocols, and what an application imports for each.
 *
 * @type {Record<string, readonly string[]>}
 */
export const features = {
  "Pushed requests": ["prepareSignIn", "pushAuthorizationRequest", "pushedRequest", "parsePushedAuthorization"],
  "Tokens bound to a key": ["dpopProofs", "indexedDbKey"],
  "Requests with a token": ["fetchWithToken"],
  "Signed requests": ["signAuthorizationRequest"],
  "Signed responses": ["parseJwtCallback"],
  "Authorization details": ["authorizationDetails", "grantedDetails"],
  "A session's tokens for single resources": ["accessTokenFor"],
  "Token exchange": ["exchangeToken", "tokenExchangeRequest", "parseTokenExchange", "TokenType"],
  "Tokens for an assertion": ["jwtBearer", "jwtBearerRequest", "signJwtAssertion"],
  "Tokens of another issuer": ["federatedToken"],
  "Signed userinfo": ["signedUserInfo", "signedUserInfoRequest", "parseSignedUserInfo"],
  "Signed introspection": ["signedIntrospect", "signedIntrospectionRequest", "parseSignedIntrospection"],
  "Back-channel logout": ["parseLogoutToken"],
  Registration: [
    ...["registerClient", "registrationRequest", "parseRegistration", "deserializeRegistration"],
    ...["readRegistration", "readRegistrationRequest", "updateRegistration", "updateRegistrationRequest"],
    ...["deleteRegistration", "deleteRegistrationRequest", "parseDeregistration"],
  ],
  "FAPI 2.0": ["Fapi2Client"],
};

/**
 * What a feature builds upon and the smallest application does without, which is not counted.
 *
 * @type {Record<string, readonly string[]>}
 */
const NEEDS = {
  "A session's tokens for single resources": ["TokenSession"],
  "Signed introspection": ["Client"],
  "FAPI 2.0": ["Client"],
};

const ALL = "All of them";
const PAGE = "docs/sizes-and-speed.md";

/**
 * The octets that each feature adds to an application that signs in, as gzip has them.
 *
 * @returns {Promise<Record<string, number>>}
 */
export async function featureSizes() {
  /** @type {Record<string, number>} */
  const sizes = {};
  for (const [name, functions] of Object.entries(features)) {
    sizes[name] = await added(functions, NEEDS[name]);
  }
  sizes[ALL] = await added(Object.values(features).flat(), ["Client", "TokenSession"]);
  return sizes;
}

/**
 * The octets that functions add to an application that has others already.
 *
 * @param {readonly string[]} functions
 * @param {readonly string[]} [others]
 */
async function added(functions, others = []) {
  return (await sizeWith([...others, ...functions])) - (await sizeWith(others));
}

/**
 * The octets of the smallest application that signs in, and that imports these things as well.
 *
 * @param {readonly string[]} names
 */
async function sizeWith(names) {
  const program = `export * from "./size-app.mjs"; export { ${names.join(", ")} } from "eiam-token";`;
  return gzipSync(await minified(program), { level: 9 }).length;
}

/** Prints the table of the page, and with `--write` puts it there. */
await mainOf(import.meta.url, async () => {
  const rows = Object.entries(await featureSizes()).map(
    ([name, size]) => `| ${name} | ${size.toLocaleString("en-US")} |`,
  );
  const table = ["| | gzip |", "|---|--:|", ...rows].join("\n");
  console.log(table);
  if (!process.argv.includes("--write")) return;
  const text = readFileSync(inRoot(PAGE), "utf8");
  writeFileSync(inRoot(PAGE), text.replace(/(## Further protocols\n[\s\S]*?\n)\|[\s\S]*?\n\n/, `$1${table}\n\n`));
});
