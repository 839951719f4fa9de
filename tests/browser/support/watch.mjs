import assert from "node:assert/strict";

/**
 * The browser itself reports every answer of 400 and more to a fetch. In OAuth these are words of
 * the protocol: authorization_pending, slow_down, invalid_grant.
 */
const PROTOCOL = /^console: Failed to load resource: .* status of 40[01] .*\/issuer\/.*\/oauth2\//;

/** Collects what pages complain about and whom they talk to. */
export class Watch {
  #home;
  #expected;
  #seen = new Set();
  /** @type {string[]} */
  complaints = [];
  /** @type {string[]} */
  requests = [];

  /**
   * @param {string} url of the demo
   * @param {readonly RegExp[]} expected complaints that belong to the test
   */
  constructor(url, expected) {
    this.#home = new URL(url);
    this.#expected = expected;
  }

  /** @param {import("puppeteer-core").Page} page */
  add(page) {
    if (this.#seen.has(page)) return;
    this.#seen.add(page);
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warn") {
        this.#complain(`console: ${message.text()}`, message.location().url);
      }
    });
    // A violated content security policy comes as a console error, too.
    page.on("pageerror", (error) => this.#complain(`exception: ${error.message}`));
    page.on("request", (request) => this.requests.push(request.url()));
  }

  /**
   * The service worker, too.
   * @param {import("puppeteer-core").Target} target
   */
  async addWorker(target) {
    const session = await target.createCDPSession();
    session.on("Network.requestWillBeSent", ({ request }) => this.requests.push(request.url));
    session.on("Runtime.exceptionThrown", ({ exceptionDetails }) => {
      this.#complain(`exception in the worker: ${exceptionDetails.text}`);
    });
    session.on("Runtime.consoleAPICalled", ({ type, args }) => {
      if (type !== "error" && type !== "warning") return;
      this.#complain(`console of the worker: ${args.map(({ value, description }) => value ?? description).join(" ")}`);
    });
    await Promise.all([session.send("Network.enable"), session.send("Runtime.enable")]);
  }

  /** Nothing unexpected was complained about, and every request stayed at the demo's own origin. */
  check() {
    assert.deepEqual(this.problems(), []);
  }

  /** What {@link check} would find. */
  problems() {
    const others = this.requests.filter((url) => !url.startsWith("data:") && new URL(url).origin !== this.#home.origin);
    const blind = this.requests.length === 0 ? ["no request was seen at all"] : [];
    return [...this.complaints, ...others.map((url) => `request to elsewhere: ${url}`), ...blind];
  }

  /**
   * @param {string} text
   * @param {string} [url]
   */
  #complain(text, url = "") {
    const whole = url ? `${text} (${url})` : text;
    if (PROTOCOL.test(whole)) return;
    if (!this.#expected.some((pattern) => pattern.test(whole))) this.complaints.push(whole);
  }
}
