// Whatever goes wrong, and whoever is to blame, the error is one of this package.
import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import {
  CallbackError,
  Client,
  ConnectionError,
  EiamTokenError,
  InvalidArgumentError,
  NotSupportedError,
  OAuthError,
  StorageError,
  TokenSession,
  answerPopUp,
  completeRedirect,
  deserializeDeviceAuthorization,
  deserializeTokens,
  indexedDbStore,
  isCallback,
  parseTokenResponse,
  redirectToSignIn,
  signInByPopUp,
  webStorageStore,
} from "eiam-token";
import { json } from "./support/mock-fetch.mjs";
import { clientOf, tokenResponse, webStorage } from "./support/refreshing.mjs";

const forbidden = new DOMException("not here", "SecurityError");
const server = {
  issuer: "https://as.example",
  authorizationEndpoint: "https://as.example/authorize",
  tokenEndpoint: "https://as.example/token",
};
const parameters = { redirectUri: "https://app.example/callback", scope: "profile" };
const clientFor = (fetch) => new Client({ server, clientId: "app_spa", fetch });

/** The host's values that a test has replaced. */
const before = new Map();
function host(values) {
  for (const [name, value] of Object.entries(values)) {
    if (!before.has(name)) before.set(name, Object.getOwnPropertyDescriptor(globalThis, name));
    const own = typeof value === "function" && value.name === "get" ? { get: value } : { value, writable: true };
    Object.defineProperty(globalThis, name, { ...own, configurable: true });
  }
}
afterEach(() => {
  for (const [name, descriptor] of before) {
    if (descriptor) Object.defineProperty(globalThis, name, descriptor);
    else delete globalThis[name];
  }
  before.clear();
});

/** A page at this address, and where it was sent. */
function page(href, sessionStorage = webStorage()) {
  const seen = { address: href, gone: undefined };
  const location = { href, assign: (url) => void (seen.gone = url) };
  const history = { state: { of: "the app" }, replaceState: (_state, _title, url) => void (seen.address = url) };
  host({ location, history, sessionStorage });
  return seen;
}

/** Begins a sign-in by redirect, and returns its `state`. */
function begin(client, options) {
  const seen = page("https://app.example/");
  redirectToSignIn(client, parameters, options);
  return new URL(seen.gone).searchParams.get("state");
}

describe("the storage of a browser that refuses", () => {
  const refusing = webStorage({ getItem: forbidden, setItem: forbidden, removeItem: forbidden });
  const isStorageError = (error) => error instanceof StorageError && error.cause === forbidden;

  test("is a StorageError before anybody is navigated, and at the redirect URI", async () => {
    const client = clientFor(fetch);
    const seen = page("https://app.example/", refusing);
    assert.throws(() => redirectToSignIn(client, parameters), isStorageError);
    assert.equal(seen.gone, undefined);
    await assert.rejects(completeRedirect(client), isStorageError);
    await assert.rejects(completeRedirect(client, { storage: refusing }), isStorageError);
  });

  test("is a StorageError if the very name sessionStorage throws", async () => {
    page("https://app.example/");
    host({
      sessionStorage: function get() {
        throw forbidden;
      },
    });
    assert.throws(() => redirectToSignIn(clientFor(fetch), parameters), isStorageError);
    await assert.rejects(completeRedirect(clientFor(fetch)), isStorageError);
  });

  test("is a StorageError from the stores themselves", async () => {
    await assert.rejects(async () => webStorageStore(refusing).update(() => "text"), isStorageError);
    await assert.rejects(async () => indexedDbStore().update(() => "text"), StorageError);
    const own = new InvalidArgumentError("of the change", "x");
    const change = () => {
      throw own;
    };
    await assert.rejects(async () => webStorageStore(webStorage()).update(change), own);
  });

  test("is a typed error from a session", async () => {
    const session = new TokenSession(clientFor(fetch), { store: webStorageStore(refusing) });
    await assert.rejects(session.getAccessToken(), isStorageError);
    session.close();
  });
});

describe("what is no page of a browser", () => {
  test("is a NotSupportedError", async () => {
    const client = clientFor(fetch);
    for (const call of [
      () => isCallback(),
      () => answerPopUp(),
      () => redirectToSignIn(client, parameters),
      () => completeRedirect(client),
      () => signInByPopUp(client, parameters),
    ]) {
      await assert.rejects(async () => call(), NotSupportedError);
    }
  });
});

test("isCallback takes absolute URLs only", () => {
  for (const url of ["/callback?code=CO&state=x", "callback", "", "?code=CO&state=x", "//host/x", "http://"]) {
    assert.throws(() => isCallback(url), InvalidArgumentError);
  }
  assert.equal(isCallback("https://app.example/?code=CO&state=x"), true);
  assert.equal(isCallback("https://app.example/#code=CO&state=x"), true);
  assert.equal(isCallback("app:/?state=x"), false);
});

describe("a fetch", () => {
  test("that is missing is a NotSupportedError, also from a session", async () => {
    host({ fetch: undefined });
    const client = new Client({ server, clientId: "app_spa" });
    await assert.rejects(client.clientCredentials(), NotSupportedError);
    const session = new TokenSession(client);
    await session.set(
      parseTokenResponse('{"access_token":"AT","token_type":"Bearer","refresh_token":"RT","expires_in":0}'),
    );
    await assert.rejects(session.getAccessToken(), NotSupportedError);
    session.close();
  });

  const octets = new TextEncoder().encode('{"access_token":"AT","token_type":"Bearer"}');
  const headers = new Headers();
  for (const [name, response] of Object.entries({
    nothing: undefined,
    "a string": "{}",
    "an object": {},
    "what has no body": { status: 200, headers },
    "a stream of text": { status: 200, headers, body: { getReader: () => ({ read: async () => ({ value: "{}" }) }) } },
    "header fields without get": { status: 200, headers: { "content-type": "x" }, arrayBuffer: async () => octets },
  })) {
    test(`that returns ${name} is an InvalidArgumentError`, async () => {
      await assert.rejects(clientFor(async () => response).clientCredentials(), InvalidArgumentError);
    });
  }

  for (const [name, response] of Object.entries({
    "a stream of another kind": { status: 200, headers, body: { pipe() {} }, arrayBuffer: async () => octets.buffer },
    "no header fields": { status: 200, arrayBuffer: async () => octets.buffer },
  })) {
    test(`that returns a foreign Response with ${name} is as good as any`, async () => {
      assert.equal((await clientFor(async () => response).clientCredentials()).accessToken, "AT");
    });
  }

  test("that throws whatever it likes is a ConnectionError", async () => {
    for (const thrown of [undefined, "text", forbidden, new TypeError("x")]) {
      const broken = () => {
        throw thrown;
      };
      await assert.rejects(clientFor(broken).clientCredentials(), ConnectionError);
    }
  });
});

test("a response that was not read, or has strange header fields, is an InvalidArgumentError", () => {
  const body = '{"access_token":"AT","token_type":"Bearer"}';
  const client = clientFor(fetch);
  for (const response of [
    new Response(body),
    { status: 200, headers: {}, body },
    { status: 200, headers: { "content-type": "application/json" }, body },
    { status: 200, body: {} },
    { status: 200 },
    {},
    null,
    undefined,
    5,
  ]) {
    assert.throws(() => client.parseTokenResponse(response), EiamTokenError);
    assert.throws(() => parseTokenResponse(response), EiamTokenError);
  }
});

test("arguments that are missing are EiamTokenErrors", async () => {
  const client = clientFor(async () => tokenResponse());
  for (const call of [
    () => new Client(),
    () => new Client({}),
    () => new TokenSession(),
    () => Client.discover(),
    () => Client.eiam(),
    () => client.authorizationRequest(),
    () => client.parseCallback(),
    () => client.parseCallback("https://app.example/?code=CO"),
    () => client.parseCallback("https://app.example/?code=CO", {}),
    () => client.exchangeCode(),
    () => client.refresh(),
    () => client.password(),
    () => client.pollDevice(),
    () => client.deviceStates().next(),
    () => client.userInfo(),
    () => client.revoke(),
    () => client.introspect(),
    () => client.tokenRequest.authorizationCode(),
    () => client.tokenRequest.deviceCode(),
    () => client.tokenRequest.password(),
    () => client.tokenRequest.refreshToken(),
    () => client.parseTokenResponse(),
    () => deserializeTokens(),
    () => deserializeDeviceAuthorization(),
  ]) {
    await assert.rejects(
      async () => call(),
      (error) => error instanceof EiamTokenError,
      String(call),
    );
  }
});

test("a host without randomness is a NotSupportedError", () => {
  host({ crypto: undefined });
  const client = clientFor(fetch);
  // Some randomness is drawn ahead.
  const error = (() => {
    for (let i = 0; i < 200; i++) {
      try {
        client.authorizationRequest(parameters);
      } catch (thrown) {
        return thrown;
      }
    }
    return undefined;
  })();
  assert.ok(error instanceof NotSupportedError);
});

describe("the redirect URI", () => {
  const iss = encodeURIComponent(server.issuer);

  test("loses the parameters of the response, and keeps those of the application as they are", async () => {
    const client = clientFor(async () => tokenResponse());
    for (const [query, rest] of [
      ["?code=CO&state=STATE&iss=ISS", ""],
      ["?tab=2&code=CO&state=STATE&iss=ISS&lang=%7e&q=a+b&empty", "?tab=2&lang=%7e&q=a+b&empty"],
      ["?code=CO&state=STATE&iss=ISS#/route?x=1", "#/route?x=1"],
      ["?tab=2#code=CO&state=STATE&iss=ISS&mine=1", "?tab=2#mine=1"],
      ["?session_state=s&codec=h264&statement=5&code=CO&state=STATE&iss=ISS", "?codec=h264&statement=5"],
    ]) {
      const state = begin(client);
      const { sessionStorage } = globalThis;
      const address = `https://app.example/callback${query.replace("STATE", state).replace("ISS", iss)}`;
      const seen = page(address, sessionStorage);
      await completeRedirect(client);
      assert.equal(seen.address, `https://app.example/callback${rest}`);
      assert.equal(sessionStorage.items.size, 0);
    }
  });

  test("whose request is gone is a CallbackError that says what to do", async () => {
    page("https://app.example/callback?code=CO&state=x");
    await assert.rejects(completeRedirect(clientFor(fetch)), (error) => {
      assert.ok(error instanceof CallbackError);
      return /start the sign-in again/.test(error.message);
    });
    const client = clientFor(fetch);
    for (const request of [null, undefined, ""]) {
      assert.throws(() => client.parseCallback("https://app.example/?code=CO", request), CallbackError);
    }
  });

  test("gets the application's own state back, whether the server accepts or refuses", async () => {
    const client = clientFor(async () => tokenResponse());
    for (const [appState, outcome, expected] of [
      ["/orders?id=5#x", "code=CO", ["/orders?id=5#x"]],
      ["", "code=CO", [""]],
      ["/orders", "error=access_denied", ["/orders"]],
      [undefined, "code=CO", []],
    ]) {
      begin(client, { appState: "of a sign-in that was given up" });
      const given = globalThis.sessionStorage;
      const seen = page("https://app.example/", given);
      redirectToSignIn(client, parameters, { appState });
      assert.ok(!seen.gone.includes("orders"));
      const state = new URL(seen.gone).searchParams.get("state");
      page(`https://app.example/callback?${outcome}&state=${state}&iss=${iss}`, given);
      const heard = [];
      const ended = completeRedirect(client, { onAppState: (text) => void heard.push(text) });
      if (outcome.startsWith("error")) await assert.rejects(ended, OAuthError);
      else await ended;
      assert.deepEqual(heard, expected);
    }
  });

  test("of somebody else's response does not give the application's state away", async () => {
    const client = clientFor(async () => json("{}"));
    begin(client, { appState: "mine" });
    page("https://app.example/callback?code=CO&state=other", globalThis.sessionStorage);
    const heard = [];
    await assert.rejects(completeRedirect(client, { onAppState: (text) => void heard.push(text) }), CallbackError);
    assert.deepEqual(heard, []);
  });
});

test("an answer that makes no sense to a session is a typed error", async () => {
  const session = new TokenSession(clientOf(async () => json("[]")));
  await session.set(
    parseTokenResponse('{"access_token":"AT","token_type":"Bearer","refresh_token":"RT","expires_in":0}'),
  );
  await assert.rejects(session.getAccessToken(), EiamTokenError);
  session.close();
});
