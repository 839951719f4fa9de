const { expect, test } = require("@jest/globals");
const { startIssuer } = require("eiam-token/testing");

test("files that run at the same time have issuers of their own, and one that is shared", async () => {
  const shared = await fetch(`${process.env.ISSUER}/.well-known/openid-configuration`);
  expect((await shared.json()).issuer).toBe(process.env.ISSUER);
  const issuer = await startIssuer({ seed: "the same" });
  for (let round = 0; round < 20; round++) {
    await issuer.reset();
    await issuer.tokens({ user: "alice", client: "web" });
    expect((await issuer.journal.entries("token")).length).toBe(1);
  }
  await issuer.close();
});
