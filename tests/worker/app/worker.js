// The example, with doors for the tests into its objects. Of what they answer it changes nothing, but
// for headers that say who did, and whom they took for the sender.
import { DurableObject } from "cloudflare:workers";
import { durableObjectStorage } from "eiam-token/issuer";
import worker, * as example from "../../../examples/worker/src/worker.js";

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    // What a benchmark compares with.
    if (pathname === "/bench/worker") return new Response("nothing");
    if (pathname === "/bench/object") {
      return new Response(await env.APPLICATIONS.getByName("app_099").nothing());
    }
    return worker.fetch(request, env);
  },
};

/** Answers `fetch`, which the example's objects do not have. */
const watched = (Base) =>
  class extends Base {
    requests = 0;
    failure;

    async handle(request, source) {
      this.requests += 1;
      if (this.failure) throw new Error(this.failure);
      const reply = await super.handle(request, source);
      const who = [
        ["x-answered-by", this.ctx.id.name],
        ["x-sent-from", source ?? "unknown"],
      ];
      return { ...reply, headers: [...reply.headers, ...who] };
    }

    nothing() {
      return "nothing";
    }

    async alarm() {
      await super.alarm();
      const alarms = (await this.ctx.storage.get("test:alarms")) ?? 0;
      await this.ctx.storage.put("test:alarms", alarms + 1);
    }

    async fetch(request) {
      const { storage } = this.ctx;
      const { pathname, searchParams } = new URL(request.url);
      if (pathname === "/fail") this.failure = searchParams.get("message");
      if (pathname === "/alarm") await storage.setAlarm(Number(searchParams.get("at")));
      if (pathname === "/old") {
        const old = Array.from({ length: Number(searchParams.get("count")) }, (_, i) => `wrong:old-${i}`);
        for (const key of old) storage.put(key, { count: 1, expires: 1 });
      }
      if (pathname === "/abort") this.ctx.abort("by a test");
      if (pathname === "/remove-user") await this.issuer.removeUser(searchParams.get("id"));
      const records = {};
      for (const [key, value] of await storage.list()) {
        records[key] = value instanceof Uint8Array ? value.length : value;
      }
      return Response.json({ requests: this.requests, alarm: await storage.getAlarm(), records });
    }
  };

export class Application extends watched(example.Application) {}
export class UserCodes extends watched(example.UserCodes) {}

/** Only the storage, with what the request says. */
export class Records extends DurableObject {
  async fetch(request) {
    const { prefix, changes } = await request.json();
    const adapter = durableObjectStorage(this.ctx.storage, { prefix });
    const bytes = ({ length, first }) => new Uint8Array(length).fill(first);
    try {
      await adapter.write(
        changes.map(({ key, value, expires }) => ({
          key,
          value: value && bytes(value),
          expires: expires === undefined ? undefined : BigInt(expires),
        })),
      );
    } catch (error) {
      return Response.json({ error: error.message, records: await load(adapter) });
    }
    const alarm = await this.ctx.storage.getAlarm();
    return Response.json({ alarm, records: await load(adapter) });
  }
  alarm() {}
}

async function load(adapter) {
  return Array.from(await adapter.load(), ({ key, value }) => [key, value.length, value[0]]);
}
