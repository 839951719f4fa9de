import { type HttpResponse, bodyText, fieldOf, headersOf, octetsOf } from "./answer.js";
import { challengeOf } from "./challenge.js";
import { core, decoder, input, longs, scan, slots, write } from "./core.js";
import { faultOf, kindOf, refusal } from "./failure.js";
import { DETAIL, ESCAPED, FOUND, KIND_HTTP, KIND_MALFORMED, KIND_OAUTH, REASONS, UNREAD } from "./generated/tables.js";
import { invalid } from "./invalid.js";
import { INT64_MAX, httpDate } from "./retry-after.js";

/** The answer that is being read, and where it is in the module's memory. */
let source = "";
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
export function read<T>(table: string, response: HttpResponse, flags: number, take: () => T, subject?: string): T {
  const { status, body, headers } = response ?? {};
  if (typeof body !== "string" && !ArrayBuffer.isView(body)) {
    throw invalid("body", "neither text nor octets");
  }
  // A browser gives 0 for a redirect that is not followed.
  if (typeof status !== "number" || !(status >= 0 && status < 1000)) throw invalid("status", "not a status code");
  // What the application has given is asked once.
  const answer = { status, body, headers };
  core();
  source = bodyText(answer);
  const length = write(typeof body === "string" ? source : octetsOf(body));
  isAscii = length === source.length;
  try {
    const result = scan(table, length, status, flags);
    if (!result) return take();
    const kind = kindOf(result);
    if (kind === KIND_MALFORMED) throw faultOf(result, table, status, subject);
    if (kind !== KIND_HTTP) {
      // The slots are those of `REFUSAL` in `src/rules/answer.rs`.
      const order = kind === KIND_OAUTH ? [0, 1, 2, 3, 4] : [5, 6, 2, 4, 3];
      const [error, description, uri, id, otherId] = order.map((member) => textAt((result & DETAIL) + member));
      throw refusal(kind, [error, description, uri, id ?? otherId], answer);
    }
  } finally {
    input.fill(0, 0, length);
    source = "";
  }
  // It is a refusal like one in the body.
  const challenge = challengeOf(headersOf(answer));
  if (!challenge) throw refusal(KIND_HTTP, [], answer);
  const { error, error_description, error_uri } = challenge;
  throw refusal(KIND_OAUTH, [error, error_description, error_uri], {
    status,
    headers,
    body: JSON.stringify(challenge),
  });
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
  return decoder.decode(input.subarray(slots[4 * member], slots[4 * member + 1]));
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

/**
 * When the tokens or codes of an answer expire by this machine's clock, and by how many seconds the server's clock is ahead
 * of it; `undefined` for what is not known. The twin of `lifetimes` in `src/rules/answer.rs`; both run
 * `tests/vectors/lifetimes.json`.
 */
export function lifetimes(
  expiresIn: bigint | undefined,
  expiresAt: bigint | undefined,
  { now, sent }: Received,
): [deadline: bigint | undefined, clockSkew: bigint | undefined] {
  const present = int64(now);
  let server = Number.isNaN(sent) ? undefined : int64(sent);
  if (expiresIn !== undefined && expiresAt !== undefined) server = expiresAt - expiresIn;
  return [
    expiresIn === undefined ? expiresAt : int64(present + expiresIn),
    server === undefined ? undefined : int64(server - present),
  ];
}

/** The nearest number of 64 bits. */
function int64(number: bigint | number): bigint {
  const nearest = number > INT64_MAX ? INT64_MAX : number < -INT64_MAX ? -INT64_MAX - 1n : number;
  return typeof nearest === "bigint" ? nearest : BigInt(Math.trunc(nearest));
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
