import { createTestIssuer, startIssuer } from "eiam-token/testing";

/** Where everything is, as the clients see it. Only the issuer is there, and nobody else. */
export const BASE = "https://as.example";
/** Where the browser comes back to. */
export const REDIRECT_URI = "https://app.example/cb";

/** The client's own limit for a response that comes too slowly, where it has an option for one. Nothing else takes so long. */
export const OWN_LIMIT_MS = 4000;

const CLIENTS = {
  web: { redirectUris: [REDIRECT_URI, "https://app.example/auth/callback/as"] },
  device: {
    public: true,
    grants: ["urn:ietf:params:oauth:grant-type:device_code", "authorization_code"],
    redirectUris: [REDIRECT_URI],
  },
  claims: { redirectUris: [REDIRECT_URI], userinfoSignedResponseAlg: "RS256" },
  api: { grants: ["client_credentials"], redirectUris: [], accessTokenFormat: "jwt" },
  out: {
    redirectUris: [REDIRECT_URI],
    backchannelLogoutUri: "https://app.example/logout",
    backchannelLogoutSessionRequired: true,
  },
};

/**
 * @typedef {Awaited<ReturnType<typeof newWorld>>} World
 * @typedef {{ fetch: typeof fetch, elsewhere: string[], end: () => void }} Network
 */

/**
 * An issuer that misbehaves when it is told to: in this process, or on a free port of this machine.
 *
 * @param {{ isOnNetwork?: boolean }} [options]
 */
export async function newWorld({ isOnNetwork = false } = {}) {
  let told = (/** @type {string} */ _token) => {};
  const config = { profile: "rfc9700", clients: CLIENTS };
  const make = isOnNetwork ? startIssuer : createTestIssuer;
  const issuer = await make({
    config: isOnNetwork ? config : { ...config, baseUrl: BASE },
    seed: "hostile clients",
    autoSignIn: "alice",
    autoConsent: true,
    backchannelLogout: { send: ({ logoutToken }) => told(logoutToken) },
  });
  return {
    issuer,
    base: BASE,
    /** Whether token responses have no `expires_at`, an extension that some clients prefer to `expires_in`. */
    isPlain: false,

    /** The answer of the issuer. @param {Request} request */
    async answer(request) {
      const response = await issuer.fetch(request);
      if (!this.isPlain || !request.url.endsWith("/token")) return response;
      const text = (await response.text()).replace(/,"expires_at":\d+/, "");
      return new Response(text, { status: response.status, headers: response.headers });
    },

    /** For whom the access tokens are that {@link accessToken} gets. */
    audience: issuer.clients.api.issuer,

    /**
     * What the browser brings back to the client: the whole URL, or the fields of the form.
     *
     * @param {string | URL} url of the authorization request
     */
    async callback(url) {
      const response = await issuer.fetch(String(url));
      const location = response.headers.get("location");
      return location ?? formOf(await response.text());
    },

    /** A logout token, as a client gets it. */
    async logoutToken() {
      const token = new Promise((resolve) => {
        told = resolve;
      });
      await issuer.tokens({ user: "alice", client: "out", scope: "openid" });
      await issuer.setUser("alice", { disabled: true });
      return token;
    },

    /** An access token that is a JWT, as a resource server gets it. */
    async accessToken() {
      const { access_token: token } = await issuer.tokens({ client: "api", scope: "api" });
      return token;
    },
  };
}

/** The fields of a page that submits itself. */
function formOf(page) {
  const form = new URLSearchParams();
  const decoded = (text) => text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code)).replaceAll("&amp;", "&");
  for (const [, name, value] of page.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)) {
    form.append(decoded(name), decoded(value));
  }
  return form;
}

/**
 * A `fetch` that reaches the issuer only, and follows redirects as every `fetch` does unless it is told not to. Whoever
 * asks somebody else gets a 404 there, and is noted. `end` ends every response that still comes.
 *
 * @param {World} world
 * @returns {Network}
 */
export function networkOf(world) {
  /** @type {string[]} */
  const elsewhere = [];
  const end = new AbortController();
  const fetch = async (input, init) => {
    const request = new Request(input, init);
    if (new URL(request.url).origin !== BASE) {
      elsewhere.push(request.url);
      return new Response("", { status: 404 });
    }
    const redirect = init?.redirect ?? request.redirect;
    const response = await world.answer(
      new Request(request.clone(), { signal: AbortSignal.any([request.signal, end.signal]) }),
    );
    const location = response.headers.get("location");
    if (location === null || response.status < 300 || response.status > 399 || redirect === "manual") return response;
    if (redirect === "error") throw new TypeError("fetch failed", { cause: new Error("unexpected redirect") });
    // Fetch, HTTP-redirect fetch, step 12.
    const isGet = response.status < 304 && request.method === "POST";
    return isGet ? fetch(location) : fetch(location, { method: request.method, body: (await request.text()) || null });
  };
  return { fetch, elsewhere, end: () => end.abort() };
}
