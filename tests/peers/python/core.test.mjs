import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import * as jose from "jose";
import { runCases } from "./run-cases.mjs";

const SECRET_METHODS = ["client_secret_basic", "client_secret_post", "client_secret_jwt"];

const MACHINE = {
  grants: ["client_credentials"],
  scopes: ["api://api.example.com|read:file", "api://api.example.com|write:file"],
};

const LOGIN = "https://login.example.net";
const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";

/** A token of another issuer, with which a workload authenticates, or which stands for a user. */
function foreignToken(key, sub) {
  const token = new jose.SignJWT({}).setProtectedHeader({ alg: "ES256", kid: "login" });
  return token.setIssuer(LOGIN).setSubject(sub).setAudience("peers").setIssuedAt().setExpirationTime("1h").sign(key);
}

/** The applications that are in the configuration, and what their scripts may know. */
async function start() {
  const login = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const pem = { type: "pkcs8", format: "pem" };
  const config = {
    profile: "eiam",
    instanceId: "idaas_peers",
    applications: [
      {
        applicationId: "app_machine",
        clientSecrets: ["CS+/=&% machine: a secret of more than 32 bytes"],
        tokenEndpointAuthMethods: SECRET_METHODS,
        ...MACHINE,
      },
      {
        applicationId: "app_keys",
        ...MACHINE,
        jwks: { keys: [rsa, ec].map(({ publicKey }) => publicKey.export({ format: "jwk" })) },
      },
      {
        applicationId: "app_exchange",
        clientSecrets: ["CS+/=&% machine: a secret of more than 32 bytes"],
        tokenEndpointAuthMethods: SECRET_METHODS,
        federatedCredentials: [{ name: "deployment", issuer: LOGIN, subject: "system:job" }],
        ...MACHINE,
        grants: [EXCHANGE, "client_credentials"],
        exchanges: "all",
      },
      {
        applicationId: "app_device",
        public: true,
        grants: ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"],
        scopes: ["openid", "profile", "api://api.example.com|read:file"],
      },
    ],
    trustedIssuers: [
      {
        issuer: LOGIN,
        jwks: { keys: [{ ...login.publicKey.export({ format: "jwk" }), kid: "login" }] },
        audiences: ["peers"],
      },
    ],
    users: [{ userId: "user_alice", username: "alice", password: "alice-password" }],
  };
  const secrets = {
    RSA_KEY: rsa.privateKey.export(pem),
    EC_KEY: ec.privateKey.export(pem),
    JOB_TOKEN: await foreignToken(login.privateKey, "system:job"),
    USER_TOKEN: await foreignToken(login.privateKey, "user_alice"),
  };
  return { config, secrets };
}

test("cloud-idaas-core against the command", { timeout: 900_000 }, async (t) => {
  const { config, secrets } = await start();
  return runCases(t, "core_sdk.py", config, { cases: 29, secrets });
});
