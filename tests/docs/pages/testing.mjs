import assert from "node:assert/strict";
import { serviceWorker } from "../lib/chromium.mjs";
import { javascript } from "../lib/javascript.mjs";
import { denoServer, nodeTest } from "../lib/programs.mjs";
import { shell } from "../lib/shell.mjs";

const METADATA = "/v2/idaas_example/app_web/oidc/.well-known/openid-configuration";

export const path = "docs/testing.md";
export const blocks = {
  "Two minutes": [javascript()],
  Configuration: [javascript()],
  "Sign-ins": [javascript()],
  Time: [javascript(), javascript()],
  "The same again": [javascript()],
  Faults: [javascript()],
  Journal: [javascript()],
  "In the same process": [nodeTest()],
  "From every language": [shell(), shell()],
  Deno: [denoServer({ path: METADATA })],
  "Service worker": [
    serviceWorker({
      async after(page) {
        const answer = await page.evaluate(async (path) => {
          const response = await fetch(`/issuer${path}`);
          return { status: response.status, issuer: (await response.json()).issuer, origin: location.origin };
        }, METADATA);
        assert.equal(answer.status, 200);
        assert.equal(answer.issuer, `${answer.origin}/issuer/v2/idaas_example/app_web/oidc`);
      },
    }),
  ],
};
