import assert from "node:assert/strict";
import { javascript } from "../lib/javascript.mjs";
import { shell } from "../lib/shell.mjs";

/** What Cloudflare gives a Durable Object, as far as the block uses it: tests/worker has workerd itself. */
const WORKERS = "export class DurableObject { constructor(ctx, env) { Object.assign(this, { ctx, env }); } }";

function context() {
  const records = new Map();
  const waiting = /** @type {Promise<unknown>[]} */ ([]);
  const storage = {
    list: async () => new Map(records),
    put: async (/** @type {object} */ entries) =>
      Object.entries(entries).forEach(([key, value]) => records.set(key, value)),
    delete: async (/** @type {string[]} */ keys) => keys.filter((key) => records.delete(key)).length,
    getAlarm: async () => null,
    setAlarm: async () => {},
  };
  return {
    records,
    waiting,
    storage,
    blockConcurrencyWhile: (/** @type {() => Promise<unknown>} */ act) => waiting.push(act()),
  };
}

export const path = "docs/cloudflare.md";
export const blocks = {
  "Try it": [shell()],
  "An object of your own": [
    javascript({
      replace(text, world) {
        world.write("node_modules/cloudflare-workers/package.json", '{"type":"module","exports":"./index.js"}');
        world.write("node_modules/cloudflare-workers/index.js", WORKERS);
        return text.replace("cloudflare:workers", "cloudflare-workers");
      },
      async after({ exported }) {
        const ctx = context();
        const object = new exported.Application(ctx, { BASE_URL: "https://as.example" });
        await Promise.all(ctx.waiting);
        const body = new URLSearchParams({ client_id: "app_device", scope: "openid" });
        const url = "https://as.example/v2/idaas_example/app_device/oauth2/device/code";
        const before = ctx.records.size;
        assert.equal((await object.fetch(new Request(url, { method: "POST", body }))).status, 200);
        assert.ok(ctx.records.size > before, "the device request is in the storage");
        await object.alarm();
      },
    }),
  ],
};
