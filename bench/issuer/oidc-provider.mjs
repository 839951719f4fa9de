import Provider from "oidc-provider";
import { API_SCOPE, AUTHORIZATION, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI } from "./flows.mjs";
import { sendTo } from "./inject.mjs";

const ISSUER = "http://op.example";
const [SERVER, SCOPE] = API_SCOPE.split("|");

/** The store of the library's own example, with a plain map in place of a cache of 1,000 entries. */
function mapAdapter() {
  const entries = new Map();
  const uids = new Map();
  const grants = new Map();
  return class {
    constructor(model) {
      this.model = model;
    }
    #key(id) {
      return `${this.model}:${id}`;
    }
    async upsert(id, payload) {
      const key = this.#key(id);
      if (this.model === "Session") uids.set(payload.uid, id);
      const { grantId } = payload;
      if (grantId) {
        const members = grants.get(grantId);
        if (members) members.add(key);
        else grants.set(grantId, new Set([key]));
      }
      entries.set(key, payload);
    }
    async find(id) {
      return entries.get(this.#key(id));
    }
    async findByUid(uid) {
      return this.find(uids.get(uid));
    }
    async consume(id) {
      entries.get(this.#key(id)).consumed = Math.floor(Date.now() / 1000);
    }
    async destroy(id) {
      entries.delete(this.#key(id));
    }
    async revokeByGrantId(grantId) {
      for (const key of grants.get(grantId) ?? []) entries.delete(key);
      grants.delete(grantId);
    }
  };
}

/**
 * oidc-provider, its koa callback called without a socket. The authorization endpoint finds the
 * session by its signed cookie and saves it and a code; the token endpoint finds the code, checks
 * client, redirect URI and PKCE, saves an access and a refresh token, and signs the id_token by
 * WebCrypto. Access tokens are opaque, but for those of `jwtToken`.
 *
 * @param {"ES256" | "RS256"} algorithm
 * @param {{ jwt?: boolean }} [options] `jwt`: the tokens of client_credentials are JWTs
 */
export async function oidcProvider(algorithm, { jwt = false } = {}) {
  const parameters =
    algorithm === "ES256"
      ? { name: "ECDSA", namedCurve: "P-256" }
      : {
          name: "RSASSA-PKCS1-v1_5",
          hash: "SHA-256",
          modulusLength: 2048,
          publicExponent: new Uint8Array([1, 0, 1]),
        };
  const { subtle } = globalThis.crypto;
  const { privateKey } = await subtle.generateKey(parameters, true, ["sign", "verify"]);
  const key = { ...(await subtle.exportKey("jwk", privateKey)), use: "sig", alg: algorithm };
  delete key.key_ops;
  delete key.ext;

  const provider = new Provider(ISSUER, {
    adapter: mapAdapter(),
    jwks: { keys: [key] },
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        grant_types: ["authorization_code", "refresh_token", "client_credentials"],
        redirect_uris: [REDIRECT_URI],
        response_types: ["code"],
        id_token_signed_response_alg: algorithm,
      },
    ],
    claims: { openid: ["sub"], profile: ["name"], email: ["email", "email_verified"] },
    // The id_token has the claims, as ours does.
    conformIdTokenClaims: false,
    cookies: { keys: ["signs the cookies"] },
    features: {
      clientCredentials: { enabled: true },
      introspection: {
        enabled: true,
        // The client that owns the token, as with ours.
        allowedPolicy: (_, client, token) => token.clientId === client.clientId,
      },
      resourceIndicators: {
        enabled: jwt,
        defaultResource: () => SERVER,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: API_SCOPE,
          accessTokenFormat: "jwt",
          jwt: { sign: { alg: algorithm } },
        }),
      },
    },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({
        sub: id,
        name: "Alice Example",
        email: "alice@example.com",
        email_verified: true,
      }),
    }),
    // A refresh token without offline_access and its question, as the service gives one.
    issueRefreshToken: async (_, client) => client.grantTypeAllowed("refresh_token"),
    rotateRefreshToken: true,
    scopes: ["openid", "profile", "email", API_SCOPE, SCOPE],
    ttl: {
      AccessToken: 1200,
      AuthorizationCode: 60,
      ClientCredentials: 1200,
      Grant: 86400,
      IdToken: 300,
      Interaction: 600,
      RefreshToken: 86400,
      Session: 28800,
    },
  });

  /** @type {import("./flows.mjs").Side} */
  return {
    name: "oidc-provider",
    without: "light-my-request",
    send: sendTo(provider.callback()),
    authorize: `${ISSUER}/auth`,
    token: `${ISSUER}/token`,
    introspect: `${ISSUER}/token/introspection`,
    jwks: `${ISSUER}/jwks`,
  };
}

/**
 * Signs a browser in and agrees, by the pages for developers.
 *
 * @param {import("./flows.mjs").Side} side
 */
export async function signIn(side) {
  const cookies = new Map();
  const step = async (method, url, fields) => {
    const headers = {
      cookie: Array.from(cookies, ([name, value]) => `${name}=${value}`).join("; "),
      ...(fields ? { "content-type": "application/x-www-form-urlencoded" } : {}),
    };
    const body = fields && new URLSearchParams(fields).toString();
    const answer = await side.send({ method, url: new URL(url, ISSUER).href, headers, body });
    for (const { name, value, expires } of answer.cookies) {
      if (expires && expires < new Date()) cookies.delete(name);
      else cookies.set(name, value);
    }
    return answer.header("location");
  };
  let url = await step("GET", `${side.authorize}?${AUTHORIZATION}`);
  for (const fields of [{ prompt: "login", login: "user_alice", password: "any" }, { prompt: "consent" }]) {
    url = await step("POST", url, fields);
    url = await step("GET", url);
  }
  if (!url.startsWith(REDIRECT_URI)) throw new Error(`not signed in: ${url}`);
  side.cookie = Array.from(cookies, ([name, value]) => `${name}=${value}`).join("; ");
}
