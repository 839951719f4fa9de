import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import {
  CallbackError,
  Client,
  ConnectionError,
  DeviceFlowError,
  GatewayError,
  InvalidArgumentError,
  MalformedResponseError,
  NotSupportedError,
  OAuthError,
  ResponseError,
  codeChallenge,
  decodeIdToken,
  deserializeDeviceAuthorization,
  deserializeTokens,
  generatePkce,
  parseExpiry,
  parseTokenResponse,
} from "eiam-token";
import { json, mockFetch } from "./support/mock-fetch.mjs";

const ISSUER = "https://as.example";
const server = {
  issuer: ISSUER,
  authorizationEndpoint: `${ISSUER}/authorize`,
  tokenEndpoint: `${ISSUER}/token`,
  deviceAuthorizationEndpoint: `${ISSUER}/device`,
  userinfoEndpoint: `${ISSUER}/userinfo`,
  revocationEndpoint: `${ISSUER}/revoke`,
};
const TOKENS = '{"token_type":"Bearer","access_token":"ATaccess","refresh_token":"RTrefresh","expires_in":3600}';
const redirectUri = "https://app.example/cb";

function client(fetch, options = {}) {
  return new Client({ server, clientId: "app_spa", fetch, ...options });
}

function unsignedIdToken(claims) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "RS256" })}.${part(claims)}.${part("signature")}`;
}

/** Everything that a careless developer might print. */
function printed(value) {
  return [
    inspect(value, { showHidden: true, depth: 9, getters: true }),
    String(value),
    JSON.stringify(value),
    JSON.stringify({ ...value }, (_, v) => (typeof v === "bigint" ? `${v}` : v)),
    value instanceof Error ? `${value.stack}${value.message}` : "",
  ].join("\n");
}

describe("PKCE", () => {
  test("RFC 7636 appendix B", () => {
    const challenge = codeChallenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    assert.equal(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
  });

  test("pairs are random, match, and hide the verifier", () => {
    const seen = new Set();
    for (let i = 0; i < 1000; i++) {
      const { verifier, challenge, method } = generatePkce();
      assert.match(verifier, /^[\w-]{43}$/);
      assert.equal(codeChallenge(verifier), challenge);
      assert.equal(method, "S256");
      seen.add(verifier);
    }
    assert.equal(seen.size, 1000);
    const pair = generatePkce();
    assert.ok(!printed(pair).includes(pair.verifier));
  });

  test("a verifier that the RFC does not allow is named, not shown", () => {
    assert.throws(
      () => codeChallenge("secret/verifier"),
      (error) => {
        assert.ok(error instanceof InvalidArgumentError);
        assert.equal(error.argument, "verifier");
        assert.ok(!printed(error).includes("secret/"));
        return true;
      },
    );
  });
});

describe("lifetimes", () => {
  test("are exact beyond 2^53", () => {
    const text = '{"token_type":"Bearer","access_token":"ATx","expires_in":9007199254740993}';
    assert.equal(parseTokenResponse(text).expiresIn, 9007199254740993n);
    assert.equal(parseTokenResponse(new TextEncoder().encode(text)).expiresIn, 9007199254740993n);
    assert.equal(parseTokenResponse(text).expiryDate(), undefined);
    assert.notEqual(BigInt(JSON.parse(text).expires_in), 9007199254740993n);
  });

  test("the deadline counts from receipt", () => {
    const now = Math.floor(Date.now() / 1000);
    const tokens = parseTokenResponse(TOKENS, { now: now - 3000 });
    assert.equal(tokens.deadline, BigInt(now + 600));
    assert.ok(tokens.remaining() <= 600n && tokens.remaining() > 590n);
    assert.equal(tokens.expired(), false);
    assert.equal(tokens.expired({ leeway: 700 }), true);
    assert.equal(tokens.expiryDate().getTime(), (now + 600) * 1000);
  });

  test("saturate", () => {
    const text = '{"token_type":"Bearer","access_token":"ATx","expires_in":9223372036854775807}';
    assert.equal(parseTokenResponse(text).deadline, 9223372036854775807n);
  });

  test("missing and null are unknown, never unlimited", () => {
    for (const member of ["", ',"expires_in":null']) {
      const tokens = parseTokenResponse(`{"token_type":"Bearer","access_token":"ATx"${member}}`);
      assert.equal(tokens.expiresIn, undefined);
      assert.equal(tokens.expired(), undefined);
      assert.equal(tokens.remaining(), undefined);
    }
  });

  test("zero is expired at once", () => {
    const tokens = parseTokenResponse('{"token_type":"Bearer","access_token":"ATx","expires_in":0}');
    assert.equal(tokens.expired(), true);
    assert.equal(tokens.remaining(), 0n);
  });

  test("parseExpiry reads what stands for a whole number and refuses the rest", () => {
    for (const [text, seconds] of [
      ["3600", 3600n],
      ['"3600"', 3600n],
      ["1e3", 1000n],
      ["null", undefined],
    ]) {
      assert.equal(parseExpiry(text), seconds, text);
    }
    for (const text of ["-1", "3600.5", '"abc"', "[3600]", "true", '""', "1e400", "", '1,"x":2', "1}", '1,"text":2']) {
      assert.throws(() => parseExpiry(text), { code: "invalid_argument" }, text);
    }
  });
});

describe("tokens", () => {
  test("are not seen by console, JSON, spread or string", () => {
    const tokens = parseTokenResponse(TOKENS);
    assert.equal(tokens.accessToken, "ATaccess");
    assert.ok(!/ATaccess|RTrefresh/.test(printed(tokens)), printed(tokens));
    assert.ok(Object.isFrozen(tokens));
  });

  test("are stored and come back whole", () => {
    const text =
      '{"token_type":"Bearer","access_token":"ATx","expires_in":9007199254740993,"expires_at":9007199254740995}';
    const tokens = parseTokenResponse(text);
    const back = deserializeTokens(tokens.serialize());
    for (const name of ["accessToken", "tokenType", "refreshToken", "expiresIn", "expiresAt", "deadline"]) {
      assert.equal(back[name], tokens[name], name);
    }
    for (const wrong of ["", "null", "{}", '{"accessToken":"ATx","tokenType":"Bearer","deadline":"x"}']) {
      assert.throws(() => deserializeTokens(wrong), InvalidArgumentError);
    }
  });
});

describe("the authorization code flow", () => {
  test("from the request to the tokens", async () => {
    const fetch = mockFetch((url, init) => {
      const form = new URLSearchParams(init.body);
      assert.equal(url, `${ISSUER}/token`);
      assert.equal(init.method, "POST");
      assert.equal(codeChallenge(form.get("code_verifier")), query.get("code_challenge"));
      assert.deepEqual(
        [form.get("grant_type"), form.get("code"), form.get("redirect_uri"), form.get("client_id")],
        ["authorization_code", "COcode", redirectUri, "app_spa"],
      );
      const claims = {
        iss: ISSUER,
        sub: "user_alice",
        aud: "app_spa",
        exp: (Date.now() / 1000 + 300) | 0,
        iat: (Date.now() / 1000) | 0,
        nonce: query.get("nonce"),
      };
      return json(`${TOKENS.slice(0, -1)},"id_token":"${unsignedIdToken(claims)}"}`);
    });
    const rp = client(fetch);
    const request = rp.authorizationRequest({ redirectUri, scope: "openid profile" });
    const query = new URL(request.url).searchParams;
    assert.equal(query.get("code_challenge_method"), "S256");
    const stored = request.serialize();
    assert.ok(!printed(request).includes(JSON.parse(stored).code_verifier));

    const callback = `${redirectUri}?code=COcode&state=${query.get("state")}&iss=${ISSUER}`;
    const response = rp.parseCallback(callback, stored);
    assert.ok(!printed(response).includes("COcode"));
    const tokens = await rp.exchangeCode(response);
    assert.equal(tokens.claims.sub, "user_alice");
    assert.equal(fetch.calls.length, 1);
  });

  test("an id_token with another nonce is refused", async () => {
    const claims = { iss: ISSUER, sub: "u", aud: "app_spa", exp: 4e9, iat: 1, nonce: "another" };
    const rp = client(mockFetch(json(`${TOKENS.slice(0, -1)},"id_token":"${unsignedIdToken(claims)}"}`)));
    const request = rp.authorizationRequest({ redirectUri, scope: "openid" });
    const state = new URL(request.url).searchParams.get("state");
    const response = rp.parseCallback(new URLSearchParams({ code: "CO", state }), request);
    await assert.rejects(rp.exchangeCode(response), { code: "malformed_response", path: "id_token.nonce" });
  });

  test("openid without an id_token is refused, and so are none and shared secrets", async () => {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
    for (const [alg, path] of [
      [undefined, "$.id_token"],
      ["none", "id_token.alg"],
      ["HS256", "id_token.alg"],
    ]) {
      const idToken = `${part({ alg })}.${part({ iss: ISSUER, sub: "u", aud: "app_spa", exp: 4e9, iat: 1 })}.`;
      const member = alg ? `,"id_token":"${idToken}"` : "";
      const rp = client(mockFetch(json(`${TOKENS.slice(0, -1)}${member}}`)));
      const request = rp.authorizationRequest({ redirectUri, scope: "openid" });
      const state = new URL(request.url).searchParams.get("state");
      const response = rp.parseCallback(new URLSearchParams({ code: "CO", state }), request);
      await assert.rejects(rp.exchangeCode(response), { code: "malformed_response", path });
    }
  });

  test("a refresh for another user is refused", async () => {
    const answer = (sub) => {
      const claims = { iss: ISSUER, sub, aud: "app_spa", exp: 4e9, iat: 1 };
      return json(`${TOKENS.slice(0, -1)},"id_token":"${unsignedIdToken(claims)}"}`);
    };
    const rp = client(mockFetch(answer("user_a"), answer("user_a"), answer("user_b"), answer("user_b")));
    const first = await rp.refresh("RTold");
    const second = await rp.refresh(first);
    await assert.rejects(rp.refresh(second), { path: "id_token.sub" });
    assert.equal((await rp.refresh("RTold")).claims.sub, "user_b");
    await assert.rejects(rp.refresh(parseTokenResponse('{"token_type":"Bearer","access_token":"ATx"}')), {
      argument: "current",
    });
  });

  test("a callback of another request is refused before anything is believed", () => {
    const rp = client(mockFetch());
    const request = rp.authorizationRequest({ redirectUri });
    const state = new URL(request.url).searchParams.get("state");
    for (const [callback, parameter] of [
      [`?code=CO&state=other`, "state"],
      [`?code=CO`, "state"],
      [`?error=access_denied&state=other`, "state"],
      [`?code=CO&state=${state}&state=${state}`, "state"],
      [`?code=CO&code=CP&state=${state}`, "code"],
      [`?code=%ff&state=${state}`, "code"],
      [`?state=${state}`, "code"],
      [`?code=CO&state=${state}&iss=https://evil.example`, "iss"],
    ]) {
      assert.throws(
        () => rp.parseCallback(redirectUri + callback, request),
        (error) => error instanceof CallbackError && error.parameter === parameter,
        callback,
      );
    }
    assert.throws(() => rp.parseCallback(`${redirectUri}?code=CO&state=${state}`, null), CallbackError);
    assert.throws(
      () => rp.parseCallback(`${redirectUri}?error=access_denied&state=${state}`, request),
      (error) => error instanceof OAuthError && error.error === "access_denied" && error.status === undefined,
    );
  });

  test("exchangeCode takes nothing but what parseCallback gave", async () => {
    await assert.rejects(client(mockFetch()).exchangeCode({ code: "CO" }), InvalidArgumentError);
  });
});

describe("calls over fetch", () => {
  test("each grant sends its form and never a secret in the URL", async () => {
    const fetch = mockFetch(json(TOKENS), json(TOKENS), json(TOKENS));
    const rp = client(fetch, {
      authentication: { method: "client_secret_post", clientSecret: "CS+/=&x" },
    });
    await rp.clientCredentials({ scope: "api://x|read", extra: { exclusive_tag: "tag" } });
    await rp.password({ username: "用户 a", password: "p&=w%", scope: "openid" });
    await rp.refresh("RTold", { scope: "openid" });
    assert.deepEqual(
      fetch.calls.map(({ body }) => body),
      [
        "grant_type=client_credentials&scope=api%3A%2F%2Fx%7Cread&exclusive_tag=tag&client_id=app_spa&client_secret=CS%2B%2F%3D%26x",
        "grant_type=password&username=%E7%94%A8%E6%88%B7+a&password=p%26%3Dw%25&scope=openid&client_id=app_spa&client_secret=CS%2B%2F%3D%26x",
        "grant_type=refresh_token&refresh_token=RTold&scope=openid&client_id=app_spa&client_secret=CS%2B%2F%3D%26x",
      ],
    );
    for (const { url, redirect, credentials, headers } of fetch.calls) {
      assert.equal(url, `${ISSUER}/token`);
      assert.deepEqual([redirect, credentials], ["manual", "omit"]);
      assert.equal(headers["content-type"], "application/x-www-form-urlencoded");
    }
  });

  test("client_secret_basic form-encodes first, unless told otherwise", async () => {
    for (const [method, credentials] of [
      ["client_secret_basic", "app_spa:CS%2B%2F%3D%26x"],
      ["client_secret_basic_unencoded", "app_spa:CS+/=&x"],
    ]) {
      const fetch = mockFetch(json(TOKENS));
      await client(fetch, { authentication: { method, clientSecret: "CS+/=&x" } }).clientCredentials();
      const [{ headers, body }] = fetch.calls;
      assert.equal(headers.authorization, `Basic ${btoa(credentials)}`);
      assert.equal(body, "grant_type=client_credentials");
    }
  });

  test("a client and its requests show no secret", () => {
    const rp = client(mockFetch(), {
      authentication: { method: "client_secret_post", clientSecret: "CSsecret" },
    });
    const request = rp.tokenRequest.password({ username: "alice", password: "pässwörd" });
    assert.ok(request.body.includes("CSsecret"));
    for (const value of [rp, request]) assert.ok(!/CSsecret|p%C3/.test(inspect(value, { showHidden: true, depth: 9 })));
    assert.ok(!/CSsecret|p%C3/.test(printed(request)));
  });

  test("a refresh that is refused hands out the new refresh token, and shows it nowhere", async () => {
    const answers = [
      '{"token_type":"Bearer","access_token":5,"refresh_token":"RTnew"}',
      '{"token_type":"Bearer","access_token":"AT","expires_in":"soon","refresh_token":"RTnew"}',
      '{"token_type":"Bearer","access_token":"AT","refresh_token":"RTnew","id_token":"x"}',
    ];
    for (const answer of answers) {
      const error = await client(mockFetch(json(answer)))
        .refresh("RTold")
        .catch((error) => error);
      assert.equal(error.code, "malformed_response", answer);
      assert.equal(error.refreshToken, "RTnew", answer);
      for (const shown of [inspect(error), JSON.stringify(error), error.stack]) assert.doesNotMatch(shown, /RTnew/);
    }
    const refused = await client(mockFetch(json('{"token_type":"Bearer"}')))
      .refresh("RTold")
      .catch((error) => error);
    assert.equal(refused.refreshToken, undefined);
  });

  test("a refresh without a new refresh token keeps the old one", async () => {
    const fetch = mockFetch(json('{"token_type":"Bearer","access_token":"ATnew"}'));
    assert.equal((await client(fetch).refresh("RTold")).refreshToken, "RTold");
  });

  test("refusals become errors with a stable code", async () => {
    const cases = [
      [
        json('{"error":"invalid_grant","error_description":"no","request_id":"R1"}', { status: 400 }),
        OAuthError,
        { code: "oauth_error", error: "invalid_grant", description: "no", requestId: "R1", status: 400 },
      ],
      [json('{"error":"bad_verification_code"}'), OAuthError, { error: "bad_verification_code", status: 200 }],
      [
        json('{"Code":"Throttling.Api","Message":"slow","RequestId":"R2"}', {
          status: 429,
          headers: { "x-acs-retry-after": "1500" },
        }),
        GatewayError,
        { code: "gateway_error", error: "Throttling.Api", requestId: "R2", retryAfter: 1500 },
      ],
      [
        json("<html>502</html>", { status: 502, headers: { "retry-after": "3" } }),
        ResponseError,
        { code: "http_error", status: 502, retryAfter: 3000 },
      ],
      [json("<html>ok</html>"), MalformedResponseError, { code: "malformed_response", path: "$" }],
      [
        json('{"access_token":"ATx","access_token":"ATy","token_type":"Bearer"}'),
        MalformedResponseError,
        { path: "$.access_token" },
      ],
      [json('{"access_token":"","token_type":"Bearer"}'), MalformedResponseError, { path: "$.access_token" }],
      [
        json('{"access_token":"ATx","token_type":"Bearer","expires_in":-1}'),
        MalformedResponseError,
        { path: "$.expires_in" },
      ],
      [json('{"token_type":"Bearer"}'), MalformedResponseError, { path: "$.access_token" }],
      [json(`{"x":"${"y".repeat(1 << 20)}"}`), MalformedResponseError, { path: "$" }],
      [new TypeError("fetch failed"), ConnectionError, { code: "network_error" }],
    ];
    for (const [answer, type, fields] of cases) {
      await assert.rejects(client(mockFetch(answer)).clientCredentials(), (error) => {
        assert.ok(error instanceof type, `${error}`);
        for (const [name, value] of Object.entries(fields)) assert.equal(error[name], value, name);
        assert.ok(!/AT[xy]/.test(printed(error)));
        return true;
      });
    }
  });

  test("time limit and abort", async () => {
    const never = (_, { signal }) =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    await assert.rejects(client(mockFetch(never), { timeout: 20 }).clientCredentials(), { code: "timeout" });
    const deaf = () => new Promise(() => {});
    await assert.rejects(client(mockFetch(deaf), { timeout: 20 }).clientCredentials(), { code: "timeout" });
    const controller = new AbortController();
    const call = client(mockFetch(never)).clientCredentials({ signal: controller.signal });
    const reason = new Error("the user left");
    controller.abort(reason);
    await assert.rejects(call, reason);
    await assert.rejects(client(mockFetch()).clientCredentials({ signal: AbortSignal.abort(reason) }), reason);
  });

  test("a call leaves neither a timer nor a listener, however it ends", async (t) => {
    const pending = new Set();
    const { setTimeout: set, clearTimeout: clear } = globalThis;
    t.mock.method(globalThis, "setTimeout", (run, delay) => {
      const timer = set(() => {
        pending.delete(timer);
        run();
      }, delay);
      pending.add(timer);
      return timer;
    });
    t.mock.method(globalThis, "clearTimeout", (timer) => {
      pending.delete(timer);
      clear(timer);
    });
    const reason = new Error("the user left");
    const deaf = () => new Promise(() => {});
    const late = [];
    const ends = [
      [json(TOKENS), undefined],
      [json("{}"), { code: "malformed_response" }],
      [new TypeError("fetch failed"), { code: "network_error" }],
      [undefined, { code: "network_error" }],
      [deaf, { code: "timeout" }, { timeout: 1 }],
      [() => new Promise((resolve) => late.push(resolve)), { code: "timeout" }, { timeout: 1 }],
      [deaf, reason, { abort: true }],
    ];
    for (const [answer, error, { abort, timeout } = {}] of ends) {
      const controller = new AbortController();
      const { signal } = controller;
      let listeners = 0;
      t.mock.method(signal, "addEventListener", (...args) => {
        listeners += 1;
        AbortSignal.prototype.addEventListener.apply(signal, args);
      });
      t.mock.method(signal, "removeEventListener", (...args) => {
        listeners -= 1;
        AbortSignal.prototype.removeEventListener.apply(signal, args);
      });
      const call = client(mockFetch(answer), { timeout }).clientCredentials({ signal });
      if (abort) controller.abort(reason);
      await (error ? assert.rejects(call, error) : call);
      assert.equal(listeners, 0, `${error}`);
      assert.equal(pending.size, 0, `${error}`);
    }
    // What comes too late changes nothing, and its controller is not used again.
    for (const resolve of late) resolve(json(TOKENS));
    const fetch = async (_, { signal }) => json(signal.aborted ? "{}" : TOKENS);
    for (let i = 0; i < 3; i++) await client(fetch).clientCredentials();
  });

  test("a signal that fails when its listener is removed fails its call, and nothing else", async () => {
    const signal = Object.assign(new AbortController().signal, {
      removeEventListener() {
        throw new RangeError("no such listener");
      },
    });
    await assert.rejects(client(mockFetch(json(TOKENS))).clientCredentials({ signal }), RangeError);
  });

  test("a form has every text as the host's own class encodes it", () => {
    const rp = new Client({ server, clientId: "c" });
    const plain = Array.from({ length: 0x180 }, (_, code) => String.fromCharCode(code)).filter((text) => text !== "\0");
    const others = [
      "",
      "a b",
      "https://app.example/cb?a=b&c=d#e",
      "\ud800",
      "\udc00x",
      "😀",
      "日本語",
      "-._~!*'()",
      "%20",
    ];
    for (const text of [...plain, ...plain.map((text) => `a${text}/:`), ...others]) {
      const { body } = rp.tokenRequest.clientCredentials({ extra: { [`x${text}`]: text } });
      const expected = new URLSearchParams([...(text ? [[`x${text}`, text]] : [["x", ""]])]);
      assert.ok(`&${body}&`.includes(`&${expected}&`), JSON.stringify(text));
    }
  });

  test("an endpoint that the server does not have is named", async () => {
    const rp = new Client({ server: { tokenEndpoint: `${ISSUER}/token` }, clientId: "c" });
    await assert.rejects(
      rp.revoke("ATx"),
      (error) => error instanceof NotSupportedError && error.endpoint === "revocation_endpoint",
    );
    assert.throws(() => rp.authorizationRequest({ redirectUri }), { endpoint: "authorization_endpoint" });
  });

  test("userinfo compares sub and sends the token in the header", async () => {
    const fetch = mockFetch(json('{"sub":"user_a","name":"A"}'), json('{"sub":"user_b"}'), json("", { status: 401 }));
    const rp = client(fetch);
    assert.deepEqual(await rp.userInfo("ATx"), { sub: "user_a", name: "A" });
    assert.equal(fetch.calls[0].headers.authorization, "Bearer ATx");
    await assert.rejects(rp.userInfo("ATx", { expectedSub: "user_a" }), { path: "$.sub" });
    await assert.rejects(rp.userInfo("ATx"), { code: "http_error", status: 401 });
    await assert.rejects(rp.userInfo("AT x\r\ny: z"), InvalidArgumentError);
  });

  test("revocation: any success will do, a refusal is an error", async () => {
    const rp = client(
      mockFetch(json("{}"), new Response(null, { status: 200 }), json('{"error":"invalid_client"}', { status: 401 })),
    );
    await rp.revoke("ATx", { tokenTypeHint: "access_token" });
    await rp.revoke("ATx");
    await assert.rejects(rp.revoke("ATx"), { error: "invalid_client" });
    await assert.rejects(rp.revoke("ATx", { tokenTypeHint: "code" }), { argument: "tokenTypeHint" });
  });

  test("discovery compares the issuer exactly", async () => {
    const metadata = (issuer) => json(JSON.stringify({ issuer, token_endpoint: `${ISSUER}/token` }));
    const fetch = mockFetch(metadata(ISSUER), metadata(`${ISSUER}/`));
    const rp = await Client.discover(ISSUER, { clientId: "c", fetch });
    assert.equal(fetch.calls[0].url, `${ISSUER}/.well-known/openid-configuration`);
    assert.equal(rp.server.tokenEndpoint, `${ISSUER}/token`);
    await assert.rejects(Client.discover(ISSUER, { clientId: "c", fetch }), { path: "$.issuer" });
    await assert.rejects(Client.discover("javascript:alert(1)", { clientId: "c", fetch }), InvalidArgumentError);
  });
});

describe("the device flow", () => {
  const DEVICE =
    '{"device_code":"DCcode","user_code":"BCDF-GHJK","verification_uri":"https://as.example/device","verification_uri_complete":"https://as.example/device?user_code=BCDF-GHJK","expires_in":1200,"interval":1}';
  const pending = () => json('{"error":"authorization_pending"}', { status: 400 });

  test("waits, slows down, survives a lost connection, and gets the tokens", { timeout: 30_000 }, async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_700_000_000_000 });
    const fetch = mockFetch(
      json(DEVICE),
      pending(),
      json('{"error":"slow_down"}', { status: 400 }),
      new TypeError("fetch failed"),
      json(TOKENS),
    );
    const rp = client(fetch);
    const device = await rp.deviceAuthorize({ scope: "openid" });
    assert.equal(fetch.calls[0].body, "scope=openid&client_id=app_spa");
    assert.ok(!printed(device).includes("DCcode"));
    const waits = [];
    const done = rp.pollDevice(device, {
      onState(state) {
        if (state.status !== "waiting") return;
        waits.push([state.seconds, state.slower, state.reachable]);
        setImmediate(() => t.mock.timers.tick(Number(state.seconds) * 1000));
      },
    });
    assert.equal((await done).accessToken, "ATaccess");
    assert.deepEqual(waits, [
      [1n, false, true],
      [1n, false, true],
      [6n, true, true],
      [12n, false, false],
    ]);
    assert.match(
      fetch.calls[1].body,
      /^grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=DCcode&/,
    );
  });

  test("ends when the user refuses or the code expires", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_700_000_000_000 });
    const tick = (state) => {
      if (state.status === "waiting") setImmediate(() => t.mock.timers.tick(Number(state.seconds) * 1000));
    };
    const denied = client(mockFetch(json(DEVICE), json('{"error":"access_denied"}', { status: 400 })));
    await assert.rejects(
      denied.pollDevice(await denied.deviceAuthorize(), { onState: tick }),
      (error) => error instanceof DeviceFlowError && error.code === "device_denied",
    );
    const short = DEVICE.replace("1200", "2");
    const expired = client(mockFetch(json(short), pending(), pending()));
    await assert.rejects(expired.pollDevice(await expired.deviceAuthorize(), { onState: tick }), {
      code: "device_expired",
    });
  });

  test("goes on with the interval that it had been slowed down to", async () => {
    const rp = client(mockFetch(json(DEVICE)));
    const states = rp.deviceStates(await rp.deviceAuthorize(), { interval: 11n });
    assert.equal((await states.next()).value.interval, 11n);
    await states.return();
  });

  test("is aborted at once", async () => {
    const rp = client(mockFetch(json(DEVICE)));
    const controller = new AbortController();
    const done = rp.pollDevice(await rp.deviceAuthorize(), { signal: controller.signal });
    const reason = new Error("cancelled");
    setImmediate(() => controller.abort(reason));
    await assert.rejects(done, reason);
  });

  test("is stored and goes on", async () => {
    const rp = client(mockFetch(json(DEVICE)));
    const device = await rp.deviceAuthorize();
    const back = deserializeDeviceAuthorization(device.serialize());
    assert.deepEqual({ ...back }, { ...device });
    assert.equal(back.deviceCode, "DCcode");
  });

  test("a verification link that is no web page is refused", async () => {
    const rp = client(mockFetch(json(DEVICE.replaceAll("https://as.example/device", "javascript:x"))));
    await assert.rejects(rp.deviceAuthorize(), { path: "$.verification_uri" });
  });
});

test("EIAM's endpoints need no request, and its parts cannot break out of the URL", () => {
  const rp = Client.eiam({ region: "cn-hangzhou", instanceId: "idaas_x", applicationId: "app_x" });
  assert.equal(rp.clientId, "app_x");
  assert.equal(rp.server.tokenEndpoint, "https://eiam-api-cn-hangzhou.aliyuncs.com/v2/idaas_x/app_x/oauth2/token");
  assert.throws(() => rp.authorizationRequest({ redirectUri }), NotSupportedError);
  assert.throws(() => Client.eiam({ region: "evil.example/", instanceId: "i", applicationId: "a" }), {
    argument: "region",
  });
});

test("a header that was read before is a new object, and says nothing of the other parts", () => {
  const part = (text) => Buffer.from(text).toString("base64url");
  const head = part('{"alg":"none","crit":["a"],"constructor":1}');
  const token = (body, signature = "") => `${head}.${body}.${signature}`;
  const first = decodeIdToken(token(part('{"sub":"user_a"}'))).header;
  first.crit.push("b");
  const { header, claims } = decodeIdToken(token(part('{"sub":"user_b"}')));
  assert.deepEqual(header, { alg: "none", crit: ["a"], constructor: 1 });
  assert.equal(claims.sub, "user_b");
  // The claims may be the same text, and are read for themselves.
  assert.deepEqual(decodeIdToken(token(head)).claims, header);
  for (const [text, path] of [
    [token("*"), "id_token.claims"],
    [token(part("[]")), "id_token.claims"],
    [token(part("{}"), "*"), "id_token.signature"],
    [`${head}.${part("{}")}`, "id_token"],
    [`${head}=.${part("{}")}.`, "id_token.header"],
    [`${part("[]")}.${part("{}")}.`, "id_token.header"],
    [`${part("[]")}.${part("{}")}.`, "id_token.header"],
  ]) {
    assert.throws(() => decodeIdToken(text), { code: "malformed_response", path }, text);
  }
});

test("decodeIdToken shows an id_token and refuses what is none", () => {
  const { header, claims } = decodeIdToken(unsignedIdToken({ sub: "user_a" }));
  assert.deepEqual([header, claims], [{ alg: "RS256" }, { sub: "user_a" }]);
  for (const text of ["", "a.b", "a.b.c", "a.b.c.d"]) assert.throws(() => decodeIdToken(text), MalformedResponseError);
});

test("errors keep their names when a bundler renames classes", () => {
  const error = new OAuthError("m", { error: "invalid_grant" });
  assert.equal(error.name, "OAuthError");
  assert.equal(`${error}`, "OAuthError: m");
  assert.ok(!Object.keys(error).includes("name"));
  const cause = new Error("c");
  assert.equal(new ConnectionError("timeout", "m", { cause }).cause, cause);
});
