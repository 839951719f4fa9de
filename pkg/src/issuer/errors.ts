import { EiamTokenError } from "../errors.js";

/** The configuration is refused; {@link IssuerConfigError.path} is the offending key. */
export class IssuerConfigError extends EiamTokenError {
  /**
   * Where in the configuration, such as `applications[0].redirectUris[1]`; `configuration` for all
   * of it.
   */
  readonly path: string;

  constructor(message: string, path: string) {
    super("invalid_config", message, { name: "IssuerConfigError" });
    this.path = path;
  }
}

/** A snapshot is of another version, damaged, or not one at all. */
export class IssuerSnapshotError extends EiamTokenError {
  constructor(message: string) {
    super("invalid_snapshot", message, { name: "IssuerSnapshotError" });
  }
}

/**
 * The storage could not load or save. The reply whose state could not be saved is not given: nobody
 * may hold a token that the issuer forgets.
 */
export class IssuerStorageError extends EiamTokenError {
  constructor(message: string, options?: { cause?: unknown }) {
    super("storage_error", message, { ...options, name: "IssuerStorageError" });
  }
}
