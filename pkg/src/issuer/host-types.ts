/**
 * Types of the host, taken from it where the program's type libraries have them and described
 * otherwise, so that a program needs neither the DOM's types nor Node's.
 *
 * @module
 */

/** Header fields one after the other; `Headers` are some. */
export interface FieldList {
  /** Shows each field to `visit`. */
  forEach(visit: (value: string, name: string) => void): void;
}

/** Header fields by name; `Headers` are some. */
export interface FieldLookup {
  /** The value of a field; `null` if it is not there. */
  get(name: string): string | null;
}

/** What the issuer reads of a request. The `Request` of every runtime is one. */
export interface RequestLike {
  /** The method. */
  readonly method: string;
  /** The absolute URL. */
  readonly url: string;
  /** The header fields. */
  readonly headers: FieldList;
  /** Whether there is a body, and its stream where the host has streams. */
  readonly body?: unknown;
  /** The whole body. */
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** What every `Response` has. */
export interface ResponseLike {
  /** The status code. */
  readonly status: number;
  /** Whether the status is a success. */
  readonly ok: boolean;
  /** The header fields. */
  readonly headers: FieldLookup;
  /** The body as text. */
  text(): Promise<string>;
  /** The body as JSON's value. */
  // biome-ignore lint/suspicious/noExplicitAny: as in the host's own type
  json(): Promise<any>;
  /** The body as bytes. */
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** The host's `Response`. */
export type HostResponse = typeof globalThis extends { Response: { prototype: infer R } } ? R : ResponseLike;

/** The host's `CryptoKey`. */
export type HostCryptoKey = typeof globalThis extends { CryptoKey: { prototype: infer K } } ? K : object;

/** A pair of WebCrypto keys; `CryptoKeyPair` where the host has that type. */
export interface SigningKeyPair {
  /** What is published. */
  readonly publicKey: HostCryptoKey;
  /** What signs. */
  readonly privateKey: HostCryptoKey;
}

/** `Disposable` where the program's type libraries have `Symbol.dispose`; nothing otherwise. */
export type HostDisposable = SymbolConstructor extends { readonly dispose: infer K extends symbol }
  ? { [P in K]: () => void }
  : object;
