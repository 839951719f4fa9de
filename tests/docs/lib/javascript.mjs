import assert from "node:assert/strict";
import { chdir, cwd } from "node:process";
import { pathToFileURL } from "node:url";

/** @typedef {import("./world.mjs").World} World */
/** @typedef {import("./markdown.mjs").Block} Block */

/**
 * A line `expression; // value` whose comment is nothing but a value: the page says what it is.
 */
const CLAIM =
  /^(\s*)(?!(?:const|let|return|throw|import|export)\b)(\S.*?); \/\/ (-?\d+n?|"[^"]*"|true|false|undefined|null)$/gm;

/**
 * The block as a module whose claims report what they found. A name `__says` is all that it needs.
 *
 * @param {string} text
 */
export function withClaims(text) {
  let count = 0;
  const module = text.replace(
    CLAIM,
    (_, indent, expression, value) => `${indent}__says(${count++}, ${expression}, ${value});`,
  );
  return { module, count };
}

/** Each block is a module of its own, whatever page it is of. */
let blocks = 0;

/** What is expected of the claims of a block. */
export class Claims {
  /** @type {Set<number>} */
  #met = new Set();

  /** The text `…` in a string is any text. @param {number} index @param {unknown} actual @param {unknown} expected */
  says = (index, actual, expected) => {
    this.#met.add(index);
    if (typeof expected !== "string" || !expected.includes("…")) return assert.equal(actual, expected);
    const pattern = expected
      .split("…")
      .map((part) => part.replace(/[^\w]/g, "\\$&"))
      .join("[^]+");
    assert.match(String(actual), new RegExp(`^${pattern}$`));
  };

  /** A claim that is never reached is none. @param {number} count */
  check(count) {
    assert.equal(this.#met.size, count, `only ${this.#met.size} of ${count} claims of the block were reached`);
  }
}

/**
 * A block that is run as a module in Node, against the live issuer.
 *
 * A prelude (`names`) may give the names that the text supposes: a client, tokens, an element of the page; a
 * stand-in for what only a browser or another host has; and the user, who signs in at the real pages. It
 * gives nothing that the package itself has. `after` does what happens after the block was run, such as a
 * click, and looks whether it did what the text says.
 *
 * @param {{
 *   names?: (world: World) => Promise<Record<string, any>> | Record<string, any>,
 *   after?: (given: Record<string, any>, world: World, run: () => Promise<any>) => Promise<unknown> | unknown,
 *   replace?: (text: string, world: World) => string,
 * }} [prelude]
 */
export function javascript({ names = () => ({}), after, replace = (text) => text } = {}) {
  return {
    languages: ["js"],
    /** @param {Block} block @param {World} world */
    async run(block, world) {
      const claims = new Claims();
      const { module, count } = withClaims(world.placed(replace(block.text, world)));
      const file = pathToFileURL(world.write(`block-${++blocks}.js`, module)).href;
      const given = await names(world);
      const restore = setGlobals({ ...given, __says: claims.says });
      const before = cwd();
      chdir(world.folder);
      let runs = 0;
      const run = () => import(`${file}?${++runs}`);
      try {
        const exported = await run();
        await after?.({ ...given, exported }, world, run);
      } finally {
        chdir(before);
        restore();
      }
      claims.check(count);
    },
  };
}

/** @param {Record<string, any>} names @returns {() => void} which takes them away */
function setGlobals(names) {
  const former = Object.keys(names).map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]);
  for (const [name, value] of Object.entries(names)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true, enumerable: true });
  }
  return () => {
    for (const [name, descriptor] of /** @type {[string, PropertyDescriptor | undefined][]} */ (former)) {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else delete (/** @type {any} */ (globalThis)[name]);
    }
  };
}
