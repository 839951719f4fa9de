/** What stands in the place of a secret. */
const MASK = "[redacted]";

/** So long a part of a secret is masked, too. */
const PART = 16;

/** A secret so short is a syllable of other words: it is masked where it stands alone. */
const SYLLABLE = 3;

/** What nobody sees, or what a line is broken with: it must not keep a secret from being found. */
const PADDING = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/u;

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
    const { folded, places } = fold(text);
    const hidden = new Uint8Array(folded.length);
    for (const form of this.#forms) {
      for (let at = folded.indexOf(form); at >= 0; at = folded.indexOf(form, at + 1)) {
        if (form.length > SYLLABLE || standsAlone(text, places, at, form.length)) hidden.fill(1, at, at + form.length);
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
      masked += text.slice(copied, places[at]) + MASK;
      copied = (places[end - 1] ?? 0) + 1;
      at = end;
    }
    return masked + text.slice(copied);
  }
}

/**
 * How a secret may be repeated: as it is, as it is written in a form, in a URL, in JSON, in HTML; and
 * in hexadecimal or base64, wherever in the encoded text it begins.
 *
 * @param {string} secret
 */
function formsOf(secret) {
  const inForm = new URLSearchParams([["", secret]]).toString().slice(1);
  const json = JSON.stringify(secret).slice(1, -1);
  const bytes = Buffer.from(secret);
  // Half a character, which no URL can have, is replaced as it was in what was sent.
  const forms = [secret, inForm, encodeURI(bytes.toString()), encodeURIComponent(bytes.toString())];
  forms.push(json, json.replaceAll("/", "\\/"), inAscii(json), inHtml(secret));
  forms.push(bytes.toString("hex"));
  // A shorter one has too few characters that depend on nothing else.
  for (let before = 0; before < 3 && bytes.length > SYLLABLE; before++) {
    const padded = Buffer.concat([Buffer.alloc(before), bytes]);
    const start = Math.ceil((before * 8) / 6);
    // With the end of the encoded text, and without what depends on what follows.
    const whole = padded.toString("base64").slice(start);
    const inner = padded.subarray(0, padded.length - (padded.length % 3)).toString("base64").slice(start);
    for (const text of [whole, whole.replace(/=+$/, ""), inner]) {
      forms.push(text, text.replaceAll("+", "-").replaceAll("/", "_"), encodeURIComponent(text));
    }
  }
  return new Set(forms.filter((form) => form.length > SYLLABLE || form === secret));
}

/** @param {string} json */
function inAscii(json) {
  return json.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** @param {string} text */
function inHtml(text) {
  const names = /** @type {Record<string, string>} */ ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" });
  return text.replace(/[&<>"']/g, (character) => names[character] ?? character);
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
 * A text without what is not seen and without capital letters, and where its units stood.
 *
 * @param {string} text
 */
function fold(text) {
  let folded = "";
  const places = [];
  let at = 0;
  for (const character of text) {
    if (!PADDING.test(character)) {
      folded += character.replace(/[A-Z]/, (letter) => letter.toLowerCase());
      for (let unit = 0; unit < character.length; unit++) places.push(at + unit);
    }
    at += character.length;
  }
  return { folded, places };
}

/**
 * Whether no letter or digit is beside these characters of the folded text.
 *
 * @param {string} text
 * @param {number[]} places
 * @param {number} at
 * @param {number} length
 */
function standsAlone(text, places, at, length) {
  const before = text.charAt((places[at] ?? 0) - 1);
  const after = text.charAt((places[at + length - 1] ?? 0) + 1);
  return !/[\p{L}\p{N}]/u.test(before) && !/[\p{L}\p{N}]/u.test(after);
}
