import { invalid } from "../client/invalid.js";
import { NotSupportedError } from "../errors.js";

/** What all random numbers of a test issuer follow from. */
export type Seed = string | number | bigint | Uint8Array;

/**
 * The 32 octets that a seed stands for; random ones if there is none.
 *
 * @throws {InvalidArgumentError} if it is no seed
 * @throws {NotSupportedError} if the host has no WebCrypto
 * @internal
 */
export async function seedOctets(seed: unknown): Promise<Uint8Array<ArrayBuffer>> {
  if (seed === undefined) return webCrypto().getRandomValues(new Uint8Array(32));
  if (typeof seed === "string") return digest("text", new TextEncoder().encode(seed));
  if (typeof seed === "bigint" || (typeof seed === "number" && Number.isSafeInteger(seed))) {
    return digest("number", new TextEncoder().encode(String(seed)));
  }
  // Not every `Uint8Array` is of this realm.
  if (ArrayBuffer.isView(seed) && Object.prototype.toString.call(seed) === "[object Uint8Array]") {
    return digest("octets", seed as Uint8Array);
  }
  throw invalid("seed", "expected a text, a whole number or a Uint8Array");
}

/**
 * Other octets that follow from these.
 *
 * @param purpose what they are for: each purpose has its own
 * @internal
 */
export async function digest(purpose: string, octets: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const prefix = new TextEncoder().encode(`${purpose}\0`);
  const input = new Uint8Array(prefix.length + octets.length);
  input.set(prefix);
  input.set(octets, prefix.length);
  return new Uint8Array(await webCrypto().subtle.digest("SHA-256", input));
}

/** @throws {NotSupportedError} if the host has none, as a page without TLS that is not on this machine @internal */
export function webCrypto(): Crypto {
  const { crypto } = globalThis;
  if (crypto?.subtle) return crypto;
  throw new NotSupportedError("crypto.subtle is missing, so nothing can be signed here", "crypto.subtle");
}
