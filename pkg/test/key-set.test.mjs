import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, test } from "node:test";
import { algorithms, atHash, hashOf, parts, signer, signingInput } from "./support/jwt.mjs";
import { source } from "./support/source.mjs";

const {
  keySet: makeKeySet,
  MalformedResponseError,
  NotSupportedError,
  algorithmOf,
  lifetimeOf,
  parametersOf,
  secretSignature,
} = await source("client/key-set", "client/algorithms", "client/secret-signature");

const ACCESS_TOKEN = "ATaccess";
const START = 1_700_000_000_000;
const signers = Object.fromEntries(
  await Promise.all(algorithms.map(async (alg) => [alg, await signer(alg, `${alg}-1`)])),
);
const { ES256 } = signers;

/**
 * A key set, and what its server answers: `keys`, JWKs, an error or a function that gives either; `headers`. It counts
 * what was fetched, and its clock stands still until `t.mock.timers.tick`.
 */
function keySet(t, { keys = [ES256.jwk], headers = {}, maxAge } = {}) {
  t.mock.timers.enable({ apis: ["Date"], now: START });
  const server = { keys, headers, fetched: 0, options: [] };
  const set = makeKeySet(async (options) => {
    server.fetched += 1;
    server.options.push(options);
    const answer = typeof server.keys === "function" ? await server.keys() : server.keys;
    if (answer instanceof Error) throw answer;
    return { keys: JSON.stringify(answer), headers: server.headers && new Headers(server.headers) };
  }, maxAge);
  const verify = (idToken, { options = {}, held } = {}) => {
    const { header, claims } = parts(idToken);
    return set.verify(idToken, header, claims, ACCESS_TOKEN, options, held);
  };
  return { server, set, verify };
}

function refused(path) {
  return (error) => {
    assert.ok(error instanceof MalformedResponseError, `${error.stack}`);
    assert.equal(error.path, `id_token.${path}`);
    return true;
  };
}

const token = (by = ES256, claims = { sub: "user_a" }, header = {}) => by.jwt(claims, header);

test("keys that came with header fields that cannot be read are not held", async () => {
  let asked = 0;
  const headers = {
    get() {
      asked += 1;
      if (asked === 1) throw new Error("mine");
      return null;
    },
  };
  const once = makeKeySet(async () => ({ keys: JSON.stringify([ES256.jwk]), headers }));
  await assert.rejects(once.ready({}), { code: "invalid_argument", argument: "headers" });
  await once.ready({});
  assert.ok(asked > 1);
});

describe("algorithms", () => {
  for (const alg of algorithms) {
    test(`${alg}: what its key has signed is genuine, and nothing else`, async (t) => {
      const { jwk, jwt, privateKey } = signers[alg];
      const { verify } = keySet(t, { keys: [jwk] });
      const good = await jwt({ sub: "user_a" });
      await verify(good);
      const [header, payload, signature] = good.split(".");
      const [, other] = signingInput({}, { sub: "user_b" }).split(".");
      await assert.rejects(verify(`${header}.${other}.${signature}`), refused("signature"));
      await assert.rejects(verify(`${header}.${payload}.${signature.slice(4)}`), refused("signature"));
      assert.equal(algorithmOf(privateKey), alg);
    });

    test(`${alg}: at_hash is by its own hash`, async (t) => {
      const { jwk, jwt } = signers[alg];
      const { verify } = keySet(t, { keys: [jwk] });
      const hash = hashOf(alg);
      for (const at_hash of [atHash(ACCESS_TOKEN, hash), null, undefined]) await verify(await jwt({ at_hash }));
      // That by SHA-256 is checked with the claims.
      if (hash === "sha256") return;
      for (const at_hash of [atHash("ATother", hash), atHash(ACCESS_TOKEN, "sha256"), "", 5, [], false]) {
        await assert.rejects(verify(await jwt({ at_hash })), refused("at_hash"), `${at_hash}`);
      }
    });
  }

  test("RFC 8725 section 3.1: a key of one kind verifies no signature of another", async (t) => {
    for (const alg of algorithms) {
      const keys = algorithms.filter((other) => other !== alg).map((other) => ({ ...signers[other].jwk, kid: "k" }));
      const { verify } = keySet(t, { keys });
      await assert.rejects(verify(await signers[alg].jwt({}, { kid: "k" })), refused("kid"), alg);
      t.mock.timers.reset();
    }
  });

  test("others are none: not even with a key for them in the set", async (t) => {
    for (const alg of [
      "none",
      "HS256",
      "HS512",
      "ES256K",
      "RS1",
      "rs256",
      "RS257",
      "XRS256",
      "Ed448",
      "",
      undefined,
      5,
    ]) {
      const oct = { kty: "oct", k: "AQ", alg };
      const { server, verify } = keySet(t, { keys: [oct, { ...signers.RS256.jwk, alg }] });
      await assert.rejects(verify(`${signingInput({ alg }, {})}.c2ln`), refused("alg"), `${alg}`);
      assert.equal(parametersOf(String(alg)), undefined);
      assert.equal(server.fetched, 0);
      t.mock.timers.reset();
    }
  });
});

describe("how long keys are believed", () => {
  for (const [name, headers, seconds, options] of [
    ["10 minutes where the answer does not say", {}, 600],
    ["10 minutes without header fields", undefined, 600],
    ["not longer, whatever max-age says", { "cache-control": "public, max-age=86400" }, 600],
    ["as long as max-age says", { "cache-control": "public, max-age=90, must-revalidate" }, 90],
    ["less what the answer spent in other caches", { "cache-control": "max-age=300", age: "270" }, 30],
    ["max-age, and not that of shared caches", { "cache-control": "s-maxage=5,MAX-AGE=90" }, 90],
    ["s-maxage alone says nothing", { "cache-control": "s-maxage=5" }, 600],
    ["as the application says", {}, 3600, { maxAge: 3600 }],
    ["as the application says at most", { "cache-control": "max-age=86400" }, 20, { maxAge: 20 }],
  ]) {
    test(name, async (t) => {
      const { server, verify } = keySet(t, { headers, ...options });
      await verify(await token());
      t.mock.timers.tick(seconds * 1000 - 1);
      await verify(await token());
      assert.equal(server.fetched, 1);
      t.mock.timers.tick(1);
      await verify(await token());
      assert.equal(server.fetched, 2);
    });
  }

  for (const field of [
    "no-store",
    "no-cache",
    "max-age=0",
    "private, No-Store",
    'no-cache="set-cookie"',
    "max-age=soon",
  ]) {
    test(`${field}: for one call, whose preparation and check are one`, async (t) => {
      const { server, set, verify } = keySet(t, { headers: { "cache-control": field } });
      const held = await set.ready({});
      await verify(await token(), { held });
      assert.equal(server.fetched, 1);
      await verify(await token());
      assert.equal(server.fetched, 2);
    });
  }

  test("RFC 9111: directives and Age that are odd", () => {
    const of = (field, age) => lifetimeOf(new Headers({ "cache-control": field, ...(age && { age }) }), 600_000);
    assert.equal(of("max-age=60", "soon"), 60_000);
    assert.equal(of("max-age=60", "61"), 0);
    assert.equal(of('max-age="60"'), 60_000);
    assert.equal(of("max-age = 60"), 60_000);
    assert.equal(of("max-age=60, max-age=70"), 60_000);
    assert.equal(of("max-age"), 0);
    assert.equal(of("max-age=-5"), 0);
    assert.equal(of(`max-age=${"9".repeat(400)}`), 600_000);
    assert.equal(of("x-max-age=5, my-no-store"), 600_000);
  });

  test("a withdrawn key is not believed past its age, and nothing is if the keys cannot be had", async (t) => {
    const { server, verify } = keySet(t);
    const idToken = await token();
    await verify(idToken);
    server.keys = [(await signer("ES256", "ES256-2")).jwk];
    t.mock.timers.tick(600_000);
    await assert.rejects(verify(idToken), refused("kid"));
    server.keys = new Error("offline");
    t.mock.timers.tick(600_000);
    await assert.rejects(verify(idToken), /offline/);
    server.keys = [ES256.jwk];
    await verify(idToken);
  });

  test("keys from after a clock that was set back are not believed for longer", async (t) => {
    const { server, verify } = keySet(t);
    await verify(await token());
    t.mock.timers.setTime(START - 86_400_000);
    await verify(await token());
    assert.equal(server.fetched, 2);
    await verify(await token());
    assert.equal(server.fetched, 2);
  });
});

describe("keys that were rotated", () => {
  test("an unknown kid fetches the keys again, at once", async (t) => {
    const { server, verify } = keySet(t);
    await verify(await token());
    const next = await signer("ES256", "ES256-2");
    server.keys = [next.jwk];
    await verify(await token(next));
    assert.equal(server.fetched, 2);
    await assert.rejects(verify(await token()), refused("kid"));
    assert.equal(server.fetched, 2, "and not within a minute again");
  });

  test("so does a signature that the known key of its kid did not make", async (t) => {
    const { server, verify } = keySet(t);
    const before = await token();
    await verify(before);
    const same = await signer("ES256", "ES256-1");
    server.keys = [same.jwk];
    await verify(await token(same));
    assert.equal(server.fetched, 2);
    await assert.rejects(verify(before), refused("signature"));
  });

  test("and a key that cannot be imported, or one of two", async (t) => {
    for (const keys of [[{ ...ES256.jwk, x: "AQ" }], [ES256.jwk, (await signer("ES256", "ES256-1")).jwk]]) {
      const { server, set, verify } = keySet(t, { keys });
      const held = await set.ready({});
      server.keys = [ES256.jwk];
      await verify(await token(), { held });
      assert.equal(server.fetched, 2);
      t.mock.timers.reset();
    }
  });

  test("forged tokens make it ask once a minute, and cost no genuine one anything", async (t) => {
    const { server, verify } = keySet(t, { maxAge: 1e9 });
    await verify(await token());
    const stranger = await signer("ES256", "ES256-1");
    const unknown = await signer("ES256", "stranger");
    for (let second = 0; second < 180; second += 10) {
      await assert.rejects(verify(await token(stranger)), refused("signature"));
      await assert.rejects(verify(await token(unknown)), refused("kid"));
      await verify(await token());
      t.mock.timers.tick(10_000);
    }
    assert.equal(server.fetched, 1 + 3);
  });

  test("keys that were fetched for this very check are not fetched again", async (t) => {
    const { server, verify } = keySet(t);
    await assert.rejects(verify(await token(await signer("ES256", "stranger"))), refused("kid"));
    assert.equal(server.fetched, 1);
  });

  test("a kid that is none is the token's mistake: nothing is fetched", async (t) => {
    const { server, verify } = keySet(t);
    for (const kid of [5, null, {}, [], false]) {
      await assert.rejects(verify(await token(ES256, {}, { kid })), refused("kid"), `${kid}`);
    }
    assert.equal(server.fetched, 0);
  });

  test("if the second fetch fails, its error is told and the keys stay", async (t) => {
    const { server, verify } = keySet(t);
    await verify(await token());
    server.keys = new Error("503");
    await assert.rejects(verify(await token(await signer("ES256", "ES256-2"))), /503/);
    await verify(await token());
    assert.equal(server.fetched, 2);
    t.mock.timers.tick(600_000);
    await assert.rejects(verify(await token()), /503/, "but not past their age");
  });

  test("a first fetch that fails is made again", async (t) => {
    const { server, set, verify } = keySet(t, { keys: new Error("503") });
    await assert.rejects(set.ready({}), /503/);
    server.keys = [ES256.jwk];
    await verify(await token());
  });
});

describe("several at once", () => {
  /** Keys that come when they are let go. */
  function slowly(server) {
    let release;
    const keys = server.keys;
    server.keys = () => new Promise((resolve) => (release = () => resolve(keys)));
    return () => release();
  }

  test("one fetch is for all", async (t) => {
    const { server, set, verify } = keySet(t, { headers: { "cache-control": "no-store" } });
    const release = slowly(server);
    const idToken = await token();
    const all = [...Array.from({ length: 20 }, () => verify(idToken)), set.ready({}), set.ready({})];
    release();
    await Promise.all(all);
    assert.equal(server.fetched, 1);
  });

  test("of those that meet a new key, all take it from one fetch", async (t) => {
    const { server, set, verify } = keySet(t);
    const held = await set.ready({});
    const next = await signer("ES256", "ES256-2");
    server.keys = [next.jwk];
    const idToken = await token(next);
    await Promise.all(Array.from({ length: 20 }, (_, index) => verify(idToken, index % 2 ? { held } : {})));
    assert.equal(server.fetched, 2);
  });

  test("who gives up takes nobody else along", async (t) => {
    const { server, set, verify } = keySet(t);
    const release = slowly(server);
    const controller = new AbortController();
    const idToken = await token();
    const first = set.ready({ signal: controller.signal, timeout: 5 });
    const second = verify(idToken);
    controller.abort(new Error("the user left"));
    await assert.rejects(first, /the user left/);
    await assert.rejects(set.ready({ signal: controller.signal }), /the user left/);
    release();
    await second;
    assert.deepEqual(Object.keys(server.options[0]), ["timeout", "fetch"], "the fetch has nobody's signal");
  });

  test("a fetch that fails after all have given up is nobody's unhandled rejection", async (t) => {
    const { server, set } = keySet(t);
    let fail;
    server.keys = () => new Promise((_, reject) => (fail = reject));
    const controller = new AbortController();
    const ready = set.ready({ signal: controller.signal });
    controller.abort(new Error("the user left"));
    await assert.rejects(ready, /the user left/);
    fail(new Error("503"));
    await new Promise((resolve) => setImmediate(resolve));
    server.keys = [ES256.jwk];
    await set.ready({});
  });
});

describe("HS256, where it was asked for", () => {
  const SECRET = "a secret of 32 octets, at least.";
  const signed = (secret, header = { alg: "HS256" }, claims = { sub: "user_a" }) => {
    const input = signingInput(header, claims);
    return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
  };
  const verify = (verifier, idToken) =>
    verifier.verify(idToken, parts(idToken).header, parts(idToken).claims, "AT", {});

  test("what the client's secret has signed is genuine, and nothing else", async () => {
    const verifier = secretSignature(SECRET);
    await verifier.ready({});
    const good = signed(SECRET);
    await verify(verifier, good);
    await verify(verifier, signed(SECRET, { alg: "HS256", kid: "any" }));
    await assert.rejects(verify(verifier, signed(`${SECRET} `)), refused("signature"));
    const [header, , signature] = good.split(".");
    const [, other] = signingInput({}, { sub: "user_b" }).split(".");
    await assert.rejects(verify(verifier, `${header}.${other}.${signature}`), refused("signature"));
    await assert.rejects(verify(verifier, `${good.slice(0, -4)}`), refused("signature"));
    await assert.rejects(verify(verifier, `${header}.${other}.`), refused("signature"));
  });

  test("no other algorithm is taken beside it", async () => {
    const verifier = secretSignature(SECRET);
    for (const alg of ["none", "HS512", "hs256", "RS256", undefined]) {
      await assert.rejects(verify(verifier, signed(SECRET, { alg })), refused("alg"), alg);
    }
    await assert.rejects(verify(verifier, await token()), refused("alg"));
  });

  test("RFC 7518 section 3.2: a secret of 31 octets is too short", () => {
    for (const secret of ["", "x".repeat(31)]) {
      assert.throws(() => secretSignature(secret), { code: "invalid_argument", argument: "clientSecret" });
    }
    // 16 characters, and 32 octets.
    assert.ok(secretSignature("é".repeat(16)));
  });

  test("the secret is in nothing that is shown", () => {
    const verifier = secretSignature(SECRET);
    assert.doesNotMatch(JSON.stringify(verifier) + Object.values(verifier).join(), /a secret of/);
  });
});

test("without crypto.subtle nothing is ready", async (t) => {
  const { server, set } = keySet(t);
  const own = Object.getOwnPropertyDescriptor(globalThis, "crypto");
  t.after(() => Object.defineProperty(globalThis, "crypto", own));
  Object.defineProperty(globalThis, "crypto", { value: undefined, configurable: true });
  await assert.rejects(set.ready({}), NotSupportedError);
  await assert.rejects(secretSignature("x".repeat(32)).ready({}), NotSupportedError);
  assert.equal(server.fetched, 0);
});
