/** How long a line gets, where it can be broken. */
const WIDTH = 100;

const COMMENT = "// ";

/**
 * A configuration as JSON with comments. Each key is explained where it comes first; the keys that it
 * does not have stand there as comments, each with a value that would be accepted.
 *
 * @param {object} config
 * @param {import("./schema.js").Schema} schema
 */
export function commented(config, schema) {
  return new Writer(schema).value(config, schema, "").join("\n");
}

/** @typedef {import("./schema.js").Schema} Schema */

class Writer {
  #root;
  /** The keys that were explained. @type {Set<Schema>} */
  #explained = new Set();
  /** The kinds of objects whose missing keys were listed. @type {Set<Schema>} */
  #listed = new Set();
  /** How many characters will stand before each line, where a value is written as a comment. */
  #margin = 0;

  /** @param {Schema} root */
  constructor(root) {
    this.#root = root;
  }

  /**
   * A value, its first line without indentation.
   *
   * @param {unknown} value
   * @param {Schema} schema
   * @param {string} indent
   * @returns {string[]}
   */
  value(value, schema, indent) {
    const { items, properties } = this.#resolve(schema);
    if (Array.isArray(value)) return this.#array(value, items ?? {}, indent);
    if (typeof value !== "object" || value === null) return [JSON.stringify(value)];
    const inline = `{ ${Object.entries(value).map(pair).join(", ")} }`;
    if (!properties && indent.length + inline.length < WIDTH / 2) return [inline];
    return this.#object(value, this.#resolve(schema), indent);
  }

  /**
   * @param {unknown[]} elements
   * @param {Schema} schema
   * @param {string} indent
   */
  #array(elements, schema, indent) {
    const inline = `[${elements.map((element) => JSON.stringify(element)).join(", ")}]`;
    const simple = elements.every((element) => typeof element !== "object");
    if (simple && indent.length + inline.length < WIDTH - 20) return [inline];
    const inner = `${indent}  `;
    const lines = elements.flatMap((element, i) => {
      const written = this.value(element, schema, inner);
      return indented(withComma(written, i < elements.length - 1), inner);
    });
    return ["[", ...lines, `${indent}]`];
  }

  /**
   * @param {object} object
   * @param {Schema} schema
   * @param {string} indent
   */
  #object(object, schema, indent) {
    const { properties = {} } = schema;
    const inner = `${indent}  `;
    const entries = Object.entries(object);
    const lines = entries.flatMap(([name, value], i) => {
      const isLast = i === entries.length - 1;
      // What is taken in brings its comma, so it must not be the last.
      const missing = isLast ? this.#missing(object, schema, inner) : [];
      const property = properties[name] ?? {};
      const [first, ...rest] = this.value(value, property, inner);
      const written = withComma([`${JSON.stringify(name)}: ${first}`, ...rest], !isLast);
      return [...missing, ...this.#explanation(property, inner), ...indented(written, inner)];
    });
    return ["{", ...lines, `${indent}}`];
  }

  /**
   * The keys that an object could have and does not, as comments; once for each kind of object.
   *
   * @param {object} object
   * @param {Schema} schema
   * @param {string} indent
   */
  #missing(object, schema, indent) {
    if (this.#listed.has(schema) || !isFit(object)) return [];
    this.#listed.add(schema);
    const { properties = {} } = schema;
    return Object.entries(properties).flatMap(([name, property]) => {
      if (Object.hasOwn(object, name)) return [];
      const margin = this.#margin;
      this.#margin += indent.length + COMMENT.length;
      const [first, ...rest] = this.value(this.#sample(property), property, "");
      this.#margin = margin;
      const written = withComma([`${JSON.stringify(name)}: ${first}`, ...rest], true);
      const comment = written.map((line) => `${indent}${COMMENT}${line}`);
      return [...this.#explanation(property, indent), ...comment];
    });
  }

  /**
   * A value for a key: its default, else its example, else the defaults of its members.
   * @param {Schema} property
   */
  #sample(property) {
    const { default: value, examples: [example] = [], ...rest } = property;
    if (value !== undefined || example !== undefined) return value ?? example;
    const { properties = {} } = this.#resolve(rest);
    const members = Object.entries(properties).map(([name, member]) => [name, member.default]);
    return Object.fromEntries(members);
  }

  /**
   * @param {Schema} property
   * @param {string} indent
   */
  #explanation(property, indent) {
    const { description } = property;
    if (!description || this.#explained.has(property)) return [];
    this.#explained.add(property);
    const width = WIDTH - this.#margin - indent.length - COMMENT.length;
    return wrapped(description, width).map((line) => `${indent}${COMMENT}${line}`);
  }

  /**
   * The definition that a schema refers to.
   * @param {Schema} schema
   */
  #resolve(schema) {
    const name = schema.$ref?.replace("#/$defs/", "");
    return (name !== undefined && this.#root.$defs?.[name]) || schema;
  }
}

/**
 * Whether the missing keys of an object can be explained beside it: of applications, only beside one
 * that has something to authenticate by, for some keys are about that.
 *
 * @param {object} object
 */
function isFit(object) {
  return !("clientSecrets" in object && Array.isArray(object.clientSecrets) && object.clientSecrets.length === 0);
}

/** @param {[string, unknown]} entry */
function pair([name, value]) {
  return `${JSON.stringify(name)}: ${JSON.stringify(value)}`;
}

/**
 * @param {string[]} lines
 * @param {boolean} comma
 */
function withComma(lines, comma) {
  return comma ? [...lines.slice(0, -1), `${lines.at(-1)},`] : lines;
}

/**
 * The first line indented; the others are already.
 *
 * @param {string[]} lines
 * @param {string} indent
 */
function indented([first = "", ...rest], indent) {
  return [`${indent}${first}`, ...rest];
}

/**
 * @param {string} text
 * @param {number} width
 */
function wrapped(text, width) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    if (line && line.length + 1 + word.length > width) lines.push(word);
    else lines.splice(-1, 1, line ? `${line} ${word}` : word);
  }
  return lines;
}
