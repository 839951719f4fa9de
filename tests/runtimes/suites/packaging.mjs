import { inRoot } from "../../../scripts/lib/paths.mjs";
import { run } from "../../../scripts/lib/process.mjs";
import { testCase } from "../lib/case.mjs";

/** @type {Record<string, object>} */
const SETTINGS = {
  nodenext: { module: "nodenext", moduleResolution: "nodenext" },
  bundler: { module: "esnext", moduleResolution: "bundler" },
};

/** How CommonJS asks for the types that `require` has. */
const REQUIRES = ["node16", "nodenext"];

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
    more.push(...REQUIRES.map(required));
    testCase({ where: "TypeScript", how: `${how}: ${tried}; require: ${REQUIRES.join(", ")}`, more }, async () => {
      /** @type {import("../lib/case.mjs").Result[]} */
      const results = [];
      /** @param {string} name @param {object} settings @param {string} program */
      const compile = async (name, settings, program) => {
        const strict = { strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false };
        const compilerOptions = { ...strict, target: "es2022", types: [], noEmit: true, ...settings };
        const project = workspace.write(
          `types/${i}/${name}/tsconfig.json`.replace(/[ ',()]+/g, "-"),
          JSON.stringify({ compilerOptions, files: [path(`tests/runtimes/apps/${program}`)] }),
        );
        const checked = run(process.execPath, [bin, "--project", project, "--pretty", "false"], { cwd: folder });
        results.push(await resultOf(name, checked));
      };
      for (const [resolution, settings] of Object.entries(SETTINGS)) {
        for (const [library, { lib, types = [], program = "user.ts" }] of Object.entries(LIBRARIES)) {
          await compile(`${resolution}, ${library}`, { ...settings, lib, types }, program);
        }
      }
      for (const module of REQUIRES) {
        await compile(required(module), { module, moduleResolution: module, lib: ["es2022"] }, "require.cts");
      }
      const shown = await run(process.execPath, [bin, "--version"]);
      return { results, version: /[\d.]+/.exec(shown)?.[0] ?? "" };
    });
  }

  testCase({ where: "publint", how: "--strict", more: ["publint"] }, async () => {
    const checked = run(process.execPath, [path("node_modules/publint/src/cli.js"), "--strict", tarball]);
    return { results: [await resultOf("publint", checked)], version: version("publint") };
  });
  // Only the test issuer is for `require` as well, and nothing of it is left out. The .wasm files and the script for service workers have no types.
  for (const [profile, ...which] of [
    ["esm-only", "--exclude-entrypoints", "client.wasm", "issuer.wasm", "testing.wasm", "issuer-worker.js"],
    ["node16", "--entrypoints", "testing"],
  ]) {
    const how = `--profile ${profile}${profile === "node16" ? ", the test issuer alone" : ""}`;
    testCase({ where: "attw", how, more: ["attw"] }, async () => {
      const attw = path("node_modules/@arethetypeswrong/cli/dist/index.js");
      const checked = run(process.execPath, [attw, tarball, "--profile", String(profile), ...which], { cwd: folder });
      return { results: [await resultOf("attw", checked)], version: version("@arethetypeswrong/cli") };
    });
  }
}

/** @param {string} module */
function required(module) {
  return `require, ${module}`;
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
