import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { inRoot } from "./paths.mjs";
import { run } from "./process.mjs";

const TYPES = inRoot("pkg/dist/types");

/** Names a relative module. */
const RELATIVE_IMPORT = /\b(?:from|import)\s*\(?\s*"(\.[^"]*)"/g;

/** Writes the .d.ts files of the package: those that its entries lead to, and no others. */
export async function declare() {
  rmSync(TYPES, { recursive: true, force: true });
  await tsc("pkg/tsconfig.json");
  await tsc("pkg/tsconfig.node.json");

  const reachable = new Set();
  for (const entry of ["client", "client/providers", "issuer", "resource", "testing", "testing/worker/page", "node"]) {
    collect(join(TYPES, entry, "index.d.ts"), reachable);
  }
  for (const file of readdirSync(TYPES, { recursive: true, encoding: "utf8" })) {
    const path = join(TYPES, file);
    if (reachable.has(path)) referToDisposable(path);
    else if (path.endsWith(".d.ts")) rmSync(path);
  }
  declareForRequire(join(TYPES, "testing/index.d.ts"));
}

/**
 * Declares for `require` what an entry declares for `import`. What is imported from a package of ES modules is an ES
 * module to the compiler unless the file's name ends in `.d.cts`, so every file that the entry leads to is there twice.
 *
 * @param {string} entry
 */
function declareForRequire(entry) {
  const files = new Set();
  collect(entry, files);
  for (const file of files) {
    const source = readFileSync(file, "utf8").replace(RELATIVE_IMPORT, (statement) =>
      statement.replace(/\.js"$/, '.cjs"'),
    );
    writeFileSync(file.replace(/\.ts$/, ".cts"), source);
  }
}

/**
 * Lets a file that declares `[Symbol.dispose]` bring the name along, for users whose own settings
 * do not.
 *
 * @param {string} file
 */
function referToDisposable(file) {
  const source = readFileSync(file, "utf8");
  if (!source.includes("[Symbol.dispose]")) return;
  writeFileSync(file, `/// <reference lib="esnext.disposable" />\n${source}`);
}

/**
 * Runs the TypeScript compiler over a project.
 * @param {string} project
 * @param {...string} options
 */
export function tsc(project, ...options) {
  const bin = inRoot("node_modules/typescript/bin/tsc");
  return run(process.execPath, [bin, "--project", inRoot(project), "--pretty", "false", ...options]);
}

/**
 * Adds a declaration file, and all that it imports, to the set.
 *
 * @param {string} file
 * @param {Set<string>} reachable
 */
function collect(file, reachable) {
  if (reachable.has(file)) return;
  reachable.add(file);
  for (const specifier of imports(readFileSync(file, "utf8"))) {
    if (specifier.includes("generated/")) {
      throw new Error(`${file} shows generated types, which are not shipped: ${specifier}`);
    }
    collect(resolve(dirname(file), specifier.replace(/\.js$/, ".d.ts")), reachable);
  }
}

/**
 * The relative modules that a declaration file names.
 * @param {string} source
 */
function* imports(source) {
  for (const [, specifier = ""] of source.matchAll(RELATIVE_IMPORT)) {
    yield specifier;
  }
}
