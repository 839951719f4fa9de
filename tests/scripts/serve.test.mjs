import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { serve } from "../../scripts/serve.mjs";

describe("the static server", () => {
  /** @type {string} */
  let folder;
  /** @type {import("../../scripts/serve.mjs").Served} */
  let server;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "eiam-token-serve-"));
    await mkdir(join(folder, "www"));
    await writeFile(join(folder, "secret.txt"), "secret");
    await writeFile(join(folder, "www/index.html"), "<title>hello</title>");
    await writeFile(join(folder, "www/a b.js"), "export {};");
    await writeFile(join(folder, "www/module.wasm"), new Uint8Array([0, 97, 115, 109]));
    await symlink("../secret.txt", join(folder, "www/link.txt"));
    server = await serve({ port: 0, root: join(folder, "www") });
  });

  after(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  test("answers / with index.html, not to be stored", async () => {
    const response = await fetch(server.url);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("content-type"), "text/html; charset=utf-8");
    assert.equal(response.headers.get("cache-control"), "no-store");
    assert.equal(await response.text(), "<title>hello</title>");
  });

  test("is reached by both loopback addresses' common name and by number", async () => {
    for (const host of ["localhost", "127.0.0.1"]) {
      assert.equal((await fetch(`http://${host}:${server.port}/`)).status, 200);
    }
  });

  test("knows media types, decodes names and ignores queries", async () => {
    const script = await fetch(`${server.url}a%20b.js?v=1`);
    assert.equal(script.headers.get("content-type"), "text/javascript; charset=utf-8");
    const module = await fetch(`${server.url}module.wasm`);
    assert.equal(module.headers.get("content-type"), "application/wasm");
  });

  test("answers HEAD without a body", async () => {
    const response = await fetch(server.url, { method: "HEAD" });
    assert.equal(response.headers.get("content-length"), "20");
    assert.equal(await response.text(), "");
  });

  test("refuses other methods", async () => {
    const response = await fetch(server.url, { method: "POST" });
    assert.equal(response.status, 405);
    assert.equal(response.headers.get("allow"), "GET, HEAD");
  });

  test("never leaves its folder", async () => {
    const targets = [
      "/../secret.txt",
      "/%2e%2e/secret.txt",
      "/..%2fsecret.txt",
      "/..%5csecret.txt",
      "//../secret.txt",
      "/x/../../secret.txt",
      "/link.txt",
      "/%00",
      "/%",
      "/nothing",
      "/" + "x".repeat(5000),
    ];
    for (const target of targets) assert.equal(await statusOf(target), 404, target);
  });

  test("takes the next port when one is taken", async () => {
    const second = await serve({ port: server.port, root: join(folder, "www") });
    assert.notEqual(second.port, server.port);
    assert.equal((await fetch(second.url)).status, 200);
    await second.close();
  });

  /**
   * Asks for a target exactly as it is spelt, which fetch would tidy up first.
   * @param {string} path
   */
  function statusOf(path) {
    return new Promise((resolve, reject) => {
      request({ host: "127.0.0.1", port: server.port, path }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on("error", reject)
        .end();
    });
  }
});
