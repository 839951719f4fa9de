import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { Client } from "eiam-token";
import { selfSigned } from "./support/certificate.mjs";
import { isMark, runCommand, startCommand } from "./support/command-process.mjs";
import { Browser } from "./support/issuer-browser.mjs";

const run = promisify(execFile);
const has = (program, ...args) =>
  run(program, args).then(
    () => true,
    () => false,
  );
const hasCurl = await has("curl", "--version");
const folder = mkdtempSync(join(tmpdir(), "eiam-token-"));
after(() => rmSync(folder, { recursive: true }));

/** @type {import("./support/issuer-browser.mjs").Send} */
async function send(method, url, headers, body) {
  const response = await fetch(url, { method, headers, body, redirect: "manual" });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/**
 * A request whose body does not come, once the server has read its head.
 *
 * @param {string} address
 */
async function openRequest(address) {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => {});
  socket.write("POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n");
  // 100 Continue.
  await once(socket, "data");
  return socket;
}

/** Waits until a server takes no new connection. */
async function untilClosed(address) {
  const answers = () =>
    fetch(address).then(
      () => true,
      () => false,
    );
  while (await answers());
}

describe("--log json", () => {
  let command;
  before(async () => (command = await startCommand(["--port", "0", "--log", "json"])));
  after(() => command.stop());

  const lines = () =>
    command
      .stdout()
      .trim()
      .split("\n")
      .filter((line) => !isMark(line))
      .map((line) => JSON.parse(line));

  test("standard output is JSON alone, and begins with the address", () => {
    const [first] = lines();
    assert.equal(first.event, "listening");
    assert.equal(first.address, command.address);
    assert.ok(!Number.isNaN(Date.parse(first.time)));
    assert.match(command.stderr(), /^Clients$/m);
  });

  test("a request: method, path, names of the query, status, milliseconds, error, request id", async () => {
    const url = `${command.address}/v2/idaas_example/app_web/oauth2/token`;
    const response = await fetch(`${url}?client_secret=CSwrong&grant_type=password&ATalone`, {
      method: "POST",
    });
    const { request_id: requestId, error } = await response.json();
    await command.settled();
    const { time, ms, ...rest } = lines().at(-1);
    assert.ok(Number.isInteger(ms) && Date.parse(time) <= Date.now());
    assert.deepEqual(rest, {
      method: "POST",
      path: "/v2/idaas_example/app_web/oauth2/token",
      query: ["client_secret", "grant_type", "…"],
      status: response.status,
      error,
      requestId,
    });
  });

  test("the error of a redirect, and of a page", async () => {
    const base = `${command.address}/login/app/app_spa/oauth2/authorize`;
    const redirectUri = "http://127.0.0.1/callback";
    const none = new URLSearchParams({
      ...{ client_id: "app_spa", response_type: "code", redirect_uri: redirectUri, prompt: "none" },
      ...{ code_challenge: "A".repeat(43), code_challenge_method: "S256", scope: "openid" },
      ...{ state: "state of the test", nonce: "nonce of the test" },
    });
    await fetch(`${base}?${none}`, { redirect: "manual" });
    const { text } = await send("GET", `${base}?client_id=nobody`, {});
    await command.settled();
    const [redirect, page] = lines().slice(-2);
    assert.deepEqual([redirect.status, redirect.error], [303, "login_required"]);
    assert.equal(page.status, 400);
    assert.ok(page.error && text.includes(page.requestId), JSON.stringify(page));
  });
});

for (const format of ["pretty", "json"]) {
  test(`--log ${format} has nothing secret of whole flows`, async () => {
    const command = await startCommand(["--port", "0", "--log", format]);
    const secrets = ["alice-password", "CSwebExampleSecretThatEverybodyKnows1234567890"];
    try {
      const issuer = `${command.address}/v2/idaas_example/app_web/oidc`;
      const authentication = { method: "client_secret_post", clientSecret: secrets[1] };
      const client = await Client.discover(issuer, { clientId: "app_web", authentication });
      const request = client.authorizationRequest({
        redirectUri: "http://127.0.0.1:8700/cb",
        scope: "openid profile",
      });
      const browser = new Browser(send, command.address);
      const login = await browser.open(request.url);
      let page = await browser.submit(login, { username: "alice", password: "alice-password" });
      // The web application asks for consent.
      if (page.text) page = await browser.submit(page, {}, "allow");
      secrets.push(...browser.setCookies.map((cookie) => /=([^;]*)/.exec(cookie)[1]).filter(Boolean));
      secrets.push(new URL(page.url).searchParams.get("code"));
      const { state, nonce, code_verifier: verifier } = JSON.parse(request.serialize());
      secrets.push(state, nonce, verifier);
      const tokens = await client.exchangeCode(client.parseCallback(page.url, request));
      const fresh = await client.refresh(tokens);
      const machine = await client.clientCredentials({ scope: "api://api.example.com|read:file" });
      const byPassword = await client.password({ username: "alice", password: "alice-password" });
      const device = await client.deviceAuthorize({ scope: "openid" });
      secrets.push(device.deviceCode, device.userCode);
      for (const set of [tokens, fresh, machine, byPassword]) {
        secrets.push(set.accessToken, set.refreshToken, set.idToken);
      }
      await client.userInfo(fresh);
      await fetch(`${client.server.userinfoEndpoint}?access_token=${fresh.accessToken}`);
      await client.revoke(fresh.refreshToken);
      // As the official SDKs do: everything in the query, even a secret as a name.
      const query = new URLSearchParams({ client_secret: secrets[1], password: secrets[0] });
      await fetch(`${client.server.tokenEndpoint}?${query}&${secrets[0]}`, { method: "POST" });
      await fetch(client.logoutUrl({ idToken: tokens }), { redirect: "manual" });
    } finally {
      await command.settled();
      await command.stop();
    }
    const log = command.log();
    assert.ok(log.split("\n").length > 10, log);
    const sought = secrets.filter((secret) => secret);
    assert.ok(sought.length >= 15, `${sought.length}`);
    for (const secret of sought) assert.ok(!log.includes(secret), `${secret} is in\n${log}`);
  });
}

describe("--tls", () => {
  const cert = join(folder, "it's a cert.pem");
  const key = join(folder, "key.pem");
  before(() => {
    const made = selfSigned(["127.0.0.1"]);
    writeFileSync(cert, made.cert);
    writeFileSync(key, made.key);
  });

  test("serves https, and says so everywhere", async () => {
    const command = await startCommand(["--port", "0", "--tls", cert, key]);
    try {
      assert.match(command.address, /^https:/);
      const url = `${command.address}/v2/idaas_example/app_spa/oidc/.well-known/openid-configuration`;
      const request = httpsRequest(url, { ca: readFileSync(cert) }).end();
      const [response] = await once(request, "response");
      let text = "";
      for await (const chunk of response.setEncoding("utf8")) text += chunk;
      const { issuer, token_endpoint: endpoint } = JSON.parse(text);
      assert.ok(issuer.startsWith(`${command.address}/`) && endpoint.startsWith(`${command.address}/`));
      if (hasCurl) {
        const line = /^ {2}(curl .*client_credentials.*)$/m.exec(command.greeting)[1];
        const { stdout } = await run("sh", ["-c", line]);
        assert.match(JSON.parse(stdout).access_token, /^AT/);
      }
    } finally {
      assert.equal(await command.stop(), 0);
    }
  });

  test("is refused in one sentence if the files are not what they should be", async () => {
    const garbage = join(folder, "garbage.pem");
    writeFileSync(garbage, "SECRET no PEM");
    for (const files of [
      [garbage, key],
      [cert, garbage],
      [cert, cert],
      [join(folder, "none"), key],
    ]) {
      const { code, stdout, stderr } = await runCommand(["issuer", "--port", "0", "--tls", ...files]);
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(stderr, /^eiam-token: [^\n]+\.\n$/);
      assert.doesNotMatch(stderr, /SECRET/);
    }
  });
});

describe("stopping", () => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    test(`${signal}: a request under way is answered`, async () => {
      const command = await startCommand(["--port", "0"]);
      const url = `${command.address}/v2/idaas_example/app_machine/oauth2/token`;
      const body =
        "grant_type=client_credentials&client_id=app_machine" +
        "&client_secret=CSmachineExampleSecretThatEverybodyKnows123456";
      const request = httpRequest(url, {
        method: "POST",
        agent: new Agent({ keepAlive: true }),
        headers: {
          "content-type": "application/x-www-form-urlencoded",
          "content-length": body.length,
          expect: "100-continue",
        },
      });
      request.flushHeaders();
      await once(request, "continue");
      request.write(body.slice(0, 20));
      const stopped = command.stop(signal);
      // Nothing new is taken.
      await untilClosed(command.address);
      request.end(body.slice(20));
      const [response] = await once(request, "response");
      assert.deepEqual([response.statusCode, response.headers.connection], [200, "close"]);
      let text = "";
      for await (const chunk of response.setEncoding("utf8")) text += chunk;
      assert.match(JSON.parse(text).access_token, /^AT/);
      assert.equal(await stopped, 0);
    });
  }

  test("SIGTERM under load: every answer is whole, and it ends", async () => {
    const command = await startCommand(["--port", "0"]);
    const agent = new Agent({ keepAlive: true, maxSockets: 20 });
    const url = `${command.address}/v2/idaas_example/app_machine/oauth2/token`;
    const body = new URLSearchParams({
      grant_type: "client_credentials",
      client_id: "app_machine",
      client_secret: "CSmachineExampleSecretThatEverybodyKnows123456",
    }).toString();
    const counts = { whole: 0, cut: 0, refused: 0 };
    const ask = () =>
      new Promise((resolve) => {
        const request = httpRequest(url, {
          method: "POST",
          agent,
          headers: { "content-type": "application/x-www-form-urlencoded" },
        });
        // A connection that is refused, or that was closed before the request was read.
        request.on("error", () => {
          counts.refused++;
          resolve(false);
        });
        request.on("response", async (response) => {
          let text = "";
          try {
            for await (const chunk of response.setEncoding("utf8")) text += chunk;
            assert.match(JSON.parse(text).access_token, /^AT/);
            counts.whole++;
            resolve(true);
          } catch {
            counts.cut++;
            resolve(false);
          }
        });
        request.end(body);
      });
    const worker = async () => {
      while (await ask());
    };
    const workers = Array.from({ length: 20 }, worker);
    while (counts.whole < 100) await new Promise((resolve) => setTimeout(resolve, 5));
    // One that has to wait for its patience to end, to compare with on this very machine.
    const patient = await startCommand(["--port", "0"]);
    await openRequest(patient.address);
    const waits = patient.stop("SIGTERM").then(() => "with a request that never ends");
    const stopped = command.stop("SIGTERM");
    assert.equal(await Promise.race([waits, stopped]), 0);
    await Promise.all([waits, ...workers]);
    agent.destroy();
    assert.equal(counts.cut, 0, JSON.stringify(counts));
    assert.ok(counts.refused <= 20);
    assert.equal(command.stderr(), "");
  });

  test("a request that never ends is cut after five seconds, or at the second signal", async () => {
    const commands = await Promise.all([startCommand(["--port", "0"]), startCommand(["--port", "0"])]);
    for (const { address } of commands) await openRequest(address);
    const [once, twice] = commands;
    const start = Date.now();
    const ends = commands.map((command, i) => command.stop().then((code) => [i, code, Date.now() - start]));
    await untilClosed(twice.address);
    twice.child.kill("SIGINT");
    // The other one waits, on this very machine, for its patience to end.
    assert.deepEqual((await Promise.race(ends)).slice(0, 2), [1, 0]);
    const [, code, milliseconds] = await ends[0];
    assert.equal(code, 0, once.stderr());
    assert.ok(milliseconds > 4500, `${milliseconds}`);
  });
});
