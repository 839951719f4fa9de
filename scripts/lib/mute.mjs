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
  const found = functions.map((name) => functionOf(name));
  for (const one of found) {
    const { params, results } = binaryen.getFunctionInfo(one);
    // "Result<(), fmt::Error>", whose 0 is "Ok": of any other function nothing is known.
    if (results !== binaryen.i32 || params !== binaryen.createType([binaryen.i32, binaryen.i32])) {
      throw new Error(`${binaryen.getFunctionInfo(one).name} does not write as it did`);
    }
    binaryen.Function.setBody(one, module.i32.const(0));
  }
  writeFileSync(file, module.emitBinary());
  module.dispose();

  /** @param {RegExp} name */
  function functionOf(name) {
    const all = Array.from({ length: module.getNumFunctions() }, (_, index) => module.getFunctionByIndex(index));
    const [first, ...others] = all.filter((one) => name.test(binaryen.getFunctionInfo(one).name));
    if (first === undefined || others.length > 0) throw new Error(`not one function is named ${name}`);
    return first;
  }
}
