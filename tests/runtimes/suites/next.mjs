import { cpSync } from "node:fs";
import { run } from "../../../scripts/lib/process.mjs";
import { copyChecks } from "../lib/bundlers.mjs";
import { testCase } from "../lib/case.mjs";
import { startServer } from "../lib/command.mjs";
import { PAGE_CHECKS } from "../lib/page.mjs";

const QUIET = "Next has nothing to say against the package";
const RENDERED = "a component of the server makes a challenge";
const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

const parts = /** @type {const} */ (["issuer", "testing", "remote", "indexedDB"]);
const more = [...PAGE_CHECKS, QUIET, RENDERED];

/**
 * Next with its app router and no configuration: the client in components of the browser and of the
 * server, the issuer in a route handler.
 *
 * @param {import("../lib/workspace.mjs").Workspace} workspace
 * @param {ReturnType<typeof import("../lib/browsers.mjs").openBrowsers>} browsers
 */
export function testNext(workspace, browsers) {
  const { chromium } = browsers;
  const modes = [
    { mode: "start", how: "next build and next start, in Chromium", builds: true },
    { mode: "dev", how: "next dev, in Chromium", builds: false },
  ];
  for (const { mode, how, builds } of modes) {
    testCase({ where: "next", how, missing: chromium.missing, parts, more }, async () => {
      const folder = nextApp(workspace, mode);
      const next = workspace.path("node_modules/next/dist/bin/next");
      const env = environment();
      const built = builds ? await run(process.execPath, [next, "build", folder], { cwd: folder, env }) : "";
      const args = [next, mode, folder, "--hostname", "127.0.0.1", "--port", "0"];
      const server = await startServer(process.execPath, args, folder, env);
      try {
        const rendered = (await (await fetch(server.address)).text()).includes(CHALLENGE);
        const url = `${server.address}/`;
        const results = await chromium.runPage(url, { base: server.address });
        const complaints = complaintsIn(`${built}${server.output()}`.replaceAll(workspace.folder, ""));
        results.push({ name: QUIET, ...(complaints && { error: complaints }) });
        results.push({ name: RENDERED, ...(rendered ? {} : { error: "it is not in the page" }) });
        return { results, version: workspace.version("next") };
      } finally {
        await server.stop();
      }
    });
  }
}

/** @param {import("../lib/workspace.mjs").Workspace} workspace @param {string} mode */
function nextApp(workspace, mode) {
  const folder = `next/${mode}`;
  copyChecks(workspace, folder);
  cpSync(workspace.path("tests/runtimes/apps/next"), workspace.path(folder), { recursive: true });
  return workspace.path(folder);
}

/** In continuous integration Next complains that there is no cache of an earlier build. */
function environment() {
  return { ...process.env, CI: undefined, NEXT_TELEMETRY_DISABLED: "1", NO_COLOR: "1" };
}

/** @param {string} output */
function complaintsIn(output) {
  const lines = output.split("\n").filter((line) => /⚠|⨯|\bwarning\b|\bError\b|eiam-token/i.test(line));
  return lines.join("\n");
}
