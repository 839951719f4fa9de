import { INT64_MAX } from "./retry-after.js";

/** The reason for what is no number. */
export const NOT_A_NUMBER = "not a number of seconds";

/**
 * Reads whole seconds from 0 to 2^63 − 1 from a number in JSON's grammar. What counts is the value and not how it is
 * spelled, so that `36e2` and `3600.0` are 3600. The twin of `src/rules/integer.rs`; both run `tests/vectors/answer.json`.
 *
 * @param isDate whether the number is a moment, which may have a fraction of a second (RFC 7519 section 2): it is left off
 * @returns the seconds, or why there are none
 */
export function secondsOf(text: string, isDate: boolean): bigint | string {
  const [, minus, whole, fraction = "", exponent] =
    /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  if (!whole) return NOT_A_NUMBER;
  let digits = whole + fraction;
  let zeros = Number(exponent ?? 0) - fraction.length;
  // A zero at the end may cancel a negative exponent. A regular expression would try all zeros within again and again.
  let end = digits.length;
  while (digits[end - 1] === "0") end--;
  zeros += digits.length - end;
  digits = digits.slice(0, end).replace(/^0+/, "");
  if (digits && zeros < 0) {
    if (!isDate || exponent !== undefined) return "not a whole number of seconds";
    [digits, zeros] = [whole.replace(/^0/, ""), 0];
  }
  if (!digits) return 0n;
  const size = digits.length + zeros > 19 ? INT64_MAX + 2n : BigInt(digits + "0".repeat(zeros));
  if (size > INT64_MAX + (minus ? 1n : 0n)) return "outside the range of int64";
  return minus ? "negative" : size;
}
