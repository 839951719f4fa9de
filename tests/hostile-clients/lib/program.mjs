import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { bridge } from "./bridge.mjs";

/**
 * The flows of a client that is a program of its own. It gets the port of the issuer as its last argument, and reads a
 * line for each sign-in. It answers with a line of JSON: `error`, or else `expiresAt` in seconds, and `elsewhere`, the
 * URLs of others that it has asked.
 *
 * @param {() => Promise<{ command: string, args: readonly string[], env?: NodeJS.ProcessEnv }>} program
 */
export function flowsOf(program) {
  let child;
  let lines;
  let served;

  async function start(world) {
    served ??= await bridge(world);
    const { command, args, env } = await program();
    child = spawn(command, [...args, `${served.port}`], { env, stdio: ["pipe", "pipe", "inherit"] });
    lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  function abandon() {
    child?.kill("SIGKILL");
    child = undefined;
  }

  return {
    abandon,
    async stop() {
      if (child) {
        const ended = once(child, "close");
        child.stdin.end();
        await ended;
      }
      await served?.stop();
    },
    flows: {
      async signIn({ world }) {
        if (!child) await start(world);
        const { issuer, clientId, clientSecret } = world.issuer.clients.web;
        const since = Date.now();
        child.stdin.write(`${JSON.stringify({ issuer, clientId, clientSecret })}\n`);
        const { value, done } = await lines.next();
        if (done) throw new Error("the program has ended");
        const { error, expiresAt, elsewhere } = JSON.parse(value);
        const isElsewhere = elsewhere.length > 0;
        if (error) throw Object.assign(new Error(error), { isElsewhere });
        return { expiresAt: expiresAt ?? undefined, since, isElsewhere };
      },
    },
  };
}
