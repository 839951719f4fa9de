import { invalid } from "../../client/invalid.js";
import { EiamTokenError } from "../../errors.js";
import type { TestClient, TestUser } from "../records.js";
import type { IssuerUrls } from "../urls.js";
import { approve } from "./approve.js";
import { Jar } from "./cookies.js";
import { oauthError, refused } from "./refused.js";
import { post } from "./send.js";
import { type Handle, fieldOf, walk } from "./walk.js";

/** An issuer that acts are done at. */
export interface Site {
  /** Its base URL. */
  readonly base: string;
  /** Answers a request. */
  readonly handle: Handle;
}

/** Whose tokens are wanted, and which. */
export interface TokensRequest<Client extends string = string, User extends string = string> {
  /** The username of who signs in. Default: nobody, so the client gets a token for itself. */
  readonly user?: User | undefined;
  /** The id of the client. Default: the first one. */
  readonly client?: Client | undefined;
  /** The scopes, separated by spaces. Default: `openid` for a user, and what the client gets for itself. */
  readonly scope?: string | undefined;
  /** For which resources the access token is (RFC 8707). */
  readonly resource?: string | readonly string[] | undefined;
  /** The `nonce` that the id_token says. */
  readonly nonce?: string | undefined;
  /** Whether the tokens are those of the instance's own issuer, and not of the client's. Default: `false`. */
  readonly instance?: boolean | undefined;
}

/** A token response as the issuer gives it (RFC 6749 section 5.1). */
export interface TestTokens {
  /** The access token. */
  readonly access_token: string;
  /** How it is used: `Bearer`. */
  readonly token_type: string;
  /** How many seconds it lives. */
  readonly expires_in: number;
  /** The refresh token, if the client gets one. */
  readonly refresh_token?: string;
  /** The id_token, if the scope has `openid`. */
  readonly id_token?: string;
  /** The scopes that it has, if they differ from those that were asked for. */
  readonly scope?: string;
}

const ACT = "tokens()";

/** A verifier that everybody knows (RFC 7636 appendix B): who has it needs the code, and only this process has that. */
const VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/** Where codes go that this process takes itself, of a client for every URI of this machine. */
const REDIRECT_URI = "http://127.0.0.1/callback";

/** Gets tokens as a client and a user would, by the whole flow. */
export async function tokens(
  site: Site,
  client: TestClient,
  user: TestUser | undefined,
  instance: IssuerUrls | undefined,
  { scope, resource, nonce }: TokensRequest,
): Promise<TestTokens> {
  const urls = instance ?? client;
  const parameters: [string, string][] = [];
  const wanted = scope ?? (user === undefined ? undefined : "openid");
  if (wanted !== undefined) parameters.push(["scope", wanted]);
  for (const each of [resource ?? []].flat()) parameters.push(["resource", each]);
  const { grants = [] } = client.application;
  if (user === undefined) {
    return post(site.handle, ACT, client, urls.tokenEndpoint, [["grant_type", "client_credentials"], ...parameters]);
  }
  if (nonce !== undefined) parameters.push(["nonce", nonce]);
  if (signsIn(client)) return byCode(site, client, user, urls, parameters);
  if (grants.includes(DEVICE_CODE)) return byDevice(site, client, user, parameters);
  throw invalid(
    "client",
    `${client.clientId} has neither authorization_code nor the device flow for a user to sign in`,
  );
}

/** Whether users sign in to a client in a browser. */
export function signsIn({ application }: TestClient): boolean {
  return application.grants?.includes("authorization_code") ?? true;
}

const DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code";

async function byCode(
  site: Site,
  client: TestClient,
  user: TestUser,
  urls: IssuerUrls,
  parameters: readonly [string, string][],
): Promise<TestTokens> {
  const { callback, redirectUri } = await authorize(site, client, user, urls, parameters, new Jar());
  const answer = new URL(callback).searchParams;
  const error = answer.get("error");
  if (error !== null) throw oauthError(ACT, error, answer.get("error_description"));
  return post(site.handle, ACT, client, urls.tokenEndpoint, [
    ["grant_type", "authorization_code"],
    ["code", answer.get("code") ?? ""],
    ["redirect_uri", redirectUri],
    ["code_verifier", VERIFIER],
  ]);
}

/** Signs a user in by an authorization request, to where it sends the browser. */
export async function authorize(
  site: Site,
  client: TestClient,
  { username, password }: Pick<TestUser, "username" | "password">,
  urls: IssuerUrls,
  parameters: readonly [string, string][],
  jar: Jar,
): Promise<{ callback: string; redirectUri: string }> {
  const { application, clientId } = client;
  if (!signsIn(client)) throw invalid("client", `${clientId} has no authorization_code for a user to sign in`);
  const redirectUri = application.redirectUris?.[0] ?? REDIRECT_URI;
  let query: [string, string][] = [
    ["response_type", "code"],
    ["redirect_uri", redirectUri],
    ["code_challenge", CHALLENGE],
    ["code_challenge_method", "S256"],
    ...parameters,
  ];
  if (application.requirePushedAuthorizationRequests) {
    const { request_uri } = await post(site.handle, ACT, client, urls.pushedAuthorizationRequestEndpoint, query);
    query = [["request_uri", request_uri]];
  }
  const url = `${urls.authorizationEndpoint}?${new URLSearchParams([["client_id", clientId], ...query])}`;
  const first = await site.handle({ method: "GET", url });
  const visitor = { signsIn: () => ({ username, password }), decision: "allow" } as const;
  const { reply } = await walk(site.handle, { base: site.base, url, reply: first, jar }, visitor);
  const callback = fieldOf(reply, "location");
  if (callback === undefined) throw refused(ACT, reply);
  return { callback, redirectUri };
}

async function byDevice(
  site: Site,
  client: TestClient,
  user: TestUser,
  parameters: readonly [string, string][],
): Promise<TestTokens> {
  const endpoint = client.deviceAuthorizationEndpoint;
  if (endpoint === undefined) throw new EiamTokenError("internal", "there is no device authorization endpoint");
  const started = await post(site.handle, ACT, client, endpoint, parameters);
  await approve(site.handle, site.base, started.verification_uri, started.user_code, user, "allow");
  return post(site.handle, ACT, client, client.tokenEndpoint, [
    ["grant_type", DEVICE_CODE],
    ["device_code", started.device_code],
  ]);
}
