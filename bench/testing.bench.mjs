import { cpus } from "node:os";
import { startedModule } from "../pkg/test/support/testing-module.mjs";
import { part, printTable } from "./side-by-side.mjs";

const GRANTS = 1_000;
const ROUNDS = 1_000;
const TOKEN = "a-token-of-control-that-everybody-knows";

console.log(`Node ${process.versions.node}, ${cpus()[0].model}`);
const issuer = await startedModule({ controlToken: TOKEN });
for (let grant = 0; grant < GRANTS; grant++) {
  const { status } = await issuer.control("POST", "tokens", { user: "alice", client: "app_web", scope: "profile" });
  if (status !== 200) throw new Error(`no tokens: ${status}`);
}
// A fork begins with the grants, so its resets bring them back.
const full = issuer.fork();
const rows = [
  measure("reset() to 1,000 grants", () => full.reset()),
  measure("fork() with 1,000 grants", () => issuer.fork().free()),
];
printTable(`The issuer for tests begins again, ${ROUNDS.toLocaleString("en")} times, in milliseconds`, rows);

/**
 * @param {string} name
 * @param {() => unknown} action
 */
function measure(name, action) {
  const times = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    action();
    times.push(performance.now() - start);
  }
  const row = (/** @type {number} */ of) => part(times, of).toFixed(3);
  return { "": name, median: row(0.5), "99 of 100": row(0.99), slowest: Math.max(...times).toFixed(3) };
}
