import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { parseTokenResponse } from "eiam-token";
import { challenge, protectedResourceMetadata, protectedResourceMetadataUrl } from "eiam-token/resource";
import { source } from "./support/source.mjs";

const twins = await source(
  ...["algorithms", "assertion", "discovery", "eiam-server"].map((name) => `client/${name}`),
  ...["polling", "retry-after", "select-key"].map((name) => `client/${name}`),
);
const { afterPoll, assertionInput, discoveryUrls, eiamServer, httpDate } = twins;
const { mayBeElsewhere, mismatch, parametersOf, retryAfterOf, selectKey } = twins;

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
    const camelCase = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
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

/** The codes of errors by what the crate calls them. */
const codes = { oauth: "oauth_error", http: "http_error", malformed: "malformed_response" };
