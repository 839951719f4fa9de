// The packed npm package in every runtime and bundler: one list of checks, one table of what passed.
import { after, describe } from "node:test";
import { openBrowsers } from "./lib/browsers.mjs";
import { openWorkspace } from "./lib/workspace.mjs";
import { forgetReport, writeReport } from "./report.mjs";
import { testBundlers } from "./suites/bundlers.mjs";
import { testNext } from "./suites/next.mjs";
import { testPackaging } from "./suites/packaging.mjs";
import { testServers } from "./suites/servers.mjs";
import { testServiceWorkers } from "./suites/service-workers.mjs";
import { testWorkerd } from "./suites/workerd.mjs";

forgetReport();
const workspace = await openWorkspace();
const browsers = openBrowsers(workspace);
after(async () => {
  writeReport();
  await browsers.close();
  workspace.close();
});

describe("the packed package", { concurrency: 2 }, () => {
  testServers(workspace);
  testWorkerd(workspace);
  testBundlers(workspace, browsers);
  testNext(workspace, browsers);
  testServiceWorkers(workspace, browsers);
  testPackaging(workspace);
});
