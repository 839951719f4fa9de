import assert from "node:assert/strict";
import { Issuer, exampleConfig } from "eiam-token/issuer";
import { javascript } from "../lib/javascript.mjs";
import { configuration } from "../lib/programs.mjs";

const BASE = "http://127.0.0.1:9400";
const config = exampleConfig(BASE);

/** An issuer of its own for a block. */
const issuer = async () => ({ config, issuer: await Issuer.create(config) });

export const path = "docs/issuer.md";
export const blocks = {
  Requests: [javascript()],
  Configuration: [configuration(), javascript({ names: () => ({ text: JSON.stringify(config) }) })],
  Names: [configuration()],
  Resources: [configuration()],
  "Clients that nobody configured": [configuration(), javascript({ names: () => ({ config, fetch }) })],
  "Token exchange": [configuration()],
  "Other issuers": [configuration()],
  "Back-channel logout": [javascript({ names: () => ({ config }) })],
  "Users, applications and keys": [
    javascript({
      names: issuer,
      async after({ issuer }) {
        const url = "/v2/idaas_example/app_web/oidc/.well-known/openid-configuration";
        assert.equal((await issuer.handle({ method: "GET", url })).status, 404);
        assert.equal(await issuer.removeUser("user_carol"), true);
      },
    }),
  ],
  State: [javascript({ names: issuer })],
};
