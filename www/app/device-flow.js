import { deserializeDeviceAuthorization } from "../dist/client.js";
import { clientOf } from "./clients.js";
import { read, remove, write } from "./session.js";

/** The flow that is under way, device code included: a reload goes on with it. */
const RUNNING = "device authorization";

/** How slowly the issuer wants that flow to be polled for. */
const PACE = "device pace";

/** RFC 8628 section 3.5: what `slow_down` adds to the interval of this and all later polls, in seconds. */
const SLOWER = 5n;

/**
 * What a flow tells its panel.
 *
 * @typedef {object} Panel
 * @property {(flow: DeviceFlow) => void} onAsking a poll is under way
 * @property {(flow: DeviceFlow, answer?: { slower: boolean, reachable: boolean }) => void} onWaiting
 *   the next poll is due in `flow.interval` seconds or later; `answer` is about the last one
 * @property {(flow: DeviceFlow, tokens: import("eiam-token").TokenSet) => void} onTokens
 * @property {(flow: DeviceFlow, error: unknown) => void} onFailure it polls no more
 */

/**
 * One device flow: it polls until the user has decided, and keeps to what the issuer wants of all polls,
 * whichever of them heard it.
 */
export class DeviceFlow {
  device;
  /** Seconds between polls, as the issuer wants it by now. */
  interval;
  /** Whether the issuer has said `slow_down`. */
  slowed;
  /** When the next poll is due, as Date.now() counts; `undefined` while one is under way. */
  due;
  #panel;
  #stopped = false;
  #paused = false;
  #work = new AbortController();
  /** Settled when nothing polls. */
  #polls = Promise.resolve();

  /**
   * @param {import("eiam-token").DeviceAuthorization} device
   * @param {Panel} panel
   * @param {{ interval: bigint, slowed: boolean }} [pace]
   */
  constructor(device, panel, { interval, slowed } = { interval: device.interval, slowed: false }) {
    this.device = device;
    this.interval = interval;
    this.slowed = slowed;
    this.#panel = panel;
    write(RUNNING, device.serialize());
    this.#keepPace();
  }

  /**
   * The flow that a reload interrupted, if there is one.
   *
   * @param {Panel} panel
   */
  static interrupted(panel) {
    const device = read(RUNNING);
    const pace = read(PACE);
    if (!device || !pace) return undefined;
    try {
      const { interval, slowed } = JSON.parse(pace);
      return new DeviceFlow(deserializeDeviceAuthorization(device), panel, { interval: BigInt(interval), slowed });
    } catch {
      forget();
      return undefined;
    }
  }

  /** Polls from now on, first after the interval. */
  start() {
    this.#work = new AbortController();
    this.#polls = this.#poll(this.#work.signal);
  }

  /** Ends it: what is still on its way is not heard any more. */
  stop() {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#work.abort();
    forget();
  }

  /**
   * Runs something that polls by itself, in the place of the flow's own polls, which go on afterwards. A
   * poll that is under way is waited for: its answer may be the tokens, and they come once.
   *
   * @param {(signal: AbortSignal) => Promise<void>} run its `signal` aborts when the flow ends, and what
   *   it throws then nobody hears
   */
  async instead(run) {
    this.#paused = true;
    if (this.due !== undefined) this.#work.abort();
    await this.#polls;
    this.#paused = false;
    if (this.#stopped) return;
    this.#work = new AbortController();
    this.#asking();
    try {
      await run(this.#work.signal);
    } catch (error) {
      if (!this.#stopped) throw error;
    } finally {
      if (!this.#stopped) this.start();
    }
  }

  /** A poll that was not the flow's own has heard `slow_down`. */
  slowDown() {
    this.interval += SLOWER;
    this.slowed = true;
    this.#keepPace();
  }

  async #poll(signal) {
    // Until it waits, nothing is lost by ending it.
    this.due = Infinity;
    let hasAsked = false;
    const onState = (state) => {
      if (this.#stopped) return;
      if (state.status === "polling") {
        hasAsked = true;
        return this.#asking();
      }
      this.due = Date.now() + Number(state.seconds) * 1000;
      this.interval = state.interval;
      this.slowed ||= state.slower;
      this.#keepPace();
      this.#panel.onWaiting(this, hasAsked ? state : undefined);
      if (this.#paused) this.#work.abort();
    };
    try {
      const client = await clientOf("television");
      const tokens = await client.pollDevice(this.device, { signal, interval: this.interval, onState });
      if (this.#stopped) return;
      this.stop();
      this.#panel.onTokens(this, tokens);
    } catch (error) {
      if (signal.aborted) return;
      this.stop();
      this.#panel.onFailure(this, error);
    }
  }

  #asking() {
    this.due = undefined;
    this.#panel.onAsking(this);
  }

  #keepPace() {
    if (!this.#stopped) write(PACE, JSON.stringify({ interval: `${this.interval}`, slowed: this.slowed }));
  }
}

function forget() {
  remove(RUNNING);
  remove(PACE);
}
