import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { ReadyFile } from "../bin/issuer/ready-file.js";
import { runCommand, startCommand } from "./support/command-process.mjs";

const folder = mkdtempSync(join(tmpdir(), "eiam-token-control-"));
after(() => rmSync(folder, { recursive: true }));

let count = 0;
const newFile = () => join(folder, `ready-${++count}.json`);
const read = (file) => JSON.parse(readFileSync(file, "utf8"));
const isThere = (file) => readdirSync(folder).includes(file.slice(folder.length + 1));

/** A request with the host that it names, which `fetch` does not let anybody choose. */
function ask(url, { method = "GET", headers = {}, body, ...others } = {}) {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method, headers, agent: false, ...others }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (data) => (text += data));
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, text }));
      response.on("error", reject);
    });
    request.on("error", reject);
    request.end(body);
  });
}

/** Starts a command that is steered, with its ready file, and stops it after the test. */
async function startSteered(t, args = [], options = undefined) {
  const file = newFile();
  const command = await startCommand(["--port", "0", "--control", "--ready-file", file, ...args], options);
  t.after(() => command.stop());
  const ready = read(file);
  const control = (method, path, body) =>
    fetch(`${ready.control}/${path}`, {
      method,
      headers: { authorization: `Bearer ${ready.controlToken}`, "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  return { command, file, ready, control };
}

/** A configuration whose client has one redirect URI only. */
function exactRedirects() {
  const file = join(folder, "exact.json");
  writeFileSync(file, JSON.stringify({ clients: { shop: { redirectUris: ["https://shop.example/callback"] } } }));
  return file;
}

const machineTokens = ({ clients: { machine } }) =>
  fetch(machine.tokenEndpoint, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: machine.clientId,
      client_secret: machine.clientSecret,
    }),
  });

describe("issuer --control", () => {
  test("is steered with the printed token, and says loudly that it is", async (t) => {
    const { command, ready, control } = await startSteered(t);
    assert.match(command.greeting, /UNDER REMOTE CONTROL/);
    assert.ok(command.greeting.includes(`token    ${ready.controlToken}\n`));
    assert.ok(command.greeting.includes(`control  ${ready.control}\n`));

    assert.equal((await ask(`${ready.control}/clock`)).status, 401);
    const wrong = `Bearer ${ready.controlToken.replace(/^./, (first) => (first === "x" ? "y" : "x"))}`;
    assert.equal((await ask(`${ready.control}/clock`, { headers: { authorization: wrong } })).status, 401);
    const before = await (await control("GET", "clock")).json();
    const { now } = await (await control("POST", "clock", { advance: "2d" })).json();
    assert.ok(now >= before.now + 2 * 86_400);
    assert.equal((await ask(`${ready.control}/health`)).status, 200);

    const { text, headers } = await ask(`${ready.url}/`);
    assert.match(text, /Test issuer, under remote control/);
    assert.equal(headers["x-test-issuer"], "under remote control");
    const bearer = { authorization: `Bearer ${ready.controlToken}` };
    for (const [status, url, fields] of [
      [200, `${ready.control}/clock`, bearer],
      [401, `${ready.control}/clock`],
      [403, `${ready.control}/clock`, { ...bearer, "sec-fetch-site": "same-origin" }],
      [404, `${ready.control}/nothing`, bearer],
      [200, ready.health],
      [421, ready.url, { host: "site.example" }],
      [400, ready.url, { host: "site example" }],
      [400, `${ready.control}/journal?heartbeat=0`, { ...bearer, accept: "text/event-stream" }],
    ]) {
      const response = await ask(url, { headers: fields });
      assert.deepEqual([response.status, response.headers["x-test-issuer"]], [status, "under remote control"], url);
    }
    // What a test has written is sent as it has.
    await control("POST", "faults", { endpoint: "jwks", html: 502 });
    const scripted = await ask(ready.clients.web.jwksUri);
    assert.deepEqual([scripted.status, scripted.headers["x-test-issuer"]], [502, undefined]);
  });

  test("has the clients and users of tests, which the ready file describes", async (t) => {
    const { command, file, ready } = await startSteered(t);
    assert.deepEqual(Object.keys(ready.clients), ["web", "spa", "device", "machine"]);
    assert.deepEqual(ready.users.alice, { userId: "alice", username: "alice", password: "alice-password" });
    assert.equal(ready.url, command.address);
    assert.equal(ready.port, Number(new URL(command.address).port));
    assert.equal(ready.pid, command.child.pid);
    assert.ok((await (await machineTokens(ready)).json()).access_token);
    const { issuer, discovery, jwksUri } = ready.clients.web;
    const metadata = await (await fetch(discovery)).json();
    assert.deepEqual([metadata.issuer, metadata.jwks_uri], [issuer, jwksUri]);
    assert.equal(ready.instance.issuer, (await (await fetch(ready.instance.discovery)).json()).issuer);
    if (process.platform !== "win32") assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  test("lets the connection do what a fault says", async (t) => {
    const { ready, control } = await startSteered(t);
    assert.equal((await control("POST", "faults", { endpoint: "token", fail: 503 })).status, 201);
    assert.equal((await machineTokens(ready)).status, 503);
    await control("POST", "faults", { endpoint: "token", drop: true });
    await assert.rejects(machineTokens(ready), TypeError);
    await control("POST", "faults", { endpoint: "token", truncate: 20 });
    const cut = await machineTokens(ready);
    assert.equal(cut.status, 200);
    await assert.rejects(cut.text(), TypeError);
    await control("POST", "faults", { endpoint: "token", endless: true });
    const reader = (await machineTokens(ready)).body.getReader();
    for (let octets = 0; octets < 20_000; ) octets += (await reader.read()).value.length;
    await reader.cancel();
    assert.equal((await machineTokens(ready)).status, 200);
  });

  test("explains in its log what was refused", async (t) => {
    const { command, ready } = await startSteered(t, ["--config", exactRedirects()]);
    const { authorizationEndpoint, tokenEndpoint } = ready.clients.shop;
    const query = { client_id: "shop", redirect_uri: "http://127.0.0.1:5/no", response_type: "code" };
    const form = new URLSearchParams(query).toString();
    await ask(`${authorizationEndpoint}?${form}`);
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    await ask(authorizationEndpoint, { method: "POST", headers, body: form });
    await ask(tokenEndpoint, { method: "POST", body: "x".repeat(70_000) });
    await command.settled();
    assert.equal(command.log().match(/redirect_uri "http:\/\/127\.0\.0\.1:5\/no"/g)?.length, 2, command.log());
  });

  test("goes on from a snapshot that is longer than other bodies may be", async (t) => {
    const { ready, control } = await startSteered(t);
    const claims = { note: "x".repeat(60_000) };
    for (const id of ["carol", "dave"]) {
      const put = await control("PUT", `users/${id}`, { username: id, password: "p", claims });
      assert.equal(put.status, 200, await put.text());
    }
    const snapshot = await (await control("GET", "snapshot")).json();
    assert.ok(snapshot.snapshot.length > 64 * 1024);
    assert.equal((await control("POST", "reset")).status, 204);
    assert.equal((await control("GET", "users/carol")).status, 404);
    assert.equal((await control("PUT", "snapshot", snapshot)).status, 204);
    assert.equal((await control("GET", "users/carol")).status, 200);
    // Nobody without a token has so much read.
    const body = JSON.stringify(snapshot);
    const refused = await ask(`${ready.control}/snapshot`, { method: "PUT", body }).catch(({ code }) => code);
    assert.ok(refused.status === 401 || ["EPIPE", "ECONNRESET"].includes(refused), JSON.stringify(refused));
  });

  test("is no business of websites: not under their names, and not for their pages", async (t) => {
    const { ready } = await startSteered(t, ["--base-url", "request", "--allow-host", "site.example:*"]);
    const { port } = ready;
    const authorization = `Bearer ${ready.controlToken}`;
    for (const host of [`site.example:${port}`, "127.0.0.1.site.example", "localhost.site.example", "10.0.0.1"]) {
      for (const path of ["health", "clock", "nothing?x=/_control"]) {
        const { status, text } = await ask(`${ready.control}/${path}`, { headers: { host, authorization } });
        assert.equal(status, 421, host);
        assert.match(text, /localhost, 127\.0\.0\.1 and \[::1\] only/);
      }
    }
    const asked = { path: "/x/..\\_control\\journal#/_control/journal", headers: { host: `site.example:${port}` } };
    assert.equal((await ask(ready.url, asked)).status, 421);
    const back = `${ready.clients.web.authorizationEndpoint}?redirect_uri=http://localhost/_control`;
    assert.notEqual((await ask(back, { headers: { host: `site.example:${port}` } })).status, 421);
    // The issuer itself has this name.
    const own = await ask(ready.clients.web.discovery, { headers: { host: `site.example:${port}` } });
    assert.match(JSON.parse(own.text).issuer, /^http:\/\/site\.example:/);
    for (const host of [`localhost:${port}`, `127.0.0.1:${port}`]) {
      assert.equal((await ask(`${ready.control}/clock`, { headers: { host, authorization } })).status, 200);
      for (const origin of ["https://site.example", `http://localhost:${port}`, "null"]) {
        const { status, headers } = await ask(`${ready.control}/clock`, { headers: { host, authorization, origin } });
        assert.equal(status, 403);
        assert.equal(headers["access-control-allow-origin"], undefined);
        const asked = { host, origin, "access-control-request-headers": "authorization" };
        const preflight = await ask(`${ready.control}/clock`, { method: "OPTIONS", headers: asked });
        assert.equal(preflight.headers["access-control-allow-origin"], undefined);
      }
    }
  });

  test("takes its token from the environment, and does not print that", async (t) => {
    const token = "a-token-of-the-environment";
    const { command, ready, control } = await startSteered(t, [], { env: { EIAM_TOKEN_CONTROL_TOKEN: token } });
    assert.equal(ready.controlToken, token);
    assert.equal((await control("GET", "clock")).status, 200);
    await command.settled();
    assert.ok(!command.output().includes(token));
    assert.match(command.greeting, /that of EIAM_TOKEN_CONTROL_TOKEN/);

    for (const wrong of ["short", "sixteen and more, but not a token", "x".repeat(513)]) {
      const env = { EIAM_TOKEN_CONTROL_TOKEN: wrong };
      const { code, stderr } = await runCommand(["issuer", "--port", "0", "--control"], { env });
      assert.equal(code, 2);
      assert.match(stderr, /EIAM_TOKEN_CONTROL_TOKEN needs 16 to 512/);
      assert.ok(!stderr.includes(wrong));
    }
  });

  test("takes a short configuration and a whole one, and says where they are wrong", async (t) => {
    const config = join(folder, "config.json");
    writeFileSync(
      config,
      '{ "clients": { "shop": { "clientSecrets": ["CSshopSecretOfThisTest1234567890"] } } } // short',
    );
    const { command, ready } = await startSteered(t, ["--config", config]);
    assert.deepEqual(Object.keys(ready.clients), ["shop"]);
    assert.equal(ready.clients.shop.clientSecret, "CSshopSecretOfThisTest1234567890");
    // Not everybody who sees the terminal has the file.
    assert.ok(!command.output().includes("CSshopSecretOfThisTest"));

    for (const [text, problem] of [
      [
        '{ "clients": { "shop": { "redirectUri": [] } } }',
        /config\.json: clients\.shop\.redirectUri: .*"redirectUris"/,
      ],
      ['{ "clients": { "shop": { "scopes": ["x y"] } } }', /config\.json: applications\[0\]\.scopes\[0\]: /],
      ['{ "applications": [{ "applicationId": "a", "scopes": ["x y"] }], "instanceId": "i" }', /: applications\[0\]/],
      ["[]", /config\.json: config: expected an object/],
    ]) {
      writeFileSync(config, text);
      const { code, stderr } = await runCommand(["issuer", "--port", "0", "--control", "--config", config]);
      assert.equal(code, 1, stderr);
      assert.match(stderr, problem);
    }
  });

  test("serves every profile", async (t) => {
    for (const profile of ["rfc9700", "fapi2"]) {
      const { command, ready } = await startSteered(t, ["--profile", profile]);
      assert.match(command.greeting, new RegExp(`profile ${profile}`));
      assert.ok(Object.keys(ready.clients).length > 0);
    }
  });

  test("is for this machine alone, and keeps nothing", async () => {
    for (const [args, problem] of [
      [["--store", join(folder, "x.store")], /--control and --store exclude each other/],
      [["--host", "0.0.0.0"], /--host has to be a loopback address, not "0\.0\.0\.0"/],
      [["--host", "::"], /loopback address/],
      [["--host", "127.0.0.1.site.example"], /loopback address/],
      [["--controll"], /did you mean "--control"/],
    ]) {
      const { code, stderr } = await runCommand(["issuer", "--port", "0", "--control", ...args]);
      assert.equal(code, 2, stderr);
      assert.match(stderr, problem);
    }
  });

  test("is not there without the option", async (t) => {
    const env = { EIAM_TOKEN_CONTROL_TOKEN: "a-token-of-the-environment" };
    const command = await startCommand(["--port", "0"], { env });
    t.after(() => command.stop());
    const headers = { authorization: `Bearer ${env.EIAM_TOKEN_CONTROL_TOKEN}` };
    for (const path of ["/_control", "/_control/health", "/_control/clock"]) {
      assert.equal((await ask(command.address + path, { headers })).status, 404);
    }
    assert.equal((await ask(`${command.address}/`)).headers["x-test-issuer"], undefined);
  });
});

describe("issuer --ready-file", () => {
  let command, file;
  before(async () => {
    file = newFile();
    // What an issuer has left that was killed.
    writeFileSync(file, JSON.stringify({ url: "http://127.0.0.1:1", pid: 1, clients: {} }));
    command = await startCommand(["--port", "0", "--ready-file", file]);
  });
  after(() => command.stop());

  test("says where the issuer is, without secrets unless it is steered", async () => {
    const ready = read(file);
    assert.equal(ready.url, command.address);
    assert.equal(ready.control, undefined);
    assert.equal(ready.controlToken, undefined);
    assert.equal(ready.clients.app_web.clientSecret, undefined);
    assert.equal(ready.users.alice.password, undefined);
    assert.ok(!JSON.stringify(ready).includes("Secret"));
    assert.equal((await fetch(ready.clients.app_web.discovery)).status, 200);
    for (const method of ["GET", "HEAD"]) {
      const health = await fetch(ready.health, { method });
      assert.equal(health.status, 200);
      assert.equal(await health.text(), method === "GET" ? '{"status":"ok"}' : "");
    }
    assert.equal((await ask(ready.health, { method: "POST" })).status, 404);
    assert.equal((await ask(ready.health, { headers: { host: "site.example" } })).status, 421);
  });

  test("has every client and user, whatever they are called", async (t) => {
    const file = join(folder, "called.json");
    writeFileSync(file, '{ "clients": { "__proto__": {}, "constructor": {} }, "users": { "__proto__": {} } }');
    const { ready } = await startSteered(t, ["--config", file]);
    assert.deepEqual(Object.keys(ready.clients).sort(), ["__proto__", "constructor"]);
    assert.deepEqual(Object.keys(ready.users), ["__proto__"]);
    for (const [id, client] of Object.entries(ready.clients)) assert.equal(client.clientId, id);
  });

  test("is removed when the issuer stops, with no other file left", async () => {
    const own = newFile();
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) {
      const short = await startCommand(["--port", "0", "--ready-file", own]);
      assert.ok(isThere(own));
      assert.equal(await short.stop(signal), 0);
      assert.ok(!isThere(own));
    }
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.endsWith(".tmp")),
      [],
    );
  });

  test("is that of the issuer that wrote it last", async () => {
    const own = newFile();
    const first = await startCommand(["--port", "0", "--ready-file", own]);
    const second = await startCommand(["--port", "0", "--ready-file", own]);
    assert.equal(await first.stop(), 0);
    assert.equal(read(own).url, second.address);
    assert.equal(await second.stop(), 0);
    assert.ok(!isThere(own));
  });

  test("stays that of an issuer that runs if another one cannot take its port", async (t) => {
    const own = newFile();
    const first = await startCommand(["--port", "0", "--ready-file", own]);
    t.after(() => first.stop());
    const { code } = await runCommand(["issuer", "--port", new URL(first.address).port, "--ready-file", own]);
    assert.equal(code, 1);
    assert.equal(read(own).url, first.address);
  });

  test("leaves a file alone that stands where it would be written first", async () => {
    const own = newFile();
    const other = `${own}.${process.pid}.tmp`;
    writeFileSync(other, "mine");
    await assert.rejects(new ReadyFile(own).write({}), /cannot be written \(EEXIST\)/);
    assert.equal(readFileSync(other, "utf8"), "mine");
    rmSync(other);
  });

  test("does not overwrite what no issuer wrote, and needs its folder", async () => {
    const other = join(folder, "package.json");
    writeFileSync(other, '{ "name": "mine" }');
    const link = join(folder, "link.json");
    symlinkSync(other, link);
    for (const [path, problem] of [
      [other, /package\.json is there already, and no issuer has written it/],
      [link, /link\.json is there already/],
      [folder, /is there already/],
      [join(folder, "missing", "ready.json"), /cannot be written: its folder does not exist/],
      [join(other, "ready.json"), /cannot be written: its folder is no folder/],
    ]) {
      const { code, stderr } = await runCommand(["issuer", "--port", "0", "--ready-file", path]);
      assert.equal(code, 1, stderr);
      assert.match(stderr, problem);
    }
    assert.deepEqual(read(other), { name: "mine" });
    assert.equal((await runCommand(["issuer", "--ready-file", ""])).code, 2);
  });

  test("is not there if the issuer could not start", async () => {
    const taken = createServer();
    await new Promise((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const own = newFile();
    writeFileSync(own, "");
    const port = String(taken.address().port);
    const { code, stderr } = await runCommand(["issuer", "--port", port, "--control", "--ready-file", own]);
    await new Promise((resolve) => taken.close(resolve));
    assert.equal(code, 1);
    assert.match(stderr, /is in use/);
    assert.ok(!isThere(own));
  });
});
