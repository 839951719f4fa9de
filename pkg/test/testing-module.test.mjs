// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { startedModule } from "./support/testing-module.mjs";

const TOKEN = "a-token-of-control-that-everybody-knows";

test("a control request steers the issuer, and a fork goes on by itself", async () => {
  const issuer = await startedModule({ controlToken: TOKEN });
  const clock = await issuer.control("POST", "clock", { freeze: 1_700_000_000 });
  assert.deepEqual(clock, { status: 200, body: { now: 1_700_000_000, frozen: true } });
  const { body: tokens } = await issuer.control("POST", "tokens", {
    user: "alice",
    client: "app_web",
    scope: "openid",
  });
  assert.equal(tokens.id_token.split(".").length, 3);

  const fork = issuer.fork();
  const again = { user: "alice", client: "app_web", scope: "openid" };
  const [first, second] = [await issuer.control("POST", "tokens", again), await fork.control("POST", "tokens", again)];
  assert.deepEqual(first.body.access_token, second.body.access_token, "they have the same random numbers");
  assert.equal((await fork.control("DELETE", "users/user_bob")).status, 204);
  assert.equal((await fork.control("GET", "users/user_bob")).status, 404);
  assert.equal((await issuer.control("GET", "users/user_bob")).status, 200);

  fork.reset();
  assert.equal((await fork.control("GET", "users/user_bob")).status, 200);
  assert.deepEqual((await fork.control("GET", "clock")).body, clock.body, "it began as it was forked");
  issuer.reset();
  assert.equal((await issuer.control("GET", "clock")).body.frozen, false);
});

test("without a token of control there is nothing to control", async () => {
  const issuer = await startedModule({});
  assert.equal((await issuer.control("GET", "clock")).status, 404);
  const hidden = await startedModule({ controlToken: TOKEN });
  assert.equal((await hidden.control("GET", "clock", undefined, "wrong-token-wrong-token")).status, 404);
  const exposed = await startedModule({ controlToken: TOKEN, controlExposed: true });
  assert.equal((await exposed.control("GET", "clock", undefined, "wrong-token-wrong-token")).status, 401);
  await assert.rejects(startedModule({ controlToken: "short" }), { code: "invalid_config", path: "controlToken" });
});

test("what the host does to a response is told beside it", async () => {
  const issuer = await startedModule({ controlToken: TOKEN });
  assert.deepEqual((await issuer.send("GET", "/")).transport, []);
  await issuer.control("POST", "faults", { endpoint: "jwks", delay: 5, truncate: 3 });
  const path = "/v2/idaas_example/app_web/oidc/jwks";
  const { transport } = await issuer.send("GET", path);
  const faults = transport.filter((/** @type {unknown} */ _, /** @type {number} */ place) => place % 2 === 0);
  assert.deepEqual(faults.toSorted(), ["delay", "truncate"]);
  assert.deepEqual((await issuer.send("GET", path)).transport, []);

  await issuer.control("POST", "faults", { endpoint: "jwks", drop: true });
  const response = await issuer.fetch(path);
  assert.deepEqual(/** @type {any} */ (response).transport, ["drop", 0]);
});

test("a key that was replaced signs again after a reset", async () => {
  const issuer = await startedModule({ controlToken: TOKEN });
  const wanted = { user: "alice", client: "app_web", scope: "openid" };
  const keyOf = (/** @type {any} */ { body }) => JSON.parse(atob(body.id_token.split(".")[0])).kid;
  const first = keyOf(await issuer.control("POST", "tokens", wanted));
  await issuer.rotate();
  assert.notEqual(keyOf(await issuer.control("POST", "tokens", wanted)), first);
  issuer.reset();
  assert.equal(keyOf(await issuer.control("POST", "tokens", wanted)), first);
});
