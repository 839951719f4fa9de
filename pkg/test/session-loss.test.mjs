// What a long session must not lose: a rotated refresh token, the tokens when a store fails, itself by a listener.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  EiamTokenError,
  InvalidArgumentError,
  StorageError,
  TokenSession,
  memoryStore,
  webStorageStore,
} from "eiam-token";
import { signingInput } from "./support/jwt.mjs";
import { json } from "./support/mock-fetch.mjs";
import { clientOf, sentBy, tokenResponse, tokens, unhandledDuring, webStorage } from "./support/refreshing.mjs";

const issuer = "https://as.example";
const idToken = (claims) => {
  const now = Math.floor(Date.now() / 1000);
  const usual = { iss: issuer, aud: "app_spa", sub: "user_a", iat: now, exp: now + 300 };
  return `${signingInput({ alg: "RS256" }, { ...usual, ...claims })}.c2lnbmF0dXJl`;
};

/** Successes that the client refuses, each with the refresh token RT1. */
const refused = {
  "a scope as array": () => tokenResponse({ refresh_token: "RT1", scope: ["openid"] }),
  "no access token": () => tokenResponse({ refresh_token: "RT1", access_token: undefined }),
  "an access token that is no text": () => tokenResponse({ refresh_token: "RT1", access_token: 5 }),
  "no token type": () => tokenResponse({ refresh_token: "RT1", token_type: undefined }),
  "a lifetime that is no number": () => tokenResponse({ refresh_token: "RT1", expires_in: "soon" }),
  "a lifetime below zero": () => tokenResponse({ refresh_token: "RT1", expires_in: -5 }),
  "an id_token that is none": () => tokenResponse({ refresh_token: "RT1", id_token: "a.b" }),
  "an id_token from the future": () =>
    tokenResponse({ refresh_token: "RT1", id_token: idToken({ iat: Math.floor(Date.now() / 1000) + 9999 }) }),
  "an id_token for somebody else": () => tokenResponse({ refresh_token: "RT1", id_token: idToken({ aud: "other" }) }),
  "duplicate members": () =>
    json('{"access_token":"a","access_token":"b","token_type":"Bearer","refresh_token":"RT1"}'),
  "a byte order mark": () => json('\ufeff{"access_token":"AT1","token_type":"Bearer","refresh_token":"RT1"}'),
  "octets that are no text": () =>
    json(Buffer.from('{"name":"\xff","access_token":"AT1","token_type":"Bearer","refresh_token":"RT1"}', "latin1")),
  "an error beside it": () => json('{"error":"server_error","refresh_token":"RT1"}'),
};

describe("a rotated refresh token", () => {
  for (const [name, answer] of Object.entries(refused)) {
    test(`is kept from a success that is refused for ${name}`, async () => {
      const sent = [];
      const fetch = async (_, init) => {
        sent.push(sentBy(init));
        return sent.length === 1 ? answer() : tokenResponse({ access_token: "AT2", refresh_token: "RT2" });
      };
      const storage = webStorage();
      const client = clientOf(fetch, { server: { issuer, tokenEndpoint: `${issuer}/token` } });
      const session = new TokenSession(client, { store: webStorageStore(storage) });
      await session.set(tokens({ age: 3595 }));
      // The old access token is still valid for a moment, or has expired just now.
      const first = await session.getAccessToken().catch((error) => error.code);
      assert.ok(["AT0", "try_later"].includes(first), first);
      assert.equal((await session.tokens()).refreshToken, "RT1");
      forgetPause(storage);
      assert.equal(await session.getAccessToken({ rejected: "AT0" }), "AT2");
      assert.deepEqual(sent, ["RT0", "RT1"]);
      session.close();
    });
  }

  test("is kept before the response is judged", async () => {
    const storage = webStorage();
    const kept = [];
    const { setItem } = storage;
    storage.setItem = (key, value) => {
      setItem(key, value);
      const { accessToken, refreshToken } = JSON.parse(JSON.parse(value).tokens);
      kept.push(`${accessToken} ${refreshToken}`);
    };
    const session = new TokenSession(
      clientOf(async () => tokenResponse({ refresh_token: "RT1" })),
      {
        store: webStorageStore(storage),
      },
    );
    await session.set(tokens({ age: 3700 }));
    await session.getAccessToken();
    assert.deepEqual(kept, ["AT0 RT0", "AT0 RT0", "AT0 RT1", "AT1 RT1"]);
    session.close();
  });

  test("of another user ends the session", async () => {
    const answers = [{ id_token: idToken({ sub: "user_b" }), refresh_token: "RTb" }];
    const client = clientOf(async () => tokenResponse(answers.shift()), {
      server: { issuer, tokenEndpoint: `${issuer}/token` },
    });
    const { deserializeTokens } = await import("eiam-token");
    const stored = JSON.parse(tokens({ age: 3700 }).serialize());
    const session = new TokenSession(client);
    await session.set(deserializeTokens(JSON.stringify({ ...stored, claims: { sub: "user_a" } })));
    await assert.rejects(session.getAccessToken(), { code: "login_required" });
    assert.equal(await session.tokens(), undefined);
    session.close();
  });

  test("is not taken from an error", async () => {
    const session = new TokenSession(clientOf(async () => json('{"refresh_token":"RT1"}', { status: 502 })));
    await session.set(tokens({ age: 3700 }));
    await assert.rejects(session.getAccessToken(), { code: "try_later" });
    assert.equal((await session.tokens()).refreshToken, "RT0");
    session.close();
  });
});

/** Lets the next refresh be tried now. */
function forgetPause(storage) {
  const record = JSON.parse(storage.items.get("eiam-token"));
  storage.items.set("eiam-token", JSON.stringify({ ...record, retryAt: undefined }));
}

const full = new DOMException("no space", "QuotaExceededError");
const forbidden = new DOMException("not here", "SecurityError");

/** A session with a store whose methods can be made to throw, and what was reported. */
function failingSession(failing, fetch) {
  const storage = webStorage(failing);
  const reported = [];
  const client = clientOf(fetch);
  const onError = (error) => void reported.push(error);
  const open = () => new TokenSession(client, { store: webStorageStore(storage), onError });
  return { storage, reported, open, session: open() };
}

/** A server that rotates, and refuses every refresh token but the last. */
function rotating() {
  const server = { sent: [] };
  server.fetch = async (_, init) => {
    const sent = sentBy(init);
    server.sent.push(sent);
    const n = server.sent.length;
    if (sent !== `RT${n - 1}`) return json('{"error":"invalid_grant"}', { status: 400 });
    return tokenResponse({ access_token: `AT${n}`, refresh_token: `RT${n}` });
  };
  return server;
}

describe("a store that fails", () => {
  test("for lack of space, from the start: the session goes on in memory", async () => {
    const server = rotating();
    const { session, reported } = failingSession({ setItem: full }, server.fetch);
    await session.set(tokens({ age: 3700 }));
    assert.equal(await session.getAccessToken(), "AT1");
    assert.equal(await session.getAccessToken({ rejected: "AT1" }), "AT2");
    assert.equal((await session.tokens()).refreshToken, "RT2");
    assert.deepEqual(server.sent, ["RT0", "RT1"]);
    assert.ok(reported.length > 0);
    for (const error of reported) {
      assert.ok(error instanceof StorageError && error instanceof EiamTokenError);
      assert.equal(error.code, "storage_error");
      assert.equal(error.cause, full);
    }
    await session.clear();
    assert.equal(await session.tokens(), undefined);
    session.close();
  });

  test("for lack of space, during a refresh: neither the tokens nor the rotated refresh token are lost", async () => {
    const server = rotating();
    const { session, storage, reported } = failingSession({}, server.fetch);
    await session.set(tokens({ age: 3700 }));
    storage.failing.setItem = full;
    assert.equal(await session.getAccessToken(), "AT1");
    assert.equal(await session.getAccessToken({ rejected: "AT1" }), "AT2");
    assert.deepEqual(server.sent, ["RT0", "RT1"]);
    assert.ok(reported.length > 0);
    // There is space again.
    delete storage.failing.setItem;
    assert.equal((await session.tokens()).refreshToken, "RT2");
    assert.ok(storage.items.get("eiam-token").includes("RT2"));
    session.close();
  });

  test("altogether: a typed error until somebody signs in, and then in memory", async () => {
    const server = rotating();
    const { session } = failingSession({ getItem: forbidden, setItem: forbidden, removeItem: forbidden }, server.fetch);
    for (const call of [() => session.tokens(), () => session.getAccessToken()]) {
      await assert.rejects(call(), (error) => error instanceof StorageError && error.cause === forbidden);
    }
    await session.set(tokens({ age: 3700 }));
    assert.equal(await session.getAccessToken(), "AT1");
    await session.clear();
    assert.equal(await session.tokens(), undefined);
    await assert.rejects(session.getAccessToken(), { code: "login_required" });
    session.close();
  });

  test("when the tokens are removed: this session has none, and the call says that the store still has them", async () => {
    const { session, storage } = failingSession({}, rotating().fetch);
    await session.set(tokens());
    storage.failing.removeItem = forbidden;
    await assert.rejects(session.clear(), (error) => error instanceof StorageError && error.cause === forbidden);
    assert.equal(await session.tokens(), undefined);
    await assert.rejects(session.getAccessToken(), { code: "login_required" });
    session.close();
  });

  test("when nothing was read before the tokens are removed: nobody is told that they are gone", async () => {
    const { session } = failingSession(
      { getItem: forbidden, setItem: forbidden, removeItem: forbidden },
      rotating().fetch,
    );
    await assert.rejects(session.clear(), (error) => error instanceof StorageError && error.cause === forbidden);
    assert.equal(await session.tokens(), undefined);
    session.close();
  });

  for (const [what, text] of [
    ["no JSON", "{"],
    ["of another program", '{"user":"alice"}'],
    ["with a token set that is none", '{"tokens":"{}"}'],
    ["with a token set that is no text", '{"tokens":1}'],
    ["a list", "[]"],
  ]) {
    test(`text that no session wrote, ${what}: it is kept until somebody signs in or out`, async () => {
      const { session, storage } = failingSession({}, rotating().fetch);
      storage.items.set("eiam-token", text);
      if (what !== "of another program" && what !== "a list") {
        await assert.rejects(session.tokens(), InvalidArgumentError);
        await assert.rejects(session.getAccessToken(), InvalidArgumentError);
      }
      assert.equal(storage.items.get("eiam-token"), text);
      await session.set(tokens());
      assert.equal(await session.getAccessToken(), "AT0");
      storage.items.set("eiam-token", text);
      await session.clear();
      assert.equal(storage.items.get("eiam-token"), undefined);
      assert.equal(await session.tokens(), undefined);
      session.close();
    });
  }

  test("does not hide what another tab has written meanwhile", async () => {
    const { session, storage, open } = failingSession({}, rotating().fetch);
    const other = open();
    storage.failing.setItem = full;
    await session.set(tokens());
    delete storage.failing.setItem;
    await other.set(tokens({ access: "ATb", refresh: "RTb" }));
    assert.equal((await session.tokens()).refreshToken, "RTb");
    session.close();
    other.close();
  });

  for (const [name, update] of Object.entries({
    throws: () => {
      throw new Error("broken");
    },
    rejects: () => Promise.reject(new Error("broken")),
    // biome-ignore lint/nursery/usePromiseRejectErrors: what is tested
    "rejects with nothing": () => new Promise((_, reject) => reject()),
    "rejects after it has changed the text": async (change) => {
      change(undefined);
      throw new Error("broken");
    },
    "does not call the change": () => undefined,
    "is none": undefined,
  })) {
    test(`because it ${name}: no call that could succeed fails, and nothing is left unhandled`, async () => {
      const reported = [];
      const unhandled = await unhandledDuring(async () => {
        const client = clientOf(rotating().fetch);
        const session = new TokenSession(client, { store: { update }, onError: (error) => void reported.push(error) });
        await session.set(tokens({ age: 3700 }));
        assert.equal(await session.getAccessToken(), "AT1");
        // The news of another tab make this one read.
        const channel = new BroadcastChannel("eiam-token https://as.example/token app_spa");
        channel.postMessage("changed");
        await session.clear();
        channel.close();
        session.close();
      });
      assert.deepEqual(unhandled, []);
      assert.ok(reported.length > 0 && reported.every((error) => error instanceof StorageError));
    });
  }

  test("while the news of another tab are read is reported, and is no unhandled rejection", async () => {
    const reported = [];
    const store = memoryStore();
    const texts = ["{}", "[", '{"tokens":5}'];
    for (const text of texts) {
      const broken = { update: (change) => change(text) };
      const unhandled = await unhandledDuring(async () => {
        const onError = (error) => void reported.push(error);
        const session = new TokenSession(clientOf(rotating().fetch), { store: broken, name: text, onError });
        const channel = new BroadcastChannel(`eiam-token ${text}`);
        channel.postMessage("changed");
        await new Promise((resolve) => setTimeout(resolve, 30));
        channel.close();
        session.close();
      });
      assert.deepEqual(unhandled, []);
    }
    assert.ok(reported.every((error) => error.code === "invalid_argument"));
    assert.equal(await new TokenSession(clientOf(rotating().fetch), { store }).tokens(), undefined);
  });
});

describe("a listener that throws", () => {
  const broken = new Error("of the application");
  const listeners = {
    "at once": () => {
      throw broken;
    },
    later: async () => {
      await Promise.resolve();
      throw broken;
    },
    "as a thenable": () => ({
      // biome-ignore lint/suspicious/noThenProperty: what is tested
      then() {
        throw broken;
      },
    }),
  };
  for (const [name, listener] of Object.entries(listeners)) {
    test(`${name}, does no harm`, async () => {
      const reported = [];
      const heard = [];
      const unhandled = await unhandledDuring(async () => {
        const onError = (error) => void reported.push(error);
        const session = new TokenSession(clientOf(rotating().fetch), { onError });
        const other = new TokenSession(clientOf(rotating().fetch), { onError });
        session.onChange(listener);
        session.onChange((now) => void heard.push(now?.accessToken));
        other.onChange(listener);
        await session.set(tokens({ age: 3700 }));
        assert.equal(await session.getAccessToken(), "AT1");
        await session.clear();
        await new Promise((resolve) => setTimeout(resolve, 30));
        session.close();
        other.close();
      });
      assert.deepEqual(unhandled, []);
      assert.deepEqual(heard, ["AT0", "AT1", undefined]);
      assert.ok(reported.length >= 3);
      for (const error of reported) {
        assert.ok(error instanceof EiamTokenError);
        assert.equal(error.code, "listener_error");
        assert.equal(error.cause, broken);
      }
    });
  }

  test("in the hook itself goes to the console, and nowhere else", async () => {
    const printed = [];
    const { error: print } = console;
    console.error = (...values) => void printed.push(...values);
    try {
      for (const onError of [listeners["at once"], listeners.later, undefined]) {
        const unhandled = await unhandledDuring(async () => {
          const session = new TokenSession(clientOf(rotating().fetch, { onError }));
          session.onChange(listeners["at once"]);
          await session.set(tokens());
          session.close();
        });
        assert.deepEqual(unhandled, []);
      }
    } finally {
      console.error = print;
    }
    assert.equal(printed.filter(({ code }) => code === "listener_error").length, 3);
  });

  test("of a device flow does not end the flow", async () => {
    const reported = [];
    const client = clientOf(async () => tokenResponse(), { onError: (error) => void reported.push(error) });
    const device = client.parseDeviceAuthorization({
      status: 200,
      body: '{"device_code":"DC","user_code":"A","verification_uri":"https://as.example/d","expires_in":60,"interval":0}',
    });
    const unhandled = await unhandledDuring(async () => {
      const flow = client.pollDevice(device, { interval: 0n, onState: listeners["at once"] });
      assert.equal((await flow).accessToken, "AT1");
    });
    assert.deepEqual(unhandled, []);
    assert.ok(reported.length >= 2 && reported.every(({ cause }) => cause === broken));
  });
});

test("a session that was closed can still be used", async () => {
  const session = new TokenSession(clientOf(rotating().fetch));
  session.close();
  await session.set(tokens({ age: 3700 }));
  assert.equal(await session.getAccessToken(), "AT1");
  await session.clear();
  session.close();
});
