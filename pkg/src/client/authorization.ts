import { InvalidArgumentError } from "../errors.js";
import { redacted } from "./redacted.js";

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

/** @internal */
export function authorizationRequest(url: string, transaction: string): AuthorizationRequest {
  return redacted("AuthorizationRequest", { url }, { serialize: () => transaction });
}

/**
 * A callback that belongs to its request. Only `parseCallback` makes one, and it is the only thing
 * that `exchangeCode` takes.
 */
export class AuthorizationResponse {
  readonly #parts: readonly [string, string, string, string | undefined];

  /** @internal */
  constructor(parts: readonly [string, string, string, string | undefined]) {
    this.#parts = parts;
    Object.freeze(this);
  }

  /**
   * Code, redirect URI, verifier and nonce.
   *
   * @internal
   */
  static parts(response: AuthorizationResponse): readonly [string, string, string, string | undefined] {
    if (typeof response !== "object" || response === null || !(#parts in response)) {
      throw new InvalidArgumentError("response is not what parseCallback gave", "response");
    }
    return response.#parts;
  }
}
