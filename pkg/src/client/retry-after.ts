import { type HeaderFields, fieldOf } from "./answer.js";

/**
 * The groups are day and month, year, hour and minute, and second, of which 60 is a leap second. Whether the weekday is
 * the right one does not count.
 */
const DATE =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), ((?:0[1-9]|[12]\d|3[01]) [A-Z][a-z]{2}) (\d{4}) ((?:[01]\d|2[0-3]):[0-5]\d:)([0-5]\d|60) GMT$/;

/** The greatest number of 64 bits. @internal */
export const INT64_MAX = 2n ** 63n - 1n;

/**
 * The Gregorian calendar repeats itself after 400 years. Dates are read that much later, because `Date` takes the years 0
 * to 99 for those of the twentieth or twenty-first century.
 */
const CYCLE_YEARS = 400;
const CYCLE = 146_097 * 86_400;

/**
 * Reads a date in the only format that servers may send, such as `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 section
 * 5.6.7).
 *
 * @returns Unix seconds; not a number for anything else
 */
export function httpDate(text: string): number {
  const parts = DATE.exec(text);
  // Most answers have none that counts, and to parse a date costs a fifth of what it takes to read tokens.
  if (!parts) return NaN;
  const [, day, year, time, second] = parts;
  return Date.parse(`${day} ${Number(year) + CYCLE_YEARS} ${time}00 GMT`) / 1000 + Number(second) - CYCLE;
}

/**
 * Reads when to ask again from `x-acs-retry-after`, which has milliseconds, or else from `Retry-After` (RFC 9110 section
 * 10.2.3), which has seconds or a date. A date counts from the field `Date`, by the server's own clock. The twin of
 * `src/rules/retry_after.rs`; both run `tests/vectors/retry-after.json`.
 *
 * @returns the milliseconds to wait; `undefined` if neither field can be read
 */
export function retryAfterOf(headers: HeaderFields | undefined): number | undefined {
  const field = (name: string) => fieldOf(headers, name).replace(/^[\t\n\f\r ]+|[\t\n\f\r ]+$/g, "");
  const milliseconds = whole(field("x-acs-retry-after"));
  if (milliseconds !== undefined) return milliseconds;
  const text = field("retry-after");
  const seconds = whole(text) ?? Math.max(0, httpDate(text) - httpDate(field("date")));
  return seconds >= 0 ? Math.min(seconds * 1000, Number(INT64_MAX)) : undefined;
}

/** A number that consists of digits only; `undefined` for other text and for a number beyond int64. */
function whole(text: string): number | undefined {
  return /^\d+$/.test(text) && BigInt(text) <= INT64_MAX ? Number(text) : undefined;
}
