import { spawn } from "node:child_process";
import { root } from "./paths.mjs";

/** A command that could not be started, or ended badly. */
export class CommandFailed extends Error {
  /**
   * @param {string} command
   * @param {string} reason
   * @param {string} output
   */
  constructor(command, reason, output) {
    super(`${command}: ${reason}`);
    /** Everything that the command printed. */
    this.output = output;
  }
}

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd] the repository's folder unless told
 * @property {NodeJS.ProcessEnv} [env] the whole environment; `process.env` unless told
 * @property {number} [minutes] how long it may take before it is stopped
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
  return (await runApart(command, args, options)).all;
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
  return (await runApart(command, args, options)).stdout;
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<{ stdout: string, all: string }>}
 */
function runApart(command, args, { cwd = root, env = process.env, minutes = 20 } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    // Not spawn's own option "timeout", which keeps this process alive when there is no such command.
    const timer = setTimeout(stop, minutes * 60_000);
    /** @type {Buffer[]} */
    const chunks = [];
    /** @type {Buffer[]} */
    const out = [];
    const shown = [command, ...args].join(" ");
    const output = () => Buffer.concat(chunks).toString();

    child.stdout.on("data", (chunk) => {
      chunks.push(chunk);
      out.push(chunk);
    });
    child.stderr.on("data", (chunk) => chunks.push(chunk));
    child.on("error", (error) => {
      clearTimeout(timer);
      reject(new CommandFailed(shown, error.message, output()));
    });
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve({ stdout: Buffer.concat(out).toString(), all: output() });
      else reject(new CommandFailed(shown, endOf(code, signal), output()));
    });

    function stop() {
      child.kill();
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
