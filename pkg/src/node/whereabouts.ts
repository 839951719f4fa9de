import { readFileSync, readlinkSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { hostname } from "node:os";
import process from "node:process";
import { codeOf } from "./errors.js";

/** What is not known of a process. */
const UNKNOWN = "-";

/** Which process, where. Numbers of processes mean something in their namespace alone. */
export interface Whereabouts {
  readonly pid: number;
  /** When it began, in ticks since the machine's start. */
  readonly start: string;
  /** The machine's start: another one each time. */
  readonly boot: string;
  /** That of process numbers, and that of the times above. */
  readonly namespaces: string;
  /** The host's name, encoded as a part of a URI: it has no spaces then. */
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

/** In one line, without its end. */
export function encodeWhereabouts({ pid, start, boot, namespaces, host }: Whereabouts): string {
  return [pid, start, boot, namespaces, host].join(" ");
}

/** @returns nothing for what {@link encodeWhereabouts} does not write */
export function decodeWhereabouts(text: string): Whereabouts | undefined {
  const words = /^([1-9]\d{0,9}) (\d{1,20}|-) ([\w-]{1,64}) ([\d+]{1,64}|-) ([\w.!~*'()%-]{1,800})$/.exec(text);
  const [, pid, start, boot, namespaces, host] = words ?? [];
  if (!pid || !start || !boot || !namespaces || !host) return undefined;
  return { pid: Number(pid), start, boot, namespaces, host };
}

/**
 * Whether a process still runs, as far as that can be seen from here: `elsewhere` is one of another
 * machine, of this one before its last start, or of another container.
 *
 * @param file that it had open
 */
export async function stateOf(there: Whereabouts, file: string): Promise<"runs" | "gone" | "elsewhere"> {
  const own = here();
  if (sharesNumbers(there, own)) return isAlive(there) ? "runs" : "gone";
  // Nothing outlives the restart of its machine. Names of machines are not unique, but two of them do
  // not have the same disk mounted.
  const isRestarted = isKnown(there.boot) && isKnown(own.boot) && there.boot !== own.boot;
  const isSameHost = isKnown(own.host) && there.host === own.host;
  return isRestarted && isSameHost && (await isOnDisk(file)) ? "gone" : "elsewhere";
}

/** Where a process is that is `elsewhere`. */
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

/** Whether two processes are counted by the same kernel in the same namespace. */
function sharesNumbers(one: Whereabouts, other: Whereabouts): boolean {
  if (one.boot !== other.boot || one.namespaces !== other.namespaces) return false;
  if (isKnown(one.boot) && isKnown(one.namespaces)) return true;
  // Only Linux has these; where Linux does not tell them, there may be many namespaces.
  return process.platform !== "linux" && isKnown(one.host) && one.host === other.host;
}

/**
 * Whether a process of this namespace still runs. Numbers of processes come again, soon in containers;
 * where the host says when a process began, that tells them apart.
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
 * When a process began, as Linux says it (proc_pid_stat(5), field 22); `gone` for one that has ended
 * and that nobody has taken notice of; `undefined` where nothing is known.
 */
function startOf(pid: number | "self"): string | undefined {
  let text: string;
  try {
    // A process may see the /proc of another namespace, with other numbers.
    if (pid !== "self" && readlinkSync("/proc/self") !== `${process.pid}`) return undefined;
    text = readFileSync(`/proc/${pid}/stat`, "latin1");
  } catch {
    return undefined;
  }
  // The name of the program stands before them, in parentheses, and may have some itself.
  const [state, ...fields] = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return state === "Z" || state === "X" ? "gone" : fields[18];
}

function namespace(kind: "pid" | "time"): string {
  let link: string;
  try {
    link = readlinkSync(`/proc/self/ns/${kind}`);
  } catch (error) {
    // Older kernels have no namespaces of times.
    if (kind === "time" && codeOf(error) === "ENOENT") return "0";
    throw error;
  }
  return /\d+/.exec(link)?.[0] ?? "0";
}

/** What a host says of itself, if it does: Deno does not without permission. */
function known(say: () => string): string {
  try {
    return say() || UNKNOWN;
  } catch {
    return UNKNOWN;
  }
}

/** The file systems of a disk, or of memory, that one machine at a time has mounted (statfs(2)). */
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
