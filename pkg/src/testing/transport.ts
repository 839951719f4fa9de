/** What happens to a connection, as the issuer's module says it: names and numbers in turns. */
export type Transport = readonly (string | number)[];

/** What happens to the connection of a response. */
export interface Faults {
  /** How many milliseconds later the response begins. */
  readonly delay: number;
  /** Whether it ends before the response begins. */
  readonly isDropped: boolean;
  /** After how many octets of the body it ends; `undefined` if it does not. */
  readonly cutAt: number | undefined;
  /** How many milliseconds are between two pieces of the body. */
  readonly throttle: number;
  /** Whether more octets follow the body, until the client closes the connection or {@link MOST_OCTETS} were sent. */
  readonly isEndless: boolean;
}

/** Reads what the module says. */
export function faultsOf(transport: Transport): Faults {
  const given = new Map<string, number>();
  for (let i = 0; i + 1 < transport.length; i += 2) given.set(String(transport[i]), Number(transport[i + 1]));
  return {
    delay: given.get("delay") ?? 0,
    isDropped: given.has("drop"),
    cutAt: given.get("truncate"),
    throttle: given.get("throttle") ?? 0,
    isEndless: given.has("endless"),
  };
}

/** The connection ended before the body did. */
export class Cut extends Error {}

/** How many octets of a body come at once if it is throttled. */
const PIECE = 64;

/** How much of a body without end is sent: somebody who keeps all of it should fail, and not the whole process. */
const MOST_OCTETS = 64 * 1024 * 1024;

/**
 * The pieces of a body as they come.
 *
 * @param signal ends the waiting between them when nobody wants them any more
 * @throws {Cut} where the connection ends
 * @throws the reason of the signal
 */
export async function* piecesOf(
  body: Uint8Array,
  { cutAt, throttle, isEndless }: Faults,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const kept = cutAt === undefined ? body : body.subarray(0, cutAt);
  const size = throttle > 0 ? PIECE : Math.max(kept.length, 1);
  for (let at = 0; at < kept.length; at += size) {
    if (at > 0) await pause(throttle, signal);
    yield kept.subarray(at, at + size);
  }
  if (cutAt !== undefined) throw new Cut("the connection ended before the body did");
  if (!isEndless) return;
  for (let sent = kept.length; sent < MOST_OCTETS; sent += SPACES.length) {
    await pause(throttle, signal);
    yield SPACES;
  }
}

/** JSON may have them behind a value, so that a reader has no reason to stop. */
const SPACES = new Uint8Array(64 * 1024).fill(0x20);

/**
 * Waits; for nothing too, so that whoever waits for the pieces gets a turn.
 *
 * @param signal ends it. The timer ends too: it would keep the process from ending for as long.
 * @throws the reason of the signal
 */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const end = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", end);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", end, { once: true });
  });
}
