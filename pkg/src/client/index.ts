/**
 * The client: PKCE, authorization requests, the five grants, answers read exactly.
 *
 * @module eiam-token
 */

export type { AuthorizationRequest, AuthorizationResponse } from "./authorization.js";
export {
  type BrowserSignIn,
  type PendingOptions,
  type PopUpOptions,
  answerPopUp,
  completeRedirect,
  isCallback,
  redirectToSignIn,
  signInByPopUp,
} from "./browser.js";
export {
  Client,
  type ClientAuthentication,
  type ClientOptions,
  type ClientSettings,
  type EiamOptions,
  type ExtraParameters,
  type PollOptions,
  type RequestParameters,
  type TokenRequests,
} from "./client.js";
export {
  type DeviceAuthorization,
  type DeviceState,
  deserializeDeviceAuthorization,
} from "./device.js";
export type { CallOptions, Fetch, HttpRequest, HttpResponse, Signal } from "./http.js";
export { type DecodedIdToken, decodeIdToken } from "./id-token.js";
export { type Pkce, codeChallenge, generatePkce } from "./pkce.js";
export type { ServerMetadata } from "./server.js";
export { type ChangeListener, type SessionOptions, TokenSession } from "./session/session.js";
export {
  type TokenStore,
  type WebStorage,
  indexedDbStore,
  memoryStore,
  webStorageStore,
} from "./session/store.js";
export { type TokenSet, deserializeTokens, parseExpiry, parseTokenResponse } from "./tokens.js";
export * from "../errors.js";
