import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { numberImports } from "./imports.mjs";

/**
 * Wraps the glue that wasm-bindgen wrote into one function, `makeGlue`, which returns what the glue
 * exported. So importing it does nothing at all, not even make a TextDecoder, and a bundler drops it
 * from an application that does not call it, which it cannot do with statements in a module. What the
 * module imports has numbers for names from here on, in both.
 *
 * @param {string} folder where wasm-bindgen wrote its files
 */
export function wrapGlue(folder) {
  const source = readFileSync(join(folder, "eiam_token_bg.js"), "utf8");
  if (/^import /m.test(source)) throw new Error("glue with imports cannot stand in a function");

  const exported = /^export (?=(?:async )?(?:function|class|const|let)\b[ *]+(\w+))/gm;
  const names = [...source.matchAll(exported)].map(([, name]) => name);
  const body = source.replace(exported, "");
  if (/^export /m.test(body)) throw new Error("glue has an export of an unknown kind");

  const file = join(folder, "eiam_token_bg.wasm");
  const imports = numberImports(readFileSync(file));
  const members = names.filter((name) => !imports.names.includes(name ?? ""));
  members.push(...imports.names.map((name, index) => `${index}: ${name}`));
  writeFileSync(file, imports.module);

  const result = `return { ${members.join(", ")} };`;
  writeFileSync(join(folder, "glue.js"), `export function makeGlue() {\n${body}\n${result}\n}\n`);
  writeFileSync(join(folder, "glue.d.ts"), TYPES);
}

const TYPES = `import type * as api from "./eiam_token.js";

export function makeGlue(): typeof api & {
  __wbg_set_wasm(exports: WebAssembly.Exports): void;
};
`;
