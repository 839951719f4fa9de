import { spawn } from "node:child_process";
import { root } from "./paths.mjs";

/** A command that could not be started, or ended badly. */
export class CommandFailed extends Error {
  /**
   * @param {string} message the command, and how it ended
   * @param {string} output everything that it printed
   */
  constructor(message, output) {
    super(message);
    this.output = output;
  }
}

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd] the repository's folder unless told
 * @property {NodeJS.ProcessEnv} [env] the whole environment; `process.env` unless told
 * @property {number} [minutes] how long it may take before it is stopped
 * @property {boolean} [withGroup] what it started itself is stopped with it, and when this process ends
 */

/**
 * Runs a command to its end and returns what it printed, both streams in one.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<string>}
 */
export async function run(command, args, options) {
  return (await succeed(command, args, options)).all;
}

/**
 * The same for a program whose standard output is read by the caller: without what it says beside.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<string>}
 */
export async function readOutput(command, args, options) {
  return (await succeed(command, args, options)).stdout;
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 */
async function succeed(command, args, options) {
  const ended = await runApart(command, args, options);
  if (ended.failure) throw new CommandFailed(`${[command, ...args].join(" ")}: ${ended.failure}`, ended.all);
  return ended;
}

/**
 * Runs a command to its end, good or bad.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<{ stdout: string, all: string, failure: string | undefined }>} what it printed, and how it failed
 */
export function runApart(command, args, { cwd = root, env = process.env, minutes = 20, withGroup = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, detached: withGroup, stdio: ["ignore", "pipe", "pipe"] });
    if (withGroup) process.once("exit", kill);
    // Not spawn's own option "timeout", which keeps this process alive when there is no such command.
    const timer = setTimeout(stop, minutes * 60_000);
    /** @type {Buffer[]} */
    const chunks = [];
    /** @type {Buffer[]} */
    const out = [];
    /** @param {string} [failure] */
    const end = (failure) => {
      clearTimeout(timer);
      process.removeListener("exit", kill);
      resolve({ stdout: Buffer.concat(out).toString(), all: Buffer.concat(chunks).toString(), failure });
    };

    child.stdout.on("data", (chunk) => {
      chunks.push(chunk);
      out.push(chunk);
    });
    child.stderr.on("data", (chunk) => chunks.push(chunk));
    child.on("error", (error) => end(error.message));
    child.on("close", (code, signal) => end(code === 0 ? undefined : endOf(code, signal)));

    function kill() {
      if (!withGroup || child.pid === undefined) return child.kill();
      try {
        return process.kill(-child.pid);
      } catch {
        // All of them have ended.
        return false;
      }
    }

    function stop() {
      kill();
      // What it started itself may hold on to its output for longer.
      child.stdout.destroy();
      child.stderr.destroy();
    }
  });
}

/**
 * @param {number | null} code
 * @param {NodeJS.Signals | null} signal
 */
function endOf(code, signal) {
  return signal ? `stopped by ${signal}` : `exit code ${code}`;
}
