import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { CommandError } from "../errors.js";
import { printable } from "../printable.js";

/**
 * A user's password: from the environment, else typed without being seen, else the first line of what is
 * piped in.
 *
 * @param {string} username
 * @param {AbortSignal} signal
 * @returns {Promise<string>}
 */
export async function readPassword(username, signal) {
  const known = process.env["EIAM_TOKEN_PASSWORD"];
  if (known) return known;
  const isTerminal = process.stdin.isTTY === true;
  const line = firstLine(isTerminal, signal);
  // After the terminal was told not to show what is typed: whoever reads this may type at once.
  if (isTerminal) process.stderr.write(`Password of ${printable(username, 100)}: `);
  const password = await line;
  if (isTerminal) process.stderr.write("\n");
  if (!password) {
    throw new CommandError(
      "There is no password; type it when the command asks for it, pipe it in, or set EIAM_TOKEN_PASSWORD.",
    );
  }
  return password;
}

/**
 * @param {boolean} isTerminal
 * @param {AbortSignal} signal
 * @returns {Promise<string>} empty if there is none
 */
function firstLine(isTerminal, signal) {
  return new Promise((resolve, reject) => {
    // As a terminal, readline would show what is typed: it writes to where nothing is seen.
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    const lines = createInterface({ input: process.stdin, output: nowhere, terminal: isTerminal });
    const end = () => {
      lines.close();
      process.stdin.destroy();
    };
    lines.once("line", (line) => {
      resolve(line);
      end();
    });
    lines.once("close", () => resolve(""));
    // A terminal in raw mode gives Ctrl+C to whoever reads it.
    lines.once("SIGINT", () => {
      process.stderr.write("\n");
      process.emit("SIGINT");
    });
    signal.addEventListener("abort", () => {
      reject(signal.reason);
      end();
    });
  });
}
