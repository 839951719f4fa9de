import { NotSupportedError } from "../../errors.js";
import type { AssertingClient, AssertionAuthentication } from "../authentication.js";
import type { AuthorizationRequest } from "../authorization.js";
import { Client, type TokenRequests } from "../client.js";
import { type DiscoveryOptions, discoverServer } from "../discover.js";
import type { CallOptions, HostUrl, HttpRequest } from "../http.js";
import { decodeIdToken } from "../id-token.js";
import { invalid } from "../invalid.js";
import type { SignatureVerifier } from "../key-set.js";
import { wrong } from "../malformed.js";
import type { AuthorizationParameters, ClientOptions, ClientSettings, RequestParameters } from "../options.js";
import { verifierOf } from "../party.js";
import type { Int64 } from "../seconds.js";
import { notes } from "../server.js";
import { SignInClient } from "../sign-in-client.js";
import type { TokenSet } from "../tokens.js";
import type { DpopProofs } from "./dpop.js";
import { parseJwtCallback } from "./jarm.js";
import { pushAuthorizationRequest } from "./pushed.js";
import { type RequestSigning, signAuthorizationRequest } from "./request-object.js";
import { signingBy } from "./sign.js";

/** The algorithms of signatures that are allowed (FAPI 2.0 Security Profile section 5.4.1). */
const ALGORITHMS = /^(PS256|ES256|EdDSA|Ed25519)$/;

/** For how many seconds a signed request may be valid, by what servers have to refuse. */
const LONGEST_REQUEST = 3600;

/** What a client has to have by FAPI 2.0. */
export interface Fapi2Settings {
  /** The key by which the client authenticates, made by {@link privateKeyJwt} (section 5.3.3.1). */
  readonly authentication: AssertionAuthentication;
  /** The key to which tokens are bound, made by {@link dpopProofs} (section 5.3.3.1). */
  readonly dpop: DpopProofs;
  /**
   * The key by which the client signs its requests, if it does as FAPI 2.0 Message Signing says (sections 5.3 and 5.4).
   * Then the responses to them have to be signed as well (JARM). Default: none.
   */
  readonly messageSigning?: RequestSigning | undefined;
}

/** The options of a client that does as FAPI 2.0 says. What the profile decides cannot be chosen. */
export type Fapi2Options<I extends Int64 = "bigint"> = Fapi2Settings &
  Omit<
    ClientOptions<I>,
    keyof Fapi2Settings | "allowInsecureRequests" | "idTokenSignature" | "nonce" | "issuerOf" | "parse"
  >;

/**
 * A client that does what the FAPI 2.0 Security Profile demands of clients, and refuses what it forbids: it pushes its
 * requests, authenticates by a key, has tokens that are bound to a key, and believes only servers that say who they are in
 * each response. It takes only metadata that {@link discoverServer} has read (section 5.3.3.1).
 *
 * It can do all that a {@link Client} can, except for the password grant and for requests that are not pushed.
 *
 * @example
 * ```js
 * import { Fapi2Client, dpopProofs, privateKeyJwt } from "eiam-token";
 *
 * const client = await Fapi2Client.discover(issuer, {
 *   clientId: "app_signer",
 *   authentication: privateKeyJwt({ key: privateKey, keyId: "key-1" }),
 *   dpop: await dpopProofs(),
 * });
 * const request = await client.signIn({ redirectUri, scope: "openid" });
 * location.assign(request.url);
 * // … and at the redirect URI:
 * const tokens = await client.completeSignIn(location.href, request.serialize());
 * ```
 */
export class Fapi2Client<I extends Int64 = "bigint"> extends Client<I> {
  /** A closure, because browser consoles show private fields. */
  readonly #signing: () => RequestSigning | undefined;

  /**
   * Makes a client of a server whose metadata were discovered.
   *
   * @throws {InvalidArgumentError} if an option is not what the profile demands, or the server is not what
   *   {@link discoverServer} returned
   * @throws {NotSupportedError} if the server has pages, but no endpoint for pushed requests, or if it has no keys
   */
  constructor(options: Fapi2Options<I>) {
    super(checked(options));
    const { messageSigning } = options;
    this.#signing = () => messageSigning;
    const party = SignInClient.party(this);
    const reason = "FAPI 2.0 (section 5.3.3.2) takes pushed requests alone: use signIn";
    const authorizationEndpoint = new NotSupportedError(reason, "authorization_endpoint");
    Object.assign(party, { faults: { authorizationEndpoint, ...notes.get(options.server)?.faults } });
    party.keySet = strict(verifierOf(party)!);
    const tokenRequest: TokenRequests = Object.freeze({ ...this.tokenRequest, password: noPassword });
    Object.assign(this, { tokenRequest });
  }

  /**
   * Makes a client of the server with this issuer URL, as {@link Client.discover} does.
   *
   * @param issuer the issuer URL, exactly as the server's metadata state it
   * @throws {InvalidArgumentError} and whatever else {@link Client.discover} and the constructor throw
   */
  static override async discover<I extends Int64 = "bigint">(
    issuer: string,
    options: DiscoveryOptions & ClientSettings<I> & Fapi2Settings & { readonly clientId: string },
  ): Promise<Fapi2Client<I>> {
    return new this({ ...options, server: await discoverServer(issuer, options) });
  }

  /**
   * Pushes an authorization request (section 5.3.3.2), which it signs before if the client has `messageSigning`.
   *
   * @returns the request for the browser
   * @throws {OAuthError} if the server refused the request
   * @throws {InvalidArgumentError} and whatever else {@link pushAuthorizationRequest} and
   *   {@link signAuthorizationRequest} throw
   */
  async signIn(parameters: AuthorizationParameters, options: CallOptions = {}): Promise<AuthorizationRequest> {
    const signing = this.#signing();
    if (!signing) return pushAuthorizationRequest(this, parameters, options);
    const { responseMode = "jwt" } = parameters ?? {};
    if (!/(^|\.)jwt$/.test(responseMode)) throw invalid("responseMode", "not one of those with .jwt: it is signed");
    const signed = await signAuthorizationRequest(this, { ...parameters, responseMode }, signing);
    return pushAuthorizationRequest(this, signed, options);
  }

  /**
   * Reads the authorization response, which has to be signed if the client has `messageSigning`, and exchanges the code.
   *
   * @param callback what came to the redirect URI
   * @param request the request, or the text of its `serialize()`
   * @throws {OAuthError} if the server refused the request or the code
   * @throws {CallbackError} if the callback does not belong to the request, or does not say which server it is from
   * @throws {MalformedResponseError} if a response or the id_token is not valid, or a token is not bound to the key
   * @throws {ConnectionError} if no response comes
   */
  async completeSignIn(
    callback: string | HostUrl,
    request: AuthorizationRequest | string | null | undefined,
    options: CallOptions & RequestParameters = {},
  ): Promise<TokenSet<I>> {
    const response = this.#signing()
      ? await parseJwtCallback(this, callback, request, options)
      : this.parseCallback(callback, request);
    return this.exchangeCode(response, options);
  }

  /**
   * Throws, because the profile forbids this grant (section 5.3.2.1).
   *
   * @throws {NotSupportedError} always
   */
  override async password(): Promise<never> {
    return noPassword();
  }
}

function noPassword(): never {
  throw new NotSupportedError("FAPI 2.0 (section 5.3.2.1) has no password grant", "token_endpoint");
}

/** The options of a client of which the profile has decided what it decides. */
function checked<I extends Int64>(options: Fapi2Options<I>): ClientOptions<I> {
  const { server, authentication, dpop, messageSigning, ...others } = options ?? {};
  for (const name of ["allowInsecureRequests", "idTokenSignature", "nonce", "issuerOf", "parse"]) {
    if ((others as Record<string, unknown>)[name] !== undefined) throw invalid(name, "FAPI 2.0 decides it");
  }
  if (!server || !notes.get(server)?.faults) throw invalid("server", "not what discoverServer returned");
  if (authentication?.method !== "private_key_jwt" || !authentication.asserted) {
    throw invalid("authentication", "not what privateKeyJwt returned");
  }
  if (!dpop?.send) throw invalid("dpop", "missing: what dpopProofs returned");
  if (!ALGORITHMS.test(dpop.algorithm)) throw invalid("dpop", `not a key for ${NAMES}`);
  if (messageSigning) {
    const { key, lifetime = 0 } = messageSigning;
    if (!ALGORITHMS.test(signingBy(key).algorithm)) throw invalid("messageSigning", `not a key for ${NAMES}`);
    // Message Signing section 5.3.2.
    if (!(lifetime <= LONGEST_REQUEST)) throw invalid("messageSigning", `a lifetime of more than ${LONGEST_REQUEST} s`);
  }
  if (!server.pushedAuthorizationRequestEndpoint) {
    const name = "pushed_authorization_request_endpoint";
    const { pushedAuthorizationRequestEndpoint: fault, authorizationEndpoint } = notes.get(server)!.faults!;
    // A server that has no pages for this client, such as one of machines, has nothing that could be pushed.
    if (fault || server.authorizationEndpoint || authorizationEndpoint) {
      throw fault ?? new NotSupportedError(`the server has no ${name}`, name);
    }
  }
  return {
    ...others,
    server: {
      ...server,
      requirePushedAuthorizationRequests: true,
      // Then a response without `iss` is refused (RFC 9207 section 2.4).
      authorizationResponseIssParameterSupported: true,
    },
    authentication: asserting(authentication),
    dpop,
    idTokenSignature: "jwks",
  };
}

const NAMES = "PS256, ES256 or EdDSA";

/** An authentication whose assertions are what the profile demands (section 5.3.3.1). */
function asserting(authentication: AssertionAuthentication): AssertionAuthentication {
  const checkedAssertion = (client: AssertingClient, assertion: string): void => {
    const { header, claims } = decodeIdToken(assertion);
    if (!ALGORITHMS.test(`${header["alg"]}`)) throw invalid("authentication", `not a key for ${NAMES}`);
    if (claims["aud"] !== client.server.issuer)
      throw invalid("authentication", "its audience is not the server's issuer");
  };
  const hidden = {
    assertion: {
      value: async (client: AssertingClient) => {
        const assertion = await authentication.assertion(client);
        checkedAssertion(client, assertion);
        return assertion;
      },
    },
    asserted: {
      value: async (client: AssertingClient, request: HttpRequest) => {
        const ready = await authentication.asserted(client, request);
        checkedAssertion(client, `${new URLSearchParams(ready.body).get("client_assertion")}`);
        return ready;
      },
    },
  };
  return Object.freeze(Object.defineProperties({ method: authentication.method }, hidden)) as AssertionAuthentication;
}

/** Verifies as `verifier` does, and accepts only what the profile allows. */
function strict(verifier: SignatureVerifier): SignatureVerifier {
  return {
    ready: (options) => verifier.ready(options),
    async verify(idToken, header, claims, ...others) {
      if (!ALGORITHMS.test(`${header["alg"]}`)) throw wrong("alg", `not ${NAMES}, which alone FAPI 2.0 has`);
      const { aud } = claims;
      // Nobody has said that the others can be trusted (OpenID Connect Core section 3.1.3.7, item 3).
      if (Array.isArray(aud) && aud.length > 1) throw wrong("aud", "names others besides this client");
      return verifier.verify(idToken, header, claims, ...others);
    },
  };
}
