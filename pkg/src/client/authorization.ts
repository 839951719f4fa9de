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

/** Code, redirect URI, verifier and nonce. @internal */
export type CallbackParts = readonly [string, string, string, string | undefined];

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
