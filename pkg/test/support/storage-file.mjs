import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileStorage } from "eiam-token/file-storage";

/** What the header takes of its page: a line of text, a salt, a length, a checksum. */
export const HEAD = 26 + 16 + 8 + 16;

/** Where the two marks stand, and what each takes: a length, a checksum. */
export const MARKS = [4096, 8192];
export const MARK = 8 + 16;

/** Where the first frame begins. */
export const HEADER = 3 * 4096;

/**
 * The text of a lock.
 *
 * @param {{ pid: number, start: string, boot: string, namespaces: string, host: string }} holder
 */
export function lockText({ pid, start, boot, namespaces, host }) {
  return `${pid} ${start} ${boot} ${namespaces} ${host} ${randomUUID()}\n`;
}

/**
 * What a lock says.
 *
 * @param {string} text
 */
export function lockHolder(text) {
  const [pid, start, boot, namespaces, host] = text.split(" ");
  return { pid: Number(pid), start, boot, namespaces, host };
}

/**
 * The lock's text of this process, as the storage writes it, with what is another one's.
 *
 * @param {Partial<ReturnType<typeof lockHolder>>} other
 */
export async function forgedLock(other) {
  const folder = new Folder();
  try {
    const storage = fileStorage(folder.file());
    await storage.load();
    const text = readFileSync(`${folder.file()}.lock`, "latin1");
    await storage.close();
    return lockText({ ...lockHolder(text), ...other });
  } finally {
    folder.remove();
  }
}

/** A folder for stores. */
export class Folder {
  path;

  /** @param {string} [parent] */
  constructor(parent = tmpdir()) {
    this.path = mkdtempSync(join(parent, "eiam-token-store-"));
  }

  /** @param {string} name */
  file(name = "issuer.store") {
    return join(this.path, name);
  }

  /** The name of everything that is in it. */
  get names() {
    return readdirSync(this.path);
  }

  /** Every file by its name. */
  get files() {
    return new Map(this.names.map((name) => [name, readFileSync(this.file(name))]));
  }

  /** @param {Map<string, Uint8Array>} files */
  set files(files) {
    this.empty();
    for (const [name, bytes] of files) writeFileSync(this.file(name), bytes, { mode: 0o600 });
  }

  empty() {
    for (const name of this.names) rmSync(this.file(name), { recursive: true });
  }

  remove() {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/**
 * A change.
 *
 * @param {string} key
 * @param {string | Uint8Array | undefined} value
 * @param {bigint} [expires]
 */
export function change(key, value, expires) {
  return { key, value: typeof value === "string" ? new TextEncoder().encode(value) : value, expires };
}

/**
 * Records as an object of texts, in the order of their keys.
 * @param {Iterable<import("eiam-token/file-storage").StoredRecord>} records
 */
export function texts(records) {
  const decode = (bytes) => new TextDecoder("latin1").decode(bytes);
  const sorted = [...records].sort((a, b) => (a.key < b.key ? -1 : 1));
  return Object.fromEntries(sorted.map(({ key, value }) => [key, decode(value)]));
}

/**
 * What a file holds, opened and closed again.
 *
 * @param {string} path
 * @param {import("eiam-token/file-storage").FileStorageOptions} [options]
 */
export async function contents(path, options) {
  const storage = fileStorage(path, options);
  try {
    return texts(await storage.load());
  } finally {
    await storage.close();
  }
}
