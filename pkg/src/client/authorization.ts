import { invalid } from "./invalid.js";
import { redacted } from "./redacted.js";
import { storedObject } from "./stored.js";

/** An authorization request: the URL for the browser, and what is needed to finish it afterwards. */
export interface AuthorizationRequest {
  /** The URL for the browser, which contains `state`, `nonce` and the PKCE challenge. */
  readonly url: string;
  /**
   * Returns everything that {@link SignInClient.parseCallback} needs as text, including the PKCE verifier. Keep it during
   * the navigation where only this client can read it, such as in `sessionStorage`, and use it once.
   */
  serialize(): string;
}

/** What is needed to finish a request, with the member names of the text of `serialize()`. @internal */
export interface Transaction {
  readonly issuer?: string | undefined;
  readonly client_id: string;
  readonly redirect_uri: string;
  readonly scope?: string | undefined;
  readonly state: string;
  readonly nonce?: string | undefined;
  readonly code_verifier: string;
  /** The seconds of the parameter, in digits. */
  readonly max_age?: string | undefined;
}

/** Whether a scope asks for an id_token (OpenID Connect Core section 3.1.2.1). @internal */
export function hasOpenId(scope: string | undefined): boolean {
  return ` ${scope} `.includes(" openid ");
}

/** Makes an authorization request. Consoles and JSON do not show the transaction. @internal */
export function authorizationRequest(url: string, transaction: Transaction): AuthorizationRequest {
  return redacted("AuthorizationRequest", { url }, { serialize: () => JSON.stringify(transaction) });
}

/**
 * Reads the text of {@link AuthorizationRequest.serialize}.
 *
 * @throws {InvalidArgumentError} if the text does not come from `serialize()`
 * @internal
 */
export function transactionFrom(text: string): Transaction {
  const stored = storedObject(text);
  for (const name of ["client_id", "redirect_uri", "state", "code_verifier"]) {
    if (typeof stored[name] !== "string") throw invalid("request", `has no ${name}`);
  }
  // `String` of a list or an object might be digits as well.
  if (!/^\d{0,19}$/.test(`${stored["max_age"] ?? ""}`)) throw invalid("request", "max_age: not a number of seconds");
  return stored as unknown as Transaction;
}

/** A code and the transaction that it belongs to. @internal */
export type CallbackParts = Transaction & { readonly code: string };

/** What belongs to each response. It is not in a private field, because consoles of browsers show those. */
const parts = /* @__PURE__ */ new WeakMap<AuthorizationResponse, CallbackParts>();

/**
 * An authorization response that was checked. Only {@link SignInClient.parseCallback} makes one, and
 * {@link SignInClient.exchangeCode} accepts nothing else.
 */
export class AuthorizationResponse {
  /** Makes this class a type of its own: TypeScript takes classes with the same members for the same type. */
  declare protected readonly isChecked: true;
}

/** Makes the response of a callback that was checked. @internal */
export function authorizationResponse(checked: CallbackParts): AuthorizationResponse {
  const response = new AuthorizationResponse();
  parts.set(response, checked);
  return Object.freeze(response) as AuthorizationResponse;
}

/**
 * The code of a response, and the transaction that it belongs to.
 *
 * @throws {InvalidArgumentError} if `parseCallback` did not return it
 * @internal
 */
export function partsOf(response: AuthorizationResponse): CallbackParts {
  const checked = parts.get(response);
  if (!checked) throw invalid("response", "not one that parseCallback returned");
  return checked;
}
