import { parseArgs } from "node:util";
import { wrong } from "./errors.js";
import { printable } from "./printable.js";
import { mostSimilar, unknown } from "./similar.js";

/**
 * Reads the options of one command. Only options that are `multiple` can be given more than once. No command has
 * other arguments.
 *
 * @template {import("node:util").ParseArgsConfig["options"]} T
 * @param {string} command
 * @param {string[]} args
 * @param {T} options
 * @param {{ isSecretive?: boolean }} [how] whether an argument that belongs to no option may be a secret
 */
export function readArguments(command, args, options, { isSecretive = false } = {}) {
  const known = [...Object.keys(options ?? {}).map((name) => `--${name}`), "--help", "--version"];
  let parsed;
  try {
    parsed = parseArgs({ args, allowPositionals: true, tokens: true, options });
  } catch (error) {
    throw wrong(problemOf(/** @type {Error} */ (error).message, known), command);
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
 * Translates a message of Node's parser into this command's own words.
 *
 * @param {string} message
 * @param {readonly string[]} known
 */
function problemOf(message, known) {
  // After its first sentence, Node gives advice about positional arguments.
  const [sentence = ""] = message.split(/\. |\n/);
  const [, word] = /^Unknown option '([\s\S]*)'$/.exec(sentence) ?? [];
  if (word !== undefined) return `unknown option ${unknown(word, known)}`;
  const [, option] = /^Option '(--[\w-]+)/.exec(sentence) ?? [];
  if (option === undefined) return printable(sentence);
  return `${option} ${sentence.includes("not take") ? "takes no" : "needs a"} value`;
}

/**
 * The message for an argument that belongs to no option. If it may be a secret whose option is missing, the message
 * does not repeat it.
 *
 * @param {string} word
 * @param {readonly string[]} known
 * @param {boolean} isSecretive
 */
function superfluous(word, known, isSecretive) {
  const meant = optionOf(word, known) ?? mostSimilar(`--${word}`, known);
  const hint = meant === undefined ? "" : ` (did you mean "${meant}"?)`;
  return `${isSecretive ? "an argument" : `"${printable(word, 40)}"`} belongs to no option${hint}`;
}

/**
 * The option to which a value without an option can only belong.
 *
 * @param {string} word
 * @param {readonly string[]} known
 */
function optionOf(word, known) {
  if (known.includes("--port") && /^\d{1,5}$/.test(word)) return `--port ${word}`;
  return known.includes("--issuer") && /^https?:/.test(word) ? "--issuer" : undefined;
}

/**
 * Reads the value of an option that takes one of several words.
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
