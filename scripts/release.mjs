import "./lib/require-node.mjs";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { build } from "./build.mjs";
import { releaseNotes } from "./lib/changelog.mjs";
import { inRoot } from "./lib/paths.mjs";
import { run } from "./lib/process.mjs";
import { Sentence, main, step } from "./lib/report.mjs";
import { isVersion, setVersions, versions } from "./lib/versions.mjs";

const USAGE = "usage: npm run release -- VERSION [--apply]";

await main(async () => {
  const { version, apply } = options(process.argv.slice(2));
  await checkTree(version);
  const date = new Date().toISOString().slice(0, 10);
  const { changelog, notes } = releaseNotes(readFileSync(inRoot("CHANGELOG.md"), "utf8"), version, date);
  console.log(`Version ${version}, ${date}\n\n${notes}\n`);
  if (!apply) {
    const files = [...versions().map(({ file }) => file), "CHANGELOG.md"];
    console.log(`Nothing was changed. With --apply: ${files.join(", ")} are written and committed, the`);
    console.log(`commit is tagged v${version}, and the tarball is made, with its SHA-256 beside it.`);
    console.log("Pushing and publishing are left to you.");
    return;
  }
  setVersions(version);
  writeFileSync(inRoot("CHANGELOG.md"), changelog);
  await build();
  await step("Packing", pack);
  await step("Committing", () => commit(version, notes));
});

/** @param {string[]} args */
function options(args) {
  const apply = args.includes("--apply");
  const [version, ...rest] = args.filter((arg) => arg !== "--apply");
  if (version === undefined || rest.length > 0) throw new Sentence(USAGE);
  if (!isVersion(version)) throw new Sentence(`${version} is not a version such as 1.2.3; ${USAGE}`);
  return { version, apply };
}

/** @param {string} version */
async function checkTree(version) {
  if ((await run("git", ["status", "--porcelain"])).trim() !== "") {
    throw new Sentence("There are uncommitted changes: commit or stash them first.");
  }
  if ((await run("git", ["tag", "--list", `v${version}`])).trim() !== "") {
    throw new Sentence(`There is already a tag v${version}; choose another version.`);
  }
}

/** Packs the npm package into pkg/, and writes the checksum in the form that `sha256sum --check` reads. */
async function pack() {
  const npm = process.env["npm_execpath"];
  const args = ["pack", "--json", "--loglevel=error"];
  const cwd = inRoot("pkg");
  const printed = npm ? await run(process.execPath, [npm, ...args], { cwd }) : await run("npm", args, { cwd });
  const { filename } = JSON.parse(printed.slice(printed.indexOf("[")))[0];
  const sum = createHash("sha256")
    .update(readFileSync(inRoot(`pkg/${filename}`)))
    .digest("hex");
  writeFileSync(inRoot(`pkg/${filename}.sha256`), `${sum}  ${filename}\n`);
}

/**
 * @param {string} version
 * @param {string} notes
 */
async function commit(version, notes) {
  await run("git", ["commit", "--all", "--message", `Version ${version}`]);
  await run("git", ["tag", "--annotate", `v${version}`, "--message", notes]);
}
