import type { PlainReply } from "../../../issuer/plain.js";

/** Where the part of the issuer's pages begins that people see. */
const BEGIN = "<body><main>";

const MARK =
  '<p class="problem" role="note">⚠ <strong>Test issuer</strong> in this browser’s service worker. Everybody knows its keys ' +
  "and passwords: type none of your own.</p>";

const CHINESE_MARK =
  '<p class="problem" role="note">⚠ <strong>测试用签发方</strong>，运行在此浏览器的 service worker 里。它的密钥和密码尽人皆知，' +
  "请勿输入真实的密码。</p>";

/** A reply whose page says that it is a test issuer's; one that is no page of the issuer's is left as it is. */
export function marked(reply: PlainReply): PlainReply {
  const { headers, body } = reply;
  const has = (field: string, start: string) =>
    headers.some(([name, value]) => name === field && value.startsWith(start));
  if (!has("content-type", "text/html")) return reply;
  const text = new TextDecoder().decode(body);
  // A fault may have put anything in its place.
  if (!text.includes(BEGIN)) return reply;
  const mark = has("content-language", "zh") ? CHINESE_MARK : MARK;
  return { ...reply, body: new TextEncoder().encode(text.replace(BEGIN, BEGIN + mark)) };
}

/** What a person sees where the issuer cannot answer. */
export function failurePage(reason: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>The test issuer cannot answer</title></head>
${BEGIN}${MARK}
<h1>The test issuer cannot answer</h1>
<p>${reason.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)}</p>
</main></body></html>`;
}
