import fs, { promises } from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const OPERATIONS = ["open", "rename", "rm", "unlink", "link", "writeFile"];
const HANDLE_OPERATIONS = ["write", "truncate", "datasync", "sync", "chmod", "close"];

/**
 * Calls `before` ahead of everything that changes files, while `run` runs. What it throws is thrown
 * instead; an object that it gives replaces what is done.
 *
 * @param {(operation: string, args: any[]) => void | { instead(...args: any[]): unknown }} before
 * @param {() => Promise<void>} run
 */
export async function watchFiles(before, run) {
  const handle = await promises.open(process.execPath);
  const prototype = Object.getPrototypeOf(handle);
  await handle.close();
  const restore = [
    ...OPERATIONS.map((name) => patch(promises, name, `${name}`, before)),
    patch(fs, "writeSync", "writeSync", before),
    ...HANDLE_OPERATIONS.map((name) => patch(prototype, name, `handle.${name}`, before)),
  ];
  syncBuiltinESMExports();
  try {
    await run();
  } finally {
    for (const one of restore) one();
    syncBuiltinESMExports();
  }
}

function patch(object, name, label, before) {
  const original = object[name];
  object[name] = function (...args) {
    const act = () => {
      const { instead } = before(label, args) ?? {};
      return instead ? instead.call(this, original, ...args) : original.apply(this, args);
    };
    return label === "writeSync" ? act() : (async () => act())();
  };
  return () => (object[name] = original);
}

/** An error as the host gives it. @param {string} code */
export function hostError(code) {
  return Object.assign(new Error(`${code}: of the test`), { code });
}
