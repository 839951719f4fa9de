import { type HttpResponse, bodyText, headersOf } from "./answer.js";
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
 * @param flags what is demanded and allowed: see src/wasm/client.rs
 * @param take takes what was found, by {@link textAt} and the like, before anything else is read
 * @throws the error that the answer is, or what is wrong with it
 */
export function read<T>(table: string, response: HttpResponse, flags: number, take: () => T): T {
  const { status, body } = response ?? {};
  if (typeof body !== "string" && !ArrayBuffer.isView(body)) {
    throw invalid("body", "neither text nor octets");
  }
  source = bodyText(response);
  const wasm = core();
  start = write(table);
  const length = write(typeof body === "string" ? source : body, start);
  isAscii = length === source.length;
  try {
    const result = wasm.answer(start, length, status, flags);
    if (!isFailure(result)) return take();
    const challenge = kindOf(result) === KIND_HTTP && challengeOf(headersOf(response));
    if (!challenge) throw failureAt(result, response);
    // It is a refusal like one in the body.
    return read(table, { status, headers: response.headers, body: JSON.stringify(challenge) }, flags, take);
  } finally {
    input.fill(0, 0, start + length);
    source = "";
  }
}

/** The text of a member; `undefined` if it is missing, or empty where it may be: then it says nothing. */
export function textAt(member: number): string | undefined {
  if (!hasAt(member) || slots[4 * member] === slots[4 * member + 1]) return undefined;
  if (isAscii && !isMarked(member, ESCAPED)) return source.slice(slots[4 * member], slots[4 * member + 1]);
  return JSON.parse(`"${writtenAt(member)}"`) as string;
}

/** A member as it is written, of a text what is between the quotes. */
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
export function noteLifetimes(expiresIn: number, expiresAt: number, now: number, response: HttpResponse): void {
  core().lifetimes(expiresIn, expiresAt, now, httpDate(headersOf(response)?.get("date") ?? ""));
}

/** The end of a lifetime by this machine's clock. */
export const DEADLINE = SLOTS - 2;

/** How far the server's clock is ahead of this machine's. */
export const CLOCK_SKEW = SLOTS - 1;
