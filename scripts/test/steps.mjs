import { existsSync, readFileSync } from "node:fs";
import { env as peersEnv } from "../../tests/rust-peers/target.mjs";
import { build } from "../build.mjs";
import { fuzz } from "../fuzz.mjs";
import { EVERYTHING, cargoEnv } from "../lib/cargo.mjs";
import { checkJavaScriptReference, checkRustReference } from "../lib/docs/references.mjs";
import { inRoot } from "../lib/paths.mjs";
import { findChromedriver } from "../lib/programs.mjs";
import { step } from "../lib/report.mjs";
import { checkSizes } from "../size.mjs";
import { testAdvisories } from "./advisories.mjs";
import { lintScripts } from "./biome.mjs";
import { testCargo } from "./cargo.mjs";
import { checkFormat, checkTypes, lintRust } from "./checks.mjs";
import { checkCrates } from "./deny.mjs";
import { languageSteps } from "./languages.mjs";
import { testFolder } from "./node.mjs";

/**
 * @typedef {object} Named
 * @property {string} name what "npm test -- NAME" calls it
 * @property {string} label
 * @property {boolean} [speaks] it prints steps of its own
 * @property {boolean} [takesMinutes] it runs in continuous integration, or when it is named
 * @property {readonly string[]} [needs] the names of steps that must have passed
 * @property {readonly import("../lib/programs.mjs").ProgramName[]} [programs] what it drives
 *
 * @typedef {{ check: () => Promise<unknown> }} Check counts as one test, which fails if it throws
 * @typedef {{ tests: () => Promise<import("./counts.mjs").Counts> }} Tests
 * @typedef {Named & (Check | Tests)} TestStep
 */

const needs = ["build"];
const wasm = ["--target", "wasm32-unknown-unknown", "--test", "wasm"];

/** @type {readonly TestStep[]} Everything that "npm test" runs, in this order. */
export const testSteps = [
  { name: "fmt", label: "Format", check: checkFormat },
  { name: "lint", label: "JavaScript lints", check: lintScripts },
  { name: "clippy", label: "Rust lints", check: lintRust },
  { name: "crates", label: "Crates", programs: ["cargo-deny or Python 3"], check: checkCrates },
  { name: "advisories", label: "Advisories", speaks: true, tests: () => testAdvisories() },
  { name: "rust", label: "Rust tests", tests: () => testCargo(EVERYTHING) },
  { name: "doc", label: "Rust documentation", check: checkRustReference },
  { name: "build", label: "Build", speaks: true, check: build },
  { name: "types", label: "TypeScript", needs, check: checkTypes },
  { name: "typedoc", label: "TypeScript documentation", needs, check: checkJavaScriptReference },
  { name: "size", label: "Size limits", needs, check: checkSizes },
  { name: "scripts", label: "Build scripts", tests: () => testFolder("tests/scripts") },
  { name: "wasm-node", label: "WebAssembly tests in Node", tests: () => testCargo(wasm) },
  {
    name: "wasm-browser",
    label: "WebAssembly tests in Chromium",
    programs: ["Chromium", "chromedriver"],
    tests: testWasmInBrowser,
  },
  { name: "package", label: "npm package", needs, tests: () => testFolder("pkg/test") },
  { name: "docs", label: "Documentation", needs, tests: () => testFolder("tests/docs") },
  {
    name: "browser",
    label: "Demo in Chromium",
    needs,
    programs: ["Chromium"],
    tests: () => testFolder("tests/browser"),
  },
  {
    name: "firefox",
    label: "Demo in Firefox",
    needs,
    programs: ["Firefox"],
    tests: () => testFolder("tests/browser/firefox"),
  },
  {
    name: "webkit",
    label: "Demo in WebKitGTK",
    needs,
    programs: ["WebKitWebDriver", "WebKitGTK's MiniBrowser", "Xvfb"],
    tests: () => testFolder("tests/browser/webkit"),
  },
  { name: "hostile", label: "Forged tokens and answers", needs, tests: () => testFolder("tests/hostile") },
  {
    name: "hostile-clients",
    label: "Clients at a hostile issuer",
    takesMinutes: true,
    needs,
    programs: ["Python 3"],
    tests: () => testFolder("tests/hostile-clients"),
  },
  { name: "peers", label: "Other people's servers and clients", needs, tests: () => testFolder("tests/peers") },
  {
    name: "python",
    label: "Other people's Python clients",
    needs,
    programs: ["Python 3"],
    tests: () => testFolder("tests/peers/python"),
  },
  ...languageSteps,
  {
    name: "rust-peers",
    label: "Other people's Rust clients",
    takesMinutes: true,
    tests: testRustPeers,
  },
  {
    name: "apache",
    label: "Apache with mod_auth_openidc",
    needs,
    programs: ["Apache with mod_auth_openidc"],
    tests: () => testFolder("tests/peers/apache"),
  },
  {
    name: "reproducible",
    label: "The same build elsewhere",
    takesMinutes: true,
    needs,
    tests: () => testFolder("tests/reproducible"),
  },
  { name: "worker", label: "Cloudflare example in workerd", takesMinutes: true, needs, tests: testWorker },
  {
    name: "runtimes",
    label: "Runtimes and bundlers",
    speaks: true,
    takesMinutes: true,
    needs,
    tests: testRuntimes,
  },
  {
    name: "runners",
    label: "Test runners",
    takesMinutes: true,
    needs,
    tests: () => testFolder("tests/runners"),
  },
  { name: "kill", label: "Killed issuers", takesMinutes: true, needs, tests: () => testFolder("tests/kill") },
  {
    name: "fuzz",
    label: "Fuzzing",
    speaks: true,
    takesMinutes: true,
    needs,
    programs: ["a C++ compiler"],
    tests: () => fuzz({ seconds: 60 }),
  },
];

/**
 * The steps of these names, with the steps that they need; for no name all of them, those that take
 * minutes only in continuous integration.
 * @param {readonly string[]} names
 */
export function select(names) {
  const isPatient = process.env["CI"] === "true";
  if (names.length === 0) return testSteps.filter(({ takesMinutes }) => isPatient || !takesMinutes);
  const wanted = new Set(names);
  for (const { name, needs = [] } of testSteps) {
    if (names.includes(name)) for (const needed of needs) wanted.add(needed);
  }
  return testSteps.filter(({ name }) => wanted.has(name));
}

function testRustPeers() {
  return testCargo(["--manifest-path", "tests/rust-peers/Cargo.toml"], peersEnv);
}

function testWasmInBrowser() {
  const env = cargoEnv({ CHROMEDRIVER: findChromedriver(), WASM_BINDGEN_USE_BROWSER: "1" });
  // The test runner would take Firefox's driver first.
  delete env["GECKODRIVER"];
  return testCargo(wasm, env);
}

/** Imported late: it needs a package, which a fresh clone gets by "npm test". */
async function testWorker() {
  const { testWorker } = await import("../../tests/worker/run.mjs");
  return testWorker();
}

/** The packed package everywhere; the table of what passed where is printed whatever came of it. */
async function testRuntimes() {
  try {
    return await step("Runtimes and bundlers", () => testFolder("tests/runtimes"));
  } finally {
    const table = inRoot("pkg/dist/runtimes.md");
    if (existsSync(table)) console.log(readFileSync(table, "utf8"));
  }
}
