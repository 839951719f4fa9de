import { MalformedResponseError, NotSupportedError } from "../../errors.js";
import { unixSeconds } from "../clock.js";
import type { CallOptions } from "../http.js";
import { decodeIdToken } from "../id-token.js";
import { malformed } from "../malformed.js";
import { hooked } from "../parse.js";
import { type Party, callsOf, verifierOf } from "../party.js";
import type { Int64 } from "../seconds.js";

/** What a signed JWT of the server has to be. */
export interface ExpectedJwt {
  /** What the JWT is called in errors, such as `response`. */
  readonly what: string;
  /** The `typ` that the header may have, in small letters; `undefined` among them is none. */
  readonly types: readonly (string | undefined)[];
  /** The claims that have to be there. Those that say for whom and until when are compared in any case. */
  readonly required: readonly string[];
}

/**
 * Verifies a JWT that the server has signed, and returns its claims. `iss`, `aud`, `exp`, `nbf` and `iat` are compared if
 * they are there.
 *
 * @throws {MalformedResponseError} if the JWT is not valid, or not for this client, or not made by this server
 * @throws {NotSupportedError} if the server's keys are not known
 * @throws {ConnectionError} if the keys cannot be fetched
 */
export async function verifiedClaims(
  party: Party<Int64>,
  jwt: string,
  { what, types, required }: ExpectedJwt,
  options: CallOptions,
): Promise<Readonly<Record<string, unknown>>> {
  const verifier = verifierOf(party);
  if (!verifier)
    throw new NotSupportedError("the server has no jwks_uri: its signatures cannot be verified", "jwks_uri");
  if (!/^[!-~]*$/.test(jwt)) throw malformed(what, "not a JWT", 200);
  const wrong = (name: string, reason: string) => malformed(`${what}.${name}`, reason, 200);
  try {
    const { header, claims } = decodeIdToken(jwt);
    const { alg, typ, crit } = header;
    if (typeof alg !== "string") throw wrong("alg", "not a text");
    if (crit !== undefined) throw wrong("crit", "an extension that is not understood");
    if (!types.includes(mediaType(typ))) throw wrong("typ", "a JWT of another kind");
    const fault = faultOf(party, claims, required);
    if (fault) throw wrong(...fault);
    await verifier.verify(jwt, header, {}, "", callsOf(party, options));
    return claims;
  } catch (error) {
    throw error instanceof MalformedResponseError ? renamed(error, what) : error;
  }
}

/** A media type without the part that may be left out (RFC 7515 section 4.1.9). What is no text is no type. */
function mediaType(typ: unknown): string | undefined {
  return typeof typ === "string" ? typ.toLowerCase().replace(/^application\//, "") : typ === undefined ? typ : "";
}

/** What is wrong with claims: the name of one, and why. */
function faultOf(
  { server, clientId, issuerOf, clockTolerance }: Party<Int64>,
  claims: Readonly<Record<string, unknown>>,
  required: readonly string[],
): [name: string, reason: string] | undefined {
  const missing = required.find((name) => claims[name] === undefined || claims[name] === null);
  if (missing) return [missing, "missing"];
  const { iss, aud, exp, nbf, iat } = claims;
  const issuer = issuerOf ? hooked("issuerOf", () => issuerOf(claims)) : server.issuer;
  if (iss !== undefined && (typeof issuer !== "string" || iss !== issuer)) return ["iss", "another issuer"];
  if (aud !== undefined && !(Array.isArray(aud) ? aud : [aud]).includes(clientId)) {
    return ["aud", "does not name this client"];
  }
  for (const [name, value] of Object.entries({ exp, nbf, iat })) {
    if (value !== undefined && !isMoment(value)) return [name, "not a number of seconds"];
  }
  const now = unixSeconds();
  const tolerance = Number(clockTolerance ?? 60);
  if (exp !== undefined && (exp as number) <= now - tolerance) return ["exp", "past"];
  if (nbf !== undefined && (nbf as number) > now + tolerance) return ["nbf", "in the future"];
  if (iat !== undefined && (iat as number) > now + tolerance) return ["iat", "in the future"];
  return undefined;
}

/** Whether a claim is a moment that an answer could name as well: from 0 to 2^63 − 1. */
function isMoment(claim: unknown): boolean {
  return typeof claim === "number" && claim >= 0 && claim < 2 ** 63;
}

/** The error of a JWT under its own name, and not under that of an id_token. */
function renamed(error: MalformedResponseError, what: string): MalformedResponseError {
  const path = error.path.replace(/^id_token(?=$|\.)/, what);
  return path === error.path ? error : malformed(path, error.reason, error.status);
}
