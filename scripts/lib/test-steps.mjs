import { existsSync, readFileSync, readdirSync } from "node:fs";
import { build } from "../build.mjs";
import { fuzz } from "../fuzz.mjs";
import { checkSizes } from "../size.mjs";
import * as biome from "./biome.mjs";
import { cargo, cargoEnv } from "./cargo.mjs";
import { ONE_PASSED, countCargoTests, countNodeTests } from "./counts.mjs";
import { tsc } from "./declarations.mjs";
import { checkJavaScriptReference, checkRustReference } from "./docs/references.mjs";
import { inRoot } from "./paths.mjs";
import { run } from "./process.mjs";
import {
  findApache,
  findChromedriver,
  findChromium,
  findCxx,
  findFirefox,
  findMiniBrowser,
  findPython,
  findWebKitWebDriver,
  findXvfb,
} from "./programs.mjs";
import { Sentence, step } from "./report.mjs";
import { halves } from "./wasm.mjs";

/**
 * @typedef {object} TestStep
 * @property {string} name what "npm test -- NAME" calls it
 * @property {string} label
 * @property {boolean} [builds] it prints steps of its own
 * @property {boolean} [takesMinutes] it runs in continuous integration, or when it is named
 * @property {string[]} [needs] the names of steps that must have passed
 * @property {() => string | undefined} [missing] a program that this machine lacks
 * @property {() => Promise<import("./counts.mjs").Counts>} run
 */

const WASM = ["--target", "wasm32-unknown-unknown"];

/** @type {readonly TestStep[]} Everything that "npm test" runs, in this order. */
export const testSteps = [
  { name: "fmt", label: "Format", run: checkFormat },
  { name: "lint", label: "JavaScript lints", run: lintScripts },
  { name: "clippy", label: "Rust lints", run: lintRust },
  { name: "rust", label: "Rust tests", run: testRust },
  { name: "doc", label: "Rust documentation", run: document },
  { name: "build", label: "Build", builds: true, run: buildAll },
  { name: "types", label: "TypeScript", needs: ["build"], run: checkTypes },
  { name: "typedoc", label: "TypeScript documentation", needs: ["build"], run: documentTypes },
  { name: "size", label: "Size limits", needs: ["build"], run: checkSize },
  { name: "scripts", label: "Build scripts", run: () => testWithNode("tests/scripts") },
  { name: "wasm-node", label: "WebAssembly tests in Node", run: testWasmInNode },
  {
    name: "wasm-browser",
    label: "WebAssembly tests in Chromium",
    missing: missingWebDriver,
    run: testWasmInBrowser,
  },
  {
    name: "package",
    label: "npm package",
    needs: ["build"],
    run: () => testWithNode("pkg/test"),
  },
  {
    name: "docs",
    label: "Documentation",
    needs: ["build"],
    run: () => testWithNode("tests/docs"),
  },
  {
    name: "browser",
    label: "Demo in Chromium",
    needs: ["build"],
    missing: missingChromium,
    run: () => testWithNode("tests/browser"),
  },
  {
    name: "firefox",
    label: "Demo in Firefox",
    needs: ["build"],
    missing: missingFirefox,
    run: () => testWithNode("tests/browser/firefox"),
  },
  {
    name: "webkit",
    label: "Demo in WebKitGTK",
    needs: ["build"],
    missing: missingWebKit,
    run: () => testWithNode("tests/browser/webkit"),
  },
  {
    name: "peers",
    label: "Other people's servers and clients",
    needs: ["build"],
    run: () => testWithNode("tests/peers"),
  },
  {
    name: "python",
    label: "Other people's Python clients",
    needs: ["build"],
    missing: missingPython,
    run: () => testWithNode("tests/peers/python"),
  },
  {
    name: "apache",
    label: "Apache with mod_auth_openidc",
    needs: ["build"],
    missing: missingApache,
    run: () => testWithNode("tests/peers/apache"),
  },
  {
    name: "reproducible",
    label: "The same build elsewhere",
    takesMinutes: true,
    needs: ["build"],
    run: () => testWithNode("tests/reproducible"),
  },
  {
    name: "worker",
    label: "Cloudflare example in workerd",
    takesMinutes: true,
    needs: ["build"],
    run: testWorker,
  },
  {
    name: "runtimes",
    label: "Runtimes and bundlers",
    builds: true,
    takesMinutes: true,
    needs: ["build"],
    run: testRuntimes,
  },
  {
    name: "kill",
    label: "Killed issuers",
    takesMinutes: true,
    needs: ["build"],
    run: () => testWithNode("tests/kill"),
  },
  {
    name: "fuzz",
    label: "Fuzzing",
    builds: true,
    takesMinutes: true,
    needs: ["build"],
    missing: missingCxx,
    run: () => fuzz({ seconds: 60 }),
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

async function checkFormat() {
  const rest = ["--check", "--", "--color", "never"];
  await cargo(["fmt", "--all", ...rest]);
  await cargo(["fmt", "--manifest-path", "fuzz/Cargo.toml", ...rest]);
  await biome.checkLayout();
  return ONE_PASSED;
}

async function lintScripts() {
  await biome.lintScripts();
  return ONE_PASSED;
}

/** Lints what is compiled: both halves, and each alone, natively and for WebAssembly. */
async function lintRust() {
  await clippy("--all-targets");
  for (const { name } of halves) {
    const features = ["--no-default-features", "--features", name];
    await clippy("--all-targets", ...features);
    await clippy("--lib", ...WASM, ...features);
  }
  return ONE_PASSED;
}

/** @param {...string} args */
function clippy(...args) {
  return cargo(["clippy", ...args, "--", "--deny", "warnings"]);
}

/** Documentation examples are among them. */
async function testRust() {
  return countCargoTests(await cargo(["test"]));
}

async function document() {
  await checkRustReference();
  return ONE_PASSED;
}

async function buildAll() {
  await build();
  return ONE_PASSED;
}

async function checkTypes() {
  await tsc("pkg/tsconfig.json", "--noEmit");
  await tsc("pkg/tsconfig.node.json", "--noEmit");
  await tsc("tsconfig.json");
  // What a user's own compiler sees: nothing but the shipped declarations, all of them checked.
  await tsc("pkg/tsconfig.user-node.json");
  await tsc("pkg/tsconfig.user-web.json");
  return ONE_PASSED;
}

async function documentTypes() {
  await checkJavaScriptReference();
  return ONE_PASSED;
}

async function checkSize() {
  await checkSizes();
  return ONE_PASSED;
}

async function testWasmInNode() {
  return countCargoTests(await testWasm(cargoEnv()));
}

async function testWasmInBrowser() {
  const env = cargoEnv({ CHROMEDRIVER: findChromedriver(), WASM_BINDGEN_USE_BROWSER: "1" });
  // The test runner would take Firefox's driver first.
  delete env["GECKODRIVER"];
  return countCargoTests(await testWasm(env));
}

/**
 * Never with --quiet: it would be handed on to the test runner, which does not know it.
 * @param {NodeJS.ProcessEnv} env
 */
function testWasm(env) {
  return run("cargo", ["test", ...WASM, "--test", "wasm"], { env });
}

/** How long one file of tests may take, in milliseconds: far more than any needs. */
const PATIENCE = 900_000;

/**
 * Runs the files *.test.mjs of a folder, one after another.
 *
 * @param {string} folder
 */
async function testWithNode(folder) {
  const files = readdirSync(inRoot(folder)).filter((file) => file.endsWith(".test.mjs"));
  if (files.length === 0) throw new Sentence(`${folder} has no tests`);
  const options = ["--test", "--test-reporter=spec", "--test-concurrency=1"];
  options.push(`--test-timeout=${PATIENCE}`);
  const paths = files.sort().map((file) => `${folder}/${file}`);
  return countNodeTests(await run(process.execPath, [...options, ...paths], { minutes: 60 }));
}

/** The packed package everywhere; the table of what passed where is printed whatever came of it. */
async function testRuntimes() {
  try {
    return await step("Runtimes and bundlers", () => testWithNode("tests/runtimes"));
  } finally {
    const table = inRoot("pkg/dist/runtimes.md");
    if (existsSync(table)) console.log(readFileSync(table, "utf8"));
  }
}

async function testWorker() {
  return countNodeTests(await run(process.execPath, [inRoot("tests/worker/run.mjs")]));
}

function missingChromium() {
  return findChromium() ? undefined : "Chromium";
}

function missingWebDriver() {
  return missingChromium() ?? (findChromedriver() ? undefined : "chromedriver");
}

function missingFirefox() {
  return findFirefox() ? undefined : "Firefox";
}

function missingWebKit() {
  if (!findWebKitWebDriver()) return "WebKitWebDriver";
  if (!findMiniBrowser()) return "WebKitGTK's MiniBrowser";
  return findXvfb() ? undefined : "Xvfb";
}

function missingCxx() {
  return findCxx() ? undefined : "a C++ compiler";
}

function missingPython() {
  return findPython() ? undefined : "Python 3";
}

function missingApache() {
  return findApache() ? undefined : "Apache with mod_auth_openidc";
}
