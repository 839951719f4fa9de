import { Browser } from "../../../pkg/test/support/issuer-browser.mjs";
import { fails, ok, same } from "./expect.mjs";

const SCOPE = "openid profile email";
const READ = "api://api.example.com|read:file";

/**
 * How an issuer with the ready example is reached.
 *
 * @typedef {object} Party
 * @property {string} base
 * @property {typeof fetch} fetch for the client
 * @property {import("../../../pkg/test/support/issuer-browser.mjs").Send} send for a user's browser
 */

/**
 * The flows of a client, and the user's way through the issuer's pages.
 *
 * @param {string} where
 * @param {readonly import("../checks.mjs").Part[]} needs
 * @param {(host: import("../checks.mjs").Host) => Promise<Party>} meet
 * @returns {readonly import("../checks.mjs").Check[]}
 */
export function flows(where, needs, meet) {
  const check = (name, run) => ({
    name: `${where}: ${name}`,
    needs,
    run: async (host) => run(host.client, await meet(host)),
  });
  return [
    check("client credentials, introspection, revocation", clientCredentials),
    check("a wrong secret", wrongSecret),
    check("authorization code by the sign-in page, id_token, user info", authorizationCode),
    check("a code works once, however many try", codeOnce),
    check("refresh", refresh),
    check("revocation ends a grant", revocation),
    check("device flow by the device page", device),
    check("device flow, refused", deviceRefused),
    check("password", password),
    check("a session refreshes once for all callers", session),
    check("signing out", signOut),
  ];
}

/**
 * @param {typeof import("eiam-token")} library
 * @param {Party} party
 * @param {string} clientId
 * @param {string} [clientSecret]
 */
export function discover({ Client }, { base, fetch }, clientId, clientSecret) {
  return Client.discover(`${base}/v2/idaas_example/${clientId}/oidc`, {
    clientId,
    fetch,
    ...(clientSecret ? { authentication: { method: "client_secret_basic", clientSecret } } : {}),
  });
}

const machine = (library, party) =>
  discover(library, party, "app_machine", "CSmachineExampleSecretThatEverybodyKnows123456");
const web = (library, party) => discover(library, party, "app_web", "CSwebExampleSecretThatEverybodyKnows1234567890");

/** @param {Party} party */
function user({ send, base }) {
  return new Browser(send, new URL(base).origin);
}

const alice = { username: "alice", password: "alice-password" };

/**
 * Signs alice in, and gives what came back to the application.
 * @param {readonly object[]} wrong what she types first; the issuer slows many mistakes down
 */
export async function signIn(library, party, wrong = []) {
  const rp = await discover(library, party, "app_spa");
  const request = rp.authorizationRequest({ redirectUri: `${party.base}/callback`, scope: SCOPE });
  const browser = user(party);
  let page = await browser.open(request.url);
  if (page.text.includes('name="password"')) {
    for (const typed of wrong) {
      page = await browser.submit(page, { ...alice, ...typed });
      ok(page.text.includes('name="password"'), `a wrong password: ${page.status} ${page.text}`);
    }
    page = await browser.submit(page, alice);
  }
  ok(page.url.startsWith(`${party.base}/callback?`), `not back at the application: ${page.url}`);
  return { rp, request, browser, response: rp.parseCallback(page.url, request.serialize()) };
}

async function signedIn(library, party) {
  const { rp, response, browser } = await signIn(library, party);
  return { rp, browser, tokens: await rp.exchangeCode(response) };
}

async function clientCredentials(library, party) {
  const rp = await machine(library, party);
  const tokens = await rp.clientCredentials({ scope: READ });
  ok(tokens.accessToken.length > 20, "no access token");
  same([tokens.tokenType, tokens.expiresIn], ["Bearer", 3600n]);
  same((await rp.introspect(tokens.accessToken)).active, true);
  await rp.revoke(tokens.accessToken);
  same((await rp.introspect(tokens.accessToken)).active, false);
}

async function wrongSecret(library, party) {
  const rp = await discover(library, party, "app_machine", "CSwrong");
  await fails(() => rp.clientCredentials(), library.OAuthError, {
    error: "invalid_client",
    status: 401,
  });
}

async function authorizationCode(library, party) {
  const { rp, response } = await signIn(library, party, [{ password: "wrong" }]);
  const tokens = await rp.exchangeCode(response);
  same(tokens.expiresIn, 1200n);
  same([tokens.claims?.sub, tokens.claims?.aud], ["user_alice", "app_spa"]);
  same((await rp.userInfo(tokens)).email, "alice@example.com");
  // The signature was looked at: one that is changed is refused.
  const [header, payload, signature] = tokens.idToken.split(".");
  const changed = signature.startsWith("A") ? `B${signature.slice(1)}` : `A${signature.slice(1)}`;
  const forged = { token_type: "Bearer", access_token: tokens.accessToken };
  const body = JSON.stringify({ ...forged, id_token: [header, payload, changed].join(".") });
  const fetch = async (url, init) => (String(url).endsWith("/token") ? new Response(body) : party.fetch(url, init));
  await fails(() => rp.password(alice, { fetch }), library.MalformedResponseError, {
    path: "id_token.signature",
  });
}

async function codeOnce(library, party) {
  const { rp, response } = await signIn(library, party);
  const tries = Array.from({ length: 5 }, () => rp.exchangeCode(response));
  const ends = await Promise.allSettled(tries);
  same(ends.filter(({ status }) => status === "fulfilled").length, 1);
  for (const end of ends) if (end.status === "rejected") same(end.reason.error, "invalid_grant");
}

async function refresh(library, party) {
  const { rp, tokens } = await signedIn(library, party);
  const fresh = await rp.refresh(tokens);
  ok(fresh.accessToken !== tokens.accessToken, "the same access token");
  ok(fresh.refreshToken !== tokens.refreshToken, "the same refresh token");
  same((await rp.userInfo(fresh)).sub, "user_alice");
}

async function revocation(library, party) {
  const { rp, tokens } = await signedIn(library, party);
  await rp.revoke(tokens.refreshToken, { tokenTypeHint: "refresh_token" });
  await fails(() => rp.refresh(tokens), library.OAuthError, { error: "invalid_grant" });
  // EIAM: 400 at userinfo.
  await fails(() => rp.userInfo(tokens), library.OAuthError, { error: "invalid_token" });
}

async function decide(party, started, decision) {
  const browser = user(party);
  let page = await browser.open(started.verificationUri);
  for (let i = 0; i < 3 && !page.text.includes(`value="${decision}"`); i++) {
    page = page.text.includes('name="password"')
      ? await browser.submit(page, alice)
      : await browser.submit(page, { user_code: started.userCode });
  }
  page = await browser.submit(page, {}, decision);
  same(page.status, 200, page.text);
}

async function device(library, party) {
  const rp = await discover(library, party, "app_device");
  const started = await rp.deviceAuthorize({ scope: "openid" });
  same(started.expiresIn, 1200n);
  const stored = library.deserializeDeviceAuthorization(started.serialize());
  await decide(party, stored, "allow");
  const states = [];
  const onState = ({ status }) => void states.push(status);
  // Not the usual seconds of waiting, which would make every runtime slow.
  const tokens = await rp.pollDevice(stored, { interval: 0n, onState });
  same(states, ["waiting", "polling"]);
  same(tokens.claims?.sub, "user_alice");
}

async function deviceRefused(library, party) {
  const rp = await discover(library, party, "app_device");
  const started = await rp.deviceAuthorize();
  await decide(party, started, "deny");
  await fails(() => rp.pollDevice(started, { interval: 0n }), library.DeviceFlowError, {
    code: "device_denied",
  });
}

async function password(library, party) {
  const rp = await web(library, party);
  const tokens = await rp.password({ ...alice, scope: "openid" });
  same(tokens.claims?.sub, "user_alice");
  const wrong = () => rp.password({ ...alice, password: "wrong" });
  await fails(wrong, library.OAuthError, { error: "invalid_grant" });
}

async function session(library, party) {
  const { rp, tokens } = await signedIn(library, party);
  let refreshes = 0;
  const counting = new library.Client({
    server: rp.server,
    clientId: rp.clientId,
    fetch: (url, init) => {
      if (String(init?.body).includes("grant_type=refresh_token")) refreshes += 1;
      return party.fetch(url, init);
    },
  });
  const kept = new library.TokenSession(counting, { name: `check ${Math.random()}` });
  await kept.set(tokens);
  // As if a resource server had refused the token.
  const rejected = tokens.accessToken;
  const callers = Array.from({ length: 10 }, () => kept.getAccessToken({ rejected }));
  same(new Set(await Promise.all(callers)).size, 1);
  same(refreshes, 1);
  kept.close();
}

async function signOut(library, party) {
  const { rp, browser, tokens } = await signedIn(library, party);
  const back = `${party.base}/`;
  const url = rp.logoutUrl({ idToken: tokens, postLogoutRedirectUri: back, state: "bye" });
  let page = await browser.open(url);
  if (page.text.includes("<form")) page = await browser.submit(page, { transaction: undefined });
  ok(page.url.startsWith(back) && page.url.includes("state=bye"), `signed out to ${page.url}`);
  const { url: again } = rp.authorizationRequest({ redirectUri: `${party.base}/callback`, scope: SCOPE });
  page = await browser.open(again);
  ok(page.text.includes('name="password"'), `still signed in: ${page.url}`);
}
