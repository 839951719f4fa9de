/**
 * An issuer for tests, ready with one call: clients, users, a clock that tests move, and random numbers that repeat.
 *
 * Start with {@link startIssuer}, which listens on a free port, or {@link createTestIssuer}, which needs no network. Every
 * error is an {@link EiamTokenError}.
 *
 * Keys, secrets and passwords of a test issuer are known to everybody.
 *
 * @module eiam-token/testing
 */

export {
  ConnectionError,
  EiamTokenError,
  type EiamTokenErrorCode,
  InvalidArgumentError,
  NotSupportedError,
  OAuthError,
  ResponseError,
  WasmUnavailableError,
} from "../errors.js";
export type * from "../issuer/config.js";
export { IssuerConfigError } from "../issuer/errors.js";
export type { HostResponse, HostUrl, RequestLike } from "../issuer/host-types.js";
export type { PlainReply, PlainRequest, RequestOptions } from "../issuer/plain.js";
export type { AutomaticOptions } from "./acts/automatic.js";
export type { TestCookie } from "./acts/cookies.js";
export type { TestTokens, TokensRequest } from "./acts/tokens.js";
export type { Instant, TestClock } from "./clock.js";
export {
  type ClientConfig,
  type DefaultClient,
  type DefaultUser,
  type PersonConfig,
  type TestConfig,
  wholeConfig,
} from "./config.js";
export type { Json } from "./control.js";
export { createTestIssuer } from "./create.js";
export type { HostAsyncDisposable } from "./disposable.js";
export type { Duration } from "./duration.js";
export type { Abortable, Exchange } from "./exchange.js";
export type { Hostile, HostileCase } from "./hostile.js";
export type { Journal, JournalEntry, JournalMatcher, MatchedName } from "./journal.js";
export type { Incoming, Outgoing } from "./node.js";
export type { ListenOptions, PlaceOptions, TestIssuerOptions, WholeOptions } from "./options.js";
export type { TestClient, TestUser } from "./records.js";
export type { BodyChange, Script, ScriptChanges, ScriptMatcher, Scripted, ScriptedFault } from "./script.js";
export type { Seed } from "./seed.js";
export { startIssuer } from "./start.js";
export type { TestIssuer } from "./test-issuer.js";
export type { IssuerUrls } from "./urls.js";
