import {
  Client,
  EiamTokenError,
  parseJwtCallback,
  parseLogoutToken,
  parseSignedUserInfo,
  signedUserInfoRequest,
} from "eiam-token";
import * as resource from "eiam-token/resource";
import { REDIRECT_URI } from "../lib/world.mjs";

/** @typedef {import("../lib/run.mjs").Given} Given */

/** @param {Given} given @param {string} id */
async function discovered({ world, fetch, limit }, id) {
  const { issuer, clientId, clientSecret } = world.issuer.clients[id];
  const authentication = clientSecret ? { method: "client_secret_basic", clientSecret } : { method: "none" };
  const own = limit === undefined ? {} : { timeout: limit };
  return Client.discover(issuer, { clientId, authentication, fetch, ...own });
}

const parameters = (more) => ({ redirectUri: REDIRECT_URI, scope: "openid profile", maxAge: 600, ...more });

/** @param {Given} given @param {string | undefined} [responseMode] */
async function signIn(given, responseMode) {
  const client = await discovered(given, "web");
  const request = client.authorizationRequest(parameters({ responseMode }));
  const callback = await given.world.callback(request.url);
  const tokens = await client.exchangeCode(client.parseCallback(callback, request.serialize()));
  await client.userInfo(tokens);
  return { lifetime: tokens.expiresIn };
}

/** @type {import("../lib/run.mjs").Client} */
export const ours = {
  name: "eiam-token",
  hasLimit: true,
  /** Anything else than an error of the package is a fault of the package. */
  isRefusal: (error) => error instanceof EiamTokenError || error instanceof resource.EiamTokenError,
  flows: {
    signIn: (given) => signIn(given),
    formPost: (given) => signIn(given, "form_post"),
    async device(given) {
      const client = await discovered(given, "device");
      await client.deviceAuthorize({ scope: "openid" });
    },
    async signedCallback(given) {
      const client = await discovered(given, "web");
      const request = client.authorizationRequest(parameters({ responseMode: "query.jwt" }));
      const callback = await given.world.callback(request.url);
      await client.exchangeCode(await parseJwtCallback(client, callback, request.serialize()));
    },
    async signedUserInfo(given) {
      const client = await discovered(given, "claims");
      const request = client.authorizationRequest(parameters());
      const callback = await given.world.callback(request.url);
      const tokens = await client.exchangeCode(client.parseCallback(callback, request.serialize()));
      const { method, url, headers } = signedUserInfoRequest(client, tokens.accessToken);
      const response = await given.fetch(url, { method, headers, redirect: "manual" });
      const read = { status: response.status, headers: response.headers, body: await response.text() };
      await parseSignedUserInfo(client, read, { expectedSub: tokens.claims.sub });
    },
    async logoutToken(given) {
      const client = await discovered(given, "out");
      await parseLogoutToken(client, await given.world.logoutToken());
    },
    async accessToken({ world, fetch }) {
      const { issuer: url, jwksUri } = world.issuer.clients.api;
      const issuer = new resource.TrustedIssuer({ issuer: url, jwks: jwksUri, fetch });
      await resource.verifyAccessToken(await world.accessToken(), { issuer, audience: world.audience });
    },
  },
};
