import { exampleConfig } from "eiam-token/issuer";
import { javascript } from "../lib/javascript.mjs";
import { configuration } from "../lib/programs.mjs";

export const path = "docs/claims.md";
export const blocks = {
  "Claims by configuration": [configuration()],
  "Claims from code": [
    javascript({
      names: () => ({
        config: exampleConfig("http://127.0.0.1:9400"),
        entitlementsOf: async (/** @type {string} */ subject) => [`of ${subject}`],
      }),
    }),
  ],
  "How strongly a user signed in": [configuration(), javascript()],
};
