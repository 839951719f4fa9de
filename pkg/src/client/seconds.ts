import { core, input, scan, write } from "./core.js";
import { LIFETIME_ANSWER, REASONS, REASON_TRAILING_CHARACTERS } from "./generated/tables.js";
import { invalid } from "./invalid.js";
import { fault, judge } from "./judge.js";
import { malformed } from "./malformed.js";

/**
 * The name of the type in which seconds are returned. They are 64-bit integers in the protocol, so the default is
 * `bigint`.
 */
export type Int64 = "bigint" | "number" | "string";

/** The type of seconds that {@link Int64} asks for. */
export type Seconds<I extends Int64 = "bigint"> = I extends "number" ? number : I extends "string" ? string : bigint;

/**
 * Converts seconds to the requested type.
 *
 * @param name the member that has them, for the error
 * @throws {MalformedResponseError} for a number that JavaScript would round
 * @internal
 */
export function secondsAs<I extends Int64>(
  seconds: bigint | undefined,
  int64: I | undefined,
  name: string,
): Seconds<I> | undefined {
  if (seconds === undefined) return undefined;
  if (int64 === "string") return `${seconds}` as Seconds<I>;
  if (int64 !== "number") return seconds as Seconds<I>;
  const number = Number(seconds);
  if (!Number.isSafeInteger(number)) {
    throw malformed(name, `${seconds} is beyond the numbers that JavaScript holds exactly`, undefined);
  }
  return number as Seconds<I>;
}

/**
 * Reads a lifetime from its JSON text. `3600`, `"3600"`, `3600.0` and `36e2` are the same whole number.
 *
 * @param options `int64`: the type of the result (default: `bigint`)
 * @returns the seconds; `undefined` for `null`, which means that the lifetime is unknown
 * @throws {InvalidArgumentError} for anything that is not a whole number from 0 to 2^63 − 1
 * @throws {MalformedResponseError} for a number that `int64: "number"` would round
 * @example
 * ```js
 * import { parseExpiry } from "eiam-token";
 *
 * parseExpiry("9007199254740993"); // 9007199254740993n
 * ```
 */
export function parseExpiry<I extends Int64 = "bigint">(
  json: string,
  options: { readonly int64?: I | undefined } = {},
): Seconds<I> | undefined {
  if (typeof json !== "string") throw invalid("text", "not a string");
  core();
  const text = `{"text":${json}}`;
  const length = write(text);
  try {
    // The text must not add members to the object around it, as `1,"a":2` would, so it has to be JSON by itself, too.
    const reason = scan(LIFETIME_ANSWER, length) || (isValue(json) ? 0 : REASON_TRAILING_CHARACTERS);
    if (reason) throw invalid("text", REASONS[reason]!);
    const seconds = judge({ letter: "s", kind: "s" }, 0, { text, isAscii: length === text.length });
    if (fault) throw invalid("text", fault);
    return secondsAs(seconds as bigint | undefined, options?.int64, "$");
  } finally {
    input.fill(0, 0, length);
  }
}

/** Whether a text is JSON. */
function isValue(json: string): boolean {
  try {
    JSON.parse(json);
    return true;
  } catch {
    return false;
  }
}
