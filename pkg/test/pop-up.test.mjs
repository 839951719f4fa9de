// What pop-ups and redirects do where the host refuses, by a page that is made up here.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import {
  SignInClient,
  answerPopUp,
  completeRedirect,
  prepareSignIn,
  redirectToSignIn,
  signInByPopUp,
} from "eiam-token";
import { json } from "./support/mock-fetch.mjs";
import { webStorage } from "./support/refreshing.mjs";

const CHANNEL = "eiam-token pop-up";
const parameters = { redirectUri: "https://app.example/cb", scope: "read" };
const server = {
  issuer: "https://as.example",
  authorizationEndpoint: "https://as.example/authorize",
  tokenEndpoint: "https://as.example/token",
  pushedAuthorizationRequestEndpoint: "https://as.example/par",
};
const success = async () => json('{"access_token":"AT","token_type":"Bearer","expires_in":60}');
const clientOf = (fetch = success) => new SignInClient({ server, clientId: "app", fetch });
const denied = () => {
  throw new DOMException("denied", "SecurityError");
};
const stateOf = (request) => new URL(request.url).searchParams.get("state");

/** The last pop-up that was opened. */
let popUp;

/** A page at this address; the test puts its own in place of parts. */
function page(t, { href = "https://app.example/", ...parts } = {}) {
  const open = (url) => {
    popUp = {
      url,
      closed: false,
      close: () => (popUp.closed = true),
      location: { replace: (next) => (popUp.url = next) },
    };
    return popUp;
  };
  const globals = { location: { href }, open, screenX: 0, screenY: 0, outerWidth: 800, outerHeight: 800, ...parts };
  const before = Object.keys(globals).map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]);
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  t.after(() => {
    for (const [name, descriptor] of before) {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else delete globalThis[name];
    }
  });
}

/** Answers as a page at the redirect URI does, once somebody listens. */
function answer(...messages) {
  const channel = new BroadcastChannel(CHANNEL);
  for (const message of messages) channel.postMessage(message);
  channel.close();
}

describe("a pop-up whose request is still made", () => {
  beforeEach((t) => page(t));

  test("obeys the signal and the time limit, and is closed", async () => {
    const never = new Promise(() => {});
    const giveUp = new AbortController();
    const signingIn = signInByPopUp(clientOf(), never, { signal: giveUp.signal });
    giveUp.abort(new Error("enough"));
    await assert.rejects(signingIn, /enough/);
    assert.equal(popUp.closed, true);
    await assert.rejects(signInByPopUp(clientOf(), never, { timeout: 1 }), { code: "timeout" });
    assert.equal(popUp.closed, true);
  });

  test("is closed if no request comes of it", async () => {
    for (const request of [undefined, {}, 5]) {
      await assert.rejects(signInByPopUp(clientOf(), Promise.resolve(request)), { code: "invalid_argument" });
      assert.equal(popUp.closed, true);
    }
  });

  test("fails alone: nobody has to handle the request's own failure", async (t) => {
    const failing = clientOf(() => Promise.reject(new TypeError("no network")));
    const unhandled = [];
    const note = (reason) => unhandled.push(reason);
    process.on("unhandledRejection", note);
    t.after(() => process.off("unhandledRejection", note));
    const pushed = () => prepareSignIn(failing, parameters, { pushed: true });
    const gone = AbortSignal.abort(new Error("gone"));
    await assert.rejects(signInByPopUp(failing, pushed(), { signal: gone }), /gone/);
    globalThis.open = () => null;
    await assert.rejects(signInByPopUp(failing, pushed()), { code: "popup_blocked" });
    // Node tells of a rejection that nobody handles once the present task is over.
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(unhandled, []);
  });
});

describe("the answer of a pop-up", () => {
  beforeEach((t) => page(t));

  test("is known by its state, however that is written, and messages of others are passed by", async () => {
    for (const write of [
      (state) => `state=${state}`,
      (state) => `stat%65=${Array.from(state, (letter) => `%${letter.charCodeAt(0).toString(16)}`).join("")}`,
    ]) {
      const client = clientOf();
      const request = client.authorizationRequest(parameters);
      const signingIn = signInByPopUp(client, request);
      const own = `https://app.example/cb?code=CO&${write(stateOf(request))}`;
      answer("https://app.example/cb?code=CO&state=other", { code: 5 }, null, "", own);
      assert.equal((await signingIn).accessToken, "AT");
      assert.equal(popUp.closed, true);
    }
  });

  test("is refused at once if it is of this request and wrong", async () => {
    const client = clientOf();
    const request = client.authorizationRequest(parameters);
    const signingIn = signInByPopUp(client, request);
    answer(`https://app.example/cb?state=${stateOf(request)}&iss=https://other.example&code=CO`);
    await assert.rejects(signingIn, { code: "invalid_callback", parameter: "iss" });
  });

  test("goes by the storage where the browser refuses channels", async (t) => {
    const listeners = new Map();
    const storage = webStorage();
    const refused = class {
      constructor() {
        denied();
      }
    };
    page(t, {
      BroadcastChannel: refused,
      addEventListener: (name, listener) => listeners.set(name, listener),
      removeEventListener: (name) => listeners.delete(name),
      sessionStorage: webStorage(),
      localStorage: {
        ...storage,
        setItem: (key, newValue) => queueMicrotask(() => listeners.get("storage")({ key, newValue })),
      },
      window: { close() {} },
    });
    const client = clientOf();
    const request = client.authorizationRequest(parameters);
    const signingIn = signInByPopUp(client, request);
    globalThis.location.href = `https://app.example/cb?code=CO&state=${stateOf(request)}`;
    assert.equal(answerPopUp(), true);
    assert.equal((await signingIn).accessToken, "AT");
    assert.equal(listeners.size, 0);
  });
});

describe("a redirect", () => {
  test("ends well where the browser does not let the address be changed", async (t) => {
    const client = clientOf();
    const request = client.authorizationRequest(parameters);
    const storage = webStorage();
    storage.setItem("eiam-token request", request.serialize());
    const history = { state: null, replaceState: denied };
    page(t, { href: `https://app.example/cb?code=CO&state=${stateOf(request)}`, history });
    assert.equal((await completeRedirect(client, { storage })).accessToken, "AT");
  });

  test("leaves the application's own parameters in the other part of the address", async (t) => {
    for (const [before, isFragment] of [
      ["https://app.example/cb?code=promo&x=1", true],
      ["https://app.example/cb?error=none&iss=mine&x=1", true],
      ["https://app.example/cb?x=1&state=open", true],
      ["https://app.example/cb?a=1#/route?state=open", false],
      ["https://app.example/cb#state=open&z=1", false],
    ]) {
      const client = clientOf();
      const request = client.authorizationRequest(parameters);
      const response = `code=CO&state=${stateOf(request)}`;
      const [start, fragment] = before.split("#");
      const query = `${start}${start.includes("?") ? "&" : "?"}${response}`;
      const href = isFragment ? `${before}#${response}` : `${query}${fragment ? `#${fragment}` : ""}`;
      const storage = webStorage();
      storage.setItem("eiam-token request", request.serialize());
      let after;
      page(t, { href, history: { state: null, replaceState: (_state, _title, url) => (after = url) } });
      assert.equal((await completeRedirect(client, { storage })).accessToken, "AT", before);
      assert.equal(after, before);
    }
  });

  test("is no matter of a worker, which has a location as well, nor of nobody", async (t) => {
    page(t, { WorkerGlobalScope: class {}, href: "https://app.example/cb?code=CO&state=s" });
    const storage = webStorage();
    assert.throws(() => redirectToSignIn(clientOf(), parameters, { storage }), { code: "not_supported" });
    assert.throws(() => answerPopUp(), { code: "not_supported" });
    for (const act of [redirectToSignIn, signInByPopUp, completeRedirect]) {
      await assert.rejects(async () => act(undefined, parameters), { code: "invalid_argument", argument: "client" });
    }
  });
});
