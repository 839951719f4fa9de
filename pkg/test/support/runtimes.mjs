import { createRequire } from "node:module";
import { arch, platform } from "node:process";

/**
 * Where the npm packages of other runtimes have their programs. They are the packages of one platform
 * each, which need no install script.
 */
export const runtimes = {
  Node: process.execPath,
  Deno: program(`@deno/${platform}-${arch}${platform === "linux" ? "-glibc" : ""}`, "deno"),
  Bun: program(`@oven/bun-${platform}-${arch === "arm64" ? "aarch64" : arch}`, "bin/bun"),
};

function program(name, path) {
  try {
    return createRequire(import.meta.url).resolve(`${name}/${path}${platform === "win32" ? ".exe" : ""}`);
  } catch {
    return undefined;
  }
}
