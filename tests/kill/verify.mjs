import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";
import { APPLICATIONS } from "./config.mjs";
import { given, refresh, refused } from "./load.mjs";

/**
 * Judges an issuer that was started again by what the one before it has answered.
 *
 * @param {import("./party.mjs").Party} party
 * @param {import("./ledger.mjs").Ledger} ledger
 * @param {import("./random.mjs").Random} random
 */
export async function verify(party, ledger, random) {
  await verifyKeys(party, ledger);
  await all(ledger.clientTokens, (token) => verifyAccessToken(party, token));
  await all(ledger.signIns, (signIn) => verifySignIn(party, signIn, random));
  // A code that is used again ends a sign-in that was judged before.
  await all(ledger.codes, (code) => verifyCode(party, code, ledger, random));
  await all(ledger.devices, (device) => verifyDevice(party, device));
  await all(ledger.sessions, (cookies) => verifySession(party, cookies));
}

/**
 * @template T
 * @param {readonly T[]} things
 * @param {(thing: T) => Promise<unknown>} judge
 */
async function all(things, judge) {
  await Promise.all(things.map(judge));
}

async function verifySession(party, cookies) {
  const answer = await party.authorize(APPLICATIONS[0], party.browser(cookies), { prompt: "none" });
  assert.ok(answer.get("code"), `the session is gone: ${answer}`);
}

/** What signed the tokens that were handed out is published, and the last signature holds. */
async function verifyKeys(party, { keyIds, signIns }) {
  const keys = await party.keys(APPLICATIONS[0]);
  for (const id of keyIds)
    assert.ok(
      keys.some(({ kid }) => kid === id),
      `key ${id} is gone`,
    );
  const token = signIns.flatMap(({ idTokens }) => idTokens).at(-1);
  if (!token) return;
  const [head, body, signature] = token.split(".");
  const { kid } = JSON.parse(Buffer.from(head, "base64url").toString());
  const jwk = keys.find((key) => key.kid === kid);
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const key = await webcrypto.subtle.importKey("jwk", jwk, algorithm, false, ["verify"]);
  const bytes = Buffer.from(signature, "base64url");
  const signed = Buffer.from(`${head}.${body}`);
  assert.ok(await webcrypto.subtle.verify(algorithm, key, bytes, signed), "the signature does not hold");
}

async function isActive(party, { application, value }) {
  return given(await party.introspect(application, value)).active;
}

/** @param {import("./ledger.mjs").Thing} token */
async function verifyAccessToken(party, token) {
  const active = await isActive(party, token);
  if (token.state === "unsure") return;
  assert.equal(active, token.state === "live", `an access token that is ${token.state}`);
}

/** @param {import("./ledger.mjs").SignIn} signIn */
async function verifySignIn(party, signIn, random) {
  const { application, accessTokens } = signIn;
  if (signIn.state === "unsure") return decideEnd(party, signIn);
  if (signIn.state === "ended") return verifyEnded(party, signIn);
  for (const token of accessTokens) await verifyAccessToken(party, token);
  const newest = accessTokens.at(-1);
  if (newest.state === "live") {
    const { status, text } = await party.userInfo(application, newest.value);
    assert.equal(status, 200, text);
  }
  await verifyRefresh(party, signIn);
  // A token that was used before the kill is still used, and ends the sign-in.
  const spent = signIn.refreshTokens.at(application.retry > 0 ? -3 : -2);
  if (signIn.state === "live" && spent !== undefined && random.chance(0.15)) {
    refused(await party.refresh(application, spent));
    signIn.state = "ended";
    await verifyEnded(party, signIn);
  }
}

/** The newest refresh token that was handed out works, unless it was used and nobody heard of it. */
async function verifyRefresh(party, signIn) {
  const { application, isRefreshing, newest } = signIn;
  if (!isRefreshing || application.retry > 0) return refresh(signIn, party);
  const answer = await party.refresh(application, newest);
  signIn.isRefreshing = false;
  if (answer.status === 200) return signIn.add(answer.json);
  // It did happen: this was its second use.
  refused(answer);
  signIn.state = "ended";
  return verifyEnded(party, signIn);
}

/** An end that was asked for and not answered came for all of the sign-in, or for nothing of it. */
async function decideEnd(party, signIn) {
  const tokens = signIn.accessTokens.filter(({ state }) => state === "live");
  const active = await Promise.all(tokens.map((token) => isActive(party, token)));
  const { status, text, json } = await party.refresh(signIn.application, signIn.newest);
  for (const one of active) assert.equal(one, status === 200, "half of an end");
  if (status === 200) {
    signIn.add(json);
    signIn.state = "live";
  } else {
    refused({ status, text, json });
    signIn.state = "ended";
  }
}

async function verifyEnded(party, { application, accessTokens, newest }) {
  for (const token of accessTokens) {
    assert.equal(await isActive(party, token), false, "an access token of a sign-in that was ended");
  }
  refused(await party.refresh(application, newest));
}

/** @param {import("./ledger.mjs").Thing} code */
async function verifyCode(party, code, { signIns }, random) {
  const signIn = signIns.find((signIn) => signIn.code === code.value);
  // The second use of a code ends what came of it: not for all of them.
  if (signIn?.state === "live" && random.chance(0.8)) return;
  const answer = await party.exchange(code.application, code.value);
  if (code.state === "live") given(answer);
  else if (code.state === "ended" || answer.status !== 200) refused(answer);
  code.state = "ended";
  if (!signIn) return;
  signIn.state = "ended";
  await verifyEnded(party, signIn);
}

/** @param {import("./ledger.mjs").Ledger["devices"][number]} device */
async function verifyDevice(party, device) {
  const answer = await party.pollDevice(device.application, device.value);
  const isPending = answer.json.error === "authorization_pending";
  if (device.state === "ended") return refused(answer);
  if (device.isAllowed) {
    if (device.state === "live") given(answer);
    else if (answer.status !== 200) refused(answer);
  } else if (answer.status !== 200 || !device.isAllowing) {
    assert.ok(isPending, answer.text);
    device.state = "unsure";
    return undefined;
  }
  device.state = "ended";
  return undefined;
}
