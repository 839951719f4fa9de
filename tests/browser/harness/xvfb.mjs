import { spawn } from "node:child_process";
import { findXvfb } from "../../../scripts/lib/programs.mjs";
import { onSignal } from "./on-signal.mjs";
import { START } from "./patience.mjs";

/** The screen that programs without a headless mode are shown on. */
const SCREEN = "1280x1000x24";

/**
 * Starts an X server that nobody sees, on a display that is free.
 *
 * @returns {Promise<{ display: string, close: () => Promise<void> }>}
 */
export async function startXvfb() {
  const program = findXvfb();
  if (!program) throw new Error("Xvfb is missing: install it, or name its program in $XVFB");
  // It looks for a free display itself and writes the number to descriptor 3. It would begin anew, with
  // all that was set lost, when the last program on it has ended.
  const args = ["-displayfd", "3", "-screen", "0", SCREEN, "-nolisten", "tcp", "-noreset"];
  const server = spawn(program, args, { stdio: ["ignore", "ignore", "ignore", "pipe"] });
  const kill = () => server.kill("SIGKILL");
  const forget = onSignal(kill);
  const ended = new Promise((resolve) => server.once("exit", resolve));
  const timer = setTimeout(kill, START);
  /** @type {string} */
  let display;
  try {
    display = await new Promise((resolve, reject) => {
      let text = "";
      /** @type {import("node:stream").Readable} */ (server.stdio[3]).on("data", (data) => {
        text += data;
        if (text.endsWith("\n")) resolve(`:${text.trim()}`);
      });
      server.once("error", reject);
      server.once("exit", (code, signal) => reject(new Error(`Xvfb ended with ${code ?? signal}`)));
    });
  } catch (error) {
    forget();
    throw error;
  } finally {
    clearTimeout(timer);
  }
  return {
    display,
    async close() {
      forget();
      kill();
      await ended;
    },
  };
}
