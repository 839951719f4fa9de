import assert from "node:assert/strict";
import { once } from "node:events";
import { appendFileSync, chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { after, afterEach, describe, test } from "node:test";
import { Client } from "eiam-token";
import { exampleConfig } from "eiam-token/issuer";
import { runCommand, startCommand } from "./support/command-process.mjs";
import { Folder, HEADER, forgedLock } from "./support/storage-file.mjs";

const folder = new Folder();
afterEach(() => folder.empty());
after(() => folder.remove());
const store = folder.file();
const SECRET = "CSwebExampleSecretThatEverybodyKnows1234567890";
const start = (...more) => startCommand(["--port", "0", "--store", store, ...more]);

/** @param {{ address: string }} command */
function clientOf({ address }, clientId = "app_web") {
  const authentication = { method: "client_secret_post", clientSecret: SECRET };
  return Client.discover(`${address}/v2/idaas_example/${clientId}/oidc`, { clientId, authentication });
}

const signIn = (client) => client.password({ username: "alice", password: "alice-password", scope: "openid profile" });

/** The ids of the published keys. @param {Client} client */
async function keysOf(client) {
  const response = await fetch(client.server.jwksUri);
  return (await response.json()).keys.map(({ kid }) => kid);
}

describe("--store", () => {
  for (const signal of ["SIGTERM", "SIGKILL"]) {
    test(`after ${signal} everything is as it was`, async () => {
      const first = await start();
      assert.ok(first.greeting.includes(`Its state is kept in ${store}; Ctrl+C stops it.`));
      assert.doesNotMatch(first.greeting, /Nothing is kept/);
      const before = await clientOf(first);
      const [kept, used, revoked] = [await signIn(before), await signIn(before), await signIn(before)];
      const fresh = await before.refresh(used);
      await before.revoke(revoked.refreshToken);
      const keys = await keysOf(before);
      assert.equal(await first.stop(signal), signal === "SIGKILL" ? null : 0);
      assert.equal(existsSync(`${store}.lock`), signal === "SIGKILL");

      const second = await start();
      try {
        const now = await clientOf(second);
        assert.deepEqual(await keysOf(now), keys);
        assert.equal((await now.userInfo(kept)).sub, "user_alice");
        await now.refresh(kept);
        await now.refresh(fresh);
        await assert.rejects(now.refresh(used), { error: "invalid_grant" });
        await assert.rejects(now.refresh(revoked), { error: "invalid_grant" });
        await assert.rejects(now.userInfo(revoked));
      } finally {
        assert.equal(await second.stop(), 0);
      }
      assert.deepEqual([...folder.files.keys()], ["issuer.store"]);
    });
  }

  test("nobody else can read it, and nothing of it is printed", async () => {
    const command = await start("--log", "json");
    const tokens = await signIn(await clientOf(command));
    assert.equal(await command.stop(), 0);
    if (process.platform !== "win32") assert.equal(statSync(store).mode & 0o777, 0o600);
    const { d } = JSON.parse(/\{"key_ops[^}]*\}/.exec(readFileSync(store, "latin1"))[0]);
    assert.ok(d.length > 100, "the private key is in it");
    for (const secret of [d, tokens.accessToken, tokens.refreshToken, tokens.idToken]) {
      assert.ok(!command.output().includes(secret));
    }
    for (const secret of [tokens.accessToken, tokens.refreshToken]) {
      assert.ok(!readFileSync(store, "latin1").includes(secret), "tokens are not kept, only what they stand for");
    }
  });

  test("what a request under way changed is kept, also if its client went away", async () => {
    const command = await start();
    const client = await clientOf(command);
    const tokens = await signIn(client);
    const { hostname, port } = new URL(command.address);
    const socket = connect(Number(port), hostname);
    await once(socket, "connect");
    const body = new URLSearchParams({ token: tokens.refreshToken, client_id: "app_web", client_secret: SECRET });
    const head = [
      `POST ${new URL(client.server.revocationEndpoint).pathname} HTTP/1.1`,
      `Host: ${hostname}:${port}`,
      "Content-Type: application/x-www-form-urlencoded",
      `Content-Length: ${body.toString().length}`,
    ];
    socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
    socket.destroySoon();
    await once(socket, "close");
    // The request is in the log once it was read.
    while (!command.log().includes("/oauth2/revoke ")) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(await command.stop(), 0);
    assert.equal(command.stderr(), "");
    const next = await start();
    try {
      await assert.rejects((await clientOf(next)).refresh(tokens), { error: "invalid_grant" });
    } finally {
      await next.stop();
    }
  });

  test("the configuration may change between two starts", async () => {
    const config = folder.file("config.json");
    const example = exampleConfig("http://127.0.0.1:9400");
    const without = ({ baseUrl, ...rest }, id) => ({
      ...rest,
      applications: rest.applications.filter(({ applicationId }) => applicationId !== id),
    });
    writeFileSync(config, JSON.stringify(without(example)));
    const first = await start("--config", config);
    const tokens = await signIn(await clientOf(first));
    await first.stop();

    writeFileSync(config, JSON.stringify(without(example, "app_spa")));
    const second = await start("--config", config);
    const fresh = await (await clientOf(second)).refresh(tokens);
    await assert.rejects(clientOf(second, "app_spa"));
    await second.stop();

    writeFileSync(config, "{");
    const { code, stderr } = await runCommand(["issuer", "--port", "0", "--store", store, "--config", config]);
    assert.equal(code, 1, stderr);
    writeFileSync(config, JSON.stringify(without(example, "app_web")));
    await (await start("--config", config)).stop();

    writeFileSync(config, JSON.stringify(without(example)));
    const last = await start("--config", config);
    try {
      const client = await clientOf(last);
      // It was not removed, only not configured for a while.
      await client.refresh(fresh);
      await signIn(client);
    } finally {
      await last.stop();
    }
  });
});

describe("a store that something else took while it was open", () => {
  for (const [name, take] of Object.entries({
    "ends the command in one sentence": () => appendFileSync(store, "x"),
    "ends it also if it is its lock": () => rmSync(`${store}.lock`),
  })) {
    test(name, async () => {
      const command = await start();
      const client = await clientOf(command);
      const tokens = await signIn(client);
      take();
      const before = readFileSync(store);
      const ended = once(command.child, "exit");
      await assert.rejects(client.refresh(tokens));
      assert.deepEqual(await ended, [1, null]);
      const sentence =
        /^eiam-token: \S+issuer\.store (was changed|is no longer)[^\n]+; the issuer stops now, and has overwritten nothing\.$/gm;
      assert.equal(command.stderr().match(sentence)?.length, 1, command.stderr());
      assert.deepEqual(readFileSync(store), before);
      assert.ok(!existsSync(`${store}.lock`));
    });
  }
});

describe("a store that cannot be used ends the start in one sentence", () => {
  /** @param {RegExp} sentence */
  async function refused(sentence, file = store) {
    const before = folder.files;
    const { code, stdout, stderr } = await runCommand(["issuer", "--port", "0", "--store", file]);
    assert.deepEqual([code, stdout], [1, ""], stderr);
    assert.match(stderr, /^eiam-token: [^\n]+\.\n$/);
    assert.match(stderr, sentence);
    assert.deepEqual(folder.files, before);
  }

  test("one that is in use, with the process", async () => {
    const command = await start();
    try {
      await refused(
        new RegExp(`issuer\\.store is in use by process ${command.child.pid}; stop that process, or choose another`),
      );
    } finally {
      await command.stop();
    }
  });

  test("one that is damaged, with the byte", async () => {
    const command = await start();
    await signIn(await clientOf(command));
    await command.stop();
    const bytes = readFileSync(store);
    const flip = async (at, sentence) => {
      const flipped = Buffer.from(bytes);
      flipped[at] ^= 1;
      writeFileSync(store, flipped);
      await refused(sentence);
    };
    // The first write, which others follow, and the last one, which was answered.
    await flip(HEADER + 40, new RegExp(`issuer\\.store is damaged at byte ${HEADER}; the file was left as it is`));
    await flip(bytes.length - 1, /issuer\.store is damaged at byte \d+; the file was left as it is/);
  });

  test("one that a process of another machine or container has, with what to do", async () => {
    await (await start()).stop();
    writeFileSync(`${store}.lock`, await forgedLock({ boot: "another", host: "other", pid: 7 }), { mode: 0o600 });
    await refused(
      /issuer\.store is in use by process 7 of host other \(of another machine[^)]*\), which cannot be watched from here; stop it, or, if it is certain that it no longer runs, remove \S+issuer\.store\.lock\.$/m,
    );
  });

  test("one that others can write", { skip: process.platform === "win32" }, async () => {
    await (await start()).stop();
    chmodSync(store, 0o622);
    await refused(
      /issuer\.store can be written by other users \(mode 622\); if none of them has written it, remove that permission \(chmod 600\)\.$/m,
    );
  });

  test("one whose records are none of an issuer", async () => {
    const { fileStorage } = await import("eiam-token/file-storage");
    const storage = fileStorage(store);
    await storage.write([{ key: "g1", value: new TextEncoder().encode("no grant SECRET"), expires: undefined }]);
    await storage.close();
    const { code, stderr } = await runCommand(["issuer", "--port", "0", "--store", store]);
    assert.equal(code, 1);
    assert.match(stderr, /^eiam-token: \S+issuer\.store: [^\n]+\n$/);
    assert.doesNotMatch(stderr, /SECRET/);
  });

  test("what is none", async () => {
    writeFileSync(store, '{ "applications": [] }');
    await refused(/is not a store of an issuer; the file was left as it is/);
    writeFileSync(store, "eiam-token issuer store 9\n");
    await refused(/is a store of version 9, which this version of eiam-token does not know/);
    await refused(/is a folder/, folder.path);
    await refused(
      /cannot be used \(ENOENT\): its folder does not exist; create it first\.$/m,
      folder.file("none/store"),
    );
  });

  test("none", async () => {
    for (const args of [["--store", ""], ["--store"], ["--store", store, "--store", store]]) {
      const { code, stderr } = await runCommand(["issuer", ...args]);
      assert.equal(code, 2, stderr);
    }
    assert.equal(folder.files.size, 0);
  });
});
