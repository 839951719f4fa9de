// Objects that end at any moment: what was answered is remembered, whatever comes in between.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { endpoints, getCode, passwordForm, refreshForm, startCluster } from "../lib/cluster.mjs";

const cluster = await startCluster();
after(() => cluster.stop());

const abort = (id) => cluster.look("APPLICATIONS", id, "abort").catch(() => undefined);

describe("an object that ends", () => {
  test("right after its answer remembers the code", async () => {
    const id = "app_070";
    const at = endpoints(id);
    for (let i = 0; i < 15; i++) {
      const form = await getCode(cluster.browser(i % 2), id, at);
      assert.equal((await cluster.postTo(i % 2)(at.token, form)).status, 200);
      await (i % 3 ? abort(id) : cluster.evict("APPLICATIONS", id));
      const { status, json } = await cluster.postTo((i + 1) % 2)(at.token, form);
      assert.deepEqual([status, json.error], [400, "invalid_grant"]);
    }
  });

  test("again and again amid refreshes loses none that was answered", async () => {
    // A client that got no answer may ask again with the token that it has: `refreshTokenRetry`.
    const id = "app_001";
    const { token } = endpoints(id);
    let ended = false;
    let failures = 0;
    const first = [];
    for (let i = 0; i < 8; i++) first.push((await cluster.post(token, passwordForm(id))).json);
    const chain = async (tokens, place) => {
      for (let step = 0; step < 25; step++) {
        let answer;
        do {
          answer = await cluster.postTo(place)(token, refreshForm(id, tokens));
          if (answer.status === 500) failures += 1;
        } while (answer.status === 500);
        assert.equal(answer.status, 200, answer.text);
        tokens = answer.json;
      }
      return tokens;
    };
    const chains = Promise.all(first.map((tokens, i) => chain(tokens, i % 2)));
    const breaking = (async () => {
      while (!ended) {
        await abort(id);
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
    })();
    const last = await chains.finally(() => (ended = true));
    await breaking;
    assert.ok(failures > 0, "no request met an object that ended");
    await abort(id);
    for (const tokens of last) {
      assert.equal((await cluster.post(token, refreshForm(id, tokens))).status, 200);
    }
  });
});
