import { EiamTokenError } from "../../errors.js";
import type { PlainReply, PlainRequest, RequestOptions } from "../../issuer/plain.js";
import type { Jar } from "./cookies.js";
import { type Form, formWith } from "./page.js";

/** Answers a request of plain values. */
export type Handle = (request: PlainRequest, options?: RequestOptions) => Promise<PlainReply>;

/** What somebody does at the issuer's pages. */
export interface Visitor {
  /** Who signs in at the form, which may already have a username; `undefined` if nobody does. */
  signsIn(form: Form): { readonly username: string; readonly password: string } | undefined;
  /** What is answered when the user is asked to agree; `undefined` if nothing is. */
  readonly decision: "allow" | "deny" | undefined;
}

/** The greatest number of pages and redirects on one way. */
const STEPS = 12;

/**
 * Goes on from a reply as a browser does in which somebody fills in the forms: until a reply leads elsewhere, or is a
 * page at which there is nothing to do.
 *
 * @param from the issuer's base URL, the URL that the reply answers, the reply, and the browser's cookies
 * @returns the last reply, and the URL that it answers
 */
export async function walk(
  handle: Handle,
  from: { base: string; url: string; reply: PlainReply; jar: Jar },
  visitor: Visitor,
  options?: RequestOptions,
): Promise<{ url: string; reply: PlainReply }> {
  let { url, reply } = from;
  const { base, jar } = from;
  const { origin } = new URL(url);
  jar.take(reply);
  const seen = new Set<string>();
  for (let step = 0; step < STEPS; step++) {
    const location = fieldOf(reply, "location");
    if (location !== undefined) {
      const next = new URL(location, url);
      if (!next.href.startsWith(`${base}/`)) return { url, reply };
      url = next.href;
      reply = await handle({ method: "GET", url, headers: jar.header() }, options);
    } else {
      const filled = filledIn(reply, visitor);
      if (filled === undefined) return { url, reply };
      // A page that comes again says what is wrong with what was filled in.
      if (seen.has(filled.kind)) return { url, reply };
      seen.add(filled.kind);
      url = new URL(filled.action, url).href;
      const headers = [...jar.header(), ["content-type", "application/x-www-form-urlencoded"], ["origin", origin]];
      const body = new URLSearchParams([...filled.values]).toString();
      reply = await handle({ method: "POST", url, headers: headers as [string, string][], body }, options);
    }
    jar.take(reply);
  }
  throw new EiamTokenError("internal", "the pages lead in circles");
}

function filledIn(reply: PlainReply, { signsIn, decision }: Visitor) {
  const login = formWith("password", reply);
  const person = login && signsIn(login);
  if (login && person) {
    const { username, password } = person;
    return {
      kind: "login",
      action: login.action,
      values: new Map([...login.fields, ...Object.entries({ username, password })]),
    };
  }
  const asked = login === undefined && decision !== undefined ? formWith(`decision=${decision}`, reply) : undefined;
  if (asked === undefined || decision === undefined) return undefined;
  return { kind: "decision", action: asked.action, values: new Map([...asked.fields, ["decision", decision]]) };
}

/** The value of a header field. */
export function fieldOf({ headers }: PlainReply, name: string): string | undefined {
  return headers.find(([field]) => field === name)?.[1];
}
