import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startIssuerWorker } from "eiam-token/testing/worker";

/** A page as far as it is looked at before a worker is registered. */
function openPage(t, href, register) {
  const { origin, hostname, pathname } = new URL(href);
  const values = {
    location: { href, origin, hostname, pathname },
    navigator: { serviceWorker: { register } },
  };
  for (const [name, value] of Object.entries(values)) {
    const former = Object.getOwnPropertyDescriptor(globalThis, name);
    Object.defineProperty(globalThis, name, { value, configurable: true });
    t.after(() =>
      former ? Object.defineProperty(globalThis, name, former) : Reflect.deleteProperty(globalThis, name),
    );
  }
}

describe("startIssuerWorker", () => {
  test("names the option that is of another origin, or no URL", async (t) => {
    const registered = t.mock.fn(async () => {
      throw new Error("no file");
    });
    openPage(t, "http://localhost:8080/app/page.html", registered);
    for (const [options, argument, problem] of [
      [
        { worker: "http://localhost:8081/issuer-worker.js" },
        "options.worker",
        /origin http:\/\/localhost:8080, not of/,
      ],
      [{ worker: "https://cdn.example/issuer-worker.js", scope: "/app/" }, "options.worker", /cdn\.example$/],
      [{ worker: "data:text/javascript,0" }, "options.worker", /not of null$/],
      [{ worker: "http://" }, "options.worker", /expected a URL$/],
      [{ scope: "http://127.0.0.1:8080/app/" }, "options.scope", /origin http:\/\/localhost:8080, not of/],
      [{ scope: "//site.example/app" }, "options.scope", /not of http:\/\/site\.example$/],
      [{ scope: "http://" }, "options.scope", /expected a URL$/],
      [{ scope: "/app" }, "options.scope", /with a \/ at its end$/],
      [{ scope: "/other/" }, "options.scope", /is not in the worker's folder \/other\/$/],
    ]) {
      await assert.rejects(startIssuerWorker(options), (error) => {
        assert.deepEqual([error.name, error.argument], ["InvalidArgumentError", argument]);
        return problem.test(error.message);
      });
    }
    assert.equal(registered.mock.callCount(), 0);
    await assert.rejects(startIssuerWorker({ worker: "http://localhost:8080/sw.js", scope: "/app/" }), /no file/);
    assert.equal(registered.mock.callCount(), 1);
  });
});
