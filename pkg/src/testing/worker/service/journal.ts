import type { JournalEntry } from "../../journal.js";
import type { Controlled } from "../messages.js";
import type { JournalState } from "./store.js";

/** How many entries are kept if no test says so, as in the issuer. */
const USUAL_LIMIT = 1_000;

const NOTHING: JournalState = { entries: [], latest: 0, limit: undefined };

/** The journal as pages see it: what the worker knew before it was stopped, and what the issuer has noted since. */
export class WorkerJournal {
  #before: JournalState = NOTHING;

  /** All of it, when the issuer tells this. */
  whole(noted: Pick<JournalState, "entries" | "latest">): JournalState {
    const { entries, latest, limit } = this.#before;
    const later = noted.entries.map((entry) => ({ ...entry, sequence: entry.sequence + latest }));
    const all: JournalEntry[] = [...entries, ...later];
    const most = limit ?? USUAL_LIMIT;
    return { entries: all.slice(Math.max(0, all.length - most)), latest: latest + noted.latest, limit };
  }

  /** What a page is told, when the issuer has answered this. */
  told(method: string, path: string, body: string | undefined, reply: Controlled): Controlled {
    const [route, query] = path.split("?");
    if (route !== "journal" || reply.status > 299) return reply;
    if (method === "DELETE") this.#before = { ...this.#before, entries: [] };
    if (method === "PUT") this.#limitTo(JSON.parse(body ?? "{}").limit);
    if (method !== "GET") return reply;
    const { entries, latest } = this.whole(JSON.parse(reply.text));
    const limit = Number(new URLSearchParams(query).get("limit") ?? entries.length);
    const text = JSON.stringify({ latest, entries: entries.slice(Math.max(0, entries.length - limit)) });
    return { ...reply, text };
  }

  /** The issuer has noted nothing yet, and before that was this. */
  goOn(before = NOTHING): void {
    this.#before = before;
  }

  #limitTo(limit: number): void {
    const { entries, latest } = this.#before;
    this.#before = { entries: entries.slice(Math.max(0, entries.length - limit)), latest, limit };
  }
}
