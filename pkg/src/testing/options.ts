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
   * languages; without the token they get a 401. If this is left out, all of them get a 404. It can say the token, of 16 characters or
   * more. Every page then says that the issuer is under remote control, and so does the header field `x-test-issuer`.
   * Default: `false`.
   */
  readonly control?: boolean | { readonly token: string } | undefined;
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

/** Where the issuer of {@link createTestIssuer} is. */
export interface PlaceOptions {
  /**
   * Where it is reached if its configuration does not say so, for a program that listens itself and passes requests to
   * {@link TestIssuer.answer}: scheme, host and port. Default: `https://issuer.test`.
   */
  readonly url?: string | undefined;
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
  checkNames("options", options, { ...OPTION_NAMES, ...(isServed ? LISTEN_NAMES : PLACE_NAMES) });
  checkAutomatic("options", options);
  checkControl((options as { control?: unknown }).control);
  checkUrl((options as PlaceOptions).url);
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

function checkControl(control: unknown): void {
  if (control === undefined || typeof control === "boolean") return;
  if (typeof control !== "object") throw invalid("options.control", "expected true, false or { token }");
  checkNames("options.control", control, { token: true });
  if (!isToken(control["token"])) throw invalid("options.control.token", `expected ${TOKEN_IN_WORDS}`);
}

/** Whether a text can be a bearer token (RFC 6750 section 2.1), and nobody guesses it. */
function isToken(token: unknown): boolean {
  return typeof token === "string" && /^[\w.~+/-]{16,512}=*$/.test(token);
}

const TOKEN_IN_WORDS = "16 to 512 letters, digits and characters of -._~+/";

function checkUrl(url: unknown): void {
  if (url === undefined) return;
  const isOrigin = typeof url === "string" && /^https?:\/\/[^/?#@\s]+$/.test(url) && URL.canParse(url);
  if (!isOrigin) throw invalid("options.url", 'expected scheme, host and port, such as "http://127.0.0.1:9400"');
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

const PLACE_NAMES: Names = { url: true } satisfies Record<keyof Required<PlaceOptions>, true>;

const LISTEN_NAMES: Names = { port: true, host: true, tls: true } satisfies Record<keyof Required<ListenOptions>, true>;
