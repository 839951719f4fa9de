import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { inRoot } from "../../../scripts/lib/paths.mjs";
import { run } from "../../../scripts/lib/process.mjs";

/**
 * A temporary folder, as a user has one: the example, the packed package, and wrangler.
 *
 * @typedef {Awaited<ReturnType<typeof openWorkspace>>} Workspace
 * @param {readonly string[]} [more] what else of the repository
 */
export async function openWorkspace(more = []) {
  const folder = mkdtempSync(join(tmpdir(), "eiam-token-worker-"));
  const path = (/** @type {string} */ name) => join(folder, name);
  for (const file of ["package.json", "package-lock.json"]) {
    cpSync(inRoot(`tests/worker/${file}`), path(file));
  }
  for (const name of ["examples/worker", "examples/worker-api", "tests/worker", "pkg/test/support", ...more]) {
    const filter = (/** @type {string} */ source) => !/node_modules|\.wrangler|\.vars$/.test(source);
    cpSync(inRoot(name), path(name), { recursive: true, filter });
  }
  await npm(folder, "ci");
  const packed = await npm(folder, "pack", inRoot("pkg"), "--json");
  const [{ filename }] = JSON.parse(packed.replace(/^[^[]*/, ""));
  await npm(folder, "install", "--no-save", `./${filename}`);
  const require = createRequire(path("package.json"));
  return {
    folder,
    path,
    /** Node 22 or newer, which wrangler and Miniflare need. */
    node: Number(process.versions.node.split(".")[0]) >= 22 ? process.execPath : newerNode(require),
    close: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** @param {NodeJS.Require} require */
function newerNode(require) {
  return require.resolve(`node-${process.platform}-${process.arch}/bin/node`);
}

/** @param {string} folder @param {...string} args */
function npm(folder, ...args) {
  const all = [...args, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const program = process.env["npm_execpath"];
  return program ? run(process.execPath, [program, ...all], { cwd: folder }) : run("npm", all, { cwd: folder });
}

/**
 * Bundles the example with the applications of the tests, and what the tests want to know of it; and the example of an
 * API, as it is.
 *
 * @param {Workspace} workspace
 */
export async function bundleApp({ path }) {
  /** @type {import("esbuild").BuildOptions} */
  const options = {
    absWorkingDir: path("."),
    outdir: path("dist"),
    bundle: true,
    format: "esm",
    conditions: ["workerd"],
    external: ["cloudflare:workers"],
    loader: { ".wasm": "copy" },
    assetNames: "[name]",
    logLevel: "silent",
  };
  await build({
    ...options,
    entryPoints: [path("tests/worker/app/worker.js")],
    plugins: [
      {
        name: "configuration",
        setup: ({ onResolve }) =>
          onResolve({ filter: /^\.\/config\.js$/ }, () => ({ path: path("tests/worker/app/config.js") })),
      },
    ],
  });
  const api = path("examples/worker-api/src/worker.js");
  await build({ ...options, entryPoints: { api }, outdir: path("dist-api") });
}
