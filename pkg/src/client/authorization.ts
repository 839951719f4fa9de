import { InvalidArgumentError } from "../errors.js";
import { redacted } from "./redacted.js";
import { storedObject } from "./stored.js";

/** An authorization request that was made: where to go, and what finishes it afterwards. */
export interface AuthorizationRequest {
  /** The URL for the browser, with `state`, `nonce` and the PKCE challenge in it. */
  readonly url: string;
  /**
   * Everything that is needed to finish, as text, PKCE verifier included: keep it across the
   * navigation where only this client can read it (`sessionStorage`), and use it once.
   */
  serialize(): string;
}

/** What finishes a request, in the members of its text. @internal */
export interface Transaction {
  readonly issuer?: string | undefined;
  readonly client_id: string;
  readonly redirect_uri: string;
  readonly scope?: string | undefined;
  readonly state: string;
  readonly nonce?: string | undefined;
  readonly code_verifier: string;
  /** Seconds. */
  readonly max_age?: string | undefined;
}

/** @internal */
export function authorizationRequest(url: string, transaction: Transaction): AuthorizationRequest {
  return redacted("AuthorizationRequest", { url }, { serialize: () => JSON.stringify(transaction) });
}

/** @internal */
export function transactionFrom(text: string): Transaction {
  const stored = storedObject(text);
  for (const name of ["client_id", "redirect_uri", "state", "code_verifier"]) {
    if (typeof stored[name] !== "string") {
      throw new InvalidArgumentError(`the stored request has no ${name}`, "request");
    }
  }
  return stored as unknown as Transaction;
}

/** A code and the transaction that it belongs to. @internal */
export type CallbackParts = Transaction & { readonly code: string };

/**
 * A callback that belongs to its request. Only `parseCallback` makes one, and it is the only thing
 * that `exchangeCode` takes.
 */
export class AuthorizationResponse {
  /** A closure, because consoles of browsers show private fields. */
  readonly #reveal: () => CallbackParts;

  /** @internal */
  constructor(parts: CallbackParts) {
    this.#reveal = () => parts;
    Object.freeze(this);
  }

  /** @internal */
  static parts(response: AuthorizationResponse): CallbackParts {
    if (typeof response !== "object" || response === null || !(#reveal in response)) {
      throw new InvalidArgumentError("response is not what parseCallback gave", "response");
    }
    return response.#reveal();
  }
}
