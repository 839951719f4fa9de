import { invalid } from "../../../client/invalid.js";
import type { AutomaticOptions } from "../../acts/automatic.js";
import { instant } from "../../clock.js";
import { type DefaultClient, type DefaultUser, wholeConfig } from "../../config.js";
import { type TestIssuerOptions, type WholeOptions, checkAutomatic } from "../../options.js";
import { seedOctets } from "../../seed.js";
import { type Names, checkNames, shortened } from "../../similar.js";
import type { Automatic, Beginning } from "../messages.js";

/** Where {@link startIssuerWorker} finds its worker. */
export interface WorkerPlace {
  /** The URL of the file that `npx eiam-token worker` wrote, or of a worker that imports it. Default: `/issuer-worker.js`. */
  readonly worker?: string | undefined;
  /** The folder whose pages use the issuer, such as `/app/`. Default: that of the worker. */
  readonly scope?: string | undefined;
  /**
   * Whether the site may be on another machine. Whoever opens it can sign in with passwords and keys that everybody
   * knows. Default: `false`, so only `localhost` and loopback addresses have an issuer.
   */
  readonly anyHost?: boolean | undefined;
}

type OfIssuer = "clock" | "seed" | "autoSignIn" | "autoConsent";

/** The options of {@link startIssuerWorker}. */
export interface IssuerWorkerOptions<Client extends string = DefaultClient, User extends string = DefaultUser>
  extends Pick<TestIssuerOptions<Client, User>, "config" | OfIssuer>,
    WorkerPlace {}

/** The options with a whole configuration. */
export interface WholeWorkerOptions extends Pick<WholeOptions, "config" | OfIssuer>, WorkerPlace {}

/** Refuses options that are unknown or wrong. @throws {InvalidArgumentError} */
export function checkWorkerOptions(options: unknown): asserts options is IssuerWorkerOptions<string, string> {
  checkNames("options", options, NAMES);
  checkAutomatic("options", options);
  const { worker = "", scope = "", anyHost = false } = options as WorkerPlace;
  if (typeof anyHost !== "boolean") throw invalid("options.anyHost", "expected true or false");
  if (typeof scope !== "string") throw invalid("options.scope", "expected the path of a folder");
  if (typeof worker !== "string") throw invalid("options.worker", "expected a URL");
}

/**
 * What an issuer of these options is made of.
 *
 * @param url where it is reached
 * @throws {InvalidArgumentError}
 */
export async function beginningOf(options: IssuerWorkerOptions<string, string>, url: string): Promise<Beginning> {
  const { config = {}, seed, clock } = options;
  const whole = wholeConfig(config, url);
  if (whole.baseUrl !== url) throw invalid("config.baseUrl", `the worker's issuer is at ${url}: leave it out`);
  const { autoSignIn } = options;
  const isKnown = whole.users?.some(({ username, userId }) => username === autoSignIn || userId === autoSignIn);
  if (autoSignIn !== undefined && autoSignIn !== "login_hint" && !isKnown) {
    throw invalid("options.autoSignIn", `there is no user "${shortened(autoSignIn)}"`);
  }
  return {
    config: whole,
    octets: seed === undefined ? undefined : [...(await seedOctets(seed))],
    clock: clock === undefined ? undefined : Number(instant(clock, "clock")),
    automatic: automaticOf(options, {}),
  };
}

/** What happens by itself by these options; what they leave out is as it was. */
export function automaticOf({ autoSignIn, autoConsent }: AutomaticOptions, former: Automatic): Automatic {
  const { user, byLoginHint, consent } = former;
  const isByHint = autoSignIn === "login_hint";
  return {
    ...(autoSignIn === undefined
      ? { user, byLoginHint }
      : { user: isByHint ? undefined : autoSignIn, byLoginHint: isByHint }),
    consent: autoConsent ?? consent,
  };
}

const NAMES: Names = {
  config: true,
  clock: true,
  seed: true,
  autoSignIn: true,
  autoConsent: true,
  worker: true,
  scope: true,
  anyHost: true,
} satisfies Record<keyof Required<IssuerWorkerOptions>, true>;
