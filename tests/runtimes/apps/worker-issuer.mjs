// A Worker that is an issuer, and has one more in a Durable Object.
import { DurableObject } from "cloudflare:workers";
import { Issuer, durableObjectStorage, exampleConfig } from "eiam-token/issuer";

/** @type {Promise<Issuer> | undefined} */
let issuer;

export default {
  /**
   * @param {Request} request
   * @param {{ KEPT: DurableObjectNamespace }} env
   */
  async fetch(request, env) {
    const { hostname, origin } = new URL(request.url);
    if (hostname === "object.example") return env.KEPT.get(env.KEPT.idFromName("kept")).fetch(request);
    // Not at the top: a Worker has no randomness there.
    issuer ??= Issuer.create(exampleConfig(origin));
    return (await issuer).fetch(request);
  },
};

export class Kept extends DurableObject {
  storage = durableObjectStorage(this.ctx.storage, { alarm: false });
  /** @type {Promise<Issuer> | undefined} */
  issuer;

  /** @param {Request} request */
  async fetch(request) {
    const { origin, pathname } = new URL(request.url);
    if (pathname === "/forget") {
      (await this.issuer)?.free();
      this.issuer = undefined;
      return new Response("forgotten");
    }
    this.issuer ??= Issuer.create(exampleConfig(origin), { storage: this.storage });
    return (await this.issuer).fetch(request);
  }
}
