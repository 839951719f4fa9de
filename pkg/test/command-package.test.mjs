import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { appendFileSync, cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { absoluteLinks } from "../../scripts/lib/documents.mjs";

const run = promisify(execFile);
const root = new URL("../../", import.meta.url);
const pkg = fileURLToPath(new URL("../", import.meta.url));
const cache = mkdtempSync(join(tmpdir(), "eiam-token-npm-"));
after(() => rmSync(cache, { recursive: true }));

/** @param {string} path */
const text = (path) => readFileSync(new URL(path, root), "utf8");

/**
 * The files that npm packs of a folder, its scripts run as they are when somebody packs.
 *
 * @param {string} folder
 * @param {...string} options
 * @returns {Promise<string[]>}
 */
async function pack(folder, ...options) {
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const { stdout } = await run(npm, ["pack", "--json", "--cache", cache, ...options], { cwd: folder });
  // Before the list npm may say which script it runs.
  return JSON.parse(stdout.slice(stdout.search(/^\[/m)))[0].files.map(({ path }) => path);
}

describe("the npm package", () => {
  /** @type {string[]} */
  let files;
  before(async () => {
    files = await pack(pkg, "--dry-run");
  });

  test("holds what is needed and nothing else", () => {
    const modules = [
      "client",
      "client.workerd",
      "issuer",
      "issuer.workerd",
      "providers",
      "resource",
      "testing",
      "testing.workerd",
      "testing-worker",
      "issuer-worker",
      "file-storage",
      "qr",
    ].map((name) => `dist/${name}.js`);
    const expected = [
      ...["LICENSE-APACHE", "LICENSE-MIT", "README.md", "package.json"],
      ...modules,
      "dist/testing.cjs",
      ...["dist/client.wasm", "dist/issuer.wasm", "dist/testing.wasm"],
      ...["schema/control.openapi.json", "schema/issuer-config.schema.json"],
    ];
    const inFolder = (folder, ending) =>
      readdirSync(join(pkg, folder), { recursive: true, encoding: "utf8" })
        .filter((path) => path.endsWith(ending))
        .map((path) => `${folder}/${path.replaceAll("\\", "/")}`);
    const types = [...inFolder("dist/types", ".d.ts"), ...inFolder("dist/types", ".d.cts")];
    assert.deepEqual([...files].sort(), [...expected, ...inFolder("bin", ".js"), ...types].sort());
    // Each is of a source: none was left over.
    for (const path of types) {
      assert.ok(existsSync(join(pkg, path.replace("dist/types", "src").replace(/\.d\.c?ts$/, ".ts"))), path);
    }
  });

  test("whatever its manifest names is in it", () => {
    const { exports, bin, dependencies } = JSON.parse(text("pkg/package.json"));
    assert.equal(dependencies, undefined);
    const leaves = (value) => (typeof value === "string" ? [value] : Object.values(value).flatMap(leaves));
    for (const path of leaves({ exports, bin })) assert.ok(files.includes(path.replace("./", "")), path);
  });
});

test("both packages have README and licences, the npm package copies of them", () => {
  for (const name of ["README.md", "LICENSE-MIT", "LICENSE-APACHE"]) {
    // Beside the README that npm shows there are none of the pages that it leads to.
    const expected = name === "README.md" ? absoluteLinks(text(name)) : text(name);
    assert.equal(text(`pkg/${name}`), expected, `${name}: "npm run build" copies it`);
  }
  const [, include] = /^include = \[(.*)\]$/m.exec(text("Cargo.toml"));
  for (const name of ["/README.md", "/LICENSE-*", "/src"]) assert.ok(include.includes(`"${name}"`), name);
});

describe("packing", () => {
  /** @type {string} The repository in another folder, with nothing built. */
  let fresh;
  before(() => {
    fresh = mkdtempSync(join(tmpdir(), "eiam-token-clone-"));
    const documents = ["README.md", "LICENSE-APACHE", "LICENSE-MIT"];
    const manifests = ["Cargo.toml", "Cargo.lock", "package.json", "package-lock.json"];
    const own = ["package.json", "tsconfig.json", "tsconfig.node.json", "bin", "schema", "src"];
    for (const path of [...documents, ...manifests, ".cargo", "src", "scripts", ...own.map((name) => `pkg/${name}`)]) {
      cpSync(new URL(path, root), join(fresh, path), { recursive: true });
    }
  });
  after(() => rmSync(fresh, { recursive: true }));

  const folder = () => join(fresh, "pkg");
  const tarballs = () => readdirSync(folder()).filter((name) => name.endsWith(".tgz"));
  const refused = async () => {
    await assert.rejects(pack(folder()), (error) => {
      assert.match(
        `${error.stdout}${error.stderr}`,
        /pkg\/dist was not built from the current sources: run "npm run build"/,
      );
      return true;
    });
    assert.deepEqual(tarballs(), []);
  };

  test("is refused where nothing was built", refused);

  test("is refused where something is missing, other, or older than its source", async () => {
    const dist = join(folder(), "dist");
    const restore = () => cpSync(join(pkg, "dist"), dist, { recursive: true });
    restore();
    rmSync(join(dist, "issuer.wasm"));
    await refused();
    restore();
    appendFileSync(join(dist, "client.js"), "//");
    await refused();
    restore();
    appendFileSync(join(folder(), "src/errors.ts"), "//");
    await refused();
    cpSync(join(pkg, "src/errors.ts"), join(folder(), "src/errors.ts"));
  });

  test("brings README and licences, which no checkout has there", async () => {
    assert.ok(!existsSync(join(folder(), "README.md")));
    const files = await pack(folder());
    for (const name of ["README.md", "LICENSE-MIT", "LICENSE-APACHE"]) assert.ok(files.includes(name), name);
    assert.equal(tarballs().length, 1);
  });
});

test("both manifests name the same place", () => {
  const { repository, homepage, bugs } = JSON.parse(text("pkg/package.json"));
  const [, place] = /^git\+(https:.*)\.git$/.exec(repository.url) ?? [];
  const cargo = (key) => new RegExp(`^${key} = "(.*)"$`, "m").exec(text("Cargo.toml"))?.[1];
  assert.deepEqual([repository.type, repository.directory], ["git", "pkg"]);
  assert.deepEqual([cargo("repository"), cargo("homepage")], [place, homepage]);
  assert.deepEqual([homepage, bugs], [`${place}#readme`, `${place}/issues`]);
});

test("the licences are those that the manifests name", () => {
  assert.match(text("LICENSE-MIT"), /^MIT License\n[\s\S]*Permission is hereby granted, free of charge/);
  assert.match(text("LICENSE-APACHE"), /Apache License\s+Version 2\.0, January 2004/);
  assert.equal(JSON.parse(text("pkg/package.json")).license, "MIT OR Apache-2.0");
  assert.match(text("Cargo.toml"), /^license = "MIT OR Apache-2\.0"$/m);
});

test("the bundled QR code generator brings its licence along", () => {
  const licence = text("node_modules/uqr/LICENSE").trim();
  assert.ok(text("pkg/dist/qr.js").includes(licence));
});
