// A refresh that ends late: its outcome counts only if the refresh token that was sent is still the stored one.
import assert from "node:assert/strict";
import { describe, mock, test } from "node:test";
import { TokenSession, memoryStore, webStorageStore } from "eiam-token";
import { json } from "./support/mock-fetch.mjs";
import { clientOf, heldFetch, sentBy, tokenResponse, tokens, webStorage } from "./support/refreshing.mjs";

const B = { access: "ATb", refresh: "RTb" };

/** Two tabs of one store, and a refresh of A's tokens that waits for its answer in the first of them. */
async function refreshing() {
  const store = webStorageStore(webStorage());
  const server = heldFetch();
  const client = clientOf(server.fetch);
  const [tab, other] = [new TokenSession(client, { store }), new TokenSession(client, { store })];
  await tab.set(tokens({ age: 3700 }));
  const heard = [];
  tab.onChange((now) => heard.push(now?.accessToken));
  const result = tab.getAccessToken().then(
    (accessToken) => accessToken,
    (error) => error.code,
  );
  const request = await server.next();
  assert.equal(request.sent, "RT0");
  const close = () => {
    tab.close();
    other.close();
  };
  return { tab, other, server, request, result, heard, close };
}

const success = () => tokenResponse({ access_token: "ATa", refresh_token: "RTa" });
const outcomes = {
  "new tokens": success,
  invalid_grant: () => json('{"error":"invalid_grant"}', { status: 400 }),
  "a malformed success": () => tokenResponse({ refresh_token: "RTa", scope: ["a"] }),
  "a 503": () => json("", { status: 503 }),
  "an unreadable 400": () => json("<html>", { status: 400 }),
};

describe("a refresh that ends late", () => {
  for (const [name, answer] of Object.entries(outcomes)) {
    test(`with ${name}, after somebody else has signed in, changes nothing`, async () => {
      for (const here of [true, false]) {
        const { tab, other, request, result, close } = await refreshing();
        await (here ? tab : other).set(tokens(B));
        request.answer(answer());
        assert.equal(await result, "ATb");
        assert.equal((await other.tokens()).refreshToken, "RTb");
        assert.equal(await tab.getAccessToken(), "ATb");
        close();
      }
    });

    test(`with ${name}, after signing out, brings nobody back`, async () => {
      for (const here of [true, false]) {
        const { tab, other, request, result, heard, close } = await refreshing();
        await (here ? tab : other).clear();
        request.answer(answer());
        assert.equal(await result, "login_required");
        assert.equal(await other.tokens(), undefined);
        assert.ok(!heard.includes("ATa"));
        close();
      }
    });
  }

  test("of somebody who signed in anew refreshes the new tokens if they are old, too", async () => {
    const { other, server, request, result, close } = await refreshing();
    await other.set(tokens({ ...B, age: 3700 }));
    request.answer(success());
    const second = await server.next();
    assert.equal(second.sent, "RTb");
    second.answer(tokenResponse({ access_token: "ATb2", refresh_token: "RTb2" }));
    assert.equal(await result, "ATb2");
    assert.equal((await other.tokens()).refreshToken, "RTb2");
    close();
  });

  test("still counts if the same refresh token is stored once more", async () => {
    const { other, server, request, result, close } = await refreshing();
    await other.set(tokens({ age: 3700 }));
    const second = other.getAccessToken();
    await new Promise((resolve) => setTimeout(resolve, 120));
    assert.equal(server.asked.length, 0, "the refresh token was sent twice");
    request.answer(success());
    assert.equal(await result, "ATa");
    assert.equal(await second, "ATa");
    close();
  });
});

describe("a caller who joins a refresh", () => {
  /** A refresh whose last look into the store is over, although it has not ended: what it read may be old. */
  async function ending() {
    const memory = memoryStore();
    let hold;
    const store = {
      async update(change) {
        const text = await memory.update(change);
        if (text?.includes("ATa") && hold) await hold();
        return text;
      },
    };
    const client = clientOf(async () => tokenResponse({ access_token: "ATa", refresh_token: "RTa" }));
    const tab = new TokenSession(client, { store });
    const other = new TokenSession(client, { store: memory });
    await other.set(tokens({ age: 3700 }));
    let goOn;
    const held = new Promise((resolve) => {
      hold = () => {
        hold = undefined;
        resolve();
        return new Promise((resume) => {
          goOn = resume;
        });
      };
    });
    const first = tab.getAccessToken();
    await held;
    return { tab, other, first, goOn: () => goOn() };
  }

  test("after signing out does not get the token of before", async () => {
    const { tab, other, first, goOn } = await ending();
    await other.clear();
    const second = tab.getAccessToken();
    await new Promise((resolve) => setTimeout(resolve, 10));
    goOn();
    await first;
    await assert.rejects(second, { code: "login_required" });
    tab.close();
    other.close();
  });

  test("after somebody else has signed in gets the token of that user", async () => {
    const { tab, other, first, goOn } = await ending();
    await other.set(tokens(B));
    const second = tab.getAccessToken({ rejected: "ATa" });
    goOn();
    await first;
    assert.equal(await second, "ATb");
    tab.close();
    other.close();
  });
});

describe("an access token that a server has refused", () => {
  const unwell = async () => json("", { status: 503 });

  test("is given to nobody, in no tab, even if it cannot be refreshed now", async () => {
    const store = webStorageStore(webStorage());
    const [tab, other] = [1, 2].map(() => new TokenSession(clientOf(unwell), { store }));
    await tab.set(tokens());
    await assert.rejects(tab.getAccessToken({ rejected: "AT0" }), { code: "try_later" });
    await assert.rejects(tab.getAccessToken(), { code: "try_later" });
    await assert.rejects(other.getAccessToken(), { code: "try_later" });
    assert.equal((await other.tokens()).refreshToken, "RT0");
    tab.close();
    other.close();
  });

  test("is not what a caller gets who joins a refresh that began before", async () => {
    const server = heldFetch();
    const session = new TokenSession(clientOf(server.fetch));
    await session.set(tokens({ age: 3590 }));
    const first = session.getAccessToken();
    const request = await server.next();
    const second = session.getAccessToken({ rejected: "AT0" });
    await new Promise((resolve) => setTimeout(resolve, 10));
    request.answer(json("", { status: 503 }));
    await assert.rejects(second, { code: "try_later" });
    await assert.rejects(first, { code: "try_later" });
    session.close();
  });

  test("does not come back from a server that returns it again", async () => {
    let asked = 0;
    const fetch = async () => tokenResponse({ access_token: "AT0", refresh_token: `RT${++asked}` });
    const session = new TokenSession(clientOf(fetch));
    await session.set(tokens());
    await assert.rejects(session.getAccessToken({ rejected: "AT0" }), { code: "try_later" });
    await assert.rejects(session.getAccessToken(), { code: "try_later" });
    assert.equal(asked, 1);
    assert.equal((await session.tokens()).refreshToken, "RT1");
    session.close();
  });

  test("leaves alone the tokens that are newer than it", async () => {
    const session = new TokenSession(clientOf(unwell));
    await session.set(tokens(B));
    assert.equal(await session.getAccessToken({ rejected: "AT0" }), "ATb");
    session.close();
  });
});

describe("tabs with and without Web Locks", () => {
  test("do not refresh at the same time, and a lock shows that its former owner is gone", async () => {
    const storage = webStorage();
    const server = heldFetch();
    const client = clientOf(server.fetch);
    const session = new TokenSession(client, { store: webStorageStore(storage) });
    await session.set(tokens({ age: 3700 }));
    const lockName = "eiam-token https://as.example/token app_spa";
    const leaseUntil = (until, lock) => {
      const record = JSON.parse(storage.items.get("eiam-token"));
      record.lease = { owner: "a tab", until, lock };
      storage.items.set("eiam-token", JSON.stringify(record));
    };
    const { navigator } = globalThis;
    const locks = { request: (_name, action) => action() };
    Object.defineProperty(globalThis, "navigator", { value: { locks }, configurable: true, writable: true });
    try {
      // Of a tab that has no lock, which may be alive.
      const until = Date.now() + 200;
      leaseUntil(until, undefined);
      const waited = session.getAccessToken();
      const request = await server.next();
      assert.ok(Date.now() >= until);
      request.answer(tokenResponse({ refresh_token: "RT1" }));
      await waited;
      // Of a tab that had the lock which this one has now.
      await session.set(tokens({ age: 3700 }));
      leaseUntil(Date.now() + 3_600_000, lockName);
      const atOnce = session.getAccessToken();
      (await server.next()).answer(tokenResponse({ access_token: "AT2" }));
      assert.equal(await atOnce, "AT2");
    } finally {
      Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true, writable: true });
    }
    session.close();
  });

  test("a tab that was frozen before it sent the refresh token takes the lease anew", async () => {
    const memory = memoryStore();
    const sent = [];
    const client = clientOf(async (_, init) => {
      sent.push(sentBy(init));
      return tokenResponse({ access_token: `AT${sent.length}`, refresh_token: `RT${sent.length}` });
    });
    // The lease that the frozen tab takes is old when it goes on, and another tab has refreshed.
    let freeze = async () => {};
    const frozen = new TokenSession(client, {
      store: {
        async update(change) {
          const text = await memory.update(change);
          if (text?.includes('"lease"')) await freeze(text);
          return text;
        },
      },
    });
    const other = new TokenSession(client, { store: memory });
    await frozen.set(tokens({ age: 3700 }));
    freeze = async () => {
      freeze = async () => {};
      mock.timers.enable({ apis: ["Date"], now: Date.now() + 60_000 });
      await other.getAccessToken();
    };
    try {
      assert.equal(await frozen.getAccessToken(), "AT1");
      assert.deepEqual(sent, ["RT0"]);
    } finally {
      mock.timers.reset();
    }
    frozen.close();
    other.close();
  });

  test("a page that may not use Web Locks takes the lease", async () => {
    const { navigator } = globalThis;
    const locks = { request: () => Promise.reject(new DOMException("not here", "SecurityError")) };
    Object.defineProperty(globalThis, "navigator", { value: { locks }, configurable: true, writable: true });
    const session = new TokenSession(clientOf(async () => tokenResponse()));
    try {
      await session.set(tokens({ age: 3700 }));
      assert.equal(await session.getAccessToken(), "AT1");
    } finally {
      Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true, writable: true });
    }
    session.close();
  });
});
