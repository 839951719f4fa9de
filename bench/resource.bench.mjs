import { once } from "node:events";
import { createServer } from "node:http";
import { cpus } from "node:os";
import { dpopProofs } from "eiam-token";
import { TrustedIssuer, verifyAccessToken } from "eiam-token/resource";
import { auth } from "express-oauth2-jwt-bearer";
import * as jose from "jose";
import * as oauth from "oauth4webapi";
import { printResults, sideBySide } from "./side-by-side.mjs";

// A resource server that has the keys already: the same token again and again, as a client sends it.

const ISSUER = "https://as.example.com";
const API = "https://api.example.com";
const URL_OF_API = `${API}/files`;
const now = Math.floor(Date.now() / 1000);
const CLAIMS = {
  ...{ iss: ISSUER, aud: API, sub: "user_alice", client_id: "app_web", jti: "0a7b3ad2-3cf3-4ac0-8ad5-0b0c5ae0c0f1" },
  ...{ iat: now, exp: now + 3600, scope: "openid profile read write" },
};

/** The keys of the issuer by their algorithm, for those that fetch them by the network. */
const served = /** @type {Record<string, object>} */ ({});
const server = createServer(({ url }, response) => {
  response.setHeader("content-type", "application/json").end(JSON.stringify({ keys: [served[`${url}`.slice(1)]] }));
}).listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());

/**
 * A key of the issuer, and a token that it has signed.
 *
 * @param {string} alg
 * @param {object} [more]
 */
async function issued(alg, more) {
  const { publicKey, privateKey } = await jose.generateKeyPair(alg);
  const jwk = { ...(await jose.exportJWK(publicKey)), kid: "key-1", alg, use: "sig" };
  const token = await new jose.SignJWT({ ...CLAIMS, ...more })
    .setProtectedHeader({ alg, kid: "key-1", typ: "at+jwt" })
    .sign(privateKey);
  served[alg] = jwk;
  return { publicKey, jwk, token };
}

/**
 * The middleware of Auth0, as Express calls it.
 *
 * @param {string} alg
 * @param {Record<string, string>} headers
 * @param {object} [dpop]
 */
function express(alg, headers, dpop) {
  const jwksUri = `http://127.0.0.1:${port}/${alg}`;
  const check = auth({ issuer: ISSUER, audience: API, jwksUri, strict: true, cacheMaxAge: 3_600_000, dpop });
  const fields = { host: "api.example.com", ...headers };
  const get = (/** @type {string} */ name) => /** @type {Record<string, string>} */ (fields)[name.toLowerCase()];
  const request = { method: "GET", protocol: "https", url: "/files", query: {}, headers: fields, get, is: () => false };
  return () =>
    new Promise((resolve, reject) => {
      const own = /** @type {any} */ ({ ...request });
      check(own, /** @type {any} */ ({}), (error) => (error ? reject(error) : resolve(own)));
    });
}

console.log(`Node ${process.versions.node}, V8 ${process.versions.v8}, ${cpus()[0].model}`);

const AUTH0 = "express-oauth2-jwt-bearer";

for (const alg of ["ES256", "RS256", "EdDSA"]) {
  const { publicKey, jwk, token } = await issued(alg);
  const issuer = new TrustedIssuer({ issuer: ISSUER, jwks: [jwk] });
  const local = jose.createLocalJWKSet({ keys: [jwk] });
  const options = { issuer, audience: API, scope: "read" };
  const rules = {
    issuer: ISSUER,
    audience: API,
    typ: "at+jwt",
    requiredClaims: ["sub", "client_id", "jti", "iat", "exp"],
  };
  const dot = token.lastIndexOf(".");
  const input = Buffer.from(token.slice(0, dot));
  const signature = Buffer.from(token.slice(dot + 1), "base64url");
  const algorithm = { ...publicKey.algorithm, hash: publicKey.algorithm.hash ?? "SHA-256" };
  const results = await sideBySide([
    { name: "eiam-token", run: async () => (await verifyAccessToken(token, options)).scope.length },
    { name: "jose", run: async () => (await jose.jwtVerify(token, local, rules)).payload.exp },
    { name: AUTH0, run: express(alg, { authorization: `Bearer ${token}` }) },
    {
      name: "WebCrypto, verifications alone",
      run: async () => crypto.subtle.verify(algorithm, publicKey, signature, input),
    },
  ]);
  printResults(`An access token by ${alg}`, results, {
    jose: { must: 1, goal: 1.2 },
    [AUTH0]: { must: 1, goal: 1.2 },
    "WebCrypto, verifications alone": { must: 0, goal: 0.8 },
  });
}

// A client that proves the key to which its token is bound, and the resource server that checks the proof.

const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
const proofs = await dpopProofs(pair);
const { jwk, token } = await issued("ES256", { cnf: { jkt: proofs.thumbprint } });
const handle = oauth.DPoP({ client_id: "app_web" }, pair);
const target = new URL(URL_OF_API);

const made = await sideBySide([
  {
    name: "eiam-token",
    run: async () => (await proofs.proof({ method: "GET", url: URL_OF_API, accessToken: token })).length,
  },
  {
    name: "oauth4webapi",
    async run() {
      const headers = new Headers();
      // What its functions that send requests call.
      await /** @type {any} */ (handle).addProof(target, headers, "GET", token);
      return headers.get("dpop")?.length;
    },
  },
]);
printResults("A proof (DPoP) by ES256 for a request with a token, made", made, {
  oauth4webapi: { must: 1, goal: 1.2 },
});

const headers = {
  authorization: `DPoP ${token}`,
  dpop: await proofs.proof({ method: "GET", url: URL_OF_API, accessToken: token }),
};
const request = new Request(target, { headers });
const as = { issuer: ISSUER, jwks_uri: `${ISSUER}/jwks` };
const theirs = {
  requireDPoP: true,
  [oauth.customFetch]: async () => Response.json({ keys: [jwk] }),
};
const ours = {
  ...{
    issuer: new TrustedIssuer({ issuer: ISSUER, jwks: [jwk] }),
    audience: API,
    dpop: /** @type {const} */ ("required"),
  },
  // It is the same proof each time. Nobody else remembers them.
  replays: { use: () => true },
};
const checked = await sideBySide([
  { name: "eiam-token", run: async () => (await verifyAccessToken(request, ours)).scope.length },
  { name: "oauth4webapi", run: async () => (await oauth.validateJwtAccessToken(as, request, API, theirs)).exp },
  { name: AUTH0, run: express("ES256", headers, { enabled: true, required: true }) },
]);
printResults("A token by ES256 and the proof of its key, checked", checked, {
  oauth4webapi: { must: 1, goal: 1.2 },
  [AUTH0]: { must: 1, goal: 1.2 },
});

server.close();
server.closeAllConnections();
