import { execFile } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createTestIssuer } from "eiam-token/testing";
import { printTable } from "./side-by-side.mjs";

const RUNS = 15;
const GRANTS = 1000;
const run = promisify(execFile);

console.log(`Node ${process.versions.node}, ${cpus().length} × ${cpus()[0].model}, load ${loadavg()[0].toFixed(1)}`);
await firstToken();
await resetAndFork();
await twoMinutes();

/** Processes in turns, so that a machine that becomes slower becomes so for both. */
async function firstToken() {
  const runs = { ours: [], theirs: [] };
  for (let each = 0; each < RUNS; each++) {
    for (const [who, results] of Object.entries(runs)) {
      const { stdout } = await run(process.execPath, [path("./test-issuer/start.mjs"), who]);
      results.push(JSON.parse(stdout));
    }
  }
  const of = (who, what) => median(runs[who].map((result) => result[what]));
  const row = (name, who) => ({
    "": name,
    "ms from the start of the server": of(who, "start").toFixed(1),
    "ms from the start of the process": of(who, "process").toFixed(1),
  });
  printTable(`To the first token by HTTP, medians of ${RUNS} processes each`, [
    row("startIssuer()", "ours"),
    row("oauth2-mock-server, RS256", "theirs"),
    {
      "": "ours of theirs (must 1, goal 0.5)",
      "ms from the start of the server": (of("ours", "start") / of("theirs", "start")).toFixed(2),
      "ms from the start of the process": (of("ours", "process") / of("theirs", "process")).toFixed(2),
    },
  ]);
}

async function resetAndFork() {
  const issuer = await createTestIssuer();
  const fill = async () => {
    for (let grant = 0; grant < GRANTS; grant++) await issuer.tokens({ user: "alice", client: "web" });
  };
  const times = { reset: [], fork: [] };
  await fill();
  for (let each = 0; each < RUNS; each++) {
    const start = performance.now();
    const fork = await issuer.fork();
    times.fork.push(performance.now() - start);
    await fork.close();
  }
  for (let each = 0; each < 5; each++) {
    const start = performance.now();
    await issuer.reset();
    times.reset.push(performance.now() - start);
    await fill();
  }
  printTable(`With ${GRANTS.toLocaleString("en")} grants`, [
    { "": "reset()", ms: median(times.reset).toFixed(2), must: "5" },
    { "": "fork()", ms: median(times.fork).toFixed(2), must: "5" },
  ]);
}

/** Each program is run, so that its lines are those of one that works. */
async function twoMinutes() {
  const rows = [];
  for (const file of readdirSync(new URL("./test-issuer/two-minutes/", import.meta.url)).sort()) {
    const program = path(`./test-issuer/two-minutes/${file}`);
    const { stdout } = await run(process.execPath, [program]);
    if (!/^\S{20,}$/m.test(stdout)) throw new Error(`${file} printed no token`);
    rows.push({ "": file.replace(".mjs", ""), lines: linesOf(program) });
  }
  // It needs Java and Gradle, so it is written by its README and only counted.
  const navikt = path("./test-issuer/not-run/mock-oauth2-server.kt");
  rows.push({ "": "navikt/mock-oauth2-server, not run", lines: linesOf(navikt) });
  printTable("Lines of a program that gets a user's access token from a server of its own", rows);
}

/** How many lines are not empty. */
function linesOf(program) {
  const lines = readFileSync(program, "utf8").split("\n");
  return String(lines.filter((line) => line.trim() !== "").length);
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

function path(relative) {
  return fileURLToPath(new URL(relative, import.meta.url));
}
