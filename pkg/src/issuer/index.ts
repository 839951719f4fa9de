/**
 * An authorization server in memory that runs wherever JavaScript runs: it has sign-in pages, the endpoints of
 * OAuth 2.0 and OpenID Connect, and keys.
 *
 * Start with {@link Issuer.create}. Every error is an {@link EiamTokenError}. Every function throws a
 * {@link WasmUnavailableError} if WebAssembly is missing or may not be compiled.
 *
 * @module eiam-token/issuer
 */

import type { IssuerConfig } from "./config.js";
import { call } from "./raw.js";

export { EiamTokenError, type EiamTokenErrorCode, WasmUnavailableError } from "../errors.js";
export type { BackchannelLogoutOptions, LogoutFailure, LogoutNotice } from "./backchannel-logout.js";
export type { ClaimsContext, ClaimsSource } from "./claims.js";
export type {
  AccessTokenFormat,
  ApplicationConfig,
  AuthMethod,
  AuthenticationContext,
  ClaimPlace,
  ClientIdMetadataConfig,
  CustomClaim,
  DpopConfig,
  FederatedCredentialConfig,
  GrantType,
  IssuerConfig,
  LifetimesConfig,
  LimitsConfig,
  PkceConfig,
  PkceMethod,
  PrivateJwk,
  RegisteredClientsConfig,
  RegistrationConfig,
  ResourceConfig,
  Seconds,
  SigningAlgorithm,
  StatementIssuerConfig,
  TrustedIssuerConfig,
  UserConfig,
} from "./config.js";
export type { DocumentFetch, DocumentFetchInit, DocumentResponse, HostSignal } from "./documents.js";
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
  type AuthorizationDetail,
  type EndpointName,
  Issuer,
  type IssuerOptions,
  type Location,
} from "./issuer.js";
export type { PlainReply, PlainRequest, RequestOptions } from "./plain.js";
export type { IssuerStorage, RecordChange, StoredRecord, StoredValue } from "./storage.js";

/**
 * Returns a ready configuration for experiments and tests. It has the public single-page application `app_spa`, the
 * confidential web application `app_web`, the device `app_device`, the machine client `app_machine`, and the users
 * `alice` and `bob`. Its secrets and passwords are public.
 *
 * @param baseUrl the URL at which the issuer is reached, such as `http://127.0.0.1:9400`
 * @throws {WasmUnavailableError} if WebAssembly is missing or may not be compiled
 * @example
 * ```js
 * import { Issuer, exampleConfig } from "eiam-token/issuer";
 *
 * const config = exampleConfig("http://127.0.0.1:9400");
 * const issuer = await Issuer.create({ ...config, profile: "rfc9700" });
 * ```
 */
export function exampleConfig(baseUrl: string): IssuerConfig {
  return call((wasm) => wasm.exampleConfig(baseUrl));
}

/**
 * Reads a configuration from JSON text. Unlike `JSON.parse`, it keeps every digit of a lifetime, as a `bigint` if a
 * number would be rounded, and refuses objects in which a name occurs twice.
 *
 * It checks only the text; {@link Issuer.create} checks the configuration.
 *
 * @throws {IssuerConfigError} if the text is not valid JSON; `path` says where
 * @example
 * ```js
 * import { Issuer, parseConfig } from "eiam-token/issuer";
 *
 * const issuer = await Issuer.create(parseConfig(text));
 * ```
 */
export function parseConfig(text: string): IssuerConfig {
  return call((wasm) => wasm.parseConfig(text));
}
