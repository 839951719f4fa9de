import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { cargo } from "../../scripts/lib/cargo.mjs";
import { env, target } from "./target.mjs";

/**
 * Builds and starts the driver of the crate `openidconnect`, whose lines `driver.rs` explains.
 *
 * @returns {Promise<{ ask: (line: object) => Promise<Record<string, unknown>>, close: () => Promise<void> }>} `ask`
 *   goes through one sign-in, one at a time, and fails if the driver has ended
 */
export async function startDriver() {
  await cargo(["build", "--locked", "--manifest-path", "tests/rust-peers/Cargo.toml", "--bin", NAME], env);
  const program = spawn(`${target}/debug/${NAME}`, { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(program, "close");
  // That it has ended is told by the verdict that does not come.
  program.stdin.on("error", () => {});
  const verdicts = createInterface(program.stdout)[Symbol.asyncIterator]();
  return {
    async ask(line) {
      program.stdin.write(`${JSON.stringify(line)}\n`);
      const { done, value } = await verdicts.next();
      if (done) throw new Error(`${NAME} ended without a verdict about ${JSON.stringify(line)}`);
      return JSON.parse(value);
    },
    async close() {
      program.stdin.end();
      await ended;
    },
  };
}

const NAME = "openidconnect-driver";
