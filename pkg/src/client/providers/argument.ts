import { invalid } from "../invalid.js";

/**
 * Refuses a part of an address that could break out of it.
 *
 * @param name the name of the argument, for the error
 * @param example what the part should look like, for the error
 * @throws {InvalidArgumentError} if it does not match
 */
export function checkPart(name: string, part: unknown, pattern: RegExp, example: string): void {
  if (typeof part === "string" && pattern.test(part)) return;
  throw invalid(name, `not such as ${example}`);
}

/**
 * Returns the address of a server without a slash at its end.
 *
 * @throws {InvalidArgumentError} if it is no http(s) URL without query and fragment
 */
export function baseOf(name: string, url: unknown, example: string): string {
  checkPart(name, url, /^https?:\/\/[^\s/?#@\\"<>]+(\/[^\s?#\\"<>]*)?$/i, example);
  return (url as string).replace(/\/$/, "");
}
