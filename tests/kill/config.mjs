export const INSTANCE = "idaas_kill";
export const REDIRECT_URI = "https://app.example/cb";
export const USER = { username: "alice", password: "alice-password" };
export const API_SCOPE = "api://api.example.com|read";

/** Applications that differ in one thing: whether a refresh token works again for a while. */
export const APPLICATIONS = [
  { id: "app_strict", secret: "CSstrictSecretThatEverybodyKnows12345678901234", retry: 0 },
  { id: "app_retry", secret: "CSretrySecretThatEverybodyKnows123456789012345", retry: 60 },
];

/** `baseUrl` is left to the command: the port is another one at each start. */
export const config = {
  instanceId: INSTANCE,
  signing: "ES256",
  applications: APPLICATIONS.map(({ id, secret, retry }) => ({
    applicationId: id,
    clientSecrets: [secret],
    redirectUris: [REDIRECT_URI],
    grants: [
      "authorization_code",
      "refresh_token",
      "client_credentials",
      "password",
      "urn:ietf:params:oauth:grant-type:device_code",
    ],
    scopes: ["openid", "profile", API_SCOPE],
    lifetimes: { refreshTokenRetry: retry },
  })),
  users: [{ userId: "user_alice", ...USER, claims: { name: "Alice" } }],
};
