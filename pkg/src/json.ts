/** An answer as JSON; seconds are strings in it, with all their digits. */
export function jsonText(answer: object): string {
  return JSON.stringify(answer, (_, value) => (typeof value === "bigint" ? `${value}` : value));
}

/** What `JSON.stringify` can take of an answer: it has no way to write a `bigint`. */
export function forJson(answer: object): object {
  return JSON.parse(jsonText({ ...answer })) as object;
}

/**
 * Lets `JSON.stringify` take an answer that has `bigint` members. The method that does so is not enumerable:
 * copies, comparisons and consoles see the members alone.
 */
export function withJson<T extends object>(answer: T): T {
  return Object.defineProperty(answer, "toJSON", { value: () => forJson(answer) });
}
