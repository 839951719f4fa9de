import { createHmac } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { Browser, poster } from "../../../pkg/test/support/issuer-browser.mjs";
import { secretOf } from "../app/config.js";

const { Miniflare, Log } = createRequire(`${process.cwd()}/package.json`)("miniflare");

export const BASE = "https://issuer.example";
export const REDIRECT = "https://app.example/cb";

/** The same for every start, as secrets of a deployment are. */
export const SECRETS = {
  BASE_URL: BASE,
  SEALING_KEY: "c2VhbGluZy1rZXktb2YtdGhlLXRlc3RzLW9ubHktMzI",
  SIGNING_KEY: JSON.stringify(await signingKey()),
};

async function signingKey() {
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const { privateKey } = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const { kty, crv, x, y, d } = await crypto.subtle.exportKey("jwk", privateKey);
  return { kty, crv, x, y, d };
}

/** What the runtime printed since the program started. */
export const printed = /** @type {string[]} */ ([]);

/**
 * Two Workers, each an isolate of its own, over the same objects.
 *
 * @param {{ persist?: string }} [options] the folder where the objects' storage stays
 */
export async function startCluster({ persist } = {}) {
  const objects = { APPLICATIONS: "Application", USER_CODES: "UserCodes", RECORDS: "Records" };
  const worker = (/** @type {string} */ name) => ({
    name,
    modules: readdirSync("dist")
      .map((path) => ({
        type: path.endsWith(".wasm") ? "CompiledWasm" : "ESModule",
        path,
        contents: readFileSync(`dist/${path}`),
      }))
      .sort(({ type }) => (type === "ESModule" ? -1 : 1)),
    compatibilityDate: "2026-07-01",
    unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
    bindings: SECRETS,
    durableObjects: Object.fromEntries(
      Object.entries(objects).map(([binding, className]) => [
        binding,
        name === "first" ? { className, useSQLite: true } : { className, scriptName: "first" },
      ]),
    ),
  });
  const miniflare = new Miniflare({
    workers: [worker("first"), worker("second")],
    durableObjectsPersist: persist,
    log: new Log(0),
    handleRuntimeStdio: (stdout, stderr) => {
      for (const stream of [stdout, stderr]) stream.on("data", (data) => printed.push(String(data)));
    },
  });
  const addresses = await Promise.all(["first", "second"].map((name) => miniflare.unsafeGetDirectURL(name)));

  const send = (place) => async (method, url, headers, body) => {
    const address = `${addresses[place].origin}${url.slice(BASE.length)}`;
    const response = await fetch(address, { method, headers, body, redirect: "manual" });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const namespace = (binding) => miniflare.getDurableObjectNamespace(binding, "first");

  return {
    /** Sends to one of the two Workers. */
    send,
    /** Where one of the two Workers listens. @param {number} place */
    address: (place) => addresses[place],
    post: poster(send(0)),
    postTo: (place) => poster(send(place)),
    browser: (place = 0) => new Browser(send(place), BASE),

    /** The tests' own door of an object. */
    async look(binding, name, path = "") {
      const objects = await namespace(binding);
      const response = await objects.get(objects.idFromName(name)).fetch(`http://test/${path}`);
      return response.json();
    },
    async records(name, changes, prefix) {
      const objects = await namespace("RECORDS");
      const body = JSON.stringify({ changes, prefix });
      const object = objects.get(objects.idFromName(name));
      return (await object.fetch("http://test/", { method: "POST", body })).json();
    },
    /** How many objects there are. */
    count: async (binding) => (await miniflare.listDurableObjectIds(binding, "first")).length,
    /** Takes an object out of memory, gracefully, as the platform does with idle ones. */
    evict: (binding, name) => miniflare.unsafeEvictDurableObject("first", objects[binding], { name }),
    stop: () => miniflare.dispose(),
  };
}

/** The endpoints of an application, or those of the instance for the same application. */
export function endpoints(id, { instance = false } = {}) {
  const api = instance ? `${BASE}/api/v2/iauths_system/oauth2` : `${BASE}/v2/idaas_example/${id}/oauth2`;
  const pages = `${BASE}/login/app/${instance ? "common" : id}/oauth2`;
  return {
    // At the instance's server a refresh token has to be asked for.
    scope: instance ? "openid profile offline_access" : "openid profile",
    token: `${api}/token`,
    device: `${api}/device/code`,
    par: `${api}/par`,
    userinfo: `${api}/userinfo`,
    revoke: `${api}/revoke`,
    introspect: `${api}/introspect`,
    authorize: `${pages}/authorize`,
    login: `${pages}/login`,
    decision: `${pages}/decision`,
    logout: `${pages}/logout`,
    signout: `${pages}/signout`,
    devicePage: `${pages}/device`,
    jwks: instance ? `${api}/jwks` : `${BASE}/v2/idaas_example/${id}/oidc/jwks`,
    discovery: instance
      ? `${api}/.well-known/openid-configuration`
      : `${BASE}/v2/idaas_example/${id}/oidc/.well-known/openid-configuration`,
  };
}

/** @param {string} id */
export function client(id) {
  return { client_id: id, client_secret: secretOf(id) };
}

/** The token request for somebody's password. */
export function passwordForm(id, username = "alice") {
  return {
    grant_type: "password",
    username,
    password: `${username}-password`,
    scope: "openid",
    ...client(id),
  };
}

// The pair of RFC 7636 appendix B.
const VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/** Signs alice in by the form if she is not, and gives the form of the token request. */
export async function getCode(browser, id, { authorize, scope }, { signsIn = true } = {}) {
  const query = new URLSearchParams({
    response_type: "code",
    client_id: id,
    redirect_uri: REDIRECT,
    scope,
    prompt: "consent",
    state: "state",
    code_challenge: CHALLENGE,
    code_challenge_method: "S256",
  });
  let page = await browser.open(`${authorize}?${query}`);
  if (signsIn && page.text.includes('name="password"')) page = await signIn(browser, page);
  if (!page.text.includes('name="password"') && !page.url.startsWith(REDIRECT))
    page = await browser.submit(page, {}, "allow");
  const code = new URL(page.url).searchParams.get("code");
  if (!code) throw new Error(`no code: ${page.status} ${page.url}`);
  return {
    grant_type: "authorization_code",
    code,
    redirect_uri: REDIRECT,
    code_verifier: VERIFIER,
    ...client(id),
  };
}

export function signIn(browser, page) {
  return browser.submit(page, { username: "alice", password: "alice-password" });
}

/** @param {string} id @param {{ refresh_token: string }} tokens */
export function refreshForm(id, { refresh_token }) {
  return { grant_type: "refresh_token", refresh_token, ...client(id) };
}

/** A key of a client's, and proofs that requests come from who has it (RFC 9449). */
export async function proofKey() {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const { publicKey, privateKey } = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", publicKey);
  return async (/** @type {string} */ htm, /** @type {string} */ htu, /** @type {string} */ token = "") => {
    const hash = await crypto.subtle.digest("SHA-256", Buffer.from(token));
    const ath = token && Buffer.from(hash).toString("base64url");
    const iat = Math.floor(Date.now() / 1000);
    const claims = { jti: crypto.randomUUID(), htm, htu, iat, ...(ath && { ath }) };
    const signed = jwtParts({ typ: "dpop+jwt", alg: "ES256", jwk: { kty, crv, x, y } }, claims);
    const signature = await crypto.subtle.sign(algorithm, privateKey, Buffer.from(signed));
    return `${signed}.${Buffer.from(signature).toString("base64url")}`;
  };
}

/** An assertion by a client's secret (RFC 7523). @param {string} id @param {string} aud */
export function assertion(id, aud, secret = secretOf(id)) {
  const exp = Math.floor(Date.now() / 1000) + 300;
  const signed = jwtParts({ alg: "HS256" }, { iss: id, sub: id, aud, exp, jti: crypto.randomUUID() });
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

/** @param {...object} parts */
function jwtParts(...parts) {
  return parts.map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
}

/**
 * What `look` gives when it is as it should be; after a minute and a half whatever it is.
 *
 * @template T
 * @param {() => Promise<T>} look
 * @param {(seen: T) => boolean} isRight
 */
export async function eventually(look, isRight) {
  for (let i = 0; i < 450; i++) {
    const seen = await look();
    if (isRight(seen)) return seen;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return look();
}
