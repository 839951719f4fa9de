import { invalid } from "../client/invalid.js";
import type { InvalidArgumentError } from "../errors.js";

/** @throws {InvalidArgumentError} @internal */
export function checkUrl(argument: string, url: unknown): void {
  if (typeof url !== "string" || !isUrl(url)) throw noUrl(argument);
}

/** Whether this is an https URL without fragment and user, or an http URL on loopback. */
function isUrl(text: string): boolean {
  const [, scheme, authority] = /^(https?):\/\/([^/?]*)/.exec(text) ?? [];
  if (authority === undefined || authority.includes("@") || !/^(?:(?!["<>\\^`{|}#])[!-~])*$/.test(text)) return false;
  const [host = ""] = /^[^\]]*\]|^[^:]*/.exec(authority) ?? [];
  return host !== "" && (scheme === "https" || ["localhost", "127.0.0.1", "[::1]"].includes(host));
}

/** @internal */
export function noUrl(argument: string): InvalidArgumentError {
  return invalid(argument, "expected an https URL without fragment, or http on loopback");
}
