/** The members of an answer, whatever they are. */
export type Members = Record<string, unknown>;

/** The tokens of JSON that matter here: strings, numbers, and what opens, closes and divides. */
const TOKENS = /"(?:\\.|[^"\\])*"|-?\d[\d.eE+-]*|[{}[\]:]/g;

/**
 * Changes the members of an answer. No member is lost: what `change` leaves out or gives another value is, as the server
 * wrote it, in the member `original` of the new answer. So is a member of the server's that has that very name.
 *
 * A text that is no JSON object stays as it is, for the client to judge. So does a text that has a member twice, or a
 * number that JavaScript would write in another way, because the client would no longer see what it has to refuse.
 *
 * @param change returns the new members, or `undefined` to leave the text as it is
 * @returns the text of the answer with the new members
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
  return others && isFaithful(text) ? JSON.stringify(withOriginal(others, members as Members)) : text;
}

/** The new members of an answer, and those of the old ones that are no longer among them. */
function withOriginal(others: Members, members: Members): Members {
  const replaced = Object.entries(members).filter(([name, value]) => name === "original" || others[name] !== value);
  return replaced.length ? { ...others, original: Object.fromEntries(replaced) } : others;
}

/** Whether `JSON.parse` loses nothing of a JSON text: no duplicate member, and no digit of a number. */
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

/** The scopes of a text that has commas between them, with spaces in their place (RFC 6749 section 3.3). */
export function spaced(scope: unknown): unknown {
  return typeof scope === "string" ? scope.replace(/,\s*/g, " ") : scope;
}

/** The members of a value that is an object; `undefined` for any other. */
export function objectOf(value: unknown): Members | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Members) : undefined;
}
