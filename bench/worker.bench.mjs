// The Cloudflare example in workerd, on this machine: what its parts cost beside each other.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { bundleApp, openWorkspace } from "../tests/worker/lib/workspace.mjs";

const workspace = await openWorkspace(["bench/worker", "bench/side-by-side.mjs"]);
try {
  await bundleApp(workspace);
  const options = { cwd: workspace.folder, stdio: /** @type {const} */ ("inherit") };
  const child = spawn(workspace.node, [workspace.path("bench/worker/measure.mjs")], options);
  const [code] = await once(child, "close");
  if (code !== 0) process.exitCode = 1;
} finally {
  workspace.close();
}
