import { EiamTokenError, type MalformedResponseError } from "../errors.js";
import type { HttpResponse } from "./answer.js";
import type { AssertingClient } from "./authentication.js";
import { unixSeconds } from "./clock.js";
import { textOf } from "./core.js";
import { fetchKeys } from "./fetch-keys.js";
import { HTTP_ON_LOOPBACK, KEYS_PLAN } from "./generated/tables.js";
import { type CallOptions, type HttpRequest, send } from "./http.js";
import { type UserClaims, decodeIdToken, readIdToken } from "./id-token.js";
import { checkNumbers, invalid } from "./invalid.js";
import { type HeldKeys, type SignatureVerifier, keySet } from "./key-set.js";
import { malformed } from "./malformed.js";
import type { ClientOptions } from "./options.js";
import { hooked, parsed } from "./parse.js";
import { refreshTokenOf } from "./refresh-token.js";
import { type Asking, makeRequest } from "./request.js";
import { checkUrl, leastSafety } from "./safety.js";
import type { Int64 } from "./seconds.js";
import { type ServerMetadata, notes } from "./server.js";
import { type TokenFields, type TokenReading, type TokenSet, readTokens, tokenSet } from "./tokens.js";

/** What a response with tokens has to match. */
export interface Expected {
  /** The `nonce` of the authorization request. */
  readonly nonce?: string | undefined;
  /** Whether an id_token was asked for. */
  readonly idToken?: boolean | undefined;
  /** The `max_age` of the authorization request, as the digits of its seconds. */
  readonly maxAge?: string | undefined;
  /** The tokens that are being refreshed, or only the refresh token. */
  readonly former?: TokenSet<Int64> | { readonly refreshToken: string } | undefined;
}

/**
 * A client and its server: what the classes of clients have in common.
 *
 * @internal
 */
export interface Party<I extends Int64> extends Omit<ClientOptions<I>, "authentication">, Asking {
  /** How safe the way to the server's URLs has to be. */
  readonly least: number;
  /** The server's keys, once they were needed. */
  keySet?: SignatureVerifier;
}

/**
 * Checks the options of a client.
 *
 * @throws {InvalidArgumentError} if one is missing or wrong
 * @throws {NotSupportedError} if `idTokenSignature` is `jwks` and the server has no `jwksUri`
 * @internal
 */
export function partyOf<I extends Int64>(options: ClientOptions<I>): Party<I> {
  const { server, clientId, authentication = { method: "none" } } = options ?? {};
  const { clockTolerance = 0, keysMaxAge = 0 } = options ?? {};
  const idTokenSignature = options?.idTokenSignature ?? "jwks";
  if (!server) throw invalid("server", "missing, such as { tokenEndpoint }");
  if (typeof authentication !== "object" || !authentication) {
    throw invalid("authentication", 'not an object, such as { method: "none" }');
  }
  const { clientSecret } = authentication as { clientSecret?: string };
  textOf(clientId, "clientId");
  textOf(clientSecret, "clientSecret");
  textOf(server.issuer, "issuer");
  checkNumbers({ clockTolerance, keysMaxAge }, "not a number of seconds");
  if (typeof idTokenSignature === "object" ? !idTokenSignature.verify : !/^(jwks|connection)$/.test(idTokenSignature)) {
    throw invalid("idTokenSignature", "not jwks, connection or what secretSignature returned");
  }
  if (!clientId) throw invalid("clientId", "missing, such as app_abc123");
  if (!("assertion" in authentication)) {
    if (!METHOD.test(authentication.method)) throw invalid("authentication", "not a known method, such as none");
    if (authentication.method !== "none" && !clientSecret) throw invalid("clientSecret", "missing");
  }
  // It would end the id (RFC 7617 section 2).
  if (authentication.method === "client_secret_basic_unencoded" && clientId.includes(":")) {
    throw invalid("clientId", "has a colon, and is to be sent unencoded");
  }
  const urls = Object.entries(server).filter(([name, url]) => /(Endpoint|Uri)$/.test(name) && url);
  const least = leastSafety([server.issuer, ...urls.map(([, url]) => url)], options);
  const noted = notes.get(server);
  const { hint } = noted ?? {};
  const faults = noted?.faults && { ...noted.faults };
  for (const [name, url] of urls) {
    try {
      checkUrl(url, name, least);
    } catch (error) {
      // An endpoint of discovered metadata is only refused when it is used, because a wrong one that nobody needs does
      // no harm. Whoever writes metadata wants to know of a mistake at once.
      if (!faults) throw error;
      faults[name as keyof ServerMetadata] = error as EiamTokenError;
    }
  }
  const own = Object.freeze({ ...server });
  // Whoever makes another client of this one's metadata gets the same errors.
  if (noted) notes.set(own, noted);
  const party = { ...options, authentication, server: own, least, faults, hint };
  // Somebody who asks for signatures wants to know at once that nothing says where the keys are.
  if (options.idTokenSignature === "jwks") verifierOf(party);
  return party;
}

/** The methods of clients without assertions. */
const METHOD = /^(none|client_secret_(post|basic(_unencoded)?))$/;

/** What verifies signatures; `undefined` if the TLS connection to the token endpoint replaces them. @internal */
export function verifierOf(party: Party<Int64>): SignatureVerifier | undefined {
  const { idTokenSignature, server, faults } = party;
  if (typeof idTokenSignature === "object") return idTokenSignature;
  if (idTokenSignature === "connection" || !(server.jwksUri || faults?.jwksUri || idTokenSignature)) return undefined;
  if (!party.keySet) {
    const request = makeRequest(party, KEYS_PLAN, {});
    party.keySet = keySet((calls) => fetchKeys(request, calls), party.keysMaxAge);
  }
  return party.keySet;
}

/** The options of a call, or the client's own where they are `undefined`. @internal */
export function callsOf(party: Party<Int64>, options: CallOptions): CallOptions {
  const { signal, timeout, fetch } = options ?? {};
  return { signal, timeout: timeout ?? party.timeout, fetch: fetch ?? party.fetch };
}

/** Sends a request that authenticates the client, and proves its key if it has one. @internal */
export function sendAs(party: Party<Int64>, request: HttpRequest, options: CallOptions): Promise<HttpResponse> {
  const calls = callsOf(party, options);
  if (party.dpop) return party.dpop.send(party, request, calls);
  const ready = asserted(party, request);
  // To wait for what is there at once would cost more than to find out that it is.
  return ready instanceof Promise ? ready.then((request) => send(request, calls)) : send(ready, calls);
}

/** A request with a signed assertion, if the client authenticates by one. @internal */
export function asserted(party: Party<Int64>, request: HttpRequest): HttpRequest | Promise<HttpRequest> {
  const { authentication } = party;
  return "assertion" in authentication && request.body
    ? authentication.asserted(party as AssertingClient, request)
    : request;
}

/** Reads a response with tokens: see {@link readTokens}. @internal */
export function readTokensOf(party: Party<Int64>, response: HttpResponse, reading: TokenReading = {}): TokenFields {
  return (party.dpop?.read ?? readTokens)(parsed(response, party, "tokenEndpoint"), reading);
}

/** Sends a request to the token endpoint, and checks the response. @internal */
export async function tokensOf<I extends Int64>(
  party: Party<I>,
  request: HttpRequest,
  options: CallOptions,
  expected: Expected = {},
): Promise<TokenSet<I>> {
  const { idToken, former } = expected;
  const verifier = idToken || subjectOf(former) !== undefined ? verifierOf(party) : undefined;
  // A refresh need not return an id_token, and one that cannot be verified is dropped: keys are only a precaution.
  const ready = verifier?.ready(callsOf(party, options));
  const held = ready && (await (former ? ready.catch(() => undefined) : ready));
  const received = await sendAs(party, request, options);
  let answer = received;
  try {
    // The hook is called once only, because it may not know its own result if it gets that again.
    answer = parsed(received, party, "tokenEndpoint");
  } finally {
    if (options?.received) await options.received(answer);
  }
  const asked = { idToken: !!idToken, refresh: !!former };
  try {
    const tokens = (party.dpop?.read ?? readTokens)(answer, { asked, former });
    return await checkedTokens(party, tokens, options, expected, held);
  } catch (error) {
    // The server no longer accepts the refresh token that was sent.
    if (former && error instanceof EiamTokenError) {
      Object.defineProperty(error, "refreshToken", { value: refreshTokenOf(answer) });
    }
    throw error;
  }
}

/**
 * Checks the id_token of a response, if it has one of its own, and makes the token set.
 *
 * @param held the keys that {@link SignatureVerifier.ready} got before the request was sent
 * @internal
 */
export async function checkedTokens<I extends Int64>(
  party: Party<I>,
  tokens: TokenFields,
  options: CallOptions,
  expected: Expected = {},
  held?: HeldKeys,
): Promise<TokenSet<I>> {
  const former = expected.former as Partial<TokenSet<Int64>> | undefined;
  if (tokens.idToken !== undefined) {
    try {
      const claims = claimsOf(party, tokens, options, expected, held);
      tokens.claims = claims instanceof Promise ? await claims : claims;
    } catch (error) {
      // If the keys cannot be fetched, only the id_token is dropped: the new refresh token must not be lost.
      if (subjectOf(former) === undefined || isVerdict(error) || options?.signal?.aborted) throw error;
      tokens.idToken = undefined;
    }
  }
  if (tokens.idToken === undefined) {
    // A refresh need not return an id_token (OpenID Connect Core section 12.2); the user is the same.
    tokens.idToken = former?.idToken;
    tokens.claims = former?.claims;
  }
  return tokenSet(tokens, party.int64);
}

/** Checks an id_token and returns its claims, at once if there is no signature to verify. */
function claimsOf(
  party: Party<Int64>,
  { idToken, accessToken }: TokenFields,
  options: CallOptions,
  { nonce, maxAge, former }: Expected,
  held: HeldKeys | undefined,
): UserClaims | Promise<UserClaims> {
  const { server, clientId, issuerOf, idTokenSignature, clockTolerance = 60 } = party;
  const verifier = verifierOf(party);
  // A connection that others can read proves nothing. The client's endpoints are as safe as `least` says.
  if (!verifier && party.least < HTTP_ON_LOOPBACK)
    checkUrl(`${server.tokenEndpoint}`, "idTokenSignature", HTTP_ON_LOOPBACK);
  let { issuer } = server;
  if (issuerOf) {
    const unchecked = decodeIdToken(idToken!).claims;
    issuer = hooked("issuerOf", () => issuerOf(unchecked));
    if (!issuer) throw malformed("id_token.iss", "an issuer that is not accepted", 200);
  }
  const { header, claims } = readIdToken(idToken!, {
    issuer,
    clientId,
    nonce,
    maxAge,
    subject: subjectOf(former),
    accessToken,
    bySecret: typeof idTokenSignature === "object",
    now: unixSeconds(),
    tolerance: Number(clockTolerance),
  });
  const user = claims as UserClaims;
  if (!verifier) return user;
  return verifier.verify(idToken!, header, claims, accessToken, callsOf(party, options), held).then(() => user);
}

/** Whether an error is about the id_token itself, and not about fetching the keys. */
function isVerdict(error: unknown): boolean {
  return `${(error as Partial<MalformedResponseError>)?.path}`.startsWith("id_token");
}

/** The `sub` of tokens whose id_token was checked; `undefined` for any others. @internal */
export function subjectOf(tokens: object | string | undefined): string | undefined {
  // Tokens that the application has stored may lack it.
  const subject: unknown = (tokens as Partial<TokenSet<Int64>> | undefined)?.claims?.sub;
  return typeof subject === "string" ? subject : undefined;
}
