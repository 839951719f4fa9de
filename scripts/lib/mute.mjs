import { readFileSync, writeFileSync } from "node:fs";

/**
 * Lets functions of a module that write text write nothing, and say that they have. What they called, and nobody else
 * calls, is left out by the optimiser.
 *
 * @param {string} file a module with its names
 * @param {readonly RegExp[]} functions each matches the name of one
 */
export async function mute(file, functions) {
  if (functions.length === 0) return;
  const { default: binaryen } = await import("binaryen");
  const module = binaryen.readBinary(readFileSync(file));
  const all = Array.from({ length: module.getNumFunctions() }, (_, index) =>
    binaryen.getFunctionInfo(module.getFunctionByIndex(index)),
  );
  for (const pattern of functions) {
    const [one, ...others] = all.filter(({ name }) => pattern.test(name));
    if (one === undefined || others.length > 0) throw new Error(`not one function is named ${pattern}`);
    const { name, params, results } = one;
    // "Result<(), fmt::Error>", whose 0 is "Ok": of any other function nothing is known.
    if (results !== binaryen.i32 || params !== binaryen.createType([binaryen.i32, binaryen.i32])) {
      throw new Error(`${name} does not write as it did`);
    }
    module.removeFunction(name);
    module.addFunction(name, params, results, [], module.i32.const(0));
  }
  writeFileSync(file, module.emitBinary());
  module.dispose();
}
