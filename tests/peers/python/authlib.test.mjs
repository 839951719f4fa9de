import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { runCases } from "./run-cases.mjs";

const REDIRECT = "http://127.0.0.1:8700/cb?a=1&b=2";
// Authlib does not encode the parts of a Basic header (RFC 6749 section 2.3.1).
const PLAIN = "CSweb-0123456789abcdefghijklmnopqrstuvwxyz";
const AWKWARD = "CS+/=&% web: a secret of more than 32 bytes";
const SECRET_METHODS = ["client_secret_basic", "client_secret_post", "client_secret_jwt"];
const GRANTS = ["authorization_code", "refresh_token", "client_credentials"];

function start() {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const pem = { type: "pkcs8", format: "pem" };
  const config = {
    profile: "rfc9700",
    instanceId: "idaas_peers",
    applications: [
      {
        applicationId: "app_web",
        clientSecrets: [PLAIN, AWKWARD],
        tokenEndpointAuthMethods: SECRET_METHODS,
        redirectUris: [REDIRECT],
        postLogoutRedirectUris: ["http://127.0.0.1:8700/bye"],
        grants: GRANTS,
      },
      {
        applicationId: "app_keys",
        jwks: { keys: [rsa, ec].map(({ publicKey }) => publicKey.export({ format: "jwk" })) },
        redirectUris: [REDIRECT],
        grants: GRANTS,
      },
      {
        applicationId: "app_spa",
        public: true,
        redirectUris: [REDIRECT],
        consent: "always",
      },
    ],
    users: [
      {
        userId: "user_alice",
        username: "alice",
        password: "alice-password",
        claims: { name: "Alice Example", email: "alice@example.com", email_verified: true },
      },
    ],
  };
  const secrets = {
    CLIENT_SECRET: PLAIN,
    AWKWARD_SECRET: AWKWARD,
    RSA_KEY: rsa.privateKey.export(pem),
    EC_KEY: ec.privateKey.export(pem),
  };
  return { config, secrets };
}

for (const signing of ["RS256", "ES256", "EdDSA"]) {
  test(`Authlib against the command that signs by ${signing}`, { timeout: 900_000 }, (t) => {
    const { config, secrets } = start();
    const options = { cases: 24, secrets };
    return runCases(t, "authlib_client.py", { ...config, signing }, options);
  });
}
