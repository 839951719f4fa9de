import { run } from "../../../scripts/lib/process.mjs";
import { CONSOLE, judgeConsole } from "../checks.mjs";
import { APP_CHECKS, runApp } from "../lib/app.mjs";
import { testCase } from "../lib/case.mjs";
import { startServer } from "../lib/command.mjs";
import { waitForEnd } from "../lib/page.mjs";
import { findNode24 } from "./servers.mjs";

const QUIET = "wrangler has nothing to say against the Workers";

/**
 * Cloudflare's runtime, which forbids to compile WebAssembly: the condition "workerd" brings the file.
 * By itself, by wrangler, and in tests of vitest.
 *
 * @param {import("../lib/workspace.mjs").Workspace} workspace
 */
export function testWorkerd(workspace) {
  const node24 = findNode24(workspace) ?? "";
  const { folder, path, version } = workspace;
  const about = {
    missing: node24 ? undefined : "Node 24",
    parts: /** @type {const} */ (["issuer", "testing", "remote", "object"]),
  };
  const how = "a Worker as issuer, a Worker as client (esbuild, Miniflare)";
  testCase({ ...about, where: "workerd", how, more: APP_CHECKS }, async () => {
    for (const name of ["worker-client", "worker-issuer"]) {
      const output = path(`dist/workerd/${name}/${name}.js`);
      const options = [
        "--bundle",
        "--format=esm",
        "--conditions=workerd",
        "--loader:.wasm=copy",
        "--external:cloudflare:*",
      ];
      const args = [path(`tests/runtimes/apps/${name}.mjs`), ...options, "--asset-names=[name]", `--outfile=${output}`];
      await run(path("node_modules/esbuild/bin/esbuild"), args, { cwd: folder });
    }
    const app = path("tests/runtimes/apps/miniflare.mjs");
    const results = await runApp(node24, [app, path("dist/workerd")], folder, local(workspace));
    return { results, version: version("workerd") };
  });

  const dev = "wrangler dev: a Worker as issuer, a Worker as client";
  testCase({ ...about, where: "wrangler", how: dev, more: [CONSOLE, QUIET] }, async () => {
    const configs = ["client", "issuer"].flatMap((name) => ["--config", `wrangler-${name}.jsonc`]);
    const free = ["--ip", "127.0.0.1", "--port", "0", "--inspector-port", "0"];
    const args = [path("node_modules/wrangler/bin/wrangler.js"), "dev", ...configs, ...free];
    const server = await startServer(node24, args, path("tests/runtimes/apps"), local(workspace));
    try {
      const response = await fetch(server.address, { signal: AbortSignal.timeout(180_000) });
      const results = /** @type {import("../checks.mjs").Result[]} */ (await response.json());
      // What the Worker printed comes by another way, and may come later.
      await waitForEnd(() => server.output());
      results.push(judgeConsole(server.output()), judgeWrangler(server.output()));
      return { results, version: version("wrangler") };
    } finally {
      await server.stop();
    }
  });

  const plugin = "@cloudflare/vitest-plugin";
  testCase({ ...about, where: "vitest", how: `in workerd, by ${plugin}`, more: APP_CHECKS }, async () => {
    const args = [path("node_modules/vitest/vitest.mjs"), "run", "--root", path("tests/runtimes/apps/vitest")];
    const results = await runApp(node24, args, folder, local(workspace));
    return { results, version: version("vitest"), note: `${plugin} ${version(plugin)}` };
  });
}

/**
 * The environment in which Cloudflare's tools ask nobody and keep their files in the workspace.
 * @param {import("../lib/workspace.mjs").Workspace} workspace
 */
function local({ path }) {
  return {
    CI: "1",
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
    WRANGLER_HIDE_BANNER: "true",
    WRANGLER_LOG_PATH: path("wrangler/logs"),
    WRANGLER_REGISTRY_PATH: path("wrangler/registry"),
    WRANGLER_SEND_METRICS: "false",
    XDG_CONFIG_HOME: path("wrangler/config"),
  };
}

/** @param {string} output */
function judgeWrangler(output) {
  const lines = output.split("\n").filter((line) => /▲|✘|\bwarning\b|:error\]|:warn\]/i.test(line));
  return { name: QUIET, ...(lines.length > 0 && { error: lines.join("\n") }) };
}
