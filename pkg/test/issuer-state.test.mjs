import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { exampleConfig, Issuer, IssuerSnapshotError, IssuerStorageError } from "eiam-token/issuer";
import { door, poster } from "./support/issuer-browser.mjs";

const BASE = "http://127.0.0.1:9400";
const WEB = `${BASE}/v2/idaas_example/app_web`;

const config = exampleConfig(BASE);
const [secret] = config.applications.find(
  ({ applicationId }) => applicationId === "app_web",
).clientSecrets;
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

const publishedKeys = async (issuer) =>
  (await door(issuer, "handle")("GET", `${WEB}/oidc/jwks`, {})).text;

/** A storage in memory that structured clones go through, as they do in IndexedDB. */
function memory() {
  return {
    state: undefined,
    saves: 0,
    async load() {
      return this.state;
    },
    async save(state) {
      this.saves += 1;
      this.state = structuredClone(state);
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
    assert.equal(
      (await door(after, "handle")("GET", `${WEB}/oauth2/userinfo`, { authorization })).status,
      200,
    );
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
    for (const bytes of [
      new Uint8Array(),
      snapshot.subarray(0, -1),
      snapshot.map((byte) => byte ^ 1),
    ]) {
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
    assert.equal(storage.saves, 1);
    assert.equal(storage.state.key, undefined);
    const issued = await tokens(before);
    assert.equal(storage.state.key.privateKey.extractable, false);
    const after = await Issuer.create(config, { storage });
    assert.equal(await publishedKeys(after), await publishedKeys(before));
    assert.equal((await refresh(after, issued)).status, 200);
  });

  test("is not bothered by requests that change nothing", async () => {
    const storage = memory();
    const issuer = await Issuer.create(config, { storage });
    // The first that asks for a key makes it.
    await publishedKeys(issuer);
    const { saves } = storage;
    for (let i = 0; i < 5; i++) await publishedKeys(issuer);
    assert.equal(storage.saves, saves);
    await tokens(issuer);
    assert.equal(storage.saves, saves + 1);
    await publishedKeys(issuer);
    assert.equal(storage.saves, saves + 1);
  });

  test("has the state before the reply is given", async () => {
    const storage = memory();
    const issuer = await Issuer.create(config, { storage });
    // Making a key takes its time.
    await publishedKeys(issuer);
    const save = storage.save;
    let release;
    storage.save = (state) =>
      new Promise((resolve) => (release = resolve)).then(() => save.call(storage, state));
    let given = false;
    const reply = tokens(issuer).then(() => (given = true));
    // Long enough for every other step.
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.ok(release, "nothing was saved");
    assert.equal(given, false);
    release();
    assert.equal(await reply, true);
  });

  test("is given one state at a time, and one for all that wait", async () => {
    const storage = memory();
    const issuer = await Issuer.create(config, { storage });
    let underway = 0;
    let saves = 0;
    const save = storage.save;
    storage.save = async (state) => {
      underway += 1;
      saves += 1;
      assert.equal(underway, 1, "two saves at a time");
      await new Promise((resolve) => setTimeout(resolve, 20));
      await save.call(storage, state);
      underway -= 1;
    };
    const issued = await Promise.all(Array.from({ length: 20 }, () => tokens(issuer)));
    assert.ok(saves <= 3, `${saves} saves for 20 requests at a time`);
    const after = await Issuer.create(config, { storage });
    for (const set of issued) assert.equal((await refresh(after, set)).status, 200);
  });

  test("that cannot save keeps the reply back, and is tried again by the next request", async () => {
    const storage = memory();
    const issuer = await Issuer.create(config, { storage });
    const { save } = storage;
    const cause = new Error("disk full");
    storage.save = () => Promise.reject(cause);
    await assert.rejects(tokens(issuer), (error) => {
      assert.ok(error instanceof IssuerStorageError, error.stack);
      assert.deepEqual([error.code, error.cause], ["storage_error", cause]);
      return true;
    });
    await assert.rejects(publishedKeys(issuer), IssuerStorageError);
    storage.save = save;
    const { saves } = storage;
    await publishedKeys(issuer);
    assert.equal(storage.saves, saves + 1);
    await publishedKeys(issuer);
    assert.equal(storage.saves, saves + 1);
  });

  test("that cannot load stops the start", async () => {
    const storage = { ...memory(), load: () => Promise.reject(new Error("locked")) };
    await assert.rejects(Issuer.create(config, { storage }), { code: "storage_error" });
  });
});

describe("users and applications that change", () => {
  const ask = (issuer, username, password) =>
    posting(issuer)(`${WEB}/oauth2/token`, { ...signIn, username, password });
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
    const { saves } = storage;
    assert.equal(await issuer.removeUser("user_carol"), false);
    assert.equal(storage.saves, saves);
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
