import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createTestIssuer } from "eiam-token/testing";

const START = 1_900_000_000n;

/** Whether an access token that is given out now is still active after something is done to the clock. */
async function isActiveAfter(issuer, change) {
  const { tokenEndpoint, introspectionEndpoint, clientId, clientSecret } = issuer.clients.web;
  const client = { client_id: clientId, client_secret: clientSecret };
  const post = async (url, form) => {
    const body = new URLSearchParams({ ...form, ...client });
    return (await issuer.fetch(url, { method: "POST", body })).json();
  };
  const { access_token } = await post(tokenEndpoint, { grant_type: "client_credentials" });
  change();
  return (await post(introspectionEndpoint, { token: access_token })).active;
}

describe("the clock", () => {
  test("goes with the host's time, or stands at the time that it is given", async () => {
    const before = BigInt(Math.floor(Date.now() / 1000));
    const now = (await createTestIssuer()).clock.now();
    assert.ok(now >= before && now <= BigInt(Math.floor(Date.now() / 1000)));
    for (const clock of [Number(START), START, new Date(Number(START) * 1000), "2030-03-17T17:46:40Z"]) {
      assert.equal((await createTestIssuer({ clock })).clock.now(), START);
    }
  });

  test("advances by spans of time, standing and going", async () => {
    const { clock } = await createTestIssuer({ clock: START });
    clock.advance("90s").advance("20m").advance("1h").advance("2d").advance(5).advance(5n);
    assert.equal(clock.now(), START + 90n + 1200n + 3600n + 172_800n + 10n);
    clock.resume().advance("1h").freeze();
    const frozen = clock.now();
    assert.ok(frozen >= START + 90n + 1200n + 3600n + 172_800n + 10n + 3600n);
    assert.equal(clock.now(), frozen);
    assert.equal(clock.set("2030-03-17T17:46:40Z").now(), START);
    assert.equal(clock.set(0).now(), 0n);
    assert.equal(clock.set("9999-12-31T23:59:59Z").now(), 253_402_300_799n);
  });

  test("is the same for requests to control and in this process", async () => {
    const issuer = await createTestIssuer({ clock: START, control: true });
    const control = async (method, path, body) => {
      const headers = { authorization: `Bearer ${issuer.controlToken}`, "content-type": "application/json" };
      const url = `${issuer.url}/_control/${path}`;
      const response = await issuer.fetch(url, { method, headers, body: body && JSON.stringify(body) });
      return response.status === 204 ? undefined : response.json();
    };
    const at = (now, frozen = true) => ({ now: Number(now), frozen });
    assert.deepEqual(await control("GET", "clock"), at(START));

    issuer.clock.advance("1h");
    assert.deepEqual(await control("GET", "clock"), at(START + 3600n));
    assert.deepEqual(await control("POST", "clock", { advance: "1m" }), at(START + 3660n));
    assert.equal(issuer.clock.now(), START + 3660n);

    assert.equal((await control("POST", "clock", { run: true })).frozen, false);
    issuer.clock.freeze();
    assert.deepEqual(await control("GET", "clock"), at(issuer.clock.now()));
    await control("POST", "clock", { set: Number(START) });
    assert.equal(issuer.clock.now(), START);
    issuer.clock.resume();
    assert.equal((await control("GET", "clock")).frozen, false);

    const fork = await issuer.fork();
    fork.clock.freeze().set(5);
    assert.notEqual(issuer.clock.now(), 5n);
    await control("POST", "reset");
    assert.deepEqual(await control("GET", "clock"), at(START));
    assert.deepEqual([issuer.clock.now(), fork.clock.now()], [START, 5n]);

    await issuer.close();
    for (const ask of ["now", "freeze", "resume"]) {
      assert.throws(() => issuer.clock[ask](), { code: "invalid_argument" }, ask);
    }
  });

  test("refuses what is no span and no point of time", async () => {
    const { clock } = await createTestIssuer({ clock: START });
    for (const duration of [
      "20",
      "m",
      "1.5h",
      "-1m",
      "20 m",
      "1y",
      -5,
      -5n,
      1.5,
      NaN,
      null,
      undefined,
      "9".repeat(19) + "s",
    ]) {
      assert.throws(
        () => clock.advance(duration),
        { code: "invalid_argument", argument: "duration" },
        String(duration),
      );
    }
    for (const time of [
      "soon",
      1.5,
      NaN,
      null,
      undefined,
      new Date(NaN),
      -1,
      253_402_300_800n,
      "1969-12-31T23:59:59Z",
    ]) {
      assert.throws(() => clock.set(time), { code: "invalid_argument", argument: "time" }, String(time));
    }
    for (const move of [() => clock.advance(2n ** 63n), () => clock.set(2n ** 63n), () => clock.set(-(2n ** 63n))]) {
      assert.throws(move, { code: "invalid_argument" });
    }
    await assert.rejects(createTestIssuer({ clock: -1 }), { code: "invalid_argument", argument: "clock" });
    assert.equal(clock.now(), START);
  });

  test("lets tokens expire", async () => {
    const issuer = await createTestIssuer({ clock: START });
    assert.equal(await isActiveAfter(issuer, () => issuer.clock.advance("19m")), true);
    assert.equal(await isActiveAfter(issuer, () => issuer.clock.advance("20m")), false);
    assert.equal(await isActiveAfter(issuer, () => issuer.clock.advance("20m").set(START)), true);
  });
});

describe("a seed", () => {
  const answers = async (options) => {
    const issuer = await createTestIssuer({ clock: START, ...options });
    const { tokenEndpoint, clientId, clientSecret } = issuer.clients.web;
    const client = { client_id: clientId, client_secret: clientSecret };
    const user = { username: "alice", password: "alice-password", scope: "openid" };
    const body = new URLSearchParams({ grant_type: "password", ...user, ...client });
    const response = await issuer.fetch(tokenEndpoint, { method: "POST", body });
    const { keys } = await (await issuer.fetch(issuer.clients.web.jwksUri)).json();
    return { tokens: await response.text(), keys };
  };

  for (const signing of ["RS256", "RS384", "RS512", "EdDSA"]) {
    test(`makes the same octets again with ${signing}`, async () => {
      const [one, same, other] = [
        await answers({ seed: "one", config: { signing } }),
        await answers({ seed: "one", config: { signing } }),
        await answers({ seed: "other", config: { signing } }),
      ];
      assert.match(one.tokens, /"id_token"/);
      assert.deepEqual(one, same);
      assert.notEqual(one.tokens, other.tokens);
    });
  }

  test("is a text, a number or octets, and each is another one", async () => {
    const seen = new Set();
    for (const seed of ["1", 1, 2n, new TextEncoder().encode("1"), "", undefined, undefined]) {
      seen.add((await answers({ seed })).tokens);
    }
    assert.equal(seen.size, 7);
    assert.deepEqual(await answers({ seed: 1 }), await answers({ seed: 1n }));
  });

  test("the keys of other algorithms are the issuer's own, and a configuration's keys stay", async () => {
    for (const signing of ["PS256", "ES256", "ES384"]) {
      const { keys } = await answers({ config: { signing } });
      assert.equal(keys[0].alg, signing);
    }
    const { privateKey } = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
    const { kty, crv, x, d } = await crypto.subtle.exportKey("jwk", privateKey);
    const config = { signing: "EdDSA", keys: [{ kty, crv, x, d, kid: "mine" }] };
    assert.deepEqual(
      (await answers({ config })).keys.map(({ kid }) => kid),
      ["mine"],
    );
    const resources = [{ identifier: "https://api.example", accessTokenFormat: "jwt", signing: "EdDSA" }];
    const both = await answers({ seed: 1, config: { resources } });
    assert.deepEqual(both.keys.map(({ alg }) => alg).sort(), ["EdDSA", "RS256"]);
    assert.deepEqual(both, await answers({ seed: 1, config: { resources } }));
  });
});
