import { DurableObject } from "cloudflare:workers";

/** Wrong codes of one network in a minute, after which none of its codes is looked at. */
const PER_NETWORK = 10;
/** Wrong codes of all in a minute, after which each network has one wrong code in it. */
const IN_TOTAL = 60;

/**
 * Who typed a code at the instance's own page did not say which application it is for. This object
 * knows that of each code that lives, and counts wrong ones (RFC 8628 section 5.1).
 *
 * Its records: `code:` and the code, `wrong:` and the network, `wrong` for all networks together.
 */
export class UserCodes extends DurableObject {
  /**
   * @param {string} code as the device shows it
   * @param {string} application
   * @param {number} expires in Unix seconds
   */
  async learn(code, application, expires) {
    const key = `code:${code}`;
    // A code that two have at once, which is one in 10^10, stays with the first.
    if ((await this.ctx.storage.get(key))?.expires > now()) return;
    await this.#put(key, { application, expires });
  }

  /**
   * A form with a code.
   *
   * @param {string} [code] as the device shows it, however it was typed; left out where it is none
   * @param {string} [source] the sender's address
   * @returns {Promise<{ application: string } | { wait: number } | { wrong: true }>} the application
   *   that has to answer, or the seconds to wait
   */
  async enter(code = "", source = "") {
    const { storage } = this.ctx;
    const expires = 60 * (Math.floor(now() / 60) + 1);
    const ofNetwork = `wrong:${network(source)}`;
    const keys = ["wrong", ofNetwork, `code:${code}`];
    const records = await storage.get(keys);
    const [total, mine] = keys.map((key) => {
      const record = records.get(key);
      return record?.expires === expires ? record.count : 0;
    });
    // Not even a right code gets past this, or it could be guessed all the same. But nobody can use
    // up what others have.
    if (mine >= (total < IN_TOTAL ? PER_NETWORK : 1)) return { wait: expires - now() };
    const known = records.get(`code:${code}`);
    if (known?.expires > now()) return { application: known.application };
    await this.#put("wrong", { count: total + 1, expires });
    await this.#put(ofNetwork, { count: mine + 1, expires });
    return { wrong: true };
  }

  /** @param {string} key @param {{ expires: number }} record which goes by itself then */
  async #put(key, record) {
    const { storage } = this.ctx;
    const alarm = (await storage.getAlarm()) ?? Infinity;
    storage.put(key, record);
    if (record.expires * 1000 < alarm) storage.setAlarm(alarmAt(record.expires));
  }

  async alarm() {
    const { storage } = this.ctx;
    let next = Infinity;
    let page;
    let startAfter;
    do {
      page = await storage.list({ limit: PAGE, startAfter });
      for (const [key, { expires }] of page) {
        if (expires <= now()) storage.delete(key);
        else next = Math.min(next, expires);
        startAfter = key;
      }
    } while (page.size === PAGE);
    if (next < Infinity) await storage.setAlarm(alarmAt(next));
  }
}

/** A minute ahead at least, so that one alarm serves many. @param {number} seconds */
function alarmAt(seconds) {
  return Math.max(seconds * 1000, Date.now() + 60_000);
}

/**
 * What one sender can be taken to have: an IPv4 address, or the 64 bits that an IPv6 network begins
 * with.
 *
 * @param {string} address
 */
function network(address) {
  if (!address.includes(":") || address.includes(".")) return address;
  const [head, tail] = address.split("::").map((part) => part.split(":").filter(Boolean));
  const zeros = tail ? Array(Math.max(0, 8 - head.length - tail.length)).fill("0") : [];
  const groups = [...head, ...zeros, ...(tail ?? [])].slice(0, 4);
  return groups.map((group) => parseInt(group, 16).toString(16)).join(":");
}

function now() {
  return Math.floor(Date.now() / 1000);
}

/** How many records are read at once. */
const PAGE = 1000;
