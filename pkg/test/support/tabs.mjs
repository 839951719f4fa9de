import { readFileSync } from "node:fs";
import vm from "node:vm";
import { transform } from "esbuild";

/**
 * Tabs of one browser that share a store, Web Locks, a channel and a token endpoint, in a world whose time and order of
 * events a test decides. Each tab is a realm of its own with the package in it, so that a tab can crash: nothing that
 * it waits for happens any more.
 *
 * The world checks itself whatever happens, and collects what must not be:
 *
 * - a sign-in that has left the store comes back to it;
 * - a call returns a token of a sign-in that was not stored during the call, or one that was refused before;
 * - a token of one resource is returned or stored for another, or for none, or beside another sign-in;
 * - a refresh token is sent while another live tab has sent it, or after it has been answered with a new one.
 */

/** @param {number} seed */
function randomFrom(seed) {
  let state = seed >>> 0;
  /** A whole number below `limit` (mulberry32). */
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

/** Realms are expensive, and a new world uses those of the former one. */
const realms = [];
let script;

async function realm(index) {
  const bundle = process.env["CLIENT_BUNDLE"] ?? new URL("../../dist/client.js", import.meta.url);
  script ??= new vm.Script(
    (await transform(readFileSync(bundle, "utf8"), { format: "iife", globalName: "eiam" })).code,
  );
  if (!realms[index]) {
    const hooks = { tab: undefined };
    const world = () => hooks.tab.world;
    const globals = {
      console: { error() {} },
      TextEncoder,
      TextDecoder,
      AbortController,
      URLSearchParams,
      URL,
      crypto,
      performance: { now: () => world().now },
      now: () => world().now,
      setTimeout: (run, delay) => world().setTimer(hooks.tab, run, delay),
      clearTimeout: (timer) => world().timers.delete(timer),
      navigator: {
        get locks() {
          return hooks.tab.hasLocks ? hooks.tab.locks : undefined;
        },
      },
      BroadcastChannel: class {
        constructor(name) {
          this.name = name;
          this.tab = hooks.tab;
          this.tab.world.channels.add(this);
        }
        postMessage(data) {
          const { channels } = this.tab.world;
          for (const other of channels) {
            if (other !== this) this.tab.world.later(other.tab, () => other.onmessage?.({ data }));
          }
        }
        close() {
          this.tab.world.channels.delete(this);
        }
      },
    };
    const context = vm.createContext(globals);
    script.runInContext(context);
    vm.runInContext("Date.now = () => now()", context);
    realms[index] = { hooks, eiam: vm.runInContext("eiam", context) };
  }
  return realms[index];
}

/** What stands in the stored text: the sign-in, the access token and the refresh token. */
function contentOf(text) {
  const tokens = text === undefined ? undefined : JSON.parse(text).tokens;
  if (tokens === undefined) return undefined;
  const { accessToken, refreshToken } = JSON.parse(tokens);
  return { signIn: signInOf(accessToken), accessToken, refreshToken };
}

/** `alice-3` of `AT.alice-3.0`, and of `AT.alice-3.4.files`, which is for a resource */
const signInOf = (token) => token.split(".")[1];

/** `urn:files` of `AT.alice-3.4.files`; `undefined` for a token that is for no single resource */
const resourceOf = (token) => token.split(".")[3] && `urn:${token.split(".")[3]}`;

/** The access tokens for single resources that stand in the stored text, by the resources. */
function resourcesOf(text) {
  const { resources = {} } = text === undefined ? {} : JSON.parse(text);
  return Object.entries(resources).map(([resource, { tokens }]) => [resource, JSON.parse(tokens).accessToken]);
}

export class World {
  now = 1_000_000_000_000;
  /** What can happen next, in any order. */
  events = [];
  timers = new Map();
  channels = new Set();
  violations = [];
  tabs = [];
  calls = new Set();
  text = undefined;
  /** Refresh tokens by their text. */
  grants = new Map();
  refused = new Set();
  #timers = 0;
  #signIns = 0;
  #locks = new Map();
  #stored = new Set();
  #healthy = false;

  /**
   * @param {number} seed decides the order of events, and what the token endpoint answers
   */
  constructor(seed) {
    this.random = randomFrom(seed);
  }

  later(tab, run, slow = false) {
    if (tab?.alive ?? true) this.events.push({ tab, run, slow });
  }

  setTimer(tab, run, delay = 0) {
    const id = ++this.#timers;
    this.timers.set(id, { tab, at: this.now + Math.max(0, delay), run });
    return id;
  }

  /** Opens tab number `index`; with the number of another, in its place, after that has crashed. */
  async open(index, hasLocks) {
    const { hooks, eiam } = await realm(index);
    const tab = { world: this, index, hasLocks, alive: true, locks: { request: (...a) => this.#lock(tab, ...a) } };
    hooks.tab = tab;
    const client = new eiam.Client({
      server: { tokenEndpoint: "https://as.example/token" },
      clientId: "app",
      fetch: (_, init) => this.#request(tab, init),
    });
    const store = { update: (change) => this.#update(tab, change) };
    tab.eiam = eiam;
    tab.session = new eiam.TokenSession(client, { store });
    this.tabs[index] = tab;
  }

  /** Nothing happens in the tab any more. What it had sent is on its way. */
  crash(tab) {
    tab.alive = false;
    this.events = this.events.filter((event) => event.tab !== tab);
    for (const [id, timer] of this.timers) if (timer.tab === tab) this.timers.delete(id);
    for (const channel of this.channels) if (channel.tab === tab) this.channels.delete(channel);
    for (const call of this.calls) if (call.tab === tab) this.calls.delete(call);
    for (const grant of this.grants.values()) {
      if (grant.senders.delete(tab)) grant.uncertain = true;
      // It had the answer, and could not store it any more.
      if (grant.spentBy === tab && !this.#stored.has(grant.next)) grant.uncertain = true;
    }
    for (const lock of this.#locks.values()) {
      lock.queue = lock.queue.filter((waiting) => waiting.tab !== tab);
      if (lock.holder?.tab === tab) this.#release(lock);
    }
  }

  signIn(tab, user, age) {
    const name = `${user}-${++this.#signIns}`;
    this.#grant(name, 0);
    const body = `{"token_type":"Bearer","access_token":"AT.${name}.0","refresh_token":"RT.${name}.0","expires_in":60}`;
    this.#call(tab, tab.session.set(tab.eiam.parseTokenResponse(body, { now: Math.floor(this.now / 1000) - age })));
  }

  /** The access token that is stored, or the one for a resource; `undefined` if there is none. */
  storedToken(resource) {
    if (resource) return resourcesOf(this.text).find(([name]) => name === resource)?.[1];
    return contentOf(this.text)?.accessToken;
  }

  signOut(tab) {
    this.#call(tab, tab.session.clear());
  }

  /** Asks a session for its token, or for that of a resource. */
  getAccessToken(tab, rejected, resource) {
    const refusedBefore = new Set(this.refused);
    const call = { tab, stored: new Set([contentOf(this.text)?.signIn]) };
    const asked = resource
      ? tab.eiam.accessTokenFor(tab.session, resource, { rejected })
      : tab.session.getAccessToken({ rejected });
    this.#call(
      tab,
      asked.then(
        (token) => {
          if (!call.stored.has(signInOf(token))) this.violations.push(`${token} is of a sign-in that was not stored`);
          if (resourceOf(token) !== resource) this.violations.push(`${token} was returned for ${resource}`);
          if (token === rejected || refusedBefore.has(token)) this.violations.push(`${token} was refused before`);
          if (rejected) this.refused.add(rejected);
          return token;
        },
        (error) => {
          const { code } = error;
          const isRefused = code === "resource_refused" && resource !== undefined;
          if (code !== "try_later" && code !== "login_required" && !isRefused)
            this.violations.push(`unexpected: ${error.stack}`);
          if (code === "login_required" && !call.stored.has(undefined)) {
            this.violations.push("login_required, although somebody was signed in all the time");
          }
          if (rejected) this.refused.add(rejected);
          return code;
        },
      ),
      call,
    );
  }

  /** Lets a moment pass in which one thing happens. Returns whether there was one. */
  async step() {
    await new Promise(setImmediate);
    if (this.events.length > 0) {
      const [event] = this.events.splice(this.random(this.events.length), 1);
      event.run();
    } else if (!this.#nextTimer(Infinity)) {
      return false;
    }
    await new Promise(setImmediate);
    return true;
  }

  /** Lets time pass. Only the network is slow: everything else happens before. */
  async pass(seconds) {
    const end = this.now + seconds * 1000;
    await this.#quicken();
    while (this.#nextTimer(end)) await this.#quicken();
    this.now = end;
  }

  async #quicken() {
    for (;;) {
      await new Promise(setImmediate);
      const quick = this.events.filter(({ slow }) => !slow);
      if (quick.length === 0) return;
      const event = quick[this.random(quick.length)];
      this.events.splice(this.events.indexOf(event), 1);
      event.run();
    }
  }

  /** Lets everything happen that can, until all calls have ended. */
  async settle() {
    for (let i = 0; this.calls.size > 0; i++) {
      if (i > 20_000 || !(await this.step())) {
        this.violations.push(`${this.calls.size} calls never end`);
        return;
      }
    }
    while (this.events.length > 0) await this.step();
    const content = contentOf(this.text);
    const grant = content && this.grants.get(content.refreshToken);
    if (grant && !grant.dead && grant.next && !grant.uncertain) {
      this.violations.push(`${content.refreshToken} is stored, although ${grant.next} was sent`);
    }
  }

  /** From now on the token endpoint refuses nothing that it need not refuse. */
  heal() {
    this.#healthy = true;
  }

  #nextTimer(end) {
    let next;
    for (const [id, timer] of this.timers) if (timer.at <= end && !(timer.at >= next?.at)) next = { id, ...timer };
    if (!next) return false;
    this.timers.delete(next.id);
    this.now = Math.max(this.now, next.at);
    next.run();
    return true;
  }

  #call(tab, promise, call = { tab, stored: new Set() }) {
    this.calls.add(call);
    promise.then(
      () => this.calls.delete(call),
      (error) => {
        this.calls.delete(call);
        this.violations.push(`unexpected: ${error.stack}`);
      },
    );
  }

  #update(tab, change) {
    return new Promise((resolve, reject) => {
      this.later(tab, () => {
        const before = contentOf(this.text)?.signIn;
        try {
          this.text = change(this.text);
        } catch (error) {
          reject(error);
          return;
        }
        const content = contentOf(this.text);
        if (content && content.signIn !== before && this.#stored.has(content.signIn)) {
          this.violations.push(`${content.signIn} has come back`);
        }
        if (content) this.#stored.add(content.signIn).add(content.refreshToken);
        for (const [resource, token] of resourcesOf(this.text)) {
          if (resourceOf(token) !== resource) this.violations.push(`${token} is stored for ${resource}`);
          if (signInOf(token) !== content.signIn) this.violations.push(`${token} is stored beside ${content.signIn}`);
        }
        for (const { stored } of this.calls) stored.add(content?.signIn);
        const { text } = this;
        this.later(tab, () => resolve(text));
      });
    });
  }

  #grant(signIn, n) {
    const token = `RT.${signIn}.${n}`;
    this.grants.set(token, { token, signIn, n, senders: new Set() });
    return token;
  }

  #request(tab, { body, signal }) {
    const form = new URLSearchParams(body);
    const sent = form.get("refresh_token");
    const grant = this.grants.get(sent);
    if (grant.senders.size > 0) this.violations.push(`${sent} was sent by two tabs at the same time`);
    grant.senders.add(tab);
    return new Promise((resolve, reject) => {
      const lost = () => {
        signal.removeEventListener("abort", lost);
        if (!tab.alive) return;
        grant.senders.delete(tab);
        grant.uncertain = true;
        reject(new TypeError("the connection was lost"));
      };
      // The client uses a signal again for other requests, and so nothing may stay there.
      signal.addEventListener("abort", lost, { once: true });
      // What a tab has sent arrives even if the tab crashes.
      this.later(
        undefined,
        () => {
          const kind = this.#healthy ? 9 : this.random(10);
          if (kind === 0) return this.later(tab, lost, true);
          const { status, text } = this.#answer(tab, grant, kind, form.get("resource"));
          if (kind === 1) return this.later(tab, lost, true);
          this.later(
            tab,
            () => {
              grant.senders.delete(tab);
              signal.removeEventListener("abort", lost);
              const octets = new TextEncoder().encode(text);
              resolve({ status, headers: new Headers(), arrayBuffer: async () => octets.buffer });
            },
            true,
          );
        },
        true,
      );
    });
  }

  #answer(tab, grant, kind, resource) {
    if (kind === 2) return { status: 503, text: "" };
    if (kind === 3) return { status: 400, text: "<html>" };
    if (kind === 6 && resource) return { status: 400, text: '{"error":"invalid_target"}' };
    if (grant.dead || kind === 4) {
      for (const other of this.grants.values()) if (other.signIn === grant.signIn) other.dead = true;
      return { status: 400, text: '{"error":"invalid_grant"}' };
    }
    if (grant.next && !grant.uncertain) this.violations.push(`${grant.token} was spent twice`);
    // A server that answers once more when nobody got its first answer.
    const n =
      Math.max(...[...this.grants.values()].filter(({ signIn }) => signIn === grant.signIn).map(({ n }) => n)) + 1;
    grant.next = this.#grant(grant.signIn, n);
    grant.spentBy = tab;
    const scope = kind === 5 ? ["refused"] : undefined;
    const accessToken = `AT.${grant.signIn}.${n}${resource ? resource.replace("urn:", ".") : ""}`;
    const members = { token_type: "Bearer", access_token: accessToken, refresh_token: grant.next };
    return { status: 200, text: JSON.stringify({ ...members, expires_in: 60, scope }) };
  }

  #lock(tab, name, action) {
    const lock = this.#locks.get(name) ?? { holder: undefined, queue: [] };
    this.#locks.set(name, lock);
    return new Promise((resolve, reject) => {
      const grant = async () => {
        try {
          resolve(await action());
        } catch (error) {
          reject(error);
        } finally {
          if (lock.holder === waiting) this.#release(lock);
        }
      };
      const waiting = { tab, grant };
      lock.queue.push(waiting);
      if (!lock.holder) this.#release(lock);
    });
  }

  #release(lock) {
    lock.holder = lock.queue.shift();
    if (lock.holder) this.later(lock.holder.tab, lock.holder.grant);
  }
}
