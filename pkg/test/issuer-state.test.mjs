import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Issuer, IssuerSnapshotError, IssuerStorageError, exampleConfig } from "eiam-token/issuer";
import { door, poster } from "./support/issuer-browser.mjs";

const BASE = "http://127.0.0.1:9400";
const WEB = `${BASE}/v2/idaas_example/app_web`;

const config = exampleConfig(BASE);
const [secret] = config.applications.find(({ applicationId }) => applicationId === "app_web").clientSecrets;
const web = { client_id: "app_web", client_secret: secret };
const [alice] = config.users;

const signIn = {
  grant_type: "password",
  username: "alice",
  password: alice.password,
  scope: "openid",
  ...web,
};

const posting = (issuer) => poster(door(issuer, "handle"));

const tokens = async (issuer) => {
  const { status, json, text } = await posting(issuer)(`${WEB}/oauth2/token`, signIn);
  assert.equal(status, 200, text);
  return json;
};

const refresh = (issuer, { refresh_token }) =>
  posting(issuer)(`${WEB}/oauth2/token`, { grant_type: "refresh_token", refresh_token, ...web });

const publishedKeys = async (issuer) => (await door(issuer, "handle")("GET", `${WEB}/oidc/jwks`, {})).text;

/** A storage in memory that structured clones go through, as they do in IndexedDB. */
function memory({ clones = true } = {}) {
  return {
    structuredClone: clones,
    records: new Map(),
    writes: [],
    async load() {
      return Array.from(this.records, ([key, value]) => ({ key, value: structuredClone(value) }));
    },
    async write(changes) {
      this.writes.push(changes);
      for (const { key, value } of changes) {
        if (!clones) assert.ok(value === undefined || value instanceof Uint8Array, key);
        if (value) this.records.set(key, structuredClone(value));
        else this.records.delete(key);
      }
    },
  };
}

describe("a snapshot", () => {
  test("goes on where the issuer was, with its key", async () => {
    const before = await Issuer.create(config);
    const issued = await tokens(before);
    const after = await Issuer.restore(config, before.snapshot(), { key: before.key });
    assert.equal(await publishedKeys(after), await publishedKeys(before));
    assert.equal((await refresh(after, issued)).status, 200);
    const authorization = `Bearer ${issued.access_token}`;
    assert.equal((await door(after, "handle")("GET", `${WEB}/oauth2/userinfo`, { authorization })).status, 200);
    // Another issuer has another key and has never seen these tokens.
    assert.equal((await refresh(await Issuer.create(config), issued)).json.error, "invalid_grant");
  });

  test("remembers what was used up", async () => {
    const before = await Issuer.create(config);
    const issued = await tokens(before);
    assert.equal((await refresh(before, issued)).status, 200);
    const after = await Issuer.restore(config, before.snapshot());
    assert.equal((await refresh(after, issued)).json.error, "invalid_grant");
  });

  test("is refused if it is none", async () => {
    const snapshot = (await Issuer.create(config)).snapshot();
    for (const bytes of [new Uint8Array(), snapshot.subarray(0, -1), snapshot.map((byte) => byte ^ 1)]) {
      await assert.rejects(Issuer.restore(config, bytes), (error) => {
        assert.ok(error instanceof IssuerSnapshotError, error.stack);
        return error.code === "invalid_snapshot";
      });
    }
  });

  test("is refused with a configuration that is", async () => {
    const snapshot = (await Issuer.create(config)).snapshot();
    const restored = Issuer.restore({ ...config, baseUrl: "" }, snapshot);
    await assert.rejects(restored, { code: "invalid_config", path: "baseUrl" });
  });
});

describe("a storage", () => {
  test("lets the next issuer go on, with the same key", async () => {
    const storage = memory();
    const before = await Issuer.create(config, { storage });
    assert.equal(storage.writes.length, 1);
    assert.equal(storage.records.get("signing"), undefined);
    const issued = await tokens(before);
    assert.equal(storage.records.get("signing").privateKey.extractable, false);
    const after = await Issuer.create(config, { storage });
    assert.equal(await publishedKeys(after), await publishedKeys(before));
    assert.equal((await refresh(after, issued)).status, 200);
  });

  test("is not bothered by requests that change nothing", async () => {
    const storage = memory();
    const issuer = await Issuer.create(config, { storage });
    // The first that asks for a key makes it.
    await publishedKeys(issuer);
    const saves = storage.writes.length;
    for (let i = 0; i < 5; i++) await publishedKeys(issuer);
    assert.equal(storage.writes.length, saves);
    await tokens(issuer);
    assert.equal(storage.writes.length, saves + 1);
    await publishedKeys(issuer);
    assert.equal(storage.writes.length, saves + 1);
  });

  test("has the state before the reply is given", async () => {
    const storage = memory();
    const issuer = await Issuer.create(config, { storage });
    // Making a key takes its time.
    await publishedKeys(issuer);
    const { write } = storage;
    let release;
    storage.write = (changes) => new Promise((resolve) => (release = resolve)).then(() => write.call(storage, changes));
    let given = false;
    const reply = tokens(issuer).then(() => (given = true));
    while (!release) await new Promise((resolve) => setTimeout(resolve, 5));
    // Time for what does not wait; however little of it there is, nothing true fails.
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(given, false);
    release();
    assert.equal(await reply, true);
  });

  test("is given one state at a time, and one for all that wait", async () => {
    const storage = memory();
    const issuer = await Issuer.create(config, { storage });
    await publishedKeys(issuer);
    let underway = 0;
    let saves = 0;
    let asked = 0;
    const { write } = storage;
    storage.write = async (changes) => {
      underway += 1;
      saves += 1;
      assert.equal(underway, 1, "two saves at a time");
      // The first one takes until all have asked.
      while (asked < 20) await new Promise((resolve) => setTimeout(resolve, 5));
      await write.call(storage, changes);
      underway -= 1;
    };
    const ask = () => {
      const answer = tokens(issuer);
      asked += 1;
      return answer;
    };
    const issued = await Promise.all(Array.from({ length: 20 }, ask));
    assert.ok(saves <= 2, `${saves} saves for 20 requests at a time`);
    const after = await Issuer.create(config, { storage });
    for (const set of issued) assert.equal((await refresh(after, set)).status, 200);
  });

  test("that cannot save keeps the reply back, and is tried again by the next request", async () => {
    const storage = memory();
    const issuer = await Issuer.create(config, { storage });
    const { write } = storage;
    const cause = new Error("disk full");
    storage.write = () => Promise.reject(cause);
    await assert.rejects(tokens(issuer), (error) => {
      assert.ok(error instanceof IssuerStorageError, error.stack);
      assert.deepEqual([error.code, error.cause], ["storage_error", cause]);
      return true;
    });
    await assert.rejects(publishedKeys(issuer), IssuerStorageError);
    storage.write = write;
    const saves = storage.writes.length;
    await publishedKeys(issuer);
    assert.equal(storage.writes.length, saves + 1);
    await publishedKeys(issuer);
    assert.equal(storage.writes.length, saves + 1);
  });

  test("is told of what a request changed, and of nothing else", async () => {
    const storage = memory();
    const issuer = await Issuer.create(config, { storage });
    const [first] = await Promise.all(Array.from({ length: 50 }, () => tokens(issuer)));
    const count = storage.writes.length;
    await refresh(issuer, first);
    const writes = storage.writes.slice(count);
    assert.equal(writes.length, 1);
    assert.equal(writes[0].length, 1);
    const [{ key, value, expires }] = writes[0];
    assert.match(key, /^g[0-9a-f]{32}$/);
    assert.ok(value.length < 100, `${value.length} bytes`);
    assert.equal(typeof expires, "bigint");
  });

  test("is told again of what it could not write", async () => {
    const storage = memory();
    const issuer = await Issuer.create(config, { storage });
    await publishedKeys(issuer);
    const issued = await tokens(issuer);
    const { write } = storage;
    storage.write = () => Promise.reject(new Error("disk full"));
    await assert.rejects(tokens(issuer), IssuerStorageError);
    await assert.rejects(refresh(issuer, issued), IssuerStorageError);
    storage.write = write;
    await publishedKeys(issuer);
    assert.equal(storage.writes.at(-1).length, 2);
    const after = await Issuer.create(config, { storage });
    assert.equal((await refresh(after, issued)).json.error, "invalid_grant");
  });

  test("of bytes alone keeps the private key as a JWK", async () => {
    const storage = memory({ clones: false });
    const before = await Issuer.create(config, { storage });
    const issued = await tokens(before);
    const jwk = JSON.parse(new TextDecoder().decode(storage.records.get("signing")));
    assert.equal(jwk.kty, "RSA");
    const after = await Issuer.create(config, { storage });
    const writes = storage.writes.length;
    assert.equal(await publishedKeys(after), await publishedKeys(before));
    assert.equal(storage.writes.length, writes);
    assert.equal((await refresh(after, issued)).status, 200);
    await after.rotateKey();
    const rotated = JSON.parse(new TextDecoder().decode(storage.records.get("signing")));
    assert.notEqual(rotated.n, jwk.n);
    const last = await Issuer.create(config, { storage });
    assert.equal(await publishedKeys(last), await publishedKeys(after));
  });

  test("of bytes alone forgets its key for one that cannot be exported", async () => {
    const storage = memory({ clones: false });
    await tokens(await Issuer.create(config, { storage }));
    const { key } = await Issuer.create(config).then(async (issuer) => {
      await publishedKeys(issuer);
      return issuer;
    });
    const given = await Issuer.create(config, { storage, key });
    await tokens(given);
    assert.equal(storage.records.has("signing"), false);
    const after = await Issuer.create(config, { storage, key });
    assert.equal(await publishedKeys(after), await publishedKeys(given));
  });

  test("with damage stops the start, and no error shows a secret", async () => {
    const storage = memory({ clones: false });
    await tokens(await Issuer.create(config, { storage }));
    for (const [key, value] of storage.records) {
      for (const damaged of [value.subarray(0, -1), new Uint8Array()]) {
        const records = new Map(storage.records).set(key, damaged);
        await assert.rejects(Issuer.create(config, { storage: { ...storage, records } }), (error) => {
          assert.equal(error.code, "invalid_snapshot", key);
          assert.equal(error.cause, undefined);
          assert.match(error.message, key === "signing" ? /signing key/ : /version|record/);
          return true;
        });
      }
    }
  });

  test("takes a snapshot in place of what it had", async () => {
    const other = await Issuer.create(config);
    const issued = await tokens(other);
    const storage = memory();
    const before = await Issuer.create(config, { storage });
    const old = await tokens(before);
    const { key } = other;
    const restored = await Issuer.restore(config, other.snapshot(), { storage, key });
    assert.deepEqual(restored.snapshot(), other.snapshot());
    const after = await Issuer.create(config, { storage });
    assert.deepEqual(after.snapshot(), other.snapshot());
    assert.equal(await publishedKeys(after), await publishedKeys(other));
    assert.equal((await refresh(after, old)).status, 400);
    assert.equal((await refresh(after, issued)).status, 200);
  });

  test("is swept, and says when next", async () => {
    const storage = memory();
    let now = 1_700_000_000;
    const issuer = await Issuer.create(config, { storage, clock: () => now });
    await tokens(issuer);
    const grants = () => [...storage.records.keys()].filter((key) => key.startsWith("g"));
    const next = await issuer.sweep();
    assert.equal(grants().length, 1);
    now = Number(next);
    assert.equal(await issuer.sweep(), undefined);
    assert.equal(grants().length, 0);
  });

  test("that cannot load stops the start", async () => {
    const storage = { ...memory(), load: () => Promise.reject(new Error("locked")) };
    await assert.rejects(Issuer.create(config, { storage }), { code: "storage_error" });
  });
});

describe("issuers that share a sealing key", () => {
  const sealingKey = new Uint8Array(32).fill(7);

  test("open one another's tokens and find their application", async () => {
    const clock = () => 1_700_000_000;
    const one = await Issuer.create(config, { sealingKey, clock });
    const other = await Issuer.create(config, { sealingKey, clock });
    const { access_token } = await tokens(one);
    const info = other.inspectAccessToken(access_token);
    assert.deepEqual(info, one.inspectAccessToken(access_token));
    assert.deepEqual(info, {
      issuer: `${config.baseUrl}/v2/${config.instanceId}/app_web/oidc`,
      clientId: "app_web",
      subject: "user_alice",
      scope: info.scope,
      audience: [`${config.baseUrl}/v2/${config.instanceId}/app_web/oidc`],
      issuedAt: 1_700_000_000n,
      expiresAt: 1_700_001_200n,
      jkt: undefined,
      authorizationDetails: [],
    });
    assert.match(info.scope, /openid/);
    const headers = { authorization: `Bearer ${access_token}` };
    const url = "/api/v2/iauths_system/oauth2/userinfo";
    assert.equal(other.applicationOf({ method: "GET", url, headers }), "app_web");
    assert.equal(other.applicationOf({ method: "GET", url }), undefined);
    // What is sealed goes before the client that a request names.
    assert.deepEqual(other.locate({ method: "GET", url: `${url}?client_id=x`, headers }), {
      endpoint: "userinfo",
      instance: true,
      applicationId: "app_web",
      userCode: undefined,
      stateless: false,
    });
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const page = { method: "POST", url: "/login/app/common/oauth2/device", headers: form };
    const { userCode, applicationId } = other.locate({ ...page, body: "user_code=wdjb+mjht" });
    assert.deepEqual([userCode, applicationId], ["WDJB-MJHT", undefined]);
    const nowhere = other.locate({ method: "POST", url: "/none" });
    assert.deepEqual([nowhere.endpoint, nowhere.stateless], [undefined, true]);
    const stranger = await Issuer.create(config, { clock });
    assert.equal(stranger.inspectAccessToken(access_token), undefined);
    assert.equal(stranger.applicationOf({ method: "GET", url, headers }), undefined);
  });

  test("is refused with another length, and a cookie suffix with other characters", async () => {
    const short = Issuer.create(config, { sealingKey: sealingKey.subarray(1) });
    await assert.rejects(short, { code: "invalid_argument", message: /sealing key must have 32/ });
    await assert.rejects(Issuer.create(config, { cookieSuffix: ";" }), { path: "cookieSuffix" });
    const issuer = await Issuer.create(config, { cookieSuffix: ".b" });
    const page = await issuer.handle({ method: "GET", url: "/login/app/app_device/oauth2/device" });
    assert.match(page.headers.find(([name]) => name === "set-cookie")[1], /^eiam_browser\.b=BR/);
  });
});

describe("users and applications that change", () => {
  const ask = (issuer, username, password) => posting(issuer)(`${WEB}/oauth2/token`, { ...signIn, username, password });
  const carol = { userId: "user_carol", username: "carol", password: "carol-password" };

  test("a user comes, is disabled, comes back and goes; the storage knows each time", async () => {
    const storage = memory();
    const issuer = await Issuer.create(config, { storage });
    const restarted = () => Issuer.create(config, { storage });
    await issuer.setUser(carol);
    const issued = (await ask(await restarted(), "carol", carol.password)).json;
    await issuer.setUser({ ...carol, disabled: true });
    assert.equal((await ask(issuer, "carol", carol.password)).json.error, "invalid_grant");
    assert.equal((await refresh(await restarted(), issued)).json.error, "invalid_grant");
    await issuer.setUser(carol);
    assert.equal((await ask(issuer, "carol", carol.password)).status, 200);
    assert.equal(await issuer.removeUser("user_carol"), true);
    const saves = storage.writes.length;
    assert.equal(await issuer.removeUser("user_carol"), false);
    assert.equal(storage.writes.length, saves);
    assert.equal((await ask(await restarted(), "carol", carol.password)).status, 400);
  });

  test("an application comes and goes", async () => {
    const issuer = await Issuer.create(config);
    const application = {
      applicationId: "app_new",
      clientSecrets: ["CSnew"],
      grants: ["client_credentials"],
      scopes: ["api://new|read"],
      lifetimes: { accessToken: 2n ** 62n },
    };
    const url = `${BASE}/v2/idaas_example/app_new/oauth2/token`;
    const form = { grant_type: "client_credentials", client_secret: "CSnew" };
    assert.equal((await posting(issuer)(url, form)).status, 404);
    await issuer.setApplication(application);
    const { text } = await posting(issuer)(url, form);
    assert.match(text, /"expires_in":4611686018427387904,/);
    await issuer.setApplication({ ...application, disabled: true });
    assert.equal((await posting(issuer)(url, form)).json.error, "application_disabled");
    assert.equal(await issuer.removeApplication("app_new"), true);
    assert.equal((await posting(issuer)(url, form)).status, 404);
  });

  test("what makes no sense is refused with its path", async () => {
    const issuer = await Issuer.create(config);
    for (const [change, path] of [
      [() => issuer.setUser({ ...carol, username: "alice" }), "user.username"],
      [() => issuer.setUser({ ...carol, password: 7 }), "user.password"],
      [() => issuer.setUser({ ...carol, nickname: "c" }), "user.nickname"],
      [() => issuer.setUser("carol"), "user"],
      [() => issuer.setApplication({ applicationId: "app_new" }), "application.clientSecrets"],
    ]) {
      await assert.rejects(change(), { code: "invalid_config", path });
    }
  });
});
