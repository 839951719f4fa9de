import { readFileSync, writeFileSync } from "node:fs";

/**
 * Lets functions of a module that write text write nothing, and say that they have, and lets others end the module at
 * once. What they called, and nobody else calls, is left out by the optimiser.
 *
 * @param {string} file a module with its names
 * @param {readonly RegExp[]} functions each matches the names of some that write text
 * @param {readonly RegExp[]} ends each matches the names of some that never return
 */
export async function mute(file, functions, ends) {
  if (functions.length + ends.length === 0) return;
  const { default: binaryen } = await import("binaryen");
  const module = binaryen.readBinary(readFileSync(file));
  const all = Array.from({ length: module.getNumFunctions() }, (_, index) =>
    binaryen.getFunctionInfo(module.getFunctionByIndex(index)),
  );
  /** @param {RegExp} pattern */
  const named = (pattern) => {
    const found = all.filter(({ name }) => pattern.test(name));
    if (found.length === 0) throw new Error(`no function is named ${pattern}`);
    return found;
  };
  for (const { name, params, results } of functions.flatMap(named)) {
    // "Result<(), fmt::Error>", whose 0 is "Ok": of any other function nothing is known.
    if (results !== binaryen.i32 || params !== binaryen.createType([binaryen.i32, binaryen.i32])) {
      throw new Error(`${name} does not write as it did`);
    }
    module.removeFunction(name);
    module.addFunction(name, params, results, [], module.i32.const(0));
  }
  for (const { name, params, results } of ends.flatMap(named)) {
    if (results !== binaryen.none) throw new Error(`${name} returns something`);
    module.removeFunction(name);
    module.addFunction(name, params, results, [], module.unreachable());
  }
  writeFileSync(file, module.emitBinary());
  module.dispose();
}
