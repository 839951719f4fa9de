import { cpus } from "node:os";
import { TrustedIssuer, verifyAccessToken } from "eiam-token/resource";
import * as jose from "jose";
import { printResults, sideBySide } from "./side-by-side.mjs";

// A resource server that has the keys already: the same token again and again, as a client sends it.

const ISSUER = "https://as.example.com";
const API = "https://api.example.com";
const now = Math.floor(Date.now() / 1000);
const CLAIMS = {
  ...{ iss: ISSUER, aud: API, sub: "user_alice", client_id: "app_web", jti: "0a7b3ad2-3cf3-4ac0-8ad5-0b0c5ae0c0f1" },
  ...{ iat: now, exp: now + 3600, scope: "openid profile read write" },
};

console.log(`Node ${process.versions.node}, V8 ${process.versions.v8}, ${cpus()[0].model}`);

for (const alg of ["ES256", "RS256", "EdDSA"]) {
  const { publicKey, privateKey } = await jose.generateKeyPair(alg);
  const jwk = { ...(await jose.exportJWK(publicKey)), kid: "key-1", alg, use: "sig" };
  const token = await new jose.SignJWT(CLAIMS)
    .setProtectedHeader({ alg, kid: "key-1", typ: "at+jwt" })
    .sign(privateKey);
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
    {
      name: "WebCrypto, verifications alone",
      run: async () => crypto.subtle.verify(algorithm, publicKey, signature, input),
    },
  ]);
  printResults(`An access token by ${alg}`, results, {
    jose: { must: 1, goal: 1.2 },
    "WebCrypto, verifications alone": { must: 0, goal: 0.8 },
  });
}
