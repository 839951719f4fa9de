// The alarms: what expires leaves the storage though nobody asks for anything.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { client, endpoints, eventually, passwordForm, startCluster } from "../lib/cluster.mjs";

const cluster = await startCluster();
after(() => cluster.stop());

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
/** The object after its alarm. */
const afterAlarm = (id) =>
  eventually(
    () => cluster.look("APPLICATIONS", id),
    ({ records }) => records["test:alarms"] > 0,
  );
/**
 * Sends a request of which the object sets its alarm so many seconds ahead, however long it takes: times are
 * whole seconds.
 */
async function setsAlarm(id, url, form, seconds) {
  const before = Date.now();
  await cluster.post(url, form);
  const { alarm } = await cluster.look("APPLICATIONS", id);
  const [least, most] = [before, Date.now()].map((time) => time + seconds * 1000);
  assert.ok(alarm > least - 1000 && alarm <= most + 1000, `${alarm} is not from ${least} to ${most}`);
  return alarm;
}
const kinds = ({ records }, kind) => Object.keys(records).filter((key) => key.startsWith(`issuer:${kind}`));

describe("an object's alarm", () => {
  test("is set for what expires first, a minute ahead at least", async () => {
    const at = endpoints("app_050");
    // Refresh tokens live for a day.
    await setsAlarm("app_050", at.token, passwordForm("app_050"), 86_400);
    const device = await setsAlarm("app_050", at.device, client("app_050"), 1200);
    await cluster.post(at.token, passwordForm("app_050"));
    assert.equal((await cluster.look("APPLICATIONS", "app_050")).alarm, device);

    await setsAlarm("app_002", endpoints("app_002").device, client("app_002"), 60);
  });

  test("wakes an object that was evicted, and it cleans up", async () => {
    const at = endpoints("app_002");
    for (let i = 0; i < 3; i++) {
      await cluster.post(at.token, passwordForm("app_002"));
      await cluster.post(at.device, client("app_002"));
    }
    const due = Date.now() + 2500;
    const before = await cluster.look("APPLICATIONS", "app_002", `alarm?at=${due}`);
    assert.ok(kinds(before, "g").length >= 3, "grants");
    assert.ok(kinds(before, "d").length >= 3, "device requests");
    await cluster.evict("APPLICATIONS", "app_002");
    await sleep(due - Date.now() + 1500);
    const { records, alarm } = await afterAlarm("app_002");
    assert.equal(records["test:alarms"], 1);
    assert.deepEqual(kinds({ records }, "g"), []);
    assert.deepEqual(kinds({ records }, "d"), []);
    // The key of all tokens, and what else never expires.
    assert.ok(kinds({ records }, "k").length === 1);
    assert.equal(alarm, null);
  });

  test("is set again for what has not expired", async () => {
    await cluster.post(endpoints("app_051").token, passwordForm("app_051"));
    await cluster.look("APPLICATIONS", "app_051", `alarm?at=${Date.now() + 100}`);
    const { records, alarm } = await afterAlarm("app_051");
    assert.equal(records["test:alarms"], 1);
    assert.equal(kinds({ records }, "g").length, 1);
    assert.ok(alarm > Date.now() + 80_000_000);
  });
});
