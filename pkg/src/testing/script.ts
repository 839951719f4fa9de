import { invalid } from "../client/invalid.js";
import { type Control, type Json, flat } from "./control.js";
import { checkNames } from "./similar.js";

/** Which requests a scripted answer is for; what is left out fits every request. */
export interface ScriptMatcher {
  /** The grant type of a token request. */
  readonly grant?: string | undefined;
  /** The id of the client. */
  readonly client?: string | undefined;
  /** The id of the user. */
  readonly user?: string | undefined;
  /** How many requests that fit pass untouched before. Default: 0. */
  readonly after?: number | undefined;
}

/** A scripted answer as the issuer knows it. */
export interface ScriptedFault {
  /** Its number. */
  readonly id: number;
  /** How often it was used. */
  readonly used: number;
  /** How often it will be used yet. */
  readonly left: number | "always";
  /** What it is for, and what it does. */
  readonly [name: string]: unknown;
}

/** How the issuer's answer is changed. */
export interface ScriptChanges {
  /** A merge patch of its JSON (RFC 7396). */
  readonly merge?: Json | undefined;
  /** Texts of its body, each with what stands in its place. */
  readonly replace?: readonly (readonly [text: string, by: string])[] | undefined;
  /** Header fields; `null` takes one away. */
  readonly headers?: Readonly<Record<string, string | null>> | undefined;
  /** The status. */
  readonly status?: number | undefined;
}

/**
 * Makes another body of that of an answer, which is JSON. What it returns is sent, or the body that it was given if it
 * returns nothing.
 */
// biome-ignore lint/suspicious/noExplicitAny: whatever the endpoint answers
export type BodyChange = (body: any) => unknown;

/** What only an issuer in the same process does. @internal */
export interface Within {
  /** @throws {InvalidArgumentError} if it is neither a status nor an error code */
  checkFailure(what: unknown): void;
  /** The changes that stand for a function. */
  changesOf(change: BodyChange): ScriptChanges;
}

/**
 * What happens to the next request at an endpoint, in place of the issuer's answer or with it. The methods that say what
 * happens send it to the issuer; await them before the request comes.
 */
export class Scripted {
  readonly #control: Control;
  readonly #fault: Readonly<Record<string, Json | undefined>>;
  readonly #within: Within | undefined;

  /** @internal */
  constructor(control: Control, fault: Readonly<Record<string, Json | undefined>>, within: Within | undefined) {
    this.#control = control;
    this.#fault = fault;
    this.#within = within;
  }

  /** Only the next request that fits, which is the default. */
  once(): Scripted {
    return this.times(1);
  }

  /** As many requests that fit. */
  times(count: number): Scripted {
    return this.#with({ times: count });
  }

  /** Every request that fits, until the script is cleared. */
  always(): Scripted {
    return this.#with({ times: "always" });
  }

  /**
   * The issuer is not asked: the answer is this status (400 to 599), or this OAuth error code with its own status. A code
   * of one server alone is no OAuth error code: for that, change the answer by {@link Scripted.mutate}.
   *
   * @throws {InvalidArgumentError} if there is no such endpoint, status or code
   */
  async fail(what: number | string): Promise<number> {
    this.#within?.checkFailure(what);
    return this.#add({ fail: what });
  }

  /** The answer is the HTML page that a gateway writes. @throws {InvalidArgumentError} if it is no status */
  html(status = 502): Promise<number> {
    return this.#add({ html: status });
  }

  /** The answer is the JSON that a gateway writes. @throws {InvalidArgumentError} if it is no status */
  gateway(status = 503): Promise<number> {
    return this.#add({ gateway: status });
  }

  /** The device that asks is approved by this user first. @throws {InvalidArgumentError} if it is no username */
  approve(username: string): Promise<number> {
    return this.#add({ approve: username });
  }

  /**
   * The issuer's answer is changed: its JSON by a merge patch (RFC 7396), its text by exact replacements, its header
   * fields (`null` takes one away), its status. A function makes another body of its JSON, at an issuer in the same
   * process; a body that is no JSON stays as it is.
   *
   * @throws {InvalidArgumentError} if a change is none
   * @example
   * ```js
   * await issuer.next("token").mutate({ merge: { expires_in: 1, scope: null } });
   * await issuer.next("jwks").mutate(({ keys }) => ({ keys: [...keys].reverse() }));
   * ```
   */
  async mutate(changes: ScriptChanges | BodyChange): Promise<number> {
    const said: unknown = typeof changes === "function" ? this.#within?.changesOf(changes) : changes;
    checkNames("changes", said, { merge: 0, replace: 0, headers: 0, status: 0 });
    return this.#add(said as Record<string, Json>);
  }

  /** The answer comes so many milliseconds later. @throws {InvalidArgumentError} if it is no number of them */
  delay(milliseconds: number): Promise<number> {
    return this.#add({ delay: milliseconds });
  }

  /** The connection ends without an answer. @throws {InvalidArgumentError} if there is no such endpoint */
  drop(): Promise<number> {
    return this.#add({ drop: true });
  }

  /** The connection ends after so many octets of the body. @throws {InvalidArgumentError} if it is no number of them */
  truncate(octets: number): Promise<number> {
    return this.#add({ truncate: octets });
  }

  /** The body comes in pieces with so many milliseconds between. @throws {InvalidArgumentError} if it is no number */
  throttle(milliseconds: number): Promise<number> {
    return this.#add({ throttle: milliseconds });
  }

  /** More octets follow the body, until its reader stops or 64 MiB were sent. @throws {InvalidArgumentError} if there is no such endpoint */
  endless(): Promise<number> {
    return this.#add({ endless: true });
  }

  #with(more: Readonly<Record<string, Json>>): Scripted {
    return new Scripted(this.#control, { ...this.#fault, ...more }, this.#within);
  }

  async #add(more: Readonly<Record<string, Json | undefined>>): Promise<number> {
    const { id } = (await this.#control("POST", "faults", flat({ ...this.#fault, ...more }))) as { id: number };
    return id;
  }
}

/** The script of an issuer. */
export class Script {
  readonly #control: Control;
  readonly #within: Within | undefined;

  /** @internal */
  constructor(control: Control, within?: Within) {
    this.#control = control;
    this.#within = within;
  }

  /**
   * Says what happens at an endpoint next.
   *
   * @param endpoint such as `token`, `userinfo`, `jwks` or `discovery`
   * @throws {InvalidArgumentError} if it is no text, or the matcher has a key that is unknown
   */
  next(endpoint: string, matcher: ScriptMatcher = {}): Scripted {
    if (typeof endpoint !== "string") throw invalid("endpoint", 'expected the name of one, such as "token"');
    checkNames("matcher", matcher as unknown, { grant: 0, client: 0, user: 0, after: 0 });
    return new Scripted(this.#control, { endpoint, ...matcher }, this.#within);
  }

  /** All scripted answers that there are. */
  async list(): Promise<readonly ScriptedFault[]> {
    return ((await this.#control("GET", "faults")) as { faults: ScriptedFault[] }).faults;
  }

  /** Takes all away, or the one of this number. @throws {InvalidArgumentError} if there is no such one */
  async clear(id?: number): Promise<void> {
    await this.#control("DELETE", id === undefined ? "faults" : `faults/${id}`);
  }
}
