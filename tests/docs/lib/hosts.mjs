// Stand-ins for what only a browser or Cloudflare has, as far as the code of the documentation looks at it.
import assert from "node:assert/strict";
import { javascript } from "./javascript.mjs";

/** A page in a browser, as far as the blocks look at it. @param {string} href */
export function browserPage(href) {
  const items = new Map();
  return {
    location: {
      href,
      pathname: new URL(href).pathname,
      went: "",
      /** @param {string} url */
      assign(url) {
        this.went = url;
      },
    },
    sessionStorage: {
      getItem: (/** @type {string} */ key) => items.get(key) ?? null,
      setItem: (/** @type {string} */ key, /** @type {string} */ value) => void items.set(key, value),
      removeItem: (/** @type {string} */ key) => void items.delete(key),
    },
    history: { state: null, replaceState() {} },
  };
}

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

/** A Durable Object: the block exports its class `Application`, which serves an issuer. */
export function application() {
  return javascript({
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
  });
}
