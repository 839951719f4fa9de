// Prints, in whatever runtime this is, all that a careless developer might, by all ways that consoles
// have. Whatever is secret has "SECRET-" and a name in it.
import {
  Client,
  TokenSession,
  clientSecretJwt,
  generatePkce,
  memoryStore,
  parseTokenResponse,
  privateKeyJwt,
} from "../../dist/client.js";

const ISSUER = "https://as.example";
const TOKENS = JSON.stringify({
  token_type: "Bearer",
  access_token: "SECRET-access",
  refresh_token: "SECRET-refresh",
  id_token: "SECRET-idtoken",
  expires_in: 3600,
});
const DEVICE = JSON.stringify({
  device_code: "SECRET-device",
  user_code: "USER-CODE",
  verification_uri: `${ISSUER}/device`,
});

const json = (text, status) => new Response(text, { status });
const server = {
  issuer: ISSUER,
  authorizationEndpoint: `${ISSUER}/authorize`,
  tokenEndpoint: `${ISSUER}/token`,
  deviceAuthorizationEndpoint: `${ISSUER}/device`,
};

function client(authentication, ...answers) {
  return new Client({ server, clientId: "app_spa", authentication, fetch: async () => answers.shift() });
}

const { privateKey: key } = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, [
  "sign",
  "verify",
]);
const clientSecret = "SECRET-client";
const rp = client({ method: "client_secret_post", clientSecret }, json(DEVICE));
const asserting = client(clientSecretJwt(clientSecret));
const tokens = parseTokenResponse(TOKENS);
const session = new TokenSession(rp, { store: memoryStore() });
await session.set(tokens);

const pkce = generatePkce();
const request = rp.authorizationRequest({ redirectUri: "https://app.example/cb", scope: "openid" });
const { code_verifier, state } = JSON.parse(request.serialize());

const response = rp.parseCallback(`?code=SECRET-code&state=${state}`, request);
const failed = await client({ method: "none" }, json('{"access_token":"SECRET-answer"', 200))
  .clientCredentials()
  .catch((error) => error);
const refused = await client({ method: "client_secret_post", clientSecret }, json('{"error":"invalid_client"}', 401))
  .password({ username: "alice", password: "SECRET-password" })
  .catch((error) => error);

const everything = {
  tokens,
  device: await rp.deviceAuthorize(),
  rp,
  asserting,
  session,
  pkce,
  request,
  response,
  form: rp.tokenRequest.password({ username: "alice", password: "SECRET-password" }),
  authenticated: await asserting.withAssertion(asserting.tokenRequest.refreshToken("SECRET-refresh")),
  bySecret: clientSecretJwt(clientSecret),
  byKey: privateKeyJwt({ key }),
  failed,
  refused,
};

const inspect = globalThis.Deno?.inspect ?? globalThis.Bun?.inspect ?? (await import("node:util")).inspect;
for (const value of [...Object.values(everything), everything, [everything], new Map([["m", everything]])]) {
  console.log(value);
  console.log("%o %O", value, value);
  console.error(value);
  console.debug({ value });
  console.log(inspect(value, { depth: 20, showHidden: true, getters: true, showProxy: true }));
  console.log(String(value));
  console.log(JSON.stringify(value, (_, v) => (typeof v === "bigint" ? String(v) : v)) ?? "");
  console.log(JSON.stringify({ ...value }, (_, v) => (typeof v === "bigint" ? String(v) : v)));
}
console.table([tokens, pkce]);
console.dir(everything, { depth: 20, showHidden: true });
session.close();
console.log("everything was printed");
// These were drawn at random.
console.log(pkce.verifier, code_verifier);
