/**
 * Types of the host. They are those of the program's type libraries if it has them, and described here otherwise, so
 * that a program needs neither the types of the DOM nor those of Node.
 *
 * @module
 */

/** Header fields that can be enumerated. An object of the class `Headers` is suitable. */
export interface FieldList {
  /** Calls `visit` with each field. */
  forEach(visit: (value: string, name: string) => void): void;
}

/** Header fields that can be looked up by name. An object of the class `Headers` is suitable. */
export interface FieldLookup {
  /** Returns the value of a field; `null` if there is no such field. */
  get(name: string): string | null;
}

/** The part of a `Request` that the issuer reads. The class of every runtime has it. */
export interface RequestLike {
  /** The method. */
  readonly method: string;
  /** The absolute URL. */
  readonly url: string;
  /** The header fields. */
  readonly headers: FieldList;
  /** The body's stream, if the host has streams; `null` if there is no body. */
  readonly body?: unknown;
  /** Reads the whole body. */
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** The part of a `Response` that every runtime has. */
export interface ResponseLike {
  /** The status code. */
  readonly status: number;
  /** Whether the status code is from 200 to 299. */
  readonly ok: boolean;
  /** The header fields. */
  readonly headers: FieldLookup;
  /** Reads the body as text. */
  text(): Promise<string>;
  /** Reads the body as JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: as in the host's own type
  json(): Promise<any>;
  /** Reads the body as bytes. */
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** The host's `Response`. */
export type HostResponse = typeof globalThis extends { Response: { prototype: infer R } } ? R : ResponseLike;

/** The host's `URL`. */
export type HostUrl = typeof globalThis extends { URL: { prototype: infer U } } ? U : { readonly href: string };

/** The host's `CryptoKey`. */
export type HostCryptoKey = typeof globalThis extends { CryptoKey: { prototype: infer K } } ? K : object;

/** A pair of WebCrypto keys. A `CryptoKeyPair` is suitable. */
export interface SigningKeyPair {
  /** The key that is published. */
  readonly publicKey: HostCryptoKey;
  /** The key that signs. */
  readonly privateKey: HostCryptoKey;
}

/** `Disposable` if the program's type libraries have `Symbol.dispose`, and an empty type otherwise. */
export type HostDisposable = SymbolConstructor extends { readonly dispose: infer K extends symbol }
  ? { [P in K]: () => void }
  : object;
