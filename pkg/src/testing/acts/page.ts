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
    found[name] = unescaped(value);
  }
  return found;
}

/** A text as people see it. */
function unescaped(text: string): string {
  return text.replace(/&(quot|#39|lt|gt|amp);/g, (_, entity: string) => ENTITIES[entity] ?? "");
}

/** What a page says of itself: OAuth's error code, and the sentence or the heading that people read. */
export function saidBy(page: string): { readonly error: string | undefined; readonly sentence: string | undefined } {
  const [, error] = /<code id="error">([\w.-]+)<\/code>/.exec(page) ?? [];
  const [, told] = /<p id="(?:problem|error_description)"[^>]*>([^<]*)<\/p>/.exec(page) ?? [];
  const [, heading] = /<h1[^>]*>([^<]*)<\/h1>/.exec(page) ?? [];
  const sentence = told ?? heading;
  return { error, sentence: sentence === undefined ? undefined : unescaped(sentence).slice(0, 500) };
}

const ENTITIES: Readonly<Record<string, string>> = { quot: '"', "#39": "'", lt: "<", gt: ">", amp: "&" };
