import { startIssuer } from "eiam-token/testing";
import { http, passthrough } from "msw";
import { setupServer } from "msw/node";
import { afterEach, expect, test, vi } from "vitest";

afterEach(() => vi.restoreAllMocks());

test("MSW lets requests pass to an issuer with a port, and says nothing", async () => {
  await using issuer = await startIssuer();
  const warned = vi.spyOn(console, "warn");
  const server = setupServer(http.all(`${issuer.url}/*`, () => passthrough()));
  server.listen();
  try {
    expect((await fetch(issuer.clients.web.discovery)).status).toBe(200);
    await issuer.tokens({ user: "alice", client: "web" });
    await issuer.reset();
  } finally {
    server.close();
  }
  expect(warned).not.toHaveBeenCalled();
});

test("a mocked global fetch does not matter to the issuer itself", async () => {
  await using issuer = await startIssuer();
  const mocked = vi.spyOn(globalThis, "fetch").mockRejectedValue(new Error("mocked"));
  await issuer.tokens({ user: "alice", client: "web" });
  await issuer.signIn("bob");
  expect((await issuer.journal.last("token")).decision).toBe("granted");
  expect(mocked).not.toHaveBeenCalled();
});
