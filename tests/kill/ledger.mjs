/**
 * What an issuer has answered, and what it was asked and had not answered when it was killed. By it
 * the next start is judged.
 *
 * @typedef {{ id: string, secret: string, retry: number }} Application
 */

/**
 * A token, code or device code. What was asked of it without an answer may have happened or not.
 *
 * @typedef {object} Thing
 * @property {Application} application
 * @property {string} value
 * @property {"live" | "unsure" | "ended"} state
 */

/**
 * @param {Application} application
 * @param {string} value
 * @returns {Thing}
 */
export function thing(application, value) {
  return { application, value, state: "live" };
}

/** Everything that came of one code, device code or password. */
export class SignIn {
  /** @type {"live" | "unsure" | "ended"} */
  state = "live";
  /** A refresh was asked for and not answered. */
  isRefreshing = false;
  /** The code that it came of. @type {string | undefined} */
  code;
  /** @type {Thing[]} */
  accessTokens = [];
  /** Oldest first. @type {string[]} */
  refreshTokens = [];
  /** @type {string[]} */
  idTokens = [];

  /**
   * @param {Application} application
   * @param {TokenAnswer} answer
   */
  constructor(application, answer) {
    this.application = application;
    this.add(answer);
  }

  /**
   * @typedef {{ access_token: string, refresh_token: string, id_token?: string }} TokenAnswer
   * @param {TokenAnswer} answer
   */
  add({ access_token: accessToken, refresh_token: refreshToken, id_token: idToken }) {
    this.accessTokens.push(thing(this.application, accessToken));
    // An answer that is given again, to a client that asks again, has another token of the same use.
    this.refreshTokens.push(refreshToken);
    if (idToken) this.idTokens.push(idToken);
  }

  get newest() {
    return this.refreshTokens.at(-1) ?? "";
  }
}

/** All of one run, and some of the runs before. */
export class Ledger {
  /** @type {SignIn[]} */
  signIns = [];
  /** Access tokens of clients alone. @type {Thing[]} */
  clientTokens = [];
  /** @type {Thing[]} */
  codes = [];
  /** @type {(Thing & { isAllowed: boolean, isAllowing: boolean })[]} */
  devices = [];
  /** The cookies of browsers that are signed in. @type {Map<string, string>[]} */
  sessions = [];
  /** The ids of keys that have signed what was handed out. @type {Set<string>} */
  keyIds = new Set();

  /** Forgets the most, so that a run takes no longer than the one before. */
  shrink() {
    this.signIns = [
      ...this.signIns.filter(({ state }) => state === "live").slice(-12),
      ...this.signIns.filter(({ state }) => state === "ended").slice(-12),
    ];
    for (const signIn of this.signIns) {
      signIn.accessTokens = signIn.accessTokens.slice(-4);
      signIn.refreshTokens = signIn.refreshTokens.slice(-4);
      signIn.idTokens = [];
    }
    this.clientTokens = this.clientTokens.filter(({ state }) => state !== "unsure").slice(-10);
    this.codes = this.codes.filter(({ state }) => state === "ended").slice(-5);
    this.devices = this.devices.filter(({ state }) => state === "ended").slice(-5);
    this.sessions = this.sessions.slice(-5);
  }
}
