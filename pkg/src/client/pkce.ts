import { hash, textOf } from "./core.js";
import { invalid } from "./invalid.js";
import { redacted } from "./redacted.js";
import { drawPkce } from "./request.js";

/** A PKCE pair (RFC 7636). You can read `verifier`, but consoles and JSON do not show it. */
export interface Pkce {
  /** 43 random characters with 256 bits of entropy. Keep it secret until the token request. */
  readonly verifier: string;
  /** The challenge for the authorization request. */
  readonly challenge: string;
  /** How the challenge was derived from the verifier. The weaker method `plain` is not supported. */
  readonly method: "S256";
}

/**
 * Makes a PKCE pair (RFC 7636 section 4). It is synchronous, and works on plain http pages as well.
 *
 * @throws {WasmUnavailableError} if WebAssembly is missing or may not be compiled
 * @example
 * ```js
 * import { generatePkce } from "eiam-token";
 *
 * const { verifier, challenge } = generatePkce();
 * verifier.length; // 43
 * challenge.length; // 43
 * ```
 */
export function generatePkce(): Pkce {
  const [verifier, challenge] = drawPkce();
  return redacted("Pkce", { challenge, method: "S256" as const }, { verifier });
}

/**
 * Derives the `S256` challenge from a verifier (RFC 7636 section 4.2).
 *
 * @throws {InvalidArgumentError} if the verifier does not consist of 43 to 128 unreserved characters
 * @example
 * ```js
 * import { codeChallenge } from "eiam-token";
 *
 * codeChallenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"); // "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
 * ```
 */
export function codeChallenge(verifier: string): string {
  const text = textOf(verifier, "verifier");
  if (/[^\w.~-]/.test(text)) throw invalid("verifier", "has a character other than A-Z a-z 0-9 - . _ ~");
  if (!/^.{43,128}$/.test(text)) throw invalid("verifier", "not 43 to 128 characters long");
  return hash(text, 32);
}
