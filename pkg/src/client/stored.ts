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

/**
 * Reads a member that must be present.
 *
 * @throws {InvalidArgumentError} if it is missing
 */
export function requiredString(stored: Record<string, unknown>, name: string): string {
  const value = optionalString(stored, name);
  if (value === undefined) throw invalid("text", `has no ${name}`);
  return value;
}

/** Reads a member that may be missing; `undefined` also for one that is no string. */
export function optionalString(stored: Record<string, unknown>, name: string): string | undefined {
  const value = stored[name];
  return typeof value === "string" ? value : undefined;
}

/**
 * Reads a member that consists of seconds.
 *
 * @throws {InvalidArgumentError} if it is anything else
 */
export function storedSeconds(stored: Record<string, unknown>, name: string): bigint | undefined {
  const value = stored[name];
  if (value === undefined) return undefined;
  if (typeof value !== "string" || !/^-?\d{1,19}$/.test(value)) {
    throw invalid("text", `${name} is not a number of seconds`);
  }
  return BigInt(value);
}
