import assert from "node:assert/strict";
import { APPLICATIONS } from "./config.mjs";
import { SignIn, thing } from "./ledger.mjs";
import { NoAnswer } from "./party.mjs";

/** How many go through flows at the same time. */
const ACTORS = 6;

/**
 * Goes through flows until the issuer no longer answers, and notes each answer.
 *
 * @param {import("./party.mjs").Party} party
 * @param {import("./ledger.mjs").Ledger} ledger
 * @param {import("./random.mjs").Random} random
 * @param {() => boolean} isKilled
 */
export async function load(party, ledger, random, isKilled) {
  const flows = [codeFlow, codeFlow, codeFlow, passwordFlow, deviceFlow, clientFlow];
  const actor = async () => {
    try {
      for (;;) await random.pick(flows)(party, ledger, random);
    } catch (error) {
      if (error instanceof NoAnswer && isKilled()) return;
      throw error;
    }
  };
  await Promise.all(Array.from({ length: ACTORS }, actor));
}

/** @param {{ status: number, text: string, json: any }} answer */
export function given({ status, text, json }) {
  assert.equal(status, 200, text);
  return json;
}

/** @param {{ status: number, text: string, json: any }} answer */
export function refused({ status, text, json }) {
  assert.deepEqual([status, json.error], [400, "invalid_grant"], text);
}

async function codeFlow(party, ledger, random) {
  const application = random.pick(APPLICATIONS);
  const known = ledger.sessions.length > 0 && random.chance(0.7);
  const browser = party.browser(known ? random.pick(ledger.sessions) : undefined);
  const code = (await party.authorize(application, browser)).get("code");
  if (!known) ledger.sessions.push(browser.cookies);
  const noted = thing(application, code);
  ledger.codes.push(noted);
  if (random.chance(0.1)) return;
  noted.state = "unsure";
  const answer = given(await party.exchange(application, code));
  noted.state = "ended";
  await live(signIn(ledger, application, answer, code), party, random);
}

async function passwordFlow(party, ledger, random) {
  const application = random.pick(APPLICATIONS);
  const answer = given(await party.password(application));
  await live(signIn(ledger, application, answer), party, random);
}

async function deviceFlow(party, ledger, random) {
  const application = random.pick(APPLICATIONS);
  const device = given(await party.startDevice(application));
  const noted = { ...thing(application, device.device_code), isAllowed: false, isAllowing: false };
  ledger.devices.push(noted);
  if (random.chance(0.1)) return;
  noted.isAllowing = true;
  await party.allow(party.browser(ledger.sessions.at(-1)), device);
  noted.isAllowed = true;
  if (random.chance(0.1)) return;
  noted.state = "unsure";
  const answer = given(await party.pollDevice(application, device.device_code));
  noted.state = "ended";
  await live(signIn(ledger, application, answer), party, random);
}

async function clientFlow(party, ledger, random) {
  const application = random.pick(APPLICATIONS);
  for (let i = 0; i < 3; i++) {
    const { access_token: token } = given(await party.clientCredentials(application));
    const noted = thing(application, token);
    ledger.clientTokens.push(noted);
    if (random.chance(0.3)) await end(noted, () => party.revoke(application, token), given);
  }
}

/** @returns {SignIn} */
function signIn(ledger, application, answer, code) {
  const noted = new SignIn(application, answer);
  noted.code = code;
  ledger.signIns.push(noted);
  const [head] = answer.id_token.split(".");
  ledger.keyIds.add(JSON.parse(Buffer.from(head, "base64url").toString()).kid);
  return noted;
}

/** What becomes of a sign-in: refreshes, and perhaps an end. */
async function live(noted, party, random) {
  const { application } = noted;
  for (let i = 0; i < 5 && random.chance(0.75); i++) await refresh(noted, party);
  const [first] = noted.accessTokens;
  if (random.chance(0.15)) await end(first, () => party.revoke(application, first.value), given);
  if (!random.chance(0.3)) return;
  const { code, refreshTokens } = noted;
  // The one before works again for a while where that is allowed; the one before that never does.
  const spent = refreshTokens.at(application.retry > 0 ? -3 : -2);
  const ends = [[() => party.revoke(application, noted.newest), given]];
  if (code !== undefined) ends.push([() => party.exchange(application, code), refused]);
  if (spent !== undefined) ends.push([() => party.refresh(application, spent), refused]);
  await end(noted, ...random.pick(ends));
}

/** @param {SignIn} noted */
export async function refresh(noted, party) {
  noted.isRefreshing = true;
  noted.add(given(await party.refresh(noted.application, noted.newest)));
  noted.isRefreshing = false;
}

/** Asks for an end; until the answer has come it may be one or not. */
async function end(noted, ask, expect) {
  noted.state = "unsure";
  expect(await ask());
  noted.state = "ended";
}
