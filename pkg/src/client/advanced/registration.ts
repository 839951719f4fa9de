import { NotSupportedError } from "../../errors.js";
import { jsonText } from "../../json.js";
import { type HttpResponse, isSuccess } from "../answer.js";
import { REGISTRATION_ANSWER } from "../generated/tables.js";
import { type CallOptions, type HttpRequest, send } from "../http.js";
import { claimsFrom } from "../id-token.js";
import { invalid, unlessInvalid } from "../invalid.js";
import { malformed } from "../malformed.js";
import { read } from "../read.js";
import { redacted } from "../redacted.js";
import { checkUrl, leastSafety } from "../safety.js";
import { type ServerMetadata, notes } from "../server.js";
import { storedMembers, storedObject } from "../stored.js";

/**
 * What a client says of itself (RFC 7591 section 2, OpenID Connect Registration section 2), under the names of the
 * standards.
 */
export type ClientMetadata = Readonly<Record<string, unknown>>;

/** A client that is registered. Consoles and JSON show neither its secret nor its registration token. */
export interface ClientRegistration {
  /** The client's id. */
  readonly clientId: string;
  /** The client's secret, if it has one. */
  readonly clientSecret: string | undefined;
  /** When the secret expires, in Unix seconds by the server's clock; `undefined` for never. */
  readonly clientSecretExpiresAt: bigint | undefined;
  /** When the client was registered, in Unix seconds by the server's clock. */
  readonly clientIdIssuedAt: bigint | undefined;
  /** The token with which the registration is read, changed and deleted (RFC 7592). */
  readonly registrationAccessToken: string | undefined;
  /** The URL at which that is done. */
  readonly registrationClientUri: string | undefined;
  /** The metadata that the server has registered, which may differ from those that were sent. */
  readonly metadata: ClientMetadata;
  /** Returns everything as text, for {@link deserializeRegistration}. Keep it where only this client can read it. */
  serialize(): string;
}

/** A request about a registration. `headers` and `body` can contain credentials, which consoles do not show. */
export interface RegistrationRequest extends Omit<HttpRequest, "method"> {
  /** The method. */
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
}

/** How a client registers. */
export interface RegistrationOptions extends CallOptions {
  /** The token that allows to register, where the server demands one (RFC 7591 section 3). */
  readonly initialAccessToken?: string | undefined;
  /** Whether plain http is accepted on loopback for an https server, as in the options of a client. */
  readonly allowInsecureLoopback?: boolean | undefined;
  /** Whether plain http is accepted anywhere, as in the options of a client. */
  readonly allowInsecureRequests?: boolean | undefined;
}

/**
 * Makes the request that registers a client (RFC 7591 section 3.1).
 *
 * @throws {NotSupportedError} if the server has no registration endpoint
 * @throws {InvalidArgumentError} if the metadata are no object that JSON can hold, the token cannot be sent in a header
 *   field, or the endpoint is not safe
 */
export function registrationRequest(
  server: ServerMetadata,
  metadata: ClientMetadata,
  options: RegistrationOptions = {},
): RegistrationRequest {
  const fault = notes.get(server)?.faults?.registrationEndpoint;
  if (fault) throw fault;
  const url = server?.registrationEndpoint;
  if (!url) throw new NotSupportedError("the server has no registration_endpoint", "registration_endpoint");
  checkUrl(url, "registrationEndpoint", leastSafety([server.issuer, url], options ?? {}));
  return request("POST", url, options?.initialAccessToken, jsonOf(metadata));
}

/**
 * Reads the response to {@link registrationRequest}, and to the requests that read and change a registration.
 *
 * @param former the registration before, whose token and URL stay if the response has none (RFC 7592 section 3)
 * @throws {OAuthError} if the server refused, such as `invalid_redirect_uri` or `invalid_client_metadata`
 * @throws {MalformedResponseError} if the response is not valid, is about another client, or names a URL that is not as
 *   safe as that of the server
 */
export function parseRegistration(
  server: ServerMetadata,
  response: HttpResponse,
  former?: ClientRegistration,
  options: RegistrationOptions = {},
): ClientRegistration {
  const { values, text } = read(REGISTRATION_ANSWER, response);
  const fields = {
    clientId: values["clientId"] as string,
    clientSecret: values["clientSecret"],
    // 0 is never.
    clientSecretExpiresAt: values["clientSecretExpiresAt"] || undefined,
    clientIdIssuedAt: values["clientIdIssuedAt"],
    registrationAccessToken: values["registrationAccessToken"] ?? former?.registrationAccessToken,
    registrationClientUri: values["registrationClientUri"] ?? former?.registrationClientUri,
  };
  const { status } = response;
  if (former && former.clientId !== fields.clientId) throw malformed("$.client_id", "another client", status);
  if (fields.registrationClientUri !== undefined) {
    try {
      const least = leastSafety([server.issuer, server.registrationEndpoint], options ?? {});
      checkUrl(fields.registrationClientUri, "registrationClientUri", least);
    } catch {
      throw malformed("$.registration_client_uri", "not a URL that is as safe as the server's", status);
    }
  }
  return registration({ ...fields, metadata: withoutSecrets(text) });
}

/**
 * Registers a client (RFC 7591).
 *
 * @returns the registration, whose `clientId` and `clientSecret` are for the options of a client
 * @throws {NotSupportedError} if the server has no registration endpoint
 * @throws {InvalidArgumentError} if the metadata are no object that JSON can hold
 * @throws {OAuthError} if the server refused, such as `invalid_redirect_uri`
 * @throws {MalformedResponseError} if the response is not valid
 * @throws {ConnectionError} if no response comes
 * @example
 * ```js
 * import { SignInClient, discoverServer, registerClient } from "eiam-token";
 *
 * const server = await discoverServer(issuer);
 * const { clientId } = await registerClient(server, {
 *   client_name: "My app",
 *   redirect_uris: [redirectUri],
 *   token_endpoint_auth_method: "none",
 * });
 * const client = new SignInClient({ server, clientId });
 * ```
 */
export async function registerClient(
  server: ServerMetadata,
  metadata: ClientMetadata,
  options: RegistrationOptions = {},
): Promise<ClientRegistration> {
  const response = await sent(registrationRequest(server, metadata, options), options);
  return parseRegistration(server, response, undefined, options);
}

/**
 * Makes the request that reads a registration (RFC 7592 section 2.1). {@link parseRegistration} reads the response.
 *
 * @throws {NotSupportedError} if the registration has no URL and token, because the server does not have RFC 7592
 */
export function readRegistrationRequest(registration: ClientRegistration): RegistrationRequest {
  return about("GET", registration);
}

/**
 * Makes the request that replaces the metadata of a registration (RFC 7592 section 2.2). {@link parseRegistration} reads
 * the response.
 *
 * @param metadata all metadata of the client: what is missing is deleted
 * @throws {NotSupportedError} if the registration has no URL and token
 * @throws {InvalidArgumentError} if the metadata are no object that JSON can hold
 */
export function updateRegistrationRequest(
  registration: ClientRegistration,
  metadata: ClientMetadata,
): RegistrationRequest {
  const { clientId, clientSecret } = registration;
  // The id has to be there, and the secret may only be the present one.
  const own = { client_id: clientId, client_secret: clientSecret };
  return about("PUT", registration, jsonOf({ ...without(jsonCopy(metadata), SET_BY_SERVER), ...own }));
}

/**
 * Makes the request that deletes a registration (RFC 7592 section 2.3). {@link parseDeregistration} reads the response.
 *
 * @throws {NotSupportedError} if the registration has no URL and token
 */
export function deleteRegistrationRequest(registration: ClientRegistration): RegistrationRequest {
  return about("DELETE", registration);
}

/**
 * Reads the response to {@link deleteRegistrationRequest}.
 *
 * @throws {OAuthError} if the server refused
 * @throws {ResponseError} for an error response without a readable reason
 */
export function parseDeregistration(response: HttpResponse): void {
  if (isSuccess(response?.status)) return;
  // It throws, because no status of an error has a registration.
  read(REGISTRATION_ANSWER, response);
}

/**
 * Reads a registration from the server (RFC 7592 section 2.1). Use the result from then on, because the server may have
 * replaced the token.
 *
 * @throws {OAuthError} if the server refused, such as `invalid_token` for a client that is no longer registered
 * @throws {NotSupportedError} if the registration has no URL and token
 * @throws {MalformedResponseError} if the response is not valid
 * @throws {ConnectionError} if no response comes
 */
export async function readRegistration(
  server: ServerMetadata,
  registration: ClientRegistration,
  options: RegistrationOptions = {},
): Promise<ClientRegistration> {
  const response = await sent(readRegistrationRequest(registration), options);
  return parseRegistration(server, response, registration, options);
}

/**
 * Replaces the metadata of a registration (RFC 7592 section 2.2). Use the result from then on, because the server may
 * have replaced the token and the secret.
 *
 * @param metadata all metadata of the client: what is missing is deleted
 * @throws {OAuthError} if the server refused
 * @throws {NotSupportedError} if the registration has no URL and token
 * @throws {MalformedResponseError} if the response is not valid
 * @throws {ConnectionError} if no response comes
 */
export async function updateRegistration(
  server: ServerMetadata,
  registration: ClientRegistration,
  metadata: ClientMetadata,
  options: RegistrationOptions = {},
): Promise<ClientRegistration> {
  const response = await sent(updateRegistrationRequest(registration, metadata), options);
  return parseRegistration(server, response, registration, options);
}

/**
 * Deletes a registration (RFC 7592 section 2.3), and with it the client and its tokens.
 *
 * @throws {OAuthError} if the server refused
 * @throws {NotSupportedError} if the registration has no URL and token
 * @throws {ConnectionError} if no response comes
 */
export async function deleteRegistration(registration: ClientRegistration, options: CallOptions = {}): Promise<void> {
  parseDeregistration(await sent(deleteRegistrationRequest(registration), options));
}

/**
 * Makes a registration from the text of {@link ClientRegistration.serialize}.
 *
 * @throws {InvalidArgumentError} if the text does not come from `serialize()`
 */
export function deserializeRegistration(text: string): ClientRegistration {
  const stored = storedObject(text);
  const { metadata } = stored;
  return registration({
    ...storedMembers<Omit<Fields, "metadata">>(stored, REGISTRATION_ANSWER),
    metadata: Object.freeze(typeof metadata === "object" ? { ...metadata } : {}),
  });
}

type Fields = Omit<ClientRegistration, "serialize">;

/** Makes a registration whose secrets consoles and JSON do not show. */
function registration(fields: Fields): ClientRegistration {
  const { clientSecret, registrationAccessToken, ...visible } = fields;
  const text = jsonText(fields);
  return redacted("ClientRegistration", visible, { clientSecret, registrationAccessToken, serialize: () => text });
}

/** The members that a client must not send (RFC 7592 section 2.2). */
const SET_BY_SERVER = [
  "registration_access_token",
  "registration_client_uri",
  "client_secret_expires_at",
  "client_id_issued_at",
];

/** The metadata of a response, without what has a property of its own. */
function withoutSecrets(text: string): ClientMetadata {
  return Object.freeze(without(claimsFrom(text), [...SET_BY_SERVER, "client_id", "client_secret"]));
}

function without(members: ClientMetadata, names: readonly string[]): ClientMetadata {
  return Object.fromEntries(Object.entries(members).filter(([name]) => !names.includes(name)));
}

/** What JSON makes of metadata. @throws {InvalidArgumentError} if it is no object */
function jsonCopy(metadata: ClientMetadata): ClientMetadata {
  const copy: unknown = unlessInvalid("metadata", "not what JSON can hold", () => JSON.parse(JSON.stringify(metadata)));
  if (typeof copy !== "object" || copy === null || Array.isArray(copy)) throw invalid("metadata", "not an object");
  return copy as ClientMetadata;
}

function jsonOf(metadata: ClientMetadata): string {
  return JSON.stringify(jsonCopy(metadata));
}

/** A request about a registration that is there. */
function about(method: "GET" | "PUT" | "DELETE", registration: ClientRegistration, body?: string): RegistrationRequest {
  const { registrationClientUri: url, registrationAccessToken: token } = registration ?? {};
  if (!url || !token) {
    const name = "registration_client_uri";
    throw new NotSupportedError("the server gave no URL and token for the registration (RFC 7592)", name);
  }
  return request(method, url, token, body);
}

/** A request with a token and JSON. Consoles do not show its fields and body. */
function request(
  method: RegistrationRequest["method"],
  url: string,
  token: string | undefined,
  body?: string,
): RegistrationRequest {
  const headers: Record<string, string> = { accept: "application/json" };
  if (token !== undefined) {
    if (typeof token !== "string" || !/^[!-~]+$/.test(token)) {
      throw invalid("initialAccessToken", "not printable ASCII without spaces");
    }
    headers["authorization"] = `Bearer ${token}`;
  }
  if (body !== undefined) headers["content-type"] = "application/json";
  return redacted("RegistrationRequest", { method, url }, { headers: Object.freeze(headers), body });
}

function sent(request: RegistrationRequest, options: CallOptions): Promise<HttpResponse> {
  const { signal, timeout, fetch } = options ?? {};
  return send(request as HttpRequest, { signal, timeout, fetch });
}
