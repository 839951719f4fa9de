// Clients at an issuer that misbehaves: this project's does what is right in every case, and docs/hostile-clients.md says
// what came of each case with each client.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { readPlaces } from "../docs/lib/places.mjs";
import { ours } from "./clients/ours.mjs";
import { clients } from "./lib/clients.mjs";
import { EXCEPTIONS, LIFETIMES, rightOutcomes } from "./lib/rules.mjs";
import { run, verdictOf } from "./lib/run.mjs";
import { PAGES, PLACES, tablesOf } from "./lib/table.mjs";
import { newWorld } from "./lib/world.mjs";

const worlds = { inProcess: await newWorld(), onNetwork: await newWorld({ isOnNetwork: true }) };
const cases = await worlds.inProcess.issuer.hostile.cases();

after(async () => {
  for (const client of clients) await client.stop?.();
  for (const { issuer } of Object.values(worlds)) await issuer.close();
});

describe("the cases", () => {
  test("that need not be refused are there", () => {
    const names = new Set(cases.map(({ name }) => name));
    for (const name of [...EXCEPTIONS, ...Object.keys(LIFETIMES)]) assert.ok(names.has(name), name);
  });

  test("are each in a place that has a table", () => {
    for (const { name, where } of cases) assert.ok(PLACES.includes(where), `${name}: ${where}`);
  });
});

describe("without a case", () => {
  for (const client of clients) {
    for (const flow of Object.keys(client.flows)) {
      test(`${client.name} accepts everything: ${flow}`, async () => {
        const world = client.isOnNetwork ? worlds.onNetwork : worlds.inProcess;
        const { outcome, error } = await verdictOf(world, client, flow);
        assert.equal(outcome, "accepted", error?.stack);
      });
    }
  }
});

describe("with every case", () => {
  /** @type {Awaited<ReturnType<typeof run>>} */
  let lines;
  before(async () => {
    lines = await run(clients, worlds);
  });

  test("this project's client gets all, and does what is right", () => {
    for (const { row, verdicts } of lines) {
      const { outcome, error } = verdicts[clients.indexOf(ours)];
      const right = rightOutcomes(row.name);
      assert.ok(right.includes(outcome), `${row.name} (${row.flow}): ${outcome}, and not ${right}: ${error?.stack}`);
      if (outcome === "refused") assert.ok(ours.isRefusal(error), `${row.name} (${row.flow}): ${error?.stack}`);
    }
  });

  test("nothing that is called as members of objects are gets into other objects", () => {
    assert.equal(/** @type {any} */ ({}).polluted, undefined);
  });

  test("no refusal of this project's client repeats a token", () => {
    for (const { row, verdicts } of lines) {
      assert.doesNotMatch(String(verdicts[clients.indexOf(ours)].error?.message), /eyJ[\w-]{20}|AT\w{40}/, row.name);
    }
  });

  for (const [path, words] of Object.entries(PAGES)) {
    test(`${path} has the tables of this run`, () => {
      const own = tablesOf(lines, clients, words);
      const found = readPlaces(path, Object.keys(own));
      const hint = "bring it up to date: node tests/hostile-clients/update.mjs --write";
      for (const [name, table] of Object.entries(own)) {
        assert.deepEqual(found[name]?.split("\n"), table.split("\n"), `${path}, ${name}: ${hint}`);
      }
    });
  }
});
