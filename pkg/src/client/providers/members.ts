/** The members of an answer, whatever they are. */
export type Members = Record<string, unknown>;

/** The tokens of JSON that matter here: strings, numbers, and what opens, closes and divides. */
const TOKENS = /"(?:\\.|[^"\\])*"|-?\d[\d.eE+-]*|[{}[\]:]/g;

/**
 * Changes the members of an answer. A text that is no JSON object stays as it is, for the client to judge. So does one
 * with a member that is there twice, or with a number that JavaScript would round: read here, it would no longer be
 * refused.
 *
 * @param change returns the new members, or nothing to leave the text as it is
 */
export function changed(text: string, change: (members: Members) => Members | undefined): string {
  let members: unknown;
  try {
    members = JSON.parse(text);
  } catch {
    return text;
  }
  if (typeof members !== "object" || members === null || Array.isArray(members)) return text;
  const others = change(members as Members);
  return others && isFaithful(text) ? JSON.stringify(others) : text;
}

/** Whether nothing of a JSON text is lost when it is read. */
function isFaithful(text: string): boolean {
  const open: Set<unknown>[] = [];
  let name: string | undefined;
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === "{" || token === "[") open.push(new Set());
    else if (token === "}" || token === "]") open.pop();
    else if (token === ":") {
      const names = open.at(-1)!;
      const member: unknown = JSON.parse(name!);
      if (names.has(member)) return false;
      names.add(member);
    } else if (token.startsWith('"')) name = token;
    else if (String(Number(token)) !== token) return false;
  }
  return true;
}

/** Scopes with commas between them, with spaces (RFC 6749 section 3.3). */
export function spaced(scope: unknown): unknown {
  return typeof scope === "string" ? scope.replace(/,\s*/g, " ") : scope;
}

/** A member, if it is an object. */
export function objectOf(value: unknown): Members | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Members) : undefined;
}
