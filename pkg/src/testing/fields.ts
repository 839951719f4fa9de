import type { PlainRequest } from "../issuer/plain.js";

/** The names and values of a request's header fields, in pairs. */
export function fieldsOf({ headers = [] }: PlainRequest): [name: string, value: string][] {
  const entries = Symbol.iterator in headers ? [...headers] : Object.entries(headers);
  return entries.flatMap(([name, values]) => [values ?? []].flat().map((value): [string, string] => [name, value]));
}
