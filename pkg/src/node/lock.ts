import { randomUUID } from "node:crypto";
import {
  type Stats,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { link, rename, unlink } from "node:fs/promises";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { FileStorageError, codeOf } from "./errors.js";
import { CAREFULLY, Identity, look } from "./look.js";
import { distrust } from "./owner.js";
import { decodeWhereabouts, describeElsewhere, encodeWhereabouts, here, stateOf } from "./whereabouts.js";

/** How often, and for how many milliseconds each time, to wait for a lock that has no content yet. */
const PATIENCE = 20;
const PAUSE = 25;

/** How many bytes of a lock are read. No lock is longer. */
const LONGEST = 1200;

/**
 * The files that this process has open. All copies of this module share it, because bundlers may make several.
 */
const registry = globalThis as { [open]?: Set<string> };
const open = Symbol.for("eiam-token/file-storage");

/** The locks to release at the end of the process. One listener does so, because Node warns of many listeners. */
const held = new Set<Lock>();

function releaseAll(): void {
  for (const lock of held) lock.release();
}

/**
 * A file that says which process has another file open. Without native code, no runtime offers the operating system's
 * own locks in all versions that this package supports.
 */
export class Lock {
  readonly #path: string;
  readonly #file: string;
  /** It stays open, so that no other file has its number. */
  readonly #descriptor: number;
  readonly #identity: Identity;

  private constructor(path: string, file: string, descriptor: number) {
    this.#path = path;
    this.#file = file;
    this.#descriptor = descriptor;
    this.#identity = new Identity(descriptor);
  }

  /**
   * Takes the lock of a file, also from a process that is gone.
   *
   * @param path the file
   * @param takeOver whether to take it also from a process that cannot be seen from here
   * @throws {FileStorageError} if somebody has it, or something else is there
   */
  static async take(path: string, takeOver: boolean): Promise<Lock> {
    const taken = (registry[open] ??= new Set());
    if (taken.has(path)) throw inUse(path, process.pid);
    taken.add(path);
    try {
      const file = `${path}.lock`;
      const lock = new Lock(path, file, await make(path, file, takeOver));
      if (held.size === 0) process.on("exit", releaseAll);
      held.add(lock);
      return lock;
    } catch (error) {
      taken.delete(path);
      throw error;
    }
  }

  /** @throws {FileStorageError} if somebody else has the file by now, or may have it */
  check(): void {
    if (this.#identity.isAt(this.#file)) return;
    const sentence = `is no longer this process's: its lock ${this.#file} was removed or taken over`;
    throw new FileStorageError("changed", this.#path, sentence);
  }

  /** Lets others have the file. Synchronously: at a process's exit nothing can be waited for. */
  release(): void {
    if (!held.delete(this)) return;
    if (held.size === 0) process.off("exit", releaseAll);
    registry[open]?.delete(this.#path);
    try {
      // Whoever thought this process gone has it now.
      if (this.#identity.isAt(this.#file)) unlinkSync(this.#file);
    } catch {
      // The next one finds out that this process is gone.
    }
    closeSync(this.#descriptor);
  }
}

/** @returns the lock's descriptor */
async function make(path: string, file: string, takeOver: boolean): Promise<number> {
  let tookAway = false;
  for (let nameless = 0; ; ) {
    const descriptor = create(file);
    if (descriptor !== undefined) {
      // Others may have found the same old lock, and have this one in hand for a moment.
      if (tookAway) await sleep(PAUSE);
      if (new Identity(descriptor).isAt(file)) return descriptor;
      closeSync(descriptor);
    }
    const found = textOf(path, file);
    if (found === undefined) continue;
    const isNameless = !found.endsWith("\n") && found.length < LONGEST;
    // Somebody is about to write a name there, or was killed before that.
    if (isNameless && nameless++ < PATIENCE) {
      await sleep(PAUSE);
      continue;
    }
    if (!isNameless) await refuseUnlessGone(path, file, found, takeOver);
    await takeAway(path, file, found);
    tookAway = true;
  }
}

/**
 * Makes a lock where none is: at once, so that it is without a name for as short as can be.
 *
 * @returns its descriptor; nothing if something is there
 */
function create(file: string): number | undefined {
  const { O_CREAT, O_EXCL, O_RDWR } = constants;
  let descriptor: number;
  try {
    descriptor = openSync(file, O_RDWR | O_CREAT | O_EXCL | CAREFULLY, 0o600);
  } catch (error) {
    if (codeOf(error) === "EEXIST") return undefined;
    throw error;
  }
  try {
    const name = Buffer.from(`${encodeWhereabouts(here())} ${randomUUID()}\n`);
    if (writeSync(descriptor, name, 0, name.length, 0) < name.length) throw noRoom();
    // After a power cut it tells of a machine that was restarted, not of nobody.
    fsyncSync(descriptor);
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    unlinkSync(file);
    throw error;
  }
}

function noRoom(): Error {
  return Object.assign(new Error("no room for a lock"), { code: "ENOSPC" });
}

/**
 * The text of a lock, or as much of it as a lock may have; `undefined` if it is gone.
 *
 * @throws {FileStorageError} if something else is there, or somebody else's
 */
function textOf(path: string, file: string): string | undefined {
  const refuse = (reason: string): never => {
    throw new FileStorageError("unsafe", path, `cannot be locked: ${file} ${reason}`);
  };
  const check = (found: Stats): void => {
    const reason = distrust(found);
    if (reason !== undefined) refuse(found.isFile() ? reason : `${reason}; remove it`);
  };
  const found = look(file);
  if (!found) return undefined;
  // Looked at before it is opened, for opening a device may do something, and after that, for then
  // it is certain what it is.
  check(found);
  let descriptor: number;
  try {
    descriptor = openSync(file, constants.O_RDONLY | CAREFULLY);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
  try {
    const opened = fstatSync(descriptor);
    // It is being removed: it has no name left.
    if (opened.nlink === 0) return undefined;
    check(opened);
    const text = Buffer.alloc(LONGEST);
    return text.toString("latin1", 0, readSync(descriptor, text, 0, LONGEST, 0));
  } finally {
    closeSync(descriptor);
  }
}

/**
 * @param text of a lock, whole
 * @throws {FileStorageError} if its process runs, or may run
 */
async function refuseUnlessGone(path: string, file: string, text: string, takeOver: boolean): Promise<void> {
  const holder = decodeWhereabouts(text.slice(0, Math.max(0, text.lastIndexOf(" "))));
  const state = holder ? await stateOf(holder, file) : "elsewhere";
  if (state === "gone") return;
  if (holder && state === "runs") throw inUse(path, holder.pid);
  if (takeOver) return;
  const who = holder
    ? `by ${describeElsewhere(holder)}, which cannot be watched from here; stop it`
    : `as its lock says, which was written by another program; stop that`;
  const remedy = `or, if it is certain that it no longer runs, remove ${file}`;
  throw new FileStorageError("in_use", path, `is in use ${who}, ${remedy}`);
}

/**
 * Removes a lock whose process is gone, unless somebody else did so and has its own there by now.
 *
 * @param text what stood in it
 */
async function takeAway(path: string, file: string, text: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw error;
  }
  try {
    if (textOf(path, aside) !== text) await link(aside, file).catch(() => undefined);
  } finally {
    await unlink(aside);
  }
}

function inUse(path: string, pid: number): FileStorageError {
  const who = pid === process.pid ? "this process" : `process ${pid}`;
  return new FileStorageError("in_use", path, `is in use by ${who}`, { pid });
}
