import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { connect } from "node:net";
import { describe, test } from "node:test";
import { createTestIssuer, startIssuer } from "eiam-token/testing";

/** A token request of the machine, in the process or at the server. */
const ask = (issuer, send = issuer.fetch, signal = undefined) => {
  const { clientId, clientSecret, tokenEndpoint } = issuer.clients.machine;
  const fields = { grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret };
  return send(tokenEndpoint, { method: "POST", body: new URLSearchParams(fields), signal });
};

/** Ten minutes, which no test waits for. */
const LONG = 600_000;

describe("a scripted answer", () => {
  for (const status of [204, 205, 304]) {
    test(`has no body with ${status}`, async (t) => {
      const issuer = await startIssuer();
      t.after(() => issuer.close());
      for (const send of [issuer.fetch, fetch]) {
        await issuer.next("token").mutate({ status });
        const response = await ask(issuer, send);
        assert.deepEqual([response.status, await response.text()], [status, ""]);
      }
    });
  }

  test("that comes late is not waited for by whoever gave up", async () => {
    const issuer = await createTestIssuer();
    for (const fault of ["delay", "throttle"]) {
      await issuer.next("token")[fault](LONG);
      const signal = AbortSignal.timeout(20);
      await assert.rejects(
        ask(issuer, issuer.fetch, signal).then((response) => response.text()),
        { name: "TimeoutError" },
      );
    }
  });

  test("does not keep a process whose issuer is closed", () => {
    const program = `
      import { startIssuer } from "eiam-token/testing";
      const issuer = await startIssuer();
      await issuer.next("jwks", {}).delay(${LONG});
      const asked = fetch(issuer.instance.jwksUri).catch(() => {});
      while (!(await issuer.journal.last("jwks"))) await new Promise((resolve) => setTimeout(resolve, 5));
      await issuer.close();
      await asked;
    `;
    const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
      cwd: import.meta.dirname,
      timeout: 120_000,
      encoding: "utf8",
    });
    assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
  });

  test("without end ends before the memory does", async () => {
    const issuer = await createTestIssuer();
    await issuer.next("jwks").endless();
    const response = await issuer.fetch(issuer.instance.jwksUri);
    let length = 0;
    for await (const piece of response.body) length += piece.length;
    assert.ok(length >= 64 * 1024 * 1024 && length < 65 * 1024 * 1024, String(length));
  });

  test("leaves no listeners of whoever reads it slowly", async () => {
    const program = `
      import { startIssuer } from "eiam-token/testing";
      const issuer = await startIssuer();
      await issuer.next("jwks").endless();
      const response = await fetch(issuer.instance.jwksUri);
      for await (const _ of response.body) await new Promise(setImmediate);
      await issuer.close();
    `;
    const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
      cwd: import.meta.dirname,
      timeout: 120_000,
      encoding: "utf8",
    });
    assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
  });
});

/** The status of the answer to what is sent as it stands. */
const statusOf = (url, text) =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(url.port), url.hostname, () => socket.write(text));
    let answer = "";
    socket.on("data", (octets) => {
      answer += octets;
      if (!answer.includes("\r\n")) return;
      socket.destroy();
      resolve(Number(answer.split(" ")[1]));
    });
    socket.on("error", reject);
  });

describe("control", () => {
  test("is at one path only, for who has the token and names this machine", async (t) => {
    const issuer = await startIssuer({ control: true });
    t.after(() => issuer.close());
    const url = new URL(issuer.url);
    const token = `Authorization: Bearer ${issuer.controlToken}\r\n`;
    const get = (path, fields) => statusOf(url, `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${fields}\r\n`);
    for (const path of ["/_control/clock", "/_control/clock?x", `${issuer.url}/_control/clock`]) {
      assert.deepEqual([await get(path, token), await get(path, "")], [200, 401], path);
    }
    const others = ["//_control/clock", "/%5fcontrol/clock", "/_CONTROL/clock", "/x/../_control/clock", "/_controls"];
    for (const path of others) assert.equal(await get(path, token), 404, path);
    const within = ["/_control//clock", "/_control/clock/", "/_control/./clock"];
    for (const path of within) assert.deepEqual([await get(path, token), await get(path, "")], [404, 401], path);
    const head = "GET /_control/clock HTTP/1.1\r\n";
    assert.equal(await statusOf(url, `${head}Host: rebound.example\r\n${token}\r\n`), 421);
    assert.equal(await statusOf(url, `${head}Host: localhost\r\nHost: rebound.example\r\n${token}\r\n`), 400);
    const long = "Host: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n";
    assert.equal(await statusOf(url, `POST /_control/reset HTTP/1.1\r\n${long}${token}\r\n0\r\n\r\n`), 400);
  });

  test("goes on from every snapshot that it gives", async (t) => {
    const issuer = await startIssuer({ control: true });
    t.after(() => issuer.close());
    const url = `${issuer.url}/_control/snapshot`;
    const headers = { authorization: `Bearer ${issuer.controlToken}` };
    const users = `${issuer.url}/_control/users`;
    for (const each of [1, 2, 3]) {
      const body = JSON.stringify({ username: `u${each}`, password: "p", claims: { note: "x".repeat(30_000) } });
      assert.equal((await fetch(`${users}/u${each}`, { method: "PUT", headers, body })).status, 200);
    }
    const snapshot = await (await fetch(url, { headers })).text();
    assert.ok(snapshot.length > 64 * 1024, String(snapshot.length));
    assert.equal((await fetch(`${issuer.url}/_control/reset`, { method: "POST", headers })).status, 204);
    assert.equal((await fetch(`${users}/u3`, { headers })).status, 404);
    assert.equal((await fetch(url, { method: "PUT", headers, body: snapshot })).status, 204);
    assert.equal((await fetch(`${users}/u3`, { headers })).status, 200);
    const handled = await issuer.handle({ method: "PUT", url, headers, body: snapshot });
    assert.equal(handled.status, 204);
    const long = "x".repeat(64 * 1024 + 1);
    assert.equal((await fetch(`${users}/u1`, { method: "PUT", headers, body: long })).status, 413);
    assert.equal((await fetch(url, { method: "PUT", body: long })).status, 401);
  });

  test("is for no page of another origin", async (t) => {
    const issuer = await startIssuer({ control: true });
    t.after(() => issuer.close());
    const origin = "https://attacker.example";
    const asks = { "access-control-request-method": "POST", "access-control-request-headers": "authorization" };
    const preflight = await fetch(`${issuer.url}/_control/clock`, { method: "OPTIONS", headers: { origin, ...asks } });
    const health = await fetch(`${issuer.url}/_control/health`, { headers: { origin } });
    for (const response of [preflight, health]) {
      assert.equal(response.headers.get("access-control-allow-origin"), null);
      assert.equal(response.status, 403);
    }
  });
});
