import { run } from "../../../scripts/lib/process.mjs";
import { CONSOLE, judgeConsole } from "../checks.mjs";

const ENDS = "nothing keeps the process alive";

/** What every application must show beside the shared list. */
export const APP_CHECKS = [CONSOLE, ENDS];

/** How long a process may go on with nothing to do, in milliseconds. */
const PATIENCE = 30_000;

/**
 * Runs an application that prints its results, and judges what its console showed and how it ended.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} cwd
 * @param {NodeJS.ProcessEnv} [more] of the environment
 */
export async function runApp(command, args, cwd, more) {
  const env = { ...process.env, ...more, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" };
  const output = await run(command, args, { cwd, env, minutes: 5 });
  const [all, json = ""] = /RESULTS (.*) END/.exec(output) ?? [];
  if (all === undefined) throw new Error(`no results: ${output}`);
  const { results, at } = JSON.parse(json);
  const late = Date.now() - at;
  const ends = late < PATIENCE ? { name: ENDS } : { name: ENDS, error: `it ended ${late} ms later` };
  return [...results, judgeConsole(output.slice(0, output.indexOf(all))), ends];
}
