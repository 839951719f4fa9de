import { spawn } from "node:child_process";
import { once } from "node:events";
import { findXvfb } from "../../../scripts/lib/programs.mjs";
import { onSignal } from "./on-signal.mjs";

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
  // It looks for a free display itself and writes the number to descriptor 3.
  const args = ["-displayfd", "3", "-screen", "0", SCREEN, "-nolisten", "tcp"];
  const server = spawn(program, args, { stdio: ["ignore", "ignore", "ignore", "pipe"] });
  const forget = onSignal(() => server.kill("SIGKILL"));
  const ended = once(server, "exit");
  const number = await Promise.race([
    once(/** @type {import("node:stream").Readable} */ (server.stdio[3]), "data"),
    ended.then(([code]) => Promise.reject(new Error(`Xvfb ended with ${code}`))),
  ]);
  return {
    display: `:${String(number[0]).trim()}`,
    async close() {
      forget();
      server.kill();
      await ended;
    },
  };
}
