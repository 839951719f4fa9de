// What hosts, stores and listeners do to a session: no token is spent twice, nobody waits for nothing, and nothing ends it.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { EiamTokenError, TokenSession, memoryStore, webStorageStore } from "eiam-token";
import { json } from "./support/mock-fetch.mjs";
import { clientOf, heldFetch, sentBy, tokenResponse, tokens, webStorage } from "./support/refreshing.mjs";

/** Web Locks of one process or origin. */
function locks() {
  const last = new Map();
  return {
    async request(name, action) {
      const before = last.get(name);
      const own = (async () => {
        await before;
        return action();
      })();
      last.set(
        name,
        own.catch(() => {}),
      );
      return own;
    },
  };
}

/** Runs with `navigator.locks`, which not every Node has. */
function withLocks(t, value) {
  const before = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  const set = (locks) =>
    Object.defineProperty(globalThis, "navigator", { value: { locks }, configurable: true, writable: true });
  set(value);
  t.after(() => {
    if (before) Object.defineProperty(globalThis, "navigator", before);
    else delete globalThis.navigator;
  });
  return set;
}

/** A store that others share: each change is one step. */
function sharedStore() {
  let kept;
  return { update: async (change) => (kept = change(kept)) };
}

describe("Web Locks and the reach of a store", () => {
  test("a store that is shared more widely than locks sends a refresh token once", async (t) => {
    const setLocks = withLocks(t, locks());
    const server = heldFetch();
    const store = sharedStore();
    const [one, other] = [1, 2].map(() => new TokenSession(clientOf(server.fetch), { store }));
    await one.set(tokens({ age: 3700 }));
    const first = one.getAccessToken();
    const request = await server.next();
    // The other process has locks of its own, of the same names.
    setLocks(locks());
    const second = other.getAccessToken();
    // It has looked at the store by then, more than once.
    for (let each = 0; each < 3; each++) await store.update((text) => text);
    request.answer(tokenResponse({ access_token: "AT1", refresh_token: "RT1" }));
    assert.deepEqual(await Promise.all([first, second]), ["AT1", "AT1"]);
    assert.equal(server.asked.length, 0);
    one.close();
    other.close();
  });

  test("sessions with stores of their own do not wait for each other", async (t) => {
    withLocks(t, locks());
    const server = heldFetch();
    const sessions = [memoryStore(), memoryStore(), undefined].map(
      (store) => new TokenSession(clientOf(server.fetch), { store }),
    );
    for (const [index, session] of sessions.entries()) await session.set(tokens({ age: 3700, refresh: `RT${index}` }));
    const results = sessions.map((session) => session.getAccessToken());
    const requests = [await server.next(), await server.next(), await server.next()];
    assert.deepEqual(new Set(requests.map(({ sent }) => sent)), new Set(["RT0", "RT1", "RT2"]));
    for (const { answer, sent } of requests) answer(tokenResponse({ access_token: `AT of ${sent}` }));
    assert.deepEqual(await Promise.all(results), ["AT of RT0", "AT of RT1", "AT of RT2"]);
    for (const session of sessions) session.close();
  });

  test("tabs with one storage still share a lock", async (t) => {
    const names = [];
    const own = locks();
    withLocks(t, {
      request: (name, action) => {
        names.push(name);
        return own.request(name, action);
      },
    });
    const store = webStorageStore(webStorage());
    const session = new TokenSession(
      clientOf(async () => tokenResponse({ access_token: "AT1" })),
      { store },
    );
    await session.set(tokens({ age: 3700 }));
    assert.equal(await session.getAccessToken(), "AT1");
    assert.ok(names.includes("eiam-token https://as.example/token app_spa"));
    session.close();
  });
});

test("a lease from before the clock was set back holds nobody up", async () => {
  const storage = webStorage();
  const server = heldFetch();
  const session = new TokenSession(clientOf(server.fetch), { store: webStorageStore(storage) });
  await session.set(tokens({ age: 3700 }));
  const record = JSON.parse(storage.items.get("eiam-token"));
  record.lease = { owner: "a tab", until: Date.now() + 3_600_000 };
  storage.items.set("eiam-token", JSON.stringify(record));
  const result = session.getAccessToken();
  (await server.next()).answer(tokenResponse({ access_token: "AT1" }));
  assert.equal(await result, "AT1");
  session.close();
});

test("refusals count in succession only, and trouble of the server is no refusal", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: Date.now() });
  const answers = [];
  const session = new TokenSession(clientOf(async () => answers.shift()()));
  await session.set(tokens({ age: 3700 }));
  const oauth = (error) => () => json(JSON.stringify({ error }), { status: 400 });
  const status = (status) => () => json("", { status });
  const offline = () => {
    throw new TypeError("offline");
  };
  const codes = async (...given) => {
    answers.push(...given);
    const seen = [];
    while (answers.length) {
      seen.push(await session.getAccessToken().catch(({ code }) => code));
      t.mock.timers.setTime(Date.now() + 60_000);
    }
    return seen;
  };
  const later = (count) => Array(count).fill("try_later");
  assert.deepEqual(await codes(status(400), status(503), status(400), status(503), status(400)), later(5));
  assert.deepEqual(await codes(offline, status(400), status(400), offline), later(4));
  const refused = [oauth("invalid_client"), oauth("invalid_client"), oauth("invalid_client")];
  assert.deepEqual(await codes(...refused), [...later(2), "login_required"]);
  assert.deepEqual(await codes(offline, status(503), status(429)), later(3));
  assert.equal((await session.tokens()).refreshToken, "RT0");
  for (const name of ["invalid_token_request", "invalid_token_type", "invalid_client_assertion_token"]) {
    assert.deepEqual(await codes(oauth(name), status(503)), later(2), name);
  }
  session.close();
});

describe("listeners and consoles", () => {
  test("a listener that adds itself again is called once for a change", async () => {
    const session = new TokenSession(clientOf(async () => tokenResponse({})));
    let calls = 0;
    const listener = () => {
      calls++;
      off();
      off = session.onChange(listener);
    };
    let off = session.onChange(listener);
    await session.set(tokens({}));
    assert.equal(calls, 1);
    session.close();
  });

  test("a console or a channel that throws makes nothing fail", async (t) => {
    const unhandled = [];
    const note = (reason) => unhandled.push(reason);
    process.on("unhandledRejection", note);
    t.after(() => process.off("unhandledRejection", note));
    // Warnings of the host are printed as well.
    const refuse = (error) => {
      if (error instanceof EiamTokenError) throw new Error("a test must not print");
    };
    const { mock } = t.mock.method(console, "error", refuse);
    t.mock.method(BroadcastChannel.prototype, "postMessage", () => {
      throw new DOMException("closed", "InvalidStateError");
    });
    const store = {
      update() {
        throw new Error("full");
      },
    };
    const throwing = () => {
      throw new Error("a listener");
    };
    for (const onError of [undefined, throwing]) {
      const session = new TokenSession(
        clientOf(async () => tokenResponse({})),
        { store, onError },
      );
      session.onChange(throwing);
      await session.set(tokens({}));
      assert.equal((await session.tokens()).refreshToken, "RT0");
      session.close();
    }
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(unhandled, []);
    assert.ok(mock.callCount() > 0);
  });
});

describe("a rotated refresh token is kept", () => {
  const body = { access_token: "AT1", token_type: "Bearer", refresh_token: "RT1", expires_in: 60 };
  const text = JSON.stringify(body);
  for (const [name, broken] of Object.entries({
    "with a comma too many": text.replace(/}$/, ",}"),
    "with garbage behind it": `${text} garbage`,
    "behind a prefix": `)]}',\n${text}`,
    "in an answer that was cut": text.slice(0, -8),
    "behind a byte order mark": `\ufeff${text.replace("Bearer", "DPoP")}`,
  })) {
    for (const parse of [undefined, (read) => read]) {
      test(`${name}${parse ? ", read by a hook" : ""}`, async (t) => {
        t.mock.timers.enable({ apis: ["Date"], now: Date.now() });
        const sent = [];
        const fetch = async (_, init) => {
          sent.push(sentBy(init));
          return json(broken);
        };
        const session = new TokenSession(clientOf(fetch, { parse }));
        await session.set(tokens({ age: 3700 }));
        await assert.rejects(session.getAccessToken(), { code: "try_later" });
        t.mock.timers.setTime(Date.now() + 60_000);
        await assert.rejects(session.getAccessToken(), { code: "try_later" });
        assert.deepEqual(sent, ["RT0", "RT1"]);
        session.close();
      });
    }
  }

  test("if the hook throws, or gives no text", async () => {
    for (const [parse, code] of [
      [
        () => {
          throw new Error("a hook");
        },
        "listener_error",
      ],
      [() => undefined, "invalid_argument"],
    ]) {
      const sent = [];
      const fetch = async (_, init) => {
        sent.push(sentBy(init));
        return json(JSON.stringify({ ...body, refresh_token: `RT${sent.length}` }));
      };
      const session = new TokenSession(clientOf(fetch, { parse }));
      await session.set(tokens({ age: 3700 }));
      for (let each = 0; each < 3; each++) await assert.rejects(session.getAccessToken(), { code });
      assert.deepEqual(sent, ["RT0", "RT1", "RT2"]);
      session.close();
    }
  });
});
