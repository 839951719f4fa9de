import { spawn } from "node:child_process";
import { once } from "node:events";

/** How long a server may take to start, and to end after it was asked to, in milliseconds. */
const START = 180_000;
const END = 5_000;

/** What they print once they listen, each in its words. */
const ADDRESS = /(?:listening on|Local:|Ready on) +(http:\/\/[\w.:[\]]+)/;

/** The groups of processes that run, ended with this process whatever ends it. */
const running = /** @type {Set<number>} */ (new Set());
const endAll = () => running.forEach((group) => signalTo(group, "SIGKILL"));
process.once("exit", endAll);
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) {
  process.once(signal, () => {
    endAll();
    process.kill(process.pid, signal);
  });
}

/**
 * Starts a server by its command.
 *
 * @typedef {Awaited<ReturnType<typeof startServer>>} Server
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} cwd
 * @param {NodeJS.ProcessEnv} [more] of the environment
 */
export async function startServer(command, args, cwd, more) {
  const env = { ...process.env, NO_COLOR: "1", ...more };
  // A group of its own, because some, such as npx, start the server as a child.
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const group = child.pid;
  if (group !== undefined) running.add(group);
  const closed = once(child, "close");
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => (output += text));
  }
  const stop = async () => {
    if (group === undefined) return;
    signalTo(group, "SIGTERM");
    const timer = setTimeout(() => signalTo(group, "SIGKILL"), END);
    await closed;
    clearTimeout(timer);
    // What the server itself started may be there still.
    signalTo(group, "SIGKILL");
    running.delete(group);
  };
  const plain = () => output.replaceAll(/\x1b\[[\d;]*m/g, "");
  try {
    const address = await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no server came: ${plain()}`)), START);
      child.stdout.on("data", () => {
        const match = ADDRESS.exec(plain());
        if (match?.[1]) resolve(match[1]);
        if (match) clearTimeout(timer);
      });
      const ended = () => reject(new Error(`the command ended: ${plain()}`));
      closed.then(ended, reject).finally(() => clearTimeout(timer));
    });
    return { address: /** @type {string} */ (address), stop, /** What it printed. */ output: plain };
  } catch (error) {
    if (child.exitCode === null) await stop();
    throw error;
  }
}

/**
 * @param {number} group
 * @param {NodeJS.Signals} signal
 */
function signalTo(group, signal) {
  try {
    process.kill(-group, signal);
  } catch {
    // It has ended.
  }
}
