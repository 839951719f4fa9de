// When a session refreshes, and what it makes of a refusal.
import assert from "node:assert/strict";
import { describe, mock, test } from "node:test";
import {
  Client,
  InvalidArgumentError,
  NotSupportedError,
  SessionError,
  TokenSession,
  deserializeTokens,
  memoryStore,
} from "eiam-token";
import { json } from "./support/mock-fetch.mjs";
import { clientOf, tokenResponse, tokens } from "./support/refreshing.mjs";

/** Runs with a clock that the test sets. */
async function withClock(body) {
  mock.timers.enable({ apis: ["Date"], now: Date.now() });
  const { now: steady } = performance;
  const started = Date.now();
  // The session's clock is the later of two.
  performance.now = () => Date.now() - started;
  try {
    await body((seconds) => mock.timers.setTime(Date.now() + seconds * 1000));
  } finally {
    performance.now = steady;
    mock.timers.reset();
  }
}

/** How often tokens of this lifetime are refreshed if somebody asks every second for so many seconds. */
async function refreshesIn(seconds, lifetime, options = {}, members = () => ({ expires_in: lifetime })) {
  let asked = 0;
  await withClock(async (pass) => {
    const fetch = async () => tokenResponse({ access_token: `AT${++asked}`, expires_in: undefined, ...members() });
    const session = new TokenSession(clientOf(fetch), options);
    await session.set(tokens({ lifetime }));
    for (let i = 0; i < seconds; i++) {
      pass(1);
      await session.getAccessToken();
    }
    session.close();
  });
  return asked;
}

describe("refreshEarly", () => {
  test("is capped by a share of the lifetime", async () => {
    for (const [lifetime, options, least, most] of [
      [60, {}, 10, 12],
      [30, {}, 20, 24],
      [10, {}, 60, 75],
      [60, { refreshEarly: 3600 }, 10, 12],
      [60, { refreshEarly: 0 }, 9, 10],
      [300, {}, 2, 2],
    ]) {
      const refreshes = await refreshesIn(600, lifetime, options);
      assert.ok(refreshes >= least && refreshes <= most, `${lifetime} s: ${refreshes} refreshes`);
    }
  });

  test("is what it says for tokens that live long enough", async () => {
    for (const [age, expected] of [
      [3530, "AT0"],
      [3545, "AT1"],
    ]) {
      const session = new TokenSession(clientOf(async () => tokenResponse()));
      await session.set(tokens({ age }));
      assert.equal(await session.getAccessToken(), expected);
      session.close();
    }
  });

  test("knows the lifetime of tokens that have only expires_at", async () => {
    const expiresAt = () => ({ expires_at: Math.floor(Date.now() / 1000) + 60 });
    const refreshes = await refreshesIn(600, 60, {}, expiresAt);
    assert.ok(refreshes >= 10 && refreshes <= 12, String(refreshes));
  });

  test("does not make unusable what cannot be refreshed", async () => {
    const session = new TokenSession(clientOf(async () => tokenResponse()));
    await session.set(tokens({ age: 3590, refresh: "" }));
    assert.equal(await session.getAccessToken(), "AT0");
    session.close();
  });

  test("and timeout are numbers", () => {
    for (const options of [{ refreshEarly: "soon" }, { refreshEarly: -1 }, { timeout: Number.NaN }]) {
      assert.throws(() => new TokenSession(clientOf(fetch), options), InvalidArgumentError);
    }
  });
});

/** Asks again and again, as time passes, until something else than `try_later` is the outcome. */
async function outcomeOf(answer, { tries = 20 } = {}) {
  const outcome = { codes: [], cause: undefined, kept: undefined, asked: 0 };
  await withClock(async (pass) => {
    const fetch = async () => {
      outcome.asked++;
      return answer();
    };
    const session = new TokenSession(clientOf(fetch));
    await session.set(tokens({ age: 3700 }));
    for (let i = 0; i < tries; i++) {
      const error = await session.getAccessToken().then(
        () => undefined,
        (error) => error,
      );
      outcome.codes.push(error?.code);
      outcome.cause = error?.cause;
      if (error?.code !== "try_later") break;
      assert.ok(error instanceof SessionError);
      pass(100);
    }
    outcome.kept = (await session.tokens())?.refreshToken;
    session.close();
  });
  return outcome;
}

const oauth =
  (error, status = 400) =>
  () =>
    json(JSON.stringify({ error }), { status });

describe("a dead refresh token", () => {
  for (const [error, status] of [
    ["invalid_grant"],
    ["invalid_grant", 401],
    ["invalid_grant", 200],
    ["bad_refresh_token", 200],
    ["token_expired"],
    ["token_revoked", 200],
    ["expired_token"],
    ["invalid_token", 401],
    ["invalid_refresh_token"],
    ["refresh_token_expired"],
    ["refresh_token_reused"],
    ["token_inactive"],
    ["token_not_found", 404],
    ["session_expired"],
    ["login_required"],
    ["interaction_required"],
    ["consent_required"],
    ["account_selection_required"],
    ["InvalidGrant"],
    ["TokenExpired", 401],
  ]) {
    test(`is login_required at once, as ${error} with status ${status ?? 400}`, async () => {
      const outcome = await outcomeOf(oauth(error, status));
      assert.deepEqual(outcome.codes, ["login_required"]);
      assert.equal(outcome.kept, undefined);
      assert.equal(outcome.cause.error, error);
    });
  }

  for (const [name, answer] of Object.entries({
    "an empty 400": () => json("", { status: 400 }),
    "an empty 401": () => json("", { status: 401 }),
    "a page with status 400": () => json("<html>", { status: 400 }),
    "a message that is no OAuth error": () => json('{"status":400,"message":"Invalid refresh token"}', { status: 400 }),
    "a list of errors": () => json('{"errors":[{"code":"invalid"}]}', { status: 401 }),
    "an object as error": () => json('{"error":{"code":190,"type":"OAuthException"}}', { status: 400 }),
    "a 403": () => json("no", { status: 403 }),
    "a 404": () => json("no", { status: 404 }),
    "an unknown error": oauth("invalid_request"),
    access_denied: oauth("access_denied", 403),
    "an unknown error with status 200": oauth("nope", 200),
  })) {
    test(`is login_required after a grace of tries, as ${name}`, async () => {
      const outcome = await outcomeOf(answer);
      assert.deepEqual(outcome.codes, ["try_later", "try_later", "login_required"]);
      assert.equal(outcome.asked, 3);
      assert.equal(outcome.kept, undefined);
    });
  }

  test("the grace is not used up by callers who ask at the same time, or at once again", async () => {
    let asked = 0;
    const fetch = async () => {
      asked++;
      return json("", { status: 400 });
    };
    const store = memoryStore();
    const sessions = [1, 2, 3].map(() => new TokenSession(clientOf(fetch), { store }));
    await sessions[0].set(tokens({ age: 3700 }));
    for (const session of [...sessions, ...sessions])
      await assert.rejects(session.getAccessToken(), { code: "try_later" });
    assert.equal(asked, 1);
    for (const session of sessions) session.close();
  });

  test("the grace begins anew after a success", async () => {
    const answers = [400, 400, 200, 400, 400, 200].map(
      (status, i) => () =>
        status === 200 ? tokenResponse({ access_token: `AT${i}`, expires_in: 50 }) : json("", { status }),
    );
    await withClock(async (pass) => {
      const session = new TokenSession(clientOf(async () => answers.shift()()));
      await session.set(tokens({ age: 3700 }));
      for (const expected of ["try_later", "try_later", "AT2", "try_later", "try_later", "AT5"]) {
        const result = await session.getAccessToken().catch(({ code }) => code);
        assert.equal(result, expected);
        pass(100);
      }
      session.close();
    });
  });

  test("a client that the server refuses is login_required in the end, and its users' tokens are kept", async () => {
    let error = "invalid_client";
    await withClock(async (pass) => {
      const session = new TokenSession(clientOf(async () => (error ? oauth(error, 401)() : tokenResponse())));
      await session.set(tokens({ age: 3700 }));
      for (const code of ["try_later", "try_later", "login_required", "login_required"]) {
        await assert.rejects(session.getAccessToken(), { code });
        await assert.rejects(session.getAccessToken(), { code });
        pass(100);
      }
      error = undefined;
      assert.equal(await session.getAccessToken(), "AT1");
      session.close();
    });
  });
});

describe("what passes is try_later, for as long as it lasts", () => {
  for (const [name, answer] of Object.entries({
    "no network": () => {
      throw new TypeError("fetch failed");
    },
    "a 429": () => json("", { status: 429 }),
    "a 429 with an OAuth error": oauth("invalid_request", 429),
    "a 500": () => json("<html>", { status: 500 }),
    "a 502": () => json("", { status: 502 }),
    "a 503": oauth("temporarily_unavailable", 503),
    "a 599": () => json("", { status: 599 }),
    "temporarily_unavailable with status 400": oauth("temporarily_unavailable", 400),
    "throttling by the gateway": () => json('{"Code":"Throttling.Api","Message":"later"}', { status: 400 }),
    "a redirect": () => new Response(null, { status: 302, headers: { location: "https://portal.example/" } }),
    "the page of a portal": () => new Response("<html>sign in to the wifi", { status: 200 }),
  })) {
    test(name, async () => {
      const outcome = await outcomeOf(answer);
      assert.deepEqual(new Set(outcome.codes), new Set(["try_later"]));
      assert.equal(outcome.kept, "RT0");
      assert.equal(outcome.asked, 20);
      assert.ok(outcome.cause);
    });
  }

  test("the server's keys cannot be had, whatever the status says", async () => {
    const sent = [];
    const fetch = async (url) => {
      sent.push(url);
      return url.endsWith("/keys") ? json('{"error":"invalid_grant"}', { status: 400 }) : tokenResponse();
    };
    const server = {
      issuer: "https://as.example",
      tokenEndpoint: "https://as.example/token",
      jwksUri: "https://as.example/keys",
    };
    const session = new TokenSession(clientOf(fetch, { server }));
    const stored = { ...JSON.parse(tokens({ age: 3700 }).serialize()), claims: { sub: "user_a" } };
    await session.set(deserializeTokens(JSON.stringify(stored)));
    // The answer has no id_token, for which alone the keys were needed.
    await session.getAccessToken();
    assert.deepEqual(sent, ["https://as.example/keys", "https://as.example/token"]);
    assert.equal((await session.tokens()).claims.sub, "user_a");
    session.close();
  });

  test("names of dead tokens beside the status of a server in trouble, and of other things", async () => {
    for (const [name, status] of [
      ["token_service_expired", 503],
      ["token_store_not_found", 500],
      ["Throttling.Token.Expired", 429],
      ["token_rate_limit_used", 429],
      ["interaction_required", 502],
    ]) {
      const outcome = await outcomeOf(oauth(name, status));
      assert.deepEqual([new Set(outcome.codes), outcome.kept], [new Set(["try_later"]), "RT0"], name);
    }
  });
});

test("a refresh that cannot be sent is neither: the error says what to change", async () => {
  const session = new TokenSession(new Client({ server: { issuer: "https://as.example" }, clientId: "c" }));
  await session.set(tokens({ age: 3700 }));
  await assert.rejects(session.getAccessToken(), NotSupportedError);
  assert.equal((await session.tokens()).refreshToken, "RT0");
  session.close();
});
