import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const COMMAND = fileURLToPath(new URL("../../bin/eiam-token.js", import.meta.url));

/**
 * Runs the command to its end.
 * @param {string[]} args
 */
export async function runCommand(args) {
  const process = spawnCommand(args);
  const [code] = await once(process.child, "close");
  return { code, stdout: process.stdout(), stderr: process.stderr() };
}

/**
 * Starts "eiam-token issuer", and resolves once it says where it listens.
 * @param {string[]} args
 */
export async function startCommand(args) {
  const { child, stdout, stderr } = spawnCommand(["issuer", ...args]);
  const closed = once(child, "close");
  const address = await new Promise((resolve, reject) => {
    const look = () => {
      // The blank line at the end of the greeting comes after all of it.
      const match = /listening on (\S+)[^]*\n\n$/.exec(stdout()) ?? /listening on (\S+)[^]*\n\n$/.exec(stderr());
      if (match) resolve(match[1]);
    };
    child.stdout.on("data", look);
    child.stderr.on("data", look);
    closed.then(() => reject(new Error(`the command ended: ${stderr()}`)), reject);
  });
  const greeted = [stdout().length, stderr().length];
  return {
    /** @type {string} */
    address,
    greeting: stdout() + stderr(),
    child,
    /** All that it printed so far. */
    output: () => stdout() + stderr(),
    /** What it printed after the greeting. */
    log: () => stdout().slice(greeted[0]) + stderr().slice(greeted[1]),
    stdout,
    stderr,
    /** @param {NodeJS.Signals} [signal] */
    async stop(signal = "SIGTERM") {
      child.kill(signal);
      const [code] = await closed;
      return code;
    },
  };
}

/** @param {string[]} args */
function spawnCommand(args) {
  const child = spawn(process.execPath, [COMMAND, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text) => (stderr += text));
  return { child, stdout: () => stdout, stderr: () => stderr };
}
