import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { parseTokenResponse } from "eiam-token";
import { challenge, protectedResourceMetadata, protectedResourceMetadataUrl } from "eiam-token/resource";
import { source } from "./support/source.mjs";

const twins = await source(
  ...["algorithms", "assertion", "discovery", "eiam-server"].map((name) => `client/${name}`),
  ...["key-set", "polling", "retry-after", "select-key"].map((name) => `client/${name}`),
  "client/advanced/request-object",
  ...["callback", "core", "id-token", "read", "request", "safety", "generated/tables"].map((name) => `client/${name}`),
);
const { afterPoll, assertionInput, discoveryUrls, eiamServer, httpDate } = twins;
const { mayBeElsewhere, mismatch, parametersOf, retryAfterOf, selectKey } = twins;
const { claimsOf, codeOf, lifetimes, makeRequest, readIdToken, safetyOf } = twins;

/** What the crate's rules say, in cases that `cargo test` writes and runs. */
function vectors(name) {
  return JSON.parse(readFileSync(new URL(`../../tests/vectors/${name}.json`, import.meta.url), "utf8"));
}

describe("rules that stand in Rust and in TypeScript say the same", () => {
  test("how WebCrypto calls an algorithm", () => {
    for (const [alg, parameters] of Object.entries(vectors("algorithms"))) {
      assert.deepEqual(JSON.parse(JSON.stringify(parametersOf(alg))), parameters, alg);
    }
  });

  test("what a resource server tells its clients", () => {
    const { urls, challenges, metadata } = vectors("resource");
    const said = (make) => {
      try {
        return make();
      } catch (error) {
        assert.equal(error.code, "invalid_argument");
        return null;
      }
    };
    for (const [url, found] of urls) {
      assert.equal(
        said(() => protectedResourceMetadataUrl(url)),
        found,
        url,
      );
    }
    for (const [options, header] of challenges) {
      assert.equal(
        said(() => challenge(options)),
        header,
        JSON.stringify(options),
      );
    }
    const [least, most] = metadata;
    const { resource, authorization_servers } = least;
    const options = { resource, authorizationServers: authorization_servers };
    assert.deepEqual(protectedResourceMetadata(options), least);
    const more = {
      scopes: most.scopes_supported,
      name: most.resource_name,
      documentation: most.resource_documentation,
      dpopBoundAccessTokensRequired: true,
    };
    assert.deepEqual(protectedResourceMetadata({ ...options, ...more }), most);
  });

  test("which key can have made a signature", () => {
    const { keys, cases } = vectors("keys");
    const jwks = keys.map((text) => JSON.parse(text));
    for (const one of cases) {
      const { set, algorithm, kid, selected } = one;
      const parameters = parametersOf(algorithm);
      const own = set.map((place) => jwks[place]);
      const jwk = parameters && selectKey(own, algorithm, parameters, kid ?? undefined);
      const expected = selected === null ? undefined : own[selected];
      assert.equal(jwk === undefined, expected === undefined, JSON.stringify(one));
      for (const [member, value] of Object.entries(JSON.parse(jwk ?? "{}"))) {
        assert.equal(expected[member], value, JSON.stringify(one));
      }
    }
    assert.ok(cases.some(({ selected }) => selected !== null));
  });

  test("what a device does after a poll", () => {
    const errors = {
      oauth: ({ code, status, retryAfter }) => new twins.OAuthError("", { error: code, status, retryAfter }),
      gateway: ({ code, status, retryAfter }) => new twins.GatewayError("", { error: code, status, retryAfter }),
      http: ({ status, retryAfter }) => new twins.ResponseError("http_error", "", status, retryAfter),
      malformed: ({ status }) => new twins.MalformedResponseError("", "$", "", status),
      none: () => new twins.ConnectionError("network_error", ""),
    };
    let waits = 0;
    for (const one of vectors("polling").cases) {
      let interval = BigInt(one.interval);
      for (const { decision, seconds, slower, next, now, ...poll } of one.polls) {
        const error = errors[poll.answer]({ ...poll, retryAfter: poll.retryAfter ?? undefined });
        const decided = afterPoll(error, interval, one.deadline !== null && now >= one.deadline);
        if (decision === "wait") {
          waits += 1;
          const reachable = poll.answer !== "none";
          const expected = { seconds: BigInt(seconds), interval: BigInt(next), slower, reachable };
          assert.deepEqual(decided, expected, JSON.stringify(one));
        } else {
          assert.equal(decided, decision, JSON.stringify(one));
        }
        interval = BigInt(next);
      }
    }
    assert.ok(waits > 100);
  });

  test("EIAM's endpoints", () => {
    let refused = 0;
    for (const { endpoints, argument, reason, ...parts } of vectors("eiam").cases) {
      const given = Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, part ?? undefined]));
      const about = JSON.stringify(parts);
      if (argument) {
        refused += 1;
        const name = camelCase(argument);
        const expected = { code: "invalid_argument", argument: name, message: `${name}: ${reason}` };
        assert.throws(() => eiamServer(given), expected, about);
        continue;
      }
      const server = eiamServer(given);
      const expected = Object.entries(endpoints).filter(([, url]) => url !== null);
      assert.deepEqual({ ...server }, Object.fromEntries(expected.map(([name, url]) => [camelCase(name), url])), about);
    }
    assert.ok(refused > 50);
  });

  test("where metadata are, and when the next place is asked", () => {
    const { places, next, mismatches } = vectors("discovery");
    for (const { issuer, urls, reason } of places) {
      // What is no address at all is refused before.
      if (reason && !reason.includes("query")) continue;
      if (reason) assert.throws(() => discoveryUrls(issuer), { argument: "issuer", message: `issuer: ${reason}` });
      else assert.deepEqual(discoveryUrls(issuer), urls, issuer);
    }
    for (const { kind, status, json, goesOn } of next) {
      assert.equal(mayBeElsewhere({ code: codes[kind], status }, json), goesOn, `${kind} ${status} ${json}`);
    }
    for (const { asked, found, reason } of mismatches) assert.equal(mismatch(asked, found), reason);
  });

  test("what is signed for a client assertion", () => {
    for (const { random, text, argument, audience, ...parts } of vectors("assertion").cases) {
      const octets = new Uint8Array(Buffer.from(random, "base64url"));
      const given = { ...parts, keyId: parts.keyId ?? undefined, audience: audience ?? undefined, random: octets };
      const about = JSON.stringify(parts);
      if (text) assert.equal(assertionInput(given), text, about);
      else if (argument) assert.throws(() => assertionInput(given), { code: "invalid_argument", argument }, about);
      else assert.throws(() => assertionInput(given), { code: "not_supported", endpoint: "issuer" }, about);
    }
  });

  test("what is signed of an authorization request", () => {
    for (const { pairs, claims } of vectors("request-object").cases) {
      if (claims === null) assert.throws(() => claimsOf(pairs), { code: "invalid_argument" }, JSON.stringify(pairs));
      else assert.equal(JSON.stringify(claimsOf(pairs)), JSON.stringify(JSON.parse(claims)));
    }
  });

  test("when to ask again, and the dates of HTTP", () => {
    const { cases, dates } = vectors("retry-after");
    for (const { xAcsRetryAfter, retryAfter, date, milliseconds } of cases) {
      const fields = { "x-acs-retry-after": xAcsRetryAfter, "retry-after": retryAfter, date };
      const waited = retryAfterOf({ get: (name) => fields[name] });
      assert.equal(waited ?? null, milliseconds, JSON.stringify(fields));
    }
    for (const { date, seconds } of dates) assert.equal(httpDate(date), seconds ?? NaN, date);
    assert.equal(retryAfterOf(undefined), undefined);
  });

  test("the refusal in a challenge", () => {
    for (const { challenge, error, description, page } of vectors("challenge").cases) {
      const headers = { get: (field) => (field === "www-authenticate" ? challenge : null) };
      const expected =
        error === null
          ? { code: "http_error" }
          : { code: "oauth_error", error, description: description || undefined, uri: page || undefined };
      assert.throws(() => parseTokenResponse({ status: 401, headers, body: "" }), expected, challenge);
    }
  });
});

test("base64url is what the host's own decoder takes for it, each text once", () => {
  const octets = (text) => {
    const view = twins.decoded(text);
    const copy = view && Buffer.from(view);
    view?.fill(0);
    return copy;
  };
  const alphabet = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code));
  const texts = ["", "\u0100", "\u4141\u4141", "A=", "AA==", "A".repeat(1 << 20)];
  for (const one of alphabet)
    texts.push(one, `A${one}`, `${one}A`, `AA${one}`, `AAA${one}`, `AAAA${one}w`, `_-${one}8AB`);
  let taken = 0;
  for (const text of texts) {
    const expected = Buffer.from(text, "base64url");
    const isRight = expected.toString("base64url") === text;
    assert.deepEqual(octets(text), isRight ? expected : undefined, JSON.stringify(text.slice(0, 20)));
    taken += isRight ? 1 : 0;
  }
  assert.ok(taken > 100);
  assert.equal(octets("A".repeat((1 << 20) + 4)), undefined);
});

describe("rules that stand in Rust for native code and in TypeScript for the package say the same", () => {
  test("how long keys are believed", () => {
    for (const { cacheControl, age, longest, seconds } of vectors("key-age").cases) {
      const headers = { get: (name) => ({ "cache-control": cacheControl, age })[name] ?? null };
      const about = JSON.stringify({ cacheControl, age, longest });
      assert.equal(twins.lifetimeOf(headers, longest * 1000), seconds * 1000, about);
    }
  });

  test("how safe an address is", () => {
    for (const { url, safety } of vectors("address").cases) assert.equal(safetyOf(url) ?? null, safety, url);
  });

  /** What a client with a key passes (RFC 9449). */
  const WITH_PROOF = /^(bearer|basic|n_a|dpop)$/i;

  test("how an answer is judged", () => {
    const counts = { values: 0, OAuth: 0, Gateway: 0, Http: 0, Malformed: 0 };
    for (const one of vectors("answer").cases) {
      const { table, status, body, least, idToken, refresh, proof, values, unread, failure } = one;
      const read = () =>
        twins.read(table, { status, body }, { least, idToken, refresh, ...(proof && { types: WITH_PROOF }) });
      const about = JSON.stringify(one);
      counts[failure ? failure[0] : "values"] += 1;
      if (failure) {
        // In native code, half of a surrogate pair is replaced octet by octet.
        const words = failure.map((word) => word.replaceAll("\ufffd\ufffd\ufffd", "\ufffd") || undefined);
        const [kind, subject, reason, page, id] = words;
        const said = { description: reason, uri: page, requestId: id };
        const expected = {
          OAuth: { code: "oauth_error", error: subject, ...said },
          Gateway: { code: "gateway_error", error: subject, description: reason, requestId: id },
          Http: { code: "http_error", status },
          Malformed: { code: "malformed_response", path: subject, reason },
        };
        assert.throws(read, expected[kind], about);
      } else {
        const answer = read();
        const found = Object.entries(answer.values).filter(([, value]) => value !== undefined);
        const shown = found.map(([name, value]) => [name, typeof value === "bigint" ? `${value}` : value]);
        const expected = Object.entries(values).map(([name, value]) => [camelCase(name), value]);
        assert.deepEqual(Object.fromEntries(shown), Object.fromEntries(expected), about);
        assert.deepEqual(answer.unread, unread, about);
      }
    }
    assert.ok(Object.values(counts).every((count) => count > 10));
  });

  test("what a callback brings", () => {
    const counts = { code: 0, refusal: 0, parameter: 0 };
    for (const one of vectors("callback").cases) {
      const { callback, state, issuer, hasIss, code, refusal, parameter, reason } = one;
      const read = () => codeOf(callback, { state, issuer: issuer || undefined, hasIss });
      const about = JSON.stringify(one);
      if (refusal) {
        const [error, description, uri, requestId] = refusal.map((word) => word || undefined);
        assert.throws(read, { code: "oauth_error", error, description, uri, requestId }, about);
        counts.refusal += 1;
      } else if (parameter) {
        const message = `the callback is refused: ${parameter} ${reason}`;
        assert.throws(read, { code: "invalid_callback", parameter, message }, about);
        counts.parameter += 1;
      } else {
        assert.equal(read(), code, about);
        counts.code += 1;
      }
    }
    assert.ok(Object.values(counts).every((count) => count > 50));
  });

  test("how a request is made", () => {
    let made = 0;
    for (const one of vectors("request").cases) {
      const { plan, url, clientId, method, secret, lacksPortal, values, resources, extra } = one;
      const table = twins[plan];
      const endpoint = camelCase(/^.(.)([a-z_]+)/.exec(table)[2].slice(0, table.charCodeAt(1) - 48));
      const server = { [endpoint]: url || undefined };
      const hint = lacksPortal ? "portal is missing, such as example.aliyunidaas.com" : undefined;
      const pairs = extra.flatMap((name, at) => (at % 2 ? [] : [[name, extra[at + 1]]]));
      const parameters = Object.entries(values).map(([name, value]) => [camelCase(name), value]);
      const request = () =>
        makeRequest({ server, hint, clientId, authentication: { method, clientSecret: secret } }, table, {
          ...Object.fromEntries(parameters),
          resource: resources,
          extra: Object.fromEntries(pairs),
        });
      const about = JSON.stringify(one);
      if (one.text !== undefined) {
        const { url: to, body, headers } = request();
        // Keys are fetched with nothing but the URL.
        if (plan.startsWith("KEYS") || plan.startsWith("USER")) assert.equal(to, url, about);
        else assert.equal(body ?? to, one.text, about);
        assert.equal(headers.authorization ?? null, one.authorization, about);
        made += 1;
      } else if (one.endpoint) {
        const reason = one.reason ? `: ${one.reason}` : "";
        const message = `the server has no ${one.endpoint}${reason}`;
        assert.throws(request, { code: "not_supported", endpoint: one.endpoint, message }, about);
      } else {
        const argument = camelCase(one.argument);
        const message = `${argument}: ${one.name ? `${one.name} ` : ""}${one.reason}`;
        assert.throws(request, { code: "invalid_argument", argument, message }, about);
      }
    }
    assert.ok(made > 100);
  });

  test("what an id_token has to be", () => {
    let good = 0;
    for (const one of vectors("id-token").cases) {
      const { idToken, checked, bySecret, issuer, nonce, subject, maxAge, path, reason } = one;
      const fixed = { clientId: "app", accessToken: "AT", now: 1_700_000_000, tolerance: 60, bySecret };
      const more = { issuer: issuer ?? undefined, nonce: nonce ?? undefined, subject: subject ?? undefined };
      const expected = { ...fixed, ...more, maxAge: maxAge === null ? undefined : `${maxAge}` };
      const read = () => readIdToken(idToken, checked ? expected : undefined);
      if (path) {
        const named = (error) => error.path === path && error.reason.replace(/ at line .*/, "") === reason;
        assert.throws(read, named, JSON.stringify(one));
      } else {
        assert.ok(read(), JSON.stringify(one));
        good += 1;
      }
    }
    assert.ok(good > 50);
  });

  test("when a lifetime ends", () => {
    for (const { expiresIn, expiresAt, now, sent, deadline, clockSkew } of vectors("lifetimes").cases) {
      const seconds = (digits) => (digits === null ? undefined : BigInt(digits));
      const received = { now: Number(now), sent: sent === null ? NaN : Number(sent) };
      const expected = [seconds(deadline), seconds(clockSkew)];
      const about = JSON.stringify({ expiresIn, expiresAt, now, sent });
      assert.deepEqual(lifetimes(seconds(expiresIn), seconds(expiresAt), received), expected, about);
    }
  });
});

/** A name as JavaScript spells it. */
function camelCase(name) {
  return name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
}

/** The codes of errors by what the crate calls them. */
const codes = { oauth: "oauth_error", http: "http_error", malformed: "malformed_response" };
