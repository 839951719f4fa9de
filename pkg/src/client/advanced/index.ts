/**
 * Protocols that few applications need. Each is a function of its own, so that an application has those that it imports.
 *
 * @module
 */

export { type AuthorizationDetail, authorizationDetails, grantedDetails } from "./authorization-details.js";
export { type DpopProofs, type KeyPair, type ProofParameters, dpopProofs } from "./dpop.js";
export { indexedDbKey } from "./dpop-key.js";
export { Fapi2Client, type Fapi2Options, type Fapi2Settings } from "./fapi2.js";
export { type FederatedTokenOptions, federatedToken } from "./federated-token.js";
export { type FetchInit, type FetchResponse, fetchWithToken } from "./fetch-with-token.js";
export { parseJwtCallback } from "./jarm.js";
export {
  type JwtAssertion,
  type JwtBearer,
  jwtBearer,
  jwtBearerRequest,
  signJwtAssertion,
} from "./jwt-bearer.js";
export { type LogoutToken, parseLogoutToken } from "./logout-token.js";
export {
  type PushedAuthorizationRequest,
  parsePushedAuthorization,
  prepareSignIn,
  pushAuthorizationRequest,
  pushedRequest,
} from "./pushed.js";
export {
  type ClientMetadata,
  type ClientRegistration,
  type RegistrationOptions,
  type RegistrationRequest,
  deleteRegistration,
  deleteRegistrationRequest,
  deserializeRegistration,
  parseDeregistration,
  parseRegistration,
  readRegistration,
  readRegistrationRequest,
  registerClient,
  registrationRequest,
  updateRegistration,
  updateRegistrationRequest,
} from "./registration.js";
export { type RequestSigning, signAuthorizationRequest } from "./request-object.js";
export {
  parseSignedIntrospection,
  signedIntrospect,
  signedIntrospectionRequest,
} from "./signed-introspection.js";
export { parseSignedUserInfo, signedUserInfo, signedUserInfoRequest } from "./signed-user-info.js";
export {
  type ExchangedToken,
  type TokenExchange,
  TokenType,
  exchangeToken,
  parseTokenExchange,
  tokenExchangeRequest,
} from "./token-exchange.js";
