import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, posix } from "node:path";
import { readOptions } from "../../../pkg/bin/token/options.js";
import { runCommand, startCommand, startToken } from "../../../pkg/test/support/command-process.mjs";
import { inRoot } from "../../../scripts/lib/paths.mjs";
import { testSteps } from "../../../scripts/test/steps.mjs";

/** @typedef {import("./world.mjs").World} World */
/** @typedef {import("./markdown.mjs").Block} Block */

/** @param {string} path */
const json = (path) => JSON.parse(readFileSync(inRoot(path), "utf8"));

/**
 * Lines of a shell. Those of the package's own command are run; of the others, which would download, build or
 * deploy, it is checked that they name what there is.
 *
 * @param {{ folder?: string }} [options] where they are typed, in the repository
 */
export function shell({ folder = "." } = {}) {
  return {
    languages: ["sh"],
    /** @param {Block} block @param {World} world */
    async run(block, world) {
      let place = folder;
      const lines = block.text.replaceAll("\\\n", " ").split("\n");
      for (const line of lines) {
        const command = line.replace(/(^|\s)#.*$/, "").trim();
        if (command === "") continue;
        if (/\bnpx eiam-token\b/.test(command)) await runLine(world.placed(command), world);
        else for (const part of command.split(" && ")) place = check(part.trim(), place);
      }
    },
  };
}

/** @param {string} line @param {World} world */
async function runLine(line, world) {
  const [, command = "", target] = /^(?:\w+=\$\()?npx eiam-token (.*?)\)?(?: > (\S+))?$/.exec(line) ?? [];
  const [name, ...words] = command.split(/\s+/).map((word) => word.replace(/^'(.*)'$/, "$1"));
  const args = words.map((word) => (existsSync(join(world.folder, word)) ? join(world.folder, word) : word));
  switch (name) {
    case "issuer":
      return serve(args, world);
    case "token":
      return getToken(args, world);
    default: {
      const { code, stdout, stderr } = await runCommand([name ?? "", ...args]);
      assert.equal(code, 0, stderr);
      if (target) writeFileSync(join(world.folder, target), stdout);
    }
  }
}

/** Starts and stops an issuer, at a free port. @param {string[]} args @param {World} world */
async function serve(args, world) {
  const port = args.indexOf("--port");
  const others = args.filter((_, index) => port < 0 || (index !== port && index !== port + 1));
  for (const option of ["--store", "--ready-file"]) {
    const file = others.indexOf(option) + 1;
    if (file > 0) others[file] = join(world.folder, others[file] ?? "");
  }
  const issuer = await startCommand([...others, "--port", "0"]);
  assert.equal(await issuer.stop(), 0, issuer.output());
}

/** @param {string[]} args @param {World} world */
async function getToken(args, world) {
  // The service itself is not asked: its line is only read.
  if (args.includes("--eiam")) return void readOptions(args);
  const grant = args[args.indexOf("--grant") + 1];
  const command = startToken(args);
  if (!args.includes("--grant")) {
    const [, url] = await command.says(/Sign in at\n\n {2}(\S+)\n\n/);
    assert.equal((await fetch(await world.signIn(url))).status, 200);
  } else if (grant === "device_code") {
    const [, url] = await command.says(/or go directly to\n\n {2}(\S+)\n\n/);
    await world.approve(url);
  }
  const { code, stdout, stderr } = await command.ended;
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^\S+\n$/);
}

/**
 * Checks that a command names what there is, and gives the folder in which the next one is typed.
 *
 * @param {string} command
 * @param {string} place
 */
function check(command, place) {
  const [program, first = "", ...rest] = command.replace(/^(?:[A-Z_]+=\S+ )+/, "").split(/\s+/);
  const manifest = posix.join(place, "package.json");
  switch (program) {
    case "cd":
      // The folder that "git clone" makes.
      if (first === "eiam-token") return ".";
      assert.ok(existsSync(inRoot(posix.join(place, first))), `there is no folder ${first}`);
      return posix.join(place, first);
    case "git":
      assert.equal(first, "clone");
      assert.equal(rest[0], json("pkg/package.json").repository.url.replace(/^git\+|\.git$/g, ""));
      return place;
    case "npm":
      checkNpm(first, rest, manifest);
      return place;
    case "npx":
      assert.equal(first, "wrangler", `nobody knows ${command}`);
      assert.ok(json("examples/worker/package.json").devDependencies.wrangler);
      assert.match(rest.join(" "), /^(?:dev|deploy|secret bulk \S+)$/);
      return place;
    case "node":
      assert.ok(existsSync(inRoot(posix.join(place, first))), `there is no ${first} in ${place}`);
      return place;
    case "cargo":
      checkCargo(first, rest);
      return place;
    default:
      assert.ok(["wasm-pack", "curl", ".", "rm"].includes(program ?? ""), `nobody knows ${command}`);
      return place;
  }
}

/** @param {string} command @param {string[]} rest @param {string} manifest */
function checkNpm(command, rest, manifest) {
  const { scripts } = json(manifest);
  const names = rest.filter((word) => !word.startsWith("-") && !/^\d+$/.test(word) && !/^[A-Z]+$/.test(word));
  if (command === "ci") return;
  if (command === "install") return assert.deepEqual(names, manifest === "package.json" ? ["eiam-token"] : []);
  if (command === "pack") return assert.equal(rest[0], "--workspace=pkg");
  const script = command === "run" ? names.shift() : command;
  assert.ok(script !== undefined && scripts[script], `${manifest} has no script ${script}`);
  for (const name of names) {
    if (script === "test")
      assert.ok(
        testSteps.some((step) => step.name === name),
        `there is no step ${name}`,
      );
    if (script === "bench") assert.ok(existsSync(inRoot(`bench/${name}.bench.mjs`)), `there is no benchmark ${name}`);
    if (script === "fuzz") assert.ok(name === "command" || existsSync(inRoot(`fuzz/fuzz_targets/${name}.rs`)), name);
  }
}

/** @param {string} command @param {string[]} rest */
function checkCargo(command, rest) {
  const after = (/** @type {string} */ option) => rest[rest.indexOf(option) + 1];
  if (rest.includes("--package")) {
    assert.ok(readFileSync(inRoot("tools/wasm-bindgen/Cargo.toml"), "utf8").includes(`name = "${after("--package")}"`));
  }
  if (rest.includes("--test"))
    assert.ok(existsSync(inRoot(`tests/${after("--test")}`)), `there is no test ${after("--test")}`);
  assert.ok(["test", "build", "doc"].includes(command), `nobody knows cargo ${command}`);
}
