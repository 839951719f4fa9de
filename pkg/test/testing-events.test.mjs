import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { describe, test } from "node:test";
import { createTestIssuer, startIssuer } from "eiam-token/testing";
import { startCommand } from "./support/command-process.mjs";

const token = "a-token-of-these-tests";

/** Listens to the journal, and gives what comes, event by event or comment by comment. */
async function listen(t, url, { send = fetch, headers = {}, query = "" } = {}) {
  const ending = new AbortController();
  t.after(() => ending.abort());
  const response = await send(`${url}/_control/journal${query}`, {
    headers: { authorization: `Bearer ${token}`, accept: "text/event-stream", ...headers },
    signal: ending.signal,
  });
  if (response.status !== 200) return { response };
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  /** The next block; `undefined` at the end. */
  const block = async () => {
    while (!text.includes("\n\n")) {
      const { value, done } = await reader.read();
      if (done) return undefined;
      text += value;
    }
    const [first, ...rest] = text.split("\n\n");
    text = rest.join("\n\n");
    return first;
  };
  const event = async () => {
    for (let found = await block(); found !== undefined; found = await block()) {
      const [, id, data] = /^id: (\d+)\ndata: (.*)$/.exec(found) ?? [];
      if (data !== undefined) return { id: Number(id), entry: JSON.parse(data) };
    }
    return undefined;
  };
  return { response, block, event, end: () => ending.abort() };
}

const userinfo = (issuer, send = issuer.fetch) => send(issuer.clients.web.userinfoEndpoint);

for (const [name, open] of [
  [
    "fetch()",
    async () => {
      const issuer = await createTestIssuer({ control: { token } });
      return { issuer, send: issuer.fetch };
    },
  ],
  [
    "the server",
    async (t) => {
      const issuer = await startIssuer({ control: { token } });
      t.after(() => issuer.close());
      return { issuer, send: fetch };
    },
  ],
]) {
  describe(`the journal as events, of ${name}`, () => {
    test("has what there was, and then each request as it comes", async (t) => {
      const { issuer, send } = await open(t);
      // What was asked at the start.
      await issuer.journal.clear();
      await userinfo(issuer, send);
      const { response, block, event } = await listen(t, issuer.url, { send });
      assert.equal(response.headers.get("content-type"), "text/event-stream");
      assert.equal(await block(), ": the journal\nretry: 1000");
      const { id, entry } = await event();
      assert.deepEqual([entry.endpoint, entry.decision, entry.sequence], ["userinfo", "refused", id]);
      await issuer.tokens({ client: "machine" });
      const next = await event();
      assert.deepEqual([next.id, next.entry.endpoint, next.entry.grant], [id + 1, "token", "client_credentials"]);
      assert.doesNotMatch(JSON.stringify(next), /SecretThatEverybodyKnows/);
    });

    test("goes on after the last one that was received", async (t) => {
      const { issuer, send } = await open(t);
      for (let i = 0; i < 3; i++) await userinfo(issuer, send);
      const { latest } = await (
        await send(`${issuer.url}/_control/journal`, { headers: { authorization: `Bearer ${token}` } })
      ).json();
      const again = await listen(t, issuer.url, { send, headers: { "last-event-id": `${latest - 1}` } });
      assert.equal((await again.event()).id, latest);
      const later = await listen(t, issuer.url, { send, query: `?after=${latest}&endpoint=jwks` });
      await userinfo(issuer, send);
      await send(issuer.clients.web.jwksUri);
      assert.equal((await later.event()).entry.endpoint, "jwks");
      // What has an older number after a reset is new.
      await issuer.reset();
      await send(issuer.clients.web.jwksUri);
      assert.equal((await later.event()).id, 1);
    });

    test("begins anew for who had more than there is, as before a reset or a restart", async (t) => {
      const { issuer, send } = await open(t);
      await issuer.reset();
      await send(issuer.clients.web.jwksUri);
      for (const options of [
        { headers: { "last-event-id": "4711" } },
        { headers: { "last-event-id": "18446744073709551615" } },
        { query: "?after=4711" },
        { headers: { "last-event-id": "4711" }, query: "?limit=0" },
      ]) {
        const { block, event, end } = await listen(t, issuer.url, { send, ...options });
        assert.equal(await block(), ": the journal\nretry: 1000");
        assert.equal((await event()).id, 1);
        end();
      }
      const { event } = await listen(t, issuer.url, { send, headers: { "last-event-id": "4711" } });
      assert.equal((await event()).id, 1);
      await userinfo(issuer, send);
      const { id, entry } = await event();
      assert.deepEqual([id, entry.endpoint], [2, "userinfo"]);
    });

    test("has no more of what there was than its limit, and all that comes", async (t) => {
      const { issuer, send } = await open(t);
      await issuer.reset();
      for (let i = 0; i < 3; i++) await send(issuer.clients.web.jwksUri);
      for (const limit of [0, 1, 2]) {
        const before = await issuer.journal.entries("jwks");
        const { event, end } = await listen(t, issuer.url, { send, query: `?limit=${limit}&endpoint=jwks` });
        for (const { sequence } of limit === 0 ? [] : before.slice(-limit)) assert.equal((await event()).id, sequence);
        await userinfo(issuer, send);
        await send(issuer.clients.web.jwksUri);
        const { sequence } = await issuer.journal.last("jwks");
        assert.equal((await event()).id, sequence);
        end();
      }
    });

    test("is for who has the token, and says what is wrong", async (t) => {
      const { issuer, send } = await open(t);
      for (const [options, status, problem] of [
        [{ headers: { authorization: "Bearer wrong" } }, 401, /token/],
        [{ headers: { origin: "https://site.example" } }, 403, /page in a browser/],
        [{ headers: { "sec-fetch-site": "same-origin" } }, 403, /page in a browser/],
        [{ query: "?heartbeat=0" }, 400, /heartbeat: expected whole seconds from 1 to 60/],
        [{ query: "?heartbeat=1e1" }, 400, /heartbeat/],
        [{ query: "?beat=1" }, 400, /`beat` is unknown: the journal is asked by limit, endpoint, /],
        [{ headers: { "last-event-id": "x" } }, 400, /`after` must be the number/],
      ]) {
        const { response } = await listen(t, issuer.url, { send, ...options });
        assert.equal(response.status, status);
        assert.match((await response.json()).error_description, problem);
      }
    });

    test("comes as JSON to who wants no events, in any case", async (t) => {
      const { issuer, send } = await open(t);
      // A text of no lines has no body.
      await send(issuer.clients.web.jwksUri);
      for (const [accept, type] of [
        ["TEXT/Event-Stream", "text/event-stream"],
        ["application/json;q=0.5 , text/event-stream ; q=0.1", "text/event-stream"],
        ["text/event-stream;q=0", "application/json;charset=UTF-8"],
        ["application/json, text/event-stream; Q=0.00", "application/json;charset=UTF-8"],
        ["text/event-streams", "application/json;charset=UTF-8"],
        ["application/json, text/plain, */*", "application/json;charset=UTF-8"],
        ["Text/Plain", "text/plain;charset=UTF-8"],
      ]) {
        const { response, end } = await listen(t, issuer.url, { send, headers: { accept } });
        assert.equal(response.headers.get("content-type"), type, accept);
        assert.equal(response.headers.get("x-test-issuer"), "under remote control");
        end();
      }
    });

    test("is for so many at a time, and makes room for the next", async (t) => {
      const { issuer, send } = await open(t);
      const all = [];
      for (let i = 0; i < 16; i++) all.push(await listen(t, issuer.url, { send }));
      const { response } = await listen(t, issuer.url, { send });
      assert.equal(response.status, 429);
      await response.body.cancel();
      all[0].end();
      // The server sees it when the connection has ended.
      for (let next; next?.response.status !== 200; ) next = await listen(t, issuer.url, { send });
    });

    test("says that it is still there, and ends with the issuer", async (t) => {
      const { issuer, send } = await open(t);
      await issuer.journal.clear();
      const { block, event } = await listen(t, issuer.url, { send, query: "?heartbeat=1" });
      assert.equal(await block(), ": the journal\nretry: 1000");
      assert.equal(await block(), ": still there");
      const end = event().catch(() => undefined);
      await issuer.close();
      assert.equal(await end, undefined);
    });
  });
}

test("the command sends events too, and stops in spite of them", async (t) => {
  const command = await startCommand(["--port", "0", "--control"], { env: { EIAM_TOKEN_CONTROL_TOKEN: token } });
  t.after(() => command.stop());
  const { block, event } = await listen(t, command.address, { query: "?endpoint=userinfo" });
  assert.equal(await block(), ": the journal\nretry: 1000");
  await fetch(`${command.address}/v2/idaas_test/web/oauth2/userinfo`);
  assert.equal((await event()).entry.endpoint, "userinfo");
  const end = event();
  assert.equal(await command.stop(), 0);
  assert.equal(await end, undefined);
});

test("as many may listen as there is room for, without a warning, and all end with the server's signal", async (t) => {
  const issuer = await createTestIssuer({ control: { token } });
  // What was asked at the start.
  await issuer.journal.clear();
  const stopping = new AbortController();
  let listeners = 0;
  t.mock.method(stopping.signal, "addEventListener", function (...args) {
    listeners += 1;
    return EventTarget.prototype.addEventListener.apply(this, args);
  });
  const server = createServer((request, response) => {
    void issuer.answer(request, response, { signal: stopping.signal });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  t.after(() => server.close());
  const url = `http://127.0.0.1:${server.address().port}`;
  const all = [];
  for (let i = 0; i < 16; i++) all.push(await listen(t, url));
  for (const { block } of all) assert.equal(await block(), ": the journal\nretry: 1000");
  assert.equal(listeners, 1);
  all[0].end();
  const next = await (async () => {
    // The server sees it when the connection has ended.
    for (;;) {
      const found = await listen(t, url);
      if (found.response.status === 200) return found;
    }
  })();
  stopping.abort();
  for (const { event } of [...all.slice(1), next]) assert.equal(await event(), undefined);
});

test("the command warns of nothing when many listen", async (t) => {
  const command = await startCommand(["--port", "0", "--control"], { env: { EIAM_TOKEN_CONTROL_TOKEN: token } });
  t.after(() => command.stop());
  for (let i = 0; i < 16; i++) {
    const { block } = await listen(t, command.address);
    assert.equal(await block(), ": the journal\nretry: 1000");
  }
  assert.equal(await command.stop(), 0);
  assert.doesNotMatch(command.output(), /warning/i);
});
