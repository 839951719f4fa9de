import { EiamTokenError } from "../errors.js";

/** The configuration is not valid. {@link IssuerConfigError.path} names the offending key. */
export class IssuerConfigError extends EiamTokenError {
  /**
   * The path of the key, such as `applications[0].redirectUris[1]`; `configuration` for the whole configuration.
   */
  readonly path: string;

  constructor(message: string, path: string) {
    super("invalid_config", message, {}, "IssuerConfigError");
    this.path = path;
  }
}

/** The bytes are not a snapshot of this version, or they are damaged. */
export class IssuerSnapshotError extends EiamTokenError {
  constructor(message: string) {
    super("invalid_snapshot", message, {}, "IssuerSnapshotError");
  }
}

/**
 * The storage failed to load or to save the state. The issuer does not answer a request whose changes it could not
 * save, so that nobody gets a token which the issuer would forget.
 */
export class IssuerStorageError extends EiamTokenError {
  constructor(message: string, options?: { cause?: unknown }) {
    super("storage_error", message, options, "IssuerStorageError");
  }
}
