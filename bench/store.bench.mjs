import { mkdtempSync, rmSync, statSync } from "node:fs";
import { Agent, request as httpRequest } from "node:http";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileStorage } from "eiam-token/file-storage";
import { exampleConfig } from "eiam-token/issuer";
import { startCommand } from "../pkg/test/support/command-process.mjs";
import { CLIENT_ID, CLIENT_SECRET, refresh as refreshGrant } from "./issuer/flows.mjs";
import { ours } from "./issuer/ours.mjs";
import { part, printTable } from "./side-by-side.mjs";

const [web] = exampleConfig("http://127.0.0.1").applications.filter(({ grants }) => grants.includes("password"));
const [user] = exampleConfig("http://127.0.0.1").users;

const folder = mkdtempSync(join(tmpdir(), "eiam-token-bench-"));
try {
  console.log(`Node ${process.versions.node}, ${cpus()[0].model}, files in ${tmpdir()}`);
  await requests();
  await writes();
  await bytes();
} finally {
  rmSync(folder, { recursive: true });
}

/** The command over HTTP, with its state in memory and in a file, in turns. */
async function requests() {
  const commands = {
    "in memory": await startCommand(["--port", "0"]),
    "in a file": await startCommand(["--port", "0", "--store", join(folder, "command.store")]),
  };
  try {
    for (const clients of [1, 16]) {
      const results = await inTurns(Object.values(commands), clients);
      const rows = Object.keys(commands).map((name, i) => ({
        "": name,
        "per second": Math.round(part(results[i], 0.5)).toLocaleString("en"),
        "of memory's": part(
          results[i].map((rate, round) => rate / results[0][round]),
          0.5,
        ).toFixed(2),
      }));
      const who = clients === 1 ? "one client" : `${clients} clients at a time`;
      printTable(`Refreshes without an id_token by the command, ${who}, on the wall`, rows);
    }
  } finally {
    for (const command of Object.values(commands)) await command.stop();
  }
}

/**
 * How many refreshes a second, for each command in each round.
 * @returns {Promise<number[][]>}
 */
async function inTurns(commands, clients) {
  const ROUNDS = 10;
  const agent = new Agent({ keepAlive: true });
  const sides = await Promise.all(
    commands.map(async (command) => {
      const ask = asker(command, agent);
      const { username, password } = user;
      // Nothing is signed for this scope: next to a signature of RS256 a write is little.
      const fields = { grant_type: "password", username, password, scope: "profile" };
      return Promise.all(Array.from({ length: clients }, () => chain(ask, fields)));
    }),
  );
  const results = sides.map(() => []);
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [i, chains] of sides.entries()) {
      const rate = await rateOf(chains, 400);
      // The first is for warming up.
      if (round > 0) results[i].push(rate);
    }
  }
  agent.destroy();
  return results;
}

/** A sign-in that is refreshed again and again. */
async function chain(ask, fields) {
  let { refresh_token: token } = await ask(fields);
  return async () => {
    token = (await ask({ grant_type: "refresh_token", refresh_token: token })).refresh_token;
  };
}

async function rateOf(chains, milliseconds) {
  const start = performance.now();
  let done = 0;
  const run = async (step) => {
    for (; performance.now() - start < milliseconds; done++) await step();
  };
  await Promise.all(chains.map(run));
  return (done / (performance.now() - start)) * 1000;
}

/** @returns {(fields: Record<string, string>) => Promise<any>} */
function asker({ address }, agent) {
  const url = `${address}/v2/idaas_example/${web.applicationId}/oauth2/token`;
  const authentication = { client_id: web.applicationId, client_secret: web.clientSecrets[0] };
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  return (fields) =>
    new Promise((resolve, reject) => {
      const request = httpRequest(url, { method: "POST", agent, headers }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk) => (text += chunk));
        response.on("end", () => {
          if (response.statusCode === 200) resolve(JSON.parse(text));
          else reject(new Error(text));
        });
      });
      request.on("error", reject);
      request.end(new URLSearchParams({ ...fields, ...authentication }).toString());
    });
}

/** The storage alone: one write after the other, of one record. */
async function writes() {
  const path = join(folder, "writes.store");
  const storage = fileStorage(path);
  await storage.load();
  const size = statSync(path).size;
  const times = [];
  const value = new Uint8Array(64);
  for (let i = 0; i < 1000; i++) {
    const start = performance.now();
    await storage.write([{ key: `g${i}`.padStart(33, "0"), value, expires: 2n ** 40n }]);
    times.push(performance.now() - start);
  }
  const each = (statSync(path).size - size) / 1000;
  await storage.close();
  const row = { "": "a write of 64 bytes" };
  for (const [name, share] of Object.entries({ median: 0.5, "95 %": 0.95, "99 %": 0.99 })) {
    row[name] = `${part(times, share).toFixed(2)} ms`;
  }
  printTable("The storage alone, each write safe on the disk", [{ ...row, bytes: `${each}` }]);
}

/** What a refresh writes, with few grants and with many, in turns. */
async function bytes() {
  const REFRESHES = 300;
  const few = await withGrants(10);
  const many = await withGrants(100_000);
  for (let i = 0; i < REFRESHES; i++) {
    for (const one of [few, many]) {
      const start = performance.now();
      one.token = await refreshGrant(one.side, one.token);
      one.times.push(performance.now() - start);
    }
  }
  const row = (name, digits, of) => ({
    "": name,
    "10 grants": of(few).toFixed(digits),
    "100,000 grants": of(many).toFixed(digits),
    ratio: (of(many) / of(few)).toFixed(2),
  });
  printTable("A refresh, with so many live grants, ES256", [
    row("bytes written", 1, ({ path, size }) => (statSync(path).size - size) / REFRESHES),
    row("milliseconds on the wall", 2, ({ times }) => part(times, 0.5)),
  ]);
  printTable("A start with 100,000 live grants", [
    { "": "", "ms on the wall": many.start.toFixed(0), "bytes of the file": many.size.toLocaleString("en") },
  ]);
  for (const { storage } of [few, many]) await storage.close();
}

/** An issuer that has so many grants and was started again. */
async function withGrants(grants) {
  const path = join(folder, `${grants}.store`);
  const first = fileStorage(path);
  const filling = await ours("ES256", undefined, { storage: first });
  const fields = { grant_type: "password", username: "alice", password: "alice-password" };
  const token = await signIn(filling, fields);
  const AT_ONCE = 500;
  for (let made = 1; made < grants; made += AT_ONCE) {
    const count = Math.min(AT_ONCE, grants - made);
    await Promise.all(Array.from({ length: count }, () => signIn(filling, fields)));
  }
  await first.close();

  const before = performance.now();
  // Without a compaction, which would be spread over many.
  const storage = fileStorage(path, { slack: Infinity });
  const side = await ours("ES256", undefined, { storage });
  const start = performance.now() - before;
  return { path, storage, side, token, times: [], start, size: statSync(path).size };
}

/** @returns {Promise<string>} a refresh token */
async function signIn(side, fields) {
  const { token: url } = side;
  const authorization = `Basic ${btoa(`${CLIENT_ID}:${CLIENT_SECRET}`)}`;
  const headers = { "content-type": "application/x-www-form-urlencoded", authorization };
  const answer = await side.send({ method: "POST", url, headers, body: new URLSearchParams(fields).toString() });
  if (answer.status !== 200) throw new Error(answer.text());
  return JSON.parse(answer.text()).refresh_token;
}
