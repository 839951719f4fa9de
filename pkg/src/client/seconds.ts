import { InvalidArgumentError, MalformedResponseError } from "../errors.js";
import { callForOne } from "./call.js";
import * as Operation from "./operation.js";

/** How seconds are given: they are int64 on the wire, so `bigint` unless something else is asked for. */
export type Int64 = "bigint" | "number" | "string";

/** The type of seconds that {@link Int64} asks for. */
export type Seconds<I extends Int64 = "bigint"> = I extends "number" ? number : I extends "string" ? string : bigint;

/**
 * Seconds as they were asked for.
 *
 * @param name where they stand, for the error
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
    const reason = `${seconds} is beyond the numbers that JavaScript holds exactly`;
    throw new MalformedResponseError(`malformed answer: ${name}: ${reason}`, name, reason, undefined);
  }
  return number as Seconds<I>;
}

/** A result that is seconds. @internal */
export function secondsFrom(digits: string | undefined): bigint | undefined {
  return digits ? BigInt(digits) : undefined;
}

/**
 * Reads a lifetime from its JSON text: `3600`, `"3600"`, `3600.0` and `1e3` are whole numbers;
 * `null` is unknown.
 *
 * @param options `int64`: what is returned instead of a `bigint`
 * @throws {InvalidArgumentError} for anything that is not a whole number from 0 to 2^63 − 1
 * @throws {MalformedResponseError} for one that `int64: "number"` would round
 * @example
 * ```js
 * parseExpiry("9007199254740993"); // 9007199254740993n
 * ```
 */
export function parseExpiry<I extends Int64 = "bigint">(
  json: string,
  options: { readonly int64?: I | undefined } = {},
): Seconds<I> | undefined {
  if (typeof json !== "string") throw new InvalidArgumentError("the text is not a string", "text");
  return secondsAs(secondsFrom(callForOne(Operation.ParseSeconds, { json })), options.int64, "$");
}
