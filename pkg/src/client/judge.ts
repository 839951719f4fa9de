import { decoder, input, slots } from "./core.js";
import { ESCAPED, HALF, HTTP, ODD } from "./generated/tables.js";
import { NOT_A_NUMBER, secondsOf } from "./integer.js";
import { addressFault } from "./safety.js";
import type { Entry } from "./table.js";

/** What was asked for, on which the judgement of an answer depends. */
export interface Asked {
  /** How safe the addresses in the answer have to be at least. Default: `HTTP`. */
  readonly least?: number;
  /** Whether an id_token has to come, because a nonce was sent (OpenID Connect Core section 3.1.3.3). */
  readonly idToken?: boolean;
  /** Whether it is the answer to a refresh, which need not have an id_token (OpenID Connect Core section 12.2). */
  readonly refresh?: boolean;
  /** The types of tokens that the client can use. Default: those that need no proof of a key. */
  readonly types?: RegExp;
}

/** An answer in the module's memory. */
export interface Source {
  /** Its text. */
  readonly text: string;
  /** Whether the places in the memory are those in the text. */
  readonly isAscii: boolean;
}

/** The most octets of a string that is read, as it is written. */
const LONGEST_STRING = 65_536;

/** The reason for a member that has to be there. */
export const MISSING = "missing";

/** The types of JSON by their first characters. Any other begins a number. */
const TYPES: Readonly<Record<string, string>> = {
  t: "a boolean",
  f: "a boolean",
  "[": "an array",
  "{": "an object",
};

/** The types of tokens that a client without a key can use. */
const WITHOUT_PROOF = /^(bearer|basic|n_a)$/i;

/** Why the member that was judged last cannot be read; empty if it can, or is missing and may be. */
export let fault: string;

/**
 * Judges what the scan has found of a member, and sets {@link fault}. The twin of `src/rules/judge.rs`; both run
 * `tests/vectors/answer.json`.
 *
 * @param entry the member, whose letter says what it may be: see `src/rules/member.rs`
 * @param slot the place of the member among those that are wanted
 * @returns the value; `undefined` if it is missing or cannot be read
 */
export function judge(
  { letter, kind }: Pick<Entry, "letter" | "kind">,
  slot: number,
  source: Source,
  { least = HTTP, idToken, refresh, types = WITHOUT_PROOF }: Asked = {},
): string | bigint | boolean | undefined {
  const isRequired = kind !== letter;
  const first = firstOf(slot);
  fault = "";
  const isOfKind = kind === "f" ? "tf".includes(first) : kind !== "l" || first === "[";
  if (!first || first === "n" || !isOfKind) {
    if (isRequired) fault = MISSING;
    if (kind === "i" && idToken && !refresh) fault = "missing though openid was asked for";
    return undefined;
  }
  const isText = first === '"';
  if ("sudm".includes(kind)) {
    // What has another type is no number either.
    const isDate = !isText && "dm".includes(kind);
    // RFC 7519 section 2: a claim is a number. Members of answers are often written as texts.
    const isNoClaim = isText && kind === "m";
    const seconds = isNoClaim
      ? NOT_A_NUMBER
      : (fewDigits(slot) ?? secondsOf(TYPES[first] ?? contentOf(slot, source), isDate));
    if (typeof seconds === "bigint") return seconds;
    fault = seconds;
    return undefined;
  }
  if (kind === "f") return first === "t";
  if (kind === "l") return contentOf(slot, source);
  if (!isText) {
    fault = `${TYPES[first] ?? "a number"} and not a string`;
    return undefined;
  }
  const text = contentOf(slot, source);
  const length = slots[slot * 4 + 1]! - slots[slot * 4]!;
  const marks = slots[slot * 4 + 2]!;
  const isToken = "kri".includes(kind);
  if (!length && (isToken || isRequired)) fault = "empty";
  else if (length > LONGEST_STRING) fault = `a string of more than ${LONGEST_STRING} bytes`;
  else if (isToken) {
    if (marks & ODD || (marks & ESCAPED && /[^ -~]/.test(text))) fault = "has a character that is not printable ASCII";
  } else if (marks & HALF) fault = "not a valid escape";
  else if (kind === "b") {
    if (text !== "Bearer" && !types.test(text)) fault = "a type of token that this client cannot use";
  } else if (kind !== "t") fault = addressFault(text, least) ?? "";
  // An empty text says nothing.
  return fault ? undefined : text || undefined;
}

/** The number that a few digits are, as nearly all lifetimes are written; `undefined` for any other value. */
function fewDigits(slot: number): bigint | undefined {
  let at = slots[slot * 4]!;
  const to = slots[slot * 4 + 1]!;
  // JSON has no number with a zero at its beginning, but a string may have one.
  if (to - at > 15 || input[at] === ZERO) return undefined;
  let value = 0;
  do {
    const digit = input[at]! - ZERO;
    if (!(digit >= 0 && digit < 10)) return undefined;
    value = value * 10 + digit;
  } while (++at < to);
  return BigInt(value);
}

/** The code of the digit 0. */
const ZERO = 48;

/** Whether an answer is refused for a fault of a member with this letter, and is not only read without the member. */
export function isFatal(letter: string, fault: string): boolean {
  return !(/[em]/.test(letter) || (letter === "u" && fault === NOT_A_NUMBER));
}

/** The first character of a member's value; empty if it is missing. */
export function firstOf(slot: number): string {
  const code = slots[slot * 4 + 3]!;
  return code ? String.fromCharCode(code) : "";
}

/** The text of a string, or any other value as it is written. */
export function contentOf(slot: number, { text, isAscii }: Source): string {
  const from = slots[slot * 4];
  const to = slots[slot * 4 + 1];
  const written = isAscii ? text.slice(from, to) : decoder.decode(input.subarray(from, to));
  return slots[slot * 4 + 2]! & ESCAPED ? (JSON.parse(`"${written}"`) as string) : written;
}
