/**
 * The client of an OAuth 2.0 and OpenID Connect server: PKCE, authorization requests, the five grants,
 * id_tokens, userinfo, introspection, revocation, logout, and sessions that refresh their tokens.
 *
 * Start with {@link Client.discover}, or with a {@link SignInClient} where size matters. Every error is an
 * {@link EiamTokenError}. Every function that uses WebAssembly throws a {@link WasmUnavailableError} if WebAssembly is
 * missing or may not be compiled.
 *
 * @module eiam-token
 */

export * from "../errors.js";
export * from "./advanced/index.js";
export type { HeaderFields, HttpResponse } from "./answer.js";
export {
  type AssertionAuthentication,
  type AssertionOptions,
  type ClientAuthentication,
  type PrivateKeyOptions,
  type SigningKey,
  clientSecretJwt,
  privateKeyJwt,
} from "./authentication.js";
export type { AuthorizationRequest, AuthorizationResponse } from "./authorization.js";
export {
  type BrowserSignIn,
  type CompletionOptions,
  type PendingOptions,
  type PopUpOptions,
  type RedirectOptions,
  answerPopUp,
  completeRedirect,
  isCallback,
  redirectToSignIn,
  signInByPopUp,
} from "./browser.js";
export { Client, type TokenRequests } from "./client.js";
export {
  type DeviceAuthorization,
  type DeviceState,
  deserializeDeviceAuthorization,
} from "./device.js";
export { type DiscoveryOptions, discoverServer } from "./discover.js";
export type { WellKnown } from "./discovery.js";
export { type EiamApplication, eiamServer } from "./eiam-server.js";
export type {
  CallOptions,
  Fetch,
  HostUrl,
  HttpRequest,
  SearchParamsLike,
  Signal,
  SignalLike,
  UrlLike,
} from "./http.js";
export { type DecodedIdToken, type UserClaims, decodeIdToken } from "./id-token.js";
export type { Introspection } from "./introspection.js";
export type { SignatureVerifier } from "./key-set.js";
export type {
  AuthorizationParameters,
  ClientOptions,
  ClientSettings,
  ExtraParameters,
  LogoutParameters,
  PollOptions,
  RequestParameters,
  TokenHint,
} from "./options.js";
export type { AnswerAbout, Parse } from "./parse.js";
export { type Pkce, codeChallenge, generatePkce } from "./pkce.js";
export type { ErrorListener } from "./report.js";
export { type Int64, type Seconds, parseExpiry } from "./seconds.js";
export { secretSignature } from "./secret-signature.js";
export type { ServerMetadata } from "./server.js";
export { accessTokenFor } from "./session/access-token-for.js";
export { type ChangeListener, type SessionOptions, TokenSession } from "./session/session.js";
export {
  type TokenStore,
  type WebStorage,
  indexedDbStore,
  memoryStore,
  webStorageStore,
} from "./session/store.js";
export { SignInClient } from "./sign-in-client.js";
export { type TokenOptions, type TokenSet, deserializeTokens, parseTokenResponse } from "./tokens.js";
