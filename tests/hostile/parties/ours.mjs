import assert from "node:assert/strict";
import {
  Client,
  EiamTokenError,
  parseJwtCallback,
  parseLogoutToken,
  parseSignedIntrospection,
  parseSignedUserInfo,
} from "eiam-token";
import { Issuer } from "eiam-token/issuer";
import * as resource from "eiam-token/resource";
import { controls, delivered } from "../lib/subjects.mjs";
import {
  ACCESS_TOKEN,
  API,
  CLIENT,
  CODE,
  ISSUER,
  MAX_AGE,
  METADATA,
  NONCE,
  OWN_ISSUER,
  OWN_TOKEN_ENDPOINT,
  REDIRECT_URI,
  RESOURCE,
  SECRET,
  STATE,
} from "../lib/world.mjs";
import { answering, json, responseOf, tokenAnswer } from "./answering.mjs";

const camelCase = (name) => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
const server = Object.fromEntries(
  Object.entries(METADATA)
    .filter(([name]) => /^issuer$|_endpoint$|_uri$|iss_parameter/.test(name))
    .map(([name, value]) => [camelCase(name), value]),
);

const jwksAnswer = (jwks) => ({ jwks_uri: () => json(jwks) });

function client(answers, own = {}) {
  return new Client({ server, clientId: CLIENT, fetch: answering(answers), ...own });
}

/** The request whose `state` and `nonce` the cases know, as it is stored. */
function request(client) {
  const made = client.authorizationRequest({ redirectUri: REDIRECT_URI, scope: "openid", maxAge: MAX_AGE });
  return JSON.stringify({ ...JSON.parse(made.serialize()), state: STATE, nonce: NONCE });
}

const goodCallback = `?${new URLSearchParams({ code: CODE, state: STATE, iss: ISSUER })}`;

/** Signs in, and returns the tokens. */
function signedIn(client) {
  return client.exchangeCode(client.parseCallback(goodCallback, request(client)));
}

const confidential = { clientId: CLIENT, clientSecret: SECRET };
const withSecret = { authentication: { method: "client_secret_basic", clientSecret: SECRET } };

/** A request with a token to the resource server, which remembers proofs for this call alone if it is told nothing else. */
export function accessed({ jwks }, headers, more = {}) {
  const issuer = new resource.TrustedIssuer({
    issuer: ISSUER,
    jwks: METADATA.jwks_uri,
    fetch: answering(jwksAnswer(jwks)),
  });
  const { origin } = new URL(RESOURCE);
  const options = { issuer, audience: API, origin, replays: resource.replayMemory(10), ...more };
  return resource.verifyAccessToken({ method: "GET", url: RESOURCE, headers }, options);
}

/** This project's own issuer, for all cases. */
const issuer = await Issuer.create({
  profile: "rfc9700",
  baseUrl: OWN_ISSUER,
  instanceId: "idaas_hostile",
  applications: [{ applicationId: CLIENT, clientSecrets: [SECRET], grants: ["client_credentials"] }],
  users: [],
});

/** A refusal of the issuer, which is an answer. */
class Refusal extends Error {}

/** Asks the issuer for a token that is bound to the key of a proof. */
async function issued({ jwt }) {
  const { status, body } = await issuer.handle({
    method: "POST",
    url: OWN_TOKEN_ENDPOINT,
    headers: {
      authorization: `Basic ${btoa(`${CLIENT}:${encodeURIComponent(SECRET)}`)}`,
      "content-type": "application/x-www-form-urlencoded",
      dpop: jwt,
    },
    body: Buffer.from("grant_type=client_credentials"),
  });
  const text = Buffer.from(body).toString();
  const { error, token_type: type } = JSON.parse(text);
  if (status === 400 && error === "invalid_dpop_proof") throw new Refusal(text);
  assert.deepEqual([status, type], [200, "DPoP"], text);
}

/** The answer of an endpoint as the client's methods get it. */
async function answered(call, endpoint, { jwks, answer }, own) {
  return call(client({ ...jwksAnswer(jwks), [endpoint]: () => responseOf(answer) }, own));
}

/** What each subject is given to. Whatever throws has refused. */
const subjects = {
  id_token: ({ jwks, jwt }) => signedIn(client({ ...jwksAnswer(jwks), token_endpoint: () => tokenAnswer(jwt) })),
  "id_token of a refresh": async ({ world, jwks, jwt }) => {
    const first = delivered(controls["id_token"](world), world).jwt;
    const answers = [first, jwt];
    const own = client({ ...jwksAnswer(jwks), token_endpoint: () => tokenAnswer(answers.shift()) });
    return own.refresh(await signedIn(own));
  },
  "access token": (input) => accessed(input, { authorization: `Bearer ${input.jwt}` }),
  proof: (input) => accessed(input, { authorization: `DPoP ${input.accessToken}`, dpop: input.jwt }),
  "proof for a token": issued,
  "authorization response": ({ jwks, jwt }) => {
    const own = client(jwksAnswer(jwks));
    return parseJwtCallback(own, `?response=${encodeURIComponent(jwt)}`, request(own));
  },
  userinfo: ({ jwks, jwt }) =>
    parseSignedUserInfo(client(jwksAnswer(jwks)), signedAnswer(jwt, "application/jwt"), {
      expectedSub: "alice",
    }),
  introspection: ({ jwks, jwt }) =>
    parseSignedIntrospection(
      client(jwksAnswer(jwks), withSecret),
      signedAnswer(jwt, "application/token-introspection+jwt"),
    ),
  "logout token": ({ jwks, jwt }) => parseLogoutToken(client(jwksAnswer(jwks)), jwt),
  callback: async ({ query }) => {
    const own = client({});
    return own.parseCallback(`${REDIRECT_URI}?${query}`, request(own));
  },
  "token answer": (input) => answered((own) => own.clientCredentials(), "token_endpoint", input, withSecret),
  "userinfo answer": (input) =>
    answered((own) => own.userInfo(ACCESS_TOKEN, { expectedSub: "alice" }), "userinfo_endpoint", input),
  "introspection answer": (input) =>
    answered((own) => own.introspect(ACCESS_TOKEN), "introspection_endpoint", input, withSecret),
  "device answer": (input) => answered((own) => own.deviceAuthorize(), "device_authorization_endpoint", input),
  "introspection answer to a resource server": ({ answer }) => {
    const fetch = answering({ introspection_endpoint: () => responseOf(answer) });
    const introspection = { ...confidential, endpoint: METADATA.introspection_endpoint };
    const issuer = new resource.TrustedIssuer({ issuer: ISSUER, introspection, fetch });
    return resource.verifyAccessToken(ACCESS_TOKEN, { issuer, audience: API });
  },
  "metadata for a resource server": ({ world, jwks, answer }) => {
    const { jwt } = delivered(controls["access token"](world), world);
    const fetch = answering(
      { document: () => responseOf(answer), ...jwksAnswer(jwks) },
      { document: `${ISSUER}/.well-known/openid-configuration`, ...membersOf(answer) },
    );
    const issuer = new resource.TrustedIssuer({ issuer: ISSUER, fetch });
    return resource.verifyAccessToken(jwt, { issuer, audience: API });
  },
  metadata: async ({ world, jwks, answer }) => {
    const { jwt } = delivered(controls["id_token"](world), world);
    const fetch = answering(
      {
        document: () => responseOf(answer),
        ...jwksAnswer(jwks),
        token_endpoint: () => tokenAnswer(jwt),
        userinfo_endpoint: () => json({ sub: "alice" }),
      },
      { document: `${ISSUER}/.well-known/openid-configuration`, ...membersOf(answer) },
    );
    const own = await Client.discover(ISSUER, { clientId: CLIENT, fetch });
    return own.userInfo(await signedIn(own));
  },
};
subjects["keys"] = subjects["id_token"];
subjects["keys for access tokens"] = subjects["access token"];

function signedAnswer(jwt, type) {
  return { status: 200, headers: new Headers({ "content-type": type }), body: Buffer.from(jwt) };
}

/** The members of an answer that may be no JSON. */
export function membersOf({ body }) {
  try {
    return Object(JSON.parse(body.toString()));
  } catch {
    return {};
  }
}

/** @type {import("../lib/run.mjs").Party} */
export const ours = {
  name: "eiam-token",
  subjects,
  leaves: () => false,
  /** Anything else than an error of the package is a fault of the package. */
  isRefusal: (error) => [EiamTokenError, resource.EiamTokenError, Refusal].some((kind) => error instanceof kind),
};
