import { Issuer } from "eiam-token/issuer";
import { API_SCOPE, AUTHORIZATION, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI } from "./flows.mjs";

const BASE = "https://issuer.example";

/** A configuration that does what the other sides' does. */
export function configuration(signing, lifetimes = {}) {
  return {
    baseUrl: BASE,
    instanceId: "idaas_bench",
    applications: [
      {
        applicationId: CLIENT_ID,
        clientSecrets: [CLIENT_SECRET],
        redirectUris: [REDIRECT_URI],
        grants: ["authorization_code", "refresh_token", "client_credentials", "password"],
        scopes: ["openid", "profile", "email", API_SCOPE],
        lifetimes,
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
    signing,
  };
}

/**
 * Our issuer, through `handle`. The authorization endpoint opens the sealed cookie of the session
 * and seals a code; the token endpoint opens it, checks client, redirect URI and PKCE, records the
 * grant, seals an access and a refresh token, and has the id_token signed by WebCrypto.
 *
 * @param {"ES256" | "RS256"} signing
 * @param {object} [lifetimes]
 * @param {import("eiam-token/issuer").IssuerOptions} [options]
 * @param {typeof Issuer} [build] of another build
 */
export async function ours(signing, lifetimes, options, build = Issuer) {
  const issuer = await build.create(configuration(signing, lifetimes), options);
  const api = `${BASE}/v2/idaas_bench/${CLIENT_ID}`;
  /** @type {import("./flows.mjs").Side} */
  const side = {
    name: "eiam-token",
    authorize: `${BASE}/login/app/${CLIENT_ID}/oauth2/authorize`,
    token: `${api}/oauth2/token`,
    introspect: `${api}/oauth2/introspect`,
    jwks: `${api}/oidc/jwks`,
    /** A token of the instance's server is a JWT. */
    jwtToken: `${BASE}/api/v2/iauths_system/oauth2/token`,
    async send(request) {
      const { status, headers, body } = await issuer.handle(request);
      return {
        status,
        header: (wanted) => headers.find(([name]) => name === wanted)?.[1],
        text: () => Buffer.from(body.buffer, body.byteOffset, body.length).toString(),
        headers,
      };
    },
  };
  return side;
}

/**
 * Signs a browser in, by the page and its form.
 *
 * @param {import("./flows.mjs").Side} side
 */
export async function signIn(side) {
  const cookies = new Map();
  const keep = ({ headers }) => {
    for (const [name, value] of headers) {
      if (name === "set-cookie") cookies.set(...value.split(";")[0].split(/=(.*)/s, 2));
    }
  };
  const header = () => Array.from(cookies, ([name, value]) => `${name}=${value}`).join("; ");
  const url = `${side.authorize}?${AUTHORIZATION}`;
  const page = await side.send({ method: "GET", url, headers: {} });
  keep(page);
  const fields = new URLSearchParams({ username: "alice", password: "alice-password" });
  for (const [, name, value] of page.text().matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)) {
    fields.set(name, value);
  }
  const signedIn = await side.send({
    method: "POST",
    url: new URL("login", side.authorize).href,
    headers: { "content-type": "application/x-www-form-urlencoded", cookie: header() },
    body: fields.toString(),
  });
  keep(signedIn);
  if (signedIn.status !== 303) throw new Error(`not signed in: ${signedIn.text()}`);
  side.cookie = header();
}
