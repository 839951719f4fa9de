import { IssuerConfigError } from "../../../issuer/errors.js";
import { type DefaultClient, type DefaultUser, shortPath } from "../../config.js";
import { type Beginning, FOLDER, STAMP, type Started } from "../messages.js";
import { Failed, ask } from "./ask.js";
import { IssuerWorker } from "./issuer-worker.js";
import { type IssuerWorkerOptions, type WholeWorkerOptions, beginningOf, checkWorkerOptions } from "./options.js";
import { controlled, register, update } from "./register.js";

/**
 * Starts an issuer in the service worker of this site, so that its pages can sign in without any server. It is ready
 * when the promise is fulfilled: requests and navigations below the folder `_issuer` come to it.
 *
 * The issuer outlives the page, the worker and the browser. With the same options, this page after a reload, the
 * callback's page and other tabs have the same issuer as it is; other options make a new one in its place.
 *
 * Its keys, secrets and passwords are known to everybody, so it is for tests alone.
 *
 * @throws {InvalidArgumentError} if an option or a short configuration is wrong; `argument` is the path of what is
 * @throws {IssuerConfigError} if the issuer does not take the configuration; `path` names the key
 * @throws {NotSupportedError} if the page cannot have service workers
 * @throws {EiamTokenError} if the worker is not there, or cannot answer this page
 * @example
 * ```js
 * import { startIssuerWorker } from "eiam-token/testing/worker";
 *
 * const issuer = await startIssuerWorker();
 * const response = await fetch(issuer.clients.spa.discovery);
 * response.status; // 200
 * ```
 */
export async function startIssuerWorker(options: WholeWorkerOptions): Promise<IssuerWorker>;
export async function startIssuerWorker<Client extends string = DefaultClient, User extends string = DefaultUser>(
  options?: IssuerWorkerOptions<Client, User>,
): Promise<IssuerWorker<Client, User>>;
/** @throws {InvalidArgumentError} and what else the overloads say */
export async function startIssuerWorker(
  options: IssuerWorkerOptions<string, string> | WholeWorkerOptions = {},
): Promise<IssuerWorker> {
  checkWorkerOptions(options);
  const registration = await register(options);
  const url = new URL(FOLDER, registration.scope).href;
  const beginning = await beginningOf(options, url);
  const started = await startedOf(registration, beginning, options.anyHost === true);
  await controlled(registration);
  const issuer = new IssuerWorker(registration, url, started.records);
  await issuer.clock.look();
  return issuer;
}

async function startedOf(registration: ServiceWorkerRegistration, beginning: Beginning, anyHost: boolean) {
  const asked = { ask: "start", beginning: JSON.stringify(beginning), anyHost } as const;
  const start = async () => (await ask(registration, asked)) as Started;
  try {
    const started = await start();
    if (started.stamp === STAMP) return started;
    // The file may be newer than the worker.
    await update(registration);
    const again = await start();
    if (again.stamp !== STAMP) {
      const hint = 'run "npx eiam-token worker FOLDER" again';
      console.warn(`eiam-token: the worker is ${again.stamp} and this page's code ${STAMP}: ${hint}`);
    }
    return again;
  } catch (error) {
    if (!(error instanceof Failed) || error.path === undefined) throw error;
    // The whole configuration is not what the test has written.
    const { path } = error;
    const short = shortPath(path, beginning.config);
    throw new IssuerConfigError(
      error.message.replace(path, () => short),
      short,
    );
  }
}
