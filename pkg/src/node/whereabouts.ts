import { readFileSync, readlinkSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { hostname } from "node:os";
import process from "node:process";
import { codeOf } from "./errors.js";

/** Stands for what is unknown about a process. */
const UNKNOWN = "-";

/** Identifies a process. Process ids are unique only in their namespace. */
export interface Whereabouts {
  readonly pid: number;
  /** When the process started, in ticks since the machine was started. */
  readonly start: string;
  /** An id of the start of the machine, which differs each time. */
  readonly boot: string;
  /** The namespaces of process ids and of start times. */
  readonly namespaces: string;
  /** The host name, percent-encoded so that it contains no spaces. */
  readonly host: string;
}

/** This process. */
export function here(): Whereabouts {
  return {
    pid: process.pid,
    start: startOf("self") ?? UNKNOWN,
    boot: known(() => readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim()),
    namespaces: known(() => `${namespace("pid")}+${namespace("time")}`),
    host: known(() => encodeURIComponent(hostname().slice(0, 64))),
  };
}

/** Writes it as one line, without the line break. */
export function encodeWhereabouts({ pid, start, boot, namespaces, host }: Whereabouts): string {
  return [pid, start, boot, namespaces, host].join(" ");
}

/** @returns `undefined` for text that {@link encodeWhereabouts} does not write */
export function decodeWhereabouts(text: string): Whereabouts | undefined {
  const words = /^([1-9]\d{0,9}) (\d{1,20}|-) ([\w-]{1,64}) ([\d+]{1,64}|-) ([\w.!~*'()%-]{1,800})$/.exec(text);
  const [, pid, start, boot, namespaces, host] = words ?? [];
  if (!pid || !start || !boot || !namespaces || !host) return undefined;
  return { pid: Number(pid), start, boot, namespaces, host };
}

/**
 * Whether a process still runs, as far as this can be seen from here. `elsewhere` means that it is a process of another
 * machine, of another container, or of this machine before its last start.
 *
 * @param file a file that the process had open
 */
export async function stateOf(there: Whereabouts, file: string): Promise<"runs" | "gone" | "elsewhere"> {
  const own = here();
  if (sharesNumbers(there, own)) return isAlive(there) ? "runs" : "gone";
  // No process survives the restart of its machine. Host names are not unique, but two machines do not have the
  // same disk mounted.
  const isRestarted = isKnown(there.boot) && isKnown(own.boot) && there.boot !== own.boot;
  const isSameHost = isKnown(own.host) && there.host === own.host;
  return isRestarted && isSameHost && (await isOnDisk(file)) ? "gone" : "elsewhere";
}

/** Describes a process that is `elsewhere`. */
export function describeElsewhere({ pid, boot, host }: Whereabouts): string {
  const name = isKnown(host) ? `host ${host}` : "a host without a name";
  const where =
    boot === here().boot
      ? "in another container of this machine"
      : "of another machine, or of this one before its last start";
  return `process ${pid} of ${name} (${where})`;
}

function isKnown(word: string): boolean {
  return word !== UNKNOWN;
}

/** Whether two processes have the same kernel and the same namespaces, so that their ids can be compared. */
function sharesNumbers(one: Whereabouts, other: Whereabouts): boolean {
  if (one.boot !== other.boot || one.namespaces !== other.namespaces) return false;
  if (isKnown(one.boot) && isKnown(one.namespaces)) return true;
  // Only Linux has these. If Linux does not reveal them, there may be several namespaces.
  return process.platform !== "linux" && isKnown(one.host) && one.host === other.host;
}

/**
 * Whether a process of this namespace still runs. Process ids are reused, in containers soon. If the host says when a
 * process started, that distinguishes them.
 */
function isAlive({ pid, start }: Whereabouts): boolean {
  const current = startOf(pid);
  if (current !== undefined && isKnown(start)) return current === start;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== "ESRCH";
  }
}

/**
 * When a process started, according to Linux (proc_pid_stat(5), field 22); `gone` for a process that has ended but was
 * not waited for (a zombie); `undefined` if it is unknown.
 */
function startOf(pid: number | "self"): string | undefined {
  let text: string;
  try {
    // The visible /proc may be that of another namespace, with other process ids.
    if (pid !== "self" && readlinkSync("/proc/self") !== `${process.pid}`) return undefined;
    text = readFileSync(`/proc/${pid}/stat`, "latin1");
  } catch {
    return undefined;
  }
  // The name of the program comes first, in parentheses, and may itself contain parentheses.
  const [state, ...fields] = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return state === "Z" || state === "X" ? "gone" : fields[18];
}

function namespace(kind: "pid" | "time"): string {
  let link: string;
  try {
    link = readlinkSync(`/proc/self/ns/${kind}`);
  } catch (error) {
    // Older kernels have no time namespaces.
    if (kind === "time" && codeOf(error) === "ENOENT") return "0";
    throw error;
  }
  return /\d+/.exec(link)?.[0] ?? "0";
}

/** What the host says about itself, if it does: without permission, Deno does not. */
function known(say: () => string): string {
  try {
    return say() || UNKNOWN;
  } catch {
    return UNKNOWN;
  }
}

/** File systems on a disk or in memory, which only one machine at a time has mounted (statfs(2)). */
const ON_DISK = new Set([
  0xef53, // ext2, ext3, ext4
  0x58465342, // XFS
  0x9123683e, // Btrfs
  0xf2f52010, // F2FS
  0x2fc12fc1, // ZFS
  0xca451a4e, // bcachefs
  0x794c7630, // overlayfs
  0x01021994, // tmpfs
]);

async function isOnDisk(file: string): Promise<boolean> {
  try {
    return ON_DISK.has((await statfs(file)).type >>> 0);
  } catch {
    return false;
  }
}
