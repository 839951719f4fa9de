import type { PlainReply } from "../../issuer/plain.js";

/** A form of one of the issuer's pages. */
export interface Form {
  /** Where it is sent, as the page says it. */
  readonly action: string;
  /** The fields that are sent with it, and those that are to be filled in. */
  readonly fields: ReadonlyMap<string, string>;
  /** The values of its buttons that have a name, as `decision=allow`. */
  readonly buttons: readonly string[];
}

/** The first form of a page that has this field or button; `undefined` if the reply is no page, or has none. */
export function formWith(name: string, { headers, body }: PlainReply): Form | undefined {
  const isPage = headers.some(([field, value]) => field === "content-type" && value.startsWith("text/html"));
  if (!isPage) return undefined;
  const text = new TextDecoder().decode(body);
  for (const [, start = "", inside = ""] of text.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)) {
    const form = formOf(start, inside);
    if (form.fields.has(name) || form.buttons.includes(name)) return form;
  }
  return undefined;
}

function formOf(start: string, inside: string): Form {
  const fields = new Map<string, string>();
  const buttons: string[] = [];
  for (const [, kind, rest = ""] of inside.matchAll(/<(input|button)\b([^>]*)>/g)) {
    const { name, value = "" } = attributesIn(rest);
    if (name === undefined) continue;
    if (kind === "button") buttons.push(`${name}=${value}`);
    else fields.set(name, value);
  }
  return { action: attributesIn(start)["action"] ?? "", fields, buttons };
}

/** The attributes as the issuer writes them: in double quotes, with five characters escaped. */
function attributesIn(text: string): Record<string, string | undefined> {
  const found: Record<string, string | undefined> = {};
  for (const [, name = "", value = ""] of text.matchAll(/([\w-]+)="([^"]*)"/g)) {
    found[name] = value.replace(/&(quot|#39|lt|gt|amp);/g, (_, entity: string) => ENTITIES[entity] ?? "");
  }
  return found;
}

const ENTITIES: Readonly<Record<string, string>> = { quot: '"', "#39": "'", lt: "<", gt: ">", amp: "&" };
