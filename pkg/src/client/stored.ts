import { invalid } from "./invalid.js";

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

/** Members of a stored object: texts that must be there, texts that may be missing, and seconds that may be missing. */
export type Stored<Required extends string, Optional extends string, Dates extends string> = Record<Required, string> &
  Record<Optional, string | undefined> &
  Record<Dates, bigint | undefined>;

/**
 * Reads members of an object that `jsonText` wrote. A text that may be missing is `undefined` also if it is no string.
 *
 * @param required the names of texts that must be there
 * @param optional the names of texts that may be missing
 * @param seconds the names of seconds
 * @throws {InvalidArgumentError} if a text is missing, or seconds are anything else
 */
export function storedMembers<Required extends string, Optional extends string, Dates extends string>(
  stored: Record<string, unknown>,
  required: readonly Required[],
  optional: readonly Optional[],
  seconds: readonly Dates[],
): Stored<Required, Optional, Dates> {
  const members: Record<string, unknown> = {};
  for (const name of [...required, ...optional]) {
    const value = stored[name];
    members[name] = typeof value === "string" ? value : undefined;
    if (typeof value !== "string" && required.includes(name as Required)) throw invalid("text", `has no ${name}`);
  }
  for (const name of seconds) {
    const value = stored[name];
    if (value !== undefined && !(typeof value === "string" && /^-?\d{1,19}$/.test(value))) {
      throw invalid("text", `${name} is not a number of seconds`);
    }
    members[name] = value && BigInt(value);
  }
  return members as Stored<Required, Optional, Dates>;
}
