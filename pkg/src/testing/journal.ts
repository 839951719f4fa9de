import { invalid } from "../client/invalid.js";
import { EiamTokenError } from "../errors.js";
import { type Control, type Json, flat } from "./control.js";
import { type Duration, secondsIn } from "./duration.js";
import { checkNames } from "./similar.js";

/** What the issuer noted of a request. Secrets are masked. */
export interface JournalEntry {
  /** Its number, counted from 1. */
  readonly sequence: number;
  /** The method. */
  readonly method: string;
  /** The path. */
  readonly path: string;
  /** The endpoint, such as `token`. */
  readonly endpoint?: string | null;
  /** The id of the client, where it is known. */
  readonly client?: string | null;
  /** The id of the user, where it is known. */
  readonly user?: string | null;
  /** The grant type of a token request. */
  readonly grant?: string | null;
  /** The status of the response. */
  readonly status: number;
  /** What became of it: `granted`, `shown` (a page), `refused`, or `scripted`. */
  readonly decision: string;
  /** The name of the rule by which it was refused. */
  readonly rule?: string | null;
  /** The section of the standard that the rule is from. */
  readonly section?: string | null;
  /** The OAuth error code. */
  readonly error?: string | null;
  /** What would have been right. */
  readonly right?: string | null;
  /** Why the token that the request presents does not work, which the issuer does not tell its clients. */
  readonly because?: string | null;
  /** What else is known: parameters, header fields, and what was changed. */
  readonly [name: string]: unknown;
}

/**
 * Which entries are looked for: members that are equal. A text is that of the endpoint. A name that no entry has, and a
 * value that it never has, is refused.
 */
export type JournalMatcher = string | Readonly<Partial<Record<MatchedName, string | number>>>;

/** What a matcher may say. */
export type MatchedName =
  | "sequence"
  | "time"
  | "status"
  | "endpoint"
  | "decision"
  | "rule"
  | "method"
  | "path"
  | "client"
  | "user"
  | "grant"
  | "section"
  | "error"
  | "description"
  | "right"
  | "because"
  | "sent"
  | "setting"
  | "request_id"
  | "page";

/** What the values of those members are: numbers, texts of which the issuer knows all, or other texts. */
const KINDS: Readonly<Record<MatchedName, "number" | "known" | "text">> = {
  sequence: "number",
  time: "number",
  status: "number",
  endpoint: "known",
  decision: "known",
  rule: "known",
  method: "text",
  path: "text",
  client: "text",
  user: "text",
  grant: "text",
  section: "text",
  error: "text",
  description: "text",
  right: "text",
  because: "text",
  sent: "text",
  setting: "text",
  request_id: "text",
  page: "text",
};

/** The journal of an issuer: every request, with what was decided and why. */
export class Journal {
  readonly #control: Control;

  /** @internal */
  constructor(control: Control) {
    this.#control = control;
  }

  /** All entries that fit, the oldest first. @throws {InvalidArgumentError} if no entry could ever fit the matcher */
  async entries(matcher: JournalMatcher = {}): Promise<readonly JournalEntry[]> {
    return (await this.#read(matcher)).entries;
  }

  async #read(matcher: JournalMatcher): Promise<Page> {
    const wanted = checked(matcher);
    // The issuer refuses what no entry ever is.
    const known = wanted
      .filter(([name]) => KINDS[name as MatchedName] === "known")
      .map(([name, value]) => [name, String(value)]);
    const query = new URLSearchParams(known).toString();
    const { latest, entries } = (await this.#control("GET", query ? `journal?${query}` : "journal")) as Page;
    return { latest, entries: entries.filter((entry) => wanted.every(([name, value]) => entry[name] === value)) };
  }

  /**
   * The last request that fits; `undefined` if there was none.
   *
   * @throws {EiamTokenError} `invalid_argument` if the issuer was closed
   * @example
   * ```js
   * await issuer.tokens({ client: "machine" });
   * const { decision } = await issuer.journal.last("token");
   * decision; // "granted"
   * ```
   */
  async last(matcher: JournalMatcher = {}): Promise<JournalEntry | undefined> {
    return (await this.entries(matcher)).at(-1);
  }

  /**
   * The first request that fits and is not yet over when this is called, or comes after.
   *
   * @param options `timeout`: how long it is waited for; default: 5 seconds
   * @throws {EiamTokenError} `timeout` if none came; the message says what there was
   */
  async waitFor(
    matcher: JournalMatcher,
    { timeout = 5 }: { readonly timeout?: Duration | undefined } = {},
  ): Promise<JournalEntry> {
    let { latest: start } = (await this.#control("GET", "journal?limit=1")) as Page;
    const milliseconds = Number(secondsIn(timeout, "timeout")) * 1000;
    // A test may let `Date` stand still.
    let isLate = milliseconds === 0;
    const timer = setTimeout(() => {
      isLate = true;
    }, milliseconds);
    try {
      for (;;) {
        const { latest, entries } = await this.#read(matcher);
        // After a reset the numbers begin anew.
        if (latest < start) start = 0;
        const found = entries.find(({ sequence }) => sequence > start);
        if (found) return found;
        if (isLate) break;
        await new Promise((resolve) => setTimeout(resolve, POLL));
      }
    } finally {
      clearTimeout(timer);
    }
    throw new EiamTokenError(
      "timeout",
      `no request came that fits ${JSON.stringify(matcher)}; the last were: ${await this.#recent()}`,
    );
  }

  /**
   * The last request that fits, which there has to be.
   *
   * @throws {EiamTokenError} `invalid_argument` if there was none; the message says what there was
   */
  async expect(matcher: JournalMatcher): Promise<JournalEntry> {
    const found = await this.last(matcher);
    if (found) return found;
    throw new EiamTokenError(
      "invalid_argument",
      `no request fits ${JSON.stringify(matcher)}; the last were: ${await this.#recent()}`,
    );
  }

  /** Forgets all entries. */
  async clear(): Promise<void> {
    await this.#control("DELETE", "journal");
  }

  /** Sets how many entries are kept. @throws {InvalidArgumentError} if it is no number of them */
  async keep(limit: number): Promise<void> {
    await this.#control("PUT", "journal", flat({ limit } as Record<string, Json>));
  }

  async #recent(): Promise<string> {
    const recent = (await this.entries())
      .slice(-5)
      .map(({ endpoint, status, rule }) => [endpoint, status, rule].filter(Boolean).join(" "));
    return recent.join("; ") || "none";
  }
}

/** What the issuer answers. */
interface Page {
  /** The number of the latest entry of all. */
  readonly latest: number;
  readonly entries: readonly JournalEntry[];
}

/** How long is waited between two looks, in milliseconds. */
const POLL = 10;

/** @throws {InvalidArgumentError} if no entry could ever fit */
function checked(matcher: unknown): [name: string, value: string | number][] {
  if (typeof matcher === "string") return [["endpoint", matcher]];
  checkNames("matcher", matcher, KINDS);
  // What is not said lets every entry through.
  const said = Object.entries(matcher).filter(([, value]) => value !== undefined);
  for (const [name, value] of said) {
    const kind = KINDS[name as MatchedName] === "number" ? "number" : "string";
    if (typeof value !== kind) {
      throw invalid(`matcher.${name}`, `expected a ${kind === "number" ? "number" : "text"}: a matcher is equality`);
    }
  }
  return said as [string, string | number][];
}
