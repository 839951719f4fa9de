import { createRequire } from "node:module";
import { arch, platform } from "node:process";
import { run } from "../../../scripts/lib/process.mjs";
import { APP_CHECKS, runApp } from "../lib/app.mjs";
import { testCase } from "../lib/case.mjs";
import { startServer } from "../lib/command.mjs";

const BIN = "node_modules/eiam-token/bin/eiam-token.js";
const DENO_RUN = ["run", "--no-lock", "-A"];

/** @param {string} name */
function program(name) {
  try {
    return createRequire(import.meta.url).resolve(name);
  } catch {
    return undefined;
  }
}

/** Deno, at the version of the root's lock file. */
export function findDeno() {
  return program(`@deno/${platform}-${arch}${platform === "linux" ? "-glibc" : ""}/deno`);
}

/** Bun, at the version of the root's lock file. */
export function findBun() {
  return program(`@oven/bun-${platform}-${arch === "arm64" ? "aarch64" : arch}/bin/bun`);
}

/** Node 24, which Miniflare needs as well. @param {{ require: NodeJS.Require }} workspace */
export function findNode24(workspace) {
  try {
    return workspace.require.resolve(`node-${platform}-${arch}/bin/node`);
  } catch {
    return undefined;
  }
}

/**
 * Node, Deno and Bun: the issuer in process, and as the server that the command starts.
 * @param {import("../lib/workspace.mjs").Workspace} workspace
 */
export function testServers(workspace) {
  const deno = findDeno();
  const bun = findBun();
  const node24 = findNode24(workspace);
  const runtimes = [
    { where: "Node", path: process.execPath, serve: ["npx", "--no-install", "eiam-token"], requires: true },
    { where: "Node", path: node24, absent: "Node 24", serve: [node24, BIN], requires: true },
    { where: "Deno", path: deno, args: DENO_RUN, serve: [deno, ...DENO_RUN, BIN] },
    { where: "Bun", path: bun, serve: [bun, BIN], requires: true },
  ];
  for (const { where, path, absent = where, args = [], serve, requires } of runtimes) {
    for (const app of requires ? ["import.mjs", "require.cjs"] : ["import.mjs"]) {
      const how = `${app.split(".")[0]}, and a server by ${serve[0] === "npx" ? "npx" : `${absent} itself`}`;
      const missing = path === undefined ? absent : undefined;
      testCase({ where, how, missing, parts: ["issuer", "testing", "remote", "file"], more: APP_CHECKS }, async () => {
        const program = String(path);
        const [command = "", ...rest] = serve.map(String);
        const server = await startServer(command, [...rest, "issuer", "--port", "0"], workspace.folder);
        try {
          const file = workspace.path(`tests/runtimes/apps/${app}`);
          const results = await runApp(program, [...args, file, server.address], workspace.folder);
          const shown = await run(program, ["--version"]);
          return { results, version: /\d+\.\d+\.\d+/.exec(shown)?.[0] ?? "" };
        } finally {
          await server.stop();
        }
      });
    }
  }
}
