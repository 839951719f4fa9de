import { invalid } from "../client/invalid.js";
import { ConnectionError, NotSupportedError } from "../errors.js";
import type { ApplicationConfig, IssuerConfig } from "../issuer/config.js";
import { IssuerConfigError } from "../issuer/errors.js";
import type { HostResponse, HostUrl, RequestLike } from "../issuer/host-types.js";
import { Issuer } from "../issuer/issuer.js";
import { type PlainReply, type PlainRequest, type RequestOptions, checkPlain, checkRequest } from "../issuer/plain.js";
import { APPROVE, approve } from "./acts/approve.js";
import { type AutomaticOptions, BY_HINT, answerAutomatically } from "./acts/automatic.js";
import { Jar, type TestCookie } from "./acts/cookies.js";
import { refused } from "./acts/refused.js";
import { type TestTokens, type TokensRequest, authorize, signsIn, tokens } from "./acts/tokens.js";
import type { Handle } from "./acts/walk.js";
import { TestClock, instant } from "./clock.js";
import { type PersonConfig, USER_NAMES, personOf, shortPath, wholeConfig } from "./config.js";
import { type Control, controlOf, newToken } from "./control.js";
import type { HostAsyncDisposable } from "./disposable.js";
import { Listeners, isReset, mayListen } from "./events.js";
import { type Abortable, type Exchange, exchange, pathOf } from "./exchange.js";
import { Functions } from "./fault.js";
import { Hostile } from "./hostile.js";
import { isLoopback } from "./hosts.js";
import { Journal } from "./journal.js";
import { testKeys } from "./keys.js";
import type { Incoming, Outgoing } from "./node.js";
import { type TestIssuerOptions, checkAutomatic } from "./options.js";
import { plainOf } from "./plain-of.js";
import { type Records, type TestClient, type TestUser, clientOf, recordsOf } from "./records.js";
import { responseOf } from "./response.js";
import { Script, type ScriptMatcher, type Scripted } from "./script.js";
import { seedOctets } from "./seed.js";
import { checkNames, checkObject, hintAt, shortened } from "./similar.js";
import { faultsOf, pause, piecesOf } from "./transport.js";
import type { IssuerUrls } from "./urls.js";

/** What a test issuer is made of: to begin again is to make an issuer of the same. */
interface Beginning {
  readonly config: IssuerConfig;
  readonly options: TestIssuerOptions<string, string>;
  /** What all its random numbers follow from. */
  readonly octets: Uint8Array;
  /** Where it is reached. */
  readonly url: string;
  /** What a request below `/_control` has to bring. */
  readonly controlToken: string;
}

/** What of an issuer's state the acts need. */
interface Known {
  readonly automatic: AutomaticOptions;
  /** Everybody who can sign in, by username. */
  readonly people: ReadonlyMap<string, TestUser>;
  /** The clients, by id. */
  readonly clients: ReadonlyMap<string, TestClient>;
  /** What changes answers from within this process. */
  readonly functions: Functions;
}

/** What answers the requests of a server. */
interface Served {
  /** Answers a request, whatever origin it names: which ones it may name is the server's concern. */
  readonly handle: Handle;
  readonly url: string;
}

/** An issuer that is declared by `await using` is closed at the end of its block. */
// biome-ignore lint/correctness/noUnusedVariables: both declarations of a name have the same parameters
export interface TestIssuer<Client extends string = string, User extends string = string> extends HostAsyncDisposable {}

/** An issuer under the control of a test. {@link createTestIssuer} and {@link startIssuer} make it. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: hosts without Symbol.asyncDispose have an interface without members
export class TestIssuer<Client extends string = string, User extends string = string> {
  /** Where the issuer is reached. */
  readonly url: string;
  /** The issuer of the whole instance, of which every client is one. */
  readonly instance: IssuerUrls;
  /**
   * The clients of the start by their ids, each with its secret and the URLs of its own issuer.
   * {@link TestIssuer.setApplication} returns those that come later.
   */
  readonly clients: Readonly<Record<Client, TestClient>>;
  /** The users of the start by their usernames, each with a password. {@link TestIssuer.setUser} returns later ones. */
  readonly users: Readonly<Record<User, TestUser>>;
  /** The issuer's time. */
  readonly clock: TestClock;
  /** Every request, with what was decided and why. */
  readonly journal: Journal;
  /** Answers that are not the issuer's own. */
  readonly script: Script;
  /** Ways to misbehave. */
  readonly hostile: Hostile;
  /**
   * What a request below `/_control` has to bring as `Authorization: Bearer`. It is empty without the option `control`:
   * then nobody's requests are answered there.
   */
  readonly controlToken: string;
  readonly #control: Control;
  /** Those who listen to the journal. Their own requests are told to nobody. */
  readonly #listeners = new Listeners((request) => this.#issuer.handle(request));
  readonly #beginning: Beginning;
  readonly #stop: () => Promise<void>;
  readonly #issuer: Issuer;
  /** What {@link TestIssuer.reset} goes back to. */
  readonly #start: Known;
  #automatic: AutomaticOptions;
  #people: Map<string, TestUser>;
  #clients: Map<string, TestClient>;

  /** @internal */
  constructor(
    issuer: Issuer,
    beginning: Beginning,
    records: Records,
    stop = async () => {},
    start = knownAtStart(beginning, records),
  ) {
    this.url = beginning.url;
    this.instance = records.instance;
    this.clients = records.clients as Readonly<Record<Client, TestClient>>;
    this.users = records.users as Readonly<Record<User, TestUser>>;
    this.clock = new TestClock(issuer);
    this.#beginning = beginning;
    this.#stop = stop;
    this.#issuer = issuer;
    this.#start = start;
    this.#automatic = start.automatic;
    this.#people = new Map(start.people);
    this.#clients = new Map(start.clients);
    this.controlToken = beginning.options.control ? beginning.controlToken : "";
    this.#control = controlOf(this.url, beginning.controlToken, this.#step);
    this.journal = new Journal(this.#control);
    this.script = new Script(this.#control, start.functions);
    this.hostile = new Hostile(this.#control);
    // Not every host has `Symbol.asyncDispose`.
    if (Symbol.asyncDispose) Object.defineProperty(this, Symbol.asyncDispose, { value: () => this.close() });
  }

  /**
   * Makes an issuer of options.
   *
   * @param address where it is reached if its configuration does not say so
   * @param ready is given what answers the requests of a server
   * @internal
   */
  static async make<Client extends string, User extends string>(
    options: TestIssuerOptions<string, string>,
    address: string,
    stop?: () => Promise<void>,
    ready: (served: Served) => void = () => {},
  ): Promise<TestIssuer<Client, User>> {
    const octets = await seedOctets(options.seed);
    const config = await configOf(options, address, octets);
    checkSignedIn(options.autoSignIn, Array.isArray(config.users) ? config.users.map((user) => user?.username) : []);
    const url = config.baseUrl === "request" ? address : config.baseUrl;
    const beginning = { config, options, octets, url, controlToken: tokenOf(options.control) };
    const issuer = await begin(beginning);
    const records = await aside(issuer, (copy) => recordsOf(config, url, (request) => copy.handle(request)));
    const made = new TestIssuer<Client, User>(issuer, beginning, records, stop);
    ready({ handle: made.#serve, url });
    return made;
  }

  /**
   * Answers a request without a network. It takes what the host's `fetch` takes, and is bound, so it can be the option
   * `fetch` of a client. It never follows a redirect.
   *
   * @throws {InvalidArgumentError} if the URL is at another origin than {@link TestIssuer.url}, as a request over the
   *   network would not come here; all names of this machine are the same, and so is every origin if the `baseUrl` is
   *   `request`
   * @throws the reason of the request's signal once it is aborted
   * @throws {NotSupportedError} if the host has no `Request` and `Response`, as jsdom in Jest
   * @example
   * ```js
   * const response = await issuer.fetch(issuer.instance.discovery);
   * response.status; // 200
   * ```
   */
  readonly fetch = async (
    input: RequestLike | HostUrl | string,
    init?: object,
    options?: RequestOptions,
  ): Promise<HostResponse> => {
    if (typeof Request === "undefined" || typeof Response === "undefined") {
      const instead = "use handle(), or startIssuer() and what this environment has for requests";
      throw new NotSupportedError(`this environment has no Request and Response: ${instead}`, "Request");
    }
    const isRequest = typeof input === "object" && init === undefined && "arrayBuffer" in Object(input);
    const request = isRequest ? (input as RequestLike) : new Request(input as string, init);
    checkRequest(request, options?.source);
    const { signal } = request as { readonly signal?: AbortSignal };
    if (signal?.aborted) throw signal.reason;
    const plain = await plainOf(request);
    // It may have been aborted while the body was read.
    if (signal?.aborted) throw signal.reason;
    return responseOf(await this.handle(plain, options), signal);
  };

  /**
   * Answers a request of plain values. It is bound.
   *
   * @throws {EiamTokenError} `invalid_argument` if a part of the request is wrong, and the message says which; if a whole
   *   URL is at another origin, as for {@link TestIssuer.fetch}
   */
  readonly handle = async (request: PlainRequest, options?: RequestOptions): Promise<PlainReply> => {
    checkPlain(request, options);
    if (options !== undefined) checkNames("options", options, REQUEST_NAMES);
    if (this.#beginning.config.baseUrl !== "request") checkOrigin(request.url, this.url);
    return this.#serve(request, options);
  };

  readonly #serve: Handle = async (request, options) => {
    const events = mayListen(request) ? await this.#listeners.answer(request, this.url) : undefined;
    if (events) return events;
    return answerAutomatically(
      this.#step,
      this.url,
      this.#automatic,
      (name) => this.#people.get(name),
      request,
      options,
    );
  };

  /**
   * Answers a request of a server that the program has itself, such as one of `node:http`, with what happens to the
   * connection. It is bound. Which hosts requests may name is the server's concern.
   *
   * @param options `url`: the whole URL of the request, by default its path below the issuer's own origin; `signal`: is
   *   aborted when the server stops, so that connections are not kept
   * @returns what was read and what was answered
   * @throws {EiamTokenError} `invalid_argument` if a part of the request is wrong
   * @example
   * ```js
   * const server = http.createServer((request, response) => issuer.answer(request, response));
   * ```
   */
  readonly answer = async (
    request: Incoming,
    response: Outgoing,
    options: { readonly url?: string | undefined; readonly signal?: Abortable | undefined } = {},
  ): Promise<Exchange> => {
    checkNames("options", options as unknown, { url: true, signal: true });
    const { url = new URL(this.url).origin + pathOf(request.url ?? "/"), signal } = options;
    return exchange(this.#serve, url, request, response, signal);
  };

  /**
   * Gets tokens as a client does: a user's by the whole authorization code flow (or the device flow, if the client has
   * only that), in which the user signs in and agrees, or without `user` its own. Everything that the issuer checks is
   * checked.
   *
   * @returns the token response as the issuer gives it
   * @throws {OAuthError} if the issuer refuses
   * @throws {ConnectionError} if a fault of the script or a hostile case ends the connection
   * @throws {InvalidArgumentError} if a key is unknown, there is no such client or user, or the client has a key that
   *   only its owner has
   * @example
   * ```js
   * const { access_token } = await issuer.tokens({ user: "alice", client: "web", scope: "openid api" });
   * ```
   */
  async tokens(request: TokensRequest<Client, User> = {}): Promise<TestTokens> {
    checkTokensRequest(request);
    const client = this.#client(request.client);
    const user = request.user === undefined ? undefined : this.#person(request.user);
    return tokens(this.#site(), client, user, request.instance ? this.instance : undefined, request);
  }

  /**
   * Signs a user in as a browser does.
   *
   * @param username who signs in
   * @param options `client`: to which client; default: the first one that users sign in to
   * @returns the cookies of that browser, for its automation: `await context.addCookies(await issuer.signIn("alice"))`
   * @throws {InvalidArgumentError} if there is no such client or user, users do not sign in to the client, or an option
   *   is wrong
   * @throws {ConnectionError} if a fault of the script or a hostile case ends the connection
   * @example
   * ```js
   * const cookies = await issuer.signIn("alice");
   * ```
   */
  async signIn(username: User, options: { readonly client?: Client | undefined } = {}): Promise<TestCookie[]> {
    checkNames("options", options as unknown, { client: true });
    const { client: id } = options;
    const person = this.#person(username ?? null);
    const first = [...this.#clients.values()].find(signsIn);
    const client = (id === undefined ? first : undefined) ?? this.#client(id);
    const jar = new Jar();
    await authorize(this.#site(), client, person, client, [["scope", "openid"]], jar);
    return jar.list(new URL(this.url).hostname);
  }

  /**
   * Answers a device's request, as a user does who types its code.
   *
   * @param userCode what the device shows
   * @param options `user`: who answers, by default the first one; `deny`: whether the request is denied
   * @throws {InvalidArgumentError} if there is no such user, or an option is wrong
   * @throws {ResponseError} if the issuer does not know the code
   * @throws {ConnectionError} if a fault of the script or a hostile case ends the connection
   * @example
   * ```js
   * await issuer.approve(userCode, { user: "alice" });
   * ```
   */
  async approve(
    userCode: string,
    options: { readonly user?: User | undefined; readonly deny?: boolean | undefined } = {},
  ): Promise<void> {
    checkNames("options", options as unknown, { user: true, deny: true });
    const { user, deny = false } = options;
    if (typeof userCode !== "string") throw invalid("userCode", "expected the code that the device shows");
    if (typeof deny !== "boolean") throw invalid("options.deny", "expected true or false");
    const { handle, base } = this.#site();
    const person = this.#person(user);
    const devices = [...this.#clients.values()].filter((client) => client.deviceAuthorizationEndpoint);
    let unknown: PlainReply | undefined;
    // The code does not say whose it is, and each issuer has a page for its own.
    for (const id of ["common", ...devices.map(({ clientId }) => clientId)]) {
      const page = `${base}/login/app/${id}/oauth2/device`;
      unknown = await approve(handle, base, page, userCode, person, deny ? "deny" : "allow");
      if (unknown === undefined) return;
    }
    if (unknown) throw refused(APPROVE, unknown);
  }

  /**
   * Sets what happens at the issuer's pages without anybody, from now on; what is left out is as it was.
   *
   * @throws {InvalidArgumentError} if an option is wrong
   */
  automatic(options: AutomaticOptions): void {
    checkNames("options", options, { autoSignIn: true, autoConsent: true });
    checkAutomatic("options", options);
    checkSignedIn(options.autoSignIn, [...this.#people.keys()]);
    this.#automatic = { ...this.#automatic, ...options };
  }

  /**
   * Says what happens to the next request at an endpoint, in place of the issuer's answer or with it.
   *
   * @param endpoint such as `token`, `userinfo`, `jwks` or `discovery`
   * @throws {InvalidArgumentError} if it is no text
   * @example
   * ```js
   * await issuer.next("token", { client: "web" }).fail(503);
   * await issuer.next("userinfo").times(2).delay(50);
   * ```
   */
  next(endpoint: string, matcher?: ScriptMatcher): Scripted {
    return this.script.next(endpoint, matcher);
  }

  /**
   * Lets one access token, refresh token, code or device code expire now, and no other. Whoever checks a JWT without
   * asking the issuer still takes it: for that, move {@link TestIssuer.clock}.
   *
   * @throws {InvalidArgumentError} if the issuer did not give it out, and for an id_token, which only its client checks
   * @example
   * ```js
   * const { access_token } = await issuer.tokens({ user: "alice", client: "web" });
   * await issuer.expire(access_token);
   * ```
   */
  async expire(token: string): Promise<void> {
    await this.#control("POST", "expire", { token });
  }

  /**
   * Ends every sign-in, code and token, as if each user and each application were disabled for a moment.
   *
   * @throws {EiamTokenError} `invalid_argument` if the issuer was closed
   */
  async revokeAll(): Promise<void> {
    for (const person of this.#people.values()) {
      await this.#issuer.setUser({ ...person, disabled: true });
      await this.#issuer.setUser(person);
    }
    for (const { application } of this.#clients.values()) {
      await this.#issuer.setApplication({ ...application, disabled: true });
      await this.#issuer.setApplication(application);
    }
  }

  /**
   * Goes back to the start: sessions, refresh tokens and device requests are forgotten, users and clients are those of
   * the configuration, and random numbers and the clock begin anew. As the same requests then make the same tokens
   * again, an access token from before still works until it expires. Faults, hostile cases and the journal begin anew.
   *
   * @throws {EiamTokenError} `invalid_argument` if the issuer was closed
   */
  async reset(): Promise<void> {
    this.#automatic = this.#start.automatic;
    this.#people = new Map(this.#start.people);
    this.#clients = new Map(this.#start.clients);
    await this.#control("POST", "reset");
  }

  /**
   * Makes an independent issuer that continues from the present state: what happens to one does not happen to the other.
   * Its {@link TestIssuer.reset} goes back to here, and both draw the same random numbers from now on.
   * It has the same URLs and listens nowhere, so it is reached by its {@link TestIssuer.fetch} and
   * {@link TestIssuer.handle}.
   *
   * @throws {EiamTokenError} `invalid_argument` if the issuer was closed
   * @example
   * ```js
   * const fork = await issuer.fork();
   * fork.clock.advance("1h");
   * ```
   */
  async fork(): Promise<TestIssuer<Client, User>> {
    const { backchannelLogout } = this.#beginning.options;
    const issuer = this.#issuer.fork({ backchannelLogout });
    const { instance, clients, users } = this;
    const known = {
      automatic: this.#automatic,
      people: new Map(this.#people),
      clients: new Map(this.#clients),
      functions: this.#start.functions,
    };
    const listensNowhere = async () => {};
    return new TestIssuer(issuer, this.#beginning, { instance, clients, users }, listensNowhere, known);
  }

  /**
   * Adds a user, or replaces the one of this name. What the user does not say has the default of a short configuration.
   *
   * @returns the whole user
   * @throws {InvalidArgumentError} if the username is no text, or the user has a key that is unknown
   * @throws {IssuerConfigError} if the user is not valid
   */
  async setUser(username: string, user: PersonConfig = {}): Promise<TestUser> {
    checkName("username", username);
    checkNames("user", user, USER_NAMES);
    const person = personOf(username, user);
    await this.#issuer.setUser(person);
    this.#people.set(person.username, person);
    return person;
  }

  /**
   * Removes the user of this id, and ends all sign-ins.
   *
   * @returns `false` if there is none
   * @throws {EiamTokenError} `invalid_argument` if the id is no text, or the issuer was closed
   */
  async removeUser(userId: string): Promise<boolean> {
    checkName("userId", userId);
    for (const [name, user] of this.#people) if (user.userId === userId) this.#people.delete(name);
    return this.#issuer.removeUser(userId);
  }

  /**
   * Adds an application, or replaces the one of this id.
   *
   * @returns the client, as in {@link TestIssuer.clients}
   * @throws {InvalidArgumentError} if it is no object
   * @throws {IssuerConfigError} if the application is not valid
   */
  async setApplication(application: ApplicationConfig): Promise<TestClient> {
    checkObject("application", application as unknown);
    await this.#issuer.setApplication(application);
    const { config, controlToken } = this.#beginning;
    const client = await aside(this.#issuer, async (copy) => {
      const ask: Handle = (request) => copy.handle(request);
      const control = controlOf(this.url, controlToken, ask);
      for (const path of ["faults", "hostile"]) await control("DELETE", path);
      // One that is disabled announces nothing.
      await copy.setApplication({ ...application, disabled: undefined });
      return clientOf(application, config.instanceId, this.url, ask);
    });
    this.#clients.set(client.clientId, client);
    return client;
  }

  /**
   * Removes an application, and invalidates its tokens.
   *
   * @returns `false` if there is none of this id
   * @throws {EiamTokenError} `invalid_argument` if the id is no text, or the issuer was closed
   */
  async removeApplication(applicationId: string): Promise<boolean> {
    checkName("applicationId", applicationId);
    this.#clients.delete(applicationId);
    return this.#issuer.removeApplication(applicationId);
  }

  /** Stops listening, ends every connection, and releases the issuer's memory. A second call does nothing. */
  async close(): Promise<void> {
    this.#listeners.end();
    await this.#stop();
    this.#issuer.free();
  }

  /** The issuer as acts use it: nothing happens by itself there. */
  #site() {
    return { base: this.url, handle: this.#act };
  }

  /** Has a request of an act answered, which fails by what a client would fail by. */
  readonly #act: Handle = async (request, options) => {
    const reply = await this.#step(request, options);
    if (reply.transport) {
      const faults = faultsOf(reply.transport);
      if (faults.isDropped || faults.cutAt !== undefined || faults.isEndless) throw met(request, reply.transport);
      // What is slow fails nobody who has no time limit.
      await pause(faults.delay);
      for await (const _ of piecesOf(reply.body, faults));
    }
    return reply;
  };

  /** Has a request answered, and tells those who listen to the journal. */
  readonly #step: Handle = async (request, options) => {
    const reply = await this.#issuer.handle(request, options);
    const isAnew = isReset(request, reply);
    if (isAnew) this.journal.beginnings += 1;
    this.#listeners.tell(isAnew);
    return this.#start.functions.apply(reply);
  };

  #client(id: string | undefined): TestClient {
    const client = id === undefined ? [...this.#clients.values()][0] : this.#clients.get(id);
    return client ?? notFound("client", id, [...this.#clients.keys()]);
  }

  /** @param name nobody's is that of the first one */
  #person(name: string | null | undefined): TestUser {
    const person = name === undefined ? [...this.#people.values()][0] : this.#people.get(name as string);
    return person ?? notFound("user", name, [...this.#people.keys()]);
  }
}

/** Refuses somebody who is not there: the sign-in page would be shown, and nobody would know why. */
function checkSignedIn(name: unknown, known: readonly string[]): void {
  if (typeof name !== "string" || name === BY_HINT || known.includes(name)) return;
  const hint = hintAt(name, known, `there are ${known.join(", ") || "none"}`);
  throw invalid("options.autoSignIn", `there is no user "${shortened(name)}" (${hint})`);
}

/** The token that a test has chosen, or one that nobody can guess, whatever the seed is. */
function tokenOf(control: TestIssuerOptions["control"]): string {
  return typeof control === "object" ? control.token : newToken();
}

function knownAtStart({ options }: Beginning, { clients, users }: Records): Known {
  return {
    automatic: options,
    people: new Map(Object.entries(users)),
    clients: new Map(Object.entries(clients)),
    functions: new Functions(),
  };
}

/** Asks a copy of an issuer, so that nothing of it is in the journal and no fault is used up. */
async function aside<T>(issuer: Issuer, act: (copy: Issuer) => Promise<T>): Promise<T> {
  const copy = issuer.fork({});
  try {
    return await act(copy);
  } finally {
    copy.free();
  }
}

/** Refuses a whole URL that a network would have brought elsewhere. @throws {InvalidArgumentError} */
function checkOrigin(url: string, own: string): void {
  if (url.startsWith("/") || !URL.canParse(url)) return;
  const [asked, here] = [new URL(url), new URL(own)];
  if (asked.origin === here.origin) return;
  const isLocal = isLoopback(asked.hostname) && isLoopback(here.hostname);
  if (isLocal && asked.protocol === here.protocol && asked.port === here.port) return;
  const origin = asked.origin === "null" ? asked.protocol : asked.origin;
  throw invalid("url", `this issuer is at ${here.origin}, and the request is for ${shortened(origin)}`);
}

/** The error of an act whose request met a fault. */
function met({ method, url }: PlainRequest, transport: readonly (string | number)[]): ConnectionError {
  const faults = transport.filter((part) => typeof part === "string").join(", ");
  const reason = `a fault of the script, or a hostile case, happened to the connection (${faults})`;
  const instead = "what the issuer does itself meets faults as clients do: get it before they are set, or clear them";
  return new ConnectionError("network_error", `${method} ${new URL(url).pathname}: ${reason}; ${instead}`);
}

/** @throws {InvalidArgumentError} if it is no text, or there is nothing in it */
function checkName(argument: string, name: unknown): void {
  if (typeof name !== "string" || name === "") throw invalid(argument, "expected a name as text");
}

/** @throws {InvalidArgumentError} if a member is unknown, or not what it should be */
function checkTokensRequest(request: unknown): void {
  checkNames("request", request, TOKENS_NAMES);
  const { scope, resource, nonce, instance } = request;
  for (const [name, text] of Object.entries({ scope, nonce })) {
    if (text !== undefined && typeof text !== "string") throw invalid(`request.${name}`, "expected a text");
  }
  if (![resource ?? []].flat().every((each) => typeof each === "string")) {
    throw invalid("request.resource", "expected a URI, or a list of them");
  }
  if (instance !== undefined && typeof instance !== "boolean") {
    throw invalid("request.instance", "expected true or false");
  }
}

const REQUEST_NAMES = { source: true, waitUntil: true } satisfies Record<keyof Required<RequestOptions>, true>;

const TOKENS_NAMES = {
  user: true,
  client: true,
  scope: true,
  resource: true,
  nonce: true,
  instance: true,
} satisfies Record<keyof Required<TokensRequest>, true>;

function notFound(kind: string, name: unknown, known: readonly string[]): never {
  if (typeof name !== "string")
    throw invalid(kind, `expected a name as text (there are ${known.join(", ") || "none"})`);
  const hint = hintAt(name, known, `there are ${known.join(", ") || "none"}`);
  throw invalid(kind, `there is no ${kind} "${shortened(name)}" (${hint})`);
}

/** Makes the whole configuration, with keys that need not be made first. */
async function configOf(
  { config = {}, key }: TestIssuerOptions<string, string>,
  address: string,
  octets: Uint8Array,
): Promise<IssuerConfig> {
  const whole = wholeConfig(config, address);
  const keys = key === undefined ? await testKeys(whole, octets) : undefined;
  const named = whole.baseUrl === "request" ? { allowedHosts: hostsOf(whole, address) } : {};
  return { ...whole, ...named, ...(keys === undefined ? {} : { keys }) };
}

/** The address that it listens on is always a name of it. */
function hostsOf({ allowedHosts = [] }: IssuerConfig, address: string): readonly string[] {
  return Array.isArray(allowedHosts) ? [...new Set([...allowedHosts, new URL(address).host])] : allowedHosts;
}

async function begin(beginning: Beginning): Promise<Issuer> {
  const { config, options, octets } = beginning;
  try {
    return await Issuer.create(config, issuerOptions(beginning, octets, options.key));
  } catch (error) {
    if (!(error instanceof IssuerConfigError)) throw error;
    const isWhole = "applications" in (options.config ?? {});
    // The whole configuration may not be what the test has written.
    const path = isWhole ? error.path : shortPath(error.path, config);
    throw new IssuerConfigError(
      error.message.replace(error.path, () => path),
      path,
    );
  }
}

function issuerOptions({ options, controlToken: token }: Beginning, octets: Uint8Array, key: TestIssuerOptions["key"]) {
  const { backchannelLogout, claims, claimsTimeout, cookieSuffix, fetch, sessions } = options;
  const random = (bytes: Uint8Array) => bytes.set(octets);
  const frozenAt = options.clock === undefined ? undefined : instant(options.clock, "clock");
  const control = { token, isExposed: Boolean(options.control), frozenAt };
  const own = { random, key, control };
  return { backchannelLogout, claims, claimsTimeout, cookieSuffix, fetch, sessions, ...own };
}
