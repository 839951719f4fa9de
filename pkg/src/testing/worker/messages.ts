import type { IssuerConfig } from "../../issuer/config.js";
import type { Records } from "../records.js";

/** The folder below the worker's scope in which the issuer is: the worker answers what is in it, and nothing else. */
export const FOLDER = "_issuer";

/** The path in that folder that the worker answers whatever the issuer does. */
export const READY = "ready";

declare const __WORKER_STAMP__: string;

/** Which worker belongs to which page's code: the package's version, and a hash of the worker. The build defines it. */
export const STAMP = __WORKER_STAMP__;

/** What an issuer is made of. As JSON it is also what tells whether a page asks for the issuer that there is. */
export interface Beginning {
  /** The whole configuration, without keys that need not be made. */
  readonly config: IssuerConfig;
  /** What all random numbers follow from; none for random ones. */
  readonly octets?: readonly number[] | undefined;
  /** The time at which the clock stands still, in Unix seconds; none if it goes with the host's. */
  readonly clock?: number | undefined;
  /** Who signs in and agrees without anybody, as control takes it. */
  readonly automatic: Automatic;
}

/** What happens at the issuer's pages without anybody, as control tells and takes it. */
export interface Automatic {
  readonly user?: string | undefined;
  readonly byLoginHint?: boolean | undefined;
  readonly consent?: boolean | undefined;
}

/** What a page asks of the worker. Each message brings the port for its answer. */
export type Asked =
  /** The issuer of this beginning, as JSON: the one that there is, or a new one. */
  | { readonly ask: "start"; readonly beginning: string; readonly anyHost: boolean }
  /** A request to control. */
  | { readonly ask: "control"; readonly method: string; readonly path: string; readonly body?: string | undefined }
  /** How its clock goes. */
  | { readonly ask: "clock" }
  /** The issuer as it began. */
  | { readonly ask: "reset" }
  /** No issuer any more. */
  | { readonly ask: "end" };

/** A message as it is sent, beside messages of others. */
export type Message = Asked & { readonly to: typeof ADDRESS };

/** Whom messages are for: other code in the same worker has its own. */
export const ADDRESS = "eiam-token issuer-worker";

/** What the worker answers to `start`. */
export interface Started {
  readonly stamp: string;
  readonly records: Records;
}

/** What the worker answers to `control`. */
export interface Controlled {
  readonly status: number;
  readonly text: string;
}

/** How far the issuer's clock is from the host's, in seconds, or where it stands still. */
export interface ClockState {
  readonly offset: number;
  readonly frozenAt: number | undefined;
}

/** An answer. */
export type Told = { readonly answer: unknown } | { readonly failure: Failure };

/** Why there is no other answer. */
export interface Failure {
  readonly message: string;
  /** The key of the configuration that is wrong. */
  readonly path?: string | undefined;
}
