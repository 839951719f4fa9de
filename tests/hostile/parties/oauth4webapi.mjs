import * as oauth from "oauth4webapi";
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
  REDIRECT_URI,
  RESOURCE,
  STATE,
} from "../lib/world.mjs";
import { answering, json, jwtResponse, responseOf, tokenAnswer } from "./answering.mjs";
import { membersOf } from "./ours.mjs";
import { version } from "./version.mjs";

/** Its caches of keys belong to this object, so each case has one of its own. */
const server = () => ({ ...METADATA });
const client = (more = {}) => ({ client_id: CLIENT, ...more });
const keys = (jwks) => ({ [oauth.customFetch]: answering({ jwks_uri: () => json(jwks) }) });

/** Reads a response, and then verifies the signature of the JWT in it. */
async function read({ jwks }, process, response) {
  const as = server();
  const result = await process(as, response);
  await oauth.validateApplicationLevelSignature(as, response, keys(jwks));
  return result;
}

function accessed({ jwks }, headers) {
  return oauth.validateJwtAccessToken(server(), new Request(RESOURCE, { headers }), API, keys(jwks));
}

const idToken = (input) =>
  read(
    input,
    (as, response) =>
      oauth.processAuthorizationCodeResponse(as, client(), response, {
        expectedNonce: NONCE,
        maxAge: MAX_AGE,
        requireIdToken: true,
      }),
    tokenAnswer(input.jwt),
  );

const accessToken = (input) => accessed(input, { authorization: `Bearer ${input.jwt}` });

const subjects = {
  id_token: idToken,
  "id_token of a refresh": (input) =>
    read(input, (as, response) => oauth.processRefreshTokenResponse(as, client(), response), tokenAnswer(input.jwt)),
  keys: idToken,
  "access token": accessToken,
  "keys for access tokens": accessToken,
  proof: async (input) => accessed(input, { authorization: `DPoP ${input.accessToken}`, dpop: input.jwt }),
  "authorization response": ({ jwks, jwt }) =>
    oauth.validateJwtAuthResponse(
      server(),
      client({ authorization_signed_response_alg: undefined }),
      new URLSearchParams({ response: jwt }),
      STATE,
      keys(jwks),
    ),
  userinfo: (input) =>
    read(
      input,
      (as, response) => oauth.processUserInfoResponse(as, client(), "alice", response),
      jwtResponse(input.jwt, "application/jwt"),
    ),
  introspection: (input) =>
    read(
      input,
      (as, response) => oauth.processIntrospectionResponse(as, client(), response),
      jwtResponse(input.jwt, "application/token-introspection+jwt"),
    ),
  callback: async ({ query }) => {
    const parameters = oauth.validateAuthResponse(server(), client(), new URLSearchParams(query), STATE);
    // The request has no other way to the token endpoint. It reads the code.
    const [fetch] = [answering({ token_endpoint: () => json({}) })];
    return oauth.authorizationCodeGrantRequest(
      server(),
      client(),
      oauth.None(),
      parameters,
      REDIRECT_URI,
      "v".repeat(43),
      {
        [oauth.customFetch]: fetch,
      },
    );
  },
  "token answer": ({ answer }) => oauth.processClientCredentialsResponse(server(), client(), responseOf(answer)),
  "userinfo answer": ({ answer }) => oauth.processUserInfoResponse(server(), client(), "alice", responseOf(answer)),
  "introspection answer": ({ answer }) => oauth.processIntrospectionResponse(server(), client(), responseOf(answer)),
  "device answer": ({ answer }) => oauth.processDeviceAuthorizationResponse(server(), client(), responseOf(answer)),
  metadata: async ({ world, jwks, answer }) => {
    const as = await oauth.processDiscoveryResponse(new URL(ISSUER), responseOf(answer));
    const { jwt } = delivered(controls["id_token"](world), world);
    const fetch = answering(
      {
        jwks_uri: () => json(jwks),
        token_endpoint: () => tokenAnswer(jwt),
        userinfo_endpoint: () => json({ sub: "alice" }),
      },
      membersOf(answer),
    );
    const options = { [oauth.customFetch]: fetch };
    const found = new URLSearchParams({ code: CODE, state: STATE, iss: ISSUER });
    const parameters = oauth.validateAuthResponse(as, client(), found, STATE);
    const response = await oauth.authorizationCodeGrantRequest(
      ...[as, client(), oauth.None(), parameters, REDIRECT_URI, "v".repeat(43), options],
    );
    const checks = { expectedNonce: NONCE, requireIdToken: true };
    await oauth.processAuthorizationCodeResponse(as, client(), response, checks);
    await oauth.validateApplicationLevelSignature(as, response, options);
    const about = await oauth.userInfoRequest(as, client(), ACCESS_TOKEN, options);
    return oauth.processUserInfoResponse(as, client(), "alice", about);
  },
};

/** @type {import("../lib/run.mjs").Party} */
export const oauth4webapi = {
  name: `oauth4webapi ${version("oauth4webapi")}`,
  subjects,
  // Its callers make the URL of the page where users sign in, and know whom they have signed in before.
  leaves: ({ name }) => /authorization_endpoint|of a refresh: sub/.test(name),
  isRefusal: () => true,
};
