import type { ClientAuthentication } from "./authentication.js";
import { type Value, call, core, ended } from "./core.js";
import { camelCase } from "./failure.js";
import { LACKS_PORTAL, METHODS, METHOD_NONE } from "./generated/tables.js";
import { type HttpRequest, httpRequest } from "./http.js";
import { invalid } from "./invalid.js";
import { withRandom } from "./random.js";
import type { ServerMetadata, faultsOf } from "./server.js";
import { entriesOf } from "./table.js";

/** The parameters of a request by their names as JavaScript spells them. */
export type Parameters = Readonly<Record<string, unknown>>;

/** A client that makes requests, and its server. */
export interface Asking {
  readonly server: ServerMetadata;
  readonly clientId: string;
  readonly authentication: ClientAuthentication;
  /** What is wrong with endpoints of the server's metadata. */
  readonly faults?: ReturnType<typeof faultsOf>;
}

/**
 * What a plan of `src/rules/request.rs` says: the letter that says how the parameters get to the endpoint, the endpoint,
 * and the names of the parameters whose values are passed to the module.
 */
type Plan = readonly [carrier: string, endpoint: keyof ServerMetadata, names: readonly string[]];

const plans: Record<string, Plan> = {};

function planOf(table: string): Plan {
  const [[carrier, endpoint] = ["", ""], ...parameters] = entriesOf(table);
  const names = parameters.filter(([letter]) => !"=#".includes(letter)).map(([, name]) => camelCase(name));
  return [carrier, camelCase(endpoint) as keyof ServerMetadata, names];
}

/**
 * The flags of a request: how the client authenticates, and whether its server is an EIAM server whose pages are not
 * known.
 *
 * @throws {InvalidArgumentError} for a method that is not known
 */
function flagsOf({ authentication, server }: Asking): number {
  // A client with assertions sends no secret, and the assertion is added to the request afterwards.
  const method =
    "assertion" in authentication ? METHOD_NONE : METHODS.indexOf(authentication.method as (typeof METHODS)[number]);
  if (method < 0) throw invalid("authentication", "not a known method, such as none");
  const lacksPortal =
    !server.authorizationEndpoint && /^https:\/\/eiam-.*\.aliyuncs\.com\/v2\//.test(`${server.tokenEndpoint}`);
  return method | (lacksPortal ? LACKS_PORTAL : 0);
}

/**
 * Makes a request.
 *
 * @param table the plan of the request, from `generated/tables.ts`
 * @param parameters the parameters by their names in JavaScript, and `resource` and `extra`
 * @throws {NotSupportedError} if the server does not have the endpoint
 * @throws {InvalidArgumentError} for a parameter that is missing or cannot be sent
 */
export function makeRequest(asking: Asking, table: string, parameters: Parameters): HttpRequest {
  const { server, faults, clientId, authentication } = asking;
  const [carrier, endpoint, names] = (plans[table] ??= planOf(table));
  const fault = faults?.[endpoint];
  if (fault) throw fault;
  const { clientSecret } = authentication as { clientSecret?: string };
  let values = ended(server[endpoint], endpoint) + ended(clientId, "clientId") + ended(clientSecret, "clientSecret");
  values += ended(table, "");
  for (const name of names) values += ended(parameters[name] as Value, name);
  const { resource, extra } = parameters as { resource?: string | string[]; extra?: Record<string, Value> };
  // The characters of a text and the elements of a list have names, too.
  if (extra && (typeof extra !== "object" || Symbol.iterator in extra))
    throw invalid("extra", "not an object of texts");
  for (const each of [resource ?? []].flat()) values += `resource\0${ended(each, "resource")}`;
  for (const name in extra) values += ended(name, "extra") + ended(extra[name], name);

  const [text, authorization] = call(values, (length) => core().request(length, flagsOf(asking)));
  const headers: Record<string, string> = { accept: "application/json" };
  if (authorization) headers["authorization"] = authorization;
  if (carrier === PAGE) return httpRequest(text!, headers);
  if (carrier === FORM) headers["content-type"] = "application/x-www-form-urlencoded";
  return httpRequest(server[endpoint] as string, headers, carrier === FORM ? text : undefined);
}

/** The letter of a request that a browser opens. */
const PAGE = "P";

/** The letter of a request that is posted as a form. */
const FORM = "F";

/**
 * Makes the random values of an authorization request with these parameters.
 *
 * @throws {InvalidArgumentError} for a redirect URI with a fragment, or a `maxAge` that is no number of seconds
 * @throws {NotSupportedError} if the host has no randomness
 * @returns `state`, `nonce` (empty for none), a PKCE verifier, and its challenge
 */
export function draw(redirectUri?: Value, scope?: Value, maxAge?: Value): [string, string, string, string] {
  const text = ended(redirectUri, "redirectUri") + ended(scope, "scope") + ended(maxAge, "maxAge");
  return withRandom(RANDOMNESS, (random) => call(text, (length) => core().draw(length), random)) as never;
}

/** The random octets that the module needs for these values. */
const RANDOMNESS = 64;
