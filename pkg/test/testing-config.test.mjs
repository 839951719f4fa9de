import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { exampleConfig } from "eiam-token/issuer";
import { IssuerConfigError, createTestIssuer } from "eiam-token/testing";

const refused = (config) => createTestIssuer({ config }).then(assert.fail, (error) => error);

describe("a short configuration", () => {
  test("becomes a whole one", async () => {
    const { clients, users } = await createTestIssuer({
      config: {
        clients: { shop: { redirectUris: ["https://shop.example/cb"] }, app: { public: true } },
        users: { zoe: { claims: { locale: "fr" } }, "m x": {} },
      },
    });
    assert.deepEqual(Object.keys(clients), ["shop", "app"]);
    assert.deepEqual(clients.shop.application.redirectUris, ["https://shop.example/cb"]);
    assert.equal(clients.shop.application.anyLoopbackRedirectUri, undefined);
    assert.ok(clients.shop.clientSecret.length >= 32);
    assert.equal(clients.app.clientSecret, undefined);
    assert.equal(clients.app.application.anyLoopbackRedirectUri, true);
    assert.deepEqual(users.zoe, {
      userId: "zoe",
      username: "zoe",
      password: "zoe-password",
      claims: {
        name: "Zoe",
        preferred_username: "zoe",
        email: "zoe@example.com",
        email_verified: true,
        locale: "fr",
      },
    });
    assert.equal(users["m x"].claims.email, undefined);
  });

  test("one that says nothing has the clients and users that it has in Rust", async () => {
    const file = new URL("../../src/testing/server/config.json", import.meta.url);
    const rust = JSON.parse(readFileSync(file, "utf8"));
    const { clients, users } = await createTestIssuer();
    const plain = (value) => JSON.parse(JSON.stringify(value));
    const said = ({ redirectUris = [], ...application }) => ({ ...application, redirectUris });
    const applications = Object.values(clients).map(({ application }) => said(plain(application)));
    assert.deepEqual(applications, rust.applications.map(said));
    assert.deepEqual(plain(Object.values(users)), rust.users);
    assert.deepEqual(Object.keys(rust), ["baseUrl", "instanceId", "applications", "users"]);
    assert.ok(clients.web.issuer.includes(`/${rust.instanceId}/`), clients.web.issuer);
  });

  test("any-loopback is every URL of this machine, and no other", async () => {
    const issuer = await createTestIssuer({
      config: { clients: { spa: { public: true, redirectUris: "any-loopback" } } },
    });
    const authorize = async (redirect_uri) => {
      const challenge = {
        code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        code_challenge_method: "S256",
      };
      const query = { response_type: "code", client_id: "spa", scope: "openid", redirect_uri, ...challenge };
      const url = `${issuer.clients.spa.authorizationEndpoint}?${new URLSearchParams(query)}`;
      return (await issuer.fetch(url)).status;
    };
    for (const uri of ["http://localhost:5173/cb", "http://127.0.0.1:1/", "https://[::1]:8443/x?y=z"]) {
      assert.equal(await authorize(uri), 200, uri);
    }
    assert.equal(await authorize("https://shop.example/cb"), 400);
  });

  test("goes with every profile", async () => {
    await createTestIssuer({ config: { profile: "rfc9700" } });
    const jwk = {
      kty: "EC",
      crv: "P-256",
      x: "QGiuFjHLAR8Wxs6glomp9EDX_XCUT4S3CVD8pirymMs",
      y: "QvabeCCwrpu4P9xsRrRvvlGMjR3CGMsJm9Nky3Td008",
      alg: "ES256",
    };
    const bank = { jwks: { keys: [jwk] }, redirectUris: ["https://bank.example/cb"] };
    await createTestIssuer({ config: { profile: "fapi2", signing: "PS256", clients: { bank } } });
    const error = await refused({ profile: "fapi2" });
    assert.equal(error.argument, "config.clients");
  });

  test("a name that is unknown is refused with the one that was meant", async () => {
    const wrong = [
      [{ client: {} }, "config.client", "clients"],
      [{ clients: { web: { redirectUri: [] } } }, "config.clients.web.redirectUri", "redirectUris"],
      [{ clients: { web: { applicationId: "x" } } }, "config.clients.web.applicationId", undefined],
      [{ users: { alice: { pasword: "x" } } }, "config.users.alice.pasword", "password"],
      [{ users: { alice: { zzz: "x" } } }, "config.users.alice.zzz", undefined],
    ];
    for (const [config, argument, meant] of wrong) {
      const error = await refused(config);
      assert.equal(error.code, "invalid_argument");
      assert.equal(error.argument, argument, error.message);
      assert.ok(error.message.includes(meant ? `did you mean "${meant}"?` : "known are "), error.message);
    }
  });

  test("what has the wrong kind is refused where it is", async () => {
    const wrong = [
      [null, "config"],
      [[], "config"],
      [{ clients: [] }, "config.clients"],
      [{ clients: {} }, "config.clients"],
      [{ clients: { web: null } }, "config.clients.web"],
      [{ clients: { web: { redirectUris: "https://shop.example/cb" } } }, "config.clients.web.redirectUris"],
      [{ clients: {}, applications: [] }, "config.clients"],
      [{ users: "alice" }, "config.users"],
      [{ users: { alice: 1 } }, "config.users.alice"],
    ];
    for (const [config, argument] of wrong) {
      const error = await refused(config);
      assert.equal(error.argument, argument, `${JSON.stringify(config)}: ${error.message}`);
    }
  });

  test("what the issuer refuses has the path of the short configuration", async () => {
    const wrong = [
      [{ clients: { a: {}, b: { scopes: ["x y"] } } }, "config.clients.b.scopes[0]"],
      [{ clients: { b: { pkce: { methods: [] } } } }, "config.clients.b.pkce.methods"],
      [{ users: { zoe: { password: 1 } } }, "config.users.zoe.password"],
      [{ instanceId: "" }, "config.instanceId"],
      [{ resources: 1 }, "config.resources"],
      [{ signing: "HS256" }, "config.signing"],
    ];
    for (const [config, path] of wrong) {
      const error = await refused(config);
      assert.ok(error instanceof IssuerConfigError, String(error));
      assert.equal(error.path, path);
      assert.ok(error.message.includes(path), error.message);
    }
  });
});

test("a whole configuration is taken as it is", async () => {
  const { baseUrl: _, ...config } = exampleConfig("https://unused.example");
  const issuer = await createTestIssuer({ config });
  assert.deepEqual(Object.keys(issuer.clients), ["app_spa", "app_web", "app_device", "app_machine"]);
  assert.equal(issuer.users.alice.userId, "user_alice");
  const { url } = await createTestIssuer({ config: exampleConfig("http://127.0.0.1:9400") });
  assert.equal(url, "http://127.0.0.1:9400");
});
