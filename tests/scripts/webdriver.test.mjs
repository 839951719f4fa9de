import assert from "node:assert/strict";
import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { WebDriverSession, driverReady } from "../browser/harness/webdriver.mjs";

/** @type {[method: string | undefined, path: string | undefined, body: unknown][]} */
const asked = [];
/** @type {Record<string, [status: number, value: unknown]>} */
const answers = {
  "/status": [200, { ready: true, message: "" }],
  "/session": [200, { sessionId: "7", capabilities: {} }],
  "/session/7/element": [200, { "element-6066-11e4-a52e-4f735466cecf": "e1" }],
  "/session/7/execute/sync": [200, 42],
  "/session/7/url": [404, { error: "invalid session id", message: "page crash", stacktrace: "" }],
};

const driver = createServer(async (request, response) => {
  asked.push([request.method, request.url, request.method === "POST" ? await json(request) : undefined]);
  const [status, value] = answers[request.url ?? ""] ?? [200, null];
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ value }));
});
/** @type {string} */
let address;
before(async () => {
  await new Promise((resolve) => driver.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (driver.address());
  address = `http://127.0.0.1:${port}`;
});
after(() => driver.close());

test("commands are those of the standard", async () => {
  assert.equal(await driverReady(address), true);
  const session = await WebDriverSession.start(address, { browserName: "x" });
  await session.type("#name", "alice");
  assert.equal(await session.run("return arguments[0];", [42]), 42);
  await session.end();
  assert.deepEqual(asked, [
    ["GET", "/status", undefined],
    ["POST", "/session", { capabilities: { alwaysMatch: { browserName: "x" } } }],
    ["POST", "/session/7/element", { using: "css selector", value: "#name" }],
    ["POST", "/session/7/element/e1/clear", {}],
    ["POST", "/session/7/element/e1/value", { text: "alice" }],
    ["POST", "/session/7/execute/sync", { script: "return arguments[0];", args: [42] }],
    ["DELETE", "/session/7", undefined],
  ]);
});

test("an error says what was asked, without the session's id", async () => {
  const session = new WebDriverSession(address, "7");
  await assert.rejects(session.open("http://localhost/"), {
    message: "WebDriver, POST /url: invalid session id: page crash",
  });
  assert.equal(await driverReady("http://127.0.0.1:1"), false);
});
