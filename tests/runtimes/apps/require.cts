// What a user's own CommonJS program says to the types of the one entry that has some for it.
import testing = require("eiam-token/testing");

async function main(): Promise<string> {
  const issuer: testing.TestIssuer<"web" | "spa" | "device" | "machine", "alice" | "bob"> = await testing.startIssuer();
  const { access_token }: testing.TestTokens = await issuer.tokens({ user: "alice", client: "web" });
  // @ts-expect-error there is no such client
  void issuer.clients.other;
  // @ts-expect-error there is no such option
  await testing.startIssuer({ prot: 1 });
  const config: testing.TestConfig<"shop", "carol"> = { clients: { shop: {} }, users: { carol: {} } };
  const other = await testing.createTestIssuer({ config });
  const secret: string | undefined = other.clients.shop.clientSecret;
  try {
    await issuer.journal.expect("token");
    issuer.clock.advance("20m");
    await issuer.next("token").times(2).fail(503);
  } catch (error) {
    if (error instanceof testing.InvalidArgumentError) return error.argument;
  }
  await issuer.close();
  return `${access_token} ${secret}`;
}

void main();
