import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { clientKeys, clients, startProvider } from "../../tests/peers/oidc-provider.mjs";
import { runCommand, startToken } from "./support/command-process.mjs";
import { Browser } from "./support/issuer-browser.mjs";
import { algorithms } from "./support/jwt.mjs";

const folder = mkdtempSync(join(tmpdir(), "eiam-token-"));
after(() => rmSync(folder, { recursive: true }));

let provider;
before(async () => (provider = await startProvider()));
after(() => provider.stop());

/** @param {string} name of {@link clients} */
const of = (name) => ["--issuer", provider.issuer, "--client-id", clients[name].clientId];

/** @type {import("./support/issuer-browser.mjs").Send} */
async function send(method, url, headers, body) {
  const response = await fetch(url, { method, headers, body, redirect: "manual" });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** The user's claims, by an access token that the command printed. */
async function subject(stdout) {
  const headers = { authorization: `Bearer ${stdout.trim()}` };
  const { status, text } = await send("GET", `${provider.issuer}/me`, headers);
  assert.equal(status, 200, text);
  return JSON.parse(text).sub;
}

// This server has no grant "password".
describe("token, against oidc-provider", () => {
  test("authorization_code, then refresh_token", async () => {
    const path = join(folder, "refresh");
    const keep = ["--refresh-token-file", path];
    const command = startToken([...of("native"), "--scope", "openid offline_access", ...keep]);
    const [, url] = await command.says(/Sign in at\n\n {2}(\S+)\n\n/);
    const browser = new Browser(send, provider.issuer);
    // This provider gives refresh tokens to who was asked for consent.
    const consent = await browser.submit(await browser.open(`${url}&prompt=consent`), {
      login: "alice",
      password: "any",
    });
    const { url: back } = await browser.submit(consent, { prompt: "consent" });
    assert.equal((await fetch(back)).status, 200);
    const { code, stdout, stderr } = await command.ended;
    assert.equal(code, 0, stderr);
    assert.equal(await subject(stdout), "alice");
    assert.match(stderr, /of alice, with an id_token, the refresh token written\n$/);

    const before = readFileSync(path, "utf8");
    const fresh = await runCommand(["token", ...of("native"), "--grant", "refresh_token", ...keep]);
    assert.equal(fresh.code, 0, fresh.stderr);
    assert.equal(await subject(fresh.stdout), "alice");
    assert.notEqual(readFileSync(path, "utf8"), before);
  });

  test("device_code", async () => {
    const command = startToken([...of("device"), "--grant", "device_code", "--scope", "openid"]);
    const [, url] = await command.says(/or go directly to\n\n {2}(\S+)\n\n/);
    const browser = new Browser(send, provider.issuer);
    let page = await browser.open(url);
    // A page that a script sends on, for who has one.
    if (!/name="confirm"/.test(page.text))
      page = await browser.submit(page, { user_code: new URL(url).searchParams.get("user_code") });
    const signIn = await browser.submit(page, { confirm: "yes" });
    const consent = await browser.submit(signIn, { login: "alice", password: "any" });
    await browser.submit(consent, { prompt: "consent" });
    const { code, stdout, stderr } = await command.ended;
    assert.equal(code, 0, stderr);
    assert.equal(await subject(stdout), "alice");
  });

  for (const name of ["basic", "post", "secretJwt"]) {
    const method = name === "secretJwt" ? "client_secret_jwt" : `client_secret_${name}`;
    test(`client_credentials by ${method}, every kind of character in id and secret`, async () => {
      const args = [...of(name), "--grant", "client_credentials", "--auth-method", method];
      const env = { EIAM_TOKEN_CLIENT_SECRET: clients[name].clientSecret };
      const { code, stdout, stderr } = await runCommand(["token", ...args], { env });
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^[\w-]+\n$/);
      const wrong = await runCommand(["token", ...args], { env: { EIAM_TOKEN_CLIENT_SECRET: "wrong" } });
      assert.equal(wrong.code, 1);
      assert.match(wrong.stderr, /^eiam-token: oauth_error: invalid_client: [^\n]+\.\n$/);
    });
  }

  for (const alg of algorithms) {
    test(`client_credentials by a private key of ${alg}`, async () => {
      const path = join(folder, alg);
      writeFileSync(path, JSON.stringify(clientKeys[alg].privateJwk));
      const args = [...of(alg), "--grant", "client_credentials", "--private-key", path];
      const { code, stderr } = await runCommand(["token", ...args]);
      assert.equal(code, 0, stderr);
    });
  }

  test("password is refused by its name", async () => {
    const args = [...of("basic"), "--grant", "password", "--username", "alice"];
    const env = { EIAM_TOKEN_CLIENT_SECRET: clients.basic.clientSecret, EIAM_TOKEN_PASSWORD: "any" };
    const { code, stderr } = await runCommand(["token", ...args], { env });
    assert.equal(code, 1);
    assert.match(stderr, /^eiam-token: oauth_error: unsupported_grant_type: [^\n]+\.\n$/);
  });
});
