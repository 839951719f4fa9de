import { invalid } from "../client/invalid.js";
import type { IssuerConfig } from "../issuer/config.js";
import type { IssuerOptions } from "../issuer/issuer.js";
import type { AutomaticOptions } from "./acts/automatic.js";
import type { Instant } from "./clock.js";
import type { DefaultClient, DefaultUser, TestConfig } from "./config.js";
import type { Seed } from "./seed.js";
import { type Names, checkNames } from "./similar.js";

/** The options of {@link createTestIssuer}. */
export interface TestIssuerOptions<Client extends string = DefaultClient, User extends string = DefaultUser>
  extends Pick<
      IssuerOptions,
      "backchannelLogout" | "claims" | "claimsTimeout" | "cookieSuffix" | "fetch" | "key" | "sessions"
    >,
    AutomaticOptions {
  /** A short configuration, or a whole one. Default: clients `web`, `spa`, `device`, `machine`; users `alice`, `bob`. */
  readonly config?: TestConfig<Client, User> | undefined;
  /** The time at which the clock stands still until it is told otherwise. Default: it goes with the host's. */
  readonly clock?: Instant | undefined;
  /**
   * Whether requests below `/_control` that bring {@link TestIssuer.controlToken} are answered, for tests in other
   * languages; without the token they get a 401, and 404 if this is left out. Default: `false`.
   */
  readonly control?: boolean | undefined;
  /**
   * What all random numbers follow from: an issuer of the same seed that gets the same requests at the same time gives
   * the same octets, if its signatures repeat (RSA with PKCS #1 v1.5, as `RS256`, and `EdDSA`). Anybody who knows the
   * seed can forge every token. Default: random.
   */
  readonly seed?: Seed | undefined;
}

/** The options with a whole configuration. */
export interface WholeOptions extends Omit<TestIssuerOptions, "config"> {
  /** A whole configuration. Its `baseUrl` can be left out. */
  readonly config: Omit<IssuerConfig, "baseUrl"> & { readonly baseUrl?: string | undefined };
}

/** Where {@link startIssuer} listens. */
export interface ListenOptions {
  /** The port. Default: 0, so the host chooses a free one. */
  readonly port?: number | undefined;
  /**
   * The address to listen on. Others than this machine can reach one that is not loopback, and sign in with passwords and
   * keys that everybody knows. Default: `127.0.0.1`.
   */
  readonly host?: string | undefined;
  /** Serves https with this certificate (and its chain) and private key, both PEM. Default: http. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
}

/** Refuses options that are unknown. @throws {InvalidArgumentError} */
export function checkOptions(options: unknown, isServed: boolean): void {
  checkNames("options", options, isServed ? { ...OPTION_NAMES, ...LISTEN_NAMES } : OPTION_NAMES);
  checkAutomatic("options", options);
  const { control } = options as { control?: unknown };
  if (control !== undefined && typeof control !== "boolean") {
    throw invalid("options.control", "expected true or false");
  }
  if (!isServed) return;
  const { port = 0, host = "127.0.0.1", tls } = options as ListenOptions;
  if (!(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
    throw invalid("options.port", "expected a whole number from 0 to 65535");
  }
  if (typeof host !== "string" || host === "") throw invalid("options.host", "expected an address such as 127.0.0.1");
  if (tls === undefined) return;
  checkNames("options.tls", tls, { cert: true, key: true });
  const { cert, key } = tls;
  for (const [part, text] of Object.entries({ cert, key })) {
    if (typeof text !== "string" || !text.includes("-----BEGIN ")) throw invalid(`options.tls.${part}`, "expected PEM");
  }
}

/** Refuses what is no choice of what happens by itself. @throws {InvalidArgumentError} @internal */
export function checkAutomatic(path: string, options: unknown): void {
  const { autoSignIn, autoConsent } = Object(options);
  if (autoSignIn !== undefined && typeof autoSignIn !== "string") {
    throw invalid(`${path}.autoSignIn`, 'expected a username, or "login_hint"');
  }
  if (autoConsent !== undefined && typeof autoConsent !== "boolean") {
    throw invalid(`${path}.autoConsent`, "expected true or false");
  }
}

const OPTION_NAMES: Names = {
  config: true,
  clock: true,
  seed: true,
  control: true,
  autoSignIn: true,
  autoConsent: true,
  backchannelLogout: true,
  claims: true,
  claimsTimeout: true,
  cookieSuffix: true,
  fetch: true,
  key: true,
  sessions: true,
} satisfies Record<keyof Required<TestIssuerOptions>, true>;

const LISTEN_NAMES: Names = { port: true, host: true, tls: true } satisfies Record<keyof Required<ListenOptions>, true>;
