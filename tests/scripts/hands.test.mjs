import assert from "node:assert/strict";
import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import { after, before, beforeEach, test } from "node:test";
import { Builder } from "selenium-webdriver";
import { fill, press } from "../browser/hands/hands.mjs";
import { pageMoved } from "../browser/hands/puppeteer.mjs";
import { handsOf } from "../browser/hands/selenium.mjs";

const ELEMENT = { "element-6066-11e4-a52e-4f735466cecf": "e1" };
const OK = /** @type {const} */ ([200, null]);

/** @param {string} error @returns {[number, unknown]} */
const refused = (error) => [404, { error, message: "", stacktrace: "" }];

/** @type {string[]} What the driver was asked to do in the page. */
let done = [];
/** @type {Record<string, (readonly [status: number, value: unknown])[]>} The answers to come, each once. */
let coming = {};

/** A driver of a page with one element. Scripts are answered in the order in which they are sent. */
const driver = createServer(async (request, response) => {
  const path = (request.url ?? "").replace("/session/7", "");
  const body = request.method === "POST" ? await json(request) : undefined;
  if (!path.startsWith("/execute") && request.method === "POST" && path !== "/session") {
    done.push(`${path} ${JSON.stringify(body)}`);
  }
  const [status, value] = coming[path]?.shift() ?? [
    200,
    path === "/session" ? { sessionId: "7", capabilities: {} } : path === "/element" ? ELEMENT : null,
  ];
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ value }));
});
/** @type {import("../browser/hands/hands.mjs").Hands} */
let hands;
before(async () => {
  await new Promise((resolve) => driver.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (driver.address());
  const session = new Builder()
    .disableEnvironmentOverrides()
    .usingServer(`http://127.0.0.1:${port}`)
    .withCapabilities({ browserName: "x" })
    .build();
  await session.getSession();
  hands = handsOf(session);
});
beforeEach(() => {
  done = [];
  coming = {};
});
after(() => {
  driver.closeAllConnections();
  driver.close();
});

const FIND = '/element {"using":"css selector","value":"#go"}';
const CLICK = "/element/e1/click {}";

/** @param {...unknown} values what the page's scripts return, one after another */
const scripts = (...values) => values.map((value) => /** @type {const} */ ([200, value]));

test("an element that is there is found and pressed, once", async () => {
  coming["/execute/sync"] = scripts(true, "element");
  await press(hands, "#go");
  assert.deepEqual(done, [FIND, CLICK]);
});

test("that the page has gone is what a click is for", async () => {
  coming["/execute/sync"] = scripts(true, "gone");
  await press(hands, "#go");
  assert.deepEqual(done, [FIND, CLICK]);
});

test("so is that its window has gone", async () => {
  coming["/execute/sync"] = [[200, true], refused("no such window")];
  await press(hands, "#go");
  assert.deepEqual(done, [FIND, CLICK]);
});

test("a window that goes in the middle of the click was closed by it", async () => {
  coming["/execute/sync"] = [[200, true], refused("no such window")];
  coming["/element/e1/click"] = [refused("no such window")];
  await press(hands, "#go");
  assert.deepEqual(done, [FIND, CLICK]);
});

test("a window that is not there before anything is pressed is an error", async () => {
  coming["/execute/sync"] = [refused("no such window")];
  await assert.rejects(press(hands, "#go"), /no such window|NoSuchWindow/i);
  assert.deepEqual(done, []);
});

test("what is not there yet, or moves, is waited for", async () => {
  coming["/execute/sync"] = scripts(false, false, true, "element");
  await press(hands, "#go");
  assert.deepEqual(done, [FIND, CLICK]);
});

test("an element that is stale when it is clicked is found anew", async () => {
  coming["/execute/sync"] = scripts(true, "nowhere", true, "element");
  coming["/element/e1/click"] = [refused("stale element reference"), OK];
  await press(hands, "#go");
  assert.deepEqual(done, [FIND, CLICK, FIND, CLICK]);
});

test("an element that is stale because its page went is found in the next page", async () => {
  coming["/execute/sync"] = scripts(true, "gone", true, "element");
  coming["/element/e1/click"] = [refused("stale element reference"), OK];
  await press(hands, "#go");
  assert.deepEqual(done, [FIND, CLICK, FIND, CLICK]);
});

test("an element that was clicked is not clicked again, whatever the driver says of it afterwards", async () => {
  coming["/execute/sync"] = scripts(true, "element");
  coming["/element/e1/click"] = [refused("stale element reference")];
  await press(hands, "#go");
  assert.deepEqual(done, [FIND, CLICK]);
});

test("a click that came to something else is made again", async () => {
  coming["/execute/sync"] = scripts(true, "elsewhere", true, "nowhere", "nowhere", "element");
  await press(hands, "#go");
  assert.deepEqual(done, [FIND, CLICK, FIND, CLICK]);
});

test("any other error of the driver is one at once", async () => {
  coming["/execute/sync"] = scripts(true);
  coming["/element/e1/click"] = [refused("invalid session id")];
  await assert.rejects(press(hands, "#go"), /NoSuchSession|invalid session id/);
  assert.deepEqual(done, [FIND, CLICK]);
});

test("a field is emptied and typed into, anew if it was replaced meanwhile", async () => {
  coming["/execute/sync"] = scripts(true, { same: false, value: "ali" }, true, { same: true, value: "alice" });
  await fill(hands, "#go", "alice");
  const typed = ["/element/e1/clear {}", '/element/e1/value {"text":"alice","value":["a","l","i","c","e"]}'];
  assert.deepEqual(done, [FIND, ...typed, FIND, ...typed]);
});

test("a field that loses what was typed is a fault", async () => {
  coming["/execute/sync"] = scripts(true, { same: true, value: "alce" });
  await assert.rejects(fill(hands, "#go", "alice"), { message: '#go has "alce" when "alice" was typed' });
});

test("of Puppeteer's errors only those are known that say that the page moved", () => {
  assert.ok(pageMoved(new Error("Execution context was destroyed, most likely because of a navigation.")));
  assert.ok(pageMoved(new Error("Node is detached from document")));
  assert.ok(pageMoved(new Error("Protocol error (script.callFunction): no such frame")));
  assert.ok(!pageMoved(new Error("Protocol error (Input.dispatchMouseEvent): Target closed")));
  assert.ok(!pageMoved(new TypeError("undefined is not a function")));
});
