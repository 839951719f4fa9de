import { startIssuer } from "eiam-token/testing";
import { expect, test } from "vitest";

test("files that run at the same time have issuers of their own", async () => {
  await using issuer = await startIssuer({ seed: "the same" });
  for (let round = 0; round < 20; round++) {
    await issuer.reset();
    await issuer.tokens({ user: "alice", client: "web" });
    expect((await issuer.journal.entries("token")).length).toBe(1);
  }
});
