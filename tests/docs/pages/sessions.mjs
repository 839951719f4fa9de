import { page } from "../lib/chromium.mjs";
import { javascript } from "../lib/javascript.mjs";

/** Nothing that a page of Chromium could see of this process: the tokens cross as text. */
async function prelude(/** @type {import("../lib/world.mjs").World} */ world) {
  const tokens = await world.tokens();
  return `
    import { Client, deserializeTokens } from "eiam-token";
    const client = await Client.discover("${world.address}/v2/idaas_example/app_spa/oidc", { clientId: "app_spa" });
    const tokens = deserializeTokens(${JSON.stringify(tokens.serialize())});
    Object.assign(globalThis, { client, tokens, shown: [], show: (claims) => shown.push(claims.sub) });
  `;
}

export const path = "docs/sessions.md";
export const blocks = {
  "Keep tokens fresh": [
    page({
      prelude,
      async after(page) {
        await page.waitForFunction(() => /** @type {any} */ (globalThis).shown[0] === "user_alice");
      },
    }),
  ],
  Stores: [
    javascript({
      async names(world) {
        const client = await world.spa();
        return { client, tokens: await world.tokens(client) };
      },
    }),
  ],
};
