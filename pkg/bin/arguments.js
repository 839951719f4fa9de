import { parseArgs } from "node:util";
import { wrong } from "./errors.js";

/**
 * Reads the options of one command. All may be given at most once; there are no other arguments.
 *
 * @template {import("node:util").ParseArgsConfig["options"]} T
 * @param {string} command
 * @param {string[]} args
 * @param {T} options
 */
export function readArguments(command, args, options) {
  let parsed;
  try {
    parsed = parseArgs({ args, allowPositionals: true, tokens: true, options });
  } catch (error) {
    // Node's message goes on with advice about positionals after its first sentence.
    const [sentence] = /** @type {Error} */ (error).message.split(/\. |\n/);
    throw wrong(`${sentence}`, command);
  }
  const { values, positionals, tokens } = parsed;
  // What was typed here may be a secret that lost its option: it is not repeated.
  if (positionals.length > 0) throw wrong("an argument belongs to no option", command);
  const names = new Set();
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    if (names.has(token.name)) throw wrong(`--${token.name} is given twice`, command);
    names.add(token.name);
  }
  return values;
}

/**
 * One of several words.
 *
 * @template {string} T
 * @param {string} command
 * @param {string} option
 * @param {string | undefined} word
 * @param {readonly T[]} words
 * @returns {T | undefined}
 */
export function readWord(command, option, word, words) {
  if (word === undefined) return undefined;
  const found = words.find((known) => known === word);
  if (found === undefined) {
    const last = words.at(-1);
    throw wrong(`--${option} takes ${words.slice(0, -1).join(", ")} or ${last}, not "${word}"`, command);
  }
  return found;
}
