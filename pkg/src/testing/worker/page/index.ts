/**
 * A test issuer in a site's own service worker, so that its pages sign in without any server.
 *
 * Start with {@link startIssuerWorker}. The command `npx eiam-token worker` writes the worker. Every error is an
 * {@link EiamTokenError}.
 *
 * Keys, secrets and passwords of a test issuer are known to everybody.
 *
 * @module eiam-token/testing/worker
 */

export {
  EiamTokenError,
  type EiamTokenErrorCode,
  InvalidArgumentError,
  NotSupportedError,
} from "../../../errors.js";
export type * from "../../../issuer/config.js";
export { IssuerConfigError } from "../../../issuer/errors.js";
export type { AutomaticOptions } from "../../acts/automatic.js";
export type { TestTokens, TokensRequest } from "../../acts/tokens.js";
export type { Instant } from "../../clock.js";
export type { ClientConfig, DefaultClient, DefaultUser, PersonConfig, TestConfig } from "../../config.js";
export type { Json } from "../../control.js";
export type { Duration } from "../../duration.js";
export type { Hostile, HostileCase } from "../../hostile.js";
export type { Journal, JournalEntry, JournalMatcher } from "../../journal.js";
export type { WholeOptions } from "../../options.js";
export type { TestClient, TestUser } from "../../records.js";
export type { Script, ScriptMatcher, Scripted, ScriptedFault } from "../../script.js";
export type { Seed } from "../../seed.js";
export type { IssuerUrls } from "../../urls.js";
export type { WorkerClock } from "./clock.js";
export type { IssuerWorker } from "./issuer-worker.js";
export type { IssuerWorkerOptions, WholeWorkerOptions, WorkerPlace } from "./options.js";
export { startIssuerWorker } from "./start.js";
