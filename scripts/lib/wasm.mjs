import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cargo, targetDir } from "./cargo.mjs";
import { wrapGlue } from "./glue.mjs";
import { mute } from "./mute.mjs";
import { order } from "./order.mjs";
import { inRoot } from "./paths.mjs";
import { forgetPlaces } from "./places.mjs";
import { run } from "./process.mjs";
import { remapPaths } from "./remap.mjs";

/**
 * One of the modules of the package. The two halves are each a WebAssembly module of its own, so that an
 * application that imports the client never downloads the issuer; and so is the issuer for tests, which no
 * other issuer carries.
 *
 * @typedef {object} Half
 * @property {"client" | "issuer" | "testing"} name also the cargo feature
 * @property {string} level the level at which the crate itself is compiled
 * @property {string[]} fast crates, among those that both halves have, that are compiled for speed
 * @property {string[]} optimise the level, and more, given to wasm-opt
 * @property {RegExp[]} muted functions that write nothing: see {@link mute}
 * @property {RegExp[]} ends functions that end the module at once: see {@link mute}
 * @property {boolean} isPressed whether it is made smaller as it is sent: see {@link order} and {@link forgetPlaces}
 * @property {boolean} isPlain whether only numbers cross, so that nothing of wasm-bindgen's is called
 */

/**
 * A function with one caller stays a function, unless it is tiny: merged into others they become larger.
 */
const APART = "--one-caller-inline-max-function-size=10";

/**
 * What shows a value to programmers. In the module only panics do that, and nobody hears what they say: there is no
 * output, and no hook.
 */
const SHOWS_VALUES = [/ as core(\[\w+\])?::fmt::Debug>::fmt/];

/** What says where a text or a list was cut in a wrong place, before it panics. */
const EXPLAINS = [/^core\[\w+\]::str::slice_error_fail_rt$/, /^core\[\w+\]::slice::index::slice_index_fail$/];

/**
 * A function of a few instructions stands where it is called. The issuer has many that do next to nothing, and to call
 * one takes longer than what it does.
 */
const TINY = "--always-inline-max-function-size=8";

/**
 * A value that is computed twice is kept in a local, which saves instructions. But a module is sent compressed, and
 * repetition costs nothing there: without it the issuer has a kilobyte less.
 */
const REPEATED = "--skip-pass=local-cse";

/**
 * How far an address is known to be aligned is a hint that engines ignore. All say the same, which compresses better.
 */
const UNALIGNED = "--dealign";

/**
 * Functions stay in the order that they have, and not by how often they are called: numbers of calls become longer,
 * and what is sent two kilobytes shorter.
 */
const ORDERED = "--skip-pass=reorder-functions";

/** Again and again, until nothing becomes smaller. */
const CONVERGE = "--converge";

/**
 * Small before fast, but what runs over every answer is a third faster at "s" than at "z", for an eighth of a kilobyte.
 *
 * @type {Half}
 */
export const client = {
  name: "client",
  level: "s",
  fast: [],
  optimise: ["-Oz", APART, UNALIGNED, CONVERGE],
  muted: [],
  ends: [],
  isPressed: false,
  isPlain: true,
};

/**
 * Small too: its limit is near. It is optimised once: to do it until nothing becomes smaller takes as long again, which
 * everybody waits for who builds, and saves a quarter of a kilobyte.
 *
 * @type {Half}
 */
export const issuer = {
  name: "issuer",
  level: "z",
  fast: ["sha2"],
  optimise: ["-Os", APART, TINY, REPEATED, UNALIGNED, ORDERED],
  muted: SHOWS_VALUES,
  ends: EXPLAINS,
  isPressed: true,
  isPlain: false,
};

/**
 * The issuer for tests is made as the issuer is. But what it tells tests may show values.
 *
 * @type {Half}
 */
export const testing = { ...issuer, name: "testing", muted: [], ends: [] };

/** @type {readonly Half[]} Those that have bundles of their own, which the demo loads too. */
export const halves = [client, issuer];

/** @type {readonly Half[]} */
export const modules = [...halves, testing];

const TARGET = "wasm32-unknown-unknown";

/** The cargo profile, one for both, so that what they have in common is compiled once. */
const PROFILE = "release";

/**
 * What every supported runtime understands. Named one by one, for --all-features writes modules
 * that Node 20 refuses.
 */
const WASM_FEATURES = [
  "--enable-bulk-memory",
  "--enable-sign-ext",
  "--enable-nontrapping-float-to-int",
  "--enable-mutable-globals",
  "--enable-reference-types",
  "--enable-multivalue",
];

/** What the linker noted for tools, and no host reads. */
const STRIP = ["--strip-producers", "--strip-target-features"];

/**
 * An address and the constant that is added to it are one instruction, even where their sum might begin
 * anew at 0: the lowest 1024 bytes are the end of the stack, which grows downwards, and no data are there.
 */
const LOW_MEMORY = "--low-memory-unused";

/**
 * Compiles the crate, with the features of one half alone, and as a "cdylib" alone: beside the "rlib"
 * that Cargo.toml asks for as well, cargo leaves link-time optimisation out. One at a time: each is
 * moved from where the other will be.
 *
 * @param {Half} half
 */
export async function compile({ name, level, fast }) {
  const kind = ["rustc", "--lib", "--crate-type", "cdylib"];
  const features = ["--no-default-features", "--features", name];
  const paths = await remapPaths(TARGET);
  /** @type {(crate: string, opt: number | string) => string[]} */
  const of = (crate, opt) => ["--config", `profile.${PROFILE}.package.${crate}.opt-level=${opt}`];
  const speed = [...of("eiam-token", `"${level}"`), ...fast.flatMap((crate) => of(crate, 3))];
  await cargo([...paths, ...speed, ...kind, "--profile", PROFILE, "--target", TARGET, ...features]);
  mkdirSync(folderOf(name), { recursive: true });
  copyFileSync(join(targetDir(), TARGET, PROFILE, "eiam_token.wasm"), compiled(name));
}

/** Builds what {@link bind} runs, at the version of wasm-bindgen that the crate links. */
export function buildGlueWriter() {
  return cargo(["build", "--package", "wasm-glue"]);
}

/**
 * Writes the JavaScript that connects a module to its host. Of wasm-bindgen's targets "bundler" is
 * the one whose glue holds no code to load the module, which pkg/src/wasm does in a few lines.
 *
 * @param {Half} half
 */
export async function bind({ name, muted, ends, isPressed, isPlain }) {
  const folder = folderOf(name);
  await cargo(["run", "--package", "wasm-glue", "--", compiled(name), "eiam_token", folder]);
  wrapGlue(folder);
  await mute(join(folder, "eiam_token_bg.wasm"), muted, ends);
  if (isPressed) {
    forgetPlaces(join(folder, "eiam_token_bg.wasm"));
    await order(join(folder, "eiam_token_bg.wasm"));
  }
  if (isPlain) await dropFrame(folder);
}

/**
 * Leaves wasm-bindgen's own exports out of a module, and all that only they need: a table, and the functions that
 * fill it or end what was started.
 *
 * @param {string} folder
 */
async function dropFrame(folder) {
  const module = join(folder, "eiam_token_bg.wasm");
  const graph = join(folder, "graph.json");
  const exported = WebAssembly.Module.exports(new WebAssembly.Module(readFileSync(module)));
  const names = exported.map(({ name }) => name).filter((name) => !name.startsWith("__"));
  const kept = names.map((name) => ({ name, export: name }));
  writeFileSync(graph, JSON.stringify([{ name: "host", root: true, reaches: names }, ...kept]));
  const metaDce = inRoot("node_modules/binaryen/bin/wasm-metadce");
  const args = [metaDce, "--debuginfo", ...WASM_FEATURES, module, `--graph-file=${graph}`, "--output", module];
  await run(process.execPath, args);
}

/**
 * Optimises a module to the file that is shipped. It takes seconds, so it is done only for a module
 * that is not the one of the last time, or by another release of the optimiser.
 *
 * @param {Half} half
 */
export async function optimise({ name, optimise: levels }) {
  const wasmOpt = inRoot("node_modules/binaryen/bin/wasm-opt");
  const input = join(folderOf(name), "eiam_token_bg.wasm");
  const output = inRoot(`pkg/dist/${name}.wasm`);
  const args = [wasmOpt, ...levels, LOW_MEMORY, ...WASM_FEATURES, ...STRIP, input, "--output", output];

  const stamp = join(folderOf(name), "optimised.sha256");
  const hash = createHash("sha256").update(args.join(" "));
  for (const file of [inRoot("node_modules/binaryen/package.json"), input]) hash.update(readFileSync(file));
  const key = hash.digest("hex");
  if (existsSync(output) && existsSync(stamp) && readFileSync(stamp, "utf8") === key) return;

  mkdirSync(inRoot("pkg/dist"), { recursive: true });
  await run(process.execPath, args);
  writeFileSync(stamp, key);
}

/**
 * Where a half's generated files are.
 * @param {string} name
 */
function folderOf(name) {
  return inRoot(`pkg/generated/${name}`);
}

/**
 * A half's module as the compiler wrote it.
 * @param {string} name
 */
function compiled(name) {
  return join(folderOf(name), "compiled.wasm");
}
