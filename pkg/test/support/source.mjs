import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { modulesAsText } from "../../../scripts/lib/bundle.mjs";

/**
 * Modules of `pkg/src` that the package does not export, or that are tested without the rest: their exports together,
 * with the classes of errors that are theirs.
 *
 * @param {...string} files from `pkg/src` on, without `.ts`
 */
export async function source(...files) {
  const contents = ["errors", ...files].map((file) => `export * from "./${file}.js";`).join("\n");
  const resolveDir = fileURLToPath(new URL("../../src", import.meta.url));
  const { outputFiles } = await build({
    stdin: { contents, resolveDir, loader: "ts" },
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    platform: "neutral",
    plugins: [modulesAsText],
    logLevel: "silent",
  });
  // A file, whose name is short in a stack.
  const folder = await mkdtemp(join(tmpdir(), "eiam-token-"));
  try {
    const file = join(folder, "source.mjs");
    await writeFile(file, outputFiles[0].contents);
    return await import(pathToFileURL(file).href);
  } finally {
    await rm(folder, { recursive: true });
  }
}
