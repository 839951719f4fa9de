import { execFileSync } from "node:child_process";
import { compile } from "json-schema-to-typescript";
import { cargoEnv } from "./cargo.mjs";
import { inRoot, root } from "./paths.mjs";
import { readOutput } from "./process.mjs";
import { rulePages } from "./rule-pages.mjs";

/** What is made of the structs in src/issuer/config, the list in src/signature.rs and the rules in src/rules, and committed. */
const SCHEMA = "pkg/schema/issuer-config.schema.json";
const TYPES = "pkg/src/issuer/config.ts";
const ALGORITHMS = "tests/vectors/algorithms.json";
const TABLES = "pkg/src/client/generated/tables.ts";

/** @typedef {import("json-schema-to-typescript").JSONSchema} Schema */

/**
 * What the files must hold: the JSON Schema that the crate's own structs give, the TypeScript types that the schema
 * gives, the algorithms of signatures, which the client's own list is compared with, what the client has to know
 * of its rules, and a page for each rule by which the issuer refuses requests.
 *
 * @returns {Promise<Record<string, string>>}
 */
export async function generatedFiles() {
  const printed = await readOutput("cargo", ["run", "--quiet", "--package", "facts"], { env: cargoEnv() });
  const { schema, algorithms, rules, refusals } = JSON.parse(printed);
  return {
    [SCHEMA]: schema,
    [TYPES]: formatted(TYPES, await typesOf(JSON.parse(schema))),
    [ALGORITHMS]: `${JSON.stringify(algorithms, null, 2)}\n`,
    [TABLES]: formatted(TABLES, TABLES_HEADER + rules.map(declaration).join("\n")),
    ...rulePages(refusals),
  };
}

/**
 * What the crate says about a rule.
 *
 * @typedef {object} Fact
 * @property {string} name
 * @property {string} doc
 * @property {"number" | "text" | "texts"} kind
 * @property {unknown} value
 */

const TABLES_HEADER = `// Made of the rules in src/rules by "npm run generate".

`;

/**
 * A constant.
 *
 * @param {Fact} fact
 */
function declaration({ name, doc, kind, value }) {
  return `/** ${doc} @internal */\nexport const ${name} = ${JSON.stringify(value)}${kind === "texts" ? " as const" : ""};\n`;
}

const HEADER = `// Made of the structs in src/issuer/config by "npm run generate".

/** Whole seconds. A number must be a safe integer; a \`bigint\` reaches up to 2^63−1. */
export type Seconds = number | bigint;

`;

/** The part whose whole numbers may be beyond what a number holds exactly, and the key of which this is so elsewhere. */
const LIFETIMES = "LifetimesConfig";
const LIFETIME = "lifetime";

/**
 * The types of a configuration. Everything is readonly, and what may be left out may be \`undefined\`.
 *
 * @param {Schema} schema
 */
async function typesOf(schema) {
  const { $defs = {}, ...root } = schema;
  /** @type {Map<string, Schema>} */
  const words = new Map();
  for (const [name, part] of Object.entries({ "": root, ...$defs })) {
    for (const [key, property] of Object.entries(part.properties ?? {})) {
      const tsType = typeOf(property, name === LIFETIMES || key === LIFETIME ? "Seconds" : "number", words);
      Object.assign(part.properties ?? {}, { [key]: { description: property.description, tsType } });
    }
  }
  const named = Object.fromEntries([...words].map(([name, part]) => [name, { ...part, title: undefined }]));
  const $schema = { ...root, title: undefined, $defs: { ...named, ...$defs } };
  const types = await compile($schema, "IssuerConfig", {
    bannerComment: HEADER,
    unreachableDefinitions: true,
    style: { bracketSpacing: true, printWidth: 120 },
  });
  return types
    .replace(/^ \*\n \* This interface was referenced by .*\n \* via the `definition` .*\n/gm, "")
    .replace(/^( +[\w$]+\?: .*);$/gm, "$1 | undefined;")
    .replace(/^( +)([\w$]+\??: )/gm, "$1readonly $2")
    .replace(/^( +)\[k: string\]/gm, "$1readonly [member: string]")
    .replace(/^( *)\/\*\*\n((?:.*\n)*?) *\*\//gm, (_, indent, lines) => comment(lines, indent));
}

/** How long a line of a comment gets. */
const WIDTH = 100;

/**
 * A comment on one line if it fits, else in lines of one width.
 *
 * @param {string} lines as they stand, each with its star
 * @param {string} indent
 */
function comment(lines, indent) {
  const text = lines.replace(/^ *\* ?/gm, "").trim();
  if (indent.length + text.length + 8 <= WIDTH) return `${indent}/** ${text} */`;
  const wrapped = [""];
  for (const word of text.split(/\s+/)) {
    const line = wrapped.at(-1) ?? "";
    if (indent.length + 3 + line.length + 1 + word.length > WIDTH) wrapped.push(word);
    else wrapped.splice(-1, 1, line === "" ? word : `${line} ${word}`);
  }
  return [`${indent}/**`, ...wrapped.map((line) => `${indent} * ${line}`), `${indent} */`].join("\n");
}

/**
 * A file as Biome writes it.
 *
 * @param {string} file
 * @param {string} text
 */
function formatted(file, text) {
  const biome = inRoot("node_modules/@biomejs/biome/bin/biome");
  const args = [biome, "format", `--stdin-file-path=${file}`];
  return execFileSync(process.execPath, args, { cwd: root, input: text, encoding: "utf8" });
}

/**
 * The type of a property, on one line.
 *
 * @param {Schema} part
 * @param {string} integer what its whole numbers are
 * @param {Map<string, Schema>} words is given those that have a name
 * @returns {string}
 */
function typeOf(part, integer, words) {
  const { $ref, enum: known, title, type, items, properties, anyOf } = part;
  if ($ref) return $ref.replace("#/$defs/", "");
  if (known && title) {
    words.set(title, part);
    return title;
  }
  if (known) return known.map((word) => JSON.stringify(word)).join(" | ");
  if (anyOf) {
    const types = anyOf.map((some) => typeOf(some, integer, words));
    // Words that others may stand beside.
    return [...types, ...(type === "string" ? ["(string & {})"] : [])].join(" | ");
  }
  if (type === "array") return `readonly ${typeOf(/** @type {Schema} */ (items), integer, words)}[]`;
  if (type === "integer") return integer;
  if (properties) {
    const members = Object.entries(properties).map(
      ([name, member]) => `readonly ${name}: ${typeOf(member, integer, words)}`,
    );
    return `{ ${members.join("; ")} }`;
  }
  // Nothing is said about it, so it can be anything.
  if (!type) return "unknown";
  if (type === "object") return part.propertyNames ? "Readonly<Record<string, unknown>>" : "object";
  return String(type);
}
