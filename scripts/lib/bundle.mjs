import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { numbersInPlace } from "./numbers.mjs";
import { inRoot } from "./paths.mjs";
import { encodePrintable } from "./printable.mjs";
import { arrange } from "./statements.mjs";

/**
 * Bundles the TypeScript of one half twice: with the module inside, for everywhere, and with the
 * module as a file beside it, for hosts that forbid compiling at run time.
 *
 * @param {string} name
 */
export async function bundle(name) {
  await bundleInline(name);
  await bundleWithFile(name);
}

/**
 * Copies the bundle to the demo, which is plain static files.
 * @param {string} name
 */
export function copyToDemo(name) {
  mkdirSync(inRoot("www/dist"), { recursive: true });
  copyFileSync(inRoot(`pkg/dist/${name}.js`), inRoot(`www/dist/${name}.js`));
}

/** Bundles the storage in a file, which needs Node's modules and no WebAssembly. */
export async function bundleFileStorage() {
  const { build } = await import("esbuild");
  await build({
    ...OPTIONS,
    ...entry("node", "pkg/dist/file-storage.js"),
    platform: "node",
    plugins: [numbersInPlace],
  });
}

/**
 * Bundles the presets for servers that speak dialects, which need no WebAssembly. Their errors are of the client's
 * classes, which they import.
 */
export async function bundleProviders() {
  const { build } = await import("esbuild");
  const plugins = [errorsOfClient, numbersInPlace];
  await build({ ...OPTIONS, ...entry("client/providers", "pkg/dist/providers.js"), platform: "neutral", plugins });
}

/**
 * Bundles the test issuer a third time, for `require` in test runners that load no modules: all in one file, with what
 * their environments lack.
 */
export async function bundleTestingForRequire() {
  await esbuild("testing", "pkg/dist/testing.cjs", {
    format: "cjs",
    platform: "node",
    inject: [inRoot("pkg/src/testing/require/host.ts")],
    define: { globalThis: "hostGlobal", self: "hostGlobal", window: "hostGlobal" },
    supported: { "dynamic-import": false },
    plugins: [moduleOfTesting, modulesAsText],
  });
}

/**
 * Bundles the service worker that is a test issuer: all in one classic script, so that other workers can import it too.
 * What pages steer it with knows it by its stamp, which is bundled last.
 */
export async function bundleTestingWorker() {
  const { version } = JSON.parse(readFileSync(inRoot("pkg/package.json"), "utf8"));
  const worker = await stamped("testing/worker/service", {
    format: "iife",
    plugins: [moduleOfTesting, modulesAsText, numbersInPlace],
  });
  const stamp = `${version}-${createHash("sha256").update(worker).digest("hex").slice(0, 12)}`;
  const page = await stamped("testing/worker/page", {
    ...injected("testing"),
    format: "esm",
    plugins: [numbersInPlace],
  });
  const files = { "issuer-worker.js": worker, "testing-worker.js": page };
  for (const [name, text] of Object.entries(files)) {
    const banner = `/* eiam-token ${name} ${stamp}. "npx eiam-token worker" writes this file: do not change it. */\n`;
    writeFileSync(inRoot(`pkg/dist/${name}`), banner + text.replaceAll(STAMP, stamp));
  }
}

/** What stands for the stamp until it is known. */
const STAMP = "the stamp of the worker";

/**
 * @param {string} name
 * @param {import("esbuild").BuildOptions} more
 * @returns {Promise<string>} the bundle, without its stamp
 */
async function stamped(name, more) {
  const { build } = await import("esbuild");
  const define = { __WORKER_STAMP__: JSON.stringify(STAMP) };
  const { outputFiles } = await build({
    ...OPTIONS,
    ...entry(name, `pkg/dist/${name}.js`),
    platform: "neutral",
    write: false,
    define,
    ...more,
  });
  return outputFiles?.[0]?.text ?? "";
}

/** Bundles what resource servers need, without WebAssembly. */
export async function bundleResource() {
  const { build } = await import("esbuild");
  const plugins = [partsWithoutModule, numbersInPlace];
  await build({ ...OPTIONS, ...entry("resource", "pkg/dist/resource.js"), platform: "neutral", plugins });
}

/** @type {import("esbuild").Plugin} The client's keys take a JWT apart by its module, and here by the host. */
const partsWithoutModule = {
  name: "parts-without-module",
  setup({ onResolve }) {
    onResolve({ filter: /\/signed-parts\.js$/ }, () => ({ path: inRoot("pkg/src/resource/signed-parts.ts") }));
  },
};

/** @type {import("esbuild").Plugin} Leaves the errors an import, of the package itself. */
const errorsOfClient = {
  name: "errors-of-client",
  setup({ onResolve }) {
    onResolve({ filter: /\/errors\.js$/ }, () => ({ path: "eiam-token", external: true }));
  },
};

/**
 * Bundles the one library of somebody else, for the QR codes of the command and of the demo, with its
 * licence.
 */
export async function bundleQr() {
  const { build } = await import("esbuild");
  const licence = readFileSync(inRoot("node_modules/uqr/LICENSE"), "utf8").trim();
  await build({
    stdin: { contents: 'export { encode } from "uqr";', resolveDir: inRoot(".") },
    outfile: inRoot("pkg/dist/qr.js"),
    bundle: true,
    format: "esm",
    target: "es2022",
    minify: true,
    // Type checkers find it where they check who imports it.
    banner: { js: `// @ts-nocheck\n/*\nuqr, after the QR Code generator of Project Nayuki\n\n${licence}\n*/` },
    logLevel: "silent",
  });
  copyToDemo("qr");
}

/** @type {import("esbuild").Plugin} The test issuer's TypeScript is the issuer's, over a module of its own. */
const moduleOfTesting = {
  name: "module-of-testing",
  setup({ onResolve }) {
    onResolve({ filter: /\/generated\/issuer\/glue\.js$/ }, ({ path, resolveDir }) => ({
      path: resolve(resolveDir, path.replace("/issuer/", "/testing/")),
    }));
    onResolve({ filter: /\/dist\/issuer\.wasm\?printable$/ }, ({ resolveDir }) => ({
      path: resolve(resolveDir, "../../dist/testing.wasm"),
      suffix: "?printable",
    }));
  },
};

/**
 * What a bundle's module is beside that of its name.
 * @param {string} name
 */
function replacements(name) {
  return name === "testing" ? [moduleOfTesting] : [];
}

/**
 * What stands for globals of the host. The test issuer goes on when a test fakes timers.
 * @param {string} name
 */
function injected(name) {
  return name === "testing" ? { inject: [inRoot("pkg/src/testing/host-time.ts")] } : {};
}

/** Members of the client's own objects, which no user sees, no store keeps and no other bundle reads. */
const OWN_MEMBERS = [
  ...["asked", "blind", "bySecret", "clock", "failure", "faults", "fields", "fixed", "former", "hasIss", "hint"],
  ...["imported", "instead", "isAscii", "keySet", "kind", "least", "letter", "outdated", "tolerance"],
];

/**
 * Gives the client's own members short names.
 *
 * @param {string} name
 */
function shortened(name) {
  return name === "client" ? { mangleProps: new RegExp(`^(${OWN_MEMBERS.join("|")})$`) } : {};
}

/** @param {string} name */
function bundleInline(name) {
  return esbuild(name, `pkg/dist/${name}.js`, {
    ...shortened(name),
    ...injected(name),
    plugins: [...replacements(name), modulesAsText, numbersInPlace, arranged(`${name}_default`)],
  });
}

/**
 * @type {(last?: string) => import("esbuild").Plugin} Puts what is alike near each other, and the module's text to the end.
 *   Between two parts of the code it would be longer than what gzip looks back over, and neither would be found in the
 *   other; before them, gzip would code the text and the first half of the code by one table, which suits neither.
 */
const arranged = (last) => ({
  name: "arranged",
  setup({ initialOptions, onEnd }) {
    initialOptions.write = false;
    onEnd(async ({ outputFiles = [] }) => {
      for (const { path, text } of outputFiles) writeFileSync(path, await arrange(text, last));
    });
  },
});

/** @param {string} name */
function bundleWithFile(name) {
  const plugins = [...replacements(name), modulesAsFiles(name), numbersInPlace, arranged()];
  return esbuild(name, `pkg/dist/${name}.workerd.js`, { ...shortened(name), ...injected(name), plugins });
}

/**
 * @param {string} name
 * @param {string} outfile
 * @param {import("esbuild").BuildOptions} more
 */
async function esbuild(name, outfile, more) {
  // Imported late: on a fresh clone it is installed only after this file is loaded.
  const { build } = await import("esbuild");
  await build({ ...OPTIONS, ...entry(name, outfile), platform: "neutral", ...more });
}

/** @satisfies {import("esbuild").BuildOptions} */
const OPTIONS = /** @type {const} */ ({
  bundle: true,
  format: "esm",
  target: "es2022",
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "none",
  logLevel: "silent",
});

/**
 * @param {string} name
 * @param {string} outfile
 */
function entry(name, outfile) {
  return { entryPoints: [inRoot(`pkg/src/${name}/index.ts`)], outfile: inRoot(outfile) };
}

/** @type {import("esbuild").Plugin} Puts `*.wasm?printable` into the bundle as text. */
export const modulesAsText = {
  name: "modules-as-text",
  setup({ onResolve, onLoad }) {
    const suffix = "?printable";
    onResolve({ filter: /\.wasm\?printable$/ }, ({ path, resolveDir }) => ({
      path: resolve(resolveDir, path.slice(0, -suffix.length)),
      suffix,
    }));
    onLoad({ filter: /\.wasm$/ }, ({ path }) => ({
      contents: encodePrintable(readFileSync(path)),
      loader: "text",
    }));
  },
};

/**
 * Leaves `*.wasm` an import, of the file beside the bundle.
 *
 * @param {string} name of both
 * @returns {import("esbuild").Plugin}
 */
const modulesAsFiles = (name) => ({
  name: "modules-as-files",
  setup({ onResolve }) {
    onResolve({ filter: /-module\.inline\.js$/ }, ({ path, resolveDir }) => ({
      path: resolve(resolveDir, path.replace(".inline.js", ".file.ts")),
    }));
    onResolve({ filter: /\/dist\/\w+\.wasm$/ }, () => ({ path: `./${name}.wasm`, external: true }));
  },
});
