import { spawn } from "node:child_process";
import { once } from "node:events";

/**
 * Starts the issuer as a server, by the command of the package.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} cwd
 * @returns {Promise<{ address: string, stop: () => Promise<void> }>}
 */
export async function startServer(command, args, cwd) {
  // A group of its own, because npx starts the command as a child.
  const child = spawn(command, args, { cwd, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const closed = once(child, "close");
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => (output += text));
  }
  const end = (/** @type {NodeJS.Signals} */ signal) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // It has ended.
    }
  };
  const timer = setTimeout(() => end("SIGKILL"), 60_000);
  const address = await new Promise((resolve, reject) => {
    child.stdout.on("data", () => {
      const match = /(?:listening on|Local:) +(http:\/\/[\w.:[\]]+)/.exec(output.replaceAll(/\x1b\[\d+m/g, ""));
      if (match) resolve(match[1]);
    });
    closed.then(() => reject(new Error(`the command ended: ${output}`)), reject);
  });
  clearTimeout(timer);
  return {
    address,
    async stop() {
      end("SIGTERM");
      await closed;
    },
  };
}
