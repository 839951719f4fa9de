import { run } from "../../../scripts/lib/process.mjs";
import { APP_CHECKS, runApp } from "../lib/app.mjs";
import { testCase } from "../lib/case.mjs";
import { findNode24 } from "./servers.mjs";

/**
 * Cloudflare's runtime, which forbids to compile WebAssembly: the condition "workerd" brings the file.
 * @param {import("../lib/workspace.mjs").Workspace} workspace
 */
export function testWorkerd(workspace) {
  const node24 = findNode24(workspace);
  const about = {
    where: "workerd",
    how: "a Worker as issuer, a Worker as client (esbuild, Miniflare)",
    missing: node24 ? undefined : "Node 24",
    parts: /** @type {const} */ (["issuer", "remote"]),
    more: APP_CHECKS,
  };
  testCase(about, async () => {
    const { folder, path, version } = workspace;
    for (const name of ["worker-client", "worker-issuer"]) {
      const output = path(`dist/workerd/${name}/${name}.js`);
      const options = ["--bundle", "--format=esm", "--conditions=workerd", "--loader:.wasm=copy"];
      const args = [path(`tests/runtimes/apps/${name}.mjs`), ...options, "--asset-names=[name]", `--outfile=${output}`];
      await run(path("node_modules/esbuild/bin/esbuild"), args, { cwd: folder });
    }
    const app = path("tests/runtimes/apps/miniflare.mjs");
    const results = await runApp(/** @type {string} */ (node24), [app, path("dist/workerd")], folder);
    return { results, version: version("workerd") };
  });
}
