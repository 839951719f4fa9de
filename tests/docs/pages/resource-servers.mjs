import assert from "node:assert/strict";
import { once } from "node:events";
import { TrustedIssuer } from "eiam-token/resource";
import { signer } from "../../../pkg/test/support/jwt.mjs";
import { javascript } from "../lib/javascript.mjs";

const ISSUER = "https://as.example.com";
const API = "https://api.example.com";
const key = await signer("ES256", "key");
const options = { issuer: new TrustedIssuer({ issuer: ISSUER, jwks: [key.jwk] }), audience: API };

/** @param {string} scope */
function token(scope) {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: ISSUER, aud: API, sub: "user_alice", client_id: "app_web", jti: "one", scope };
  return key.jwt({ ...claims, iat: now, exp: now + 60 }, { typ: "at+jwt" });
}

/** What an application answers to nobody, to somebody who may not, and to somebody who may. */
const guarded = (/** @type {(app: any, headers: Record<string, string>) => Promise<Response>} */ ask) =>
  javascript({
    names: () => ({ options }),
    async after({ exported: { app } }) {
      const nobody = await ask(app, {});
      assert.deepEqual([nobody.status, nobody.headers.get("www-authenticate")], [401, 'Bearer scope="read"']);
      const less = await ask(app, { authorization: `Bearer ${await token("write")}` });
      assert.equal(less.status, 403);
      assert.match(less.headers.get("www-authenticate") ?? "", /insufficient_scope/);
      assert.equal((await less.json()).error, "insufficient_scope");
      const right = await ask(app, { authorization: `Bearer ${await token("read")}` });
      assert.deepEqual([right.status, await right.json()], [200, { hello: "user_alice" }]);
    },
  });

/** Asks what listens at a free port, and ends it. */
async function asking(/** @type {import("node:http").Server} */ server, /** @type {HeadersInit} */ headers) {
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  try {
    const response = await fetch(`http://127.0.0.1:${port}/things`, { headers });
    return new Response(await response.text(), { status: response.status, headers: response.headers });
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

export const path = "docs/resource-servers.md";
export const blocks = {
  "Check a token": [
    javascript({
      async after({ exported }) {
        // The issuer of the page is asked only about tokens, and here is none.
        const response = await exported.answer(new Request(`${API}/things`));
        assert.deepEqual([response.status, response.headers.get("www-authenticate")], [401, 'Bearer scope="read"']);
      },
    }),
  ],
  Issuers: [
    javascript({
      async after({ exported }) {
        await assert.rejects(exported.check(new Request(API)), { code: "access_token_refused", status: 401 });
      },
    }),
  ],
  "Tokens that are bound to keys": [
    javascript({
      async after({ exported }) {
        await assert.rejects(exported.check(new Request(API)), {
          headers: {
            "www-authenticate": `DPoP algs="${"ES256 ES384 ES512 PS256 PS384 PS512 RS256 RS384 RS512 EdDSA"}"`,
          },
        });
      },
    }),
  ],
  Hono: [guarded((app, headers) => app.request("/things", { headers }))],
  Express: [guarded((app, headers) => asking(app.listen(0, "127.0.0.1"), headers))],
  Fastify: [
    guarded(async (app, headers) => {
      const { statusCode, headers: fields, body } = await app.inject({ url: "/things", headers });
      return new Response(body, { status: statusCode, headers: fields });
    }),
  ],
};
