import { inRoot } from "./paths.mjs";

/**
 * What a user's bundler makes of a program that imports the package.
 *
 * @param {string} program its text, as if it stood in a file of scripts/
 * @returns {Promise<Uint8Array>}
 */
export async function minified(program) {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: inRoot("scripts") },
    bundle: true,
    format: "esm",
    target: "es2022",
    minify: true,
    write: false,
    logLevel: "silent",
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}
