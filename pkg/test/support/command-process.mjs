import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { after } from "node:test";
import { fileURLToPath } from "node:url";

/** What a test that failed left behind would keep its file from ending. */
const running = new Set();
after(() => running.forEach((child) => child.kill("SIGKILL")));

const COMMAND = fileURLToPath(new URL("../../bin/eiam-token.js", import.meta.url));

const MARK = "mark-of-a-test-";

/**
 * Whether a line of the log is of `settled()`.
 * @param {string} line
 */
export function isMark(line) {
  return line.includes(MARK);
}

/**
 * Runs the command to its end.
 *
 * @param {string[]} args
 * @param {SpawnOptions} [options]
 */
export async function runCommand(args, options) {
  const command = spawnCommand(args, options);
  const [code] = await once(command.child, "close");
  return { code, stdout: command.stdout(), stderr: command.stderr() };
}

/**
 * Starts "eiam-token issuer", and resolves once it says where it listens.
 * @param {string[]} args
 * @param {SpawnOptions} [options]
 */
export async function startCommand(args, options) {
  const { child, stdout, stderr } = spawnCommand(["issuer", ...args], options);
  const closed = once(child, "close");
  const address = await new Promise((resolve, reject) => {
    const look = () => {
      // The blank line at the end of the greeting comes after all of it.
      const match = /listening on (\S+)[\s\S]*\n\n$/.exec(stdout()) ?? /listening on (\S+)[\s\S]*\n\n$/.exec(stderr());
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
    /**
     * Waits until all that was answered so far is in the log, which is written after the answer and read from
     * another process: one more request is, whose line comes last. {@link isMark} knows it.
     */
    async settled() {
      const mark = `/${MARK}${randomUUID()}`;
      const logged = new Promise((resolve) => {
        const look = () => (stdout() + stderr()).includes(mark) && resolve(undefined);
        child.stdout.on("data", look);
        child.stderr.on("data", look);
      });
      await (await fetch(address + mark)).arrayBuffer();
      await logged;
    },
    /** @param {NodeJS.Signals} [signal] */
    async stop(signal = "SIGTERM") {
      child.kill(signal);
      const [code] = await closed;
      return code;
    },
  };
}

/**
 * Starts "eiam-token token" and goes on while it waits for somebody.
 *
 * @param {string[]} args
 * @param {SpawnOptions} [options]
 */
export function startToken(args, options) {
  const { child, stdout, stderr } = spawnCommand(["token", ...args], options);
  const ended = once(child, "close").then(([code]) => ({ code, stdout: stdout(), stderr: stderr() }));
  return {
    child,
    /** How it ended. */
    ended,
    /**
     * What it says on standard error, once it says so.
     * @param {RegExp} pattern
     */
    says(pattern) {
      return new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(stderr());
          if (match) resolve(match);
        };
        look();
        child.stderr.on("data", look);
        ended.then(() => reject(new Error(`the command ended: ${stderr()}`)), reject);
      });
    },
  };
}

/**
 * @typedef {object} SpawnOptions
 * @property {Record<string, string>} [env] beside this process's own
 * @property {string} [input] of standard input, which is nothing by default
 */

/**
 * @param {string[]} args
 * @param {SpawnOptions} [options]
 */
function spawnCommand(args, { env = {}, input } = {}) {
  const child = spawn(process.execPath, [COMMAND, ...args], {
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    env: {
      ...process.env,
      EIAM_TOKEN_CLIENT_SECRET: "",
      EIAM_TOKEN_PASSWORD: "",
      EIAM_TOKEN_CONTROL_TOKEN: "",
      ...env,
    },
  });
  child.stdin?.end(input);
  running.add(child);
  child.once("close", () => running.delete(child));
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text) => (stderr += text));
  return { child, stdout: () => stdout, stderr: () => stderr };
}
