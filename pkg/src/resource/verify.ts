import { parametersOf } from "../client/algorithms.js";
import { invalid } from "../client/invalid.js";
import { Bounded } from "./bounded.js";
import { challenge } from "./challenge.js";
import { type DpopNonces, type ReplayMemory, checkProof, replayMemory } from "./dpop.js";
import { TrustedIssuer } from "./issuer.js";
import { isType, readJwt, textOf, timeOf } from "./jwt.js";
import { AccessTokenRefusedError, Fault, invalidToken } from "./refused.js";
import { type Brought, type RequestLike, broughtBy } from "./request.js";

/** What an access token has to be. */
export interface VerifyOptions {
  /**
   * Whose tokens count: the identifier of an issuer, whose keys are found by its metadata, or a {@link TrustedIssuer},
   * or several of them.
   */
  readonly issuer: string | TrustedIssuer | readonly (string | TrustedIssuer)[];
  /** What the resource server is called in `aud`: one name, or several. A token for one of them counts. */
  readonly audience: string | readonly string[];
  /** The scopes that the request needs, separated by spaces. Default: none. */
  readonly scope?: string | undefined;
  /** How the user must have signed in: one of these values of `acr`, separated by spaces (RFC 9470). Default: any. */
  readonly acrValues?: string | undefined;
  /** How many seconds ago the user may have signed in (RFC 9470). Default: any time. */
  readonly maxAge?: number | undefined;
  /** By how many seconds the clocks may differ. Default: 30. */
  readonly clockTolerance?: number | undefined;
  /**
   * Whether tokens are bound to keys (RFC 9449): `accepted`, `required`, or `refused`. A token that is bound counts only
   * with its proof in any case. Default: `accepted`.
   */
  readonly dpop?: "accepted" | "required" | "refused" | undefined;
  /** What remembers used proofs. Default: this process, for all calls. */
  readonly replays?: ReplayMemory | undefined;
  /** What makes the nonces that proofs need. Default: they need none. */
  readonly nonces?: DpopNonces | undefined;
  /**
   * The scheme and host under which clients reach the server, such as `https://api.example`: proofs have to name them,
   * whatever the request says. Default: those of the request's URL, which its sender chooses; so it is needed where a
   * request has only a path, and wherever the server answers to any `Host`.
   */
  readonly origin?: string | undefined;
  /** Where the resource server's metadata are, for the answer (RFC 9728 section 5.1). */
  readonly resourceMetadata?: string | undefined;
}

/** What a verified access token says. */
export interface AccessToken {
  /** Who issued it. */
  readonly issuer: string;
  /** Whom it is about: a user, or the client itself; `undefined` if an issuer without RFC 9068 does not say. */
  readonly subject: string | undefined;
  /** The client that has it; `undefined` if an issuer without RFC 9068 does not say. */
  readonly clientId: string | undefined;
  /** For whom it is. */
  readonly audience: readonly string[];
  /** What it allows. */
  readonly scope: readonly string[];
  /** When it expires, in Unix seconds. */
  readonly expiresAt: bigint;
  /** When its user signed in, in Unix seconds. */
  readonly authTime: bigint | undefined;
  /** How its user signed in. */
  readonly acr: string | undefined;
  /** The thumbprint of the key to which it is bound, which the request has proved to have. */
  readonly jkt: string | undefined;
  /** All claims, or all members of the introspection. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/**
 * Verifies the access token of a request, or a token alone: a JWT by the issuer's keys (RFC 9068 section 4), any other
 * by asking its issuer (RFC 7662), and the proof of one that is bound to a key (RFC 9449 section 7).
 *
 * @param request a `Request`, a request of Node, or a token
 * @returns what the token says
 * @throws {AccessTokenRefusedError} if the token does not count: it has the answer
 * @throws {ConnectionError} {ResponseError} {MalformedResponseError} if the issuer could not be asked
 * @throws {InvalidArgumentError} if an option is wrong
 * @example
 * ```js
 * import { AccessTokenRefusedError, verifyAccessToken } from "eiam-token/resource";
 *
 * async function answer(request) {
 *   try {
 *     const { subject } = await verifyAccessToken(request, {
 *       issuer: "https://as.example.com",
 *       audience: "https://api.example.com",
 *       scope: "read",
 *     });
 *     return new Response(`Hello ${subject}`);
 *   } catch (error) {
 *     if (error instanceof AccessTokenRefusedError) return error.toResponse();
 *     throw error;
 *   }
 * }
 * ```
 */
export async function verifyAccessToken(request: RequestLike | string, options: VerifyOptions): Promise<AccessToken> {
  const checked = checkedOptions(options);
  let scheme: "Bearer" | "DPoP" = options.dpop === "required" ? "DPoP" : "Bearer";
  try {
    const brought = broughtBy(request);
    if (options.dpop !== "refused" && brought.scheme === "DPoP") scheme = "DPoP";
    return await verified(brought, options, checked);
  } catch (error) {
    if (error instanceof Fault) throw refused(error, scheme, options);
    throw error;
  }
}

interface Checked {
  readonly issuers: readonly TrustedIssuer[];
  readonly audiences: readonly string[];
  readonly tolerance: number;
}

async function verified(brought: Brought, options: VerifyOptions, checked: Checked): Promise<AccessToken> {
  const { scheme, token } = brought;
  const { dpop = "accepted" } = options;
  if (dpop === "refused" && scheme === "DPoP") throw new Fault(undefined);
  const now = Date.now() / 1000;
  const said = await claimsOf(token, checked, now);
  const read = checkClaims(said, checked, now);
  if (read.jkt === undefined) checkUnbound(scheme, dpop);
  else await checkBinding(read.jkt, brought, options, now);
  checkDemands(read, options, now);
  return read;
}

/** What a genuine token says, or its issuer of it. */
interface Said {
  readonly issuer: TrustedIssuer;
  readonly claims: Readonly<Record<string, unknown>>;
  /** Whether the issuer was asked, because the token says nothing itself. A JWT cannot claim that. */
  readonly isOpaque: boolean;
}

async function claimsOf(token: string, { issuers }: Checked, now: number): Promise<Said> {
  const jwt = readJwt(token);
  if (jwt) {
    const issuer = issuers.find(({ issuer }) => issuer === jwt.claims["iss"]);
    if (!issuer) throw invalidToken("the token is of another issuer");
    await checkSignature(token, jwt.header, issuer);
    if (issuer.options.introspection?.always && !(await issuer.introspect(token, now))) {
      throw invalidToken("the token does not work any more");
    }
    return { issuer, claims: jwt.claims, isOpaque: false };
  }
  for (const issuer of issuers.filter(({ options }) => options.introspection)) {
    const answer = await issuer.introspect(token, now);
    if (!answer) continue;
    // RFC 7662 section 2.2: `iss` may be missing.
    if (answer["iss"] !== undefined && answer["iss"] !== issuer.issuer) throw invalidToken("it is of another issuer");
    return { issuer, claims: answer, isOpaque: true };
  }
  throw invalidToken("the token is unknown, has expired, or was revoked");
}

async function checkSignature(token: string, header: Readonly<Record<string, unknown>>, issuer: TrustedIssuer) {
  const { rfc9068 = true, algorithms } = issuer.options;
  // RFC 9068 section 4. Tokens of other kinds that are signed by the same key must not count (RFC 8725 section 3.11).
  const isOfOtherKind = rfc9068
    ? !isType(header, "at+jwt")
    : header["typ"] !== undefined && !isType(header, "jwt") && !isType(header, "at+jwt");
  if (isOfOtherKind) throw invalidToken("the token is a JWT of another kind: its typ");
  const { alg } = header;
  if (typeof alg !== "string" || !parametersOf(alg) || (algorithms && !algorithms.includes(alg))) {
    throw invalidToken("the token is signed by an algorithm that does not count");
  }
  if (!(await issuer.isGenuine(token, header, alg))) {
    throw invalidToken("the signature of the token is not by a key of its issuer");
  }
}

function checkClaims(said: Said, { audiences, tolerance }: Checked, now: number): AccessToken {
  const { claims, isOpaque } = said;
  const { issuer } = said.issuer;
  const { rfc9068 = true } = said.issuer.options;
  const expires = timeOf(claims, "exp");
  if (expires === undefined && (!isOpaque || "exp" in claims)) throw invalidToken("the token has no exp");
  if (expires !== undefined && expires + tolerance <= now) throw invalidToken("the token has expired");
  for (const name of ["nbf", "iat"]) {
    if (!(name in claims)) continue;
    const time = timeOf(claims, name);
    if (time === undefined || time > now + tolerance) throw invalidToken(`the token does not count yet: ${name}`);
  }
  const { aud } = claims;
  const audience = typeof aud === "string" ? [aud] : aud;
  const isList = Array.isArray(audience) && audience.every((one) => typeof one === "string");
  if (!isList || !audience.some((one) => audiences.includes(one))) throw invalidToken("the token is for somebody else");
  if (["token_type", "token_use", "typ"].some((name) => OTHER_KIND.test(textOf(claims, name) ?? ""))) {
    throw invalidToken("the token is no access token");
  }
  if (!isOpaque && [...OF_ID_TOKENS, "events"].some((name) => name in claims)) {
    throw invalidToken("the token is an id_token or a logout token");
  }
  // JARM section 2.1.
  if (!isOpaque && "code" in claims && "state" in claims) throw invalidToken("it is an authorization response");
  if (rfc9068 && !isOpaque) {
    const missing = ["sub", "client_id", "jti"].find((name) => textOf(claims, name) === undefined);
    if (missing !== undefined || timeOf(claims, "iat") === undefined) {
      throw invalidToken(`the token lacks what RFC 9068 requires: ${missing ?? "iat"}`);
    }
  }
  // Nobody must be told of a token without a user where its user is only no text.
  if (!isAbsent(claims["sub"]) && textOf(claims, "sub") === undefined) throw invalidToken("sub is no text");
  const scope = claims["scope"] ?? (rfc9068 ? undefined : claims["scp"]);
  const scopes = typeof scope === "string" ? scope.split(" ").filter(Boolean) : (scope ?? []);
  if (!Array.isArray(scopes) || !scopes.every((one) => typeof one === "string")) throw invalidToken("scope is no text");
  const authTime = timeOf(claims, "auth_time");
  return Object.freeze({
    issuer,
    subject: textOf(claims, "sub"),
    clientId: textOf(claims, "client_id") ?? (rfc9068 ? undefined : textOf(claims, "azp")),
    audience: Object.freeze([...audience]) as readonly string[],
    scope: Object.freeze([...scopes]) as readonly string[],
    expiresAt: expires === undefined ? FOREVER : BigInt(Math.floor(expires)),
    authTime: authTime === undefined ? undefined : BigInt(Math.floor(authTime)),
    acr: textOf(claims, "acr"),
    jkt: confirmationOf(claims),
    claims: Object.freeze(claims),
  });
}

/** How Amazon Cognito, Ory Hydra and Keycloak say that a token is another one than an access token. */
const OTHER_KIND = /^(refresh|offline|id)(_?token)?$/i;

/** What id_tokens have, and access tokens have not (OpenID Connect Core sections 2, 3.1.3.6 and 3.3.2.11; FAPI 1). */
const OF_ID_TOKENS = ["nonce", "at_hash", "c_hash", "s_hash"];

/** Whether a claim says nothing, as some servers write what they leave out. */
function isAbsent(claim: unknown): boolean {
  return claim === undefined || claim === null || claim === "";
}

/** What stands for the time at which a token expires that its issuer lets live without end. */
const FOREVER = 2n ** 63n - 1n;

/** The thumbprint of the key to which a token is bound. What it may be bound to otherwise cannot be proved here. */
function confirmationOf(claims: Readonly<Record<string, unknown>>): string | undefined {
  const { cnf } = claims;
  if (cnf === undefined) return undefined;
  const { jkt, ...others } = Object(cnf) as Record<string, unknown>;
  if (typeof jkt !== "string" || Object.keys(others).length > 0) {
    throw invalidToken("the token is bound in a way that is not understood: cnf");
  }
  return jkt;
}

/** Whether a token that is bound to no key counts. */
function checkUnbound(scheme: Brought["scheme"], dpop: VerifyOptions["dpop"]): void {
  if (scheme === "DPoP") throw invalidToken("the token is bound to no key");
  if (dpop === "required") throw invalidToken("the token must be bound to a key");
}

async function checkBinding(jkt: string, brought: Brought, options: VerifyOptions, now: number) {
  const { scheme, token, proof, request } = brought;
  const { dpop = "accepted", origin, replays = ownReplays(), nonces } = options;
  if (dpop === "refused") throw invalidToken("tokens that are bound to a key do not count");
  // RFC 9449 section 7.1: whoever stole it must not use it as a bearer token.
  if (scheme !== "DPoP" || !request)
    throw invalidToken("the token is bound to a key, so it needs a proof and the scheme DPoP");
  if (proof === undefined) throw new Fault("invalid_dpop_proof", "the request has no proof");
  const { method = "" } = request;
  await checkProof(proof, { token, jkt, method, url: sentTo(request, origin), replays, nonces, now });
}

/**
 * The URL to which a request was sent. Its sender chooses scheme and host, by the field `Host` or in the target itself
 * (RFC 9112 section 3.2.2), so the configured origin goes before them: else a proof for another server would count here.
 */
function sentTo({ originalUrl, url, headers }: RequestLike, origin: string | undefined): string {
  const target = originalUrl ?? url ?? "";
  const [own] = /^https?:\/\/[^/?#]*/i.exec(target) ?? [];
  // Not by `new URL`, for which a target that begins with `//` names another host.
  if (origin !== undefined) return origin + target.slice(own?.length ?? 0).replace(/^(?!\/)/, "/");
  // A host of Node passes on whatever stands in the target, even if it answers to one `Host` alone.
  if (own !== undefined && typeof headers.get === "function") return target;
  throw invalid("origin", "needed for proofs, because the request does not say for which server it is");
}

/** What is asked of this request. */
function checkDemands({ scope, audience, acr, authTime }: AccessToken, options: VerifyOptions, now: number): void {
  const { acrValues, maxAge, clockTolerance = 30 } = options;
  // EIAM: what is `{audience}|{name}` when it is asked for is `{name}` in the token.
  const has = (wanted: string) => {
    const [, server, name] = /^([^|]*)\|(.+)$/.exec(wanted) ?? [];
    return scope.includes(wanted) || (name !== undefined && audience.includes(server!) && scope.includes(name));
  };
  if (!wordsOf(options.scope).every(has)) {
    throw new Fault("insufficient_scope", "the token does not allow this");
  }
  const accepted = wordsOf(acrValues);
  if (accepted.length > 0 && !accepted.includes(acr ?? "")) {
    throw new Fault("insufficient_user_authentication", "the user has to sign in in another way");
  }
  if (maxAge !== undefined && !(Number(authTime ?? -Infinity) + maxAge + clockTolerance > now)) {
    throw new Fault("insufficient_user_authentication", "the user has to sign in again");
  }
}

function wordsOf(text: string | undefined): string[] {
  return (text ?? "").split(" ").filter(Boolean);
}

function refused(fault: Fault, scheme: "Bearer" | "DPoP", options: VerifyOptions): AccessTokenRefusedError {
  const { error, description, more } = fault;
  const { scope, acrValues, maxAge, resourceMetadata } = options;
  const isStepUp = error === "insufficient_user_authentication";
  const field = challenge({
    scheme,
    error,
    description,
    scope: wordsOf(scope).join(" ") || undefined,
    acrValues: isStepUp ? wordsOf(acrValues).join(" ") || undefined : undefined,
    maxAge: isStepUp ? maxAge : undefined,
    resourceMetadata,
    algorithms: scheme === "DPoP" ? ALGORITHMS : undefined,
  });
  const status = error === "insufficient_scope" ? 403 : error === "invalid_request" ? 400 : 401;
  return new AccessTokenRefusedError({ status, error, description, headers: { "www-authenticate": field, ...more } });
}

/** What proofs may be signed with. */
const ALGORITHMS = "ES256 ES384 ES512 PS256 PS384 PS512 RS256 RS384 RS512 EdDSA";

function checkedOptions(options: VerifyOptions): Checked {
  const { issuer, audience, clockTolerance = 30, maxAge = 0, dpop = "accepted", origin } = options ?? {};
  const issuers = (Array.isArray(issuer) ? issuer : [issuer]) as (string | TrustedIssuer)[];
  const audiences = (Array.isArray(audience) ? audience : [audience]) as string[];
  if (issuers.length === 0 || !issuers.every((one) => typeof one === "string" || one instanceof TrustedIssuer)) {
    throw invalid("issuer", "expected a URL, or what TrustedIssuer makes");
  }
  // Without an audience, tokens for anybody would count.
  if (audiences.length === 0 || !audiences.every((one) => typeof one === "string" && one !== "")) {
    throw invalid("audience", "expected a text, or several");
  }
  if (!(clockTolerance >= 0 && clockTolerance <= 600)) {
    throw invalid("clockTolerance", "expected 0 to 600 seconds");
  }
  if (!(maxAge >= 0)) throw invalid("maxAge", "expected seconds");
  if (origin !== undefined && !isOrigin(origin)) {
    throw invalid("origin", "expected a scheme and a host, without a path");
  }
  if (!["accepted", "required", "refused"].includes(dpop)) {
    throw invalid("dpop", "expected accepted, required or refused");
  }
  return { issuers: issuers.map(trusted), audiences, tolerance: clockTolerance };
}

/** Whether a text is a scheme and a host, as in `https://api.example`. */
function isOrigin(text: unknown): boolean {
  return typeof text === "string" && /^https?:\/\/[^/?#@\\\s]+$/i.test(text) && URL.canParse(text);
}

/** Issuers that are named by their identifiers alone. */
let named: Bounded<TrustedIssuer> | undefined;

/** How many of them are kept: their names come from options, and not from tokens. */
const MOST_NAMED = 100;

function trusted(issuer: string | TrustedIssuer): TrustedIssuer {
  if (typeof issuer !== "string") return issuer;
  named ??= new Bounded(MOST_NAMED);
  const known = named.get(issuer, 0);
  if (known) return known;
  const made = new TrustedIssuer({ issuer });
  named.set(issuer, made, Infinity);
  return made;
}

let replaysOfProcess: ReplayMemory | undefined;

function ownReplays(): ReplayMemory {
  return (replaysOfProcess ??= replayMemory());
}
