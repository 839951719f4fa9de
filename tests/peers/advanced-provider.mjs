import { once } from "node:events";
import { createServer } from "node:http";
import Provider from "oidc-provider";
import { Browser } from "../../pkg/test/support/issuer-browser.mjs";
import { signer } from "../../pkg/test/support/jwt.mjs";

/** Where the walks of the pages end; nothing listens there. */
export const REDIRECT_URI = "https://app.example/cb";

/** What tokens can be for. */
export const RESOURCES = ["https://a.example/", "https://b.example/"];

/** The key by which the client authenticates and signs its requests. */
export const clientKey = await signer("ES256", "client");

/** The token that allows to register. */
export const INITIAL_ACCESS_TOKEN = "initial-access-token";

/**
 * Starts oidc-provider on 127.0.0.1 and a free port with the protocols that few servers have: it takes pushed requests
 * alone, demands a nonce in each proof, and signs what it can sign.
 */
export async function startAdvancedProvider() {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const keys = await Promise.all(["ES256", "RS256"].map((alg) => signer(alg, alg, { extractable: true })));
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: "signs",
        token_endpoint_auth_method: "private_key_jwt",
        token_endpoint_auth_signing_alg: "ES256",
        id_token_signed_response_alg: "ES256",
        userinfo_signed_response_alg: "ES256",
        introspection_signed_response_alg: "ES256",
        authorization_signed_response_alg: "ES256",
        request_object_signing_alg: "ES256",
        dpop_bound_access_tokens: true,
        jwks: { keys: [clientKey.jwk] },
        grant_types: ["authorization_code", "refresh_token", "client_credentials"],
        redirect_uris: [REDIRECT_URI],
        response_types: ["code"],
      },
    ],
    claims: { openid: ["sub"], email: ["email"] },
    cookies: { keys: ["signs the cookies of these tests"] },
    enabledJWA: { dPoPSigningAlgValues: ["ES256"], clientAuthSigningAlgValues: ["ES256"] },
    features: {
      clientCredentials: { enabled: true },
      dPoP: { enabled: true, nonceSecret: Buffer.alloc(32, 7), requireNonce: () => true },
      introspection: { enabled: true, allowedPolicy: () => true },
      jwtIntrospection: { enabled: true },
      jwtResponseModes: { enabled: true },
      jwtUserinfo: { enabled: true },
      pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: true },
      registration: { enabled: true, initialAccessToken: INITIAL_ACCESS_TOKEN },
      registrationManagement: { enabled: true, rotateRegistrationAccessToken: true },
      requestObjects: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => [],
        useGrantedResource: () => true,
        getResourceServerInfo: (_, indicator) => ({ scope: "read", audience: indicator, accessTokenFormat: "opaque" }),
      },
    },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, email: `${id}@example.com` }) }),
    jwks: { keys: keys.map(({ privateJwk }) => privateJwk) },
    rotateRefreshToken: () => true,
    scopes: ["openid", "offline_access", "email"],
    ttl: Object.fromEntries(
      ["AccessToken", "AuthorizationCode", "ClientCredentials", "Grant", "IdToken", "Interaction", "RefreshToken"]
        .concat("Session")
        .map((kind) => [kind, 600]),
    ),
  });
  server.on("request", provider.callback());
  return {
    issuer,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/** @type {import("../../pkg/test/support/issuer-browser.mjs").Send} */
async function send(method, url, headers, body) {
  const response = await fetch(url, { method, headers, body, redirect: "manual" });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/**
 * Signs alice in where a URL leads to, agrees, and gives where the pages lead to.
 *
 * @param {string} issuer
 * @param {string} url
 */
export async function signIn(issuer, url) {
  const browser = new Browser(send, issuer);
  const consent = await browser.submit(await browser.open(url), { login: "alice", password: "any" });
  return (await browser.submit(consent, { prompt: "consent" })).url;
}
