import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { OAuthError, createTestIssuer, startIssuer } from "eiam-token/testing";
import { Browser } from "./support/issuer-browser.mjs";

const claims = (jwt) => JSON.parse(Buffer.from(jwt.split(".")[1], "base64url"));

/** An authorization request of the single-page app. */
function authorizationUrl({ clients }, more = {}) {
  const challenge = { code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", code_challenge_method: "S256" };
  const query = { response_type: "code", client_id: "spa", scope: "openid", redirect_uri: "http://localhost:5173/cb" };
  return `${clients.spa.authorizationEndpoint}?${new URLSearchParams({ ...query, ...challenge, ...more })}`;
}

/** A browser that starts with these cookies, or with none. */
function browser(issuer, cookies = []) {
  const send = async (method, url, headers, body) => {
    const response = await issuer.fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const opened = new Browser(send, issuer.url);
  for (const { name, value } of cookies) opened.cookies.set(name, value);
  return opened;
}

describe("tokens()", () => {
  test("are a user's, as if the flow had run", async () => {
    const issuer = await createTestIssuer();
    const got = await issuer.tokens({ user: "alice", client: "web", scope: "openid email api", nonce: "n" });
    assert.equal(got.token_type, "Bearer");
    const { sub, aud, nonce, iss, email } = claims(got.id_token);
    assert.deepEqual(
      { sub, aud, nonce, iss, email },
      {
        sub: "alice",
        aud: "web",
        nonce: "n",
        iss: issuer.clients.web.issuer,
        email: "alice@example.com",
      },
    );
    const headers = { authorization: `Bearer ${got.access_token}` };
    const response = await issuer.fetch(issuer.clients.web.userinfoEndpoint, { headers });
    assert.equal((await response.json()).sub, "alice");
  });

  test("are those of the client without a user", async () => {
    const issuer = await createTestIssuer();
    const got = await issuer.tokens({ client: "machine" });
    assert.equal(got.id_token, undefined);
    assert.match((await issuer.tokens()).access_token, /^AT/);
  });

  test("come from every kind of client", async () => {
    const config = {
      clients: {
        spa: { public: true },
        tv: { public: true, grants: ["urn:ietf:params:oauth:grant-type:device_code"], redirectUris: [] },
        pushes: { requirePushedAuthorizationRequests: true, redirectUris: ["https://shop.example/cb"] },
        basic: { tokenEndpointAuthMethods: ["client_secret_basic"], clientSecrets: ["a b%c+d:äöü"] },
        asks: { consent: "always" },
      },
    };
    for (const profile of ["eiam", "rfc9700"]) {
      const issuer = await createTestIssuer({ config: { ...config, profile } });
      for (const client of Object.keys(config.clients)) {
        assert.equal(claims((await issuer.tokens({ user: "bob", client })).id_token).sub, "bob", client);
      }
    }
  });

  test("are the instance's if that is wanted, and for resources", async () => {
    const resources = [{ identifier: "https://api.example", scopes: ["read"], accessTokenFormat: "jwt" }];
    const issuer = await createTestIssuer({ config: { resources, clients: { web: { scopes: ["openid", "read"] } } } });
    const { id_token } = await issuer.tokens({ user: "alice", instance: true });
    assert.equal(claims(id_token).iss, issuer.instance.issuer);
    const forApi = await issuer.tokens({ user: "alice", scope: "read", resource: "https://api.example" });
    assert.equal(claims(forApi.access_token).aud, "https://api.example");
  });

  test("are refused in the issuer's own words", async () => {
    const issuer = await createTestIssuer();
    const refused = (request) => issuer.tokens(request).then(assert.fail, (error) => error);
    const error = await refused({ user: "alice", scope: "openid nothing" });
    assert.ok(error instanceof OAuthError, String(error));
    assert.equal(error.error, "invalid_scope");
    assert.equal((await refused({ client: "machine", scope: "openid" })).error, "invalid_scope");
    assert.equal((await refused({ client: "spa" })).code, "oauth_error");
    for (const [request, argument, meant] of [
      [{ user: "alcie" }, "user", /did you mean "alice"\?/],
      [{ user: "zoe" }, "user", /there are alice, bob/],
      [{ client: "wbe" }, "client", /did you mean "web"\?/],
      [{ client: "toString" }, "client", /there is no client/],
      [{ user: "alice", client: "machine" }, "client", /device flow/],
    ]) {
      const error = await refused(request);
      assert.equal(error.argument, argument, error.message);
      assert.match(error.message, meant);
    }
    await issuer.setUser("alice", { disabled: true });
    const wrong = await refused({ user: "alice" });
    assert.equal(wrong.code, "http_error");
    assert.match(wrong.message, /password|disabled/i);
    assert.doesNotMatch(wrong.message, /alice-password/);
  });

  test("cannot be those of a client whose key only its owner has", async () => {
    const { publicKey } = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, [
      "sign",
      "verify",
    ]);
    const jwk = await crypto.subtle.exportKey("jwk", publicKey);
    const issuer = await createTestIssuer({ config: { clients: { bank: { jwks: { keys: [jwk] } } } } });
    await assert.rejects(issuer.tokens(), { code: "invalid_argument", argument: "client" });
  });
});

describe("signIn()", () => {
  test("gives the cookies of a browser in which the user is signed in", async () => {
    const issuer = await createTestIssuer();
    const cookies = await issuer.signIn("alice");
    for (const cookie of cookies) {
      assert.deepEqual(
        { ...cookie, name: "", value: "" },
        {
          name: "",
          value: "",
          domain: "issuer.test",
          path: "/",
          httpOnly: true,
          secure: true,
          sameSite: "Lax",
        },
      );
    }
    const { url } = await browser(issuer, cookies).open(authorizationUrl(issuer, { prompt: "none" }));
    assert.match(url, /^http:\/\/localhost:5173\/cb\?code=CO/);
    const stranger = await browser(issuer).open(authorizationUrl(issuer, { prompt: "none" }));
    assert.match(stranger.url, /error=login_required/);
    await assert.rejects(issuer.signIn("alcie"), { argument: "user" });
    await assert.rejects(issuer.signIn("alice", { client: "x" }), { argument: "client" });
  });
});

describe("approve()", () => {
  const DEVICE = { grant_type: "urn:ietf:params:oauth:grant-type:device_code", client_id: "device" };

  for (const at of ["device", "instance"]) {
    test(`answers a device's request at the issuer of the ${at}`, async () => {
      const issuer = await createTestIssuer();
      const urls = at === "device" ? issuer.clients.device : issuer.instance;
      const post = async (url, form) =>
        (await issuer.fetch(url, { method: "POST", body: new URLSearchParams(form) })).json();
      const start = () => post(urls.deviceAuthorizationEndpoint, { client_id: "device", scope: "openid" });
      const poll = ({ device_code }) => post(urls.tokenEndpoint, { ...DEVICE, device_code });
      const allowed = await start();
      assert.equal((await poll(allowed)).error, "authorization_pending");
      await issuer.approve(allowed.user_code, { user: "bob" });
      assert.equal(claims((await poll(allowed)).id_token).sub, "bob");
      const denied = await start();
      await issuer.approve(denied.user_code, { deny: true });
      assert.equal((await poll(denied)).error, "access_denied");
      await assert.rejects(issuer.approve("BCDF-GHJK"), (error) => {
        assert.equal(error.code, "http_error");
        // What the page says to people, and nothing else of it.
        assert.equal(
          error.message,
          "approve(): the issuer answered 400: There is no device with this code. Please check what it shows.",
        );
        return true;
      });
    });
  }
});

describe("automatic sign-in and consent", () => {
  test("need no page", async () => {
    const issuer = await createTestIssuer({
      config: { clients: { spa: { public: true, consent: "always" } } },
      autoSignIn: "alice",
      autoConsent: true,
    });
    const response = await issuer.fetch(authorizationUrl(issuer));
    const location = response.headers.get("location");
    assert.match(location, /^http:\/\/localhost:5173\/cb\?code=CO/);
    // The browser has the session that this began.
    const cookies = response.headers.getSetCookie().map((text) => {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(text);
      return { name, value };
    });
    issuer.automatic({ autoSignIn: undefined });
    const { url } = await browser(issuer, cookies).open(authorizationUrl(issuer));
    assert.match(url, /code=CO/);
  });

  test("each alone leaves the other's page", async () => {
    const issuer = await createTestIssuer({
      config: { clients: { spa: { public: true, consent: "always" } } },
      autoSignIn: "alice",
    });
    const page = await browser(issuer).open(authorizationUrl(issuer));
    assert.match(page.text, /value="allow"/);
    issuer.automatic({ autoSignIn: undefined, autoConsent: true });
    const login = await browser(issuer).open(authorizationUrl(issuer));
    assert.match(login.text, /name="password"/);
    assert.match(
      (await issuer.fetch(authorizationUrl(issuer, { prompt: "none" }))).headers.get("location"),
      /login_required/,
    );
  });

  test("sign in whom the request names", async () => {
    const issuer = await createTestIssuer({ autoSignIn: "login_hint" });
    await issuer.setUser("carol");
    const named = await issuer.fetch(authorizationUrl(issuer, { login_hint: "carol" }));
    assert.match(named.headers.get("location"), /code=CO/);
    for (const login_hint of ["zoe", ""]) {
      const response = await issuer.fetch(authorizationUrl(issuer, login_hint ? { login_hint } : {}));
      assert.match(await response.text(), /name="password"/);
    }
  });

  test("work at a server", async (t) => {
    const issuer = await startIssuer({ autoSignIn: "bob" });
    t.after(() => issuer.close());
    const response = await fetch(authorizationUrl(issuer), { redirect: "manual" });
    assert.match(response.headers.get("location"), /code=CO/);
  });

  test("begin anew at reset(), and refuse what they do not know", async () => {
    const issuer = await createTestIssuer({ autoSignIn: "alice" });
    issuer.automatic({ autoSignIn: undefined });
    await issuer.reset();
    assert.ok((await issuer.fetch(authorizationUrl(issuer))).headers.get("location"));
    assert.throws(() => issuer.automatic({ signIn: "alice" }), { argument: "options.signIn" });
    assert.throws(() => issuer.automatic({ autoSignIn: "alcie" }), {
      argument: "options.autoSignIn",
      message: /"alcie" \(did you mean "alice"\?\)/,
    });
    await assert.rejects(
      createTestIssuer({ autoSignIn: "nobody" }),
      /there is no user "nobody" \(there are alice, bob\)/,
    );
    await issuer.setUser("carol");
    issuer.automatic({ autoSignIn: "carol" });
    assert.throws(() => issuer.automatic({ autoSignIn: 1 }), { argument: "options.autoSignIn" });
    await assert.rejects(createTestIssuer({ autoConsent: "yes" }), { argument: "options.autoConsent" });
  });
});

test("revokeAll() ends sign-ins and tokens, and everybody can begin anew", async () => {
  const issuer = await createTestIssuer();
  const cookies = await issuer.signIn("alice");
  const user = await issuer.tokens({ user: "alice" });
  const machine = await issuer.tokens({ client: "machine" });
  await issuer.revokeAll();
  const { introspectionEndpoint, clientId, clientSecret } = issuer.clients.web;
  for (const token of [user.access_token, user.refresh_token, machine.access_token]) {
    const body = new URLSearchParams({ token, client_id: clientId, client_secret: clientSecret });
    assert.equal((await (await issuer.fetch(introspectionEndpoint, { method: "POST", body })).json()).active, false);
  }
  const { url } = await browser(issuer, cookies).open(authorizationUrl(issuer, { prompt: "none" }));
  assert.match(url, /error=login_required/);
  assert.ok((await issuer.tokens({ user: "alice" })).access_token);
  assert.ok((await issuer.tokens({ client: "machine" })).access_token);
});

test("a slip in what tokens() is asked for is said, and what is no name", async (t) => {
  const issuer = await createTestIssuer();
  t.after(() => issuer.close());
  await assert.rejects(issuer.tokens({ usr: "alice" }), /request\.usr: there is no such key \(did you mean "user"\?\)/);
  await assert.rejects(
    issuer.tokens({ user: issuer.users.alice }),
    /user: expected a name as text \(there are alice, bob\)/,
  );
  await assert.rejects(issuer.tokens({ client: issuer.clients.web }), /client: expected a name as text/);
});
