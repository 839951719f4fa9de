import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = new URL("../../", import.meta.url);
const pkg = fileURLToPath(new URL("../", import.meta.url));
const cache = mkdtempSync(join(tmpdir(), "eiam-token-npm-"));
after(() => rmSync(cache, { recursive: true }));

/** @param {string} path */
const text = (path) => readFileSync(new URL(path, root), "utf8");

describe("the npm package", () => {
  /** @type {string[]} */
  let files;
  before(async () => {
    const npm = process.platform === "win32" ? "npm.cmd" : "npm";
    const args = ["pack", "--dry-run", "--json", "--ignore-scripts", "--cache", cache];
    const { stdout } = await run(npm, args, { cwd: pkg });
    files = JSON.parse(stdout)[0].files.map(({ path }) => path);
  });

  test("holds what is needed and nothing else", () => {
    const modules = ["client", "client.workerd", "issuer", "issuer.workerd", "file-storage", "qr"].map((name) => `dist/${name}.js`);
    const expected = [
      ...["LICENSE-APACHE", "LICENSE-MIT", "README.md", "package.json"],
      ...modules,
      ...["dist/client.wasm", "dist/issuer.wasm", "schema/issuer-config.schema.json"],
    ];
    const others = files.filter((path) => !expected.includes(path));
    assert.deepEqual(expected.filter((path) => !files.includes(path)), []);
    const superfluous = others.filter((path) => !/^(bin\/[\w/-]+\.js|dist\/types\/[\w/-]+\.d\.ts)$/.test(path));
    assert.deepEqual(superfluous, []);
    const commands = readdirSync(join(pkg, "bin"), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".js"))
      .map((path) => `bin/${path.replaceAll("\\", "/")}`);
    assert.deepEqual(files.filter((path) => path.startsWith("bin/")).sort(), commands.sort());
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
    assert.equal(text(`pkg/${name}`), text(name), `${name}: "npm run build" copies it`);
  }
  const [, include] = /^include = \[(.*)\]$/m.exec(text("Cargo.toml"));
  for (const name of ["/README.md", "/LICENSE-*", "/src"]) assert.ok(include.includes(`"${name}"`), name);
});

test("the licences are those that the manifests name", () => {
  assert.match(text("LICENSE-MIT"), /^MIT License\n[^]*Permission is hereby granted, free of charge/);
  assert.match(text("LICENSE-APACHE"), /Apache License\s+Version 2\.0, January 2004/);
  assert.equal(JSON.parse(text("pkg/package.json")).license, "MIT OR Apache-2.0");
  assert.match(text("Cargo.toml"), /^license = "MIT OR Apache-2\.0"$/m);
});

test("the bundled QR code generator brings its licence along", () => {
  const licence = text("node_modules/uqr/LICENSE").trim();
  assert.ok(text("pkg/dist/qr.js").includes(licence));
});
