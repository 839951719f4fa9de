import { NotSupportedError } from "../errors.js";

/** The octets that are drawn at once, because a call of the host costs more than a PKCE challenge. */
const BLOCK = 4096;

let block: Uint8Array<ArrayBuffer> | undefined;
let used = BLOCK;

/**
 * Gives octets to `use` that nobody had before, and wipes them afterwards.
 *
 * @throws {NotSupportedError} if the host has no randomness
 */
export function withRandom<T>(octets: number, use: (random: Uint8Array) => T): T {
  block ??= new Uint8Array(BLOCK);
  if (used + octets > BLOCK) {
    const { crypto } = globalThis;
    if (!crypto) throw new NotSupportedError("crypto.getRandomValues is missing", "crypto.getRandomValues");
    crypto.getRandomValues(block);
    used = 0;
  }
  const random = block.subarray(used, (used += octets));
  try {
    return use(random);
  } finally {
    random.fill(0);
  }
}
