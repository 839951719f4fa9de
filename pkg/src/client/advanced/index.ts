/**
 * Protocols that few applications need. Each is a function of its own, so that an application has those that it imports.
 *
 * @module
 */

export {
  type PushedAuthorizationRequest,
  parsePushedAuthorization,
  prepareSignIn,
  pushAuthorizationRequest,
  pushedRequest,
} from "./pushed.js";
