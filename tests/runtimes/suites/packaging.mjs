import { inRoot } from "../../../scripts/lib/paths.mjs";
import { run } from "../../../scripts/lib/process.mjs";
import { testCase } from "../lib/case.mjs";

/** @type {Record<string, object>} */
const SETTINGS = {
  nodenext: { module: "nodenext", moduleResolution: "nodenext" },
  bundler: { module: "esnext", moduleResolution: "bundler" },
};

/** @type {Record<string, { lib: string[], types?: string[], program?: string }>} */
const LIBRARIES = {
  "without DOM": { lib: ["es2022"] },
  "with DOM": { lib: ["es2022", "dom"] },
  "Cloudflare's types": {
    lib: ["es2022"],
    types: ["@cloudflare/workers-types"],
    program: "user-worker.ts",
  },
};

/**
 * TypeScript as users have it, and the checkers of packages.
 * @param {import("../lib/workspace.mjs").Workspace} workspace
 */
export function testPackaging(workspace) {
  const { folder, path, version, tarball } = workspace;
  const compilers = [
    { how: "the build's", bin: inRoot("node_modules/typescript/bin/tsc") },
    { how: "an old one", bin: path("node_modules/typescript/bin/tsc") },
  ];
  const tried = [SETTINGS, LIBRARIES].map((each) => Object.keys(each).join(", ")).join("; ");
  for (const [i, { how, bin }] of compilers.entries()) {
    const more = Object.keys(SETTINGS).flatMap((resolution) =>
      Object.keys(LIBRARIES).map((library) => `${resolution}, ${library}`),
    );
    testCase({ where: "TypeScript", how: `${how}: ${tried}`, more }, async () => {
      const results = [];
      for (const [resolution, settings] of Object.entries(SETTINGS)) {
        for (const [library, { lib, types = [], program = "user.ts" }] of Object.entries(LIBRARIES)) {
          const strict = { strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false };
          const compilerOptions = { ...settings, ...strict, target: "es2022", lib, types, noEmit: true };
          const file = `types/${i}/${resolution}-${library}/tsconfig.json`.replace(/[ ']/g, "-");
          const project = workspace.write(
            file,
            JSON.stringify({ compilerOptions, files: [path(`tests/runtimes/apps/${program}`)] }),
          );
          const checked = run(process.execPath, [bin, "--project", project, "--pretty", "false"], { cwd: folder });
          results.push(await resultOf(`${resolution}, ${library}`, checked));
        }
      }
      const shown = await run(process.execPath, [bin, "--version"]);
      return { results, version: /[\d.]+/.exec(shown)?.[0] ?? "" };
    });
  }

  testCase({ where: "publint", how: "--strict", more: ["publint"] }, async () => {
    const checked = run(process.execPath, [path("node_modules/publint/src/cli.js"), "--strict", tarball]);
    return { results: [await resultOf("publint", checked)], version: version("publint") };
  });
  testCase({ where: "attw", how: "--profile esm-only", more: ["attw"] }, async () => {
    const attw = path("node_modules/@arethetypeswrong/cli/dist/index.js");
    // The .wasm files have no types, and what require() gives of the test issuer has those of its ES module.
    const modules = ["client.wasm", "issuer.wasm", "testing.wasm", "testing"];
    const args = [attw, tarball, "--profile", "esm-only", "--exclude-entrypoints", ...modules];
    const checked = run(process.execPath, args, { cwd: folder });
    return { results: [await resultOf("attw", checked)], version: version("@arethetypeswrong/cli") };
  });
}

/**
 * @param {string} name
 * @param {Promise<unknown>} checked
 */
async function resultOf(name, checked) {
  try {
    await checked;
    return { name };
  } catch (error) {
    return { name, error: `${error} ${/** @type {any} */ (error).output ?? ""}` };
  }
}
