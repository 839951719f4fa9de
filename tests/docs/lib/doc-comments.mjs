// Reads the doc comments of the npm package with the compiler that TypeDoc uses.
import { createRequire } from "node:module";
import { relative } from "node:path";
import { inRoot, root } from "../../../scripts/lib/paths.mjs";

/** @type {typeof import("typescript")} */
const ts = createRequire(inRoot("tools/typedoc/package.json"))("typescript");

const ENTRIES = [
  "pkg/src/client/index.ts",
  "pkg/src/client/providers/index.ts",
  "pkg/src/issuer/index.ts",
  "pkg/src/resource/index.ts",
  "pkg/src/testing/index.ts",
  "pkg/src/testing/worker/page/index.ts",
  "pkg/src/node/index.ts",
].map(inRoot);

/**
 * @typedef {object} Documented a function, method, accessor or constructor that users of the package can call
 * @property {string} name such as `Client.refresh`
 * @property {string} place file and line
 * @property {boolean} canThrow whether it throws or rejects, itself or by something of the package that it calls
 * @property {string[]} throws what stands behind each `@throws`
 */

/**
 * @typedef {object} Example a block of code in a doc comment
 * @property {string} name of what it documents
 * @property {string} path
 * @property {number} line
 * @property {string} language
 * @property {string} text
 * @property {boolean} isTagged whether it stands behind `@example`
 */

/** The package's own sources, as TypeScript sees them. */
export function readPackage() {
  const { config } = ts.readConfigFile(inRoot("pkg/tsconfig.node.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(
    { ...config, include: ["src"] },
    ts.sys,
    inRoot("pkg"),
    undefined,
    inRoot("pkg/tsconfig.node.json"),
  );
  const program = ts.createProgram(ENTRIES, { ...options, noEmit: true });
  return {
    callables: () => callables(program),
    examples: () => examples(program),
    undocumented: () => undocumented(program),
  };
}

/**
 * @param {import("typescript").Program} program
 * @returns {Documented[]}
 */
function callables(program) {
  const checker = program.getTypeChecker();
  /** @type {Map<import("typescript").Node, boolean>} */
  const known = new Map();

  /** @param {import("typescript").Symbol | undefined} symbol */
  const origin = (symbol) =>
    symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;

  /** @param {import("typescript").Node} node @returns {boolean} */
  function canThrow(node) {
    const before = known.get(node);
    if (before !== undefined) return before;
    known.set(node, false); // What calls itself adds nothing.
    const body = /** @type {import("typescript").FunctionLikeDeclaration} */ (node).body;
    const result = body !== undefined && ours(node) && throwsIn(body);
    known.set(node, result);
    return result;
  }

  /** @param {import("typescript").Node} node @returns {boolean} */
  function throwsIn(node) {
    if (ts.isThrowStatement(node)) return true;
    // What a `catch` takes is thrown on by a `throw` in it, which is seen there.
    if (ts.isTryStatement(node) && node.catchClause) {
      return throwsIn(node.catchClause) || (node.finallyBlock !== undefined && throwsIn(node.finallyBlock));
    }
    // A promise that nobody waits for rejects nothing.
    if (isFunction(node) || ts.isVoidExpression(node)) return false;
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      const { expression } = node;
      const callbacks = [...(node.arguments ?? [])].filter(isFunction);
      if (callbacks.some((callback) => throwsIn(callback.body))) return true; // It is called there.
      if (ts.isIdentifier(expression) && expression.text === "reject") return true;
      const isCaught = ts.isPropertyAccessExpression(expression) && expression.name.text === "catch";
      if (!isCaught && targets(node).some(canThrow)) return true;
      if (isCaught) return [...(node.arguments ?? [])].some((argument) => !isFunction(argument) && throwsIn(argument));
    }
    return ts.forEachChild(node, (child) => throwsIn(child) || undefined) ?? false;
  }

  /** The functions that a call runs. @param {import("typescript").CallExpression | import("typescript").NewExpression} node */
  function targets(node) {
    const symbol = origin(checker.getSymbolAtLocation(node.expression));
    return (symbol?.declarations ?? []).flatMap((declaration) => {
      if (ts.isClassDeclaration(declaration)) return declaration.members.filter(ts.isConstructorDeclaration);
      const value = ts.isVariableDeclaration(declaration) && declaration.initializer;
      return value && isFunction(value) ? [value] : [declaration];
    });
  }

  /** @type {Documented[]} */
  const found = [];
  const seen = new Set();
  for (const entry of ENTRIES) {
    const module = checker.getSymbolAtLocation(/** @type {any} */ (program.getSourceFile(entry)));
    for (const exported of checker.getExportsOfModule(/** @type {any} */ (module))) {
      for (const declaration of origin(exported)?.declarations ?? []) {
        if (seen.has(declaration)) continue;
        seen.add(declaration);
        if (ts.isFunctionDeclaration(declaration)) add(exported.name, declaration);
        if (!ts.isClassDeclaration(declaration)) continue;
        for (const member of declaration.members) {
          const isCallable =
            ts.isMethodDeclaration(member) || ts.isAccessor(member) || ts.isConstructorDeclaration(member);
          if (!isCallable || isHidden(member)) continue;
          add(
            `${exported.name}.${ts.isConstructorDeclaration(member) ? "constructor" : member.name.getText()}`,
            member,
          );
        }
      }
    }
  }
  return found;

  /** @param {string} name @param {import("typescript").Node} node */
  function add(name, node) {
    const tags = ts.getJSDocTags(node).filter((tag) => tag.tagName.text === "throws");
    found.push({ name, place: placeOf(node), canThrow: canThrow(node), throws: tags.map((tag) => tag.getText()) });
  }
}

/**
 * The members of exported interfaces that have no doc comment. TypeDoc would ask for one at every member of a
 * type in the code as well.
 *
 * @param {import("typescript").Program} program
 * @returns {string[]}
 */
function undocumented(program) {
  const checker = program.getTypeChecker();
  const found = new Set();
  for (const entry of ENTRIES) {
    const module = checker.getSymbolAtLocation(/** @type {any} */ (program.getSourceFile(entry)));
    for (const exported of checker.getExportsOfModule(/** @type {any} */ (module))) {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      for (const declaration of symbol.declarations?.filter(ts.isInterfaceDeclaration) ?? []) {
        for (const member of declaration.members) {
          if (!member.name || ts.getJSDocCommentsAndTags(member).length > 0) continue;
          found.add(`${placeOf(member)} ${exported.name}.${member.name.getText()}`);
        }
      }
    }
  }
  return [...found];
}

/** @param {import("typescript").Program} program @returns {Example[]} */
function examples(program) {
  /** @type {Example[]} */
  const found = [];
  for (const file of program.getSourceFiles().filter(ours)) {
    const text = file.getFullText();
    for (const [comment] of text.matchAll(/\/\*\*[\s\S]*?\*\//g)) {
      const start = text.indexOf(comment);
      for (const block of comment.matchAll(/^[ \t]*\* ```(\w*)\n([\s\S]*?)^[ \t]*\* ```$/gm)) {
        const before = comment.slice(0, block.index);
        found.push({
          name: nameAfter(text.slice(start + comment.length)),
          path: relative(root, file.fileName),
          line: text.slice(0, start + (block.index ?? 0)).split("\n").length,
          language: block[1] ?? "",
          text: (block[2] ?? "").replace(/^[ \t]*\* ?/gm, ""),
          isTagged: /@example[^@]*$/.test(before),
        });
      }
    }
  }
  return found;
}

/** The name of what follows a doc comment. @param {string} text */
function nameAfter(text) {
  const [, name = ""] =
    /^(?:\s*\/\/.*\n)*\s*(?:export |static |async |readonly |get )*(?:function\*? |class |interface |type |const )?([\w$]+)/.exec(
      text,
    ) ?? [];
  return name;
}

/** @param {import("typescript").Node} node @returns {node is import("typescript").FunctionLikeDeclaration & { body: import("typescript").Node }} */
function isFunction(node) {
  return (
    ts.isFunctionExpression(node) ||
    ts.isArrowFunction(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isFunctionDeclaration(node)
  );
}

/** Private members, and those that only the package itself calls. @param {import("typescript").ClassElement} member */
function isHidden(member) {
  const isPrivate = (ts.getCombinedModifierFlags(/** @type {any} */ (member)) & ts.ModifierFlags.Private) !== 0;
  const isInternal = ts.getJSDocTags(member).some((tag) => tag.tagName.text === "internal");
  return isPrivate || isInternal || (member.name !== undefined && ts.isPrivateIdentifier(member.name));
}

/** @param {import("typescript").Node} node */
function ours(node) {
  return node.getSourceFile().fileName.startsWith(inRoot("pkg/src/"));
}

/** @param {import("typescript").Node} node */
function placeOf(node) {
  const file = node.getSourceFile();
  return `${relative(root, file.fileName)}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
}
