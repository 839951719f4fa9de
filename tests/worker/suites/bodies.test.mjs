// Bodies that are too long, that never end, that break off, and that nobody expects.
import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { after, describe, test } from "node:test";
import { BASE, client, endpoints, printed, startCluster } from "../lib/cluster.mjs";

const cluster = await startCluster();
after(() => cluster.stop());

const LIMIT = 64 * 1024;
const PLACES = [endpoints("app_050"), endpoints("app_050", { instance: true }), endpoints("app_none")];
const FORM = "content-type: application/x-www-form-urlencoded";

/** Opens a connection and sends the head of a request. */
async function open(method, url, ...fields) {
  const { hostname, port, host } = cluster.address(0);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  // The other side may have closed it while this one still writes.
  socket.on("error", () => {});
  const path = url.slice(BASE.length) || "/";
  socket.write([`${method} ${path} HTTP/1.1`, `host: ${host}`, ...fields, "", ""].join("\r\n"));
  return socket;
}

/** The status of what comes back. */
function statusOf(socket) {
  return new Promise((resolve, reject) => {
    let text = "";
    socket.on("data", (data) => {
      text += data;
      if (text.includes("\r\n")) resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]));
    });
    socket.once("close", () => reject(new Error("closed without an answer")));
  });
}

/** What comes back for a request with a body, whatever its method. */
async function exchange(method, url, body) {
  const { hostname, port } = cluster.address(0);
  const path = url.slice(BASE.length);
  const headers = { "content-type": "application/x-www-form-urlencoded", "content-length": body.length };
  const sent = request({ hostname, port, path, method, headers, agent: false });
  sent.end(body);
  const [response] = await once(sent, "response");
  const { length } = Buffer.concat(await Array.fromAsync(response));
  return { status: response.statusCode, length };
}

/** Sends without end, in chunks. Gives how much went out until the other side would take no more. */
async function flood(socket, most) {
  const chunk = Buffer.alloc(16 * 1024, "a");
  const framed = Buffer.concat([Buffer.from("4000\r\n"), chunk, Buffer.from("\r\n")]);
  let sent = 0;
  while (sent < most && !socket.destroyed && socket.writable) {
    if (!socket.write(framed)) {
      const drained = once(socket, "drain").then(
        () => true,
        () => false,
      );
      const stuck = new Promise((resolve) => setTimeout(resolve, 2000, false));
      if (!(await Promise.race([drained, stuck]))) break;
    }
    sent += chunk.length;
  }
  return sent;
}

describe("a body", () => {
  test("that never ends is refused while it is still being sent, and then no more is read", async () => {
    for (const at of PLACES) {
      for (const url of [at.token, at.introspect, at.login]) {
        const socket = await open("POST", url, FORM, "transfer-encoding: chunked");
        const status = statusOf(socket);
        const chunk = `${LIMIT.toString(16)}\r\n${"a".repeat(LIMIT)}\r\n`;
        socket.write(chunk + "1\r\na\r\n");
        assert.equal(await status, at === PLACES[2] ? 404 : 413, url);
        const most = 512 * 1024 * 1024;
        assert.ok((await flood(socket, most)) < most, `${url}: all of it was read`);
        socket.destroy();
      }
    }
  });

  test("that is exactly as long as it may be is read", async () => {
    for (const at of PLACES.slice(0, 2)) {
      for (const [length, expected] of [
        [LIMIT, 200],
        [LIMIT + 1, 413],
      ]) {
        const form = new URLSearchParams({
          grant_type: "client_credentials",
          scope: "api://api.example.com|read",
          ...client("app_050"),
        });
        const values = `${form}${`&a${"b".repeat(4000)}`.repeat(20)}`;
        // No name twice.
        let names = 0;
        const body = values.slice(0, length).replaceAll("&ab", () => `&${String.fromCharCode(97 + names++)}b`);
        const rest = "&".repeat(length - body.length);
        for (const place of [0, 1]) {
          const { status } = await cluster.send(place)(
            "POST",
            at.token,
            { "content-type": "application/x-www-form-urlencoded" },
            body + rest,
          );
          assert.equal(status, expected, `${length} at ${at.token}`);
        }
      }
    }
  });

  test("that breaks off harms nobody", async () => {
    for (const at of PLACES) {
      for (const url of [at.token, at.userinfo, at.devicePage, at.jwks, `${BASE}/api/whoami`]) {
        for (const field of ["content-length: 1000", "transfer-encoding: chunked"]) {
          const socket = await open("POST", url, FORM, field);
          socket.write(field.startsWith("t") ? "5\r\nabc" : "abc");
          socket.destroy();
          await once(socket, "close");
        }
      }
      assert.equal((await cluster.send(0)("GET", PLACES[0].jwks)).status, 200);
    }
  });

  test("that nobody expects is passed over, and the answer to HEAD has none", async () => {
    for (const at of PLACES) {
      for (const [name, url] of Object.entries(at).filter(([name]) => name !== "scope")) {
        for (const method of ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"]) {
          const { status, length } = await exchange(method, url, "token=x&a=b");
          assert.ok(status < 500, `${method} ${name}: ${status}`);
          if (method === "HEAD") assert.equal(length, 0);
        }
      }
    }
  });

  test("makes nothing fail", () => {
    assert.doesNotMatch(printed.join(""), /Error|exception/i);
  });
});
