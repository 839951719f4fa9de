import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { inRoot, root } from "../../../scripts/lib/paths.mjs";
import { readOutput, run } from "../../../scripts/lib/process.mjs";

/**
 * A copy of this repository in a temporary folder, as another machine has it: in another folder, with
 * nothing built, and with cargo's folders in other places.
 *
 * @typedef {Awaited<ReturnType<typeof copyElsewhere>>} Elsewhere
 */
export async function copyElsewhere() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "eiam-token-elsewhere-")));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  try {
    const tree = join(folder, "a folder", "of another name");
    await copyTree(tree);
    const cargoHome = join(folder, "cargo-home");
    linkCargoHome(cargoHome);
    const env = {
      ...process.env,
      CARGO_HOME: cargoHome,
      CARGO_NET_OFFLINE: "true",
      CARGO_TARGET_DIR: join(folder, "built"),
      TZ: "Pacific/Auckland",
    };
    return {
      /** In it are all folders that the build knows. */
      folder,
      package: join(tree, "pkg"),
      /** Builds what this folder's "npm run build" has built already. */
      build: () => run(process.execPath, ["scripts/build.mjs"], { cwd: tree, env }),
      remove,
    };
  } catch (error) {
    remove();
    throw error;
  }
}

/**
 * Copies what git has or would take, and the npm packages as they are installed.
 * @param {string} tree
 */
async function copyTree(tree) {
  const list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const files = (await readOutput("git", list, { cwd: root })).split("\0");
  // The times tell whether the packages are as new as the manifests.
  const options = { recursive: true, preserveTimestamps: true, verbatimSymlinks: true };
  for (const file of [...files, "node_modules"]) {
    if (file === "" || !existsSync(inRoot(file))) continue;
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    cpSync(inRoot(file), join(tree, file), options);
  }
}

/**
 * The same crates by other paths: cargo does not follow the links before it tells rustc where they are.
 * @param {string} cargoHome
 */
function linkCargoHome(cargoHome) {
  const original = process.env["CARGO_HOME"] ?? join(homedir(), ".cargo");
  mkdirSync(cargoHome, { recursive: true });
  for (const name of ["registry", "git", "config.toml"]) {
    if (existsSync(join(original, name))) symlinkSync(join(original, name), join(cargoHome, name));
  }
}
