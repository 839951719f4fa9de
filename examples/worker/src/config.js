/**
 * The object of an application. Applications in one object share who is signed in, and its 128 MB.
 *
 * @param {string} applicationId
 */
export function objectOf(applicationId) {
  return applicationId;
}

/**
 * What the deployment serves. The same in the Worker and in its objects: whoever is not in it does
 * not exist.
 *
 * @param {Record<string, any>} env variables and secrets
 * @returns {import("eiam-token/issuer").IssuerConfig}
 */
export function configuration(env) {
  return {
    baseUrl: env.BASE_URL,
    instanceId: "idaas_example",
    applications: [
      {
        applicationId: "app_web",
        name: "Web",
        clientSecrets: [env.WEB_SECRET],
        redirectUris: ["http://127.0.0.1:8700/cb"],
        grants: ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"],
      },
      {
        applicationId: "app_machine",
        name: "Machine",
        clientSecrets: [env.MACHINE_SECRET],
        grants: ["client_credentials"],
        scopes: ["api://api.example.com|read"],
      },
    ],
    users: [
      {
        userId: "user_alice",
        username: "alice",
        password: env.ALICE_PASSWORD,
        claims: { name: "Alice", email: "alice@example.com", email_verified: true },
      },
    ],
    signing: "ES256",
    // A new key comes second; when every client has seen it, it changes places with the first.
    keys: [JSON.parse(env.SIGNING_KEY)],
    // Of each object, in the 128 MB that it has: a sign-in takes 1 KB while its object is loaded.
    // docs/limits.md says what happens when one is full.
    limits: {
      grants: 60_000,
      sessions: 10_000,
      revokedTokens: 10_000,
      usedJwtIds: 10_000,
      deviceRequests: 5_000,
      pushedRequests: 1_000,
    },
  };
}
