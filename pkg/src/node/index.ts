/**
 * A storage that keeps an issuer's state in a file, for Node, Deno and Bun: {@link fileStorage}.
 *
 * @module eiam-token/file-storage
 */

export { EiamTokenError, type EiamTokenErrorCode } from "../errors.js";
export type { HostCryptoKey, SigningKeyPair } from "../issuer/host-types.js";
export type { IssuerStorage, RecordChange, StoredRecord, StoredValue } from "../issuer/storage.js";
export { FileStorageError, type FileStorageProblem } from "./errors.js";
export { type FileStorage, type FileStorageOptions, fileStorage } from "./file-storage.js";
