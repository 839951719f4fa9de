import { readFileSync, readdirSync } from "node:fs";

/**
 * The processes that a process started, and those that they started in turn (Linux).
 *
 * @param {number} pid
 * @returns {number[]}
 */
export function descendants(pid) {
  /** @type {Map<number, number[]>} */
  const children = new Map();
  for (const entry of readdirSync("/proc")) {
    const parent = /^\d+$/.test(entry) ? parentOf(Number(entry)) : undefined;
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  const found = [...(children.get(pid) ?? [])];
  // What is found is searched, too.
  for (const each of found) found.push(...(children.get(each) ?? []));
  return found;
}

/**
 * What the threads of a process are called, each cut to 15 characters by the kernel; none where the
 * process has ended.
 *
 * @param {number} pid
 * @returns {string[]}
 */
export function threadNames(pid) {
  try {
    return readdirSync(`/proc/${pid}/task`).map((task) => read(`/proc/${pid}/task/${task}/comm`));
  } catch {
    return [];
  }
}

/**
 * @param {number} pid
 * @returns {number | undefined} nothing for one that has ended
 */
function parentOf(pid) {
  // The name of the program, in parentheses, may contain anything.
  const fields = read(`/proc/${pid}/stat`).replace(/^.*\) /s, "").split(" ");
  return fields.length > 1 && fields[0] !== "Z" ? Number(fields[1]) : undefined;
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return "";
  }
}
