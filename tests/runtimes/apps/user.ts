// What a user's own program says to the types.
import { Client, EiamTokenError, OAuthError, type TokenSet, generatePkce, parseTokenResponse } from "eiam-token";
import { type FileStorage, FileStorageError, fileStorage } from "eiam-token/file-storage";
import {
  type DocumentFetch,
  type HostSignal,
  Issuer,
  type IssuerConfig,
  type IssuerStorage,
  exampleConfig,
} from "eiam-token/issuer";
import {
  type AccessToken,
  TrustedIssuer,
  challenge,
  protectedResourceMetadata,
  verifyAccessToken,
} from "eiam-token/resource";
import { type TestTokens, createTestIssuer, startIssuer } from "eiam-token/testing";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function is<T extends true>(): T | undefined {
  return undefined;
}

const client = new Client({ server: { tokenEndpoint: "https://as.example/token" }, clientId: "app" });
const tokens = await client.clientCredentials({ scope: "a" });
is<Equal<typeof tokens, TokenSet<"bigint">>>();
is<Equal<typeof tokens.expiresIn, bigint | undefined>>();
const subject: string | undefined = tokens.claims?.sub;
is<Equal<Awaited<ReturnType<typeof client.userInfo>>["sub"], string>>();
// @ts-expect-error what else an issuer says of a user may be anything
const email: string | undefined = tokens.claims?.["email"];
const numbers = parseTokenResponse("{}", { int64: "number" });
is<Equal<typeof numbers.expiresIn, number | undefined>>();
const texts = new Client({ server: {}, clientId: "app", int64: "string" });
is<Equal<Awaited<ReturnType<typeof texts.password>>["expiresIn"], string | undefined>>();
const verifier: string = generatePkce().verifier;

const config: IssuerConfig = exampleConfig("https://as.example");
const issuer = await Issuer.create({ ...config, profile: "rfc9700" });
const documents: DocumentFetch = async (url, { signal }) => {
  is<Equal<typeof signal, HostSignal>>();
  const headers = { get: (name: string) => (name === "content-type" ? "application/json" : null) };
  return { status: url === "" ? 404 : 200, headers, arrayBuffer: async () => new ArrayBuffer(0) };
};
const fetching = await Issuer.create({ ...config, registration: "open", clientIdMetadata: {} }, { fetch: documents });
fetching.free();
is<Equal<ReturnType<typeof challenge>, string>>();
const scopes: readonly string[] | undefined = protectedResourceMetadata({
  resource: "https://api.example",
  authorizationServers: ["https://as.example"],
}).scopes_supported;
const guarded = { issuer: new TrustedIssuer({ issuer: "https://as.example" }), audience: "https://api.example" };
const verified: (token: string) => Promise<AccessToken> = (token) => verifyAccessToken(token, guarded);
is<Equal<Awaited<ReturnType<typeof verified>>["expiresAt"], bigint>>();
// @ts-expect-error without an audience tokens for anybody would count
await verifyAccessToken("token", { issuer: "https://as.example" });
// @ts-expect-error there is no such error
challenge({ error: "invalid_grant" });
const storage: FileStorage & IssuerStorage = fileStorage("issuer.store", { slack: 0 });
const kept = await Issuer.create(config, { storage });
kept.free();
await storage.close();
const reply = await issuer.handle({ method: "GET", url: "https://as.example/", headers: [] });
is<Equal<typeof reply.status, number>>();

const tested = await startIssuer({
  config: { clients: { shop: {} }, users: { carol: {} } },
  clock: "2030-01-01T00:00:00Z",
});
const got: TestTokens = await tested.tokens({ user: "carol", client: "shop" });
is<Equal<typeof got.access_token, string>>();
const metadata = await (await createTestIssuer()).fetch(tested.clients.shop.discovery);
is<Equal<typeof metadata.status, number>>();
// @ts-expect-error there is no such user
await tested.signIn("alice");

// @ts-expect-error a secret is needed
new Client({ server: {}, clientId: "app", authentication: { method: "client_secret_post" } });
// @ts-expect-error there is no such profile
await Issuer.create({ ...config, profile: "other" });
// @ts-expect-error seconds are not numbers unless asked for
const wrong: number | undefined = tokens.expiresIn;

export function told(error: unknown): string {
  if (error instanceof OAuthError) return error.error;
  if (error instanceof FileStorageError) return `${error.problem} ${error.path}`;
  return error instanceof EiamTokenError ? error.code : `${scopes} ${verifier} ${wrong} ${subject} ${email}`;
}
