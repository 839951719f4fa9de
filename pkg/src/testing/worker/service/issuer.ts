import { Issuer } from "../../../issuer/issuer.js";
import type { PlainReply, PlainRequest, RequestOptions } from "../../../issuer/plain.js";
import { type Control, type Json, controlAnswer, newToken } from "../../control.js";
import { testKeys } from "../../keys.js";
import { type Records, recordsOf } from "../../records.js";
import type { Beginning, ClockState, Controlled } from "../messages.js";
import { WorkerJournal } from "./journal.js";
import { Saver } from "./saver.js";
import { clockOf, stateOf, stateTo } from "./state.js";
import { type Kept, keep } from "./store.js";

/** An issuer that goes on where it was when its worker was stopped. */
export class WorkerIssuer {
  /** What it is made of, as JSON. */
  readonly beginning: string;
  /** What it was configured with. */
  readonly records: Records;
  readonly #issuer: Issuer;
  readonly #journal: WorkerJournal;
  readonly #token: string;
  readonly #start: Beginning;
  readonly #saver: Saver;

  private constructor(kept: Kept, start: Beginning, issuer: Issuer, token: string, records: Records) {
    const { beginning, octets } = kept;
    this.beginning = beginning;
    this.records = records;
    this.#issuer = issuer;
    this.#token = token;
    this.#start = start;
    this.#journal = new WorkerJournal();
    this.#saver = new Saver(async () => {
      // A key of the configuration is in its place again, with its own name.
      const key = start.config.keys === undefined ? issuer.key : undefined;
      await keep({ beginning, octets, state: await stateOf(issuer, this.#control, this.#journal, key) });
    });
  }

  /**
   * Makes the issuer as it began, and leads it to where it was.
   *
   * @throws {IssuerConfigError} if the configuration is not valid
   */
  static async resume(kept: Kept): Promise<WorkerIssuer> {
    const given: Beginning = JSON.parse(kept.beginning);
    const keys = given.config.keys ?? (await testKeys(given.config, kept.octets));
    const config = keys === undefined ? given.config : { ...given.config, keys };
    const token = newToken();
    const issuer = await Issuer.create(config, {
      random: (bytes) => bytes.set(kept.octets),
      // The browser drops the cookies of what a worker answers.
      sessions: "host",
      key: kept.state?.key,
      // Pages control it by messages, and nobody else does.
      control: { token, isExposed: false },
    });
    const records = await recordsOf(config, config.baseUrl, (request) => issuer.handle(request));
    const made = new WorkerIssuer(kept, { ...given, config }, issuer, token, records);
    await made.#begin();
    if (kept.state) {
      await stateTo(kept.state, made.#control);
      made.#journal.goOn(kept.state.journal);
    }
    return made;
  }

  /** Answers a request, once what it has changed outlives the worker. @throws {Error} if nothing can be kept */
  async handle(request: PlainRequest, waitUntil: NonNullable<RequestOptions["waitUntil"]>): Promise<PlainReply> {
    const reply = await this.#issuer.handle(request, { waitUntil });
    await this.#saver.save();
    return reply;
  }

  /** Answers a request to control. @throws {Error} if nothing can be kept */
  async control(method: string, path: string, body: string | undefined): Promise<Controlled> {
    const told = this.#journal.told(method, path, body, await this.#send(method, path, body));
    if (method !== "GET") await this.#saver.save();
    return told;
  }

  /** How its clock goes. */
  clock(): Promise<ClockState> {
    return clockOf(this.#control);
  }

  /** Goes back to how it began. @throws {Error} if nothing can be kept */
  async reset(): Promise<void> {
    await this.#begin();
    await this.#saver.save();
  }

  /** Ends it. Nothing is kept any more afterwards. */
  async close(): Promise<void> {
    await this.#saver.settled();
    this.#issuer.free();
  }

  readonly #control: Control = async (method, path, body) => {
    const { status, text } = await this.#send(method, path, body === undefined ? undefined : JSON.stringify(body));
    return controlAnswer(path, status, text);
  };

  async #send(method: string, path: string, body: string | undefined): Promise<Controlled> {
    const reply = await this.#issuer.handle({
      method,
      url: `${this.#start.config.baseUrl}/_control/${path}`,
      headers: { authorization: `Bearer ${this.#token}`, "content-type": "application/json" },
      body,
    });
    return { status: reply.status, text: new TextDecoder().decode(reply.body) };
  }

  async #begin(): Promise<void> {
    const { automatic, clock } = this.#start;
    await this.#control("POST", "reset");
    this.#journal.goOn();
    await this.#control("PUT", "automatic", automatic as Json);
    if (clock !== undefined) await this.#control("POST", "clock", { freeze: clock });
  }
}
