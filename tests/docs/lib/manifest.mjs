import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { EVERYTHING } from "../../../scripts/lib/cargo.mjs";
import { root } from "../../../scripts/lib/paths.mjs";

/** @typedef {import("./markdown.mjs").Block} Block */
/** @typedef {{ name: string, version: string, features: Record<string, unknown> }} Crate */

/** A line such as `tokio = { version = "1", features = ["rt"] }`. */
const DEPENDENCY = /^([\w-]+) = \{ version = "([\d.]+)",.*\bfeatures = \[([^\]]*)\] \}$/;

/**
 * Dependencies in a manifest of Cargo. Nothing is built: there is a crate of that name and version, as this project's tests
 * use it, and it has the features.
 */
export function manifest() {
  return {
    languages: ["toml"],
    /** @param {Block} block */
    async run({ text }) {
      const options = { cwd: root, maxBuffer: 64 * 1024 * 1024 };
      const args = ["metadata", "--format-version", "1", "--locked", ...EVERYTHING];
      const { stdout } = await promisify(execFile)("cargo", args, options);
      /** @type {{ packages: readonly Crate[] }} */
      const { packages } = JSON.parse(stdout);
      const [head = "", ...lines] = text.trim().split("\n");
      assert.match(head, /^\[(?:dev-)?dependencies\]$/);
      assert.ok(lines.length > 0);
      for (const line of lines) {
        const [, name, version, features = ""] = DEPENDENCY.exec(line) ?? [];
        const found = packages.find((crate) => crate.name === name && `${crate.version}.`.startsWith(`${version}.`));
        assert.ok(found, `no crate is meant by: ${line}`);
        for (const [, feature = ""] of features.matchAll(/"([^"]+)"/g)) {
          assert.ok(Object.hasOwn(found.features, feature), `${name} has no feature ${feature}`);
        }
      }
    },
  };
}
