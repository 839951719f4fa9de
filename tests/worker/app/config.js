/** How many applications there are, `app_000` and so on. */
export const COUNT = 100;

/** What one of them has beside the others. */
const SPECIAL = {
  app_001: { lifetimes: { refreshTokenRetry: 60 } },
  app_002: { lifetimes: { accessToken: 2, refreshToken: 2, deviceCode: 2 } },
  app_090: {
    tokenEndpointAuthMethods: ["client_secret_basic", "client_secret_post", "client_secret_jwt"],
    postLogoutRedirectUris: ["https://app.example/bye"],
  },
};

/** Two share an object. @param {string} id */
export function objectOf(id) {
  return id === "app_081" ? "app_080" : id;
}

/** @param {string} id */
export function secretOf(id) {
  return `CSsecretOf${id}`.padEnd(40, "x");
}

/** @param {Record<string, any>} env */
export function configuration(env) {
  return {
    baseUrl: env.BASE_URL,
    instanceId: "idaas_example",
    applications: Array.from({ length: COUNT }, (_, i) => {
      const applicationId = `app_${String(i).padStart(3, "0")}`;
      return {
        applicationId,
        clientSecrets: [secretOf(applicationId)],
        redirectUris: ["https://app.example/cb"],
        grants: [
          "authorization_code",
          "refresh_token",
          "urn:ietf:params:oauth:grant-type:device_code",
          "client_credentials",
          "password",
        ],
        scopes: ["openid", "profile", "api://api.example.com|read"],
        ...SPECIAL[applicationId],
      };
    }),
    users: [
      { userId: "user_alice", username: "alice", password: "alice-password" },
      { userId: "user_bob", username: "bob", password: "bob-password" },
      { userId: "user_carol", username: "carol", password: "carol-password" },
    ],
    signing: "ES256",
    keys: [JSON.parse(env.SIGNING_KEY)],
    limits: { passwordFailuresPerUser: 5 },
  };
}
