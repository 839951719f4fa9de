import { DurableObject } from "cloudflare:workers";
import { durableObjectStorage } from "eiam-token/issuer";
import { startIssuer } from "./issuer.js";

/** The issuer of an application, or of those that share an object. */
export class Application extends DurableObject {
  /** @param {any} ctx @param {Record<string, any>} env */
  constructor(ctx, env) {
    super(ctx, env);
    const object = ctx.id.name;
    if (object === undefined) throw new Error("this object was not asked for by its name");
    this.storage = durableObjectStorage(ctx.storage);
    // Requests and alarms wait for it, and there is one issuer however many come at once.
    ctx.blockConcurrencyWhile(async () => {
      this.issuer = await startIssuer(env, { object, storage: this.storage });
    });
  }

  /**
   * @param {import("eiam-token/issuer").PlainRequest} request
   * @param {string} [source] the sender's address
   */
  handle(request, source) {
    return this.issuer.handle(request, { source, waitUntil: (promise) => this.ctx.waitUntil(promise) });
  }

  /** Drops what has expired, however long ago the last request was. */
  alarm() {
    return this.storage.onAlarm(this.issuer);
  }
}
