import { type HttpResponse, bodyText, fieldOf, headersOf, octetsOf } from "./answer.js";
import { challengeOf } from "./challenge.js";
import { core, decoder, failureAt, input, isFailure, longs, slots, write } from "./core.js";
import { kindOf } from "./failure.js";
import { ESCAPED, FOUND, KIND_HTTP, REASONS, SLOTS, UNREAD } from "./generated/tables.js";
import { invalid } from "./invalid.js";
import { httpDate } from "./retry-after.js";

/** The answer that is being read, and where it is in the module's memory. */
let source = "";
let start = 0;
let isAscii = true;

/**
 * Reads an answer: finds its members in its text, and judges them.
 *
 * @param table the members that are wanted, as `generated/tables.ts` has them; empty for those of tokens
 * @param flags says what the answer has to be: how safe its addresses, and flags such as `WANTS_ID_TOKEN`
 * @param take reads what was found, by {@link textAt} and the like. It calls nothing of the application, which may read
 *   another answer meanwhile
 * @returns what `take` returned
 * @throws {ResponseError} if the answer is a refusal, or has an error status
 * @throws {MalformedResponseError} if the answer is not valid
 * @throws {InvalidArgumentError} if `response` is no response
 */
export function read<T>(table: string, response: HttpResponse, flags: number, take: () => T): T {
  const { status, body, headers } = response ?? {};
  if (typeof body !== "string" && !ArrayBuffer.isView(body)) {
    throw invalid("body", "neither text nor octets");
  }
  // A browser gives 0 for a redirect that is not followed.
  if (typeof status !== "number" || !(status >= 0 && status < 1000)) throw invalid("status", "not a status code");
  // What the application has given is asked once.
  const answer = { status, body, headers };
  const wasm = core();
  source = bodyText(answer);
  start = write(table);
  const at = start;
  const length = write(typeof body === "string" ? source : octetsOf(body), at);
  isAscii = length === source.length;
  let result: number;
  try {
    result = wasm.answer(at, length, status, flags);
    if (!isFailure(result)) return take();
    if (kindOf(result) !== KIND_HTTP) throw failureAt(result, answer);
  } finally {
    input.fill(0, 0, at + length);
    source = "";
  }
  const challenge = challengeOf(headersOf(answer));
  if (!challenge) throw failureAt(result, answer);
  // It is a refusal like one in the body.
  return read(table, { status, headers, body: JSON.stringify(challenge) }, flags, take);
}

/** The text of the whole answer. */
export function wholeText(): string {
  return source;
}

/** The text of a member; `undefined` if it is missing, or empty where it may be: then it says nothing. */
export function textAt(member: number): string | undefined {
  if (!hasAt(member) || slots[4 * member] === slots[4 * member + 1]) return undefined;
  if (isAscii && !isMarked(member, ESCAPED)) return source.slice(slots[4 * member], slots[4 * member + 1]);
  return JSON.parse(`"${writtenAt(member)}"`) as string;
}

/** A member as it is written; of a text, what is between the quotes. */
export function writtenAt(member: number): string {
  return decoder.decode(input.subarray(start + slots[4 * member]!, start + slots[4 * member + 1]!));
}

/** Why a member is not read although it is there; `undefined` if it is read or missing. */
export function unreadAt(member: number): string | undefined {
  return isMarked(member, UNREAD) ? REASONS[slots[4 * member]!] : undefined;
}

/** The seconds of a member; `undefined` if it is missing. */
export function secondsAt(member: number): bigint | undefined {
  return hasAt(member) ? longs[2 * member] : undefined;
}

/** Whether a member is `true`. */
export function flagAt(member: number): boolean {
  return slots[4 * member] === 1 && hasAt(member);
}

function hasAt(member: number): boolean {
  return isMarked(member, FOUND);
}

/** Whether a member has a mark, whether it was found or not. */
export function isMarked(member: number, mark: number): boolean {
  return (slots[4 * member + 2]! & mark) !== 0;
}

/** Notes when the tokens or codes of an answer expire, as the members {@link DEADLINE} and {@link CLOCK_SKEW}. */
export function noteLifetimes(expiresIn: number, expiresAt: number, { now, sent }: Received): void {
  core().lifetimes(expiresIn, expiresAt, now, sent);
}

/** When an answer came by this machine's clock and was sent by the server's, in Unix seconds; `NaN` is unknown. */
export interface Received {
  readonly now: number;
  readonly sent: number;
}

/**
 * When an answer came, for {@link noteLifetimes}.
 *
 * @throws {InvalidArgumentError} if `now` is no number
 */
export function receivedAt(response: HttpResponse, now: number): Received {
  if ((typeof now !== "number" && typeof now !== "bigint") || Number.isNaN(now))
    throw invalid("now", "not a number of seconds");
  return { now: Number(now), sent: httpDate(fieldOf(headersOf(response ?? {}), "date")) };
}

/** The place of the end of a lifetime, by this machine's clock. */
export const DEADLINE = SLOTS - 2;

/** The place of the seconds by which the server's clock is ahead of this machine's. */
export const CLOCK_SKEW = SLOTS - 1;
