import { readFileSync } from "node:fs";
import { inRoot } from "../../../scripts/lib/paths.mjs";
import { startDriver } from "../../rust-peers/driver.mjs";
import { REDIRECT_URI } from "../lib/world.mjs";

const LOCK = readFileSync(inRoot("tests/rust-peers/Cargo.lock"), "utf8");

/** Nothing takes so long, except what does not end. */
const A_MINUTE_MS = 60_000;
/** What takes sixteen seconds is not waited for, and everything before it takes less. */
const PATIENCE_MS = 8000;

/** @type {Promise<Awaited<ReturnType<typeof startDriver>>> | undefined} */
let driver;

/** @param {import("../lib/run.mjs").Given} given @param {object} [more] */
async function asked({ world, isSlow }, id, more) {
  driver ??= startDriver();
  const { issuer, clientId, clientSecret } = world.issuer.clients[id];
  const own = clientSecret === undefined ? {} : { clientSecret };
  const time = { milliseconds: isSlow ? PATIENCE_MS : A_MINUTE_MS };
  const line = { issuer, clientId, ...own, redirectUri: REDIRECT_URI, scope: "profile", ...time, ...more };
  const { verdict, at, reason, expiresIn } = await (await driver).ask(line);
  if (verdict === "accepted") return { lifetime: expiresIn ?? undefined };
  if (verdict === "hangs" || verdict === "crashes") return { outcome: verdict };
  throw Object.assign(new Error(`${at}: ${reason}`), { isElsewhere: verdict === "sent" });
}

/** @type {import("../lib/run.mjs").Client} */
export const openidconnect = {
  name: "openidconnect",
  version: /^name = "openidconnect"\nversion = "([^"]+)"$/m.exec(LOCK)?.[1],
  hasLimit: false,
  isOnNetwork: true,
  hasOwnPatience: true,
  async stop() {
    if (driver) await (await driver).close();
  },
  flows: {
    signIn: (given) => asked(given, "web"),
    device: (given) =>
      asked(given, "device", {
        deviceAuthorizationEndpoint: given.world.issuer.clients.device.deviceAuthorizationEndpoint,
      }),
  },
};
