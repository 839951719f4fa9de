import * as openid from "openid-client";
import { controls, delivered } from "../lib/subjects.mjs";
import {
  ACCESS_TOKEN,
  CLIENT,
  CODE,
  ISSUER,
  MAX_AGE,
  METADATA,
  NONCE,
  REDIRECT_URI,
  SECRET,
  STATE,
} from "../lib/world.mjs";
import { answering, json, jwtResponse, responseOf, tokenAnswer } from "./answering.mjs";
import { membersOf } from "./ours.mjs";
import { version } from "./version.mjs";

function configured(answers, { jwks } = {}) {
  const config = new openid.Configuration({ ...METADATA }, CLIENT, {}, openid.ClientSecretPost(SECRET));
  openid.enableNonRepudiationChecks(config);
  config[openid.customFetch] = answering({ jwks_uri: () => json(jwks ?? { keys: [] }), ...answers });
  return config;
}

const checks = { expectedState: STATE, pkceCodeVerifier: "v".repeat(43) };
const withIdToken = { ...checks, expectedNonce: NONCE, maxAge: MAX_AGE, idTokenExpected: true };
const callback = (query) => new URL(`${REDIRECT_URI}?${query}`);
const good = callback(new URLSearchParams({ code: CODE, state: STATE, iss: ISSUER }));
const noIdToken = () => json({ access_token: ACCESS_TOKEN, token_type: "Bearer" });

const idToken = (input) =>
  openid.authorizationCodeGrant(
    configured({ token_endpoint: () => tokenAnswer(input.jwt) }, input),
    good,
    // It writes into what it gets.
    { ...withIdToken },
  );

const subjects = {
  id_token: idToken,
  "id_token of a refresh": (input) =>
    openid.refreshTokenGrant(configured({ token_endpoint: () => tokenAnswer(input.jwt) }, input), "RT1"),
  keys: idToken,
  "authorization response": (input) => {
    const config = configured({ token_endpoint: noIdToken }, input);
    openid.useJwtResponseMode(config);
    return openid.authorizationCodeGrant(config, callback(new URLSearchParams({ response: input.jwt })), { ...checks });
  },
  userinfo: (input) => {
    const answer = () => jwtResponse(input.jwt, "application/jwt");
    return openid.fetchUserInfo(configured({ userinfo_endpoint: answer }, input), ACCESS_TOKEN, "alice");
  },
  introspection: (input) => {
    const answer = () => jwtResponse(input.jwt, "application/token-introspection+jwt");
    return openid.tokenIntrospection(configured({ introspection_endpoint: answer }, input), ACCESS_TOKEN);
  },
  callback: ({ query }) =>
    openid.authorizationCodeGrant(configured({ token_endpoint: noIdToken }), callback(query), { ...checks }),
  "token answer": ({ answer }) =>
    openid.clientCredentialsGrant(configured({ token_endpoint: () => responseOf(answer) })),
  "userinfo answer": ({ answer }) =>
    openid.fetchUserInfo(configured({ userinfo_endpoint: () => responseOf(answer) }), ACCESS_TOKEN, "alice"),
  "introspection answer": ({ answer }) =>
    openid.tokenIntrospection(configured({ introspection_endpoint: () => responseOf(answer) }), ACCESS_TOKEN),
  "device answer": ({ answer }) =>
    openid.initiateDeviceAuthorization(configured({ device_authorization_endpoint: () => responseOf(answer) }), {}),
  metadata: async ({ world, jwks, answer }) => {
    const { jwt } = delivered(controls["id_token"](world), world);
    const fetch = answering(
      {
        document: () => responseOf(answer),
        jwks_uri: () => json(jwks),
        token_endpoint: () => tokenAnswer(jwt),
        userinfo_endpoint: () => json({ sub: "alice" }),
      },
      { document: `${ISSUER}/.well-known/openid-configuration`, ...membersOf(answer) },
    );
    const options = { [openid.customFetch]: fetch, execute: [openid.enableNonRepudiationChecks] };
    const config = await openid.discovery(new URL(ISSUER), CLIENT, {}, openid.None(), options);
    openid.buildAuthorizationUrl(config, { redirect_uri: REDIRECT_URI, scope: "openid", state: STATE, nonce: NONCE });
    await openid.authorizationCodeGrant(config, good, { ...withIdToken });
    return openid.fetchUserInfo(config, ACCESS_TOKEN, "alice");
  },
};

/** @type {import("../lib/run.mjs").Party} */
export const openidClient = {
  name: `openid-client ${version("openid-client")}`,
  subjects,
  leaves: ({ name }) => /of a refresh: sub/.test(name),
  isRefusal: () => true,
};
