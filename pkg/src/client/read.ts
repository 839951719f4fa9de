import { type HttpResponse, bodyText, fieldOf, headersOf, isSuccess, octetsOf } from "./answer.js";
import { challengeOf } from "./challenge.js";
import { core, input, scan, write } from "./core.js";
import { jsonFault, refusal } from "./failure.js";
import { REFUSAL_ANSWER } from "./generated/tables.js";
import { invalid } from "./invalid.js";
import { type Asked, contentOf, fault, firstOf, isFatal, judge } from "./judge.js";
import { malformed } from "./malformed.js";
import { INT64_MAX, httpDate } from "./retry-after.js";
import { entriesOf } from "./table.js";

/** What was read of an answer. */
export interface Answer {
  /**
   * The values of the members that are there, by their names as JavaScript spells them: texts, seconds, flags, and arrays
   * as they are written.
   */
  // biome-ignore lint/suspicious/noExplicitAny: the table says which type a member has
  readonly values: Readonly<Record<string, any>>;
  /** Why members that are there are not read. */
  readonly unread: Readonly<Record<string, string>>;
  /** The text of the whole answer. */
  readonly text: string;
}

/**
 * Reads an answer. It is judged by its structure and not by its content type, which servers often get wrong. The twin of
 * `src/rules/answer.rs`; both run `tests/vectors/answer.json`.
 *
 * @param table the members that are wanted, from `generated/tables.ts`
 * @throws {OAuthError} if the server refused
 * @throws {GatewayError} if Alibaba Cloud's gateway refused
 * @throws {ResponseError} for an error status without a readable reason
 * @throws {MalformedResponseError} for the first thing in a success that breaks the protocol
 * @throws {InvalidArgumentError} if it is no answer at all
 */
export function read(table: string, response: HttpResponse, asked?: Asked): Answer {
  const { status, body, headers } = response ?? {};
  if (typeof body !== "string" && !ArrayBuffer.isView(body)) {
    throw invalid("body", "neither text nor octets");
  }
  // A browser gives 0 for a redirect that is not followed.
  if (typeof status !== "number" || !(status >= 0 && status < 1000)) throw invalid("status", "not a status code");
  // What the application has given is asked once.
  const answer = { status, body, headers };
  let said: Readonly<Record<string, string | undefined>> = {};
  core();
  const text = bodyText(answer);
  const length = write(typeof body === "string" ? text : octetsOf(body));
  try {
    const reason = scan(table, length);
    if (!reason) {
      const source = { text, isAscii: length === text.length };
      const members = entriesOf(table);
      const values: Record<string, unknown> = {};
      const unread: Record<string, string> = {};
      let wrong: string[] | undefined;
      for (let slot = 0; slot < members.length; slot++) {
        const member = members[slot]!;
        values[member.argument] = judge(member, slot, source, asked);
        if (!fault) continue;
        if (isFatal(member.letter, fault)) wrong ??= [member.name, fault];
        else unread[member.name] = fault;
      }
      if (!wrong && isSuccess(status)) return { values, unread, text };
      const words = entriesOf(REFUSAL_ANSWER).map(({ name }, index) => {
        const slot = members.length + index;
        return [name, firstOf(slot) === '"' ? contentOf(slot, source) : ""];
      });
      said = Object.fromEntries(words);
      if (isSuccess(status) && !said["error"] && !said["Code"]) throw malformed(`$.${wrong![0]}`, wrong![1]!, status);
    } else if (isSuccess(status)) throw jsonFault(reason, status);
  } finally {
    input.fill(0, 0, length);
  }
  if (!said["error"] && !said["Code"]) {
    said = challengeOf(headersOf(answer));
    // It is a refusal like one in the body.
    if (said["error"]) answer.body = JSON.stringify(said);
  }
  const { error, error_description, error_uri, Code, Message, request_id: id, RequestId: otherId } = said;
  if (error) throw refusal("oauth", [error, error_description, error_uri, id || otherId], answer);
  throw Code ? refusal("gateway", [Code, Message, undefined, otherId || id], answer) : refusal("http", [], answer);
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
  // Two numbers of one type are compared much faster.
  if (Number.isSafeInteger(number)) return BigInt(number);
  const nearest = number > INT64_MAX ? INT64_MAX : number < INT64_MIN ? INT64_MIN : number;
  return typeof nearest === "bigint" ? nearest : BigInt(Math.trunc(nearest));
}

const INT64_MIN = -(2n ** 63n);

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
