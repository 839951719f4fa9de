import { InvalidArgumentError } from "../errors.js";

/**
 * Reads what `jsonText` wrote.
 *
 * @throws {InvalidArgumentError} for text that is not an object
 */
export function storedObject(text: string): Record<string, unknown> {
  let stored: unknown;
  try {
    stored = JSON.parse(text);
  } catch {
    // The text may hold tokens: it is not repeated.
  }
  if (typeof stored !== "object" || stored === null) {
    throw new InvalidArgumentError("the text is not one that serialize() made", "text");
  }
  return stored as Record<string, unknown>;
}

/**
 * A member that has to be there.
 *
 * @throws {InvalidArgumentError} if it is not
 */
export function requiredString(stored: Record<string, unknown>, name: string): string {
  const value = optionalString(stored, name);
  if (value === undefined) throw new InvalidArgumentError(`the stored text has no ${name}`, "text");
  return value;
}

export function optionalString(stored: Record<string, unknown>, name: string): string | undefined {
  const value = stored[name];
  return typeof value === "string" ? value : undefined;
}

/**
 * A member that is seconds.
 *
 * @throws {InvalidArgumentError} if it is something else
 */
export function storedSeconds(stored: Record<string, unknown>, name: string): bigint | undefined {
  const value = stored[name];
  if (value === undefined) return undefined;
  if (typeof value !== "string" || !/^-?\d{1,19}$/.test(value)) {
    throw new InvalidArgumentError(`${name} in the stored text is not a number of seconds`, "text");
  }
  return BigInt(value);
}
