import { invalid } from "../client/invalid.js";
import { type Control, type Json, flat } from "./control.js";

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

/**
 * What happens to the next request at an endpoint, in place of the issuer's answer or with it. The methods that say what
 * happens send it to the issuer; await them before the request comes.
 */
export class Scripted {
  readonly #control: Control;
  readonly #fault: Readonly<Record<string, Json>>;

  /** @internal */
  constructor(control: Control, fault: Readonly<Record<string, Json>>) {
    this.#control = control;
    this.#fault = fault;
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
   * The issuer is not asked: the answer is this status (400 to 599), or this OAuth error code with its own status.
   *
   * @throws {InvalidArgumentError} if there is no such endpoint, status or code
   */
  fail(what: number | string): Promise<number> {
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
   * fields (`null` takes one away), its status.
   *
   * @throws {InvalidArgumentError} if a change is none
   */
  mutate(changes: {
    readonly merge?: Json | undefined;
    readonly replace?: readonly (readonly [text: string, by: string])[] | undefined;
    readonly headers?: Readonly<Record<string, string | null>> | undefined;
    readonly status?: number | undefined;
  }): Promise<number> {
    return this.#add(changes as Record<string, Json>);
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
    return new Scripted(this.#control, { ...this.#fault, ...more });
  }

  async #add(more: Readonly<Record<string, Json | undefined>>): Promise<number> {
    const { id } = (await this.#control("POST", "faults", flat({ ...this.#fault, ...more }))) as { id: number };
    return id;
  }
}

/** The script of an issuer. */
export class Script {
  readonly #control: Control;

  /** @internal */
  constructor(control: Control) {
    this.#control = control;
  }

  /**
   * Says what happens at an endpoint next.
   *
   * @param endpoint such as `token`, `userinfo`, `jwks` or `discovery`
   * @throws {InvalidArgumentError} if it is no text
   */
  next(endpoint: string, matcher: ScriptMatcher = {}): Scripted {
    if (typeof endpoint !== "string") throw invalid("endpoint", 'expected the name of one, such as "token"');
    return new Scripted(this.#control, flat({ endpoint, ...matcher }));
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
