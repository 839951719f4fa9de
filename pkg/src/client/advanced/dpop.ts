import { type HttpResponse, bodyText, fieldOf, headersOf } from "../answer.js";
import type { SigningKey } from "../authentication.js";
import { unixSeconds } from "../clock.js";
import { hash } from "../core.js";
import { membersOf } from "../failure.js";
import { type CallOptions, type HttpRequest, httpRequest, send } from "../http.js";
import { invalid, unlessInvalid } from "../invalid.js";
import { malformed } from "../malformed.js";
import { type Party, asserted } from "../party.js";
import { withRandom } from "../random.js";
import type { Int64 } from "../seconds.js";
import { type TokenFields, type TokenReading, readTokens } from "../tokens.js";
import { base64url, hashOf, subtle } from "../web-crypto.js";
import { Nonces, asksForNonce } from "./nonces.js";
import { signedJwt, signingBy } from "./sign.js";

/** A pair of keys of WebCrypto. */
export interface KeyPair {
  /** The public key, which is sent with each proof. */
  readonly publicKey: SigningKey;
  /** The private key, preferably not extractable. */
  readonly privateKey: SigningKey;
}

/** What a proof is made for. */
export interface ProofParameters {
  /** The method of the request, such as `GET`. */
  readonly method: string;
  /** The URL of the request. Query and fragment do not count. */
  readonly url: string;
  /** The access token that goes with the request. */
  readonly accessToken?: string | undefined;
  /** The nonce that the server demands. */
  readonly nonce?: string | undefined;
}

/** A key, and what proves that the client has it (RFC 9449). {@link dpopProofs} makes it, and the setting `dpop` takes it. */
export interface DpopProofs {
  /** The thumbprint of the public key (RFC 7638), which a server puts into `cnf.jkt` of the tokens that it binds. */
  readonly thumbprint: string;
  /** The `alg` of the proofs, such as `ES256`. */
  readonly algorithm: string;
  /**
   * Makes a proof for one request (RFC 9449 section 4.2), for the header field `DPoP`. Clients and
   * {@link fetchWithToken} call this themselves.
   *
   * @throws {InvalidArgumentError} if the URL is not absolute, or the host cannot sign with the key
   * @throws {WasmUnavailableError} if WebAssembly is missing or may not be compiled
   */
  proof(parameters: ProofParameters): Promise<string>;
  /** Sends a request with a proof to the endpoints that take one, and without one to others. @internal */
  send(party: Party<Int64>, request: HttpRequest, calls: CallOptions): Promise<HttpResponse>;
  /** Reads an answer with tokens, and refuses one that is not bound to the key. @internal */
  readonly read: (answer: HttpResponse, reading: TokenReading) => TokenFields;
  /** The nonces of servers. @internal */
  readonly nonces: Nonces;
}

/**
 * Makes what a client needs for tokens that are bound to a key (DPoP, RFC 9449), so that they are of no use to whoever
 * steals them. The client then proves the key wherever it asks for tokens or uses them at the server, sends a request
 * once more if the server demands a nonce, and refuses a token that is bound to none.
 *
 * @param key the keys, such as those of {@link indexedDbKey}. Default: new ones for ES256 that cannot be extracted, and
 *   that are lost with the page or the process, and with them the tokens
 * @throws {InvalidArgumentError} if the keys are not a pair for RS256, PS256, ES256, the same with 384 or 512, or EdDSA
 * @throws {NotSupportedError} if the host has no WebCrypto
 * @example
 * ```js
 * import { Client, dpopProofs } from "eiam-token";
 *
 * const client = new Client({ server, clientId, dpop: await dpopProofs() });
 * ```
 */
export async function dpopProofs(key?: KeyPair): Promise<DpopProofs> {
  const pair = key ?? (await newKey());
  const signing = signingBy(pair.privateKey);
  const jwk = await publicJwk(pair.publicKey as CryptoKey);
  const thumbprint = await hashOf(JSON.stringify(jwk));
  const nonces = new Nonces();

  const proof = async ({ method, url, accessToken, nonce }: ProofParameters) => {
    const target = unlessInvalid("url", "not an absolute URL", () => new URL(url));
    target.search = target.hash = "";
    const claims = {
      jti: withRandom(16, base64url),
      htm: method,
      htu: target.href,
      iat: unixSeconds(),
      ath: accessToken === undefined ? undefined : hash(accessToken, 32),
      nonce,
    };
    return signedJwt(signing, { typ: "dpop+jwt", jwk }, claims);
  };

  const sendProven = async (party: Party<Int64>, request: HttpRequest, calls: CallOptions): Promise<HttpResponse> => {
    const { url, method, headers, body } = request;
    const { tokenEndpoint, pushedAuthorizationRequestEndpoint } = party.server;
    const accessToken = /^Bearer (.*)$/.exec(`${headers["authorization"]}`)?.[1];
    if (accessToken === undefined && url !== tokenEndpoint && url !== pushedAuthorizationRequestEndpoint) {
      return send(await asserted(party, request), calls);
    }
    const attempt = async (nonce: string | undefined) => {
      const fields = { ...headers, dpop: await proof({ method, url, accessToken, nonce }) };
      const proven = accessToken === undefined ? fields : { ...fields, authorization: `DPoP ${accessToken}` };
      // An assertion is valid once, so the second request has another one.
      return send(await asserted(party, httpRequest(url, proven, body)), calls);
    };
    // A server may demand other nonces at its endpoints than for what the tokens protect (RFC 9449 section 9).
    const kind = accessToken === undefined ? "server" : "resource";
    return nonces.with(`${kind} ${new URL(url).origin}`, attempt, refusesNonce);
  };

  return Object.freeze(
    Object.defineProperties(
      { thumbprint, algorithm: signing.algorithm },
      {
        proof: { value: proof },
        send: { value: sendProven },
        read: { value: readBound },
        nonces: { value: nonces },
      },
    ),
  ) as DpopProofs;
}

/** New keys for ES256, of which the private one cannot be extracted. @internal */
export function newKey(): Promise<CryptoKeyPair> {
  return subtle().generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
}

/** The members of a public key that make its thumbprint, in the order in which they do so (RFC 7638 section 3.2). */
async function publicJwk(key: CryptoKey): Promise<object> {
  const { kty, crv, e, n, x, y, d } = await subtle()
    .exportKey("jwk", key)
    .catch(() => {
      throw invalid("key", "its public key cannot be exported");
    });
  if (d !== undefined) throw invalid("key", "its publicKey is a private key");
  const members = kty === "RSA" ? { e, kty, n } : { crv, kty, x, y };
  // A member that is missing must not be part of what is compared.
  return JSON.parse(JSON.stringify(members));
}

/** Whether an authorization server demands another nonce (RFC 9449 section 8). */
function refusesNonce(response: HttpResponse): boolean {
  const { status } = response;
  if (status !== 400 && status !== 401) return false;
  const { error } = membersOf(bodyText(response));
  return error === "use_dpop_nonce" || asksForNonce(fieldOf(headersOf(response), "www-authenticate"));
}

/** The types of tokens that a client with a key can use, of which the answer to a proof has to be one of the last two. */
const WITH_PROOF = /^(bearer|basic|n_a|dpop)$/i;

/**
 * Reads an answer with tokens, and refuses a token that works without a proof (RFC 9449 section 5). `N_A` is the type of
 * what is no access token (RFC 8693 section 2.2.1).
 *
 * @throws {MalformedResponseError} for such a token
 */
function readBound(answer: HttpResponse, reading: TokenReading): TokenFields {
  const fields = readTokens(answer, { ...reading, asked: { ...reading.asked, types: WITH_PROOF } });
  if (/^(dpop|n_a)$/i.test(fields.tokenType)) return fields;
  const reason = "not DPoP: the server has not bound the token to the key that was proven";
  throw malformed("$.token_type", reason, answer.status);
}
