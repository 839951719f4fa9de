import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, describe, mock, test } from "node:test";
import { EiamTokenError, Issuer, exampleConfig } from "eiam-token/issuer";
import { documentFetch, isPublic } from "../bin/issuer/documents.js";
import { parts, signer } from "./support/jwt.mjs";

/** Documents of clients: what the host's function is asked, and what becomes of what it gives. */

const BASE = "http://127.0.0.1:9400";
const ID = "https://app.example.com/client.json";
const URI = "https://app.example.com/cb";

const document = JSON.stringify({ client_id: ID, client_name: "Example", redirect_uris: [URI] });

/** @param {string} [id] */
function authorization(id = ID) {
  const query = new URLSearchParams({
    client_id: id,
    redirect_uri: URI,
    response_type: "code",
    scope: "openid",
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    code_challenge_method: "S256",
  });
  return `${BASE}/login/app/common/oauth2/authorize?${query}`;
}

function create(fetch, more = {}) {
  return Issuer.create({ ...exampleConfig(BASE), clientIdMetadata: {}, ...more }, { fetch });
}

/** The page for a client, from both doors in turns. */
async function open(issuer, id = ID) {
  const response = await issuer.fetch(new Request(authorization(id)));
  const reply = await issuer.handle({ method: "GET", url: authorization(id) });
  assert.equal(reply.status, response.status);
  return { status: response.status, text: await response.text() };
}

/** Why a document is refused. */
async function reason(issuer, id = ID) {
  const { status, text } = await open(issuer, id);
  assert.equal(status, 400, text);
  return /cannot be used: ([^<]*)/.exec(text)?.[1];
}

const json = (body, init = {}) => new Response(body, { headers: { "content-type": "application/json" }, ...init });

describe("the function that fetches", () => {
  test("is asked once, without credentials and redirects", async () => {
    const asked = [];
    const issuer = await create(async (url, init) => {
      asked.push([url, init]);
      return json(document);
    });
    const { status, text } = await open(issuer);
    assert.equal(status, 200);
    assert.match(text, /Example \(app\.example\.com\)/);
    assert.equal(asked.length, 1);
    const [url, { method, redirect, credentials, headers, signal }] = asked[0];
    assert.deepEqual(
      { url, method, redirect, credentials, headers },
      { url: ID, method: "GET", redirect: "manual", credentials: "omit", headers: { accept: "application/json" } },
    );
    assert.ok(signal instanceof AbortSignal);
  });

  test("is not asked where nothing is configured, and needs to be a function", async () => {
    let asked = 0;
    const fetch = async () => {
      asked += 1;
      return json(document);
    };
    const issuer = await create(fetch, { clientIdMetadata: undefined });
    assert.equal((await open(issuer)).status, 400);
    assert.equal(asked, 0);
    await assert.rejects(create("fetch"), { code: "invalid_argument" });
    assert.match(await reason(await create(undefined)), /the host of this issuer fetches none/);
  });

  test("shares a document among the requests that wait for it", async () => {
    let asked = 0;
    let answer;
    const coming = new Promise((resolve) => {
      answer = resolve;
    });
    const issuer = await create(async () => {
      asked += 1;
      await coming;
      return json(document);
    });
    const waiting = Array.from({ length: 10 }, () => issuer.handle({ method: "GET", url: authorization() }));
    answer();
    const statuses = (await Promise.all(waiting)).map(({ status }) => status);
    assert.deepEqual(new Set(statuses), new Set([200]));
    assert.equal(asked, 1);
  });

  test("is not asked for any number of documents at once", async () => {
    let asked = 0;
    let answer;
    const coming = new Promise((resolve) => {
      answer = resolve;
    });
    const issuer = await create(async (url) => {
      asked += 1;
      await coming;
      return json(JSON.stringify({ client_id: url, redirect_uris: [URI] }));
    });
    const request = (number) => ({ method: "GET", url: authorization(`https://app.example.com/${number}`) });
    const waiting = Array.from({ length: 20 }, (_, number) => issuer.handle(request(number)));
    answer();
    const replies = await Promise.all(waiting);
    assert.equal(asked, 8);
    assert.equal(replies.filter(({ status }) => status === 200).length, 8);
    const refused = replies.find(({ status }) => status === 400);
    assert.match(new TextDecoder().decode(refused.body), /too many documents are being fetched/);
    assert.equal((await issuer.handle(request(19))).status, 200);
  });

  test("tells no reason but that of an EiamTokenError", async () => {
    const failing = (error) => create(() => Promise.reject(error));
    assert.equal(await reason(await failing(new Error("connect ECONNREFUSED 10.1.2.3"))), "it could not be fetched");
    assert.equal(
      await reason(await failing(new EiamTokenError("invalid_argument", "not from there"))),
      "not from there",
    );
    const throwing = create(() => {
      throw new Error("10.1.2.3");
    });
    assert.equal(await reason(await throwing), "it could not be fetched");
    assert.equal(await reason(await create(async () => undefined)), "it could not be fetched");
  });

  test("has five seconds", async () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    try {
      let aborted = false;
      const issuer = await create((_, { signal }) => {
        signal.addEventListener("abort", () => {
          aborted = true;
        });
        return new Promise(() => {});
      });
      const reply = issuer.handle({ method: "GET", url: authorization() });
      mock.timers.tick(4999);
      assert.equal(aborted, false);
      mock.timers.tick(1);
      const { status, body } = await reply;
      assert.equal(status, 400);
      assert.match(new TextDecoder().decode(body), /it did not come within 5 seconds/);
      assert.equal(aborted, true);
    } finally {
      mock.timers.reset();
    }
  });

  test("is read no further than 5 kB", async () => {
    let pulled = 0;
    const issuer = await create(async () => {
      const pull = (controller) => {
        pulled += 1;
        controller.enqueue(new Uint8Array(1024).fill(32));
      };
      return json(new ReadableStream({ pull }, { highWaterMark: 0 }));
    });
    const { body } = await issuer.handle({ method: "GET", url: authorization() });
    assert.match(new TextDecoder().decode(body), /more than 5120 bytes/);
    assert.equal(pulled, 6);
    // A host without streams.
    const whole = await create(async () => ({
      status: 200,
      headers: new Headers({ "content-type": "application/json" }),
      arrayBuffer: async () => new TextEncoder().encode(document.padEnd(6000)).buffer,
    }));
    assert.match(await reason(whole), /more than 5120 bytes/);
  });

  test("keeps the document as it says", async () => {
    let now = 1_700_000_000;
    let asked = 0;
    const fetch = async () => {
      asked += 1;
      return json(document, {
        headers: { "content-type": "application/json", "cache-control": "max-age=100", age: "20" },
      });
    };
    const config = { ...exampleConfig(BASE), clientIdMetadata: {} };
    const issuer = await Issuer.create(config, { fetch, clock: () => now });
    await open(issuer);
    now += 79;
    await open(issuer);
    assert.equal(asked, 1);
    now += 1;
    await open(issuer);
    assert.equal(asked, 2);
    const restored = await Issuer.restore(config, issuer.snapshot(), { fetch, clock: () => now });
    assert.equal((await open(restored)).status, 200);
    assert.equal(asked, 2);
  });

  test("is asked again if a document has had its time while the host says its claims", async () => {
    let now = 1_700_000_000;
    let asked = 0;
    const key = await signer("ES256", "k");
    const about = {
      client_id: ID,
      grant_types: ["client_credentials"],
      token_endpoint_auth_method: "private_key_jwt",
      jwks: { keys: [key.jwk] },
    };
    const fetch = async () => {
      asked += 1;
      return json(JSON.stringify(about), {
        headers: { "content-type": "application/json", "cache-control": "max-age=60" },
      });
    };
    const claims = () => {
      now += 60;
      return { tenant: "acme" };
    };
    const grants = ["authorization_code", "client_credentials"];
    const config = {
      ...exampleConfig(BASE),
      clientIdMetadata: {},
      registeredClients: { grants, scopes: ["read"], accessTokenFormat: "jwt" },
    };
    const issuer = await Issuer.create(config, { fetch, claims, clock: () => now });
    const url = `${BASE}/api/v2/iauths_system/oauth2/token`;
    const assertion = await key.jwt({ iss: ID, sub: ID, aud: url, jti: "1", exp: now + 600 });
    const body = new URLSearchParams({
      grant_type: "client_credentials",
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: assertion,
    });
    const response = await issuer.fetch(new Request(url, { method: "POST", body }));
    assert.equal(response.status, 200, await response.clone().text());
    assert.equal(parts((await response.json()).access_token).claims.tenant, "acme");
    assert.equal(asked, 2);
  });
});

describe("the command's own function", () => {
  const servers = [];
  after(() => servers.forEach((server) => server.close()));

  /** A server on loopback, and its port. */
  async function serve(respond) {
    const server = createServer(respond).listen(0, "127.0.0.1");
    servers.push(server);
    await once(server, "listening");
    return server.address().port;
  }

  const init = { method: "GET", headers: { accept: "application/json" }, signal: AbortSignal.abort() };
  const patient = { ...init, signal: new AbortController().signal };

  test("public addresses, and those that are not", () => {
    for (const address of ["8.8.8.8", "172.32.0.1", "192.167.1.1", "2606:4700::1111", "100.128.0.1"]) {
      assert.ok(isPublic(address), address);
    }
    for (const address of [
      "127.0.0.1",
      "127.9.9.9",
      "0.0.0.0",
      "10.0.0.1",
      "100.64.0.1",
      "169.254.169.254",
      "172.31.255.255",
      "192.168.1.1",
      "198.18.0.1",
      "224.0.0.1",
      "255.255.255.255",
      "::",
      "::1",
      "::ffff:127.0.0.1",
      "64:ff9b::7f00:1",
      "fe80::1",
      "fc00::1",
      "ff02::1",
      "2001:db8::1",
      "2002:7f00:1::",
    ]) {
      assert.ok(!isPublic(address), address);
    }
  });

  test("reads what is at a URL, follows nothing, and can be aborted", async () => {
    const port = await serve((request, response) => {
      if (request.url === "/moved") response.writeHead(302, { location: "/client" });
      else response.writeHead(200, { "content-type": "application/json", "cache-control": "no-store" });
      response.end(request.headers.accept);
    });
    const fetch = documentFetch(true);
    const found = await fetch(`http://localhost:${port}/client`, patient);
    assert.equal(found.status, 200);
    assert.equal(found.headers.get("cache-control"), "no-store");
    assert.equal(found.headers.get("age"), null);
    assert.equal(new TextDecoder().decode(await found.arrayBuffer()), "application/json");
    const moved = await fetch(`http://localhost:${port}/moved`, patient);
    assert.equal(moved.status, 302);
    await moved.body.cancel();
    await assert.rejects(async () => fetch(`http://localhost:${port}/client`, init));
  });

  test("a name that resolves to this machine is refused before anything is sent", async () => {
    let asked = 0;
    const port = await serve((_, response) => {
      asked += 1;
      response.end();
    });
    await assert.rejects(async () => documentFetch(false)(`http://localhost:${port}/client`, patient), {
      code: "invalid_argument",
      message: "its host has an address of a private network",
    });
    assert.equal(asked, 0);
  });
});
