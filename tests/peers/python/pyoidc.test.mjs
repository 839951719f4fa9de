import { test } from "node:test";
import { runCases } from "./run-cases.mjs";

const SECRET_METHODS = ["client_secret_basic", "client_secret_post", "client_secret_jwt"];

const config = {
  profile: "rfc9700",
  instanceId: "idaas_peers",
  applications: [
    {
      applicationId: "app_web",
      clientSecrets: ["CSweb-of-pyoidc-0123456789abcdefghijklmnop"],
      tokenEndpointAuthMethods: SECRET_METHODS,
      redirectUris: ["http://127.0.0.1:8700/cb"],
      postLogoutRedirectUris: ["http://127.0.0.1:8700/bye"],
      grants: ["authorization_code", "refresh_token"],
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

for (const signing of ["RS256", "ES256"]) {
  test(`pyoidc against the command that signs by ${signing}`, { timeout: 900_000 }, (t) =>
    runCases(t, "pyoidc_client.py", { ...config, signing }, { cases: 10 }),
  );
}
