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
  "Access tokens of a session for single resources": ["accessTokenFor"],
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

/** What has the methods that only `Client` has, which the smallest application does without. */
const NEEDS_CLIENT = ["Signed introspection", "FAPI 2.0"];

const ALL = "All of them";
const PAGE = "docs/sizes-and-speed.md";

/**
 * The octets that each feature adds to an application that signs in, as gzip has them.
 *
 * @returns {Promise<Record<string, number>>}
 */
export async function featureSizes() {
  const smallest = await sizeWith([]);
  const whole = await sizeWith(["Client"]);
  /** @type {Record<string, number>} */
  const sizes = {};
  for (const [name, functions] of Object.entries(features)) {
    const needsClient = NEEDS_CLIENT.includes(name);
    sizes[name] = needsClient
      ? (await sizeWith(["Client", ...functions])) - whole
      : (await sizeWith(functions)) - smallest;
  }
  sizes[ALL] = (await sizeWith(["Client", ...Object.values(features).flat()])) - whole;
  return sizes;
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
