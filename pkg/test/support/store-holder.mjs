import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("holds-a-store.mjs", import.meta.url));

/** Another process that opens a store. */
export class Holder {
  /** What came of the opening: "done", or a problem and its message. */
  opened;
  #child;
  #lines;
  #ended;

  /**
   * @param {string} path
   * @param {{ options?: object, inside?: string[] }} [how] `inside`: a program that runs it, with arguments
   */
  static async start(path, { options = {}, inside = [] } = {}) {
    const [program, ...args] = [...inside, process.execPath, SCRIPT, path, JSON.stringify(options)];
    const holder = new Holder();
    holder.#child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
    holder.#ended = once(holder.#child, "exit");
    holder.#lines = createInterface({ input: holder.#child.stdout })[Symbol.asyncIterator]();
    holder.opened = await holder.#next();
    return holder;
  }

  get pid() {
    return this.#child.pid;
  }

  /** @param {string} line */
  async ask(line) {
    this.#child.stdin.write(`${line}\n`);
    return this.#next();
  }

  async end() {
    this.#child.stdin.end();
    await this.#ended;
  }

  async kill() {
    this.#child.kill("SIGKILL");
    await this.#ended;
  }

  async #next() {
    const { value = "it ended" } = await this.#lines.next();
    return value.startsWith("{") ? JSON.parse(value) : value;
  }
}

/** Like a container: a program that runs another one among process numbers of its own. */
const CONTAINER = ["--pid", "--fork", "--kill-child", "--mount-proc"];

/**
 * How processes are run like in a container, or why they cannot be.
 *
 * @returns {{ inside: string[], skip: string | false }}
 */
export function container() {
  if (process.platform !== "linux") return { inside: [], skip: "process numbers have namespaces on Linux alone" };
  for (const user of [[], ["--user", "--map-root-user"]]) {
    const args = [...user, ...CONTAINER];
    const { status, error } = spawnSync("unshare", [...args, "true"], { stdio: "ignore" });
    if (status === 0) return { inside: ["unshare", ...args], skip: false };
    // Continuous integration has it: where it is missing there the tests fail.
    if (error) return { inside: ["unshare"], skip: process.env["CI"] !== "true" && "unshare (util-linux) is missing" };
  }
  return { inside: [], skip: "namespaces are not permitted here" };
}
