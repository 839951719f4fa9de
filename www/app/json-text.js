const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/**
 * Indents JSON without reading it: every digit stays as it was sent. Text that is not JSON comes
 * back as it is.
 *
 * @param {string} text
 */
export function indentJson(text) {
  if (!/^\s*[{[]/.test(text)) return text;
  const tokens = text.match(TOKEN) ?? [];
  let out = "";
  let depth = 0;
  let previous = "";
  for (const token of tokens) {
    if (token === "}" || token === "]") {
      depth = Math.max(0, depth - 1);
      if (previous !== "{" && previous !== "[") out += line(depth);
    } else if (previous === "{" || previous === "[" || previous === ",") {
      out += line(depth);
    }
    out += token === ":" ? ": " : token;
    if (token === "{" || token === "[") depth++;
    previous = token;
  }
  return out;
}

function line(depth) {
  return `\n${"  ".repeat(depth)}`;
}
