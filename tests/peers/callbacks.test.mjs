import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CallbackError, Client, OAuthError } from "eiam-token";
import fc from "fast-check";
import * as oauth from "oauth4webapi";

// The same cases in every run: a failure that comes and goes helps nobody.
const RUNS = { seed: 20_080_612, numRuns: 4000 };

const ISSUER = "https://as.example";
const client = new Client({
  clientId: "app",
  server: {
    issuer: ISSUER,
    authorizationEndpoint: `${ISSUER}/authorize`,
    tokenEndpoint: `${ISSUER}/token`,
  },
});
const request = client.authorizationRequest({ redirectUri: "https://app.example/cb" });
const STATE = new URL(request.url).searchParams.get("state");

/** @param {string} query */
function ourVerdict(query) {
  try {
    return { response: client.parseCallback(`https://app.example/cb?${query}`, request) };
  } catch (error) {
    assert.ok(error instanceof CallbackError || error instanceof OAuthError, String(error));
    return { error };
  }
}

/** @param {string} query */
function theirVerdict(query) {
  const url = new URL(`https://app.example/cb?${query}`);
  const server = { issuer: ISSUER };
  try {
    return { response: oauth.validateAuthResponse(server, { client_id: "app" }, url, STATE) };
  } catch (error) {
    return { error };
  }
}

/** The names that both sides read. */
const READ = ["code", "state", "iss", "error"];

/**
 * The deliberate differences: `applies` says when, and then the one that is `stricter` has to
 * refuse.
 *
 * @type {readonly { name: string, stricter: "ours" | "theirs", applies: (query: string, read: URLSearchParams) => boolean }[]}
 */
const DIFFERENCES = [
  {
    name: "a code, state or issuer with an escape that is none, or no UTF-8: browsers let it pass",
    stricter: "ours",
    applies: (query) => !isDecodable(query),
  },
  {
    name: "a description of the error that comes twice",
    stricter: "ours",
    applies: (_, read) => ["error_description", "error_uri"].some((name) => read.getAll(name).length > 1),
  },
  {
    name: "no code, an empty one, or two: theirs notices when it is to be redeemed",
    stricter: "ours",
    applies: (_, read) => read.getAll("code").length > 1 || (!read.get("code") && !read.get("error")),
  },
  {
    name: "an empty iss: there, and so not to be overlooked",
    stricter: "ours",
    applies: (_, read) => read.get("iss") === "",
  },
  {
    name: "tokens of the implicit and hybrid flows, or a JARM response, beside the code",
    stricter: "theirs",
    applies: (_, read) => ["id_token", "token"].some((name) => read.has(name)) || Boolean(read.get("response")),
  },
];

/** @param {string} query */
function isDecodable(query) {
  try {
    // What nobody reads may be anything.
    for (const pair of query.split("&")) {
      const [name = "", value = ""] = pair.split(/=(.*)/s);
      if (/^(code|state|iss|error)$/.test(name)) decodeURIComponent(value);
    }
    return true;
  } catch {
    return false;
  }
}

/** @type {Map<string, number>} how often each difference decided */
const seen = new Map(DIFFERENCES.map(({ name }) => [name, 0]));
const agreed = { accepted: 0, refused: 0 };

/**
 * Holds the two verdicts on one callback against each other.
 *
 * @param {string} query
 */
function compare(query) {
  const [ours, theirs] = [ourVerdict(query), theirVerdict(query)];
  const read = new URL(`https://app.example/cb?${query}`).searchParams;
  const applying = DIFFERENCES.filter(({ applies }) => applies(query, read));
  const stricter = (side) => applying.filter((difference) => difference.stricter === side);
  const names = (side) =>
    stricter(side)
      .map(({ name }) => name)
      .join("; ");

  // A difference that applies is kept to, always.
  if (stricter("ours").length > 0) assert.ok(ours.error, names("ours"));
  if (stricter("theirs").length > 0) assert.ok(theirs.error, names("theirs"));

  if (ours.response && theirs.response) {
    agreed.accepted += 1;
    const { body } = client.tokenRequest.authorizationCode(ours.response);
    assert.equal(new URLSearchParams(body).get("code"), theirs.response.get("code"));
  } else if (ours.response || theirs.response) {
    const side = ours.response ? "theirs" : "ours";
    const { error } = ours.response ? theirs : ours;
    assert.ok(names(side), `only ${side} refuses, without a known reason: ${error}`);
    for (const { name } of stricter(side)) seen.set(name, seen.get(name) + 1);
  } else {
    agreed.refused += 1;
    if (theirs.error instanceof oauth.AuthorizationResponseError && !names("ours")) {
      assert.ok(ours.error instanceof OAuthError, `${ours.error}`);
      assert.equal(ours.error.error, printable(theirs.error.error));
    }
  }
}

/** What a log may show: neither control characters nor endless text. */
function printable(text) {
  return [...text.replace(/\p{Cc}/gu, "\ufffd")].slice(0, 1024).join("");
}

const often = (weight, arbitrary) => ({ weight, arbitrary });

const escaped = (arbitrary) => arbitrary.map((text) => encodeURIComponent(text));
const anything = escaped(fc.string({ unit: "grapheme", maxLength: 12 }));

const values = {
  code: fc.oneof(often(9, escaped(fc.string({ unit: "grapheme-ascii", minLength: 1 }))), often(1, fc.constant(""))),
  state: fc.oneof(
    often(12, fc.constant(STATE)),
    often(1, fc.constantFrom("", STATE.slice(1), STATE.toLowerCase(), `${STATE}%20`, "x")),
  ),
  iss: fc.oneof(
    often(6, fc.constantFrom(ISSUER, encodeURIComponent(ISSUER))),
    often(1, fc.constantFrom("", `${ISSUER}/`, "https://evil.example", "https://AS.example")),
  ),
  error: fc.oneof(often(6, fc.constantFrom("access_denied", "login_required")), often(1, anything)),
};

const rare = fc.oneof(
  fc.tuple(fc.constantFrom("error_description", "error_uri", "session_state", "x"), anything),
  fc.tuple(fc.constantFrom("id_token", "token", "response"), anything),
  // What no encoder writes: an escape cut off, or one that is no UTF-8.
  fc.tuple(fc.constantFrom("x", "code"), fc.constantFrom("%", "%4", "%zz", "%ff", "%c3", "a%20%")),
);

const described = fc.tuple(fc.constantFrom("error_description", "error_uri"), anything);

const callbacks = fc
  .tuple(
    fc.record(values, { requiredKeys: ["code", "state"] }),
    fc.constantFrom("error", "error", "iss", undefined),
    fc.oneof(
      often(10, fc.constant([])),
      often(4, fc.array(rare, { minLength: 1, maxLength: 2 })),
      often(1, fc.array(described, { minLength: 2, maxLength: 2 })),
    ),
    // In one list of six a parameter comes twice, or is missing.
    fc.oneof(often(10, fc.constant("keep")), often(2, fc.constantFrom("twice", "less"))),
    fc.nat(),
  )
  .chain(([record, without, extra, change, pick]) => {
    const list = [...Object.entries(record), ...extra].filter(([name]) => name !== without);
    const chosen = pick % list.length;
    if (change === "twice") list.push(list[chosen]);
    if (change === "less") list.splice(chosen, 1);
    return fc.shuffledSubarray(list, { minLength: list.length });
  })
  .map((list) => list.map(([name, value]) => `${name}=${value}`).join("&"));

describe("verdicts on callbacks, held against oauth4webapi's", { concurrency: false }, () => {
  test("callbacks of every kind", () => {
    fc.assert(fc.property(callbacks, compare), RUNS);
  });

  test("any query at all with the right state", () => {
    const text = fc.string({ unit: fc.constantFrom(..."&=%+abcdef0123", ...READ), maxLength: 12 });
    const property = fc.property(text, (query) => compare(`state=${STATE}&${query}`));
    fc.assert(property, RUNS);
  });

  // Of both before it.
  test("each deliberate difference has decided, and agreement is no accident", () => {
    const never = [...seen].filter(([, times]) => times === 0).map(([name]) => name);
    assert.deepEqual(never, []);
    assert.ok(agreed.accepted > 500, `both accepted ${agreed.accepted} callbacks`);
    assert.ok(agreed.refused > 500, `both refused ${agreed.refused} callbacks`);
  });
});
