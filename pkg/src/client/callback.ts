import { CallbackError, type EiamTokenError } from "../errors.js";
import { refusal } from "./failure.js";
import { isSame } from "./same.js";

/** What a callback must agree with. */
interface Expected {
  /** `state` as it was sent. */
  readonly state: string;
  /** The server's issuer, if it is known. */
  readonly issuer: string | undefined;
  /** Whether the server names its issuer in every callback. */
  readonly hasIss: boolean | undefined;
}

/** The parameters that are read, in the order in which they are refused. A callback may have any others. */
const NAMES = ["state", "iss", "error", "error_description", "error_uri", "code"] as const;

/**
 * The code of a callback, which is a URL with a query or a fragment, only the query or the fragment, or the body of a
 * `form_post`. `state` and `iss` are checked before anything else is believed, including the server's error (RFC 9207
 * section 2.4). The twin of `src/rules/callback.rs`; both run `tests/vectors/callback.json`.
 *
 * @throws {OAuthError} the server's refusal
 * @throws {CallbackError} for a parameter that occurs twice, a `state` that is missing or different, an `iss` that is
 *   different, or missing although the server announces it, and a response without a code
 */
export function codeOf(callback: string, { state, issuer, hasIss }: Expected): string {
  const [before, ...after] = callback.split("#") as [string, ...string[]];
  // A text that begins with a parameter is itself a query or a form, and may have `?` and `://` in its values.
  let form = /^[^=&?:/]*[?:/]/.test(before) ? before.slice(before.indexOf("?") + 1 || before.length) : before;
  let found = decoded(form);
  // The redirect URI may have a query of its own, with a `state` of its own, and a `#section` may follow the response. All
  // of the response is in the part that has the `state` of the request.
  const fragment = after.join("#");
  if (found.get("state") !== state && decoded(fragment).has("state")) found = decoded((form = fragment));
  const [is, iss, error, description, uri, code] = NAMES.map((name) => found.get(name) ?? "");
  for (const name of NAMES) if (found.getAll(name).length > 1) throw wrong(name, "is there twice");
  if (!found.has("state")) throw wrong("state", "is missing");
  if (!isSame(is!, state)) throw wrong("state", "belongs to another request");
  if (found.has("iss") ? issuer && iss !== issuer : hasIss) {
    throw wrong("iss", found.has("iss") ? "is another issuer than the one that was asked" : "is missing");
  }
  if (error) {
    throw refusal("oauth", [error, description, uri], undefined, JSON.stringify(Object.fromEntries(found)));
  }
  if (!code) throw wrong("code", found.has("code") ? "is empty" : "is missing");
  // What was no UTF-8 would be sent as something else.
  if (code.includes("\ufffd") || form.split("&").some(isBroken)) throw wrong("code", "is not form-encoded");
  return code;
}

/** Decodes a form. A broken escape stands for itself. */
function decoded(form: string): URLSearchParams {
  // Node.js loses characters that are not encoded if others are. Half of a surrogate pair has no encoding.
  const ascii = form.replace(/\P{ASCII}/gu, (odd) => encodeURIComponent(/\p{Cs}/u.test(odd) ? "\ufffd" : odd));
  // The class leaves out a question mark at the beginning.
  return new URLSearchParams(`&${ascii}`);
}

/** Whether a pair is a code with a broken escape in its value. */
function isBroken(pair: string): boolean {
  return /%(?![\da-f]{2})/i.test(pair) && decoded(pair).has("code");
}

function wrong(parameter: string, reason: string): EiamTokenError {
  return new CallbackError(`the callback is refused: ${parameter} ${reason}`, parameter);
}
