import { invalid } from "../../../client/invalid.js";
import type { ApplicationConfig } from "../../../issuer/config.js";
import type { AutomaticOptions } from "../../acts/automatic.js";
import type { TestTokens, TokensRequest } from "../../acts/tokens.js";
import { type PersonConfig, personOf } from "../../config.js";
import { type Control, type Json, controlAnswer, flat } from "../../control.js";
import { Hostile } from "../../hostile.js";
import { Journal } from "../../journal.js";
import { checkAutomatic } from "../../options.js";
import type { Records, TestClient, TestUser } from "../../records.js";
import { Script, type ScriptMatcher, type Scripted } from "../../script.js";
import { checkNames } from "../../similar.js";
import type { IssuerUrls } from "../../urls.js";
import type { Automatic, ClockState, Controlled } from "../messages.js";
import { ask } from "./ask.js";
import { WorkerClock } from "./clock.js";
import { automaticOf } from "./options.js";

/** An issuer in a service worker, under the control of a page. {@link startIssuerWorker} makes it. */
export class IssuerWorker<Client extends string = string, User extends string = string> {
  /** Where the issuer is reached, by the pages of this site alone. */
  readonly url: string;
  /** The issuer of the whole instance, of which every client is one. */
  readonly instance: IssuerUrls;
  /** The clients by their ids, each with its secret and the URLs of its own issuer. */
  readonly clients: Readonly<Record<Client, TestClient>>;
  /** The users by their usernames, each with a password. */
  readonly users: Readonly<Record<User, TestUser>>;
  /** The issuer's time. */
  readonly clock: WorkerClock;
  /** Every request, with what was decided and why. */
  readonly journal: Journal;
  /** Answers that are not the issuer's own. */
  readonly script: Script;
  /** Ways to misbehave. */
  readonly hostile: Hostile;
  readonly #registration: ServiceWorkerRegistration;
  readonly #control: Control;

  /** @internal */
  constructor(registration: ServiceWorkerRegistration, url: string, records: Records) {
    this.url = url;
    this.instance = records.instance;
    this.clients = records.clients as Readonly<Record<Client, TestClient>>;
    this.users = records.users as Readonly<Record<User, TestUser>>;
    this.#registration = registration;
    this.#control = async (method, path, body) => {
      const { status, text } = await this.#send(method, path, body);
      return controlAnswer(path, status, text);
    };
    this.clock = new WorkerClock(this.#control, async () => (await ask(registration, { ask: "clock" })) as ClockState);
    this.journal = new Journal(this.#control);
    this.script = new Script(this.#control);
    this.hostile = new Hostile(this.#control);
  }

  /**
   * Gets the tokens that a client would get after a user has signed in, or without `user` for itself. Nobody has to sign
   * in for that, and this browser's login session stays as it is.
   *
   * @throws {InvalidArgumentError} if the issuer refuses; the message says why
   * @example
   * ```js
   * const { access_token } = await issuer.tokens({ user: "alice", client: "spa", scope: "openid api" });
   * ```
   */
  async tokens(request: TokensRequest<Client, User> = {}): Promise<TestTokens> {
    const { user, client, scope, resource, nonce, instance } = request;
    const wanted = flat({
      client: client ?? first("client", this.clients),
      user,
      scope: scope ?? (user === undefined ? undefined : "openid"),
      resources: resource === undefined ? undefined : ([resource].flat() as Json),
      nonce,
      byInstance: instance,
    });
    return (await this.#control("POST", "tokens", wanted)) as TestTokens;
  }

  /**
   * Signs a user in, in this browser. There are no cookies: all pages of this site share one login session.
   *
   * @throws {InvalidArgumentError} if there is no such user
   */
  async signIn(username: User): Promise<void> {
    await this.#control("POST", "sign-in", { user: username });
  }

  /**
   * Answers a device's request, as a user does who types its code.
   *
   * @param userCode what the device shows
   * @param options `user`: who answers, by default the first one; `deny`: whether the request is denied
   * @throws {InvalidArgumentError} if there is no such user or code
   */
  async approve(
    userCode: string,
    { user, deny = false }: { readonly user?: User | undefined; readonly deny?: boolean | undefined } = {},
  ): Promise<void> {
    const answer = deny ? { deny } : { user: user ?? first("user", this.users) };
    await this.#control("POST", "approve", { userCode, ...answer });
  }

  /**
   * Sets what happens at the issuer's pages without anybody, from now on; what is left out is as it was.
   *
   * @throws {InvalidArgumentError} if an option is wrong
   */
  async automatic(options: AutomaticOptions): Promise<void> {
    checkNames("options", options, { autoSignIn: true, autoConsent: true });
    checkAutomatic("options", options);
    const former = (await this.#control("GET", "automatic")) as Automatic;
    await this.#control("PUT", "automatic", flat({ ...automaticOf(options, former) }));
  }

  /**
   * Says what happens to the next request at an endpoint, in place of the issuer's answer or with it.
   *
   * @param endpoint such as `token`, `userinfo`, `jwks` or `discovery`
   * @throws {InvalidArgumentError} if it is no text
   * @example
   * ```js
   * await issuer.next("token", { client: "spa" }).fail(503);
   * ```
   */
  next(endpoint: string, matcher?: ScriptMatcher): Scripted {
    return this.script.next(endpoint, matcher);
  }

  /** Lets one token expire now, whatever its kind. @throws {InvalidArgumentError} if the issuer did not give it out */
  async expire(token: string): Promise<void> {
    await this.#control("POST", "expire", { token });
  }

  /** Ends every sign-in, code and token. @throws {EiamTokenError} if there is no issuer any more */
  async revokeAll(): Promise<void> {
    await this.#control("POST", "revoke-all");
  }

  /**
   * Adds a user, or replaces the one of this name. What the user does not say has the default of a short configuration.
   *
   * @returns the whole user
   * @throws {InvalidArgumentError} if the user is not valid
   */
  async setUser(username: string, user: PersonConfig = {}): Promise<TestUser> {
    const person = personOf(username, user) as TestUser;
    await this.#control("PUT", `users/${encodeURIComponent(person.userId)}`, plain(person));
    return person;
  }

  /** Removes the user of this id, and ends all sign-ins. @returns `false` if there is none @throws {EiamTokenError} if there is no issuer any more */
  removeUser(userId: string): Promise<boolean> {
    return this.#remove(`users/${encodeURIComponent(userId)}`);
  }

  /** Adds an application, or replaces the one of this id. @throws {InvalidArgumentError} if the application is not valid */
  async setApplication(application: ApplicationConfig): Promise<void> {
    await this.#control("PUT", `clients/${encodeURIComponent(application.applicationId)}`, plain(application));
  }

  /** Removes an application, and invalidates its tokens. @returns `false` if there is none of this id @throws {EiamTokenError} if there is no issuer any more */
  removeApplication(applicationId: string): Promise<boolean> {
    return this.#remove(`clients/${encodeURIComponent(applicationId)}`);
  }

  /**
   * Goes back to the start: sessions, tokens and device requests are forgotten, users and clients are those of the
   * configuration, and the clock, faults, hostile cases and the journal begin anew.
   *
   * @throws {EiamTokenError} if there is no issuer any more
   */
  async reset(): Promise<void> {
    await ask(this.#registration, { ask: "reset" });
    await this.clock.look();
  }

  /**
   * Ends the issuer, forgets all that it knew, and unregisters the worker, which serves the pages that are open until
   * they are closed.
   *
   * @returns `false` if the worker was unregistered before
   * @throws {EiamTokenError} if the worker does not answer
   */
  async unregister(): Promise<boolean> {
    if (this.#registration.active === null) return false;
    await ask(this.#registration, { ask: "end" });
    return this.#registration.unregister();
  }

  async #send(method: string, path: string, body: Json | undefined): Promise<Controlled> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    return (await ask(this.#registration, { ask: "control", method, path, body: text })) as Controlled;
  }

  async #remove(path: string): Promise<boolean> {
    const { status, text } = await this.#send("DELETE", path, undefined);
    if (status === 404) return false;
    controlAnswer(path, status, text);
    return true;
  }
}

function first(kind: string, known: Readonly<Record<string, unknown>>): string {
  const [name] = Object.keys(known);
  if (name === undefined) throw invalid(kind, "there is none");
  return name;
}

/** As JSON has it. */
function plain(value: object): Json {
  return JSON.parse(JSON.stringify(value));
}
