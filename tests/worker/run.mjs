// Builds the Cloudflare example and tries it in workerd: "npm test -- worker", or for some files only
//
//   node tests/worker/run.mjs [PART OF THEIR NAMES]
import { readdirSync } from "node:fs";
import { mainOf } from "../../scripts/lib/report.mjs";
import { format } from "../../scripts/test/counts.mjs";
import { testFiles } from "../../scripts/test/node.mjs";
import { bundleApp, openWorkspace } from "./lib/workspace.mjs";

/** @param {string} [part] what the names of the files have in them */
export async function testWorker(part = "") {
  const workspace = await openWorkspace();
  try {
    await bundleApp(workspace);
    const folder = workspace.path("tests/worker/suites");
    const files = readdirSync(folder).filter((name) => name.includes(part));
    return await testFiles(
      files.map((name) => `${folder}/${name}`),
      { node: workspace.node, cwd: workspace.folder, env: { ...process.env, WRANGLER_SEND_METRICS: "false" } },
    );
  } finally {
    workspace.close();
  }
}

await mainOf(import.meta.url, async () => console.log(format(await testWorker(process.argv[2]))));
