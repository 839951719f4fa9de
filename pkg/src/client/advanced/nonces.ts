import { type HeaderFields, fieldOf } from "../answer.js";

/** The most servers whose nonces are kept. */
const MOST = 100;

/**
 * What a nonce consists of (RFC 9449 section 8.1). Nobody needs a longer one, and one that is no nonce would end in a
 * header.
 */
const NONCE = /^[\x21\x23-\x5b\x5d-\x7e]{1,1024}$/;

/** The last nonce of each server, which its proofs repeat. */
export class Nonces {
  readonly #kept = new Map<string, string>();

  /**
   * Sends a request with the last nonce of its server, and once more if the server demands another one (RFC 9449
   * sections 8 and 9).
   *
   * @param server the name of the server, such as its origin
   * @param attempt sends the request with a nonce; `undefined` if the server has given none
   * @param refuses whether a response says that the nonce was missing or wrong
   */
  async with<R extends { readonly headers?: HeaderFields | undefined }>(
    server: string,
    attempt: (nonce: string | undefined) => Promise<R>,
    refuses: (response: R) => boolean,
  ): Promise<R> {
    const nonce = this.#kept.get(server);
    const response = await attempt(nonce);
    const fresh = this.#take(server, response);
    if (!fresh || fresh === nonce || !refuses(response)) return response;
    const second = await attempt(fresh);
    this.#take(server, second);
    return second;
  }

  /** Keeps the nonce of a response, and forgets that of the server that was asked the longest ago if there are many. */
  #take(server: string, { headers }: { readonly headers?: HeaderFields | undefined }): string | undefined {
    const nonce = fieldOf(headers, "dpop-nonce");
    if (!NONCE.test(nonce)) return undefined;
    this.#kept.delete(server);
    this.#kept.set(server, nonce);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST) this.#kept.delete(oldest!);
    return nonce;
  }
}

/** Whether a field `WWW-Authenticate` demands a nonce (RFC 9449 section 9). */
export function asksForNonce(challenge: string): boolean {
  return /(^|[\s,])DPoP\s(.*[\s,])?error="?use_dpop_nonce("|[\s,]|$)/i.test(challenge);
}
