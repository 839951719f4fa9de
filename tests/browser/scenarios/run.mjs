import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { inRoot } from "../../../scripts/lib/paths.mjs";
import { WHOLE, until } from "../harness/patience.mjs";
import { issuerReady } from "../support/person.mjs";
import { deviceScenarios } from "./device.mjs";
import { signInScenarios } from "./sign-in.mjs";
import { stoppedWorkerScenarios } from "./stopped-worker.mjs";

/**
 * @typedef {import("../engines/engine.mjs").Engine} Engine
 * @typedef {import("../engines/engine.mjs").Tab} Tab
 * @typedef {import("../engines/engine.mjs").Visit} Visit
 *
 * @typedef {object} Scenario what a person does with the demo, and sees
 * @property {string} name
 * @property {true} [stops] the worker is stopped in it, once, and must have been started again
 * @property {(visit: Visit, picture: (tab: Tab, name: string) => Promise<void>) => Promise<void>} run
 */

const SCREENSHOTS = inRoot("tests/browser/screenshots");

/** @type {Record<string, Scenario[]>} */
const SCENARIOS = {
  "signing in with code and PKCE": signInScenarios,
  "the device flow": deviceScenarios,
  "a service worker that is stopped": stoppedWorkerScenarios,
};

/**
 * Every scenario in an engine, each as a test with a browser that has no past.
 *
 * @param {() => Promise<Engine>} open
 * @param {(engine: () => Engine) => void} [more] tests for this engine alone
 */
export function testScenarios(open, more) {
  /** @type {Engine} */
  let engine;
  before(async () => {
    await mkdir(SCREENSHOTS, { recursive: true });
    engine = await open();
  });
  after(() => engine?.close());

  for (const [title, scenarios] of Object.entries(SCENARIOS)) {
    describe(title, () => {
      for (const scenario of scenarios) {
        test(scenario.name, { timeout: WHOLE }, () => play(engine, scenario));
      }
    });
  }
  more?.(() => engine);
}

/**
 * Plays one scenario. Nothing may have been complained about at its end.
 *
 * @param {Engine} engine
 * @param {Scenario} scenario
 */
export async function play(engine, { stops, run }) {
  const visit = await engine.visit();
  let stopped = 0;
  const stopWorker = async () => {
    stopped++;
    await visit.stopWorker();
    assert.equal(await visit.workerRuns(), false, "the worker has ended");
  };
  const picture = async (/** @type {Tab} */ tab, /** @type {string} */ name) => {
    await writeFile(`${SCREENSHOTS}/${engine.name}-${name}.png`, await tab.picture());
  };
  try {
    await issuerReady(visit.tab);
    await run({ ...visit, stopWorker }, picture);
    assert.equal(stopped, stops ? 1 : 0, "how often the worker was stopped");
    if (stops) await until("the worker was not started again", visit.workerRuns);
    assert.deepEqual(visit.complaints(), []);
  } finally {
    await visit.close();
  }
}
