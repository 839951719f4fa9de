// What fakeTimers: { enableGlobally: true } of the configuration does, before anything is loaded.
const runner = require("@jest/globals");

runner.jest.useFakeTimers();
const { startIssuer } = require("eiam-token/testing");

runner.test("an issuer that is loaded when timers are faked already starts, waits and closes", async () => {
  const issuer = await startIssuer();
  await issuer.next("token").delay(1);
  await issuer.tokens({ user: "alice", client: "web" });
  await runner.expect(issuer.journal.waitFor("userinfo", { timeout: 1 })).rejects.toMatchObject({ code: "timeout" });
  await issuer.close();
});
