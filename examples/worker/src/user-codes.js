import { DurableObject } from "cloudflare:workers";
import { startIssuer } from "./issuer.js";
import { value } from "./requests.js";

/**
 * Who typed a code at the instance's own page did not say which application it is for. This object
 * knows that of each code that lives, and counts wrong ones (RFC 8628 section 5.1).
 */
export class UserCodes extends DurableObject {
  /** Wrong codes of this minute, all together and by address. */
  wrong = { minute: 0, total: 0, by: /** @type {Record<string, number>} */ ({}) };

  /** @param {any} ctx @param {Record<string, any>} env */
  constructor(ctx, env) {
    super(ctx, env);
    ctx.blockConcurrencyWhile(async () => {
      this.issuer = await startIssuer(env);
      this.wrong = (await ctx.storage.get("wrong")) ?? this.wrong;
    });
  }

  /**
   * @param {string} code as the device shows it
   * @param {string} application
   * @param {number} expires in Unix seconds
   */
  async learn(code, application, expires) {
    const { storage } = this.ctx;
    const key = `code:${read(code)}`;
    // A code that two have at once, which is one in 10^10, stays with the first.
    if ((await storage.get(key))?.expires > now()) return;
    const alarm = (await storage.getAlarm()) ?? Infinity;
    storage.put(key, { application, expires });
    if (expires * 1000 < alarm) storage.setAlarm(Math.max(expires * 1000, Date.now() + 60_000));
  }

  /**
   * The form with a code.
   *
   * @param {import("eiam-token/issuer").PlainRequest} request
   * @param {string} address of the sender
   * @returns {Promise<{ application: string } | { reply: object } | { wait: number }>} the
   *   application that has to answer, the answer to a wrong code, or the seconds to wait
   */
  async enter(request, address) {
    const minute = Math.floor(now() / 60);
    if (this.wrong.minute !== minute) this.wrong = { minute, total: 0, by: {} };
    const { total, by } = this.wrong;
    // Not even a right code gets past this, or it could be guessed all the same.
    if (total >= 60 || by[address] >= 10) return { wait: 60 * (minute + 1) - now() };
    const code = read(value(request, "user_code") ?? "");
    const known = await this.ctx.storage.get(`code:${code}`);
    if (known?.expires > now()) return { application: known.application };
    this.wrong.total += 1;
    by[address] = (by[address] ?? 0) + 1;
    this.ctx.storage.put("wrong", this.wrong);
    return { reply: await this.issuer.handle(request) };
  }

  async alarm() {
    const { storage } = this.ctx;
    let next = Infinity;
    for (const [key, { expires }] of await storage.list({ prefix: "code:" })) {
      if (expires <= now()) storage.delete(key);
      else next = Math.min(next, expires);
    }
    if (next < Infinity) await storage.setAlarm(Math.max(next * 1000, Date.now() + 60_000));
  }
}

/** However it is spelled. @param {string} typed */
function read(typed) {
  return typed.slice(0, 64).toUpperCase().replaceAll(/[\s._–—-]/g, "");
}

function now() {
  return Math.floor(Date.now() / 1000);
}
