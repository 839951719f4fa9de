import { parametersOf } from "./algorithms.js";
import { strictDecoder } from "./answer.js";
import { decoded, hash, scan, textOf } from "./core.js";
import { jsonFault } from "./failure.js";
import { CLAIMS_ANSWER } from "./generated/tables.js";
import { MISSING, fault, judge } from "./judge.js";
import { malformed, wrong } from "./malformed.js";
import { isSame } from "./same.js";
import { entriesOf } from "./table.js";

/** The header and the claims of an id_token, which were not verified. */
export interface DecodedIdToken {
  /** The header of the JWT, which names the algorithm and the key. */
  readonly header: Readonly<Record<string, unknown>>;
  /** The claims. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** The claims about a user, from an id_token that was checked or from userinfo. They always include `sub`. */
export interface UserClaims {
  /** The id of the user at the issuer. */
  readonly sub: string;
  /** The other claims, as the issuer wrote them. */
  readonly [claim: string]: unknown;
}

/**
 * Decodes an id_token without verifying anything. Use the result to look at it, and never trust it.
 *
 * @throws {MalformedResponseError} if the text is not a JWT
 * @example
 * ```js
 * import { decodeIdToken } from "eiam-token";
 *
 * decodeIdToken(tokens.idToken).header.alg; // "RS256"
 * ```
 */
export function decodeIdToken(idToken: string): DecodedIdToken {
  return readIdToken(idToken);
}

/** What an id_token has to agree with. What is missing is not compared. */
export interface Expected {
  readonly issuer: string | undefined;
  readonly clientId: string;
  /** The `nonce` of the authorization request. */
  readonly nonce: string | undefined;
  /** The `max_age` of the authorization request, as the digits of its seconds. */
  readonly maxAge: string | undefined;
  /** The `sub` of the former id_token (OpenID Connect Core section 12.2). */
  readonly subject: string | undefined;
  /** The access token of the same response, for `at_hash`. */
  readonly accessToken: string;
  /** Whether the client's secret is the key (HS256), and no other algorithm is accepted. */
  readonly bySecret: boolean;
  /** The present, in Unix seconds. */
  readonly now: number;
  /** The seconds by which the clocks may differ. */
  readonly tolerance: number;
}

/**
 * Reads an id_token. If something is expected, it also checks the algorithm, the issuer, the subject, the audience, the
 * times, the nonce and an `at_hash` by SHA-256 (OpenID Connect Core sections 3.1.3.6 to 3.1.3.8 and 12.2). It does not
 * verify the signature. The twin of `src/rules/id_token.rs`; both run `tests/vectors/id-token.json`.
 *
 * @throws {MalformedResponseError} if the id_token is no JWT, or for the first claim that is wrong
 * @internal
 */
export function readIdToken(idToken: string, expected?: Expected): DecodedIdToken {
  const parts = textOf(idToken, "idToken").split(".");
  const [head, body, signature = ""] = parts;
  const dates: Dates = {};
  // The first part that is wrong is the one that is named.
  const header = head === keptPart ? keptRead : objectOf(head, "header");
  const claims = objectOf(body, "claims", dates);
  // Only its end is decoded, which alone can have too few or too many bits: whoever verifies it decodes the rest.
  if (/[^\w-]/.test(signature) || !decoded(signature.slice(signature.length & -4))?.fill(0)) {
    throw wrong("signature", "not base64url");
  }
  if (parts.length !== 3) throw malformed("id_token", "not three parts with dots between them", 200);
  const read = Object.freeze({ header: header(), claims: claims() });
  // A copy, because a slice of the id_token would keep all of it.
  if (header !== keptRead) keptPart = [...head!].join("");
  keptRead = header;
  if (expected) check(read.header, read.claims, dates, expected);
  return read;
}

/** The header that was read last. A server's tokens all have the same one, until its key changes. */
let keptPart: string | undefined;

/** What makes the object of that header, a new one for each token. */
let keptRead: () => Members;

type Members = Readonly<Record<string, unknown>>;

/** The moments among the claims: the seconds, or why they cannot be read, which is empty for one that is missing. */
type Dates = Record<string, bigint | string>;

/**
 * The object that a part is in base64url. It notes the moments in it, if somebody wants them. That the text is no object is
 * thrown later, by what it returns.
 */
function objectOf(part = "", name: "header" | "claims", dates?: Dates): () => Members {
  const octets = decoded(part);
  if (!octets) throw wrong(name, "not base64url");
  try {
    let text: string;
    try {
      text = strictDecoder.decode(octets);
    } catch {
      // Two users must not become one.
      throw wrong(name, "not UTF-8");
    }
    const reason = scan(CLAIMS_ANSWER, octets.length);
    const failure = reason && jsonFault(reason, 200, `id_token.${name}`);
    if (dates && !failure) {
      const source = { text, isAscii: octets.length === text.length };
      entriesOf(CLAIMS_ANSWER).forEach((member, slot) => {
        dates[member.name] = (judge(member, slot, source) as bigint | undefined) ?? fault;
      });
    }
    return () => {
      if (failure) throw failure;
      return claimsFrom(text);
    };
  } finally {
    octets.fill(0);
  }
}

/** Checks the header and the claims, and throws the first fault. */
function check(header: Members, claims: Members, dates: Dates, expected: Expected): void {
  const { issuer, clientId, nonce, maxAge, subject, accessToken, bySecret, now, tolerance } = expected;
  const { alg, typ } = header;
  const { sub, aud, at_hash: atHash } = claims;
  const date = (name: string): number => {
    const seconds = dates[name];
    if (typeof seconds !== "bigint") throw wrong(name, seconds || MISSING);
    return Number(seconds);
  };
  const unless = (isRight: unknown, name: string, reason: string) => {
    if (!isRight) throw wrong(name, reason);
  };
  // An extension that is not understood must be refused (RFC 7515 section 4.1.11), and none is.
  unless(!("crit" in header), "crit", "an extension that is not understood");
  // The types of JWTs that are something else, such as `at+jwt`, have a suffix (RFC 8725 section 3.11).
  unless(!/\+/.test(`${typ}`), "typ", "a type of token that this client cannot use");
  const parameters = parametersOf(alg);
  unless(bySecret ? alg === "HS256" : parameters, "alg", "not the signature of a private key that is accepted");
  unless(!issuer || claims["iss"] === issuer, "iss", "another issuer, or missing");
  unless(typeof sub === "string" && sub, "sub", MISSING);
  unless(!/\p{Cs}/u.test(sub as string), "sub", "not a valid escape");
  unless(!subject || sub === subject, "sub", "another user than before");
  // `azp` belongs to extensions that the client does not use, and is ignored, as section 2 advises.
  unless(aud === clientId || (Array.isArray(aud) && aud.includes(clientId)), "aud", "does not name this client");
  // A clock before 1970 counts as 1970, because no claim can be a moment before that.
  const earliest = Math.max(0, now - tolerance);
  const latest = Math.max(0, now + tolerance);
  unless(date("exp") > earliest, "exp", "past");
  unless(date("iat") <= latest, "iat", FUTURE);
  unless(!dates["nbf"] || date("nbf") <= latest, "nbf", FUTURE);
  unless(!maxAge || date("auth_time") + Number(maxAge) >= earliest, "auth_time", "longer ago than max_age allows");
  unless(!nonce || isText(claims["nonce"], nonce), "nonce", "not the one of the request");
  // Longer hashes are compared by WebCrypto when the signature is verified.
  if (bySecret || parameters?.hash === "SHA-256") {
    // To hash a long access token takes as long as all else here.
    const isOwn = atHash === undefined || atHash === null || isText(atHash, hash(accessToken, 16));
    unless(isOwn, "at_hash", "belongs to another access token");
  }
}

const FUTURE = "in the future";

function isText(claim: unknown, expected: string): boolean {
  return typeof claim === "string" && isSame(claim, expected);
}

/** Reads the text of a JSON object that is known to be valid and to have no duplicate names. @internal */
export function claimsFrom(text: string): Readonly<Record<string, unknown>> {
  return Object.freeze(JSON.parse(text));
}
