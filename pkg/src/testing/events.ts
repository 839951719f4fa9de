import type { EventStream, PlainReply, PlainRequest } from "../issuer/plain.js";
import { fieldsOf } from "./fields.js";

/** Sends a request to the issuer without anything around it. */
type Ask = (request: PlainRequest) => Promise<PlainReply>;

/** How many listen at the same time at most: each has the journal read after every request. */
const MOST_LISTENERS = 16;

/** After how many seconds without an event a listener is told that the connection is still there. */
const HEARTBEAT = 15;

/** The longest time between two heartbeats, in seconds: proxies end a connection that is silent for a minute. */
const LONGEST_HEARTBEAT = 60;

/** Those who listen to the journal, each by a connection that does not end (WHATWG HTML, server-sent events). */
export class Listeners {
  readonly #all = new Set<Listener>();
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /**
   * Answers a request for the journal as events: the reply has the stream. The issuer itself says who may, and which
   * entries are meant, as for every other request for the journal.
   *
   * @returns `undefined` if the request asks for something else
   */
  async answer(request: PlainRequest, base: string): Promise<PlainReply | undefined> {
    const url = new URL(request.url, base);
    const isJournal =
      request.method === "GET" && url.pathname === `${new URL(base).pathname.replace(/\/$/, "")}${PATH}`;
    const fields = isJournal ? fieldsOf(request) : [];
    const value = (wanted: string) => fields.find(([name]) => name.toLowerCase() === wanted)?.[1];
    if (!wantsEvents(value("accept") ?? "")) return undefined;
    const heartbeat = url.searchParams.get("heartbeat");
    url.searchParams.delete("heartbeat");
    // A browser that connects again says what it had last, and has the same URL.
    const last = value("last-event-id");
    if (last) url.searchParams.set("after", last);
    // What comes is made of JSON.
    const headers = fields.filter(([name]) => name.toLowerCase() !== "accept");
    const first = await this.#ask({ method: "GET", url: url.href, headers });
    if (first.status !== 200) return first;
    const refusal = (status: number, error: string, problem: string): PlainReply => {
      const body = new TextEncoder().encode(JSON.stringify({ error, error_description: problem }));
      return { status, headers: headersOf(first, "application/json;charset=UTF-8"), body };
    };
    const seconds = heartbeat === null ? HEARTBEAT : /^\d{1,2}$/.test(heartbeat) ? Number(heartbeat) : 0;
    if (seconds < 1 || seconds > LONGEST_HEARTBEAT) {
      return refusal(400, "invalid_request", `heartbeat: expected whole seconds from 1 to ${LONGEST_HEARTBEAT}`);
    }
    if (this.#all.size >= MOST_LISTENERS) {
      return refusal(429, "too_many_listeners", `${MOST_LISTENERS} listen already: end one of them first`);
    }
    url.searchParams.delete("limit");
    const read = (after: number) => {
      url.searchParams.set("after", String(after));
      return this.#ask({ method: "GET", url: url.href, headers });
    };
    const start = Number(url.searchParams.get("after") ?? 0);
    const listener = new Listener(first, start, read, seconds * 1000, () => this.#all.delete(listener));
    this.#all.add(listener);
    return { status: 200, headers: headersOf(first, EVENTS), body: NOTHING, stream: listener };
  }

  /** Says that there may be new entries. @param isAnew whether their numbers begin anew */
  tell(isAnew: boolean): void {
    for (const listener of this.#all) listener.tell(isAnew);
  }

  /** Ends every connection. */
  end(): void {
    for (const listener of this.#all) listener.end();
  }
}

/** What the journal answers. */
interface Page {
  /** The number of the latest entry of all. */
  readonly latest: number;
  /** Those that were asked for. */
  readonly entries: readonly { readonly sequence: number }[];
}

/** One who listens. */
class Listener implements EventStream {
  #first: PlainReply | undefined;
  #after: number;
  readonly #read: (after: number) => Promise<PlainReply>;
  readonly #heartbeat: number;
  readonly #ended: () => void;
  #isOpen = false;
  #isEnded = false;
  /** How often the numbers began anew. */
  #epoch = 0;
  #isTold = false;
  #wake: (isTold: boolean) => void = () => {};

  constructor(
    first: PlainReply,
    after: number,
    read: (after: number) => Promise<PlainReply>,
    heartbeat: number,
    ended: () => void,
  ) {
    this.#first = first;
    this.#after = after;
    this.#read = read;
    this.#heartbeat = heartbeat;
    this.#ended = ended;
  }

  async next(): Promise<Uint8Array | undefined> {
    for (;;) {
      if (this.#isEnded) return undefined;
      const epoch = this.#epoch;
      this.#isTold = false;
      const { status, body } = this.#first ?? (await this.#read(this.#after));
      this.#first = undefined;
      // An issuer that was closed has nothing more to tell.
      if (status !== 200) this.end();
      if (this.#isEnded) return undefined;
      if (epoch !== this.#epoch) continue;
      const { latest, entries } = JSON.parse(new TextDecoder().decode(body)) as Page;
      // The number is of before a reset or a restart, since when the numbers begin anew.
      if (latest < this.#after) {
        this.#after = 0;
        continue;
      }
      // What a filter or a limit has left out is not sent later.
      this.#after = latest;
      const events = entries.map((entry) => `id: ${entry.sequence}\ndata: ${JSON.stringify(entry)}\n\n`);
      // The first piece comes at once, so that who listens knows that it does.
      if (!this.#isOpen) events.unshift(OPEN);
      this.#isOpen = true;
      if (events.length > 0) return new TextEncoder().encode(events.join(""));
      if (!this.#isTold && !(await this.#told())) return this.#isEnded ? undefined : new TextEncoder().encode(BEAT);
    }
  }

  tell(isAnew: boolean): void {
    if (isAnew) {
      this.#after = 0;
      this.#epoch += 1;
      this.#first = undefined;
    }
    this.#isTold = true;
    this.#wake(true);
  }

  end(): void {
    this.#isEnded = true;
    this.#ended();
    this.#wake(false);
  }

  /** Waits until there may be something new; `false` if there is nothing for as long as a heartbeat. */
  #told(): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#wake(false), this.#heartbeat);
      this.#wake = (isTold) => {
        clearTimeout(timer);
        this.#wake = () => {};
        resolve(isTold);
      };
    });
  }
}

/** Whether a request may be one for the journal as events: most are not, and need no closer look. */
export function mayListen({ url }: PlainRequest): boolean {
  return typeof url === "string" && url.includes(PATH);
}

/** Whether a reply says that the issuer began again. */
export function isReset({ method, url }: PlainRequest, { status }: PlainReply): boolean {
  return method === "POST" && status === 204 && /\/_control\/reset(?:[?#]|$)/.test(url);
}

const PATH = "/_control/journal";

const EVENTS = "text/event-stream";

const NOTHING = new Uint8Array(0);

/** A comment, and after how many milliseconds a browser connects again. */
const OPEN = ": the journal\nretry: 1000\n\n";

/** A comment, which nobody is told of. */
const BEAT = ": still there\n\n";

/** Whether a field `Accept` has the media type of events, and does not refuse it by its weight (RFC 9110 section 12.4.2). */
function wantsEvents(accept: string): boolean {
  const ranges = accept.split(",").map((range) => range.split(";").map((part) => part.trim().toLowerCase()));
  return ranges.some(([type, ...rest]) => type === EVENTS && !rest.some((part) => /^q\s*=\s*0(?:\.0*)?$/.test(part)));
}

/** The header fields of the journal's reply with another type of content. */
function headersOf({ headers }: PlainReply, type: string): [name: string, value: string][] {
  return [...headers].map(([name, value]) => [name, name.toLowerCase() === "content-type" ? type : value]);
}
