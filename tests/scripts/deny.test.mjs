import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { inRoot } from "../../scripts/lib/paths.mjs";
import { CommandFailed, run } from "../../scripts/lib/process.mjs";
import { missingOf } from "../../scripts/lib/programs.mjs";
import { cargoDeny, checkCrateAdvisories } from "../../scripts/test/deny.mjs";

const missing = missingOf(["cargo-deny or Python 3"]);

describe("crates", { skip: missing && `${missing} is missing` }, () => {
  /** @type {string} */
  let folder;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "eiam-token-deny-"));
  });
  after(() => rm(folder, { recursive: true }));

  /**
   * A crate that needs another one, whose manifest has these lines.
   * @param {string} lines
   */
  async function crateWith(lines) {
    const path = await mkdtemp(join(folder, "crate-"));
    await mkdir(join(path, "src"));
    await mkdir(join(path, "other/src"), { recursive: true });
    for (const name of ["src/lib.rs", "other/src/lib.rs"]) await writeFile(join(path, name), "");
    const own = '[package]\nname = "some"\nversion = "0.0.0"\nedition = "2024"\nlicense = "MIT"\n[workspace]\n';
    await writeFile(join(path, "Cargo.toml"), `${own}[dependencies]\nother = { path = "other", version = "1" }\n`);
    await writeFile(
      join(path, "other/Cargo.toml"),
      `[package]\nname = "other"\nversion = "1.2.3"\nedition = "2024"\n${lines}`,
    );
    await run("cargo", ["generate-lockfile", "--offline"], { cwd: path });
    return join(path, "Cargo.toml");
  }

  /** @param {Promise<unknown>} refused @param {RegExp} said */
  async function fails(refused, said) {
    const error = await refused.catch((error) => error);
    assert.ok(error instanceof CommandFailed, String(error));
    assert.match(error.output, said);
  }

  test("have licences that are allowed", async () => {
    const deny = await cargoDeny();
    await deny(await crateWith('license = "MIT OR Apache-2.0"\n'), ["check", "licenses", "bans", "sources"]);
  });

  test("have none that is not", async () => {
    const deny = await cargoDeny();
    await fails(deny(await crateWith('license = "GPL-3.0-only"\n'), ["check", "licenses"]), /error\[rejected\]/);
    await fails(deny(await crateWith(""), ["check", "licenses"]), /error\[unlicensed\]/);
  });

  describe("and a list of advisories", () => {
    const url = "https://advisories.example/list";
    /** @type {string} */
    let config;
    before(async () => {
      config = join(folder, "deny.toml");
      const rules = await readFile(inRoot("deny.toml"), "utf8");
      const where = `db-urls = ["${url}"]\ndb-path = "${join(folder, "lists")}"\n`;
      await writeFile(config, rules.replace("[advisories]\n", `[advisories]\n${where}`));
    });
    afterEach(() => rm(join(folder, "lists"), { recursive: true, force: true }));

    /**
     * Has git take the list from a folder, wherever it is told to look.
     * @param {string} list
     */
    function takeFrom(list) {
      const instead = `url.${pathToFileURL(list)}.insteadOf`;
      Object.assign(process.env, { GIT_CONFIG_COUNT: "1", GIT_CONFIG_KEY_0: instead, GIT_CONFIG_VALUE_0: url });
    }

    /**
     * A list with one advisory.
     * @param {string} name of a crate that all versions below 99 are bad of
     */
    async function listWith(name) {
      const list = await mkdtemp(join(folder, "list-"));
      await mkdir(join(list, "crates", name), { recursive: true });
      await writeFile(
        join(list, "crates", name, "RUSTSEC-2020-0001.md"),
        `\`\`\`toml\n[advisory]\nid = "RUSTSEC-2020-0001"\npackage = "${name}"\ndate = "2020-01-01"\n[versions]\n` +
          'patched = [">= 99.0.0"]\n```\n# Others know its secrets\nAll of them.\n',
      );
      const git = (/** @type {string[]} */ ...args) => run("git", args, { cwd: list });
      await git("init", "--quiet", "--initial-branch=main");
      await git("add", ".");
      await git("-c", "user.name=some", "-c", "user.email=some@example.com", "commit", "--quiet", "--message=some");
      return list;
    }

    test("with one of them fail", async () => {
      takeFrom(await listWith("subtle"));
      await fails(checkCrateAdvisories(config), /error\[vulnerability\][\s\S]*RUSTSEC-2020-0001/);
    });

    test("with none of them pass", async () => {
      takeFrom(await listWith("no-crate-of-ours"));
      assert.equal(await checkCrateAdvisories(config), undefined);
    });

    test("that is out of reach are not looked for", async () => {
      takeFrom(join(folder, "none"));
      assert.match(String(await checkCrateAdvisories(config)), /./);
    });

    test("that is not asked, because the rules cannot be read, fail", async () => {
      const bad = join(folder, "bad.toml");
      await writeFile(bad, "[licenses]\nallow = 1\n");
      await assert.rejects(checkCrateAdvisories(bad), /cargo-deny/);
    });
  });
});
