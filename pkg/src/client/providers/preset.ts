import type { Fetch } from "../http.js";
import type { Parse } from "../parse.js";
import type { ServerMetadata } from "../server.js";

/** The options that a preset returns, to be spread into those of a client. Put your own options behind them. */
export interface Preset {
  /**
   * The server's endpoints, as its documentation names them. No metadata say that every callback has `iss` (RFC 9207
   * section 3), so it is only compared if it comes.
   */
  readonly server: ServerMetadata;
  /** Turns the server's answers into those of the standards. */
  readonly parse?: Parse | undefined;
  /** Sends requests as the server wants them. To use a `fetch` of your own, pass it to the preset. */
  readonly fetch?: Fetch | undefined;
  /** The issuer that an id_token must have, from its claims; without it, that of the server. */
  readonly issuerOf?: ((claims: Readonly<Record<string, unknown>>) => string | undefined) | undefined;
  /**
   * `false` if the server puts no `nonce` into its id_tokens: then none is sent and none is demanded.
   */
  readonly nonce?: boolean | undefined;
}

/** How a preset sends its requests. */
export interface PresetFetch {
  /** The function that sends requests. Default: the host's `fetch`. */
  readonly fetch?: Fetch | undefined;
}
