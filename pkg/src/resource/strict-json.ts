/** How deep objects and arrays may stand in each other. */
const DEEPEST = 32;

/**
 * Reads JSON, and refuses what readers understand differently: a name that stands twice in an object, however it is
 * escaped, and deep nesting.
 *
 * @throws {SyntaxError} which shows nothing of the text
 * @internal
 */
export function strictJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new SyntaxError("not JSON");
  }
  // Most issuers write JSON as JavaScript does, which writes no name twice.
  if (brackets(text) <= DEEPEST && JSON.stringify(value) === text) return value;
  // The text is JSON, so these are all of its tokens that matter here.
  const open: (Set<string> | undefined)[] = [];
  for (const [token, name] of text.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    if (name !== undefined) {
      const names = open.at(-1)!;
      const read = JSON.parse(name) as string;
      if (names.has(read)) throw new SyntaxError("a name stands twice in an object");
      names.add(read);
    } else if (token === "{" || token === "[") {
      if (open.push(token === "{" ? new Set() : undefined) > DEEPEST) throw new SyntaxError("too deep");
    } else if (token === "}" || token === "]") open.pop();
  }
  return value;
}

/** How many brackets and braces a text opens, in its strings as well: it nests no deeper. */
function brackets(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x5b || code === 0x7b) count++;
  }
  return count;
}

/**
 * Reads a JSON object strictly.
 *
 * @throws {SyntaxError} if it is another value, or none
 * @internal
 */
export function strictObject(text: string): Readonly<Record<string, unknown>> {
  const value = strictJson(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new SyntaxError("not an object");
  return value as Record<string, unknown>;
}
