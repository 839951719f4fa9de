import { invalid } from "../client/invalid.js";
import type { Control } from "./control.js";
import { checkNames, hintAt, shortened } from "./similar.js";

/** A way to misbehave. */
export interface HostileCase {
  /** Its name. */
  readonly name: string;
  /** Where it is done. */
  readonly where: string;
  /** What is changed. */
  readonly change: string;
  /** What a correct client does. */
  readonly expect: string;
  /** The section that says so. */
  readonly section: string;
  /** How often it will be done yet; `undefined` if it is not. */
  readonly left?: number | "always" | undefined;
}

/** An issuer that misbehaves, so that clients under test can show that they notice. */
export class Hostile {
  readonly #control: Control;

  /** @internal */
  constructor(control: Control) {
    this.#control = control;
  }

  /** All ways to misbehave. */
  async cases(): Promise<readonly HostileCase[]> {
    return ((await this.#control("GET", "hostile")) as { cases: HostileCase[] }).cases;
  }

  /**
   * Misbehaves from now on.
   *
   * @param name of a case
   * @param options `times`: how often; default: always
   * @throws {InvalidArgumentError} if there is no such case, and the message says which one was probably meant; if an
   *   option is wrong
   */
  async be(name: string, options: { readonly times?: number | "always" | undefined } = {}): Promise<void> {
    checkNames("options", options as unknown, { times: true });
    const { times = "always" } = options;
    const names = (await this.cases()).map((each) => each.name);
    if (!names.includes(name)) {
      const text = String(name);
      const hint = hintAt(text, names, "cases() has them all");
      throw invalid("name", `there is no hostile case "${shortened(text)}" (${hint})`);
    }
    await this.#control("POST", "hostile", { case: name, times });
  }

  /** Behaves again. */
  async end(): Promise<void> {
    await this.#control("DELETE", "hostile");
  }
}
