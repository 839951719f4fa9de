// Forged tokens, proofs, answers and metadata: this project refuses them all, and docs/hostile.md says what others do.
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { replayMemory } from "eiam-token/resource";
import { readPlaces } from "../docs/lib/places.mjs";
import { allCases } from "./lib/all.mjs";
import { CHINESE } from "./lib/chinese.mjs";
import { differences } from "./lib/differences.mjs";
import { compact } from "./lib/jwt.mjs";
import { parties } from "./lib/parties.mjs";
import { controlOf, run, verdictOf, worldNow } from "./lib/run.mjs";
import { controls } from "./lib/subjects.mjs";
import { PAGES, tablesOf } from "./lib/table.mjs";
import { newWorld } from "./lib/world.mjs";
import { accessed, ours } from "./parties/ours.mjs";

const keys = await newWorld();

/** The texts that a change of text is given, as the control has them. */
const TEXTS = {
  headerText: ({ header }) => JSON.stringify(header),
  claimsText: ({ claims }) => JSON.stringify(claims),
  token: (whole) => compact(whole),
  body: ({ members }) => JSON.stringify(members),
  query: ({ query }) => query(),
};

describe("the cases", () => {
  test("are many, and each has a name of its own, a kind with a Chinese name, and a section", () => {
    const hostile = allCases.filter(({ rule }) => rule === "refuse");
    assert.ok(hostile.length >= 300, `${hostile.length}`);
    assert.equal(new Set(allCases.map(({ name }) => name)).size, allCases.length);
    for (const { name, kind, section } of allCases) {
      assert.ok(CHINESE[kind], `${name}: ${kind}`);
      assert.match(section, /^(RFC \d+|OpenID Connect|JARM)/, name);
    }
  });

  // A case that differs in two things may be refused for the other one, and then proves nothing.
  test("each differs from its control, and in one thing only", () => {
    for (const { name, subject, change } of allCases) {
      const world = worldNow(keys);
      const control = controls[subject](world);
      const changed = change.apply(control, world);
      const found = differences(control, changed);
      if (change.part.includes(".")) assert.deepEqual(found, [change.part], name);
      else if (change.parts === undefined) assert.equal(found.length, 1, `${name}: ${found}`);
      else assert.ok(found.length > 0 && found.every((part) => change.parts.test(part)), `${name}: ${found}`);
      for (const text of found.filter((part) => part in TEXTS)) {
        const original = TEXTS[text](control);
        assert.notDeepEqual(Buffer.from(changed[text](original, world)), Buffer.from(original), `${name}: the same`);
      }
    }
  });

  for (const party of parties) {
    test(`${party.name} accepts every control that it has a function for`, async () => {
      for (const subject of Object.keys(controls).filter((name) => name in party.subjects)) {
        const { verdict, error } = await verdictOf(party, subject, controlOf(subject, worldNow(keys)));
        assert.equal(verdict, "accepted", `${subject}: ${error?.stack}`);
      }
    });
  }
});

describe("the run", () => {
  /** @type {import("./lib/run.mjs").Result[]} */
  let results;
  before(async () => {
    results = await run(allCases, parties);
  });

  test("this project refuses what must be refused, and what may be", () => {
    assert.equal(parties[0], ours);
    for (const { one, verdicts, errors } of results) {
      const [verdict] = verdicts;
      if (one.rule === "free") assert.match(verdict, /^(accepted|refused)$/, `${one.name}: ${errors[0]?.stack}`);
      else assert.equal(verdict, one.rule === "accept" ? "accepted" : "refused", `${one.name}: ${errors[0]?.stack}`);
    }
  });

  test("no refusal repeats a token or a secret", () => {
    for (const { one, errors } of results) {
      assert.doesNotMatch(String(errors[0]?.message), /eyJ[\w-]{20}|a secret of more/, one.name);
    }
  });

  for (const [path, words] of Object.entries(PAGES)) {
    test(`${path} has the tables of this run`, () => {
      const tables = tablesOf(
        results,
        parties.map(({ name }) => name),
        words,
      );
      const found = readPlaces(path, Object.keys(tables));
      assert.deepEqual(found, tables, "bring it up to date: node tests/hostile/update.mjs --write");
    });
  }
});

describe("a proof that is used again", () => {
  test("is refused by the same memory, and counts with another one", async () => {
    const input = controlOf("proof", worldNow(keys));
    const headers = { authorization: `DPoP ${input.accessToken}`, dpop: input.jwt };
    const replays = replayMemory(10);
    await accessed(input, headers, { replays });
    await assert.rejects(accessed(input, headers, { replays }), { error: "invalid_dpop_proof" });
    await accessed(input, headers, { replays: replayMemory(10) });
  });
});
