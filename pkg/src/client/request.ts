import { NotSupportedError } from "../errors.js";
import type { ClientAuthentication } from "./authentication.js";
import { type Value, core, input, textOf, write, written } from "./core.js";
import { LONGEST, OUT } from "./generated/tables.js";
import { type HttpRequest, httpRequest } from "./http.js";
import { invalid } from "./invalid.js";
import { withRandom } from "./random.js";
import type { Faults, ServerMetadata } from "./server.js";
import { type Entry, entriesOf } from "./table.js";
import { base64, base64url, utf8 } from "./web-crypto.js";

/** The parameters of a request by their names as JavaScript spells them. */
export type Parameters = Readonly<Record<string, unknown>>;

/** A client that makes requests, and its server. */
export interface Asking {
  readonly server: ServerMetadata;
  readonly clientId: string;
  readonly authentication: ClientAuthentication;
  /** What is wrong with endpoints of the server's metadata. */
  readonly faults?: Faults | undefined;
  /** Why a page or the keys of the server are not known. */
  readonly hint?: string | undefined;
}

/**
 * Makes a request. The twin of `src/rules/request.rs`, which says what a plan and
 * its letters are; both run `tests/vectors/request.json`.
 *
 * @param table the plan of the request, from `generated/tables.ts`
 * @param parameters the parameters by their names in JavaScript, and `resource` and `extra`
 * @throws {NotSupportedError} if the server does not have the endpoint
 * @throws {InvalidArgumentError} for a parameter that is missing or cannot be sent
 */
export function makeRequest(asking: Asking, table: string, parameters: Parameters): HttpRequest {
  const { server, faults, hint, clientId, authentication } = asking;
  const [{ letter: carrier, name: endpoint, argument }, ...plan] = entriesOf(table) as [Entry, ...Entry[]];
  const at = argument as keyof ServerMetadata;
  const fault = faults?.[at];
  if (fault) throw fault;
  const url = textOf(server[at], at);
  if (!url) {
    // EIAM's pages, and the keys of an instance's authorization server, are at the portal's host.
    const reason = hint && carrier !== "F" && carrier !== "B" ? `: ${hint}` : "";
    throw new NotSupportedError(`the server has no ${endpoint}${reason}`, endpoint);
  }

  let form = "";
  const append = (name: string, value: string) => {
    form += `${form && "&"}${name}=${encoded(value)}`;
  };
  let last = "";
  for (const { letter, name, argument, fixed } of plan) {
    last = fixed ?? (letter === "#" ? clientId : textOf(parameters[argument] as Value, argument));
    if (last) append(name, last);
    else if (letter === "!") throw invalid(argument, "missing");
  }
  const { resource, extra } = parameters as { resource?: string | string[]; extra?: Record<string, Value> };
  // The characters of a text and the elements of a list have names, too.
  if (extra && (typeof extra !== "object" || Symbol.iterator in extra))
    throw invalid("extra", "not an object of texts");
  if (resource !== undefined && resource !== null)
    for (const each of [resource].flat()) append("resource", textOf(each, "resource"));
  // The page's URL may have a query of its own (RFC 6749 section 3.1).
  const [page, query = ""] = carrier === "P" ? /^[^?#]*(\??[^#]*)/.exec(url)! : [];
  const isOwn = (name: string) =>
    /^client_(id|secret|assertion(_type)?)$/.test(name) ||
    plan.some((own) => own.letter !== "~" && own.name === name) ||
    (name !== "resource" && new URLSearchParams(`${form}&${query.slice(1)}`).has(name));
  for (const name in extra) {
    if (isOwn(textOf(name, "extra"))) throw invalid("extra", `${name} is in the request already`);
    append(encoded(name), textOf(extra[name], name));
  }

  const headers: Record<string, string> = { accept: "application/json" };
  if (carrier === "B") {
    if (!/^[!-~]*$/.test(last)) throw invalid("accessToken", "not printable ASCII without spaces");
    headers["authorization"] = `Bearer ${last}`;
  }
  if (carrier === "F") {
    const basic = authenticate(append, clientId, authentication);
    if (basic) headers["authorization"] = basic;
    headers["content-type"] = "application/x-www-form-urlencoded";
  }
  if (form.length > LONGEST) throw invalid("parameters", "longer than a request may be");
  if (carrier === "P") return httpRequest(page + (query ? (/[?&]$/.test(query) ? "" : "&") : "?") + form, headers);
  return httpRequest(url, headers, carrier === "F" ? form : undefined);
}

/**
 * Adds to a form, by `append`, what authenticates the client (RFC 6749 section 2.3).
 *
 * @returns the value of the field `Authorization`; empty if there is none
 */
function authenticate(
  append: (name: string, value: string) => void,
  clientId: string,
  authentication: ClientAuthentication,
): string {
  const { method, clientSecret } = authentication as { method: string; clientSecret: string };
  const basic = /^client_secret_basic(_unencoded)?$/.exec(method);
  if (basic) {
    const part = basic[1] ? String : encoded;
    return `Basic ${base64(utf8(`${part(clientId)}:${part(clientSecret)}`))}`;
  }
  append("client_id", clientId);
  // An assertion is added to the request afterwards.
  if (method === "client_secret_post") append("client_secret", clientSecret);
  return "";
}

/**
 * Makes a PKCE verifier and its challenge.
 *
 * @throws {NotSupportedError} if the host has no randomness
 */
export function drawPkce(): [verifier: string, challenge: string] {
  const wasm = core();
  const drawn = withRandom(32, (random) => {
    write(random);
    wasm.pkce();
    input.fill(0, 0, 32);
    return written(OUT);
  });
  return [drawn.slice(0, 43), drawn.slice(43)];
}

/**
 * Makes a random text of 128 bits.
 *
 * @throws {NotSupportedError} if the host has no randomness
 */
export function drawText(): string {
  return withRandom(16, base64url);
}

/** A text as `application/x-www-form-urlencoded` has it. The class of the host that does so is slow. */
function encoded(text: string): string {
  if (/^[\w*.-]*$/.test(text)) return text;
  return /^[\w*.:/-]*$/.test(text) ? encodeURIComponent(text) : `${new URLSearchParams({ "": text })}`.slice(1);
}
