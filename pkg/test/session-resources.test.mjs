// A session keeps an access token for each resource (RFC 8707), and all that a session promises is true of each of them.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { InvalidArgumentError, OAuthError, SessionError, TokenSession, accessTokenFor, memoryStore } from "eiam-token";
import { json } from "./support/mock-fetch.mjs";
import { clientOf, heldFetch, tokenResponse, tokens, unhandledDuring } from "./support/refreshing.mjs";

const FILES = "https://files.example/";
const MAIL = "https://mail.example/";

/** A server that rotates refresh tokens, and whose access tokens say for what they are. */
function server() {
  const state = { asked: [], current: "RT0", lifetime: 3600, refuse: undefined };
  state.fetch = async (_, { body }) => {
    const form = new URLSearchParams(body);
    const [sent, resource] = [form.get("refresh_token"), form.get("resource")];
    state.asked.push({ sent, resource });
    const n = state.asked.length;
    await new Promise(setImmediate);
    const refused = state.refuse?.(form);
    if (refused) return refused;
    if (sent !== state.current) return json('{"error":"invalid_grant"}', { status: 400 });
    state.current = `RT${n}`;
    const members = { access_token: `AT${n} ${resource}`.replaceAll(/ |[:/]+/g, "."), refresh_token: state.current };
    return tokenResponse({ ...members, expires_in: state.lifetime, scope: `${resource}` });
  };
  return state;
}

/** A signed-in session, and the text that it keeps. */
async function signedIn(fetch, options = {}) {
  const kept = { text: undefined };
  const store = { update: (change) => (kept.text = change(kept.text)) };
  const session = new TokenSession(clientOf(fetch), { store, ...options });
  await session.set(tokens());
  return { session, kept, store };
}

/** What is stored for resources. */
const storedFor = ({ text }) => Object.keys(JSON.parse(text).resources ?? {});

const refusal = (error, status = 400) => json(`{"error":"${error}"}`, { status });

describe("an access token for one resource", () => {
  test("is got by the refresh token once, and kept beside the others", async () => {
    const as = server();
    const { session, kept } = await signedIn(as.fetch);
    assert.equal(await accessTokenFor(session, FILES), "AT1.https.files.example.");
    assert.equal(await accessTokenFor(session, MAIL), "AT2.https.mail.example.");
    assert.equal(await accessTokenFor(session, FILES), "AT1.https.files.example.");
    assert.equal(await session.getAccessToken(), "AT0");
    assert.deepEqual(as.asked, [
      { sent: "RT0", resource: FILES },
      { sent: "RT1", resource: MAIL },
    ]);
    assert.equal((await session.tokens()).refreshToken, "RT2");
    assert.equal((await session.tokens()).scope, undefined);
    assert.deepEqual(storedFor(kept), [FILES, MAIL]);
    session.close();
  });

  test("is not replaced by a refresh of the sign-in's token, nor that by its own", async () => {
    const as = server();
    const { session } = await signedIn(as.fetch);
    const first = await accessTokenFor(session, FILES);
    const ofSignIn = await session.getAccessToken({ rejected: "AT0" });
    assert.equal(ofSignIn, "AT2.null");
    assert.equal(await accessTokenFor(session, FILES), first);
    assert.equal(await accessTokenFor(session, FILES, { rejected: first }), "AT3.https.files.example.");
    assert.equal(await session.getAccessToken(), ofSignIn);
    session.close();
  });

  test("is refreshed shortly before it expires", async () => {
    const as = server();
    as.lifetime = 0;
    const { session } = await signedIn(as.fetch);
    await accessTokenFor(session, FILES);
    as.lifetime = 3600;
    assert.equal(await accessTokenFor(session, FILES), "AT2.https.files.example.");
    session.close();
  });

  test("is asked for once by all callers and tabs", async () => {
    const as = server();
    const { session, store } = await signedIn(as.fetch);
    const other = new TokenSession(clientOf(as.fetch), { store });
    const all = [session, session, other, other].map((tab) => accessTokenFor(tab, FILES));
    assert.deepEqual(new Set(await Promise.all(all)), new Set(["AT1.https.files.example."]));
    assert.equal(as.asked.length, 1);
    session.close();
    other.close();
  });

  test("takes turns with all other refreshes, so that no refresh token is sent twice", async () => {
    const as = server();
    const { session, store } = await signedIn(as.fetch);
    const other = new TokenSession(clientOf(as.fetch), { store });
    await Promise.all([
      accessTokenFor(session, FILES),
      accessTokenFor(other, MAIL),
      session.getAccessToken({ rejected: "AT0" }),
      accessTokenFor(other, FILES),
    ]);
    assert.equal(as.asked.length, 3);
    assert.equal(new Set(as.asked.map(({ sent }) => sent)).size, 3);
    session.close();
    other.close();
  });

  test("that its server has refused is given to nobody again, and the others are", async () => {
    const as = server();
    const { session, store } = await signedIn(as.fetch);
    const refused = await accessTokenFor(session, FILES);
    const mail = await accessTokenFor(session, MAIL);
    as.refuse = () => refusal("temporarily_unavailable", 503);
    await assert.rejects(accessTokenFor(session, FILES, { rejected: refused }), { code: "try_later" });
    const other = new TokenSession(clientOf(as.fetch), { store });
    await assert.rejects(accessTokenFor(other, FILES), { code: "try_later" });
    assert.equal(await accessTokenFor(other, MAIL, { rejected: refused }), mail);
    assert.equal(await other.getAccessToken({ rejected: refused }), "AT0");
    session.close();
    other.close();
  });

  test("ends with the sign-in", async () => {
    const as = server();
    const { session, kept } = await signedIn(as.fetch);
    await accessTokenFor(session, FILES);
    await session.clear();
    assert.equal(kept.text, undefined);
    await assert.rejects(accessTokenFor(session, FILES), { code: "login_required" });
    as.current = "RT-bob";
    await session.set(tokens({ refresh: "RT-bob", access: "AT-bob" }));
    assert.deepEqual(storedFor(kept), []);
    assert.equal(await accessTokenFor(session, FILES), "AT2.https.files.example.");
    assert.equal(as.asked[1].sent, "RT-bob");
    session.close();
  });

  test("of somebody who signed out meanwhile counts for nothing", async () => {
    const { fetch, next } = heldFetch();
    const { session, kept } = await signedIn(fetch);
    const asked = assert.rejects(accessTokenFor(session, FILES), { code: "login_required" });
    const request = await next();
    await session.clear();
    request.answer(tokenResponse({ refresh_token: "RT1" }));
    await asked;
    assert.equal(kept.text, undefined);
    session.close();
  });

  test("of somebody who was followed by another meanwhile counts for nothing", async () => {
    const { fetch, next } = heldFetch();
    const { session, kept } = await signedIn(fetch);
    const asked = accessTokenFor(session, FILES);
    const ofAlice = await next();
    await session.set(tokens({ refresh: "RT-bob", access: "AT-bob" }));
    ofAlice.answer(tokenResponse({ access_token: "AT-alice", refresh_token: "RT1" }));
    const ofBob = await next();
    assert.equal(ofBob.sent, "RT-bob");
    assert.deepEqual(storedFor(kept), []);
    ofBob.answer(tokenResponse({ access_token: "AT-bob-files" }));
    assert.equal(await asked, "AT-bob-files");
    assert.equal(await session.getAccessToken(), "AT-bob");
    session.close();
  });

  test("is not kept if the answer is malformed, but the new refresh token is", async () => {
    const as = server();
    const { session, kept } = await signedIn(as.fetch);
    as.refuse = () => tokenResponse({ access_token: "AT1", refresh_token: "RT1", scope: ["a"] });
    await assert.rejects(accessTokenFor(session, FILES), { code: "try_later" });
    assert.equal((await session.tokens()).refreshToken, "RT1");
    assert.equal(await session.getAccessToken(), "AT0");
    assert.deepEqual(storedFor(kept), []);
    session.close();
  });

  for (const error of ["invalid_target", "invalid_resource"]) {
    test(`that the server gives nobody (${error}) ends no session`, async () => {
      const as = server();
      const { session } = await signedIn(as.fetch);
      as.refuse = (form) => form.get("resource") === FILES && refusal(error);
      for (let i = 0; i < 5; i++) {
        await assert.rejects(accessTokenFor(session, FILES), (thrown) => {
          assert.ok(thrown instanceof SessionError);
          assert.equal(thrown.code, "resource_refused");
          assert.ok(thrown.cause instanceof OAuthError);
          assert.equal(thrown.cause.error, error);
          return true;
        });
      }
      assert.equal(await accessTokenFor(session, MAIL), "AT6.https.mail.example.");
      session.close();
    });
  }

  test("for whose refresh token the server has no use any more ends the session, and listeners are told", async () => {
    for (const channel of [globalThis.BroadcastChannel, undefined]) {
      const { BroadcastChannel } = globalThis;
      globalThis.BroadcastChannel = channel;
      try {
        const as = server();
        const { session, kept } = await signedIn(as.fetch);
        const told = [];
        session.onChange((tokens) => told.push(tokens?.accessToken));
        await accessTokenFor(session, MAIL);
        as.refuse = () => refusal("invalid_grant");
        await assert.rejects(accessTokenFor(session, FILES), { code: "login_required" });
        await new Promise(setImmediate);
        assert.equal(kept.text, undefined);
        assert.deepEqual(told, ["AT0", undefined]);
        session.close();
      } finally {
        globalThis.BroadcastChannel = BroadcastChannel;
      }
    }
  });

  test("needs a refresh token", async () => {
    const { session } = await signedIn(server().fetch);
    await session.set(tokens({ refresh: "" }));
    await assert.rejects(accessTokenFor(session, FILES), { code: "login_required" });
    assert.equal(await session.getAccessToken(), "AT0");
    session.close();
  });

  test("is used in memory while the store fails, with the refresh token that the session has then", async () => {
    const as = server();
    const errors = [];
    let isBroken = false;
    let text;
    const store = {
      update(change) {
        if (isBroken) throw new Error("full");
        return (text = change(text));
      },
    };
    const session = new TokenSession(clientOf(as.fetch), { store, onError: (error) => errors.push(error.code) });
    await session.set(tokens());
    isBroken = true;
    const unhandled = await unhandledDuring(async () => {
      assert.equal(await accessTokenFor(session, FILES), "AT1.https.files.example.");
      assert.equal(await session.getAccessToken({ rejected: "AT0" }), "AT2.null");
      assert.equal(await accessTokenFor(session, FILES), "AT1.https.files.example.");
    });
    assert.deepEqual(unhandled, []);
    assert.ok(errors.length > 0 && errors.every((code) => code === "storage_error"));
    isBroken = false;
    assert.equal(await accessTokenFor(session, FILES), "AT1.https.files.example.");
    assert.match(text, /AT1\.https\.files/);
    assert.equal(as.asked.length, 2);
    session.close();
  });

  test("is kept for 32 resources, and those that were got longest ago give way", async () => {
    const { session, kept } = await signedIn(server().fetch);
    for (let i = 0; i < 34; i++) await accessTokenFor(session, `urn:r${i}`);
    await accessTokenFor(session, "urn:r33");
    assert.deepEqual(
      storedFor(kept),
      Array.from({ length: 32 }, (_, i) => `urn:r${i + 2}`),
    );
    session.close();
  });

  test("is for the very URI: neither case, nor a slash, nor a name of every object is another's", async () => {
    const as = server();
    const { session } = await signedIn(as.fetch);
    const uris = [FILES, FILES.slice(0, -1), FILES.toUpperCase(), "a:__proto__", "constructor:x"];
    const got = new Set();
    for (const uri of uris) got.add(await accessTokenFor(session, uri));
    assert.equal(got.size, uris.length);
    session.close();
  });

  test("is of a session whose stored text is from before there were any", async () => {
    const text = JSON.stringify({ tokens: tokens().serialize(), lifetime: 3600 });
    const store = memoryStore();
    await store.update(() => text);
    const session = new TokenSession(clientOf(server().fetch), { store });
    assert.equal(await accessTokenFor(session, FILES), "AT1.https.files.example.");
    assert.equal(await session.getAccessToken(), "AT0");
    session.close();
  });

  test("needs a session and an absolute URI", async () => {
    const { session } = await signedIn(server().fetch);
    for (const resource of [
      undefined,
      null,
      1,
      {},
      "",
      "files",
      "/files",
      "//files",
      "https://a/#b",
      "a: b",
      ["a:b"],
    ]) {
      await assert.rejects(accessTokenFor(session, resource), InvalidArgumentError, `${resource}`);
    }
    for (const none of [undefined, null, {}, "session"]) {
      await assert.rejects(accessTokenFor(none, FILES), InvalidArgumentError);
    }
    session.close();
  });

  test("is shown by no error, and stored text that no session wrote is one", async () => {
    const store = memoryStore();
    const session = new TokenSession(clientOf(server().fetch), { store });
    await session.set(tokens());
    await store.update((text) => JSON.stringify({ ...JSON.parse(text), resources: { [FILES]: { tokens: "secret" } } }));
    await assert.rejects(accessTokenFor(session, FILES), (error) => {
      assert.ok(error instanceof InvalidArgumentError);
      assert.doesNotMatch(`${error.stack}`, /secret/);
      return true;
    });
    assert.equal(await session.getAccessToken(), "AT0");
    session.close();
  });
});
