/**
 * A token issuer that runs wherever JavaScript does: sign-in pages, OAuth 2.0 and OpenID Connect
 * endpoints, keys; everything in memory.
 *
 * @module eiam-token/issuer
 */

import type { IssuerConfig } from "./config.js";
import { call } from "./raw.js";

export { EiamTokenError, type EiamTokenErrorCode, WasmUnavailableError } from "../errors.js";
export type {
  ApplicationConfig,
  AuthMethod,
  DpopConfig,
  GrantType,
  IssuerConfig,
  LifetimesConfig,
  LimitsConfig,
  PkceConfig,
  PrivateJwk,
  Seconds,
  UserConfig,
} from "./config.js";
export {
  type DurableObjectIssuerStorage,
  type DurableObjectStorageLike,
  type DurableObjectStorageOptions,
  durableObjectStorage,
} from "./durable-object.js";
export { IssuerConfigError, IssuerSnapshotError, IssuerStorageError } from "./errors.js";
export type {
  FieldList,
  FieldLookup,
  HostCryptoKey,
  HostDisposable,
  HostResponse,
  RequestLike,
  ResponseLike,
  SigningKeyPair,
} from "./host-types.js";
export { type IndexedDbStorage, indexedDbStorage } from "./indexed-db.js";
export {
  type AccessTokenInfo,
  type EndpointName,
  Issuer,
  type IssuerOptions,
  type Location,
} from "./issuer.js";
export type { PlainReply, PlainRequest, RequestOptions } from "./plain.js";
export type { IssuerStorage, RecordChange, StoredRecord, StoredValue } from "./storage.js";

/**
 * A ready configuration for tries and tests: the public single-page app `app_spa`, the confidential
 * web app `app_web`, the device `app_device`, the machine client `app_machine`, and the users
 * `alice` and `bob`. Its secrets and passwords are in it, and known to everybody.
 *
 * @param baseUrl where the issuer is reached
 */
export function exampleConfig(baseUrl: string): IssuerConfig {
  return call((wasm) => wasm.exampleConfig(baseUrl));
}

/**
 * Reads a configuration from JSON text. Unlike `JSON.parse` it keeps every digit of a lifetime, as a
 * `bigint` where a number would be rounded, and refuses a name that an object has twice.
 *
 * Only the text is checked; {@link Issuer.create} checks what it says.
 *
 * @throws {IssuerConfigError} if it is no JSON; `path` says where
 */
export function parseConfig(text: string): IssuerConfig {
  return call((wasm) => wasm.parseConfig(text));
}
