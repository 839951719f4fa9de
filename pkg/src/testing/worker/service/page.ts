import type { PlainReply } from "../../../issuer/plain.js";

/** Where the part of the issuer's pages begins that people see. */
const BEGIN = "<body><main>";

const MARK =
  '<p role="note" lang="en"><strong>Test issuer</strong> in this browser’s service worker. Everybody knows its keys and ' +
  "passwords: type none of your own.</p>";

/** A reply whose page says that it is a test issuer's; one that is no page of the issuer's is left as it is. */
export function marked(reply: PlainReply): PlainReply {
  const { headers, body } = reply;
  const isPage = headers.some(([name, value]) => name === "content-type" && value.startsWith("text/html"));
  if (!isPage) return reply;
  const text = new TextDecoder().decode(body);
  // A fault may have put anything in its place.
  if (!text.includes(BEGIN)) return reply;
  return { ...reply, body: new TextEncoder().encode(text.replace(BEGIN, BEGIN + MARK)) };
}

/** What a person sees where the issuer cannot answer. */
export function failurePage(reason: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>The test issuer cannot answer</title></head>
${BEGIN}${MARK}
<h1>The test issuer cannot answer</h1>
<p>${reason.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)}</p>
</main></body></html>`;
}
