import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import { answer as answerRequest } from "../bin/issuer/serve.js";
import { startCommand, startToken } from "./support/command-process.mjs";

const DISCOVERY = "/v2/idaas_example/app_spa/oidc/.well-known/openid-configuration";

/**
 * Sends a request as these bytes, and gives all that comes back.
 *
 * @param {string} address
 * @param {string} text
 */
async function talk(address, text) {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname.replace(/^\[|\]$/g, ""));
  let answer = "";
  socket.setEncoding("utf8").on("data", (data) => (answer += data));
  socket.write(text);
  await once(socket, "close");
  return answer;
}

/** @param {string} answer */
const statusOf = (answer) => Number(/^HTTP\/1\.1 (\d+) /.exec(answer)?.[1]);

/** @param {string} target @param {...string} fields */
const get = (target, ...fields) => `GET ${target} HTTP/1.1\r\n${[...fields, "Connection: close"].join("\r\n")}\r\n\r\n`;

describe("issuer on loopback: whoever has a name lead to it is not answered (DNS rebinding)", () => {
  let command, port;
  before(async () => {
    command = await startCommand(["--port", "0", "--log", "json", "--base-url", "http://issuer.example:8080/base"]);
    port = new URL(command.address).port;
  });
  after(() => command.stop());
  const target = `/base${DISCOVERY}`;

  test("names of this machine and the base URL's host are answered", async () => {
    const hosts = [
      ...[
        "localhost",
        "LOCALHOST",
        "localhost.",
        "x.localhost",
        "127.0.0.1",
        "127.1.2.3",
        "[::1]",
        "issuer.example",
        "Issuer.Example",
      ],
    ];
    for (const host of hosts.flatMap((host) => [host, `${host}:${port}`, `${host}:8080`])) {
      assert.equal(statusOf(await talk(command.address, get(target, `Host: ${host}`))), 200, host);
    }
    // A client of HTTP/1.0 may name none, and is no browser.
    assert.equal(statusOf(await talk(command.address, `GET ${target} HTTP/1.0\r\n\r\n`)), 200);
  });

  const foreign = [
    ...[
      "evil.example",
      "127.0.0.1.evil.example",
      "localhost.evil.example",
      "evillocalhost",
      "issuer.example.evil.example",
    ],
    ...["192.0.2.1", "0.0.0.0", "[::]", "[2001:db8::1]", "my_name", "xn--bcher-kva.example"],
  ];
  test("others are 421, with what was sent, what is accepted, and what to do", async () => {
    for (const host of foreign) {
      const answer = await talk(
        command.address,
        get(target, `Host: ${host}:${port}`, `Origin: http://${host}:${port}`),
      );
      assert.equal(statusOf(answer), 421, host);
      const { error, error_description: reason } = JSON.parse(answer.slice(answer.indexOf("\r\n\r\n")));
      assert.equal(error, "misdirected_request");
      assert.ok(reason.includes(`"${host}:${port}"`), reason);
      assert.match(reason, /localhost.*issuer\.example.*--base-url/);
    }
    const lines = command
      .stdout()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const { status, reason } = lines.find(({ status }) => status === 421);
    assert.deepEqual([status, reason.includes('"evil.example:')], [421, true]);
  });

  test("a sign-in that a foreign page sends is not seen by the issuer", async () => {
    const body = "username=alice&password=alice-password";
    const fields = [
      "Host: evil.example",
      "Origin: http://evil.example",
      `Content-Length: ${body.length}`,
      "Content-Type: application/x-www-form-urlencoded",
    ];
    const answer = await talk(
      command.address,
      `POST /base/login/app/app_spa/oauth2/authorize HTTP/1.1\r\n${fields.join("\r\n")}\r\nConnection: close\r\n\r\n${body}`,
    );
    assert.equal(statusOf(answer), 421);
    assert.doesNotMatch(answer, /set-cookie/i);
  });

  test("a host in the request line goes before the field (RFC 9112 section 3.2.2)", async () => {
    assert.equal(statusOf(await talk(command.address, get(`http://evil.example${target}`, "Host: localhost"))), 421);
    assert.equal(statusOf(await talk(command.address, get(`http://localhost${target}`, "Host: evil.example"))), 200);
    assert.equal(
      statusOf(await talk(command.address, get(`http://evil.example@localhost${target}`, "Host: localhost"))),
      400,
    );
  });

  test("two fields Host, none, or one that is no host are 400 (RFC 9112 section 3.2)", async () => {
    const cases = [
      ["Host: localhost", "Host: localhost"],
      ["Host: localhost", "hOsT: evil.example"],
      [],
      ["Host: localhost/evil.example"],
      ["Host: evil.example@localhost"],
      ["Host: localhost, evil.example"],
      ["Host: local host"],
    ];
    for (const fields of cases) {
      assert.equal(statusOf(await talk(command.address, get(target, ...fields))), 400, fields.join());
    }
  });
});

test("issuer that others reach answers to the names that networks and containers give it", async () => {
  const command = await startCommand(["--port", "0", "--host", "0.0.0.0"]);
  try {
    for (const host of ["issuer", "issuer.internal", "host.docker.internal:9400", "192.0.2.1"]) {
      assert.equal(statusOf(await talk(command.address, get(DISCOVERY, `Host: ${host}`))), 200, host);
    }
    assert.equal(statusOf(await talk(command.address, get(DISCOVERY, "Host: a", "Host: a"))), 400);
  } finally {
    await command.stop();
  }
});

test("token on loopback answers requests for its redirect URI's host alone", async () => {
  const issuer = await startCommand(["--port", "0"]);
  const token = startToken(["--issuer", `${issuer.address}/v2/idaas_example/app_spa/oidc`, "--client-id", "app_spa"]);
  try {
    const [, url] = await token.says(/Sign in at\n\n {2}(\S+)\n\n/);
    const redirectUri = new URL(url).searchParams.get("redirect_uri");
    const { host, port, pathname } = new URL(redirectUri);
    for (const other of ["evil.example", "localhost", "127.0.0.1", `evil.example:${port}`, "[::1]"]) {
      const answer = await talk(redirectUri, get(pathname, `Host: ${other}`));
      assert.equal(statusOf(answer), 421, other);
      assert.ok(answer.includes(host));
    }
    assert.equal(statusOf(await talk(redirectUri, get(pathname, `Host: ${host}`, `Host: ${host}`))), 400);
    assert.equal(statusOf(await talk(redirectUri, get(`http://evil.example${pathname}`, `Host: ${host}`))), 421);
    assert.equal(statusOf(await talk(redirectUri, get("//", `Host: ${host}`))), 404);
    assert.equal(statusOf(await talk(redirectUri, get(pathname, `Host: ${host}`))), 400, "it is no answer");
    token.child.kill("SIGINT");
    assert.equal((await token.ended).code, 130);
  } finally {
    token.child.kill("SIGKILL");
    await issuer.stop();
  }
});

describe("a body that is refused is not read on", () => {
  let command;
  before(async () => (command = await startCommand(["--port", "0"])));
  after(() => command.stop());

  /** Sends for ever, and gives the answer and how much was taken. */
  async function sendWithoutEnd(head) {
    const { hostname, port } = new URL(command.address);
    const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    let answer = "";
    socket.setEncoding("utf8").on("data", (data) => (answer += data));
    const chunk = Buffer.alloc(64 * 1024, 0x61);
    const framed = Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from("\r\n")]);
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => {});
    socket.write(head);
    const more = () => {
      if (socket.bytesWritten > 256 << 20) return socket.destroy();
      while (!socket.destroyed && socket.write(framed));
    };
    socket.on("drain", more);
    more();
    await closed;
    return { answer, taken: socket.bytesWritten - socket.writableLength };
  }

  const post = (target, host) =>
    `POST ${target} HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n`;
  const cases = [
    ["one that is too long", post("/v2/idaas_example/app_web/oauth2/token", "localhost"), 413],
    ["one for another host", post("/v2/idaas_example/app_web/oauth2/token", "evil.example"), 421],
    ["one at /healthz", post("/healthz", "localhost").replace("POST", "GET"), 200],
  ];
  for (const [name, head, status] of cases) {
    test(`${name} is ${status}, and the connection ends`, async () => {
      const { answer, taken } = await sendWithoutEnd(head);
      assert.equal(statusOf(answer), status);
      assert.match(answer, /^connection: close\r$/im);
      // What the systems at both ends keep is some MiB; a client that is read on sends without end.
      assert.ok(taken < 64 << 20, `${taken}`);
    });
  }

  test("the answer is whole, and others are answered meanwhile", async () => {
    const body = new Uint8Array(1 << 20).fill(0x61);
    const url = `${command.address}/v2/idaas_example/app_web/oauth2/token`;
    const response = await fetch(url, { method: "POST", body });
    assert.equal(response.status, 413);
    assert.ok((await response.json()).error);
    assert.equal((await fetch(command.address + DISCOVERY)).status, 200);
  });

  for (const method of ["GET", "HEAD"]) {
    test(`${method} /healthz is answered whatever comes with it, and the command ends as ever`, async (t) => {
      const issuer = await startCommand(["--port", "0"]);
      t.after(() => issuer.stop());
      const head = (...fields) =>
        `${[`${method} /healthz HTTP/1.1`, "Host: localhost", ...fields].join("\r\n")}\r\n\r\n`;
      for (const request of [
        `${head("Content-Length: 5", "Connection: close")}12345`,
        `${head("Transfer-Encoding: chunked", "Connection: close")}5\r\n12345\r\n0\r\n\r\n`,
        // The rest of these bodies never comes.
        `${head("Content-Length: 5")}123`,
        head("Content-Length: 100000"),
        head("Transfer-Encoding: chunked"),
      ]) {
        const answer = await talk(issuer.address, request);
        assert.equal(statusOf(answer), 200, request);
        assert.equal(answer.split("\r\n\r\n")[1], method === "GET" ? '{"status":"ok"}' : "", request);
      }
      assert.equal(await issuer.stop(), 0);
    });
  }

  test("an answer that fails on its way is not ended as if it were whole", async (t) => {
    const host = {
      base: new URL("http://localhost"),
      misdirected: () => undefined,
      explain: () => undefined,
      exchange: async (_url, _request, response) => {
        response.writeHead(200);
        await new Promise((resolve) => response.write("{", resolve));
        throw new Error("it failed on its way");
      },
      marks: new Map(),
      log() {},
    };
    t.mock.method(process.stderr, "write", () => true);
    const server = createServer((request, response) => void answerRequest(host, request, response));
    t.after(() => server.close());
    await once(server.listen(0, "127.0.0.1"), "listening");
    const response = await fetch(`http://127.0.0.1:${server.address().port}/`);
    assert.equal(response.status, 200);
    await assert.rejects(response.text(), /terminated/);
  });
});
