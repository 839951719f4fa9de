import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import { until } from "./patience.mjs";

/**
 * The processes that a process started, and those that they started in turn (Linux).
 *
 * @param {number} pid
 * @returns {number[]}
 */
export function descendants(pid) {
  /** @type {Map<number, number[]>} */
  const children = new Map();
  for (const entry of entries("/proc")) {
    const parent = /^\d+$/.test(entry) ? parentOf(Number(entry)) : undefined;
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  const found = [...(children.get(pid) ?? [])];
  // What is found is searched, too.
  for (const each of found) found.push(...(children.get(each) ?? []));
  return found;
}

/**
 * Kills a process and all that it started, and waits until none of them is there any more: nobody then
 * holds on to their files, displays and ports.
 *
 * @param {number} pid
 * @param {readonly number[]} [known] processes that it had started: it may have left them behind
 */
export async function endTree(pid, known = []) {
  const all = new Set([pid, ...known]);
  await until(
    () => `processes do not end: ${[...all].join()}`,
    () => {
      // One that has just been started was not among those found before.
      for (const each of [...all]) for (const below of descendants(each)) all.add(below);
      for (const each of all) killIfThere(each);
      return ![...all].some(runs);
    },
  );
}

/** Kills a process and all that it started, without waiting. @param {number} pid */
export function killTree(pid) {
  for (const each of [...descendants(pid), pid]) killIfThere(each);
}

/** @param {number} pid */
export function killIfThere(pid) {
  signalIfThere(pid, "SIGKILL");
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals} signal
 */
export function signalIfThere(pid, signal) {
  // For the system 0 is the caller's whole group.
  if (pid <= 0) return;
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already.
  }
}

/**
 * Whether a process is there that has not ended. One that has ended is there until its parent was told.
 *
 * @param {number} pid
 */
export function runs(pid) {
  return pid > 0 && parentOf(pid) !== undefined;
}

/**
 * Waits until processes have done all that they had to do (Linux): none of their threads runs or waits for
 * a disk or a processor, and none has done so between two looks. What one still has to tell the other would
 * have woken a thread of that.
 *
 * @param {readonly number[]} pids
 */
export async function quiet(pids) {
  let before = "";
  await until("processes do not come to rest", () => {
    const states = pids.flatMap((pid) =>
      entries(`/proc/${pid}/task`).map((task) => read(`/proc/${pid}/task/${task}/status`)),
    );
    const rests = states.every((state) => /^State:\s+[SZ]/m.test(state));
    const now = states.map((state) => /^Pid:.*$/m.exec(state) + String(state.match(/^\w+_ctxt_switches:.*$/gm))).join();
    const same = rests && now === before;
    before = now;
    return same;
  });
}

/**
 * The port of 127.0.0.1 on which a process listens, once it does (Linux). So a program may choose it
 * itself, and nobody can take it before.
 *
 * @param {number} pid
 * @returns {number | undefined}
 */
export function listeningPort(pid) {
  const own = new Set(socketsOf(pid));
  for (const line of read("/proc/net/tcp").split("\n")) {
    const [, local = "", , state, , , , , , inode = ""] = line.trim().split(/\s+/);
    const [address, port = ""] = local.split(":");
    if (address === "0100007F" && state === "0A" && own.has(inode)) return parseInt(port, 16);
  }
  return undefined;
}

/**
 * The inodes of the sockets that a process has open; none where it has ended.
 *
 * @param {number} pid
 * @returns {string[]}
 */
export function socketsOf(pid) {
  const inodes = [];
  for (const each of entries(`/proc/${pid}/fd`)) {
    const [, inode] = /^socket:\[(\d+)\]$/.exec(link(`/proc/${pid}/fd/${each}`)) ?? [];
    if (inode) inodes.push(inode);
  }
  return inodes;
}

/**
 * What the first thread of a process is called, cut to 15 characters by the kernel: mostly as its program.
 * Empty where the process has ended. The numbers of threads do not say which is the first: they begin anew
 * at the largest, and a list of them may be sorted as words.
 *
 * @param {number} pid
 */
export function processName(pid) {
  return read(`/proc/${pid}/comm`);
}

/**
 * What the threads of a process are called, in no order, each cut to 15 characters by the kernel; none where the
 * process has ended.
 *
 * @param {number} pid
 * @returns {string[]}
 */
export function threadNames(pid) {
  return entries(`/proc/${pid}/task`).map((task) => read(`/proc/${pid}/task/${task}/comm`));
}

/**
 * @param {number} pid
 * @returns {number | undefined} nothing for one that has ended
 */
function parentOf(pid) {
  // The name of the program, in parentheses, may contain anything.
  const fields = read(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, "")
    .split(" ");
  return fields.length > 1 && fields[0] !== "Z" ? Number(fields[1]) : undefined;
}

/** What is in a folder; nothing where there is none. @param {string} path */
function entries(path) {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** @param {string} path */
function link(path) {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return "";
  }
}
