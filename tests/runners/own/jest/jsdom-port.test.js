/** @jest-environment jsdom */
const { expect, test } = require("@jest/globals");
const { createTestIssuer, startIssuer } = require("eiam-token/testing");

test("an issuer listens in the environment of jsdom, also with faults", async () => {
  expect(typeof TextDecoder).toBe("undefined");
  expect(typeof fetch).toBe("undefined");
  const issuer = await startIssuer();
  const ask = () =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("GET", issuer.clients.spa.discovery);
      request.onload = () => resolve(JSON.parse(request.responseText));
      request.onerror = reject;
      request.send();
    });
  await issuer.next("discovery").delay(1);
  for (let each = 0; each < 2; each++) expect((await ask()).issuer).toBe(issuer.clients.spa.issuer);
  expect((await issuer.tokens({ user: "alice", client: "web" })).access_token).toMatch(/^AT/);
  await issuer.close();
});

test("what lacks here is said", async () => {
  const issuer = await createTestIssuer();
  await expect(issuer.fetch(issuer.clients.spa.discovery)).rejects.toThrow(/use handle\(\)/);
  await issuer.close();
});
