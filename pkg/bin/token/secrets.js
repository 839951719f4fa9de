/** What stands in the place of a secret. */
const MASK = "[redacted]";

/** A part of a secret that has so many characters is masked, too. */
const PART = 16;

/** A secret of so many characters, or fewer, may be a part of other words: it is masked where it stands alone. */
const SYLLABLE = 3;

/**
 * What nobody sees, what a line is broken with and what the client puts in its place, and marks on letters:
 * none of it must keep a secret from being found.
 */
const PADDING = /[\p{C}\p{Z}\p{M}\p{Default_Ignorable_Code_Point}\ufffd]/u;

/** A character by its number, as URLs, JSON, programs, HTML and this command write it, in small letters. */
const NUMBERED =
  /%([\da-f]{2})|\\{1,8}(?:u([\da-f]{4})|u\{([\da-f]{1,6})\}|u([\da-f]{8})|x([\da-f]{2})|([0-3][0-7]{2}))|&#x([\da-f]{1,8});?|&#(\d{1,10});?/gu;

/** A character by its name in HTML. */
const NAMED = /&(amp|lt|gt|quot|apos|nbsp);/g;
const NAMES = /** @type {Record<string, string>} */ ({ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " });

/** How often what was encoded is encoded again, at most. */
const DEPTH = 4;

/** Parameters of requests that are no secrets. What else is sent is taken for one. */
const HARMLESS = new Set([
  ...["grant_type", "client_id", "client_assertion_type", "redirect_uri", "scope", "username"],
  ...["code_challenge", "code_challenge_method", "response_type", "token_type_hint", "resource", "audience"],
]);

/**
 * What one run of the command knows or has sent that nobody else should read. A server repeats what it
 * likes, wherever it likes: so what it says is masked by value before it is shown.
 */
export class Secrets {
  /** How secrets may be repeated, folded. @type {Set<string>} */
  #forms = new Set();
  /** All parts of {@link PART} characters of the longer ones. @type {Set<string>} */
  #parts = new Set();

  /** @param {...(string | undefined)} secrets */
  add(...secrets) {
    for (const secret of secrets) {
      for (const form of secret ? formsOf(secret) : []) {
        const { folded } = fold(form);
        if (folded === "" || this.#forms.has(folded)) continue;
        this.#forms.add(folded);
        for (let at = 0; at + PART <= folded.length; at++) this.#parts.add(folded.slice(at, at + PART));
      }
    }
  }

  /**
   * A `fetch` that adds what it sends.
   *
   * @type {typeof fetch}
   */
  fetch = (url, init = {}) => {
    const { headers, body } = init;
    for (const name of ["authorization", "dpop"]) this.#addField(new Headers(headers).get(name));
    if (typeof body === "string") {
      for (const [name, value] of new URLSearchParams(body)) if (!HARMLESS.has(name)) this.add(value);
    }
    return globalThis.fetch(url, init);
  };

  /**
   * A field's value, and what is in one of the scheme Basic (RFC 7617).
   * @param {string | null} value
   */
  #addField(value) {
    if (value === null) return;
    const credentials = value.slice(value.indexOf(" ") + 1);
    this.add(credentials);
    if (!/^basic /i.test(value)) return;
    const pair = Buffer.from(credentials, "base64").toString();
    const password = pair.slice(pair.indexOf(":") + 1);
    this.add(pair, password, decodeForm(password));
  }

  /**
   * The text without the secrets that are repeated in it, whole or in long parts, in whatever case and
   * with whatever between their characters that nobody sees.
   *
   * @param {string} text
   */
  mask(text) {
    const { folded, starts, ends } = fold(text);
    const hidden = new Uint8Array(folded.length);
    for (const form of this.#forms) {
      for (let at = folded.indexOf(form); at >= 0; at = folded.indexOf(form, at + 1)) {
        if (form.length > SYLLABLE || standsAlone(text, starts[at], ends[at + form.length - 1]))
          hidden.fill(1, at, at + form.length);
      }
    }
    for (let at = 0; this.#parts.size > 0 && at + PART <= folded.length; at++) {
      if (this.#parts.has(folded.slice(at, at + PART))) hidden.fill(1, at, at + PART);
    }
    let masked = "";
    let copied = 0;
    for (let at = hidden.indexOf(1); at >= 0; at = hidden.indexOf(1, at)) {
      let end = at;
      while (hidden[end]) end++;
      masked += text.slice(copied, starts[at]) + MASK;
      copied = ends[end - 1] ?? text.length;
      at = end;
    }
    return masked + text.slice(copied);
  }
}

/**
 * How a secret may be repeated: as it is, as it is written in a form, in a URL, in JSON; and in
 * hexadecimal or base64, wherever in the encoded text it begins. What is written by numbers of characters
 * needs no form of its own, see {@link fold}.
 *
 * @param {string} secret
 */
function formsOf(secret) {
  const inForm = new URLSearchParams([["", secret]]).toString().slice(1);
  const json = JSON.stringify(secret).slice(1, -1);
  const bytes = Buffer.from(secret);
  // Half a character, which no URL can have, is replaced as it was in what was sent.
  const forms = [secret, inForm, encodeURI(bytes.toString()), encodeURIComponent(bytes.toString())];
  forms.push(json, json.replaceAll("/", "\\/"));
  forms.push(bytes.toString("hex"));
  // A shorter one has too few characters that depend on nothing else.
  for (let before = 0; before < 3 && bytes.length > SYLLABLE; before++) {
    const padded = Buffer.concat([Buffer.alloc(before), bytes]);
    const start = Math.ceil((before * 8) / 6);
    // With the end of the encoded text, and without what depends on what follows.
    const whole = padded.toString("base64").slice(start);
    const inner = padded
      .subarray(0, padded.length - (padded.length % 3))
      .toString("base64")
      .slice(start);
    for (const text of [whole, whole.replace(/=+$/, ""), inner]) {
      forms.push(text, text.replaceAll("+", "-").replaceAll("/", "_"), encodeURIComponent(text));
    }
  }
  return new Set(forms.filter((form) => form.length > SYLLABLE || form === secret));
}

/** @param {string} text */
function decodeForm(text) {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

/**
 * A text as it is compared: characters that are written by their numbers or names as themselves, however
 * often encoded; letters small, of one width and without marks; without what is not seen. And where each of
 * its units stood in the text.
 *
 * @param {string} text
 */
function fold(text) {
  let at = 0;
  let placed = simple(Array.from(text, (character) => ({ character, start: at, end: (at += character.length) })));
  for (let depth = 0; depth < DEPTH; depth++) {
    const before = placed.length;
    placed = simple(decode(placed));
    if (placed.length === before) break;
  }
  const each = (/** @type {(one: Placed) => number} */ place) =>
    placed.flatMap((one) => Array.from({ length: one.character.length }, () => place(one)));
  return {
    folded: textOf(placed),
    starts: each(({ start }) => start),
    ends: each(({ end }) => end),
  };
}

/** @typedef {{ character: string, start: number, end: number }} Placed a character, and where it stood */

/** @param {readonly Placed[]} placed */
function textOf(placed) {
  return placed.map(({ character }) => character).join("");
}

/** @param {readonly Placed[]} placed */
function simple(placed) {
  return placed.flatMap(({ character, start, end }) => {
    const parts = [...character.normalize("NFKD").toLowerCase()];
    return parts.filter((part) => !PADDING.test(part)).map((part) => ({ character: part, start, end }));
  });
}

/** @param {readonly Placed[]} placed */
function decode(placed) {
  const text = textOf(placed);
  // Which character each unit belongs to.
  const units = placed.flatMap(({ character }, i) => Array(character.length).fill(i));
  const decoded = /** @type {Placed[]} */ ([]);
  let copied = 0;
  const found = [...text.matchAll(NUMBERED), ...text.matchAll(NAMED)].sort((a, b) => a.index - b.index);
  for (const match of found) {
    const character = match[0].startsWith("&") && match[1] !== undefined ? NAMES[match[1]] : byNumber(match);
    if (character === undefined) continue;
    const [first, last] = [units[match.index], units[match.index + match[0].length - 1]];
    decoded.push(...placed.slice(copied, first));
    decoded.push({ character, start: placed[first]?.start ?? 0, end: placed[last]?.end ?? 0 });
    copied = last + 1;
  }
  decoded.push(...placed.slice(copied));
  return decoded;
}

/** @param {RegExpMatchArray} match of {@link NUMBERED} */
function byNumber([, percent, u4, brace, u8, x, octal, htmlHex, htmlDecimal]) {
  const hexadecimal = percent ?? u4 ?? brace ?? u8 ?? x ?? htmlHex;
  const number = hexadecimal ? parseInt(hexadecimal, 16) : octal ? parseInt(octal, 8) : Number(htmlDecimal);
  return number <= 0x10ffff ? String.fromCodePoint(number) : undefined;
}

/**
 * Whether no letter or digit is beside a part of a text.
 *
 * @param {string} text
 * @param {number | undefined} start
 * @param {number | undefined} end
 */
function standsAlone(text, start = 0, end = 0) {
  return !/[\p{L}\p{N}]/u.test(text.charAt(start - 1)) && !/[\p{L}\p{N}]/u.test(text.charAt(end));
}
