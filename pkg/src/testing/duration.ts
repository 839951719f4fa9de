import { invalid } from "../client/invalid.js";

/** A span of time: whole seconds, or text such as `"90s"`, `"20m"`, `"1h"` and `"2d"`. */
export type Duration = number | bigint | string;

/** How many seconds the units have. */
const UNITS: Readonly<Record<string, bigint>> = { s: 1n, m: 60n, h: 3_600n, d: 86_400n };

/**
 * Reads a span of time.
 *
 * @param name what the span is called in errors
 * @returns whole seconds, not below zero: a clock that goes back is set
 * @throws {InvalidArgumentError} if it is none
 */
export function secondsIn(duration: unknown, name: string): bigint {
  if (typeof duration === "bigint" && duration >= 0n) return duration;
  if (typeof duration === "number" && Number.isSafeInteger(duration) && duration >= 0) return BigInt(duration);
  // As many digits as no clock has, so that the text is not longer than its meaning.
  const [, digits = "", unit = ""] = /^(\d{1,18})([smhd])$/.exec(typeof duration === "string" ? duration : "") ?? [];
  const factor = UNITS[unit];
  if (factor !== undefined) return BigInt(digits) * factor;
  throw invalid(name, 'expected whole seconds from 0, or a number with its unit: "90s", "20m", "1h" or "2d"');
}
