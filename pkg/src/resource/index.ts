/**
 * For resource servers: {@link verifyAccessToken} checks the access token of a request. It also has what a resource server
 * tells its clients: the metadata by which they find their authorization server (RFC 9728), and why a request is refused
 * (RFC 6750, RFC 9470). It needs no WebAssembly.
 *
 * @module eiam-token/resource
 */

export type { HeaderFields } from "../client/answer.js";
export {
  ConnectionError,
  EiamTokenError,
  type EiamTokenErrorCode,
  InvalidArgumentError,
  MalformedResponseError,
  ResponseError,
} from "../errors.js";
export { type ChallengeOptions, challenge } from "./challenge.js";
export { type DpopNonces, type ReplayMemory, dpopNonces, replayMemory } from "./dpop.js";
export { type IntrospectionOptions, TrustedIssuer, type TrustedIssuerOptions } from "./issuer.js";
export {
  type ProtectedResourceMetadata,
  type ProtectedResourceOptions,
  protectedResourceMetadata,
  protectedResourceMetadataUrl,
} from "./metadata.js";
export { AccessTokenRefusedError, type Refusal, type RefusalCode } from "./refused.js";
export type { RequestLike } from "./request.js";
export { type AccessToken, type VerifyOptions, verifyAccessToken } from "./verify.js";
