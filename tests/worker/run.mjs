// Builds the Cloudflare example and tries it in workerd: "npm test -- worker".
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { bundleApp, openWorkspace } from "./lib/workspace.mjs";

const workspace = await openWorkspace();
try {
  await bundleApp(workspace);
  const folder = workspace.path("tests/worker/suites");
  const files = readdirSync(folder)
    .filter((name) => name.includes(process.argv[2] ?? ""))
    .map((name) => `${folder}/${name}`);
  const options = ["--test", "--test-reporter=spec", "--test-concurrency=1", "--test-timeout=900000"];
  const env = { ...process.env, NODE_TEST_CONTEXT: undefined, WRANGLER_SEND_METRICS: "false" };
  const child = spawn(workspace.node, [...options, ...files], { cwd: workspace.folder, env, stdio: "inherit" });
  const [code] = await once(child, "close");
  process.exitCode = code ?? 1;
} finally {
  workspace.close();
}
