import { invalid, unlessInvalid } from "../invalid.js";

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
 * Returns the address of a server as the server writes it, so that it can be compared: scheme and host in lower case, no
 * default port, and no slash at its end. The path is a server's own, so its letters stay.
 *
 * @throws {InvalidArgumentError} if it is no http(s) URL without query and fragment
 */
export function baseOf(name: string, url: unknown, example: string): string {
  checkPart(name, url, /^https?:\/\/[^\s/?#@\\"<>]+(\/[^\s?#\\"<>]*)?$/i, example);
  const [, origin, path] = /^([^/]+\/\/[^/]+)(.*?)\/?$/.exec(url as string)!;
  return unlessInvalid(name, `not such as ${example}`, () => new URL(origin!).origin) + path;
}
