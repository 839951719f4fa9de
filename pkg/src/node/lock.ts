import { randomUUID } from "node:crypto";
import { readFileSync, unlinkSync } from "node:fs";
import { link, readFile, rename, unlink, writeFile } from "node:fs/promises";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { codeOf, FileStorageError } from "./errors.js";

/** How often, and for how many milliseconds each time, a lock without a name is waited for. */
const PATIENCE = 20;
const PAUSE = 25;

/**
 * What this process has open: shared by all copies of this module, of which bundlers may make several.
 */
const registry = globalThis as { [open]?: Set<string> };
const open = Symbol.for("eiam-token/file-storage");

/** What is released at the exit, by one listener: a process warns of many. */
const held = new Set<Lock>();

function releaseAll(): void {
  for (const lock of held) lock.release();
}

/** A file that says which process has another one open. */
export class Lock {
  readonly #path: string;
  readonly #file: string;
  readonly #text: string;

  private constructor(path: string, file: string, text: string) {
    this.#path = path;
    this.#file = file;
    this.#text = text;
  }

  /**
   * Takes the lock of a file, also from a process that is gone.
   *
   * @param path the file
   * @throws {FileStorageError} if somebody has it
   */
  static async take(path: string): Promise<Lock> {
    const taken = (registry[open] ??= new Set());
    if (taken.has(path)) throw inUse(path, process.pid);
    taken.add(path);
    try {
      const file = `${path}.lock`;
      const text = `${process.pid} ${startOf(process.pid) ?? "-"} ${randomUUID()}\n`;
      await make(path, file, text);
      const lock = new Lock(path, file, text);
      if (held.size === 0) process.on("exit", releaseAll);
      held.add(lock);
      return lock;
    } catch (error) {
      taken.delete(path);
      throw error;
    }
  }

  /** Lets others have the file. */
  release(): void {
    held.delete(this);
    if (held.size === 0) process.off("exit", releaseAll);
    registry[open]?.delete(this.#path);
    // Synchronously: at a process's exit nothing can be waited for.
    try {
      // Whoever thought this process gone has it now.
      if (readFileSync(this.#file, "utf8") === this.#text) unlinkSync(this.#file);
    } catch {
      // The next one finds out that this process is gone.
    }
  }
}

async function make(path: string, file: string, text: string): Promise<void> {
  let tookAway = false;
  for (let nameless = 0; ; ) {
    try {
      await writeFile(file, text, { flag: "wx", mode: 0o600 });
      if (!tookAway) return;
      // Others may have found the same old lock, and have this one in hand for a moment.
      await sleep(PAUSE);
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
    const found = await textOf(file);
    if (found === text) return;
    if (found === undefined) continue;
    const [, pid, start] = /^(\d{1,10}) (\S+) \S+\n$/.exec(found) ?? [];
    // Somebody is about to write a name there, or was killed before that.
    if (pid === undefined && nameless++ < PATIENCE) {
      await sleep(PAUSE);
      continue;
    }
    if (pid !== undefined && isAlive(Number(pid), start)) throw inUse(path, Number(pid));
    await takeAway(file, found);
    tookAway = true;
  }
}

/** The text of a file; `undefined` if it is gone. */
async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * Removes a lock whose process is gone, unless somebody else did so and has its own there by now.
 *
 * @param text what stood in it
 */
async function takeAway(file: string, text: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw error;
  }
  if ((await textOf(aside)) !== text) await link(aside, file).catch(() => undefined);
  await unlink(aside);
}

/**
 * Whether the process that made a lock still runs. Numbers of processes come again, soon in
 * containers; where the host says when a process began, that tells them apart.
 */
function isAlive(pid: number, start: string | undefined): boolean {
  const current = startOf(pid);
  if (current !== undefined && start !== "-") return current === start;
  // This process has not taken it: it was another one of the same number.
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== "ESRCH";
  }
}

/**
 * When a process began, as Linux says it (proc_pid_stat(5), field 22); `gone` for one that has ended
 * and that nobody has taken notice of; `undefined` where nothing is known.
 */
function startOf(pid: number): string | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "latin1");
  } catch {
    return undefined;
  }
  // The name of the program stands before them, in parentheses, and may have some itself.
  const [state, ...fields] = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return state === "Z" || state === "X" ? "gone" : fields[18];
}

function inUse(path: string, pid: number): FileStorageError {
  const who = pid === process.pid ? "this process" : `process ${pid}`;
  return new FileStorageError("in_use", path, `is in use by ${who}`, { pid });
}
