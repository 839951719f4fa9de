import { once } from "node:events";
import { createServer } from "node:http";
import Provider, { errors } from "oidc-provider";
import { algorithms, signer } from "../../pkg/test/support/jwt.mjs";

/** Where the walks of the pages end; nothing listens there. */
export const REDIRECT_URI = "https://app.example/cb";

/** Every kind of character that form-encoding changes, and the colon that Basic cuts at. */
const AWKWARD = "a b:c+d%e&f=g/h?i#j\"k~l'm\\n<o>";

/** Where the pages of signing out end. */
export const LOGGED_OUT = "https://app.example/bye";

/** The keys by which clients authenticate. */
export const clientKeys = Object.fromEntries(
  await Promise.all(algorithms.map(async (alg) => [alg, await signer(alg, `client-${alg}`, { extractable: true })])),
);

/** Ids and secrets of the registered clients. */
export const clients = {
  spa: { clientId: "spa" },
  device: { clientId: "device" },
  native: { clientId: "native" },
  basic: { clientId: `basic ${AWKWARD}`, clientSecret: `secret ${AWKWARD}` },
  post: { clientId: `post ${AWKWARD}`, clientSecret: `secret of post ${AWKWARD}` },
  secretJwt: { clientId: "secret-jwt", clientSecret: `a secret for HMAC, long enough ${AWKWARD}` },
  // Named as the algorithm of their key, and of the id_tokens that they get.
  ...Object.fromEntries(algorithms.map((alg) => [alg, { clientId: `by-${alg}` }])),
};

const CODE_GRANTS = {
  grant_types: ["authorization_code", "refresh_token"],
  redirect_uris: [REDIRECT_URI],
  response_types: ["code"],
};

const DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code";

/** New keys of the server, one for each algorithm. */
async function serverKeys() {
  const keys = algorithms.map(async (alg) => {
    const { privateJwk } = await signer(alg, `${alg}-${crypto.randomUUID()}`, { extractable: true });
    return privateJwk;
  });
  return { keys: await Promise.all(keys) };
}

/** All of them, where the library has fewer by default. */
const signing = [...algorithms, "HS256"];

const configuration = {
  enabledJWA: {
    clientAuthSigningAlgValues: signing,
    idTokenSigningAlgValues: signing,
    dPoPSigningAlgValues: algorithms,
  },
  clients: [
    { client_id: clients.spa.clientId, token_endpoint_auth_method: "none", ...CODE_GRANTS },
    {
      client_id: clients.device.clientId,
      token_endpoint_auth_method: "none",
      grant_types: [DEVICE_CODE, "refresh_token"],
      redirect_uris: [],
      response_types: [],
    },
    {
      client_id: clients.native.clientId,
      application_type: "native",
      token_endpoint_auth_method: "none",
      ...CODE_GRANTS,
      // Of a native application the port does not count (RFC 8252 section 7.3).
      redirect_uris: ["http://127.0.0.1/callback"],
    },
    ...["basic", "post"].map((name) => ({
      client_id: clients[name].clientId,
      client_secret: clients[name].clientSecret,
      token_endpoint_auth_method: `client_secret_${name}`,
      ...CODE_GRANTS,
      grant_types: [...CODE_GRANTS.grant_types, "client_credentials"],
    })),
    {
      client_id: clients.secretJwt.clientId,
      client_secret: clients.secretJwt.clientSecret,
      token_endpoint_auth_method: "client_secret_jwt",
      ...CODE_GRANTS,
      grant_types: [...CODE_GRANTS.grant_types, "client_credentials"],
    },
    ...algorithms.map((alg) => ({
      client_id: clients[alg].clientId,
      token_endpoint_auth_method: "private_key_jwt",
      token_endpoint_auth_signing_alg: alg,
      id_token_signed_response_alg: alg,
      jwks: { keys: [clientKeys[alg].jwk] },
      ...CODE_GRANTS,
      grant_types: [...CODE_GRANTS.grant_types, "client_credentials", DEVICE_CODE],
      post_logout_redirect_uris: [LOGGED_OUT],
    })),
  ],
  claims: { openid: ["sub"], profile: ["name"], email: ["email", "email_verified"] },
  cookies: { keys: ["signs the cookies of these tests"] },
  features: {
    clientCredentials: { enabled: true },
    deviceFlow: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
  },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, name: `${id} Ω`, email: `${id}@example.com`, email_verified: true }),
  }),
  rotateRefreshToken: () => true,
  scopes: ["openid", "offline_access", "profile", "email", "api://x|read"],
  ttl: {
    AccessToken: 1200,
    AuthorizationCode: 60,
    ClientCredentials: 600,
    DeviceCode: 900,
    Grant: 86400,
    IdToken: 300,
    Interaction: 600,
    RefreshToken: 86400,
    Session: 86400,
  },
};

/**
 * Starts oidc-provider on 127.0.0.1 and a free port. On Node 20 it warns that it supports newer
 * releases alone; what these tests use of it works there all the same.
 */
export async function startProvider() {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${server.address().port}`;
  let provider;
  const start = async () => {
    provider = new Provider(issuer, { ...configuration, jwks: await serverKeys() });
    server.removeAllListeners("request");
    server.on("request", provider.callback());
  };
  await start();
  return {
    issuer,
    /** The same server with other keys; what it gave before it has forgotten. */
    rotateKeys: start,
    /**
     * The library knows `slow_down` and leaves it to the deployment to say what is too fast: here
     * it is the next poll for this code.
     */
    slowDownOnce() {
      const { DeviceCode } = provider;
      const { find } = DeviceCode;
      DeviceCode.find = async () => {
        DeviceCode.find = find;
        throw new errors.SlowDown();
      };
    },
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
