import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, watch, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { fileStorage } from "eiam-token/file-storage";
import { startCommand } from "../../pkg/test/support/command-process.mjs";
import { HEADER } from "../../pkg/test/support/storage-file.mjs";
import { config } from "./config.mjs";
import { Ledger } from "./ledger.mjs";
import { load } from "./load.mjs";
import { Party } from "./party.mjs";
import { Random } from "./random.mjs";
import { verify } from "./verify.mjs";

const COMMAND = fileURLToPath(new URL("../../pkg/bin/eiam-token.js", import.meta.url));

/** Where a store's header says how long it was after its last compaction. */
const BASE = 42;

/** How many go on at the same time, each with a store of its own. */
const WORKERS = 2;

/** How often an issuer is killed, by all workers together. */
const RUNS = Number(process.env["EIAM_TOKEN_KILL_RUNS"] ?? 200);

/** Of what is drawn at random; which request comes first is the machine's choice. */
const SEED = Number(process.env["EIAM_TOKEN_KILL_SEED"] ?? Math.floor(Math.random() * 2 ** 31));

describe("an issuer that is killed keeps every word that it gave", { concurrency: WORKERS }, () => {
  for (let worker = 0; worker < WORKERS; worker++) {
    const runs = Math.ceil(RUNS / WORKERS);
    test(`${runs} times on store ${worker + 1}`, (t) => killAgainAndAgain(t, SEED + worker, runs));
  }
});

/**
 * @param {import("node:test").TestContext} t
 * @param {number} seed
 * @param {number} runs
 */
async function killAgainAndAgain(t, seed, runs) {
  const folder = mkdtempSync(join(tmpdir(), "eiam-token-kill-"));
  const store = join(folder, "issuer.store");
  const configFile = join(folder, "config.json");
  writeFileSync(configFile, JSON.stringify(config));
  const random = new Random(seed);
  const ledger = new Ledger();
  const counts = { requests: 0, compactions: 0, interrupted: 0 };
  const args = ["--port", "0", "--config", configFile, "--store", store];
  let command;
  let run = 0;
  try {
    // What verifies one run is the issuer that the next one kills.
    for (; run <= runs; run++) {
      if (run > 0 && random.chance(0.6)) await pad(store, random);
      if (random.chance(0.1)) await killAtStart(args, random);
      command = await startCommand(args);
      const party = new Party(command.address);
      await verify(party, ledger, random);
      ledger.shrink();
      if (run < runs) await killUnderLoad(command, party, { store, ledger, random, counts });
      counts.requests += party.requests;
      party.close();
      assert.equal(command.stderr(), "");
    }
    await command.stop();
    const { size } = statSync(store);
    t.diagnostic(
      `${runs} kills, ${counts.requests} requests, ${counts.compactions} compactions and ` +
        `${counts.interrupted} that a kill cut off, ${size} bytes at the end`,
    );
  } catch (error) {
    t.diagnostic(`run ${run} of ${runs}; EIAM_TOKEN_KILL_SEED=${SEED} draws the same again`);
    throw error;
  } finally {
    command?.child.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  }
}

/**
 * Lets a store grow, while nobody has it, to what it may have before it is written anew; the next load
 * does the rest.
 */
async function pad(store, random) {
  const storage = fileStorage(store, { slack: Infinity });
  await storage.load();
  const { size } = statSync(store);
  const base = Number(headOf(store).readBigUInt64LE(BASE));
  const missing = 2 * base - HEADER + 2 ** 20 - size - random.between(0, 10_000);
  if (missing > 0) {
    await storage.write([{ key: "padding", value: new Uint8Array(missing), expires: undefined }]);
    await storage.write([{ key: "padding", value: undefined, expires: undefined }]);
  }
  await storage.close();
}

/** Kills while it opens its store, makes its keys, or before. */
async function killAtStart(args, random) {
  const child = spawn(process.execPath, [COMMAND, "issuer", ...args], { stdio: "ignore" });
  const ended = once(child, "exit");
  await sleep(random.between(100, 400));
  child.kill("SIGKILL");
  await ended;
}

/** Kills at a random moment, or at one of a compaction. */
async function killUnderLoad(command, party, { store, ledger, random, counts }) {
  /** @type {Promise<unknown> | undefined} Whoever kills waits for the end of the process, also if another one began. */
  let killed;
  const kill = () => (killed ??= command.stop("SIGKILL"));
  const headBefore = headOf(store);
  const meetsCompaction = random.chance(0.8);
  const delay = random.between(0, 6);
  const watcher = watch(dirname(store), async (_event, name) => {
    if (name !== `${basename(store)}.new` || !meetsCompaction) return;
    if (delay > 1) await sleep(delay - 1);
    void kill();
  });
  try {
    const loaded = load(party, ledger, random, () => killed !== undefined);
    await Promise.race([loaded, sleep(random.between(10, 400))]);
    await kill();
    await loaded;
  } finally {
    watcher.close();
  }
  if (existsSync(`${store}.new`)) counts.interrupted += 1;
  if (!headOf(store).equals(headBefore)) counts.compactions += 1;
}

/** What is another one after each compaction. */
function headOf(store) {
  return readFileSync(store).subarray(0, 66);
}
