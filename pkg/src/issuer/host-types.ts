/**
 * Types of the host, taken from it where the program's type libraries have them and described
 * otherwise, so that a program needs neither the DOM's types nor Node's.
 *
 * @module
 */

/** What the issuer reads of a request. The `Request` of every runtime is one. */
export interface RequestLike {
  readonly method: string;
  readonly url: string;
  readonly headers: { forEach(visit: (value: string, name: string) => void): void };
  readonly body?: unknown;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** What every `Response` has. */
export interface ResponseLike {
  readonly status: number;
  readonly ok: boolean;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
  json(): Promise<any>;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** The host's `Response`. */
export type HostResponse = typeof globalThis extends { Response: { prototype: infer R } }
  ? R
  : ResponseLike;

/** The host's `CryptoKey`. */
export type HostCryptoKey = typeof globalThis extends { CryptoKey: { prototype: infer K } }
  ? K
  : object;

/** A pair of WebCrypto keys; `CryptoKeyPair` where the host has that type. */
export interface SigningKeyPair {
  readonly publicKey: HostCryptoKey;
  readonly privateKey: HostCryptoKey;
}

/** `Disposable` where the program's type libraries have `Symbol.dispose`; nothing otherwise. */
export type HostDisposable = SymbolConstructor extends { readonly dispose: infer K extends symbol }
  ? { [P in K]: () => void }
  : object;
