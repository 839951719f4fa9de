import { fails, ok, same } from "./expect.mjs";
import { discover, signIn } from "./flows.mjs";
import { BASE, partyOf } from "./party.mjs";

/**
 * A user signs in at one issuer, and another one goes on with what the first has left in the storage.
 *
 * @typedef {{ party: import("./flows.mjs").Party, close: () => Promise<void> }} Opened
 *
 * @param {import("../checks.mjs").Host} host
 * @param {() => Promise<Opened>} open
 */
async function goesOn({ client: library }, open) {
  const first = await open();
  const { rp, response } = await signIn(library, first.party);
  const tokens = await rp.exchangeCode(response);
  const keys = await keysOf(first.party);
  await first.close();

  const second = await open();
  same(await keysOf(second.party), keys);
  const later = await discover(library, second.party, "app_spa");
  const fresh = await later.refresh(tokens);
  ok(fresh.refreshToken !== tokens.refreshToken, "the same refresh token");
  same((await later.userInfo(fresh)).sub, "user_alice");
  await fails(() => later.exchangeCode(response), library.OAuthError, { error: "invalid_grant" });
  await second.close();
}

/** @param {import("./flows.mjs").Party} party */
async function keysOf({ base, send }) {
  const { status, text } = await send("GET", `${base}/v2/idaas_example/app_spa/oidc/jwks`, {});
  same(status, 200, text);
  ok(JSON.parse(text).keys.length > 0, "no keys");
  return text;
}

/**
 * An issuer in this process.
 *
 * @param {import("../checks.mjs").Host} host
 * @param {import("eiam-token/issuer").IssuerStorage} storage
 */
async function issuerOn({ issuer: { Issuer, exampleConfig } }, storage) {
  const issuer = await Issuer.create({ ...exampleConfig(BASE), signing: "ES256" }, { storage });
  return { party: partyOf(issuer, "handle"), free: () => issuer.free() };
}

/** @type {readonly import("../checks.mjs").Check[]} What outlives an issuer. */
export const storageChecks = [
  {
    name: "issuer: its state in IndexedDB outlives it",
    needs: ["issuer", "indexedDB"],
    async run(host) {
      const storage = host.issuer.indexedDbStorage(`check-${Math.random()}`);
      await goesOn(host, async () => {
        const { party, free } = await issuerOn(host, storage);
        return { party, close: async () => free() };
      });
      await storage.clear();
    },
  },
  {
    name: "issuer: its state in a file outlives it",
    needs: ["issuer", "file"],
    async run(host) {
      const { library, path } = host.file;
      await goesOn(host, async () => {
        const storage = library.fileStorage(path);
        const { party, free } = await issuerOn(host, storage);
        const inUse = { code: "storage_error", problem: "in_use" };
        await fails(() => library.fileStorage(path).load(), library.FileStorageError, inUse);
        const close = () => {
          free();
          return storage.close();
        };
        return { party, close };
      });
    },
  },
  {
    name: "issuer: its state in a Durable Object outlives it",
    needs: ["object"],
    run: (host) => goesOn(host, async () => ({ party: host.object, close: host.object.forget })),
  },
];
