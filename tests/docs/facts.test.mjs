// What the pages list is what there is.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import * as client from "eiam-token";
import { help } from "../../pkg/bin/issuer/options.js";
import { inRoot } from "../../scripts/lib/paths.mjs";
import { features } from "../../scripts/size-features.mjs";

/** @param {string} path */
const text = (path) => readFileSync(inRoot(path), "utf8");

test("docs/errors.md has every code of an error", () => {
  const [, union = ""] = /type EiamTokenErrorCode =([^;]*);/.exec(text("pkg/src/errors.ts")) ?? [];
  const codes = [...union.matchAll(/"(\w+)"/g)].map(([, code]) => String(code));
  assert.ok(codes.length > 10);
  for (const code of codes) assert.ok(text("docs/errors.md").includes(`\`${code}\``), code);
});

test("docs/errors.md has every class of an error", () => {
  const files = ["errors.ts", "issuer/errors.ts", "node/errors.ts", "resource/refused.ts"];
  const sources = files.map((file) => text(`pkg/src/${file}`)).join("\n");
  const classes = [...sources.matchAll(/^export class (\w+Error)\b/gm)].map(([, name]) => String(name));
  assert.ok(classes.length > 10);
  for (const name of classes) assert.ok(text("docs/errors.md").includes(`\`${name}\``), name);
});

test("docs/storage.md has every problem of a file", () => {
  const [, union = ""] = /type FileStorageProblem =([^;]*);/.exec(text("pkg/src/node/errors.ts")) ?? [];
  const problems = [...union.matchAll(/"(\w+)"/g)].map(([, problem]) => String(problem));
  assert.ok(problems.length > 5);
  for (const problem of problems) assert.ok(text("docs/storage.md").includes(`| \`${problem}\` |`), problem);
});

test("docs/command.md has every option of the issuer", () => {
  const options = [...help.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, option]) => String(option));
  assert.ok(options.length > 8);
  for (const option of options) {
    const pattern = new RegExp(`\`${option}[ \`]`);
    if (option !== "--help") assert.match(text("docs/command.md"), pattern, option);
  }
});

test("docs/limits.md has every limit with its default", () => {
  const limits = JSON.parse(text("pkg/schema/issuer-config.schema.json")).$defs.LimitsConfig;
  const rows = text("docs/limits.md").split("\n");
  for (const [name, { default: value }] of Object.entries(limits.properties)) {
    const row = rows.find((line) => line.startsWith("|") && line.includes(`\`${name}\``));
    assert.ok(row, `no row with ${name}`);
    assert.match(row, new RegExp(`\\b${Number(value).toLocaleString("en-US")}\\b`), `${name} is ${value}`);
  }
});

test("docs/client.md has every option of a client", () => {
  const [, body = ""] = /interface ClientSettings.*?\{([\s\S]*?)^\}/m.exec(text("pkg/src/client/options.ts")) ?? [];
  const options = [...body.matchAll(/readonly (\w+)\?/g)].map(([, option]) => String(option));
  assert.ok(options.length > 5);
  for (const option of options) assert.ok(text("docs/client.md").includes(`| \`${option}\` |`), option);
});

test("docs/sizes-and-speed.md has every further protocol, and each function of one is measured", () => {
  const measured = Object.values(features).flat();
  for (const name of measured) assert.ok(name in client, name);
  const lists = [...text("pkg/src/client/advanced/index.ts").matchAll(/^export \{([^}]*)\}/gm)];
  const names = lists.flatMap(([, list]) => String(list).split(",")).map((name) => name.trim());
  const functions = names.filter((name) => name && !name.startsWith("type "));
  assert.ok(functions.length > 20);
  for (const name of functions) assert.ok(measured.includes(name), name);
  const page = text("docs/sizes-and-speed.md");
  for (const name of Object.keys(features)) assert.match(page, new RegExp(`\\| ${name} \\| [\\d,]+ \\|`), name);
});

test("docs/issuer.md names the applications of the ready example that take any loopback redirect URI", () => {
  const { applications } = JSON.parse(text("src/issuer/config/example.json"));
  for (const { applicationId, anyLoopbackRedirectUri } of applications) {
    if (anyLoopbackRedirectUri) assert.ok(text("docs/issuer.md").includes(`\`${applicationId}\``), applicationId);
  }
});
