import assert from "node:assert/strict";
import { Browser } from "../../../pkg/test/support/issuer-browser.mjs";
import { hashOf, optionsFor } from "../checks/testing.mjs";

/** RFC 7636 appendix B. */
const VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

const CALLBACK = "http://127.0.0.1:9999/callback";
const SCOPE = "openid profile email offline_access api";
const DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code";

/** @typedef {import("../checks/testing.mjs").Step} Step */

/**
 * Asks an issuer of the seed for one of everything that it gives, and notes what was asked and the hash of each reply.
 *
 * @param {typeof import("eiam-token/testing")} testing
 * @param {string} signing the algorithm, whose signatures have to repeat
 * @returns {Promise<Step[]>}
 */
export async function recordRun({ createTestIssuer }, signing) {
  const issuer = await createTestIssuer(/** @type {any} */ (optionsFor(signing)));
  const { web, spa, device, machine } = issuer.clients;
  /** @type {Step[]} */
  const steps = [];

  /** @type {import("../../../pkg/test/support/issuer-browser.mjs").Send} */
  const send = async (method, url, headers, body) => {
    const request = { method, url, headers: Object.entries(headers), ...(body === undefined ? {} : { body }) };
    const reply = await issuer.handle(request);
    steps.push({ ...request, sha256: await hashOf(reply) });
    const fields = new Headers();
    for (const [name, value] of reply.headers) fields.append(name, value);
    return { status: reply.status, headers: fields, text: new TextDecoder().decode(reply.body) };
  };

  /** @param {number} expected @param {string} url @param {Record<string, string>} form @param {Record<string, string>} [more] */
  const post = async (expected, url, form, more = {}) => {
    const headers = { "content-type": "application/x-www-form-urlencoded", ...more };
    const { status, text } = await send("POST", url, headers, new URLSearchParams(form).toString());
    assert.equal(status, expected, text);
    return text === "" ? undefined : JSON.parse(text);
  };

  /** @param {{ authorizationEndpoint: string }} client @param {string} id @param {Browser} browser @param {string} user */
  const signIn = async ({ authorizationEndpoint }, id, browser, user) => {
    const query = new URLSearchParams({
      response_type: "code",
      client_id: id,
      redirect_uri: CALLBACK,
      scope: SCOPE,
      state: "state",
      nonce: "nonce",
      code_challenge: CHALLENGE,
      code_challenge_method: "S256",
    });
    let page = await browser.open(`${authorizationEndpoint}?${query}`);
    if (page.text.includes('name="password"')) {
      page = await browser.submit(page, { username: user, password: `${user}-password` });
    }
    if (page.text.includes('value="allow"')) page = await browser.submit(page, {}, "allow");
    const code = new URL(page.url).searchParams.get("code");
    assert.ok(code, page.text);
    return { grant_type: "authorization_code", code, redirect_uri: CALLBACK, code_verifier: VERIFIER };
  };

  const basic = { authorization: `Basic ${btoa(`web:${web.clientSecret}`)}` };
  await send("GET", web.discovery, {});
  await send("GET", web.jwksUri, {});
  const browser = new Browser(send, new URL(issuer.url).origin);
  const exchange = await signIn(web, "web", browser, "alice");
  const tokens = await post(200, web.tokenEndpoint, exchange, basic);
  await send("GET", web.userinfoEndpoint, { authorization: `Bearer ${tokens.access_token}` });
  await post(200, web.introspectionEndpoint, { token: tokens.access_token }, basic);
  const refreshing = (/** @type {string} */ token) => ({ grant_type: "refresh_token", refresh_token: token });
  const fresh = await post(200, web.tokenEndpoint, refreshing(tokens.refresh_token), basic);
  const typed = { grant_type: "password", username: "bob", password: "bob-password", scope: "openid" };
  await post(200, web.tokenEndpoint, typed, basic);

  const asked = await post(200, device.deviceAuthorizationEndpoint, { client_id: "device", scope: SCOPE });
  const poll = { grant_type: DEVICE_CODE, device_code: asked.device_code, client_id: "device" };
  await post(400, device.tokenEndpoint, poll);
  let page = await browser.open(asked.verification_uri);
  page = await browser.submit(page, { user_code: asked.user_code });
  if (page.text.includes('name="password"')) {
    page = await browser.submit(page, { username: "alice", password: "alice-password" });
  }
  page = await browser.submit(page, {}, "allow");
  assert.equal(page.status, 200, page.text);
  issuer.clock.advance(600);
  steps.push({ advance: 600 });
  await post(200, device.tokenEndpoint, poll);

  const secret = { client_id: "machine", client_secret: machine.clientSecret ?? "", scope: "api" };
  await post(200, machine.tokenEndpoint, { grant_type: "client_credentials", ...secret });
  const bob = new Browser(send, new URL(issuer.url).origin);
  const again = { ...(await signIn(spa, "spa", bob, "bob")), client_id: "spa" };
  await post(200, spa.tokenEndpoint, again);
  // A code works once.
  await post(400, spa.tokenEndpoint, again);
  await send(
    "POST",
    web.revocationEndpoint,
    { ...basic, "content-type": "application/x-www-form-urlencoded" },
    `token=${fresh.refresh_token}`,
  );
  await post(400, web.tokenEndpoint, refreshing(fresh.refresh_token), basic);
  await browser.open(`${web.endSessionEndpoint}?id_token_hint=${tokens.id_token}`);
  await issuer.close();
  return steps;
}
