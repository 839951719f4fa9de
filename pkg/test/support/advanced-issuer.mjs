import { Client, Fapi2Client, dpopProofs, privateKeyJwt } from "eiam-token";
import { Issuer } from "eiam-token/issuer";
import { TrustedIssuer } from "eiam-token/resource";
import { Browser, door } from "./issuer-browser.mjs";
import { signer } from "./jwt.mjs";

/**
 * The issuer of this package with all that its clients' further protocols need, in each profile, reached without a
 * network: requests go to `issuer.fetch`.
 */

export const BASE = "http://127.0.0.1:9400";
export const REDIRECT_URI = "https://app.example/cb";
export const API = "https://api.example.com";
export const BACK = "https://back.example.com";
export const LOGIN = "https://login.example.net";
export const STRONG = "urn:example:mfa";
export const INITIAL_ACCESS_TOKEN = "a-token-that-only-we-know";
export const PROFILES = ["eiam", "rfc9700", "fapi2"];

/** The key by which every client authenticates and signs its requests. */
export const key = await signer("ES256", "client-key");
/** The key of another issuer, which the issuer here trusts. */
export const login = await signer("ES256", "login-key");

const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const DEVICE = "urn:ietf:params:oauth:grant-type:device_code";

const signs = { jwks: { keys: [key.jwk] }, requestObjectSigningAlg: "ES256" };
const user = {
  ...signs,
  redirectUris: [REDIRECT_URI],
  postLogoutRedirectUris: [REDIRECT_URI],
  grants: ["authorization_code", "refresh_token", DEVICE, "client_credentials"],
  scopes: ["openid", "email", "offline_access", "read", "write", "back", "accounts"],
  authorizationDetailsTypes: ["payment"],
  requirePushedAuthorizationRequests: true,
};

/** A client that authenticates by a token of another issuer, which the profile fapi2 does not have. */
const federated = {
  applicationId: "app_job",
  grants: ["client_credentials"],
  scopes: ["read"],
  federatedCredentials: [{ name: "deployment", issuer: LOGIN, subject: "system:job" }],
};

/** What all profiles take. */
const config = {
  baseUrl: BASE,
  instanceId: "idaas_own",
  signing: "ES256",
  dpop: { nonceRequired: true },
  authenticationContexts: [{ acr: STRONG, amr: ["pwd", "otp"] }],
  resources: [
    { identifier: API, scopes: ["read", "write"], accessTokenFormat: "jwt", applicationId: "app_api" },
    { identifier: BACK, scopes: ["back"], accessTokenFormat: "jwt", applicationId: "app_back" },
  ],
  trustedIssuers: [{ issuer: LOGIN, jwks: { keys: [login.jwk] }, subjectClaim: "email", userAttribute: "email" }],
  registration: { initialAccessTokens: [INITIAL_ACCESS_TOKEN] },
  applications: [
    { applicationId: "app_user", ...user, backchannelLogoutUri: "https://app.example/logout" },
    { applicationId: "app_signed", ...user, userinfoSignedResponseAlg: "ES256" },
    { applicationId: "app_signing", ...user, requireSignedRequestObject: true },
    { applicationId: "app_value", ...user, requirePushedAuthorizationRequests: false },
    { applicationId: "app_consent", ...user, consent: "always" },
    {
      applicationId: "app_api",
      ...signs,
      grants: [EXCHANGE, BEARER, "client_credentials"],
      scopes: ["openid", "email", "read", "back"],
    },
    { applicationId: "app_back", ...signs, grants: [EXCHANGE, "client_credentials"], scopes: ["back"] },
  ],
  users: [
    {
      userId: "user_alice",
      username: "alice",
      password: "alice-password",
      claims: { name: "Alice Example", email: "alice@example.com", email_verified: true },
    },
  ],
};

/** Where the two kinds of issuers are. */
export const ISSUERS = {
  "an application's": (clientId) => `${BASE}/v2/idaas_own/${clientId}/oidc`,
  "the instance's": () => `${BASE}/api/v2/iauths_system/oauth2`,
};

/**
 * An issuer in a profile, and its clients.
 *
 * @param {string} profile
 * @param {(clientId: string) => string} issuerOf
 * @param {import("eiam-token/issuer").IssuerOptions} [options]
 */
export async function startAdvancedIssuer(profile, issuerOf, options) {
  const applications = profile === "fapi2" ? config.applications : [...config.applications, federated];
  const issuer = await Issuer.create({ ...config, applications, profile }, options);
  /** The last part of the path of each request, in their order. */
  const asked = [];
  const fetch = (url, init) => {
    asked.push(new URL(url).pathname.split("/").at(-1));
    return issuer.fetch(new Request(url, init));
  };

  return {
    issuer,
    asked,
    fetch,
    issuerOf,
    /** A client of the issuer, with a new key for its tokens. */
    async client(clientId = "app_user", { kind = profile === "fapi2" ? Fapi2Client : Client, ...more } = {}) {
      return kind.discover(issuerOf(clientId), {
        clientId,
        authentication: privateKeyJwt({ key: key.privateKey, keyId: "client-key" }),
        dpop: await dpopProofs(),
        fetch,
        ...more,
      });
    },
    browser: () => new Browser(door(issuer, "handle"), BASE),
    /** The issuer as its resource servers know it. */
    trusted: (clientId = "app_user", more = {}) => new TrustedIssuer({ issuer: issuerOf(clientId), fetch, ...more }),
  };
}

/**
 * Signs alice in where a URL leads to.
 *
 * @returns where the pages lead to
 */
export async function signIn(browser, url) {
  const page = await browser.open(String(url));
  if (!/name="password"/.test(page.text)) return page;
  return browser.submit(page, { username: "alice", password: "alice-password" });
}

/** Does something for each profile and issuer, in a suite of its own. */
export function everywhere(describe, body) {
  for (const profile of PROFILES) {
    for (const [name, issuerOf] of Object.entries(ISSUERS)) {
      describe(`${profile}, ${name} issuer`, () => body(profile, issuerOf, name));
    }
  }
}
