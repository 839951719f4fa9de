import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { describe, test } from "node:test";
import {
  EiamTokenError,
  InvalidArgumentError,
  IssuerConfigError,
  createTestIssuer,
  startIssuer,
} from "eiam-token/testing";
import { selfSigned } from "./support/certificate.mjs";

/** A token of a client for itself. */
async function machineToken({ clients }, send = fetch) {
  const { tokenEndpoint, clientId, clientSecret } = clients.machine;
  const body = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: clientId,
    client_secret: clientSecret,
  });
  const response = await send(tokenEndpoint, { method: "POST", body });
  assert.equal(response.status, 200, await response.clone().text());
  return (await response.json()).access_token;
}

/** A user's tokens, by the grant that needs no browser. */
async function userTokens({ clients, users }, send = fetch, more = {}) {
  const { tokenEndpoint, clientId, clientSecret } = clients.web;
  const { username, password } = users.alice;
  const form = { grant_type: "password", client_id: clientId, client_secret: clientSecret, username, password };
  const response = await send(tokenEndpoint, {
    method: "POST",
    body: new URLSearchParams({ ...form, scope: "openid api", ...more }),
  });
  assert.equal(response.status, 200, await response.clone().text());
  return response.json();
}

async function isActive({ clients }, token, send = fetch) {
  const { introspectionEndpoint, clientId, clientSecret } = clients.web;
  const body = new URLSearchParams({ token, client_id: clientId, client_secret: clientSecret });
  return (await (await send(introspectionEndpoint, { method: "POST", body })).json()).active;
}

/** An issuer that is closed after the test, whatever comes of that. */
async function started(t, options) {
  const issuer = await startIssuer(options);
  t.after(() => issuer.close());
  return issuer;
}

/** Node's own request, which can say any host. */
function raw(request, options, body = "") {
  return new Promise((resolve, reject) => {
    const sent = request(options, (response) => {
      let text = "";
      response.on("data", (chunk) => (text += chunk));
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, text }));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

describe("an issuer that listens", () => {
  test("is ready with clients and users when it is there, and gone when it is closed", async (t) => {
    const issuer = await started(t);
    assert.match(issuer.url, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.deepEqual(Object.keys(issuer.clients), ["web", "spa", "device", "machine"]);
    assert.deepEqual(Object.keys(issuer.users), ["alice", "bob"]);
    for (const urls of [issuer.instance, ...Object.values(issuer.clients)]) {
      const metadata = await (await fetch(urls.discovery)).json();
      assert.equal(metadata.issuer, urls.issuer);
      assert.equal(metadata.token_endpoint, urls.tokenEndpoint);
      assert.equal(metadata.jwks_uri, urls.jwksUri);
    }
    assert.match(await machineToken(issuer), /^AT/);
    const { id_token } = await userTokens(issuer);
    assert.equal(JSON.parse(Buffer.from(id_token.split(".")[1], "base64url")).sub, "alice");
    await issuer.close();
    await issuer.close();
    await assert.rejects(fetch(issuer.url), TypeError);
  });

  test("ends connections that are open when it is closed", async (t) => {
    const issuer = await started(t);
    const open = raw(httpRequest, { port: new URL(issuer.url).port, method: "POST", headers: { "content-length": 9 } });
    const ended = assert.rejects(open);
    await fetch(issuer.url);
    await issuer.close();
    await ended;
  });

  test("is closed at the end of a block", async (t) => {
    const issuer = await started(t);
    await issuer[Symbol.asyncDispose]();
    await assert.rejects(fetch(issuer.url), TypeError);
  });

  test("serves https", async (t) => {
    const { cert, key } = selfSigned(["localhost", "127.0.0.1"]);
    const issuer = await started(t, { tls: { cert, key } });
    const { host, port, pathname } = new URL(issuer.clients.spa.discovery);
    assert.match(issuer.url, /^https:/);
    const answer = await raw(httpsRequest, { ca: cert, host: host.split(":")[0], port, path: pathname });
    assert.equal(JSON.parse(answer.text).issuer, issuer.clients.spa.issuer);
    await issuer.close();
  });

  test("answers on this machine to names of this machine alone, and to one Host", async (t) => {
    const issuer = await started(t);
    const { port } = new URL(issuer.url);
    const path = new URL(issuer.instance.discovery).pathname;
    const ask = (headers, more) => raw(httpRequest, { port, path, headers, ...more });
    assert.equal((await ask({ host: `localhost:${port}` })).status, 200);
    assert.equal((await ask({ host: "as.example" })).status, 421);
    assert.equal((await ask({ host: "bad host" })).status, 400);
    assert.equal((await ask([], { setHost: false })).status, 400);
    assert.equal((await ask({}, { path: `${issuer.url}${path}` })).status, 200);
    assert.equal((await ask({}, { path: "*", method: "OPTIONS" })).status, 404);
    await issuer.close();
  });

  test("says in refusals as in answers whether it is under remote control", async (t) => {
    for (const [control, mark] of [
      [true, "under remote control"],
      [undefined, undefined],
    ]) {
      const issuer = await started(t, { control });
      const { port, pathname: path } = new URL(issuer.instance.discovery);
      for (const host of ["localhost", "as.example", "bad host"]) {
        const { headers } = await raw(httpRequest, { port, path, headers: { host } });
        assert.equal(headers["x-test-issuer"], mark, host);
      }
      await issuer.close();
    }
  });

  test("refuses a body that is too long, without reading it all", async (t) => {
    const issuer = await started(t);
    const response = await fetch(issuer.clients.web.tokenEndpoint, { method: "POST", body: "a=".padEnd(100_000, "b") });
    assert.equal(response.status, 413);
    await issuer.close();
  });

  test("leaves its URL to the configuration, or to each request", async (t) => {
    const behindProxy = await started(t, { config: { baseUrl: "https://as.example/base" } });
    assert.equal(behindProxy.url, "https://as.example/base");
    await behindProxy.close();
    const byRequest = await started(t, { config: { baseUrl: "request", allowedHosts: ["localhost:*"] } });
    const { port, pathname } = new URL(byRequest.instance.discovery);
    const response = await fetch(`http://localhost:${port}${pathname}`);
    assert.ok((await response.json()).issuer.startsWith(`http://localhost:${port}/`));
    await byRequest.close();
  });

  test("says which option is wrong, and leaves nothing behind", async (t) => {
    const wrong = async (options, argument) => {
      const error = await startIssuer(options).then(assert.fail, (error) => error);
      assert.ok(error instanceof InvalidArgumentError && error instanceof EiamTokenError, String(error));
      assert.equal(error.code, "invalid_argument");
      assert.equal(error.argument, argument, error.message);
      return error.message;
    };
    assert.match(await wrong({ prot: 1 }, "options.prot"), /did you mean "port"\?/);
    await wrong(null, "options");
    await wrong({ port: 70_000 }, "options.port");
    await wrong({ port: "9400" }, "options.port");
    await wrong({ host: 1 }, "options.host");
    await wrong({ host: "192.0.2.1" }, "options.host");
    await wrong({ tls: { cert: "", key: "" } }, "options.tls.cert");
    await wrong({ tls: { cert: "-----BEGIN X", key: "-----BEGIN X" } }, "options.tls");
    await wrong({ tls: { crt: "" } }, "options.tls.crt");
    await wrong({ seed: {} }, "seed");
    await wrong({ clock: "yesterday" }, "clock");
    const issuer = await started(t);
    const port = Number(new URL(issuer.url).port);
    assert.match(await wrong({ port }, "options.port"), /EADDRINUSE/);
    await issuer.close();
    // What failed after it listened has let the port go.
    await assert.rejects(startIssuer({ port, config: { clients: { web: { scopes: ["a b"] } } } }), IssuerConfigError);
    const again = await started(t, { port });
    await again.close();
  });
});

describe("an issuer without a server", () => {
  test("answers fetch() and handle()", async () => {
    const issuer = await createTestIssuer();
    assert.equal(issuer.url, "https://issuer.test");
    assert.match(await machineToken(issuer, issuer.fetch), /^AT/);
    const request = new Request(issuer.clients.spa.discovery);
    assert.equal((await issuer.fetch(request)).status, 200);
    assert.equal((await issuer.fetch(new URL(issuer.clients.spa.discovery))).status, 200);
    const { status } = await issuer.handle({ method: "GET", url: issuer.clients.spa.discovery });
    assert.equal(status, 200);
    await issuer.close();
    await assert.rejects(issuer.fetch(request), { code: "invalid_argument" });
  });

  test("has no options of a server", async () => {
    await assert.rejects(createTestIssuer({ port: 1 }), { argument: "options.port" });
  });

  test("reset() goes back to the start, and makes the same octets again", async () => {
    const issuer = await createTestIssuer({ clock: 1_900_000_000 });
    const first = await userTokens(issuer, issuer.fetch);
    issuer.clock.advance("1h");
    await issuer.setUser("carol");
    await issuer.reset();
    assert.equal(issuer.clock.now(), 1_900_000_000n);
    assert.equal(await issuer.removeUser("carol"), false);
    assert.equal(await isActive(issuer, first.refresh_token, issuer.fetch), false);
    assert.deepEqual(await userTokens(issuer, issuer.fetch), first);
  });

  test("fork() makes an issuer of the present state that goes its own way", async () => {
    const issuer = await createTestIssuer({ clock: 1_900_000_000 });
    const { refresh_token } = await userTokens(issuer, issuer.fetch);
    const fork = await issuer.fork();
    const twin = await issuer.fork();
    // Both draw the same random numbers from now on.
    assert.deepEqual(await userTokens(fork, fork.fetch), await userTokens(twin, twin.fetch));
    await twin.setUser("carol");
    twin.clock.advance("2d");
    await twin.reset();
    assert.equal(await twin.removeUser("carol"), false);
    assert.equal(await isActive(twin, refresh_token, twin.fetch), true);
    fork.clock.advance("2d");
    assert.equal(await isActive(fork, refresh_token, fork.fetch), false);
    assert.equal(await isActive(issuer, refresh_token, issuer.fetch), true);
    const later = await userTokens(issuer, issuer.fetch);
    assert.equal(await isActive(fork, later.refresh_token, fork.fetch), false);
    await fork.close();
    assert.equal(await isActive(issuer, refresh_token, issuer.fetch), true);
  });

  test("users and applications come and go", async () => {
    const issuer = await createTestIssuer();
    const { username, password } = await issuer.setUser("carol", { claims: { locale: "fr" } });
    assert.match((await userTokens(issuer, issuer.fetch, { username, password })).access_token, /^AT/);
    assert.equal(await issuer.removeUser("carol"), true);
    await issuer.setApplication({ ...issuer.clients.machine.application, applicationId: "robot" });
    assert.equal(await issuer.removeApplication("robot"), true);
  });
});
