import type { ApplicationConfig, IssuerConfig } from "../issuer/config.js";
import { IssuerConfigError } from "../issuer/errors.js";
import type { HostResponse, RequestLike } from "../issuer/host-types.js";
import { Issuer } from "../issuer/issuer.js";
import type { PlainReply, PlainRequest, RequestOptions } from "../issuer/plain.js";
import { TestClock } from "./clock.js";
import { type PersonConfig, personOf, shortPath, wholeConfig } from "./config.js";
import type { HostAsyncDisposable } from "./disposable.js";
import { testKeys } from "./keys.js";
import type { TestIssuerOptions } from "./options.js";
import { type Records, type TestClient, type TestUser, recordsOf } from "./records.js";
import { digest, seedOctets } from "./seed.js";
import type { IssuerUrls } from "./urls.js";

/** What a test issuer is made of: to begin again is to make an issuer of the same. */
interface Beginning {
  readonly config: IssuerConfig;
  readonly options: TestIssuerOptions<string, string>;
  /** What all its random numbers follow from. */
  readonly octets: Uint8Array;
  /** Where it is reached. */
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
  /** The clients by their ids, each with its secret and the URLs of its own issuer. */
  readonly clients: Readonly<Record<Client, TestClient>>;
  /** The users by their usernames, each with a password. */
  readonly users: Readonly<Record<User, TestUser>>;
  /** The issuer's time. */
  readonly clock: TestClock;
  readonly #beginning: Beginning;
  readonly #stop: () => Promise<void>;
  #issuer: Issuer;
  #forks = 0;

  /** @internal */
  constructor(issuer: Issuer, clock: TestClock, beginning: Beginning, records: Records, stop = async () => {}) {
    this.url = beginning.url;
    this.instance = records.instance;
    this.clients = records.clients as Readonly<Record<Client, TestClient>>;
    this.users = records.users as Readonly<Record<User, TestUser>>;
    this.clock = clock;
    this.#beginning = beginning;
    this.#stop = stop;
    this.#issuer = issuer;
    // Not every host has `Symbol.asyncDispose`.
    if (Symbol.asyncDispose) Object.defineProperty(this, Symbol.asyncDispose, { value: () => this.close() });
  }

  /**
   * Makes an issuer of options.
   *
   * @param address where it is reached if its configuration does not say so
   * @internal
   */
  static async make<Client extends string, User extends string>(
    options: TestIssuerOptions<string, string>,
    address: string,
    stop?: () => Promise<void>,
  ): Promise<TestIssuer<Client, User>> {
    const octets = await seedOctets(options.seed);
    const config = await configOf(options, address, octets);
    const url = config.baseUrl === "request" ? address : config.baseUrl;
    const beginning = { config, options, octets, url };
    const clock = new TestClock(options.clock);
    const issuer = await begin(beginning, clock);
    const records = await recordsOf(config, url, (request) => issuer.handle(request));
    return new TestIssuer(issuer, clock, beginning, records, stop);
  }

  /**
   * Answers a request without a network. It takes what the host's `fetch` takes, and is bound, so it can be the option
   * `fetch` of a client. It never follows a redirect.
   *
   * @throws {EiamTokenError} `invalid_argument` if the URL is not below {@link TestIssuer.url}
   * @example
   * ```js
   * const response = await issuer.fetch(issuer.instance.discovery);
   * response.status; // 200
   * ```
   */
  readonly fetch = (
    input: RequestLike | URL | string,
    init?: object,
    options?: RequestOptions,
  ): Promise<HostResponse> => {
    const isRequest = typeof input === "object" && "arrayBuffer" in input && init === undefined;
    return this.#issuer.fetch(isRequest ? input : new Request(input as string, init), options);
  };

  /** Answers a request of plain values. It is bound. */
  readonly handle = (request: PlainRequest, options?: RequestOptions): Promise<PlainReply> => {
    return this.#issuer.handle(request, options);
  };

  /**
   * Goes back to the start: every sign-in, code and token is forgotten, users and clients are those of the
   * configuration, and random numbers and the clock begin anew. Requests under way are still answered by what was.
   */
  async reset(): Promise<void> {
    const former = this.#issuer;
    this.clock.reset();
    this.#issuer = await begin(this.#beginning, this.clock);
    former.free();
  }

  /**
   * Makes an independent issuer that continues from the present state: what happens to one does not happen to the other.
   * It has the same URLs and listens nowhere, so it is reached by its {@link TestIssuer.fetch} and
   * {@link TestIssuer.handle}.
   *
   * @example
   * ```js
   * const fork = await issuer.fork();
   * fork.clock.advance("1h");
   * ```
   */
  async fork(): Promise<TestIssuer<Client, User>> {
    const octets = await digest(`fork ${++this.#forks}`, this.#beginning.octets);
    const clock = this.clock.copy();
    const key = this.#issuer.key;
    const { config, options } = this.#beginning;
    const issuer = await Issuer.restore(config, this.#issuer.snapshot(), issuerOptions(options, octets, clock, key));
    const { instance, clients, users } = this;
    return new TestIssuer(issuer, clock, { ...this.#beginning, octets }, { instance, clients, users });
  }

  /**
   * Adds a user, or replaces the one of this name. What the user does not say has the default of a short configuration.
   *
   * @returns the whole user
   * @throws {IssuerConfigError} if the user is not valid
   */
  async setUser(username: string, user: PersonConfig = {}): Promise<TestUser> {
    const person = personOf(username, user);
    await this.#issuer.setUser(person);
    return person;
  }

  /** Removes the user of this id, and ends all sign-ins. @returns `false` if there is none */
  removeUser(userId: string): Promise<boolean> {
    return this.#issuer.removeUser(userId);
  }

  /** Adds an application, or replaces the one of this id. @throws {IssuerConfigError} if it is not valid */
  setApplication(application: ApplicationConfig): Promise<void> {
    return this.#issuer.setApplication(application);
  }

  /** Removes an application, and invalidates its tokens. @returns `false` if there is none of this id */
  removeApplication(applicationId: string): Promise<boolean> {
    return this.#issuer.removeApplication(applicationId);
  }

  /** Stops listening, ends every connection, and releases the issuer's memory. A second call does nothing. */
  async close(): Promise<void> {
    await this.#stop();
    this.#issuer.free();
  }
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
  return Array.isArray(allowedHosts) ? [...allowedHosts, new URL(address).host] : allowedHosts;
}

async function begin({ config, options, octets }: Beginning, clock: TestClock): Promise<Issuer> {
  try {
    return await Issuer.create(config, issuerOptions(options, octets, clock, options.key));
  } catch (error) {
    if (!(error instanceof IssuerConfigError)) throw error;
    // The whole configuration is not what the test has written.
    const path = shortPath(error.path, config);
    throw new IssuerConfigError(
      error.message.replace(error.path, () => path),
      path,
    );
  }
}

function issuerOptions(
  options: TestIssuerOptions<string, string>,
  octets: Uint8Array,
  clock: TestClock,
  key: TestIssuerOptions["key"],
) {
  const { backchannelLogout, claims, claimsTimeout, cookieSuffix, fetch, sessions } = options;
  const random = (bytes: Uint8Array) => bytes.set(octets);
  return { backchannelLogout, claims, claimsTimeout, cookieSuffix, fetch, sessions, key, random, clock: clock.now };
}
