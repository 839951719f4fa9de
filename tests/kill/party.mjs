import { Agent, request as httpRequest } from "node:http";
import { Browser } from "../../pkg/test/support/issuer-browser.mjs";
import { API_SCOPE, INSTANCE, REDIRECT_URI, USER } from "./config.mjs";

// The pair of RFC 7636 appendix B.
const VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code";

/** A request had no whole answer, because its connection ended. */
export class NoAnswer extends Error {}

/** The requests of clients and browsers, to an issuer that may die at any time. */
export class Party {
  #agent = new Agent({ keepAlive: true });
  requests = 0;

  /** @param {string} address */
  constructor(address) {
    this.address = address;
  }

  /** Ends what is left of connections. */
  close() {
    this.#agent.destroy();
  }

  /**
   * @type {import("../../pkg/test/support/issuer-browser.mjs").Send}
   * @throws {NoAnswer} if the answer does not come, or not whole
   */
  send = (method, url, headers, body) =>
    new Promise((resolve, reject) => {
      this.requests += 1;
      const fail = () => reject(new NoAnswer(`${method} ${url}`));
      const request = httpRequest(url, { method, headers, agent: this.#agent }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk) => (text += chunk));
        response.on("error", fail);
        response.on("aborted", fail);
        response.on("end", () => {
          if (!response.complete) return fail();
          const fields = new Headers();
          for (const [name, values] of Object.entries(response.headersDistinct)) {
            for (const value of values) fields.append(name, value);
          }
          return resolve({ status: response.statusCode, headers: fields, text });
        });
      });
      request.on("error", fail);
      request.end(body);
    });

  /**
   * Posts a form of a client, and reads the JSON that comes back.
   *
   * @param {{ id: string, secret: string }} application
   * @param {string} endpoint
   * @param {Record<string, string>} fields
   */
  async post({ id, secret }, endpoint, fields) {
    const url = `${this.address}/v2/${INSTANCE}/${id}/oauth2/${endpoint}`;
    const body = new URLSearchParams({ ...fields, client_id: id, client_secret: secret }).toString();
    const headers = {
      "content-type": "application/x-www-form-urlencoded",
      "content-length": `${body.length}`,
    };
    const { status, text } = await this.send("POST", url, headers, body);
    return { status, text, json: JSON.parse(text) };
  }

  exchange(application, code) {
    const fields = { code, redirect_uri: REDIRECT_URI, code_verifier: VERIFIER };
    return this.post(application, "token", { grant_type: "authorization_code", ...fields });
  }

  refresh(application, token) {
    return this.post(application, "token", { grant_type: "refresh_token", refresh_token: token });
  }

  clientCredentials(application) {
    return this.post(application, "token", { grant_type: "client_credentials", scope: API_SCOPE });
  }

  password(application) {
    return this.post(application, "token", { grant_type: "password", ...USER, scope: "openid" });
  }

  revoke(application, token) {
    return this.post(application, "revoke", { token });
  }

  introspect(application, token) {
    return this.post(application, "introspect", { token });
  }

  startDevice(application) {
    return this.post(application, "device/code", { scope: "openid" });
  }

  pollDevice(application, code) {
    return this.post(application, "token", { grant_type: DEVICE_CODE, device_code: code });
  }

  userInfo({ id }, token) {
    const url = `${this.address}/v2/${INSTANCE}/${id}/oauth2/userinfo`;
    return this.send("GET", url, { authorization: `Bearer ${token}` });
  }

  async keys({ id }) {
    const { text } = await this.send("GET", `${this.address}/v2/${INSTANCE}/${id}/oidc/jwks`, {});
    return JSON.parse(text).keys;
  }

  /**
   * A browser, with the cookies of another one if there are any.
   * @param {Map<string, string>} [cookies]
   */
  browser(cookies) {
    const browser = new Browser(this.send, this.address);
    for (const [name, value] of cookies ?? []) browser.cookies.set(name, value);
    return browser;
  }

  /**
   * Goes through the authorization endpoint, and the login form if it comes.
   *
   * @param {{ id: string }} application
   * @param {Browser} browser
   * @param {Record<string, string>} [more]
   * @returns {Promise<URLSearchParams>} what the application gets
   */
  async authorize({ id }, browser, more = {}) {
    const query = new URLSearchParams({
      response_type: "code",
      client_id: id,
      redirect_uri: REDIRECT_URI,
      scope: "openid profile",
      state: "state",
      nonce: "nonce",
      code_challenge: CHALLENGE,
      code_challenge_method: "S256",
      ...more,
    });
    const url = `${this.address}/login/app/${id}/oauth2/authorize?${query}`;
    let page = await browser.open(url);
    if (page.text.includes('name="password"')) page = await browser.submit(page, USER);
    if (!page.url.startsWith(REDIRECT_URI)) throw new Error(`not signed in: ${page.status} ${page.text}`);
    return new URL(page.url).searchParams;
  }

  /**
   * Agrees to what a device shows.
   *
   * @param {Browser} browser
   * @param {{ verification_uri: string, user_code: string }} device
   */
  async allow(browser, { verification_uri: uri, user_code: userCode }) {
    let page = await browser.open(uri);
    for (let i = 0; i < 3 && !page.text.includes('value="allow"'); i++) {
      page = page.text.includes('name="password"')
        ? await browser.submit(page, USER)
        : await browser.submit(page, { user_code: userCode });
    }
    page = await browser.submit(page, {}, "allow");
    if (page.status !== 200) throw new Error(`not allowed: ${page.status} ${page.text}`);
  }
}
