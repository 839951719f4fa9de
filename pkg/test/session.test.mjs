import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Client, SessionError, TokenSession, memoryStore, parseTokenResponse, webStorageStore } from "eiam-token";
import { json } from "./support/mock-fetch.mjs";

/** A server that rotates refresh tokens: each works once, and a second use ends the family. */
function rotatingServer() {
  const server = { refreshes: 0, current: "RT0", fail: undefined };
  server.fetch = async (_, { body }) => {
    server.refreshes++;
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (server.fail) return server.fail();
    const sent = new URLSearchParams(body).get("refresh_token");
    if (sent !== server.current) return json('{"error":"invalid_grant"}', { status: 400 });
    server.current = `RT${server.refreshes}`;
    return json(
      `{"token_type":"Bearer","access_token":"AT${server.refreshes}","refresh_token":"${server.current}","expires_in":3600}`,
    );
  };
  return server;
}

function client(server) {
  return new Client({
    server: { tokenEndpoint: "https://as.example/token" },
    clientId: "app_spa",
    fetch: server.fetch,
  });
}

function tokens({ age = 0, lifetime = 3600, refresh = "RT0" } = {}) {
  const now = Math.floor(Date.now() / 1000) - age;
  const member = refresh ? `,"refresh_token":"${refresh}"` : "";
  const life = lifetime === undefined ? "" : `,"expires_in":${lifetime}`;
  return parseTokenResponse(`{"token_type":"Bearer","access_token":"AT0"${member}${life}}`, { now });
}

/** `localStorage`, as far as a store needs it. */
function webStorage() {
  const items = new Map();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
}

/** Sessions of one user, as tabs have them. */
async function tabs(count, server, kept = tokens({ age: 3590 })) {
  const store = webStorageStore(webStorage());
  const sessions = Array.from({ length: count }, () => new TokenSession(client(server), { store }));
  await sessions[0].set(kept);
  return { sessions, close: () => sessions.forEach((session) => session.close()) };
}

describe("a session", () => {
  test("gives a token that is still good without asking the server", async () => {
    const server = rotatingServer();
    const { sessions, close } = await tabs(1, server, tokens());
    assert.equal(await sessions[0].getAccessToken(), "AT0");
    assert.equal(server.refreshes, 0);
    close();
  });

  test("of 20 tabs one refreshes, the other 19 read its result", async () => {
    const server = rotatingServer();
    const { sessions, close } = await tabs(20, server);
    const given = await Promise.all(sessions.map((session) => session.getAccessToken()));
    assert.deepEqual(new Set(given), new Set(["AT1"]));
    assert.equal(server.refreshes, 1);
    assert.equal((await sessions[7].tokens()).refreshToken, "RT1");
    close();
  });

  test("of 20 callers in one tab one refreshes", async () => {
    const server = rotatingServer();
    const { sessions, close } = await tabs(1, server);
    await Promise.all(Array.from({ length: 20 }, () => sessions[0].getAccessToken()));
    assert.equal(server.refreshes, 1);
    close();
  });

  test("follows rotation, refresh after refresh", async () => {
    const server = rotatingServer();
    const { sessions, close } = await tabs(2, server);
    let last = await sessions[0].getAccessToken();
    for (let i = 2; i < 6; i++) {
      last = await sessions[i % 2].getAccessToken({ rejected: last });
      assert.equal(last, `AT${i}`);
    }
    assert.equal(server.refreshes, 5);
    close();
  });

  test("a refresh token that is no longer good ends the session in every tab", async () => {
    const server = rotatingServer();
    const { sessions, close } = await tabs(5, server, tokens({ age: 3590, refresh: "RTstolen" }));
    const results = await Promise.allSettled(sessions.map((session) => session.getAccessToken()));
    for (const { reason } of results) {
      assert.ok(reason instanceof SessionError);
      assert.equal(reason.code, "login_required");
    }
    assert.equal(server.refreshes, 1);
    assert.equal(await sessions[3].tokens(), undefined);
    close();
  });

  test("a server that is not well: the old token while it lasts, then try later, asked once", async () => {
    for (const [age, code] of [
      [3590, undefined],
      [3700, "try_later"],
    ]) {
      const server = rotatingServer();
      server.fail = () => json("<html>", { status: 503 });
      const { sessions, close } = await tabs(5, server, tokens({ age }));
      const results = await Promise.allSettled(sessions.map((session) => session.getAccessToken()));
      for (const { value, reason } of results) {
        if (code === undefined) assert.equal(value, "AT0");
        else assert.equal(reason.code, code);
      }
      assert.equal(server.refreshes, 1);
      assert.equal((await sessions[0].tokens()).refreshToken, "RT0");
      close();
    }
  });

  test("nobody signed in, and no refresh token, are told apart from a failure", async () => {
    const session = new TokenSession(client(rotatingServer()));
    await assert.rejects(session.getAccessToken(), { code: "login_required" });
    await session.set(tokens({ age: 3700, refresh: "" }));
    await assert.rejects(session.getAccessToken(), { code: "login_required" });
    session.close();
  });

  test("an unknown lifetime is used until a server refuses the token", async () => {
    const server = rotatingServer();
    const { sessions, close } = await tabs(1, server, tokens({ lifetime: undefined }));
    assert.equal(await sessions[0].getAccessToken(), "AT0");
    assert.equal(await sessions[0].getAccessToken({ rejected: "AT0" }), "AT1");
    close();
  });

  test("tells its listeners of changes, here and in other tabs", async () => {
    const server = rotatingServer();
    const { sessions, close } = await tabs(2, server);
    // A session does not keep a process alive to hear of changes, so the test does.
    const alive = setInterval(() => {}, 1000);
    // The news of the sign-in may still be on its way.
    const heard = new Promise((resolve) =>
      sessions[1].onChange((value) => value?.accessToken === "AT1" && resolve(value)),
    );
    await sessions[0].getAccessToken();
    assert.equal((await heard).refreshToken, "RT1");
    const cleared = new Promise((resolve) => sessions[0].onChange((value) => resolve([value])));
    await sessions[0].clear();
    assert.deepEqual(await cleared, [undefined]);
    clearInterval(alive);
    close();
  });

  test("a lease whose holder died is taken over when it ends", async () => {
    const server = rotatingServer();
    const storage = webStorage();
    const session = new TokenSession(client(server), { store: webStorageStore(storage) });
    await session.set(tokens({ age: 3590 }));
    const record = JSON.parse(storage.getItem("eiam-token"));
    record.lease = { owner: "a tab that was closed", until: Date.now() + 200 };
    storage.setItem("eiam-token", JSON.stringify(record));
    assert.equal(await session.getAccessToken(), "AT1");
    session.close();
  });

  test("a store that somebody else wrote to is an error, not a sign-out", async () => {
    const storage = webStorage();
    storage.setItem("eiam-token", '{"tokens":5}');
    const session = new TokenSession(client(rotatingServer()), { store: webStorageStore(storage) });
    await assert.rejects(session.getAccessToken(), { code: "invalid_argument" });
    assert.equal(storage.getItem("eiam-token"), '{"tokens":5}');
    session.close();
  });

  test("what is kept shows no token to who prints it", async () => {
    const store = memoryStore();
    const session = new TokenSession(client(rotatingServer()), { store });
    await session.set(tokens());
    const { inspect } = await import("node:util");
    assert.ok(!/AT0|RT0/.test(inspect([session, store], { showHidden: true, depth: 9 })));
    session.close();
  });
});
