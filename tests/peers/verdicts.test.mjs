import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { EiamTokenError, OAuthError, deserializeTokens, parseExpiry, parseTokenResponse } from "eiam-token";
import fc from "fast-check";
import { isInteger, isLosslessNumber, parse as losslessParse } from "lossless-json";
import * as oauth from "oauth4webapi";

// The same cases in every run: a failure that comes and goes helps nobody.
const RUNS = { seed: 20_080_612, numRuns: 4000 };

const INT64_MAX = 2n ** 63n - 1n;
const DEPTH = 32;
const MARK = "\ufeff";
const NUMBER = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** The names that both sides read. */
const TOKENS = ["access_token", "refresh_token", "id_token"];
const LIFETIMES = ["expires_in", "expires_at"];

/**
 * What a value is exactly, if it is a whole number of seconds: worked out with `BigInt` from the
 * digits as lossless-json hands them over. `undefined` if it is anything else.
 *
 * @param {unknown} value a string, or a number that lossless-json kept
 */
function wholeSeconds(value) {
  const text = typeof value === "string" ? value : value?.isLosslessNumber && value.value;
  if (!text) return undefined;
  const parts = NUMBER.exec(text);
  if (!parts) return undefined;
  const [, sign, integer, fraction = "", exponent = "0"] = parts;
  const digits = BigInt(integer + fraction);
  if (digits === 0n) return 0n;
  const shift = Number(exponent) - fraction.length;
  if (sign || shift > 20) return undefined;
  if (shift >= 0) return inRange(digits * 10n ** BigInt(shift));
  if (-shift > 2000) return undefined;
  const divisor = 10n ** BigInt(-shift);
  return digits % divisor === 0n ? inRange(digits / divisor) : undefined;
}

/** @param {bigint} seconds */
function inRange(seconds) {
  return seconds <= INT64_MAX ? seconds : undefined;
}

/** How deep arrays and objects stand in one another. */
function depth(value) {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depth));
}

/** Whether a value, or a name in it, is a string with half of a surrogate pair. */
function isBroken(value) {
  if (typeof value === "string") return !value.isWellFormed();
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([name, member]) => isBroken(name) || isBroken(member));
}

/**
 * Whether an object has a member twice, whatever escapes its names are written with.
 *
 * @param {string} text valid JSON
 */
function hasDuplicates(text) {
  const objects = [];
  for (const [token, string, colon] of text.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}]/g)) {
    if (token === "{") {
      objects.push(new Set());
    } else if (token === "}") {
      objects.pop();
    } else if (colon) {
      const names = objects.at(-1);
      const name = JSON.parse(string);
      if (names.has(name)) return true;
      names.add(name);
    }
  }
  return false;
}

const isToken = (value) => typeof value === "string" && /^[ -~]+$/.test(value);
const isFilled = (value) => typeof value === "string" && value !== "";

/**
 * The deliberate differences: `applies` says when, and then the one that is `stricter` has to
 * refuse.
 *
 * @typedef {object} Answer
 * @property {number} status
 * @property {string} text
 * @property {any} json as JSON.parse reads it
 * @property {any} exact the same with numbers as written
 *
 * @typedef {object} Difference
 * @property {string} name
 * @property {"ours" | "theirs"} stricter
 * @property {(answer: Answer) => boolean} applies
 *
 * @type {readonly Difference[]}
 */
const DIFFERENCES = [
  {
    name: "a member twice: which one counts is anybody's guess",
    stricter: "ours",
    applies: ({ text }) => hasDuplicates(text),
  },
  {
    name:
      "a lifetime that is not a whole number from 0 to 2^63 - 1: theirs rounds 3600.5 and " +
      '1e300, reads "3600abc" and [3600], and does not look at expires_at',
    stricter: "ours",
    applies: ({ exact }) =>
      LIFETIMES.some((name) => {
        const value = Object.hasOwn(exact, name) ? exact[name] : undefined;
        // A moment in words is only left out.
        if (name === "expires_at" && !isNumeric(value)) return false;
        return value !== undefined && value !== null && wholeSeconds(value) === undefined;
      }),
  },
  {
    name: "a token with characters that no header can carry (RFC 6749 appendix A)",
    stricter: "ours",
    applies: ({ json }) => TOKENS.some((name) => isFilled(json[name]) && !isToken(json[name])),
  },
  {
    name: "nested deeper than 32",
    stricter: "ours",
    applies: ({ json }) => depth(json) > DEPTH,
  },
  {
    name: "half of a surrogate pair in a member that is read: no Unicode",
    stricter: "ours",
    applies: ({ json }) => ["token_type", "scope", ...TOKENS].some((name) => isBroken(json[name] ?? null)),
  },
  {
    name: "a byte order mark: RFC 8259 section 8.1 forbids it",
    stricter: "ours",
    applies: ({ text }) => text.startsWith(MARK),
  },
  {
    name: "null: ours takes it for missing",
    stricter: "theirs",
    applies: ({ json }) => ["refresh_token", "id_token", "scope", "expires_in"].some((name) => json[name] === null),
  },
  {
    name: "a token_type that theirs has not been told of",
    stricter: "theirs",
    applies: ({ json }) => !["bearer", "dpop"].includes(String(json.token_type).toLowerCase()),
  },
  {
    name: "a token_type that a client without a key for proofs cannot use",
    stricter: "ours",
    applies: ({ json }) => !["bearer", "basic", "n_a"].includes(String(json.token_type).toLowerCase()),
  },
  {
    name: "an id_token that is no JWT: parseTokenResponse does not look into it, exchangeCode does",
    stricter: "theirs",
    applies: ({ json }) => isToken(json.id_token),
  },
  {
    name: "a success other than 200",
    stricter: "theirs",
    applies: ({ status }) => status !== 200,
  },
];

/** Whether a value is a number of JSON, or a string of one. */
function isNumeric(value) {
  return isLosslessNumber(value) || (typeof value === "string" && /^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i.test(value));
}

const server = { issuer: "https://as.example" };
const client = { client_id: "app" };

/** @param {{ text: string, status: number }} answer */
async function theirVerdict({ text, status }) {
  const response = new Response(text, { status, headers: { "content-type": "application/json" } });
  try {
    return { tokens: await oauth.processRefreshTokenResponse(server, client, response) };
  } catch (error) {
    return { error };
  }
}

/** @param {{ text: string, status: number }} answer */
function ourVerdict({ text, status }) {
  try {
    return { tokens: parseTokenResponse({ status, body: text }) };
  } catch (error) {
    assert.ok(error instanceof EiamTokenError, String(error));
    assert.notEqual(error.code, "internal");
    return { error };
  }
}

/** @param {string} text */
function withoutMark(text) {
  return text.startsWith(MARK) ? text.slice(1) : text;
}

/** @param {string} text */
function read(text) {
  let json;
  try {
    json = JSON.parse(withoutMark(text));
  } catch {
    return undefined;
  }
  // lossless-json throws for a member that comes twice, and there is nothing to know of it then.
  return { json, exact: hasDuplicates(text) ? {} : losslessParse(withoutMark(text)) };
}

function isObject(json) {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

/** @type {Map<string, number>} how often each difference decided */
const seen = new Map(DIFFERENCES.map(({ name }) => [name, 0]));
const agreed = { accepted: 0, refused: 0 };

/**
 * Holds the two verdicts on one answer against each other.
 *
 * @param {{ text: string, status: number }} answer
 */
async function compare(answer) {
  const [ours, theirs] = [ourVerdict(answer), await theirVerdict(answer)];
  const values = read(answer.text);
  const isReadable = values !== undefined && isObject(values.json);
  const applying = DIFFERENCES.filter(({ applies }) => isReadable && applies({ ...answer, ...values }));
  const stricter = (side) => applying.filter((difference) => difference.stricter === side);

  // A difference that applies is kept to, always.
  if (stricter("ours").length > 0) assert.ok(ours.error, names(stricter("ours")));
  if (stricter("theirs").length > 0) assert.ok(theirs.error, names(stricter("theirs")));

  if (ours.tokens && theirs.tokens) {
    agreed.accepted += 1;
    assertSame(ours.tokens, theirs.tokens);
  } else if (ours.tokens || theirs.tokens) {
    const side = ours.tokens ? "theirs" : "ours";
    const reasons = stricter(side);
    const { error } = ours.tokens ? theirs : ours;
    assert.ok(reasons.length > 0, `only ${side} refuses, without a known reason: ${error}`);
    for (const { name } of reasons) seen.set(name, seen.get(name) + 1);
  } else {
    agreed.refused += 1;
    if (theirs.error instanceof oauth.ResponseBodyError && stricter("ours").length === 0) {
      assert.ok(ours.error instanceof OAuthError, `${ours.error}`);
      assert.equal(ours.error.error, theirs.error.error);
      assert.equal(ours.error.status, theirs.error.status);
    }
  }
}

const names = (differences) => differences.map(({ name }) => name).join("; ");

function assertSame(ours, theirs) {
  assert.equal(ours.accessToken, theirs.access_token);
  assert.equal(ours.tokenType.toLowerCase(), theirs.token_type);
  assert.equal(ours.refreshToken, theirs.refresh_token);
  // RFC 6749 section 3.3: a scope has one item at least, so an empty one says nothing.
  assert.equal(ours.scope, theirs.scope || undefined);
  if (theirs.expires_in === undefined) {
    assert.equal(ours.expiresIn, undefined);
  } else if (theirs.expires_in < 2 ** 53) {
    assert.equal(ours.expiresIn, BigInt(theirs.expires_in));
  } else {
    // Theirs has lost digits; no more than a double loses.
    assert.equal(Number(ours.expiresIn), theirs.expires_in);
  }
}

// Texts of JSON values, not values: what is compared is how they are read.

const json = (value) => value.map((inner) => JSON.stringify(inner));
const often = (weight, arbitrary) => ({ weight, arbitrary });

const tokenText = fc.oneof(
  often(12, json(fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 40 }))),
  often(1, json(fc.string({ unit: "binary", maxLength: 8 }))),
  often(1, fc.constantFrom('""', "null", "1", "[]", "{}", '"\\ud800"', '"\\u0041\\u0042"', "true")),
);

const digits = fc
  .oneof(
    fc.bigInt(0n, 2n ** 65n),
    fc.bigInt(2n ** 53n - 3n, 2n ** 53n + 3n),
    fc.bigInt(INT64_MAX - 3n, INT64_MAX + 3n),
    fc.bigInt(0n, 100_000n),
  )
  .map(String);

const numberText = fc.oneof(
  often(6, digits),
  often(
    1,
    digits.map((text) => `-${text}`),
  ),
  often(2, fc.tuple(digits, fc.constantFrom(".0", ".000", ".5", ".0000000000000001")).map(join)),
  often(2, fc.tuple(digits, fc.constantFrom("e0", "E+2", "e-2", "e20", "e400", "e-400")).map(join)),
  often(1, fc.tuple(digits, fc.constantFrom(".50e1", ".25E2")).map(join)),
  often(
    1,
    digits.map((text) => `1${text}00e-2`),
  ),
);

function join(parts) {
  return parts.join("");
}

const lifetimeText = fc.oneof(
  often(6, numberText),
  often(
    3,
    numberText.map((text) => `"${text}"`),
  ),
  often(
    1,
    fc.tuple(numberText, fc.constantFrom("abc", " ", "s", ".", "_000")).map(([number, rest]) => `"${number}${rest}"`),
  ),
  often(
    1,
    numberText.map((text) => `[${text}]`),
  ),
  often(1, fc.constantFrom("null", "true", "{}", '""', '" 1"', '"0x10"', '"Infinity"', '"1e400"')),
);

const typeText = fc.oneof(
  often(12, fc.constantFrom('"Bearer"', '"bearer"', '"BEARER"', '"DPoP"')),
  often(1, fc.constantFrom('"mac"', '"N_A"', "null", '""', "7", '"Bearer "')),
);

const scopeText = fc.oneof(
  often(6, json(fc.constantFrom("openid", "openid api://x|read", "", "ü Ω 😀"))),
  often(1, fc.constantFrom("null", "[]", '["openid"]', "1")),
);

const anythingText = fc.oneof(
  often(8, fc.json({ maxDepth: 3 })),
  often(
    1,
    fc.integer({ min: 20, max: 40 }).map((n) => `${"[".repeat(n)}1${"]".repeat(n)}`),
  ),
);

const known = {
  access_token: tokenText,
  token_type: typeText,
  expires_in: lifetimeText,
  refresh_token: tokenText,
  scope: scopeText,
};

const rare = fc.oneof(
  fc.tuple(fc.constant("expires_at"), lifetimeText),
  fc.tuple(fc.constant("id_token"), fc.constantFrom("null", '""', "1", '"no JWT"')),
  fc.tuple(fc.constant("error"), fc.constantFrom('"invalid_grant"', '""', "null", "{}", '"ü"')),
  fc.tuple(fc.constant("Code"), fc.constantFrom('"Throttling.Api"', '""', "1")),
  fc.tuple(fc.constantFrom("x", "y", "__proto__", "constructor", "ü"), anythingText),
);

const memberList = fc
  .tuple(
    fc.record(known, { requiredKeys: ["access_token", "token_type"] }),
    fc.oneof(often(6, fc.constant([])), often(2, fc.array(rare, { maxLength: 2 }))),
    // In one list of six a member comes twice, or is missing.
    fc.oneof(often(10, fc.constant("keep")), often(2, fc.constantFrom("twice", "less"))),
    fc.nat(),
  )
  .chain(([record, extra, change, pick]) => {
    const list = [...Object.entries(record), ...extra];
    const chosen = pick % list.length;
    if (change === "twice") list.push(list[chosen]);
    if (change === "less") list.splice(chosen, 1);
    return fc.shuffledSubarray(list, { minLength: list.length });
  });

const space = fc.constantFrom("", "", "", " ", "\n\t", "\r\n  ");

const objectText = fc
  .tuple(memberList, space, space, fc.boolean(), fc.integer({ min: 1, max: 50 }))
  .map(([members, before, after, escaped, dice]) => {
    const name = (text) => {
      const first = text.charCodeAt(0).toString(16).padStart(4, "0");
      return escaped ? `"\\u${first}${text.slice(1)}"` : JSON.stringify(text);
    };
    const written = members.map(([key, value]) => `${before}${name(key)}${after}:${before}${value}${after}`);
    return `${dice === 50 ? MARK : before}{${written.join(",")}}${after}`;
  });

const status = fc.oneof(often(10, fc.constant(200)), often(1, fc.constantFrom(201, 400, 401, 403, 500)));

const answers = fc.record({ text: objectText, status });

/** An answer with one character more, less, or another. */
const damaged = fc
  .tuple(
    objectText,
    fc.nat(),
    fc.constantFrom("insert", "delete", "replace", "cut"),
    fc.constantFrom(...'{}[]":,\\0123456789.-+eEtrufalsn /\u0001\u00a0\ufeffü'),
  )
  .map(([text, place, how, character]) => {
    const at = place % text.length;
    const rest = { insert: at, delete: at + 1, replace: at + 1, cut: text.length }[how];
    const middle = how === "insert" || how === "replace" ? character : "";
    // No wire carries half of a pair that was cut.
    const cut = text.slice(0, at) + middle + text.slice(rest);
    return { text: cut.toWellFormed(), status: 200 };
  });

describe("verdicts on token answers, held against oauth4webapi's", { concurrency: false }, () => {
  test("answers of every kind", async () => {
    await fc.assert(fc.asyncProperty(answers, compare), RUNS);
  });

  test("answers with a slip of the pen", async () => {
    await fc.assert(fc.asyncProperty(damaged, compare), RUNS);
  });

  test("any text at all", async () => {
    const text = fc.oneof(fc.json(), fc.string({ unit: "binary" }));
    await fc.assert(fc.asyncProperty(fc.record({ text, status }), compare), RUNS);
  });

  // Of all three before it.
  test("each deliberate difference has decided, and agreement is no accident", () => {
    const never = [...seen].filter(([, times]) => times === 0).map(([name]) => name);
    assert.deepEqual(never, []);
    assert.ok(agreed.accepted > 900, `both accepted ${agreed.accepted} answers`);
    assert.ok(agreed.refused > 1000, `both refused ${agreed.refused} answers`);
  });
});

describe("bytes, where theirs reads what ours refuses", () => {
  const bytes = new TextEncoder().encode('{"access_token":"ATx","token_type":"Bearer"}');
  for (const [name, body] of /** @type {const} */ ([
    ["a byte order mark", Uint8Array.of(0xef, 0xbb, 0xbf, ...bytes)],
    ["bytes that are not UTF-8", bytes.with(bytes.length - 5, 0xff)],
  ])) {
    test(name, async () => {
      const response = new Response(body, { headers: { "content-type": "application/json" } });
      const theirs = oauth.processRefreshTokenResponse(server, client, response);
      // What is no UTF-8 becomes U+FFFD in theirs: a token_type that it has not been told of.
      await theirs.catch((error) => assert.ok(error instanceof oauth.UnsupportedOperationError));
      assert.throws(() => parseTokenResponse(body), { code: "malformed_response", path: "$" });
    });
  }
});

describe("integers, held against lossless-json's", () => {
  const answer = (name, text) => `{"access_token":"ATx","token_type":"Bearer","${name}":${text}}`;

  test("digits come through as they were written", () => {
    const property = fc.property(digits, fc.constantFrom(...LIFETIMES), (text, name) => {
      const body = answer(name, text);
      const lossless = losslessParse(body)[name];
      assert.ok(isInteger(lossless.value));
      const exact = BigInt(lossless.value);
      const member = name === "expires_in" ? "expiresIn" : "expiresAt";
      if (exact > INT64_MAX) {
        assert.throws(() => parseTokenResponse(body), { path: `$.${name}` });
        assert.throws(() => parseExpiry(text), { code: "invalid_argument" });
      } else {
        assert.equal(parseTokenResponse(body)[member], exact);
        assert.equal(String(parseTokenResponse(body)[member]), text);
        assert.equal(parseExpiry(text), exact);
      }
    });
    fc.assert(property, RUNS);
  });

  test("other spellings of whole numbers, and what is none", () => {
    const property = fc.property(lifetimeText, (text) => {
      const exact = wholeSeconds(losslessParse(text));
      if (text === "null") assert.equal(parseExpiry(text), undefined);
      else if (exact !== undefined) assert.equal(parseExpiry(text), exact);
      else assert.throws(() => parseExpiry(text), { code: "invalid_argument" });
    });
    fc.assert(property, RUNS);
  });

  test("a stored token set keeps them", () => {
    const property = fc.property(fc.bigInt(0n, INT64_MAX), (seconds) => {
      const tokens = parseTokenResponse(answer("expires_in", seconds), { now: 1_700_000_000 });
      const back = deserializeTokens(tokens.serialize());
      assert.equal(back.expiresIn, seconds);
      assert.equal(back.deadline, inRange(seconds + 1_700_000_000n) ?? INT64_MAX);
    });
    fc.assert(property, { ...RUNS, numRuns: 500 });
  });
});
