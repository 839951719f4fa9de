/** Writes an object as JSON. Seconds become strings, with all their digits. */
export function jsonText(answer: object): string {
  return JSON.stringify(answer, (_, value) => (typeof value === "bigint" ? `${value}` : value));
}

/** Returns a copy that `JSON.stringify` accepts, because it refuses every `bigint`. */
export function forJson(answer: object): object {
  return JSON.parse(jsonText({ ...answer })) as object;
}

/**
 * Makes `JSON.stringify` accept an object with `bigint` members. The method that does so is not enumerable, so that
 * copies, comparisons and consoles see only the members.
 */
export function withJson<T extends object>(answer: T): T {
  return Object.defineProperty(answer, "toJSON", { value: () => forJson(answer) });
}
