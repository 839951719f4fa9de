import { execFile } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createTestIssuer } from "eiam-token/testing";
import { part, printTable } from "./side-by-side.mjs";

const RUNS = 15;
const GRANTS = 1000;
const ROUNDS = 1000;
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

/** Back to a state that has the grants, to one that has none, and on from it in another issuer. */
async function resetAndFork() {
  const issuer = await createTestIssuer();
  const fill = async () => {
    for (let grant = 0; grant < GRANTS; grant++) await issuer.tokens({ user: "alice", client: "web" });
  };
  const timed = async (action) => {
    const start = performance.now();
    const made = await action();
    return { made, ms: performance.now() - start };
  };
  await fill();
  const times = { fork: [], full: [], empty: [] };
  // A fork begins with the grants, so its resets bring them back.
  const full = await issuer.fork();
  for (let round = 0; round < ROUNDS; round++) {
    const { made, ms } = await timed(() => issuer.fork());
    times.fork.push(ms);
    await made.close();
    times.full.push((await timed(() => full.reset())).ms);
  }
  for (let round = 0; round < 5; round++) {
    times.empty.push((await timed(() => issuer.reset())).ms);
    await fill();
  }
  const row = (name, list) => ({
    "": name,
    times: list.length.toLocaleString("en"),
    median: median(list).toFixed(2),
    "99 of 100": part(list, 0.99).toFixed(2),
    must: `5 ${median(list) < 5 ? "met" : "MISSED"}`,
  });
  printTable(`With ${GRANTS.toLocaleString("en")} grants, in milliseconds`, [
    row("fork()", times.fork),
    row("reset() to the grants", times.full),
    row("reset() to none", times.empty),
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
  return part(values, 0.5);
}

function path(relative) {
  return fileURLToPath(new URL(relative, import.meta.url));
}
