import { InvalidArgumentError } from "../errors.js";
import type { Handle } from "./acts/walk.js";

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
    const text = body === undefined ? undefined : JSON.stringify(body);
    const reply = await handle({ method, url: `${base}/_control/${path}`, headers, body: text });
    const said = reply.body.length > 0 ? JSON.parse(new TextDecoder().decode(reply.body)) : undefined;
    if (reply.status >= 200 && reply.status <= 299) return said;
    // Who calls a method wrote no body.
    const argument = said?.path === "body" ? path : (said?.path?.replace(/^body\./, "") ?? path);
    throw new InvalidArgumentError(`${argument}: ${said?.error_description ?? `status ${reply.status}`}`, argument);
  };
}

/** Without members that are `undefined`. */
export function flat(value: Readonly<Record<string, Json | undefined>>): Record<string, Json> {
  const members = Object.entries(value).filter((member): member is [string, Json] => member[1] !== undefined);
  return Object.fromEntries(members);
}
