import { parseArgs } from "node:util";
import { wrong } from "./errors.js";
import { printable } from "./printable.js";
import { mostSimilar, unknown } from "./similar.js";

/**
 * Reads the options of one command. Those that are not `multiple` may be given once; there are no other
 * arguments.
 *
 * @template {import("node:util").ParseArgsConfig["options"]} T
 * @param {string} command
 * @param {string[]} args
 * @param {T} options
 * @param {{ isSecretive?: boolean }} [how] whether what belongs to no option may be a secret
 */
export function readArguments(command, args, options, { isSecretive = false } = {}) {
  const known = [...Object.keys(options ?? {}).map((name) => `--${name}`), "--help", "--version"];
  let parsed;
  try {
    parsed = parseArgs({ args, allowPositionals: true, tokens: true, options });
  } catch (error) {
    // Node's message goes on with advice about positionals after its first sentence.
    const [sentence = ""] = /** @type {Error} */ (error).message.split(/\. |\n/);
    const [, word] = /^Unknown option '([^]*)'$/.exec(sentence) ?? [];
    throw wrong(word === undefined ? printable(sentence) : `unknown option ${unknown(word, known)}`, command);
  }
  const { values, positionals, tokens } = parsed;
  if (positionals.length > 0) throw wrong(superfluous(positionals[0] ?? "", known, isSecretive), command);
  const names = new Set();
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    if (names.has(token.name) && !options?.[token.name]?.multiple) {
      throw wrong(`--${token.name} is given twice`, command);
    }
    names.add(token.name);
  }
  return values;
}

/**
 * What is said of an argument that belongs to no option. It may be a secret that lost its option, and is
 * then not repeated.
 *
 * @param {string} word
 * @param {readonly string[]} known
 * @param {boolean} isSecretive
 */
function superfluous(word, known, isSecretive) {
  const meant = mostSimilar(`--${word}`, known);
  const hint = meant === undefined ? "" : ` (did you mean "${meant}"?)`;
  return `${isSecretive ? "an argument" : `"${printable(word, 40)}"`} belongs to no option${hint}`;
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
    throw wrong(`--${option} takes ${words.slice(0, -1).join(", ")} or ${last}, not ${unknown(word, words)}`, command);
  }
  return found;
}
