import { invalid } from "./invalid.js";
import { entriesOf } from "./table.js";

/**
 * Reads text that `jsonText` wrote.
 *
 * @throws {InvalidArgumentError} if the text is not a JSON object
 */
export function storedObject(text: string): Record<string, unknown> {
  let stored: unknown;
  try {
    stored = JSON.parse(text);
  } catch {
    // The error does not repeat the text, which may contain tokens.
  }
  if (typeof stored !== "object" || stored === null) {
    throw invalid("text", "not what serialize() returned");
  }
  return stored as Record<string, unknown>;
}

/**
 * Reads members of an object that `jsonText` wrote of what was read of an answer. A text that may be missing is `undefined`
 * also if it is no string.
 *
 * @param table the members of the answer, from `generated/tables.ts`
 * @param times the names of seconds that the answer did not have
 * @throws {InvalidArgumentError} if a text that has to be there is missing, or seconds are anything else
 */
export function storedMembers<Members>(stored: Record<string, unknown>, table: string, ...times: string[]): Members {
  const members: Record<string, unknown> = {};
  const readSeconds = (name: string) => {
    const value = stored[name];
    if (value !== undefined && !(typeof value === "string" && /^-?\d{1,19}$/.test(value))) {
      throw invalid("text", `${name} is not a number of seconds`);
    }
    members[name] = value && BigInt(value);
  };
  for (const { letter, kind, argument } of entriesOf(table)) {
    const value = stored[argument];
    if ("sud".includes(kind)) readSeconds(argument);
    else {
      members[argument] = typeof value === "string" ? value : undefined;
      if (typeof value !== "string" && letter !== kind) throw invalid("text", `has no ${argument}`);
    }
  }
  times.forEach(readSeconds);
  return members as Members;
}
