import { cpSync, readFileSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { run } from "../../../scripts/lib/process.mjs";
import { html } from "./site.mjs";

/**
 * Makes a folder with a page of an application, by nothing but what the bundler does by itself.
 *
 * @typedef {object} Bundler
 * @property {string} name of its npm package
 * @property {(workspace: Workspace, app: string) => Promise<string>} bundle
 * @typedef {import("./workspace.mjs").Workspace} Workspace
 */

const entry = (/** @type {Workspace} */ workspace, /** @type {string} */ app) =>
  workspace.path(`tests/runtimes/apps/${app}.mjs`);

/** @param {Workspace} workspace @param {string} bundler @param {string} app */
function output({ path, write }, bundler, app, attributes = 'type="module"') {
  const folder = `dist/${bundler}/${app}`;
  write(`${folder}/index.html`, html("/app.js", attributes));
  return path(`${folder}/app.js`);
}

/** @type {readonly Bundler[]} Each as it is. */
const plain = [
  {
    name: "esbuild",
    async bundle(workspace, app) {
      const file = output(workspace, "esbuild", app);
      await esbuild(workspace, app, file, "esm");
      return dirname(file);
    },
  },
  {
    name: "rollup",
    async bundle(workspace, app) {
      const file = output(workspace, "rollup", app);
      const args = ["-p", "@rollup/plugin-node-resolve", "-f", "es", "--silent", "-o", file];
      await bin(workspace, "rollup/dist/bin/rollup", entry(workspace, app), ...args);
      return dirname(file);
    },
  },
  {
    name: "webpack",
    async bundle(workspace, app) {
      const file = output(workspace, "webpack", app, "defer");
      const webpack = workspace.require("webpack");
      const place = { path: dirname(file), filename: basename(file) };
      const options = { mode: "production", context: workspace.folder, entry: entry(workspace, app), output: place };
      await new Promise((resolve, reject) => {
        webpack(options, (/** @type {unknown} */ error, /** @type {any} */ stats) => {
          if (error) reject(error);
          else if (stats.hasErrors()) reject(new Error(stats.toString("errors-only")));
          else resolve(undefined);
        });
      });
      return dirname(file);
    },
  },
  {
    name: "vite",
    async bundle(workspace, app) {
      const folder = viteApp(workspace, app);
      await bin(workspace, "vite/bin/vite.js", "build", folder, "--logLevel", "warn");
      return join(folder, "dist");
    },
  },
];

/** @type {readonly Bundler[]} Each makes an application's folder once: rows serve it at the same time. */
export const bundlers = plain.map(({ name, bundle }) => {
  /** @type {Map<string, Promise<string>>} */
  const made = new Map();
  return {
    name,
    bundle(workspace, app) {
      const folder = made.get(app) ?? bundle(workspace, app);
      made.set(app, folder);
      return folder;
    },
  };
});

/**
 * The folder of an application as Vite wants it, with an `index.html`.
 *
 * @param {Workspace} workspace
 * @param {string} app
 */
export function viteApp(workspace, app) {
  copyChecks(workspace, `vite/${app}`);
  workspace.write(`vite/${app}/index.html`, html(`/tests/runtimes/apps/${app}.mjs`));
  return workspace.path(`vite/${app}`);
}

/**
 * Copies the list and the applications into a folder, for tools that want all of an application there.
 *
 * @param {Workspace} workspace
 * @param {string} folder
 */
export function copyChecks({ path }, folder) {
  for (const part of [
    "tests/runtimes/apps",
    "tests/runtimes/checks",
    "tests/runtimes/checks.mjs",
    "pkg/test/support",
  ]) {
    cpSync(path(part), path(`${folder}/${part}`), { recursive: true });
  }
}

/**
 * @param {Workspace} workspace
 * @param {string} app
 * @param {string} file
 * @param {"esm" | "iife"} format
 */
export async function esbuild(workspace, app, file, format) {
  const args = [entry(workspace, app), "--bundle", "--minify", `--format=${format}`, `--outfile=${file}`];
  await run(workspace.path("node_modules/esbuild/bin/esbuild"), args, { cwd: workspace.folder });
}

/** @param {Workspace} workspace @param {string} program @param {...string} args */
function bin({ folder, path }, program, ...args) {
  return run(process.execPath, [path(`node_modules/${program}`), ...args], { cwd: folder });
}

/**
 * The scripts that a bundler wrote.
 * @param {string} folder
 */
export function scriptsIn(folder) {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".js"));
  return files.map((file) => readFileSync(join(folder, file), "utf8")).join("\n");
}
