import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { after, describe, test } from "node:test";
import { Issuer, exampleConfig } from "eiam-token/issuer";
import { Browser, door, poster } from "./support/issuer-browser.mjs";

const BASE = "http://127.0.0.1:9400";
const WEB = `${BASE}/v2/idaas_example/app_web`;
const PAGES = `${BASE}/login/app/app_web/oauth2`;
const SECRET = "CSwebExampleSecretThatEverybodyKnows1234567890";
const REDIRECT = "http://127.0.0.1:8700/cb";

const example = exampleConfig(BASE);

/** The example, whose web application is told at this URI, and asks for nothing. */
function configFor(backchannelLogoutUri = "https://web.example/logout") {
  const applications = example.applications.map((application) =>
    application.applicationId === "app_web" ? { ...application, backchannelLogoutUri, consent: "skip" } : application,
  );
  return { ...example, signing: "ES256", applications };
}

/** Signs alice in at the web application, in a browser of its own. */
async function signIn(send) {
  const browser = new Browser(send, BASE);
  const query = { client_id: "app_web", response_type: "code", redirect_uri: REDIRECT, scope: "openid" };
  const page = await browser.open(`${PAGES}/authorize?${new URLSearchParams(query)}`);
  const { url } = await browser.submit(page, { username: "alice", password: "alice-password" });
  const tokens = await poster(send)(`${WEB}/oauth2/token`, {
    grant_type: "authorization_code",
    code: new URL(url).searchParams.get("code"),
    redirect_uri: REDIRECT,
    client_id: "app_web",
    client_secret: SECRET,
  });
  const { id_token } = tokens.json;
  const signOut = () => browser.open(`${PAGES}/logout?${new URLSearchParams({ id_token_hint: id_token })}`);
  return { id_token, signOut };
}

/** An issuer in which alice is signed in at the web application, and what signs her out again. */
async function signedIn({ doorName = "handle", uri, waitUntil, ...options } = {}) {
  const issuer = await Issuer.create(configFor(uri), options);
  return { issuer, ...(await signIn(door(issuer, doorName, { waitUntil }))) };
}

// Notices that wait for another attempt do not keep a process alive.
const alive = setInterval(() => {}, 60_000);
after(() => clearInterval(alive));

/** The claims of a JWT, without a look at its signature. */
function payloadOf(jwt) {
  return JSON.parse(Buffer.from(jwt.split(".")[1], "base64url").toString());
}

/** A promise, and what settles it. */
function deferred() {
  let resolve;
  const promise = new Promise((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

for (const doorName of ["handle", "fetch"]) {
  describe(`through ${doorName}`, () => {
    test("the host is told after the reply", async () => {
      const told = deferred();
      const { id_token, signOut } = await signedIn({ doorName, backchannelLogout: { send: told.resolve } });
      assert.equal((await signOut()).status, 200);
      const { applicationId, uri, logoutToken } = await told.promise;
      assert.deepEqual([applicationId, uri], ["app_web", "https://web.example/logout"]);
      const claims = payloadOf(logoutToken);
      assert.deepEqual([claims.sub, claims.aud, claims.sid], ["user_alice", "app_web", payloadOf(id_token).sid]);
      assert.deepEqual(claims.events, { "http://schemas.openid.net/event/backchannel-logout": {} });
    });

    test("waitUntil gets what ends when all are told", async () => {
      const [begun, goOn, kept] = [deferred(), deferred(), deferred()];
      const send = async () => {
        begun.resolve();
        await goOn.promise;
      };
      const { signOut } = await signedIn({ doorName, backchannelLogout: { send }, waitUntil: kept.resolve });
      await signOut();
      await begun.promise;
      let isOver = false;
      const over = kept.promise.then(() => {
        isOver = true;
      });
      await new Promise((resolve) => setImmediate(resolve));
      assert.equal(isOver, false);
      goOn.resolve();
      await over;
    });

    test("neither a host that throws nor one that never answers fails or holds up the reply", async () => {
      const failures = [];
      const failed = deferred();
      const onError = (failure) => {
        failures.push(failure);
        if (failures.length === 2) failed.resolve();
        throw new Error("of the hook");
      };
      const throws = () => {
        throw new Error("of the host");
      };
      const retries = [0, 0];
      const waitUntil = throws;
      const one = await signedIn({ doorName, waitUntil, backchannelLogout: { send: throws, retries, onError } });
      assert.equal((await one.signOut()).status, 200);
      const never = () => new Promise(() => {});
      const other = await signedIn({ doorName, backchannelLogout: { send: never, timeout: 1, retries, onError } });
      assert.equal((await other.signOut()).status, 200);
      await failed.promise;
      const [first, second] = failures.sort((a, b) => a.reason.localeCompare(b.reason));
      const failure = { applicationId: "app_web", uri: "https://web.example/logout", attempts: 3 };
      assert.deepEqual(first, { ...failure, reason: "cannot be reached" });
      assert.deepEqual(second, { ...failure, reason: "did not answer within 1 ms" });
    });
  });
}

test("it is tried again, with the same token, until it works", async () => {
  const tokens = [];
  const done = deferred();
  const send = ({ logoutToken }) => {
    tokens.push(logoutToken);
    if (tokens.length < 3) throw new Error("not yet");
    done.resolve();
  };
  const onError = () => assert.fail("it worked in the end");
  const { signOut } = await signedIn({ backchannelLogout: { send, retries: [0, 0, 0], onError } });
  await signOut();
  await done.promise;
  assert.equal(new Set(tokens).size, 1);
});

test("the end of a user is told as well", async () => {
  for (const end of ["removeUser", "setUser"]) {
    const told = deferred();
    const { issuer } = await signedIn({ backchannelLogout: { send: told.resolve } });
    const [alice] = example.users;
    await issuer[end](end === "setUser" ? { ...alice, disabled: true } : "user_alice");
    assert.equal((await told.promise).applicationId, "app_web");
  }
});

test("a few at a time, and no more than a thousand wait", { timeout: 600_000 }, async () => {
  const [most, last, open] = [deferred(), deferred(), deferred()];
  const begun = new Set();
  const failures = [];
  const send = async ({ logoutToken }) => {
    begun.add(logoutToken);
    if (begun.size === 16) most.resolve();
    if (begun.size === 1000) last.resolve();
    await open.promise;
  };
  const onError = (failure) => failures.push(failure);
  const issuer = await Issuer.create(configFor(), {
    backchannelLogout: { send, timeout: 600_000, onError },
  });
  // Every browser has a session of its own, and the user is removed with all of them.
  for (let index = 0; index < 1003; index += 1) await signIn(door(issuer, "handle"));
  await issuer.removeUser("user_alice");
  await most.promise;
  // The others wait for a place.
  assert.equal(begun.size, 16);
  const dropped = { applicationId: "app_web", uri: "https://web.example/logout", attempts: 0 };
  assert.deepEqual(failures, Array(3).fill({ ...dropped, reason: "has to wait for too many others" }));
  open.resolve();
  await last.promise;
});

describe("section 2.5: the request", () => {
  /** A client that answers with one status after the other, and what it was sent. */
  async function client(statuses) {
    const requests = [];
    const server = createServer(async (request, response) => {
      const status = statuses[Math.min(requests.length, statuses.length - 1)];
      requests.push({ method: request.method, url: request.url, headers: request.headers, body: await text(request) });
      response.writeHead(status, status === 303 ? { location: "/elsewhere" } : {}).end("ignored");
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const uri = `http://127.0.0.1:${server.address().port}/logout?of=web`;
    return { uri, requests, stop: () => server.close() };
  }

  for (const [statuses, attempts, reason] of [
    [[200], 1, undefined],
    [[204], 1, undefined],
    [[500, 429, 408, 204], 4, undefined],
    [[400], 1, "answered with the status 400"],
    [[404], 1, "answered with the status 404"],
    [[503, 400], 2, "answered with the status 400"],
    [[500], 4, "answered with the status 500"],
    [[303], 4, "answered with the status 303"],
  ]) {
    test(`answered by ${statuses}`, async () => {
      const { uri, requests, stop } = await client(statuses);
      try {
        const [failed, over] = [deferred(), deferred()];
        const { signOut } = await signedIn({
          uri,
          waitUntil: (promise) => over.resolve(promise),
          backchannelLogout: { retries: [0, 0, 0], timeout: 600_000, onError: failed.resolve },
        });
        await signOut();
        await over.promise;
        assert.equal(requests.length, attempts);
        for (const { method, url, headers, body } of requests) {
          assert.deepEqual([method, url], ["POST", "/logout?of=web"]);
          assert.equal(headers["content-type"], "application/x-www-form-urlencoded");
          const [pair, ...more] = new URLSearchParams(body);
          assert.deepEqual([pair[0], more], ["logout_token", []]);
          assert.equal(payloadOf(pair[1]).aud, "app_web");
        }
        if (reason) assert.deepEqual(await failed.promise, { applicationId: "app_web", uri, attempts, reason });
      } finally {
        stop();
      }
    });
  }
});

test("options that make no sense", async () => {
  for (const backchannelLogout of [
    { send: "https://web.example" },
    { onError: 1 },
    { timeout: -1 },
    { timeout: "5" },
    { retries: 3 },
    { retries: [Number.NaN] },
    { retries: [2 ** 31] },
  ]) {
    await assert.rejects(Issuer.create(configFor(), { backchannelLogout }), { code: "invalid_argument" });
  }
});
