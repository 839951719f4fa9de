/** The few words of W3C WebDriver that the tests need. */

/** The name under which an element's id comes (WebDriver section 12.1). */
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

/** How long any one answer may take, in milliseconds. */
const PATIENCE = 30_000;

/** One session with a browser. Commands go to the window that was switched to last. */
export class WebDriverSession {
  #driver;
  #path;

  /**
   * @param {string} driver the address of the driver
   * @param {string} id
   */
  constructor(driver, id) {
    this.#driver = driver;
    this.#path = `/session/${id}`;
  }

  /**
   * @param {string} driver the address of the driver, without a slash at its end
   * @param {Record<string, unknown>} capabilities
   */
  static async start(driver, capabilities) {
    const body = { capabilities: { alwaysMatch: capabilities } };
    const { sessionId } = await command(driver, "POST", "/session", body);
    return new WebDriverSession(driver, sessionId);
  }

  /** Ends the session and its browser. */
  end() {
    return this.#ask("DELETE", "");
  }

  /** @param {string} url */
  async open(url) {
    await this.#ask("POST", "/url", { url });
  }

  async reload() {
    await this.#ask("POST", "/refresh", {});
  }

  /** @returns {Promise<string>} */
  window() {
    return this.#ask("GET", "/window");
  }

  /** @returns {Promise<string[]>} */
  windows() {
    return this.#ask("GET", "/window/handles");
  }

  /** @returns {Promise<string>} the new tab's handle; it is not switched to */
  async newWindow() {
    return (await this.#ask("POST", "/window/new", { type: "tab" })).handle;
  }

  /** Closes the window; another one must be switched to then. */
  async closeWindow() {
    await this.#ask("DELETE", "/window");
  }

  /** @param {string} handle */
  async switchTo(handle) {
    await this.#ask("POST", "/window", { handle });
  }

  /**
   * @param {number} width
   * @param {number} height
   */
  async resize(width, height) {
    await this.#ask("POST", "/window/rect", { x: 0, y: 0, width, height });
  }

  /**
   * Runs the body of a function, and waits for what it promises.
   *
   * @param {string} script
   * @param {readonly unknown[]} args
   * @returns {Promise<unknown>}
   */
  run(script, args) {
    return this.#ask("POST", "/execute/sync", { script, args });
  }

  /** @param {string} selector */
  async click(selector) {
    await this.#ask("POST", `${await this.#find(selector)}/click`, {});
  }

  /**
   * Replaces what a field contains.
   *
   * @param {string} selector
   * @param {string} text
   */
  async type(selector, text) {
    const field = await this.#find(selector);
    await this.#ask("POST", `${field}/clear`, {});
    await this.#ask("POST", `${field}/value`, { text });
  }

  /** What the window shows, as PNG. */
  async screenshot() {
    return Buffer.from(await this.#ask("GET", "/screenshot"), "base64");
  }

  /** @param {string} selector */
  async #find(selector) {
    const using = "css selector";
    const found = await this.#ask("POST", "/element", { using, value: selector });
    return `/element/${found[ELEMENT]}`;
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body]
   */
  #ask(method, path, body) {
    return command(this.#driver, method, this.#path + path, body);
  }
}

/** Whether a driver listens there and can begin a session. @param {string} driver */
export async function driverReady(driver) {
  try {
    return Boolean((await command(driver, "GET", "/status")).ready);
  } catch {
    return false;
  }
}

/**
 * @param {string} driver
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @returns {Promise<any>}
 */
async function command(driver, method, path, body) {
  const response = await fetch(driver + path, {
    method,
    headers: { "content-type": "application/json" },
    signal: AbortSignal.timeout(PATIENCE),
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const { value } = /** @type {any} */ (await response.json());
  if (response.ok) return value;
  throw new Error(`WebDriver, ${method} ${path.replace(/^\/session\/[^/]+/, "")}: ${value.error}: ${value.message}`);
}
