// @vitest-environment jsdom
import { createTestIssuer, startIssuer } from "eiam-token/testing";
import { expect, test } from "vitest";

test("an issuer listens, and its tokens count, in the environment of jsdom", async () => {
  expect(document.nodeType).toBe(9);
  await using issuer = await startIssuer();
  const { access_token } = await issuer.tokens({ user: "alice", client: "web" });
  const headers = { authorization: `Bearer ${access_token}` };
  expect((await (await fetch(issuer.clients.web.userinfoEndpoint, { headers })).json()).sub).toBe("alice");
  const document_ = await new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("GET", issuer.clients.spa.discovery);
    request.onload = () => resolve(JSON.parse(request.responseText));
    request.onerror = reject;
    request.send();
  });
  expect(document_.issuer).toBe(issuer.clients.spa.issuer);
});

test("fetch without a port takes what this environment has", async () => {
  await using issuer = await createTestIssuer();
  const { discovery } = issuer.clients.web;
  for (const input of [discovery, new URL(discovery), new Request(discovery)]) {
    expect((await issuer.fetch(input)).status).toBe(200);
  }
});
