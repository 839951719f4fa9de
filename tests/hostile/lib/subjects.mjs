import { atHash } from "../../../pkg/test/support/jwt.mjs";
import { compact, ecdsa } from "./jwt.mjs";
import {
  ACCESS_TOKEN,
  API,
  CLIENT,
  CODE,
  ISSUER,
  METADATA,
  NONCE,
  OWN_TOKEN_ENDPOINT,
  RESOURCE,
  STATE,
  bare,
  hashOf,
  jwksOf,
  thumbprint,
} from "./world.mjs";

/** The event of a logout token (OpenID Connect Back-Channel Logout section 2.4). */
export const LOGOUT = "http://schemas.openid.net/event/backchannel-logout";

/** The signature of every control. */
const sign = Object.assign(ecdsa(), { isRandom: true });

const common = ({ now }) => ({ iss: ISSUER, aud: CLIENT, iat: now, exp: now + 300 });

/** The server's JWTs: what each has in its header beside the key, and its claims. @type {Record<string, object>} */
const jwts = {
  id_token: {
    header: { typ: "JWT" },
    claims: (world) => ({
      ...common(world),
      ...{ sub: "alice", nonce: NONCE, auth_time: world.now - 10, at_hash: atHash(ACCESS_TOKEN) },
    }),
  },
  "access token": {
    header: { typ: "at+jwt" },
    claims: (world) => ({
      ...common(world),
      ...{ aud: API, sub: "alice", client_id: CLIENT, jti: "at-1", scope: "read" },
    }),
  },
  "authorization response": { header: {}, claims: (world) => ({ ...common(world), code: CODE, state: STATE }) },
  userinfo: { header: {}, claims: (world) => ({ ...common(world), sub: "alice", name: "Alice" }) },
  introspection: {
    header: { typ: "token-introspection+jwt" },
    claims: ({ now }) => ({
      ...{ iss: ISSUER, aud: CLIENT, iat: now },
      token_introspection: { active: true, sub: "alice", exp: now + 300 },
    }),
  },
  "logout token": {
    header: { typ: "logout+jwt" },
    claims: (world) => ({ ...common(world), sub: "alice", sid: "s1", jti: "lt-1", events: { [LOGOUT]: {} } }),
  },
};

/** The names of the server's JWTs. */
export const SERVER_JWTS = Object.keys(jwts);

/** All JWTs: the server's, and the proofs of clients for resource servers and for issuers. */
export const JWTS = [...SERVER_JWTS, "proof", "proof for a token"];

/** Each proof needs a name of its own, because one issuer gets them all. */
let proofs = 0;

/** An access token that is bound to the client's key, for the proofs. */
function boundToken(world) {
  const { header, claims } = jwts["access token"];
  const own = { ...claims(world), cnf: { jkt: thumbprint(world.proof) } };
  return compact({ header: { alg: "ES256", kid: "ec", ...header }, claims: own, by: world.own, sign });
}

const json = (members, type = "application/json") => ({
  status: 200,
  headers: { "content-type": type },
  members,
  body: (text) => text,
});

/**
 * What every case of a subject is a change of. A JWT is a `Spec`.
 *
 * @type {Record<string, (world: import("./world.mjs").World) => object>}
 */
export const controls = {
  ...Object.fromEntries(
    SERVER_JWTS.map((name) => [
      name,
      (world) => ({
        header: { alg: "ES256", kid: "ec", ...jwts[name].header },
        claims: jwts[name].claims(world),
        by: world.own,
        sign,
      }),
    ]),
  ),
  proof: (world) => {
    const accessToken = boundToken(world);
    const claims = { htm: "GET", htu: RESOURCE, iat: world.now, jti: "proof-1", ath: hashOf(accessToken) };
    return {
      header: { typ: "dpop+jwt", alg: "ES256", jwk: bare(world.proof) },
      claims,
      by: world.proof,
      sign,
      accessToken,
    };
  },
  "id_token of a refresh": (world) => {
    const { claims, ...others } = controls["id_token"](world);
    const { nonce, ...kept } = claims;
    return { ...others, claims: kept };
  },
  "proof for a token": (world) => ({
    header: { typ: "dpop+jwt", alg: "ES256", jwk: bare(world.proof) },
    claims: { htm: "POST", htu: OWN_TOKEN_ENDPOINT, iat: world.now, jti: `proof-for-a-token-${proofs++}` },
    by: world.proof,
    sign,
  }),
  keys: (world) => ({ ...controls["id_token"](world), jwks: jwksOf(world) }),
  "keys for access tokens": (world) => ({ ...controls["access token"](world), jwks: jwksOf(world) }),
  "token answer": () =>
    json({ access_token: ACCESS_TOKEN, token_type: "Bearer", expires_in: 1200, refresh_token: "RT1", scope: "read" }),
  "userinfo answer": () => json({ sub: "alice", name: "Alice" }),
  "introspection answer": ({ now }) => json({ active: true, sub: "alice", exp: now + 300 }),
  "device answer": () =>
    json({
      device_code: "DC1",
      user_code: "BCDF-GHJK",
      verification_uri: `${ISSUER}/device-page`,
      expires_in: 600,
      interval: 5,
    }),
  callback: () => ({ query: () => new URLSearchParams({ code: CODE, state: STATE, iss: ISSUER }).toString() }),
  metadata: () => json(METADATA),
  "introspection answer to a resource server": ({ now }) =>
    json({ active: true, iss: ISSUER, aud: API, sub: "alice", client_id: CLIENT, exp: now + 300, scope: "read" }),
  "metadata for a resource server": () => json(METADATA),
};

/**
 * What the parties get: a JWT as text with what belongs to it, or the octets of an answer.
 *
 * @param {object} whole a control, or what a change has made of it
 * @param {import("./world.mjs").World} world
 */
export function delivered(whole, world) {
  const { jwks = jwksOf(world), accessToken } = whole;
  if (whole.header) return { world, jwks, accessToken, jwt: compact(whole), claims: whole.claims };
  if (whole.query) {
    const standard = controls["callback"](world).query();
    return { world, jwks, query: whole.query(standard) };
  }
  const { status, headers, members, body } = whole;
  return { world, jwks, answer: { status, headers, body: Buffer.from(body(JSON.stringify(members))) } };
}
