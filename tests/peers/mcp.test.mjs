import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { auth } from "@modelcontextprotocol/sdk/client/auth.js";
import { decodeJwt } from "jose";
import { MemoryProvider, connect, textOf } from "../../examples/mcp/client.mjs";
import { mcpServer } from "../../examples/mcp/server.mjs";
import { withoutComments } from "../../pkg/bin/issuer/comments.js";
import { selfSigned } from "../../pkg/test/support/certificate.mjs";
import { newBrowser, signIn, startIssuer } from "./issuer.mjs";

/**
 * The example for MCP, with the SDK's own client and server as judges: the client knows nothing but the URL of the
 * server. Nobody touches what the SDK sends.
 */

const REDIRECT_URL = "http://127.0.0.1:49152/callback";
const example = JSON.parse(
  withoutComments(readFileSync(new URL("../../examples/mcp/issuer.jsonc", import.meta.url), "utf8")),
);

/** A server at a free port of this machine, and its origin. */
async function serve(server) {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const scheme = server.setSecureContext ? "https" : "http";
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { origin: `${scheme}://127.0.0.1:${server.address().port}`, port: server.address().port, close };
}

/** The issuer, and the example's server that it protects. */
async function startWorld(more = {}) {
  let listener;
  const server = await serve(createServer((request, response) => listener(request, response)));
  const resource = `${server.origin}/mcp`;
  const [own] = example.resources;
  const config = { ...example, resources: [{ ...own, identifier: resource }], ...more };
  const command = await startIssuer(config).catch((error) => {
    server.close();
    throw error;
  });
  const issuer = `${command.address}/api/v2/iauths_system/oauth2`;
  listener = mcpServer({ resource, issuer });
  return {
    issuer,
    resource,
    url: new URL(resource),
    command,
    async stop() {
      server.close();
      await command.stop();
    },
  };
}

/** A provider whose browser signs alice in and agrees. */
function newProvider(world, more = {}) {
  const opened = /** @type {URL[]} */ ([]);
  const browser = newBrowser(world.command.address);
  const provider = new MemoryProvider({ redirectUrl: REDIRECT_URL, open: (url) => opened.push(url), ...more });
  const nextCode = async () => {
    const url = opened.at(-1);
    let page = await browser.open(String(url));
    if (page.text.includes('name="password"')) page = await signIn(browser, url);
    if (page.text.includes('value="allow"')) page = await browser.submit(page, {}, "allow");
    return new URL(page.url).searchParams.get("code");
  };
  return { provider, nextCode, opened };
}

/** What every MCP client goes through. */
async function goThrough(world, provider, nextCode, opened) {
  const { client } = await connect(world.url, provider, nextCode);
  try {
    assert.equal(opened.length, 1);
    assert.equal(opened[0].searchParams.get("resource"), world.resource);
    assert.equal(opened[0].searchParams.get("scope"), "notes:read offline_access");
    const { tools } = await client.listTools();
    assert.deepEqual(tools.map(({ name }) => name).sort(), ["add_note", "read_notes"]);
    assert.match(textOf(await client.callTool({ name: "read_notes" })), /^Buy milk/);
    const first = decodeJwt(provider.tokens().access_token);
    assert.equal(first.aud, world.resource);
    assert.equal(first.iss, world.issuer);
    assert.equal(first.client_id, provider.clientInformation().client_id);
    assert.deepEqual(first.scope.split(" ").sort(), ["notes:read", "offline_access"]);

    // The SDK refreshes on its own when its token does not count any more.
    const spent = provider.tokens();
    provider.saveTokens({ ...spent, access_token: "a.b.c" });
    assert.match(textOf(await client.callTool({ name: "read_notes" })), /^Buy milk/);
    assert.notEqual(provider.tokens().refresh_token, spent.refresh_token);
    assert.equal(decodeJwt(provider.tokens().access_token).aud, world.resource);
    assert.equal(opened.length, 1);

    // Another tool needs another scope.
    assert.match(textOf(await client.callTool({ name: "add_note", arguments: { note: "Call Bob" } })), /^\d+ notes$/);
    assert.equal(opened.length, 2);
    assert.deepEqual(decodeJwt(provider.tokens().access_token).scope.split(" ").sort(), [
      "notes:read",
      "notes:write",
      "offline_access",
    ]);
    assert.match(textOf(await client.callTool({ name: "read_notes" })), /Call Bob/);
  } finally {
    await client.close();
  }
}

for (const profile of ["eiam", "rfc9700"]) {
  describe(`the MCP SDK in profile ${profile}`, () => {
    /** @type {Awaited<ReturnType<typeof startWorld>>} */
    let world;
    before(async () => {
      world = await startWorld({ profile });
    });
    after(() => world.stop());

    test("RFC 7591: its client finds the issuer, registers, signs in, refreshes and steps up", async () => {
      const { provider, nextCode, opened } = newProvider(world);
      await goThrough(world, provider, nextCode, opened);
      assert.match(provider.clientInformation().client_id, /^client_/);
    });

    test("auth() passes by itself, and registers again once its client is gone", async () => {
      const { provider, nextCode } = newProvider(world);
      // The SDK does not keep what RFC 7592 is for.
      const answers = [];
      const fetchFn = async (url, init) => {
        const response = await fetch(url, init);
        if (response.status === 201) answers.push(await response.clone().json());
        return response;
      };
      const options = { serverUrl: world.url, scope: "notes:read offline_access", fetchFn };
      assert.equal(await auth(provider, options), "REDIRECT");
      assert.equal(await auth(provider, { ...options, authorizationCode: await nextCode() }), "AUTHORIZED");
      assert.equal(await auth(provider, options), "AUTHORIZED");
      const [{ registration_client_uri: own, registration_access_token: token, client_id }] = answers;
      const deleted = await fetch(own, { method: "DELETE", headers: { authorization: `Bearer ${token}` } });
      assert.equal(deleted.status, 204);
      assert.equal(await auth(provider, options), "REDIRECT");
      assert.notEqual(provider.clientInformation().client_id, client_id);
    });

    test("a confidential client of the SDK", async () => {
      const { provider, nextCode } = newProvider(world);
      const { clientMetadata } = provider;
      for (const method of ["client_secret_basic", "client_secret_post"]) {
        provider.invalidateCredentials("all");
        Object.defineProperty(provider, "clientMetadata", {
          value: { ...clientMetadata, token_endpoint_auth_method: method },
          configurable: true,
        });
        assert.equal(await auth(provider, { serverUrl: world.url }), "REDIRECT");
        const authorizationCode = await nextCode();
        assert.equal(await auth(provider, { serverUrl: world.url, authorizationCode }), "AUTHORIZED");
        assert.equal(provider.clientInformation().token_endpoint_auth_method, method);
      }
    });

    test("a token for another resource is not taken, and one without does not come", async () => {
      const { provider, nextCode } = newProvider(world);
      await auth(provider, { serverUrl: world.url });
      await auth(provider, { serverUrl: world.url, authorizationCode: await nextCode() });
      const post = (token) =>
        fetch(world.url, { method: "POST", headers: { authorization: `Bearer ${token}` }, body: "{}" });
      const other = mcpServer({ resource: "https://other.example/mcp", issuer: world.issuer });
      const elsewhere = await serve(
        createServer((request, response) => {
          request.url = "https://other.example/mcp";
          return other(request, response);
        }),
      );
      try {
        const refused = await fetch(elsewhere.origin, {
          method: "POST",
          headers: { authorization: `Bearer ${provider.tokens().access_token}` },
        });
        assert.equal(refused.status, 401);
        assert.match(refused.headers.get("www-authenticate"), /error="invalid_token"/);
      } finally {
        elsewhere.close();
      }
      const without = await post("");
      assert.equal(without.status, 401);
      assert.doesNotMatch(without.headers.get("www-authenticate"), /error=/);
    });

    test("a tool needs its scope in a batch, too, and no other name needs one", async () => {
      const { provider, nextCode } = newProvider(world);
      const options = { serverUrl: world.url, scope: "notes:read" };
      await auth(provider, options);
      await auth(provider, { ...options, authorizationCode: await nextCode() });
      const headers = {
        authorization: `Bearer ${provider.tokens().access_token}`,
        accept: "application/json, text/event-stream",
        "content-type": "application/json",
      };
      const post = (message) => fetch(world.url, { method: "POST", headers, body: JSON.stringify(message) });
      const call = (id, name, given = {}) => {
        return { jsonrpc: "2.0", id, method: "tools/call", params: { name, arguments: given } };
      };
      const note = { note: "Written without the scope" };
      for (const message of [call(1, "add_note", note), [call(1, "read_notes"), call(2, "add_note", note)]]) {
        const refused = await post(message);
        assert.equal(refused.status, 403);
        assert.match(refused.headers.get("www-authenticate"), /error="insufficient_scope".*notes:write/);
      }
      for (const name of ["constructor", "__proto__", "no_tool"]) assert.equal((await post(call(1, name))).status, 200);
      const read = await (await post(call(1, "read_notes"))).json();
      assert.doesNotMatch(textOf(read.result), /Written without/);
    });

    test("a browser may ask for all of it", async () => {
      const headers = {
        origin: "https://inspector.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type,mcp-protocol-version",
      };
      const metadata = await (await fetch(`${world.issuer}/.well-known/openid-configuration`)).json();
      for (const url of [world.url, metadata.registration_endpoint, metadata.token_endpoint, metadata.jwks_uri]) {
        const preflight = await fetch(url, { method: "OPTIONS", headers });
        assert.equal(preflight.headers.get("access-control-allow-origin"), "*", url);
        assert.match(preflight.headers.get("access-control-allow-headers"), /Authorization, Content-Type/);
      }
    });
  });
}

describe("client ID metadata documents with the MCP SDK", () => {
  const folder = mkdtempSync(join(tmpdir(), "eiam-token-mcp-"));
  const trusted = process.env["NODE_EXTRA_CA_CERTS"];
  /** @type {Awaited<ReturnType<typeof startWorld>>} */
  let world;
  /** @type {Awaited<ReturnType<typeof serve>>} */
  let site;
  let asked = 0;
  before(async () => {
    const made = selfSigned(["localhost", "127.0.0.1"]);
    const trustedFile = join(folder, "cert.pem");
    writeFileSync(trustedFile, made.cert);
    site = await serve(
      createTlsServer(made, (request, response) => {
        asked += 1;
        response.setHeader("content-type", "application/json");
        response.end(
          JSON.stringify({
            client_id: `https://${request.headers.host}${request.url}`,
            client_name: "Document client",
            redirect_uris: [REDIRECT_URL],
            grant_types: ["authorization_code", "refresh_token"],
            response_types: ["code"],
            token_endpoint_auth_method: "none",
          }),
        );
      }),
    );
    // The issuer of this test trusts the certificate of this test.
    process.env["NODE_EXTRA_CA_CERTS"] = trustedFile;
    world = await startWorld({ registration: undefined, clientIdMetadata: { allowLoopback: true } });
  });
  after(async () => {
    if (trusted === undefined) delete process.env["NODE_EXTRA_CA_CERTS"];
    else process.env["NODE_EXTRA_CA_CERTS"] = trusted;
    site?.close();
    await world?.stop();
    rmSync(folder, { recursive: true });
  });

  for (const host of ["localhost", "127.0.0.1"]) {
    test(`its client is known by a document at ${host}, and does the same`, async () => {
      asked = 0;
      const clientMetadataUrl = `https://${host}:${site.port}/client.json`;
      const { provider, nextCode, opened } = newProvider(world, { clientMetadataUrl });
      await goThrough(world, provider, nextCode, opened);
      assert.equal(provider.clientInformation().client_id, clientMetadataUrl);
      assert.equal(asked, 1);
    });
  }
});
