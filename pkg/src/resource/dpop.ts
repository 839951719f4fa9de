import { type AlgorithmParameters, parametersOf } from "../client/algorithms.js";
import { invalid } from "../client/invalid.js";
import { base64url, hashOf, utf8 } from "../client/web-crypto.js";
import { Bounded } from "./bounded.js";
import { isType, readJwt, textOf, timeOf } from "./jwt.js";
import { Fault } from "./refused.js";
import { signedParts } from "./signed-parts.js";

/** What remembers which proofs were used. */
export interface ReplayMemory {
  /**
   * Remembers a proof.
   *
   * @param id names the proof: 43 characters
   * @param until the time in Unix seconds from which on nobody accepts the proof any more
   * @returns whether it was not there before
   */
  use(id: string, until: number): boolean | Promise<boolean>;
}

/** What makes nonces, and knows them again (RFC 9449 section 9). */
export interface DpopNonces {
  /** A nonce that counts now. */
  make(): string | Promise<string>;
  /** Whether a nonce counts. */
  accepts(nonce: string): boolean | Promise<boolean>;
}

/** For how many seconds after its `iat` a proof counts. */
const LIFETIME = 300;

/** By how many seconds `iat` may lie in the future. */
const AHEAD = 30;

/** How many keys of clients are kept. */
const MOST_KEYS = 1000;

/**
 * Keys by which proofs were made that counted, by their algorithm and members: a client proves the same one with each
 * request, and to import it costs more than to verify the proof.
 */
let keys: Bounded<{ readonly key: CryptoKey; readonly thumbprint: string }> | undefined;

/** The most characters of `jti`. */
const LONGEST_ID = 256;

/**
 * Remembers proofs in this process, which is enough for a server of one process.
 *
 * @param most how many are remembered; when it is full, proofs are refused until some are over
 */
export function replayMemory(most = 100_000): ReplayMemory {
  const used = new Bounded<true>(most);
  return {
    use(id, until) {
      const now = Date.now() / 1000;
      if (used.get(id, now) || !used.hasRoom(now)) return false;
      used.set(id, true, until);
      return true;
    },
  };
}

/**
 * Makes nonces that name their time and are authenticated by a secret, so that none has to be remembered, and servers that
 * share the secret know each other's.
 *
 * @param options `secret`: 32 random bytes at least. Default: those of this process. `seconds`: for how long a nonce
 *   counts. Default: 120
 * @throws {InvalidArgumentError} if the secret is too short
 */
export function dpopNonces({
  secret,
  seconds = 120,
}: {
  readonly secret?: Uint8Array | undefined;
  readonly seconds?: number | undefined;
} = {}): DpopNonces {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  if (secret && !(secret.length >= 32)) {
    throw invalid("secret", "expected 32 bytes at least");
  }
  let made: Promise<CryptoKey> | undefined;
  /** The key, made late: at the start of a Worker there is no randomness. */
  const ownKey = (): Promise<CryptoKey> => {
    const octets = secret ?? crypto.getRandomValues(new Uint8Array(32));
    return (made ??= crypto.subtle.importKey("raw", octets as BufferSource, algorithm, false, ["sign", "verify"]));
  };
  return {
    async make() {
      const time = Math.floor(Date.now() / 1000).toString(36);
      const mac = new Uint8Array(await crypto.subtle.sign(algorithm, await ownKey(), utf8(time)));
      return `${time}.${base64url(mac)}`;
    },
    async accepts(nonce) {
      const [time = "", mac = "", ...others] = nonce.split(".");
      const age = Date.now() / 1000 - Number.parseInt(time, 36);
      if (others.length > 0 || !(age > -1 && age < seconds) || !/^[\w-]{43}$/.test(mac)) return false;
      const { signature } = signedParts(`${time}.${mac}`);
      return crypto.subtle.verify(algorithm, await ownKey(), signature, utf8(time));
    },
  };
}

/** What a proof has to agree with. @internal */
export interface ProofFor {
  readonly token: string;
  /** The thumbprint of the key to which the token is bound. */
  readonly jkt: string;
  readonly method: string;
  /** Absolute. */
  readonly url: string;
  readonly replays: ReplayMemory;
  readonly nonces: DpopNonces | undefined;
  readonly now: number;
}

/**
 * Checks a proof (RFC 9449 sections 4.3 and 7).
 *
 * @throws {Fault} if it does not prove what it has to
 * @internal
 */
export async function checkProof(proof: string, expected: ProofFor): Promise<void> {
  const { token, jkt, method, url, replays, nonces, now } = expected;
  const jwt = readJwt(proof);
  if (!jwt) throw wrong("is no JWT");
  const { header, claims } = jwt;
  if (!isType(header, "dpop+jwt")) throw wrong("has another typ than dpop+jwt");
  const { alg } = header;
  const parameters = parametersOf(alg);
  if (!parameters) throw wrong("has no algorithm with a public key");
  const jwk = publicJwk(header["jwk"], parameters);
  if (!jwk) throw wrong("has no public key for its algorithm");
  if (claims["htm"] !== method) throw wrong("is for another method");
  if (typeof claims["htu"] !== "string" || !isSameUrl(claims["htu"], url)) throw wrong("is for another URL");
  const made = timeOf(claims, "iat");
  if (made === undefined || made > now + AHEAD || made + LIFETIME <= now) throw wrong("was not made just now");
  for (const [name, isOver] of [
    ["exp", (time: number) => time <= now],
    ["nbf", (time: number) => time > now + AHEAD],
  ] as const) {
    if (!(name in claims)) continue;
    const time = timeOf(claims, name);
    if (time === undefined || isOver(time)) throw wrong(`does not count now: ${name}`);
  }
  const id = textOf(claims, "jti");
  if (id === undefined || id.length > LONGEST_ID) throw wrong("has no jti");
  if (claims["ath"] !== (await hashOf(token))) throw wrong("is for another token");
  const name = `${alg} ${JSON.stringify(jwk)}`;
  const known = keys?.get(name, now);
  if ((known?.thumbprint ?? (await thumbprint(jwk))) !== jkt) {
    throw new Fault("invalid_token", "the token is bound to another key than that of the proof");
  }
  const key = known?.key ?? (await imported(jwk, parameters));
  const { signed, signature } = signedParts(proof);
  if (!key || !(await crypto.subtle.verify(parameters, key, signature, signed))) {
    throw wrong("has a signature that is not by its key");
  }
  if (!known) {
    keys ??= new Bounded(MOST_KEYS);
    keys.set(name, { key, thumbprint: jkt }, Infinity);
  }
  if (nonces) {
    const nonce = textOf(claims, "nonce");
    if (nonce === undefined || !(await nonces.accepts(nonce))) {
      throw new Fault("use_dpop_nonce", "the proof needs the nonce of DPoP-Nonce", {
        "dpop-nonce": await nonces.make(),
      });
    }
  }
  // Last, so that only what would otherwise count takes a place.
  if (!(await replays.use(await hashOf(`${jkt} ${id}`), made + LIFETIME))) throw wrong("was used before");
}

function wrong(problem: string): Fault {
  return new Fault("invalid_dpop_proof", `the proof ${problem}`);
}

/** The members of a public key of the right kind, and no others; `undefined` for anything else. */
function publicJwk(jwk: unknown, { name, namedCurve }: AlgorithmParameters): Record<string, string> | undefined {
  if (typeof jwk !== "object" || jwk === null) return undefined;
  const all = jwk as Record<string, unknown>;
  // RFC 9449 section 4.3: a private key is no proof of anything.
  if (["d", "p", "q", "dp", "dq", "qi", "oth", "k"].some((member) => member in all)) return undefined;
  const [kty, crv, ...members] =
    name === "Ed25519" ? ["OKP", name, "x"] : namedCurve ? ["EC", namedCurve, "x", "y"] : ["RSA", undefined, "n", "e"];
  if (all["kty"] !== kty || all["crv"] !== crv) return undefined;
  const values = members.map((member) => all[member!]);
  if (!values.every((value) => typeof value === "string" && /^[\w-]+$/.test(value))) return undefined;
  // RFC 7518 section 3.3: 2048 bits at least.
  if (kty === "RSA" && String(all["n"]).length < 342) return undefined;
  const entries = members.map((member, index) => [member, values[index]]);
  return Object.fromEntries([...(crv ? [["crv", crv]] : []), ["kty", kty], ...entries]) as Record<string, string>;
}

/** The thumbprint of a key (RFC 7638 section 3): its members by name. */
function thumbprint(jwk: Record<string, string>): Promise<string> {
  const names = Object.keys(jwk).sort();
  return hashOf(JSON.stringify(Object.fromEntries(names.map((name) => [name, jwk[name]]))));
}

/** A key for WebCrypto; `undefined` for one that the host cannot use, such as a point that is not on its curve. */
async function imported(jwk: Record<string, string>, parameters: AlgorithmParameters): Promise<CryptoKey | undefined> {
  try {
    return await crypto.subtle.importKey("jwk", jwk, parameters as EcKeyImportParams, false, ["verify"]);
  } catch {
    return undefined;
  }
}

/** Whether two URLs are the same without query and fragment (RFC 9449 section 4.3, RFC 3986 section 6.2). */
function isSameUrl(one: string, other: string): boolean {
  const bare = (text: string) => {
    if (!URL.canParse(text)) return undefined;
    const { protocol, host, pathname, username, password } = new URL(text);
    return username || password ? undefined : `${protocol}//${host}${pathname}`;
  };
  const left = bare(one);
  return left !== undefined && left === bare(other);
}
