import * as jose from "jose";
import { API, CLIENT, ISSUER } from "../lib/world.mjs";
import { version } from "./version.mjs";

const common = { issuer: ISSUER, audience: CLIENT, maxTokenAge: 3600, clockTolerance: 30 };

/** What its caller says of each JWT: all that `JWTVerifyOptions` has for it. */
const options = {
  id_token: { ...common, requiredClaims: ["iss", "sub", "aud", "exp", "iat", "nonce"] },
  "id_token of a refresh": { ...common, requiredClaims: ["iss", "sub", "aud", "exp", "iat"], subject: "alice" },
  "access token": {
    ...{ ...common, audience: API, typ: "at+jwt" },
    requiredClaims: ["iss", "exp", "aud", "sub", "client_id", "iat", "jti"],
  },
  "authorization response": { ...common, requiredClaims: ["iss", "aud", "exp"] },
  userinfo: { ...common, requiredClaims: ["sub"], subject: "alice" },
  introspection: {
    ...{ ...common, typ: "token-introspection+jwt" },
    requiredClaims: ["iss", "aud", "iat", "token_introspection"],
  },
  "logout token": { ...common, typ: "logout+jwt", requiredClaims: ["iss", "aud", "iat", "exp", "jti", "events"] },
};

const verified =
  (options) =>
  async ({ jwks, jwt }) =>
    jose.jwtVerify(jwt, jose.createLocalJWKSet(jwks), options);

const subjects = Object.fromEntries(Object.entries(options).map(([subject, own]) => [subject, verified(own)]));
subjects["keys"] = subjects["id_token"];
subjects["keys for access tokens"] = subjects["access token"];
subjects["proof"] = ({ jwt }) =>
  jose.jwtVerify(jwt, jose.EmbeddedJWK, { typ: "dpop+jwt", maxTokenAge: 300, clockTolerance: 30 });

subjects["proof for a token"] = subjects["proof"];

/** The kinds about claims that only protocols have, for which a library of JWTs has no function. */
const LEFT = new Set([
  ...["nonce of another request", "at_hash of another access token", "azp of another client", "sub that names nobody"],
  ...["a token that is something else by its claims", "a bound token without its proof"],
  ...[
    "an authorization response of another request",
    "proofs for another request",
    "proofs without an id of their own",
  ],
]);

/** @type {import("../lib/run.mjs").Party} */
export const joseParty = {
  name: `jose ${version("jose")}`,
  subjects,
  leaves: ({ kind, subject, name, rule }) =>
    LEFT.has(kind) ||
    (kind.includes("by its typ") && rule === "either") ||
    (kind === "a whole token of another kind" && !("typ" in (options[subject] ?? {}))) ||
    /auth_time|stranger's key, and its/.test(name),
  isRefusal: () => true,
};
