import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  Client,
  EiamTokenError,
  TokenSession,
  decodeIdToken,
  discoverServer,
  memoryStore,
  parseTokenResponse,
  privateKeyJwt,
} from "eiam-token";

const ISSUER = "https://as.example";
const server = {
  issuer: ISSUER,
  authorizationEndpoint: `${ISSUER}/authorize`,
  tokenEndpoint: `${ISSUER}/token`,
  userinfoEndpoint: `${ISSUER}/userinfo`,
  introspectionEndpoint: `${ISSUER}/introspect`,
};
const body = (more = {}) => JSON.stringify({ access_token: "AT", token_type: "Bearer", expires_in: 3600, ...more });
const octets = (text) => new TextEncoder().encode(text);
const answering = (text) => async () => new Response(text);
const client = (options) => new Client({ server, clientId: "app", fetch: answering(body()), ...options });
const invalid = (argument) => ({ name: "InvalidArgumentError", code: "invalid_argument", argument });

describe("arguments of another type are refused by their names", () => {
  test("options of a client", () => {
    for (const authentication of [null, "client_secret_basic", 5]) {
      assert.throws(() => client({ authentication }), invalid("authentication"));
    }
    for (const tokenEndpoint of [new URL(ISSUER), 5, {}]) {
      assert.throws(() => client({ server: { tokenEndpoint } }), invalid("tokenEndpoint"));
    }
    for (const clockTolerance of [Number.NaN, "x", -1, {}]) {
      assert.throws(() => client({ clockTolerance }), invalid("clockTolerance"));
    }
    for (const endless of [Number.POSITIVE_INFINITY, 1e300, 60n]) {
      assert.ok(client({ clockTolerance: endless, keysMaxAge: endless }));
    }
    for (const idTokenSignature of [{}, "RS256", 5]) {
      assert.throws(() => client({ idTokenSignature }), invalid("idTokenSignature"));
    }
    for (const options of [undefined, null, {}, { key: { algorithm: { name: "ECDSA", namedCurve: "P-256" } } }]) {
      assert.throws(() => privateKeyJwt(options), invalid("key"));
    }
    for (const keysMaxAge of [Number.NaN, "x", -1]) {
      assert.throws(() => client({ keysMaxAge }), invalid("keysMaxAge"));
    }
  });

  test("options of a call", async () => {
    for (const timeout of ["x", 5n, Number.NaN, -1, Symbol("s"), {}]) {
      await assert.rejects(client().clientCredentials({ timeout }), invalid("timeout"));
    }
    for (const signal of [{}, "x"]) await assert.rejects(client().clientCredentials({ signal }), invalid("signal"));
    for (const fetch of ["x", 5]) await assert.rejects(client().clientCredentials({ fetch }), EiamTokenError);
  });

  test("null for options is none", async () => {
    const refreshed = await client().refresh("RT", null);
    assert.equal((await client().clientCredentials(null)).expired(null), false);
    assert.equal(refreshed.accessToken, "AT");
    assert.equal(parseTokenResponse(body(), null).expiresIn, 3600n);
    assert.equal(client().parseTokenResponse({ status: 200, body: body() }, null).accessToken, "AT");
    const user = { status: 200, body: '{"sub":"user"}' };
    assert.equal(client().parseUserInfo(user, null).sub, "user");
    assert.throws(() => client().parseUserInfo(user, { expectedSub: null }), { path: "$.sub" });
    const fetch = answering('{"sub":"user","active":true}');
    assert.equal((await client({ fetch }).userInfo("AT", null)).sub, "user");
    assert.equal((await client({ fetch }).introspect("AT", null)).active, true);
    await assert.rejects(client({ fetch }).deviceAuthorize(null), EiamTokenError);
    assert.throws(() => client().logoutUrl(null), EiamTokenError);
  });

  test("parameters", () => {
    const request = (parameters) => client().tokenRequest.clientCredentials(parameters).body;
    for (const extra of ["audience=a", ["a"], new Map([["a", "b"]]), new URLSearchParams("a=b"), 5]) {
      assert.throws(() => request({ extra }), invalid("extra"));
    }
    assert.throws(() => request({ scope: Symbol("scope") }), invalid("scope"));
    assert.equal(request({ resource: null, extra: null }), "grant_type=client_credentials&client_id=app");
    const circular = {};
    circular.itself = circular;
    for (const claims of [circular, { seconds: 1n }]) {
      const begin = () => client().authorizationRequest({ redirectUri: "https://app.example/cb", claims });
      assert.throws(begin, invalid("claims"));
    }
    const throws = () => {
      throw new Error("mine");
    };
    const begun = client().authorizationRequest({ redirectUri: "https://app.example/cb", scope: "openid" });
    for (const callback of [{ toString: throws }, Object.create(null)]) {
      assert.throws(() => client().parseCallback(callback, begun), invalid("callback"));
    }
    const stored = JSON.stringify({ ...JSON.parse(begun.serialize()), max_age: "soon" });
    assert.throws(() => client().parseCallback("?code=a", stored), invalid("request"));
  });

  test("a session's client, tokens and seconds", async () => {
    for (const other of [undefined, null, 5, "client", {}]) {
      assert.throws(() => new TokenSession(other), invalid("client"));
    }
    const store = memoryStore();
    const session = new TokenSession(client(), { store, refreshEarly: 60n, timeout: 1000n });
    const tokens = parseTokenResponse(body());
    await session.set(tokens);
    for (const other of [undefined, null, 5, "tokens", {}, JSON.parse(tokens.serialize())]) {
      await assert.rejects(session.set(other), invalid("tokens"));
    }
    assert.equal(await session.getAccessToken(), "AT");
  });

  test("discovery", async () => {
    const fetch = answering(JSON.stringify({ issuer: ISSUER }));
    for (const wellKnown of ["openid", 5]) {
      await assert.rejects(discoverServer(ISSUER, { fetch, wellKnown }), invalid("wellKnown"));
    }
    await assert.rejects(discoverServer(new URL(ISSUER), { fetch }), invalid("issuer"));
  });

  test("expired() takes seconds of every type", () => {
    const tokens = parseTokenResponse(body());
    for (const leeway of [4000n, 4000, "4000", Number.POSITIVE_INFINITY]) {
      assert.equal(tokens.expired({ leeway }), true, `${leeway}`);
    }
    for (const leeway of [60n, 60, -60n, Number.NEGATIVE_INFINITY]) {
      assert.equal(tokens.expired({ leeway }), false, `${leeway}`);
    }
    for (const leeway of [Number.NaN, "x", {}]) {
      assert.throws(() => tokens.expired({ leeway }), invalid("leeway"));
    }
  });
});

describe("what a client has found is judged by its own options", () => {
  const found = async (options) =>
    discoverServer(ISSUER, {
      fetch: answering(JSON.stringify({ issuer: ISSUER, token_endpoint: "http://as.example/token" })),
      ...options,
    });

  test("an endpoint without TLS that only the discovery was allowed", async () => {
    const lax = await found({ allowInsecureRequests: true });
    await assert.rejects(client({ server: lax }).clientCredentials(), invalid("tokenEndpoint"));
    assert.ok(await client({ server: lax, allowInsecureRequests: true }).clientCredentials());
  });

  test("an endpoint that was changed after the discovery", async () => {
    const changed = await found();
    changed.tokenEndpoint = "http://other.example/token";
    await assert.rejects(client({ server: changed }).clientCredentials(), EiamTokenError);
  });
});

describe("answers that were read stay as they were", () => {
  test("the octets are used for another one", async () => {
    const other = body({ mine: "other" });
    const reused = octets(body({ mine: "first" }).padEnd(other.length));
    const tokens = parseTokenResponse(reused.subarray(0));
    reused.fill(32).set(octets(other));
    assert.deepEqual(tokens.members, { mine: "first" });
    reused.fill(255);
    assert.equal(JSON.parse(tokens.serialize()).members.mine, "first");
    const refusal = octets('{"error":"invalid_grant","suberror":"first"}');
    let members;
    assert.throws(
      () => parseTokenResponse({ status: 400, body: refusal }),
      (error) => {
        refusal.fill(255);
        ({ members } = error);
        return true;
      },
    );
    assert.equal(members.suberror, "first");
  });

  test("an id_token whose claims are no UTF-8 is of nobody", () => {
    const part = (text) => Buffer.from(text, "latin1").toString("base64url");
    const idToken = `${part('{"alg":"RS256"}')}.${part('{"sub":"user_\xff"}')}.`;
    assert.throws(() => decodeIdToken(idToken), { code: "malformed_response", path: "id_token.claims" });
  });
});

describe("bodies in many parts", () => {
  /** Gives its chunks at once. */
  const streamed = (chunks, status = 200, cancel = async () => {}) => {
    let at = 0;
    const read = async () => (at < chunks.length ? { done: false, value: chunks[at++] } : { done: true });
    return async () => ({ status, headers: new Headers(), body: { getReader: () => ({ read, cancel }) } });
  };
  const accessToken = async (fetch) => (await client({ fetch }).clientCredentials()).accessToken;

  test("each octet is copied once, whatever the parts are", async () => {
    const whole = octets(body().padEnd(2000));
    let copied = 0;
    const { set } = Uint8Array.prototype;
    Uint8Array.prototype.set = function counting(from, at) {
      copied += from.length;
      return set.call(this, from, at);
    };
    try {
      assert.equal(await accessToken(streamed(Array.from(whole, (octet) => Uint8Array.of(octet)))), "AT");
    } finally {
      Uint8Array.prototype.set = set;
    }
    // Once to one array, and once to the module.
    assert.ok(copied <= 3 * whole.length, `${copied}`);
  });

  test("views of any kind, and empty parts", async () => {
    const whole = octets(body().padEnd(200));
    const parts = [new DataView(whole.buffer, 0, 20), new Uint8Array(), new Uint16Array(whole.slice(20).buffer)];
    assert.equal(await accessToken(streamed(parts)), "AT");
    assert.equal(await accessToken(streamed([whole])), "AT");
    await assert.rejects(accessToken(streamed([])), { code: "malformed_response" });
  });

  test("what is too long ends the call, whatever happens to the rest of it", async () => {
    const long = [new Uint8Array(1 << 20), new Uint8Array(1)];
    const cancels = [async () => Promise.reject(new Error("cancel")), () => new Promise(() => {})];
    for (const cancel of cancels) {
      await assert.rejects(accessToken(streamed(long, 200, cancel)), { reason: "longer than 1048576 bytes" });
    }
    await assert.rejects(accessToken(streamed(long, 503)), { code: "http_error", status: 503 });
  });

  test("what a foreign fetch returns for octets", async () => {
    for (const value of [5, "text", undefined, null]) {
      const fetch = async () => ({ status: 200, arrayBuffer: async () => value });
      await assert.rejects(accessToken(fetch), EiamTokenError);
    }
  });
});
