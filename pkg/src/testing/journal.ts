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

/** A number. */
const NUMBER = 0;
/** A text of which the issuer knows all. */
const KNOWN = 1;
/** Another text. */
const TEXT = 2;

/** What the values of those members are; of one that has a form in every entry, that form. */
const KINDS: Readonly<Record<MatchedName, number | RegExp>> = {
  sequence: NUMBER,
  time: NUMBER,
  status: /^[2-5]\d\d$/,
  endpoint: KNOWN,
  decision: KNOWN,
  rule: KNOWN,
  method: /^[A-Z]+$/,
  path: /^\//,
  client: TEXT,
  user: TEXT,
  grant: TEXT,
  section: TEXT,
  error: TEXT,
  description: TEXT,
  right: TEXT,
  because: TEXT,
  sent: TEXT,
  setting: TEXT,
  request_id: TEXT,
  page: TEXT,
};

/** The journal of an issuer: every request, with what was decided and why. */
export class Journal {
  readonly #control: Control;
  /** How often the numbers of entries began anew, as far as this process knows. @internal */
  beginnings = 0;

  /** @internal */
  constructor(control: Control) {
    this.#control = control;
  }

  /** All entries that fit, the oldest first. @throws {InvalidArgumentError} if no entry could ever fit the matcher */
  async entries(matcher: JournalMatcher = {}): Promise<readonly JournalEntry[]> {
    return (await this.#read(matcher)).entries;
  }

  async #read(matcher: JournalMatcher): Promise<{ latest: number; entries: readonly JournalEntry[] }> {
    const wanted = checked(matcher);
    // The issuer refuses what no entry ever is.
    const known = wanted.filter(([name]) => KINDS[name as MatchedName] === KNOWN) as [string, string][];
    const { latest, entries } = (await this.#control("GET", `journal?${new URLSearchParams(known)}`)) as {
      latest: number;
      entries: JournalEntry[];
    };
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
   * The first request that fits and is not yet over when this is called, or comes after. If the issuer is reset
   * meanwhile, every request after that counts.
   *
   * @param options `timeout`: how long it is waited for, at most 24 days; default: 5 seconds
   * @throws {EiamTokenError} `timeout` if none came; the message says what there was
   * @throws {InvalidArgumentError} if no entry could ever fit the matcher, or an option is wrong
   */
  async waitFor(
    matcher: JournalMatcher,
    options: { readonly timeout?: Duration | undefined } = {},
  ): Promise<JournalEntry> {
    checkNames("options", options as unknown, { timeout: true });
    const seconds = secondsIn(options.timeout ?? 5, "timeout");
    const { beginnings } = this;
    let after = (await this.#read(matcher)).latest;
    const milliseconds = Math.min(Number(seconds) * 1000, LONGEST);
    // A test may let `Date` stand still.
    let isLate = milliseconds === 0;
    const timer = setTimeout(() => {
      isLate = true;
    }, milliseconds);
    try {
      for (;;) {
        const isAnew = this.beginnings !== beginnings;
        const { latest, entries } = await this.#read(matcher);
        // Numbers that began anew are all of later requests.
        if (isAnew || latest < after) after = 0;
        const found = entries.find(({ sequence }) => sequence > after);
        if (found) return found;
        if (isLate) break;
        await new Promise((resolve) => setTimeout(resolve, POLL));
      }
    } finally {
      clearTimeout(timer);
    }
    throw await this.#none("timeout", matcher);
  }

  /**
   * The last request that fits, which there has to be.
   *
   * @throws {EiamTokenError} `invalid_argument` if there was none; the message says what there was
   */
  async expect(matcher: JournalMatcher): Promise<JournalEntry> {
    const found = await this.last(matcher);
    if (found) return found;
    throw await this.#none("invalid_argument", matcher);
  }

  /** Forgets all entries. */
  async clear(): Promise<void> {
    await this.#control("DELETE", "journal");
  }

  /** Sets how many entries are kept. @throws {InvalidArgumentError} if it is no number of them */
  async keep(limit: number): Promise<void> {
    await this.#control("PUT", "journal", flat({ limit } as Record<string, Json>));
  }

  /** The error if there is no request that fits. */
  async #none(code: "timeout" | "invalid_argument", matcher: JournalMatcher): Promise<EiamTokenError> {
    const recent = (await this.entries())
      .slice(-5)
      .map(({ endpoint, status, rule }) => [endpoint, status, rule].filter(Boolean).join(" "));
    const found = recent.join("; ") || "none";
    return new EiamTokenError(code, `no request fits ${JSON.stringify(matcher)}; the last were: ${found}`);
  }
}

/** How long is waited between two looks, in milliseconds. */
const POLL = 10;

/** The longest time that timers have, in milliseconds. */
const LONGEST = 2_147_483_647;

/** @throws {InvalidArgumentError} if no entry could ever fit */
function checked(matcher: unknown): [name: string, value: string | number][] {
  if (typeof matcher === "string") return [["endpoint", matcher]];
  checkNames("matcher", matcher, KINDS);
  const said = Object.entries(matcher);
  for (const [name, value] of said) {
    const kind = KINDS[name as MatchedName];
    const type = kind === NUMBER || name === "status" ? "number" : "string";
    // What is undefined is often the member of something else that is missing, and would fit every entry.
    const isRight = typeof value === type && (typeof kind === "number" || kind.test(String(value)));
    if (!isRight)
      throw invalid(`matcher.${name}`, `expected a ${type === "string" ? "text" : type} as entries have it`);
  }
  return said as [string, string | number][];
}
