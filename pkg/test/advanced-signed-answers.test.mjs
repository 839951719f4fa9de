import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  Client,
  parseJwtCallback,
  parseLogoutToken,
  parseSignedIntrospection,
  parseSignedUserInfo,
  secretSignature,
  signedIntrospect,
  signedUserInfo,
} from "eiam-token";
import { signer, signingInput } from "./support/jwt.mjs";
import { json, mockFetch } from "./support/mock-fetch.mjs";
import { source } from "./support/source.mjs";

const { memberText } = await source("client/advanced/member-text");

const ISSUER = "https://as.example";
const EVENT = "http://schemas.openid.net/event/backchannel-logout";
const key = await signer("ES256", "k1");
const stranger = await signer("ES256", "k1");

function client(answers = [], options = {}) {
  const fetch = async (url) => {
    if (url === `${ISSUER}/jwks`) return json(JSON.stringify({ keys: [key.jwk] }));
    return answers.shift();
  };
  return new Client({
    server: {
      issuer: ISSUER,
      authorizationEndpoint: `${ISSUER}/authorize`,
      tokenEndpoint: `${ISSUER}/token`,
      userinfoEndpoint: `${ISSUER}/userinfo`,
      introspectionEndpoint: `${ISSUER}/introspect`,
      jwksUri: `${ISSUER}/jwks`,
    },
    clientId: "app",
    fetch,
    ...options,
  });
}

const now = () => Math.floor(Date.now() / 1000);
const common = () => ({ iss: ISSUER, aud: "app", iat: now(), exp: now() + 60 });

const own = client();
const request = own.authorizationRequest({
  redirectUri: "https://app.example/cb",
  scope: "openid",
  responseMode: "jwt",
});
const { state } = JSON.parse(request.serialize());

/** What each kind of answer is called, what it says when all is well, and what reads it. */
const kinds = {
  response: {
    claims: () => ({ ...common(), code: "CO1", state }),
    header: {},
    read: (jwt) => parseJwtCallback(client(), `https://app.example/cb?response=${jwt}`, request),
    required: ["iss", "aud", "exp"],
  },
  userinfo: {
    claims: () => ({ ...common(), sub: "alice" }),
    header: {},
    read: (jwt) => parseSignedUserInfo(client(), answerOf(jwt, "application/jwt")),
    required: ["sub"],
  },
  introspection: {
    claims: () => ({ iss: ISSUER, aud: "app", iat: now(), token_introspection: { active: true, exp: 9 } }),
    header: { typ: "token-introspection+jwt" },
    read: (jwt) => parseSignedIntrospection(client(), answerOf(jwt, "application/token-introspection+jwt")),
    required: ["iss", "aud", "iat", "token_introspection"],
  },
  logout_token: {
    claims: () => ({ ...common(), sub: "alice", sid: "s1", jti: "j1", events: { [EVENT]: {} } }),
    header: { typ: "logout+jwt" },
    read: (jwt) => parseLogoutToken(client(), jwt),
    required: ["iss", "aud", "exp", "iat", "jti", "events"],
  },
};

function answerOf(body, type) {
  return { status: 200, headers: new Headers({ "content-type": `${type}; charset=utf-8` }), body };
}

for (const [what, { claims, header, read, required }] of Object.entries(kinds)) {
  describe(`a signed ${what}`, () => {
    const refused = async (jwt, path) => {
      await assert.rejects(read(jwt), { code: "malformed_response", path: `${what}${path && "."}${path}` });
    };

    test("is accepted", async () => {
      await read(await key.jwt(claims(), header));
      await read(await key.jwt({ ...claims(), aud: ["other", "app"] }, header));
      await read(await key.jwt(claims(), { ...header, ...(header.typ && { typ: `application/${header.typ}` }) }));
    });

    test("by another key, and one whose signature was cut or changed", async () => {
      await refused(await stranger.jwt(claims(), header), "signature");
      const jwt = await key.jwt(claims(), header);
      const [head, , signature] = jwt.split(".");
      const other = (await key.jwt({ ...claims(), more: 1 }, header)).split(".")[1];
      await refused(`${head}.${other}.${signature}`, "signature");
      await refused(`${head}.${other}.`, "signature");
    });

    test("RFC 8725: algorithms that are none or those of secrets, and extensions", async () => {
      for (const alg of ["none", "None", "HS256", ["ES256"], [["ES256"]], { toString: 1, valueOf: 1 }, null, 7]) {
        await refused(`${signingInput({ alg, ...header }, claims())}.AAAA`, "alg");
      }
      await refused(await key.jwt(claims(), { ...header, alg: ["ES256"] }), "alg");
      await refused(await key.jwt(claims(), { ...header, crit: ["x"], x: 1 }), "crit");
      await refused(await key.jwt(claims(), { ...header, kid: "k2" }), "kid");
    });

    test("a JWT of another kind", async () => {
      for (const typ of ["at+jwt", "dpop+jwt", "", 7, null, [header.typ ?? "jwt"], { toString: 1, valueOf: 1 }]) {
        await refused(await key.jwt(claims(), { ...header, typ }), "typ");
      }
    });

    test("of another issuer, for another client, too old or too new", async () => {
      for (const [more, path] of [
        [{ iss: `${ISSUER}/` }, "iss"],
        [{ iss: [ISSUER] }, "iss"],
        [{ aud: "app2" }, "aud"],
        [{ aud: ["app "] }, "aud"],
        [{ aud: { app: 1 } }, "aud"],
        [{ nbf: now() + 3600 }, "nbf"],
        [{ iat: now() + 3600 }, "iat"],
        [{ iat: "1" }, "iat"],
        ...(what === "introspection"
          ? [
              [{ exp: now() + 60 }, "exp"],
              [{ sub: "alice" }, "sub"],
            ]
          : [
              [{ exp: now() - 61 }, "exp"],
              [{ exp: `${now() + 60}` }, "exp"],
            ]),
      ]) {
        await refused(await key.jwt({ ...claims(), ...more }, header), path);
      }
    });

    test("RFC 7519 section 2: with a moment that no clock has", async () => {
      for (const name of required.filter((name) => name === "exp" || name === "iat")) {
        for (const digits of ["-1", "-1e400", ...(name === "exp" ? ["1e400", "9223372036854775808"] : [])]) {
          const text = JSON.stringify(claims()).replace(new RegExp(`("${name}":)\\d+`), `$1${digits}`);
          await refused(await key.jwt(text, header), name);
        }
      }
    });

    test("without a claim that has to be there", async () => {
      for (const name of required) {
        for (const value of [undefined, null]) {
          await refused(await key.jwt({ ...claims(), [name]: value }, header), name);
        }
      }
    });

    test("what is no JWT", async () => {
      for (const jwt of ["a.b", "a.b.c.d.e", "%00"]) {
        await assert.rejects(read(jwt), { code: "malformed_response" });
      }
      const twice = signingInput({ alg: "ES256", ...header }, `{"iss":"${ISSUER}","iss":"x"}`);
      await assert.rejects(read(`${twice}.AAAA`), { code: "malformed_response" });
    });
  });
}

describe("JARM: authorization responses", () => {
  const jwt = (more) => key.jwt({ ...kinds.response.claims(), ...more });

  test("in the query, in the fragment, and as a form", async () => {
    const response = await jwt();
    for (const callback of [
      `https://app.example/cb?a=1&response=${response}`,
      `https://app.example/cb?a=1#response=${response}`,
      `response=${response}`,
      new URL(`https://app.example/cb?response=${response}`),
      new URLSearchParams({ response }),
    ]) {
      const answer = await parseJwtCallback(client(), callback, request.serialize());
      await client([json('{"token_type":"Bearer","access_token":"AT"}')])
        .exchangeCode(answer)
        .catch(({ path }) => assert.equal(path, "$.id_token"));
    }
  });

  test("a refusal that is signed", async () => {
    const refusal = await jwt({ code: undefined, error: "access_denied", error_description: "no" });
    await assert.rejects(parseJwtCallback(client(), `?response=${refusal}`, request), {
      code: "oauth_error",
      error: "access_denied",
      description: "no",
    });
  });

  test("a response that is not signed, is there twice, or belongs to another request", async () => {
    const response = await jwt();
    for (const callback of [
      `https://app.example/cb?code=CO1&state=${state}`,
      `?response=${response}&response=${response}`,
      `?response=${response}#response=${response}`,
      "?response=",
    ]) {
      await assert.rejects(parseJwtCallback(client(), callback, request), { code: "invalid_callback" });
    }
    const other = await jwt({ state: "other" });
    const expected = { code: "invalid_callback", parameter: "state" };
    await assert.rejects(parseJwtCallback(client(), `?response=${other}`, request), expected);
    // What stands beside the JWT does not count.
    await assert.rejects(parseJwtCallback(client(), `?response=${other}&state=${state}`, request), expected);
  });

  test("a server whose keys are not known", async () => {
    const without = client([], { idTokenSignature: "connection" });
    await assert.rejects(parseJwtCallback(without, `?response=${await jwt()}`, request), {
      code: "not_supported",
      endpoint: "jwks_uri",
    });
  });

  test("a server that signs with the client's secret", async () => {
    const secret = "a secret of at least 32 octets, is it not";
    const { createHmac } = await import("node:crypto");
    const input = signingInput({ alg: "HS256" }, kinds.response.claims());
    const signed = (by) => `?response=${input}.${createHmac("sha256", by).update(input).digest("base64url")}`;
    const shared = client([], { idTokenSignature: secretSignature(secret) });
    await parseJwtCallback(shared, signed(secret), request);
    await assert.rejects(parseJwtCallback(shared, signed("another"), request), { path: "response.signature" });
  });
});

describe("OpenID Connect Core section 5.3.2: signed userinfo", () => {
  const signed = async (more) =>
    new Response(await key.jwt({ ...kinds.userinfo.claims(), ...more }), {
      headers: { "content-type": "application/jwt" },
    });

  test("the request asks for it, and the claims are those of the JWT", async () => {
    const fetch = mockFetch(await signed({ name: "Ω" }), json(JSON.stringify({ keys: [key.jwk] })));
    const claims = await signedUserInfo(client([], { fetch }), "AT", { expectedSub: "alice" });
    assert.deepEqual([claims.sub, claims.name], ["alice", "Ω"]);
    assert.deepEqual(
      [fetch.calls[0].headers.accept, fetch.calls[0].headers.authorization],
      ["application/jwt", "Bearer AT"],
    );
  });

  test("claims that are not signed, another user, and refusals", async () => {
    await assert.rejects(signedUserInfo(client([json('{"sub":"alice"}')]), "AT"), { path: "$" });
    for (const [more, options] of [
      [{}, { expectedSub: "bob" }],
      [{ sub: "" }, {}],
      [{ sub: 7 }, {}],
    ]) {
      await assert.rejects(signedUserInfo(client([await signed(more)]), "AT", options), { path: "userinfo.sub" });
    }
    const refused = new Response("", { status: 401, headers: { "www-authenticate": 'Bearer error="invalid_token"' } });
    await assert.rejects(signedUserInfo(client([refused]), "AT"), { error: "invalid_token", status: 401 });
  });
});

describe("RFC 9701: signed introspection", () => {
  test("the request asks for it, and all digits of seconds are kept", async () => {
    const { iss, aud, iat } = kinds.introspection.claims();
    const about = '{"active":true,"exp":9007199254740993,"scope":"a","nested":{"token_introspection":{"exp":1}}}';
    const text = `{"iss":"${iss}","aud":"${aud}","iat":${iat}, "token_introspection" : ${about} }`;
    const jwt = await key.jwt(text, { typ: "token-introspection+jwt" });
    const fetch = mockFetch(
      new Response(jwt, { headers: { "content-type": "application/token-introspection+jwt" } }),
      json(JSON.stringify({ keys: [key.jwk] })),
    );
    const answer = await signedIntrospect(client([], { fetch }), "AT");
    assert.deepEqual([answer.active, answer.expiresAt, answer.members.scope], [true, 9007199254740993n, "a"]);
    assert.equal(fetch.calls[0].headers.accept, "application/token-introspection+jwt");
  });

  test("an answer that is not signed, or says nothing, and refusals", async () => {
    await assert.rejects(signedIntrospect(client([json('{"active":true}')]), "AT"), { path: "$" });
    for (const about of [{}, 7, "x", [], { active: "yes" }]) {
      const jwt = await key.jwt(
        { ...kinds.introspection.claims(), token_introspection: about },
        kinds.introspection.header,
      );
      await assert.rejects(kinds.introspection.read(jwt), { code: "malformed_response" });
    }
    const refused = json('{"error":"invalid_client"}', { status: 401 });
    await assert.rejects(signedIntrospect(client([refused]), "AT"), { error: "invalid_client" });
  });

  test("the text of a member", () => {
    for (const [text, expected] of [
      ['{"a":1}', undefined],
      ['{"m":1}', "1"],
      ['{"a":{"m":2},"m":[1,{"m":3}],"b":"m"}', '[1,{"m":3}]'],
      ['{ "a" : "}{\\"m\\":," , "m" : "x,}\\\\" }', '"x,}\\\\"'],
      ['{"\\u006d":null}', "null"],
      ['{"a":"m","b":["m"],"m":-1.5e3}', "-1.5e3"],
      ["{}", undefined],
    ]) {
      assert.equal(memberText(text, "m"), expected, text);
    }
  });
});

describe("OpenID Connect Back-Channel Logout section 2.6: logout tokens", () => {
  const { claims, header, read } = kinds.logout_token;

  test("who has signed out where", async () => {
    const { subject, sessionId, jwtId, issuedAt, expiresAt } = await read(await key.jwt(claims(), header));
    assert.deepEqual([subject, sessionId, jwtId, expiresAt - issuedAt], ["alice", "s1", "j1", 60]);
    for (const name of ["sub", "sid"]) {
      const one = await read(await key.jwt({ ...claims(), [name]: undefined }, header));
      assert.equal(name === "sub" ? one.subject : one.sessionId, undefined);
    }
    await read(await key.jwt(claims()));
  });

  test("what would be an id_token, or about nobody or nothing", async () => {
    for (const [more, path] of [
      [{ nonce: "n" }, "nonce"],
      [{ sub: undefined, sid: undefined }, "sub"],
      [{ sub: 7 }, "sub"],
      [{ sid: "" }, "sid"],
      [{ jti: "" }, "jti"],
      [{ events: {} }, "events"],
      [{ events: { [EVENT]: true } }, "events"],
      [{ events: { [EVENT]: [] } }, "events"],
      [{ sub: "alice\ud800" }, "sub"],
      [{ events: [EVENT] }, "events"],
      [{ events: "x" }, "events"],
    ]) {
      const expected = { code: "malformed_response", path: `logout_token.${path}` };
      await assert.rejects(read(await key.jwt({ ...claims(), ...more }, header)), expected, JSON.stringify(more));
    }
    for (const nothing of [undefined, null, "", 7]) {
      await assert.rejects(parseLogoutToken(client(), nothing), { code: "invalid_argument", argument: "token" });
    }
  });
});
