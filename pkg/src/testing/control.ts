import { invalid } from "../client/invalid.js";
import { InvalidArgumentError } from "../errors.js";
import type { Handle } from "./acts/walk.js";
import { webCrypto } from "./seed.js";

/** What JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** Sends a request to the issuer's own control, and gives what it answers. */
export type Control = (method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: Json) => Promise<unknown>;

/**
 * Control of an issuer in this process: requests below `/_control`, as other languages send them.
 *
 * @param token what every such request has to bring
 */
export function controlOf(base: string, token: string, handle: Handle): Control {
  return async (method, path, body) => {
    const headers: [string, string][] = [["authorization", `Bearer ${token}`]];
    if (body !== undefined) headers.push(["content-type", "application/json"]);
    const text = body === undefined ? undefined : jsonText(body);
    const reply = await handle({ method, url: `${base}/_control/${path}`, headers, body: text });
    return controlAnswer(path, reply.status, new TextDecoder().decode(reply.body));
  };
}

/**
 * A value as JSON.
 *
 * @throws {InvalidArgumentError} if JSON cannot say a number in it: `Infinity` would become `null`
 */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (name, part: unknown) => {
    if (typeof part !== "bigint" && (typeof part !== "number" || Number.isFinite(part))) return part;
    throw invalid(name || "body", `JSON cannot say ${typeof part === "bigint" ? `the bigint ${part}n` : part}`);
  });
}

/**
 * What control answered.
 *
 * @param path of the request, below `/_control/`
 * @throws {InvalidArgumentError} if it refused
 */
export function controlAnswer(path: string, status: number, text: string): unknown {
  const said = text === "" ? undefined : JSON.parse(text);
  if (status >= 200 && status <= 299) return said;
  // Who calls a method wrote no body.
  const argument = said?.path === "body" ? path : (said?.path?.replace(/^(?:body|query)\./, "") ?? path);
  const problem = inMethods(said?.error_description ?? `status ${status}`);
  throw new InvalidArgumentError(`${argument}: ${problem}`, argument);
}

/** Names methods where control names requests. */
function inMethods(problem: string): string {
  return problem
    .replace("PUT /_control/users/{id} adds one", "setUser() adds one")
    .replace("PUT /_control/clients/{id} adds one", "setApplication() adds one");
}

/** A token for control. Nobody can guess it, whatever the seed is. */
export function newToken(): string {
  const octets = webCrypto().getRandomValues(new Uint8Array(24));
  return btoa(String.fromCharCode(...octets))
    .replaceAll("+", "-")
    .replaceAll("/", "_");
}

/** Without members that are `undefined`. */
export function flat(value: Readonly<Record<string, Json | undefined>>): Record<string, Json> {
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members) as Record<string, Json>;
}
