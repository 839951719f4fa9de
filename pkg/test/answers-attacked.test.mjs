import assert from "node:assert/strict";
import { describe, test } from "node:test";

/** The module's memory, which is seen when the module starts. */
let memory;
const { Instance } = WebAssembly;
WebAssembly.Instance = function instance(...parts) {
  const made = new Instance(...parts);
  memory = made.exports.memory;
  return made;
};
const { Client, EiamTokenError, decodeIdToken, parseTokenResponse } = await import("eiam-token");

const server = { issuer: "https://as.example", tokenEndpoint: "https://as.example/token" };
const client = (options) => new Client({ server, clientId: "app", ...options });
const body = (more = {}) =>
  JSON.stringify({ access_token: "ATouter", token_type: "Bearer", expires_in: 3600, ...more });
const octets = (text) => new TextEncoder().encode(text);
const invalid = (argument) => ({ name: "InvalidArgumentError", code: "invalid_argument", argument });

describe("answers that are read while others are", () => {
  /** Reads another answer, a longer one. */
  const readAnother = () => {
    parseTokenResponse(body({ access_token: "ATinner", refresh_token: "RTinner", expires_in: 7 }).padEnd(500));
    assert.throws(() => parseTokenResponse({ status: 400, body: '{"error":"invalid_grant"}' }));
  };

  test("header fields that read another one", () => {
    const headers = { get: () => void readAnother() };
    const tokens = parseTokenResponse({ status: 200, headers, body: body({ refresh_token: "RTouter" }) });
    const { accessToken, refreshToken, expiresIn } = tokens;
    assert.deepEqual(
      { accessToken, refreshToken, expiresIn },
      {
        accessToken: "ATouter",
        refreshToken: "RTouter",
        expiresIn: 3600n,
      },
    );
    assert.throws(() => parseTokenResponse({ status: 503, headers, body: "" }), { code: "http_error", status: 503 });
    const refused = { status: 400, headers, body: '{"error":"invalid_scope"}' };
    assert.throws(() => parseTokenResponse(refused), { error: "invalid_scope" });
  });

  test("a body is asked for once", () => {
    let times = 0;
    const response = {
      status: 200,
      get body() {
        times += 1;
        return times > 1 ? body({ access_token: "ATlater", scope: "all" }) : body();
      },
    };
    const { accessToken, scope } = parseTokenResponse(response);
    assert.deepEqual([accessToken, scope], ["ATouter", undefined]);
  });

  test("a parse hook that reads another one", () => {
    const parse = (text) => {
      readAnother();
      return text;
    };
    assert.equal(client({ parse }).parseTokenResponse({ status: 200, body: body() }).accessToken, "ATouter");
  });

  test("what a parse hook promises is refused, and its rejection is handled", async () => {
    const parse = async () => Promise.reject(new Error("later"));
    const response = { status: 200, body: body() };
    assert.throws(() => client({ parse }).parseTokenResponse(response), invalid("parse"));
    assert.throws(() => client({ parse: (text) => text }).parseTokenResponse(undefined), invalid("body"));
    // The runner reports a rejection that nobody handled.
    await new Promise((resolve) => setImmediate(resolve));
  });
});

describe("bodies, statuses and header fields of any kind", () => {
  test("views of any kind are the octets that they show", () => {
    const even = octets(body().padEnd(200));
    const inside = new Uint8Array([1, 2, 3, 4, ...even, 5, 6]).buffer;
    const shared = new Uint8Array(new SharedArrayBuffer(even.length));
    shared.set(even);
    for (const view of [
      new DataView(inside, 4, even.length),
      new Uint16Array(inside, 4, even.length / 2),
      new Uint8Array(inside, 4, even.length),
      new Uint8ClampedArray(inside, 4, even.length),
      shared,
    ]) {
      assert.equal(parseTokenResponse({ status: 200, body: view }).accessToken, "ATouter", view.constructor.name);
    }
  });

  test("what is too long is said to be", () => {
    for (const long of [new Uint8Array(5 << 20).fill(32), " ".repeat(5 << 20)]) {
      assert.throws(() => parseTokenResponse({ status: 200, body: long }), { message: /longer than 1048576 bytes/ });
    }
  });

  test("a byte order mark in a text is one of its characters", () => {
    const { scope } = parseTokenResponse(octets(body({ scope: "\ufeffopenid" })));
    assert.equal(scope, "\ufeffopenid");
    const sub = "\ufeffuser_1";
    const response = { status: 200, body: octets(JSON.stringify({ sub })) };
    assert.throws(() => client().parseUserInfo(response, { expectedSub: "user_1" }), { path: "$.sub" });
    assert.equal(client().parseUserInfo(response, { expectedSub: sub }).sub, sub);
  });

  test("an error whose octets are no UTF-8 is that error", () => {
    const latin = (text) => Uint8Array.from(text, (character) => character.charCodeAt(0));
    const headers = new Headers({ "retry-after": "7" });
    const page = { status: 503, headers, body: latin("<html>\xb7\xfe\xce\xf1</html>") };
    assert.throws(() => parseTokenResponse(page), { code: "http_error", status: 503, retryAfter: 7000 });
    const refused = { status: 400, body: latin('{"error":"invalid_grant","error_description":"\xb7\xfe"}') };
    assert.throws(() => parseTokenResponse(refused), { error: "invalid_grant" });
    const challenge = { status: 401, headers: new Headers({ "www-authenticate": 'Bearer error="invalid_token"' }) };
    assert.throws(() => parseTokenResponse({ ...challenge, body: latin("\xff") }), { error: "invalid_token" });
    assert.throws(() => parseTokenResponse({ status: 200, body: latin("\xff") }), { reason: /not UTF-8/ });
  });

  test("arguments of another type are named", () => {
    for (const status of [
      undefined,
      null,
      "200",
      200n,
      Symbol("200"),
      Number.NaN,
      65_736,
      -1,
      { valueOf: () => 200 },
    ]) {
      assert.throws(() => parseTokenResponse({ status, body: body() }), invalid("status"));
    }
    const throws = () => {
      throw new Error("mine");
    };
    for (const headers of [{}, "date", { get: 5 }, { get: throws }]) {
      assert.throws(() => parseTokenResponse({ status: 200, headers, body: body() }), invalid("headers"));
      assert.throws(() => parseTokenResponse({ status: 500, headers, body: "" }), invalid("headers"));
    }
    assert.equal(parseTokenResponse({ status: 200, headers: { get: () => 5 }, body: body() }).clockSkew, undefined);
    for (const now of ["1", Number.NaN, null, Symbol("now"), {}]) {
      assert.throws(() => parseTokenResponse(body(), { now }), invalid("now"));
    }
    assert.equal(parseTokenResponse(body(), { now: 10n }).deadline, 3610n);
  });
});

describe("what stays in the module's memory", () => {
  const stays = (text) => Buffer.from(memory.buffer).includes(text);

  test("nothing of a request that is too long", async () => {
    const authentication = { method: "client_secret_post", clientSecret: "CSleft" };
    for (const filling of ["%".repeat(400_000), "a".repeat(1_200_000)]) {
      const password = `PWleft${filling}`;
      const request = () => client({ authentication }).tokenRequest.password({ username: "u", password });
      assert.throws(request, { ...invalid("parameters"), message: "parameters: longer than a request may be" });
      assert.ok(!stays("PWleft") && !stays("CSleft"));
    }
  });

  test("nothing of what is read, refused or sent", async () => {
    for (const [status, more] of [
      [200, {}],
      [200, { scope: [] }],
      [400, {}],
      [400, { error: "invalid_grant", error_description: "ATleft" }],
    ]) {
      const response = { status, body: body({ access_token: "ATleft", ...more }) };
      try {
        parseTokenResponse(response);
      } catch (error) {
        assert.ok(error instanceof EiamTokenError);
      }
      assert.ok(!stays("ATleft"));
    }
    const part = (object) => Buffer.from(JSON.stringify(object)).toString("base64url");
    decodeIdToken(`${part({ alg: "none" })}.${part({ sub: "SUBleft" })}.`);
    client().tokenRequest.refreshToken("RTleft");
    assert.throws(() => client().tokenRequest.password({ username: "RTleft" }), invalid("password"));
    assert.ok(!stays("RTleft") && !stays("SUBleft") && !stays(part({ sub: "SUBleft" })));
  });
});
