import { existsSync, readFileSync } from "node:fs";
import { inRoot } from "./paths.mjs";
import { run } from "./process.mjs";
import { Sentence } from "./report.mjs";

const WASM_TARGET = "wasm32-unknown-unknown";

/** Makes sure that Rust is there, new enough, and able to compile to WebAssembly. */
export async function ensureRust() {
  const needed = neededRust();
  const version = await installedRust(needed);
  if (isOlder(version, needed)) {
    throw new Sentence(
      `Rust ${version} is too old: install Rust ${needed} or newer, for example with "rustup update stable".`,
    );
  }
  if (!(await hasWasmTarget())) await addWasmTarget();
}

/** The `rust-version` of Cargo.toml. */
function neededRust() {
  const match = /^rust-version = "(.+)"$/m.exec(readFileSync(inRoot("Cargo.toml"), "utf8"));
  if (!match?.[1]) throw new Error("Cargo.toml has no rust-version");
  return match[1];
}

/** @param {string} needed */
async function installedRust(needed) {
  try {
    await run("cargo", ["--version"]);
    const printed = await run("rustc", ["--version"]);
    return /^rustc (\d+\.\d+\.\d+)/m.exec(printed)?.[1] ?? "0.0.0";
  } catch {
    throw new Sentence(
      `Rust is missing: install Rust ${needed} or newer from https://rustup.rs, open a new terminal and run this again.`,
    );
  }
}

/**
 * @param {string} version
 * @param {string} needed
 */
function isOlder(version, needed) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [neededMajor = 0, neededMinor = 0] = needed.split(".").map(Number);
  return major < neededMajor || (major === neededMajor && minor < neededMinor);
}

async function hasWasmTarget() {
  const folder = await run("rustc", ["--print", "target-libdir", "--target", WASM_TARGET]);
  return existsSync(folder.trim());
}

async function addWasmTarget() {
  try {
    await run("rustup", ["target", "add", WASM_TARGET]);
  } catch {
    throw new Sentence(
      `Rust cannot compile to WebAssembly here: install its target ${WASM_TARGET} ("rustup target add ${WASM_TARGET}", or your system's package for it).`,
    );
  }
}
