// Whatever several tabs do, and in whatever order it happens: see support/tabs.mjs for what must never be.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { unhandledDuring } from "./support/refreshing.mjs";
import { World } from "./support/tabs.mjs";

const TABS = 3;
const RUNS = process.env["CI"] === "true" ? 3000 : 300;

/** The same interleavings every time, unless others are asked for. */
const SEED = Number(process.env["SEED"] ?? 1);

/** What a user, the application or the machine does, and how much happens before the next one. */
const action = fc.record({
  kind: fc.constantFrom("get", "get", "get", "reject", "set", "clear", "crash", "pass"),
  tab: fc.nat(TABS - 1),
  user: fc.constantFrom("alice", "bob"),
  age: fc.constantFrom(0, 57, 90),
  seconds: fc.constantFrom(1, 3, 20, 40, 120),
  resource: fc.constantFrom(undefined, "urn:files", "urn:mail"),
  steps: fc.nat(12),
});

/** Which tabs have Web Locks. */
const locks = fc.constantFrom([true, true, true], [false, false, false], [true, false, true]);

async function run(seed, hasLocks, actions) {
  const world = new World(seed);
  for (let i = 0; i < TABS; i++) await world.open(i, hasLocks[i]);
  world.signIn(world.tabs[0], "alice", 90);
  for (const { kind, tab: index, user, age, seconds, resource, steps } of actions) {
    const tab = world.tabs[index];
    if (kind === "get") world.getAccessToken(tab, undefined, resource);
    if (kind === "set") world.signIn(tab, user, age);
    if (kind === "clear") world.signOut(tab);
    if (kind === "pass") await world.pass(seconds);
    if (kind === "reject") {
      const stored = world.storedToken(resource);
      if (stored) world.getAccessToken(tab, stored, resource);
    }
    if (kind === "crash") {
      world.crash(tab);
      await world.open(index, hasLocks[index]);
    }
    for (let i = 0; i < steps && (world.events.length > 0 || kind === "get"); i++) await world.step();
  }
  await world.settle();
  // In the end the server is well, and all tabs get the same.
  world.heal();
  await world.pass(200);
  for (const resource of [undefined, "urn:files"]) {
    for (const tab of world.tabs) world.getAccessToken(tab, undefined, resource);
  }
  await world.settle();
  return world.violations;
}

test("no interleaving mixes users, brings back what has gone, or spends a refresh token twice", async () => {
  const unhandled = await unhandledDuring(() =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 0xffff_ffff }),
        locks,
        fc.array(action, { minLength: 3, maxLength: 25 }),
        async (seed, hasLocks, actions) => {
          const violations = await run(seed, hasLocks, actions);
          if (violations.length > 0) throw new Error(violations.join("\n"));
        },
      ),
      { numRuns: RUNS, seed: SEED, includeErrorInReport: true },
    ),
  );
  assert.deepEqual(unhandled, []);
});
