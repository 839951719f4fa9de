import type { PlainReply } from "../../issuer/plain.js";

/** A cookie as browsers' automation takes it: `context.addCookies(cookies)` of Playwright, `cy.setCookie` of Cypress. */
export interface TestCookie {
  /** Its name. */
  readonly name: string;
  /** Its value. */
  readonly value: string;
  /** The host that it is for. */
  readonly domain: string;
  /** The path that it is for. */
  readonly path: string;
  /** Whether scripts cannot see it. */
  readonly httpOnly: boolean;
  /** Whether it needs https. */
  readonly secure: boolean;
  /** When other sites' requests have it. */
  readonly sameSite: "Lax" | "Strict" | "None";
}

/** The cookies of one browser at one issuer. */
export class Jar {
  readonly #cookies = new Map<string, { value: string; attributes: string }>();

  /** Keeps what a reply sets. */
  take({ headers }: PlainReply): void {
    for (const [field, text] of headers) {
      if (field !== "set-cookie") continue;
      const [, name = "", value = "", attributes = ""] = /^([^=;]+)=([^;]*)(.*)$/.exec(text) ?? [];
      if (/;\s*max-age=0(?:;|$)/i.test(attributes)) this.#cookies.delete(name);
      else this.#cookies.set(name, { value, attributes });
    }
  }

  /** Keeps what a request sends. */
  takeSent(headers: readonly (readonly [string, string])[]): void {
    for (const [field, text] of headers) {
      if (field.toLowerCase() !== "cookie") continue;
      for (const pair of text.split(/;\s*/)) {
        const at = pair.indexOf("=");
        if (at > 0) this.#cookies.set(pair.slice(0, at), { value: pair.slice(at + 1), attributes: "" });
      }
    }
  }

  /** The field `Cookie`, if there is anything to send. */
  header(): [string, string][] {
    const pairs = Array.from(this.#cookies, ([name, { value }]) => `${name}=${value}`);
    return pairs.length > 0 ? [["cookie", pairs.join("; ")]] : [];
  }

  /** All cookies, for the automation of a browser. */
  list(domain: string): TestCookie[] {
    return Array.from(this.#cookies, ([name, { value, attributes }]) => ({
      name,
      value,
      domain,
      path: /;\s*path=([^;]*)/i.exec(attributes)?.[1] ?? "/",
      httpOnly: /;\s*httponly/i.test(attributes),
      secure: /;\s*secure/i.test(attributes),
      sameSite: /;\s*samesite=strict/i.test(attributes) ? "Strict" : "Lax",
    }));
  }
}
