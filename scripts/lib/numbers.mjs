import { readFileSync } from "node:fs";

/** A constant of a file that is a number, or a product of numbers. */
const NUMBER = /^(export )?const (\w+) = ([\d_.]+(?: \* [\d_.]+)*|0x[\da-f_]+);$/gm;

/**
 * @type {import("esbuild").Plugin} Makes a file's constant numbers a module of their own. In a file that imports something,
 *   esbuild does not know that a constant has its value when it is used, and would not write the number there.
 */
export const numbersInPlace = {
  name: "numbers-in-place",
  setup({ onResolve, onLoad }) {
    const namespace = "numbers";
    /** @type {Map<string, string>} the constants of each file */
    const constants = new Map();
    onLoad({ filter: /\.ts$/, namespace: "file" }, ({ path }) => {
      let own = "";
      let names = "";
      const rest = readFileSync(path, "utf8").replace(NUMBER, (_, exported, name, value) => {
        own += `export const ${name}=${value};`;
        names += `${name},`;
        return exported ? `export { ${name} };` : "";
      });
      if (own === "") return undefined;
      constants.set(path, own);
      return { contents: `import { ${names} } from ${JSON.stringify(`${namespace}:${path}`)};${rest}`, loader: "ts" };
    });
    onResolve({ filter: /^numbers:/ }, ({ path }) => ({ path: path.slice(namespace.length + 1), namespace }));
    onLoad({ filter: /./, namespace }, ({ path }) => ({ contents: constants.get(path) ?? "" }));
  },
};
