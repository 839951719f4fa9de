import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  CallbackError,
  Client,
  ConnectionError,
  EiamTokenError,
  GatewayError,
  MalformedResponseError,
  OAuthError,
  ResponseError,
} from "eiam-token";
import { startMockServer } from "./oauth2-mock-server.mjs";

const REDIRECT_URI = "https://app.example/cb";
const MIB = 1 << 20;

/** @type {Awaited<ReturnType<typeof startMockServer>>} */
let server;
/** @type {Client} */
let client;
before(async () => {
  server = await startMockServer();
  client = await Client.discover(server.issuer, { clientId: "app" });
});
after(() => server.stop());

/** Sends the browser's request, and gives the callback that comes of it. */
async function authorize(request) {
  const { headers } = await fetch(request.url, { redirect: "manual" });
  return headers.get("location");
}

async function signIn(scope = "openid profile") {
  const request = client.authorizationRequest({ redirectUri: REDIRECT_URI, scope });
  const callback = await authorize(request);
  return client.exchangeCode(client.parseCallback(callback, request));
}

/**
 * What an error must be: exactly this class, and these members.
 *
 * @param {new (...args: any[]) => EiamTokenError} type
 * @param {Record<string, unknown>} members
 */
function is(type, members) {
  return (thrown) => {
    assert.equal(thrown?.constructor, type, String(thrown));
    const actual = Object.fromEntries(Object.keys(members).map((name) => [name, thrown[name]]));
    assert.deepEqual(actual, members);
    return true;
  };
}

function malformed(path, status = 200) {
  return is(MalformedResponseError, { code: "malformed_response", path, status });
}

describe("good answers", () => {
  test("authorization code with PKCE, refresh, userinfo, revocation", async () => {
    const tokens = await signIn();
    assert.equal(tokens.tokenType, "Bearer");
    assert.equal(tokens.expiresIn, 3600n);
    assert.equal(tokens.claims.sub, "johndoe");
    assert.equal(tokens.claims.aud, "app");
    const again = await client.refresh(tokens.refreshToken, { scope: "openid" });
    assert.notEqual(again.refreshToken, tokens.refreshToken);
    assert.equal(again.scope, "openid");
    assert.deepEqual({ ...(await client.userInfo(tokens)) }, { sub: "johndoe" });
    await client.revoke(tokens.refreshToken);
  });

  test("client credentials and password", async () => {
    const machine = await client.clientCredentials({ scope: "api://x|read" });
    assert.equal(machine.scope, "api://x|read");
    assert.equal(machine.idToken, undefined);
    const user = await client.password({ username: "alice", password: "p&=+ %", scope: "openid" });
    assert.ok(user.accessToken && user.refreshToken);
  });

  test("a server that rotates nothing: the old refresh token stays", async () => {
    server.service.once("beforeResponse", ({ body }) => delete body.refresh_token);
    const tokens = await client.refresh("RTold");
    assert.equal(tokens.refreshToken, "RTold");
  });

  test("a wrong content type is forgiven", async () => {
    const body = '{"access_token":"ATx","token_type":"Bearer"}';
    server.answerOnce({ body, headers: { "content-type": "text/html" } });
    assert.equal((await client.clientCredentials()).accessToken, "ATx");
  });
});

/** The token endpoint answers with this `expires_in`, or with none for `undefined`. */
function answerWithLifetime(text) {
  const member = text === undefined ? "" : `,"expires_in":${text}`;
  server.answerOnce({ body: `{"access_token":"ATx","token_type":"Bearer"${member}}` });
}

describe("lifetimes on the wire", () => {
  for (const [text, expected] of /** @type {const} */ ([
    ["3600", 3600n],
    ['"3600"', 3600n],
    ["3600.0", 3600n],
    ["1e3", 1000n],
    ["0", 0n],
    ["9007199254740993", 9007199254740993n],
    ['"9007199254740993"', 9007199254740993n],
    ["9223372036854775807", 9223372036854775807n],
    ["null", undefined],
    [undefined, undefined],
  ])) {
    test(`${text ?? "none"} is ${expected ?? "unknown"}`, async () => {
      answerWithLifetime(text);
      const tokens = await client.clientCredentials();
      assert.equal(tokens.expiresIn, expected);
      const known = expected !== undefined;
      assert.equal(tokens.deadline !== undefined, known);
      assert.equal(tokens.expired(), known ? expected === 0n : undefined);
      assert.equal(tokens.remaining() !== undefined, known);
    });
  }

  test("a deadline saturates, and has no Date where there is none", async () => {
    answerWithLifetime("9223372036854775807");
    const tokens = await client.clientCredentials();
    assert.equal(tokens.deadline, 9223372036854775807n);
    assert.equal(tokens.expiryDate(), undefined);
  });

  for (const text of [
    "-1",
    '"-1"',
    "9223372036854775808",
    '"9223372036854775808"',
    "1e400",
    '"abc"',
    '"3600abc"',
    "[3600]",
    "true",
    "3600.5",
    '""',
    "{}",
  ]) {
    test(`${text} is refused by name`, async () => {
      answerWithLifetime(text);
      await assert.rejects(client.clientCredentials(), malformed("$.expires_in"));
    });
  }
});

describe("token answers that are none", () => {
  const good = '"token_type":"Bearer","expires_in":3600';
  for (const [name, body, path] of [
    ["access_token twice", `{"access_token":"ATx","access_token":"ATy",${good}}`, "$.access_token"],
    ["access_token twice, once escaped", `{"access_token":"ATx","access\\u005ftoken":"ATy",${good}}`, "$.access_token"],
    ["no access_token", `{${good}}`, "$.access_token"],
    ["an empty access_token", `{"access_token":"",${good}}`, "$.access_token"],
    ["access_token null", `{"access_token":null,${good}}`, "$.access_token"],
    ["a number as access_token", `{"access_token":1,${good}}`, "$.access_token"],
    ["a line feed in access_token", `{"access_token":"AT\\nx",${good}}`, "$.access_token"],
    ["no token_type", '{"access_token":"ATx"}', "$.token_type"],
    ["a list as token_type", '{"access_token":"ATx","token_type":["Bearer"]}', "$.token_type"],
    ["an object as refresh_token", `{"access_token":"ATx","refresh_token":{},${good}}`, "$.refresh_token"],
    ["a list as scope", `{"access_token":"ATx","scope":["a"],${good}}`, "$.scope"],
    ["a list", "[]", "$"],
    ["a string", '"ATx"', "$"],
    ["null", "null", "$"],
    ["nothing", "", "$"],
    ["a form", "access_token=ATx&token_type=bearer", "$"],
    ["half an answer", '{"access_token":"ATx","token_type":', "$.token_type"],
    ["two answers", `{"access_token":"ATx",${good}}{}`, "$"],
    ["bytes that are not UTF-8", Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d), "$"],
    ["lists in lists in lists", `{"x":${"[".repeat(33)}${"]".repeat(33)}}`, `$.x${"[0]".repeat(31)}`],
  ]) {
    test(`${name}`, async () => {
      server.answerOnce({ body });
      await assert.rejects(client.clientCredentials(), (thrown) => {
        const seen = JSON.stringify([thrown, thrown.message, thrown.stack, String(thrown.cause)]);
        assert.ok(!/AT[xy]/.test(seen), seen);
        return malformed(path)(thrown);
      });
    });
  }

  test("1 MiB is read, a byte more is not, and a server that never stops is left", async () => {
    const start = `{"access_token":"ATx",${good},"x":"`;
    const body = (length) => `${" ".repeat(length - start.length - 2)}${start}"}`;
    server.answerOnce({ body: body(MIB) });
    assert.equal((await client.clientCredentials()).accessToken, "ATx");
    const tooLong = { path: "$", reason: `longer than ${MIB} bytes` };
    server.answerOnce({ body: body(MIB + 1) });
    await assert.rejects(client.clientCredentials(), is(MalformedResponseError, tooLong));

    server.service.once("beforeResponse", (_, { res }) => {
      res.json = () => {
        const chunk = "x".repeat(MIB / 4);
        const more = () => res.write(chunk, (error) => error ?? more());
        more();
      };
    });
    await assert.rejects(client.clientCredentials(), is(MalformedResponseError, tooLong));
  });
});

describe("refusals", () => {
  test("in OAuth's words", async () => {
    server.answerOnce({
      status: 400,
      body: '{"error":"invalid_grant","error_description":"gone","error_uri":"https://as.example/e","request_id":"R1"}',
    });
    await assert.rejects(
      client.refresh("RTx"),
      is(OAuthError, {
        code: "oauth_error",
        error: "invalid_grant",
        description: "gone",
        uri: "https://as.example/e",
        requestId: "R1",
        status: 400,
        retryAfter: undefined,
      }),
    );
  });

  test("in OAuth's words with status 200, as GitHub does it", async () => {
    server.answerOnce({ body: '{"error":"bad_verification_code","error_description":"expired"}' });
    const expected = { error: "bad_verification_code", description: "expired", status: 200 };
    await assert.rejects(client.clientCredentials(), is(OAuthError, expected));
  });

  test("status 200 with an error and a token", async () => {
    server.answerOnce({ body: '{"error":"x","access_token":"ATx","token_type":"Bearer"}' });
    // Good tokens are a success, whatever stands beside them.
    assert.equal((await client.clientCredentials()).members.error, "x");
    server.answerOnce({ body: '{"error":"x","access_token":"","token_type":"Bearer"}' });
    await assert.rejects(client.clientCredentials(), is(OAuthError, { error: "x", status: 200 }));
  });

  test("a page of a proxy", async () => {
    server.answerOnce({
      status: 502,
      body: "<html><body><h1>502 Bad Gateway</h1>token=ATx</body></html>",
      headers: { "content-type": "text/html", "retry-after": "3" },
    });
    await assert.rejects(client.clientCredentials(), (thrown) => {
      assert.ok(!JSON.stringify([thrown, thrown.message, thrown.stack]).includes("ATx"));
      return is(ResponseError, { code: "http_error", status: 502, retryAfter: 3000 })(thrown);
    });
  });

  test("in the words of Alibaba Cloud's gateway", async () => {
    server.answerOnce({
      status: 429,
      body: '{"Code":"Throttling.Api","Message":"slow","RequestId":"R2"}',
      headers: { "x-acs-retry-after": "1500" },
    });
    const expected = {
      code: "gateway_error",
      error: "Throttling.Api",
      description: "slow",
      requestId: "R2",
      status: 429,
      retryAfter: 1500,
    };
    await assert.rejects(client.clientCredentials(), is(GatewayError, expected));
  });

  test("a token with status 400 is none", async () => {
    server.answerOnce({ status: 400, body: '{"access_token":"ATx","token_type":"Bearer"}' });
    const expected = { code: "http_error", status: 400 };
    await assert.rejects(client.clientCredentials(), is(ResponseError, expected));
  });

  test("a redirect is not followed: it would carry the credentials along", async () => {
    const location = `${server.issuer}/token`;
    server.answerOnce({ status: 307, body: "", headers: { location } });
    const expected = { code: "http_error", status: 307 };
    await assert.rejects(client.clientCredentials(), is(ResponseError, expected));
  });

  test("no answer at all", async () => {
    server.hangUpOnce();
    const expected = { code: "network_error" };
    await assert.rejects(client.clientCredentials(), is(ConnectionError, expected));
  });

  test("a wrong verifier", async () => {
    const request = client.authorizationRequest({ redirectUri: REDIRECT_URI });
    const callback = await authorize(request);
    const { code_verifier, ...rest } = JSON.parse(request.serialize());
    const wrong = JSON.stringify({ ...rest, code_verifier: [...code_verifier].reverse().join("") });
    const expected = { error: "invalid_request", status: 400 };
    const exchange = client.exchangeCode(client.parseCallback(callback, wrong));
    await assert.rejects(exchange, is(OAuthError, expected));
  });
});

describe("callbacks", () => {
  for (const [name, change, parameter] of [
    ["another state", (query) => query.set("state", "another"), "state"],
    ["no state", (query) => query.delete("state"), "state"],
    ["two states", (query) => query.append("state", "another"), "state"],
    ["no code", (query) => query.delete("code"), "code"],
    ["two codes", (query) => query.append("code", "another"), "code"],
    ["another issuer", (query) => query.set("iss", "https://another.example"), "iss"],
  ]) {
    test(`${name}`, async () => {
      server.service.once("beforeAuthorizeRedirect", ({ url }) => change(url.searchParams));
      const request = client.authorizationRequest({ redirectUri: REDIRECT_URI });
      const callback = await authorize(request);
      const expected = { code: "invalid_callback", parameter };
      assert.throws(() => client.parseCallback(callback, request), is(CallbackError, expected));
    });
  }

  test("a refusal", async () => {
    server.service.once("beforeAuthorizeRedirect", ({ url }) => {
      url.searchParams.delete("code");
      url.searchParams.set("error", "access_denied");
    });
    const request = client.authorizationRequest({ redirectUri: REDIRECT_URI });
    const callback = await authorize(request);
    const expected = { error: "access_denied", status: undefined };
    assert.throws(() => client.parseCallback(callback, request), is(OAuthError, expected));
  });
});

describe("id_tokens", () => {
  const now = Math.floor(Date.now() / 1000);

  // OpenID Connect Core, errata set 2: clients are encouraged to ignore azp.
  for (const [name, change] of [
    ["for several, none in charge", (claims) => (claims.aud = ["app", "b"])],
    ["another client is in charge", (claims) => (claims.azp = "another")],
  ]) {
    test(`${name}: accepted`, async () => {
      const sign = ({ payload }) => {
        if (payload.aud !== "app") return;
        server.service.off("beforeTokenSigning", sign);
        change(payload);
      };
      server.service.on("beforeTokenSigning", sign);
      assert.ok((await signIn()).claims);
    });
  }

  for (const [name, change, path] of [
    ["of another issuer", (claims) => (claims.iss = "https://another.example"), "id_token.iss"],
    ["for another client", (claims) => (claims.aud = "another"), "id_token.aud"],
    ["expired", (claims) => (claims.exp = now - 3600), "id_token.exp"],
    ["without an end", (claims) => delete claims.exp, "id_token.exp"],
    ["expires never", (claims) => (claims.exp = "never"), "id_token.exp"],
    ["without a beginning", (claims) => delete claims.iat, "id_token.iat"],
    ["of nobody", (claims) => delete claims.sub, "id_token.sub"],
    ["of another request", (claims) => (claims.nonce = "another"), "id_token.nonce"],
    ["of no request", (claims) => delete claims.nonce, "id_token.nonce"],
  ]) {
    test(`${name}`, async () => {
      // The access token is a JWT too: the id_token is the one with an audience.
      const sign = ({ payload }) => {
        if (payload.aud !== "app") return;
        server.service.off("beforeTokenSigning", sign);
        change(payload);
      };
      server.service.on("beforeTokenSigning", sign);
      await assert.rejects(signIn(), malformed(path));
    });
  }
});

describe("userinfo and revocation", () => {
  test("claims of another user", async () => {
    const tokens = await signIn();
    server.service.once("beforeUserinfo", ({ body }) => void (body.sub = "mallory"));
    await assert.rejects(client.userInfo(tokens), malformed("$.sub"));
  });

  test("claims of nobody, or of two", async () => {
    for (const body of ["{}", '{"sub":""}', '{"sub":1}', '{"sub":"a","sub":"b"}']) {
      server.answerOnce({ body }, "beforeUserinfo");
      await assert.rejects(client.userInfo("ATx"), malformed("$.sub"), body);
    }
  });

  test("a token that is refused", async () => {
    server.answerOnce({ status: 401, body: '{"error":"invalid_token"}' }, "beforeUserinfo");
    const expected = { error: "invalid_token", status: 401 };
    await assert.rejects(client.userInfo("ATx"), is(OAuthError, expected));
  });

  test("a server that revokes nothing", async () => {
    server.service.once("beforeRevoke", (response) => void (response.statusCode = 503));
    const expected = { code: "http_error", status: 503 };
    await assert.rejects(client.revoke("RTx"), is(ResponseError, expected));
  });
});
