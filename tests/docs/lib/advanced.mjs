// What the code about further protocols runs in: oidc-provider, and servers that answer as they are told.
import { Client, dpopProofs, privateKeyJwt } from "eiam-token";
import { signer } from "../../../pkg/test/support/jwt.mjs";
import {
  INITIAL_ACCESS_TOKEN,
  REDIRECT_URI,
  clientKey,
  signIn,
  startAdvancedProvider,
} from "../../peers/advanced-provider.mjs";

/** @typedef {import("./world.mjs").World} World */

/** oidc-provider, once for all blocks of a world. @param {World} world */
export async function provider(world) {
  const { memory, stops } = world;
  if (!memory["provider"]) {
    memory["provider"] = startAdvancedProvider();
    stops.push(async () => (await memory["provider"]).stop());
  }
  const { issuer } = await memory["provider"];
  const authentication = privateKeyJwt({ key: clientKey.privateKey, keyId: "client" });
  const options = { clientId: "signs", authentication };
  return {
    ...options,
    issuer,
    initialAccessToken: INITIAL_ACCESS_TOKEN,
    redirectUri: REDIRECT_URI,
    privateKey: clientKey.privateKey,
    discover: async () => Client.discover(issuer, { ...options, dpop: await dpopProofs() }),
    /** @param {string} url */
    __signIn: (url) => signIn(issuer, url),
  };
}

/** A client whose server answers each token request in this way. @param {object} [more] members of the answer */
export function clientOf(more = {}) {
  const answer = { token_type: "Bearer", access_token: "AT", refresh_token: "RT", ...more };
  return new Client({
    server: { issuer: "https://as.example", tokenEndpoint: "https://as.example/token" },
    clientId: "app",
    fetch: async () => new Response(JSON.stringify(answer)),
  });
}

/** A client, and tokens of its server that can be refreshed. */
export async function signedInClient() {
  const client = clientOf();
  return { client, tokens: await client.clientCredentials() };
}

/** A client, and a request by which its server says that Alice has signed out. */
export async function backChannelLogout() {
  const { jwk, jwt } = await signer("ES256", "k1");
  const issuer = "https://as.example";
  const now = Math.floor(Date.now() / 1000);
  const events = { "http://schemas.openid.net/event/backchannel-logout": {} };
  const claims = { iss: issuer, aud: "app", iat: now, exp: now + 60, jti: "1", sub: "alice", events };
  const body = new URLSearchParams({ logout_token: await jwt(claims, { typ: "logout+jwt" }) });
  const client = new Client({
    server: { issuer, tokenEndpoint: `${issuer}/token`, jwksUri: `${issuer}/jwks` },
    clientId: "app",
    fetch: async () => new Response(JSON.stringify({ keys: [jwk] })),
  });
  return { client, request: new Request("https://app.example/logout", { method: "POST", body }) };
}

/** The user signs in where the text says that the browser comes back. @param {string} text */
export function signsInHere(text) {
  return text.replace(/^\/\/ … and at the redirect URI:$/m, "location.href = await __signIn(location.went);");
}
