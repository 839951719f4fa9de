import { Script } from "node:vm";
import { byLikeness } from "./likeness.mjs";

/**
 * So far back a function should find what it repeats. A compressor looks further back, but writes what is near in fewer
 * bits.
 */
const NEAR = 2450;

/** The least characters that "deflate" does not write again. */
const SHORTEST = 3;

const IMPORT_OR_EXPORT = /^(?:import\b(?![(.])|export\b)/;
const FUNCTION = /^(?:async )?function\b/;

/** A variable that is one text, such as a module of many semicolons, which would be read to each of them. */
const TEXT = /^var \w+=(?:"(?:[^"\\]|\\.)*"|`(?:[^`\\$]|\\.|\$(?!\{))*`);/s;

/**
 * The statements of a module without whitespace, as esbuild writes it. Put together they are the module.
 *
 * @param {string} text
 * @throws {Error} if a statement has no end
 */
export function statementsOf(text) {
  /** @type {string[]} */
  const statements = [];
  for (let rest = text.trim(); rest !== ""; ) {
    const statement = firstOf(rest);
    statements.push(statement);
    rest = rest.slice(statement.length);
  }
  return statements;
}

/**
 * Puts the functions of a module first, those that are alike near each other, and then everything else in its order.
 * That is the same module, since functions are there before anything is evaluated, and smaller where it is compressed.
 * The order is kept where a bundler makes it a part of an application, and what the application does not use is left out.
 *
 * @param {string} text a module without whitespace
 * @param {string} [last] the name of a text that nothing needs while the module is evaluated: it is moved to the end
 */
export async function arrange(text, last) {
  const { transform } = await import("esbuild");
  const statements = statementsOf(text);
  const functions = statements.filter((statement) => FUNCTION.test(statement));
  // An application's bundler shortens the names as well.
  const { code } = await transform(text, { minify: true, format: "esm", target: "es2022" });
  const short = statementsOf(code).filter((statement) => FUNCTION.test(statement));
  if (short.length !== functions.length) throw new Error(`${functions.length} functions became ${short.length}`);
  const order = byLikeness(
    short.map((statement) => Buffer.from(statement)),
    { piece: SHORTEST, window: NEAR },
  );
  const others = statements.filter((statement) => !FUNCTION.test(statement));
  const [imports, rest] = divided(others, (statement) => statement.startsWith("import"));
  const [exports, evaluated] = divided(rest, (statement) => statement.startsWith("export"));
  const [texts, before] = divided(evaluated, (statement) => statement.startsWith(`var ${last}=`));
  if (last !== undefined && texts.length !== 1) throw new Error(`${texts.length} statements begin with "var ${last}="`);
  return [...imports, ...order.map((index) => functions[index]), ...before, ...texts, ...exports].join("");
}

/**
 * The first statement of a text: the shortest beginning that the engine can read. Nothing is evaluated.
 *
 * @param {string} text
 */
function firstOf(text) {
  const [variable] = TEXT.exec(text) ?? [];
  if (variable) return variable;
  const isLinked = IMPORT_OR_EXPORT.test(text);
  const end = FUNCTION.test(text) ? "}" : ";";
  for (let at = text.indexOf(end); at >= 0; at = text.indexOf(end, at + 1)) {
    const statement = text.slice(0, at + 1);
    if (isLinked || isReadable(statement)) return statement;
  }
  throw new Error(`a statement has no end: ${text.slice(0, 80)}`);
}

/** @param {string} statement */
function isReadable(statement) {
  try {
    new Script(`"use strict";${statement}`);
    return true;
  } catch {
    return false;
  }
}

/**
 * Those that are something, and the others.
 *
 * @param {readonly string[]} statements
 * @param {(statement: string) => boolean} is
 * @returns {[string[], string[]]}
 */
function divided(statements, is) {
  return [statements.filter(is), statements.filter((statement) => !is(statement))];
}
