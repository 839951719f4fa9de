import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { runCases } from "./run-cases.mjs";

const SECRET_METHODS = ["client_secret_basic", "client_secret_post", "client_secret_jwt"];

const MACHINE = {
  grants: ["client_credentials"],
  scopes: ["api://api.example.com|read:file", "api://api.example.com|write:file"],
};

/** The applications that are in the configuration, and what their scripts may know. */
function start() {
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
        applicationId: "app_device",
        public: true,
        grants: ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"],
        scopes: ["openid", "profile"],
      },
    ],
    users: [{ userId: "user_alice", username: "alice", password: "alice-password" }],
  };
  const secrets = {
    RSA_KEY: rsa.privateKey.export(pem),
    EC_KEY: ec.privateKey.export(pem),
  };
  return { config, secrets };
}

test("cloud-idaas-core against the command", { timeout: 900_000 }, (t) => {
  const { config, secrets } = start();
  return runCases(t, "core_sdk.py", config, { cases: 18, secrets });
});
