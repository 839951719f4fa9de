/**
 * What an issuer answered.
 *
 * @typedef {{ status: number, headers: Headers, text: string }} Answer
 * @typedef {(method: string, url: string, headers: Record<string, string>, body?: string) => Promise<Answer>} Send
 */

/**
 * One of the issuer's two doors, as a function that sends.
 *
 * @param {import("eiam-token/issuer").Issuer} issuer
 * @param {"handle" | "fetch"} name
 * @param {import("eiam-token/issuer").RequestOptions} [options]
 * @returns {Send}
 */
export function door(issuer, name, options) {
  if (name === "handle") {
    return async (method, url, headers, body) => {
      const reply = await issuer.handle({ method, url, headers, body }, options);
      const fields = new Headers();
      for (const [field, value] of reply.headers) fields.append(field, value);
      return { status: reply.status, headers: fields, text: new TextDecoder().decode(reply.body) };
    };
  }
  return async (method, url, headers, body) => {
    const response = await issuer.fetch(new Request(url, { method, headers, body }), options);
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
}

/** @param {Send} send */
export function poster(send) {
  /**
   * Posts a form and reads the JSON that comes back.
   *
   * @param {string} url
   * @param {Record<string, string>} form
   */
  return async (url, form) => {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const answer = await send("POST", url, headers, new URLSearchParams(form).toString());
    return { ...answer, json: JSON.parse(answer.text) };
  };
}

/** Reads attributes as the issuer's pages write them: in double quotes, the five characters escaped. */
function attributes(tag) {
  const found = {};
  for (const [, name, value = ""] of tag.matchAll(/\s([\w-]+)(?:="([^"]*)")?/g)) {
    found[name] = value
      .replaceAll("&quot;", '"')
      .replaceAll("&#39;", "'")
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("&amp;", "&");
  }
  return found;
}

/** Walks pages as a browser does: cookies, redirects, forms. A redirect elsewhere ends the walk. */
export class Browser {
  #send;
  #origin;
  #cookies = new Map();
  /** Every `Set-Cookie` that came. */
  setCookies = /** @type {string[]} */ ([]);

  /**
   * @param {Send} send
   * @param {string} origin
   */
  constructor(send, origin) {
    this.#send = send;
    this.#origin = origin;
  }

  get cookies() {
    return this.#cookies;
  }

  /**
   * @param {string} url
   * @param {string} [form] to be posted
   */
  async open(url, form) {
    for (let hops = 0; hops < 10; hops++) {
      const headers = {};
      if (this.#cookies.size > 0) {
        headers.cookie = [...this.#cookies].map((pair) => pair.join("=")).join("; ");
      }
      if (form !== undefined) {
        headers["content-type"] = "application/x-www-form-urlencoded";
        headers.origin = this.#origin;
      }
      const method = form === undefined ? "GET" : "POST";
      const answer = await this.#send(method, url, headers, form);
      for (const cookie of answer.headers.getSetCookie()) {
        this.setCookies.push(cookie);
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie);
        this.#cookies.set(name, value);
      }
      const location = answer.headers.get("location");
      if (!location) return { url, ...answer };
      url = new URL(location, url).href;
      form = undefined;
      if (!url.startsWith(`${this.#origin}/`)) return { url, status: 302, text: "" };
    }
    throw new Error("redirected in circles");
  }

  /**
   * Fills in the form that has a field of the first of these names, and sends it by its button, or
   * by the one of this value.
   *
   * @param {{ url: string, text: string, status: number }} page
   * @param {Record<string, string>} values
   * @param {string} [button]
   */
  submit(page, values, button) {
    const wanted = Object.keys(values)[0];
    for (const [, start, inside] of page.text.matchAll(/(<form\b[^>]*>)([\s\S]*?)<\/form>/g)) {
      const fields = [...inside.matchAll(/<(input|button)\b[^>]*>/g)].map(([tag, element]) => ({
        element,
        ...attributes(tag),
      }));
      const isButton = (field) => field.type === "submit" || (field.element === "button" && field.type === undefined);
      const pressed = fields.find((field) => isButton(field) && field.value === button);
      if (wanted ? !fields.some(({ name }) => name === wanted) : !pressed) continue;

      const form = new URLSearchParams();
      for (const field of fields) {
        if (!field.name || (isButton(field) && field !== pressed)) continue;
        form.append(field.name, values[field.name] ?? field.value ?? "");
      }
      const { action = "", method = "get" } = attributes(start);
      const url = new URL(action, page.url).href;
      if (method.toLowerCase() === "post") return this.open(url, form.toString());
      return this.open(`${url.split("?")[0]}?${form}`);
    }
    throw new Error(`no form with ${wanted ?? button}: ${page.status} ${page.text}`);
  }
}
