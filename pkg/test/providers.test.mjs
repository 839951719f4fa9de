import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Client, InvalidArgumentError, decodeIdToken } from "eiam-token";
import {
  apple,
  appleClientSecret,
  azureB2C,
  entra,
  facebookDevice,
  gitHub,
  google,
  keycloak,
  linkedIn,
  slack,
  square,
  tikTok,
  twitch,
} from "eiam-token/providers";
import { isSignedBy, keyPair, parts, signer, signingInput } from "./support/jwt.mjs";
import { json, mockFetch } from "./support/mock-fetch.mjs";
import { source } from "./support/source.mjs";

const { parsed } = await source("client/parse");

const clientId = "client";
const redirectUri = "https://app.example/cb";
const secret = { method: "client_secret_post", clientSecret: "secret" };

/** A client of a preset's server, with its `fetch` if it has one. */
function clientOf({ server, fetch }, options = {}) {
  return new Client({ server, clientId, ...(fetch && { fetch }), idTokenSignature: "connection", ...options });
}

/** What the client makes of an answer, as the server wrote it and as the preset turns it. */
function both(preset, endpoint, body, status = 200) {
  const rp = clientOf(preset);
  const read = {
    tokenEndpoint: (response) => rp.parseTokenResponse(response),
    deviceAuthorizationEndpoint: (response) => rp.parseDeviceAuthorization(response),
    userinfoEndpoint: (response) => rp.parseUserInfo(response),
  }[endpoint];
  const response = { status, body: typeof body === "string" ? body : JSON.stringify(body) };
  return [() => read(response), () => read(parsed(response, preset, endpoint))];
}

/** What an answer is refused with. */
function malformed(path) {
  return { code: "malformed_response", path };
}

describe("GitHub", () => {
  const preset = gitHub();

  test("Authorizing OAuth apps: the answer is a form by default", () => {
    const body = "access_token=gho_16C7e42F292c6912E7710c838347Ae178B4a&scope=repo%2Cgist&token_type=bearer";
    const [without, withIt] = both(preset, "tokenEndpoint", body);
    assert.throws(without, malformed("$"));
    const tokens = withIt();
    assert.equal(tokens.accessToken, "gho_16C7e42F292c6912E7710c838347Ae178B4a");
    assert.equal(tokens.scope, "repo gist");
  });

  test("Authorizing OAuth apps: so is the one of the device flow, with the page's address", () => {
    const body =
      "device_code=3584d83530557fdd1f46af8289938c8ef79f9dc5&expires_in=900&interval=5&user_code=WDJB-MJHT" +
      "&verification_uri=https%3A%2F%2Fgithub.com%2Flogin%2Fdevice";
    const [without, withIt] = both(preset, "deviceAuthorizationEndpoint", body);
    assert.throws(without, malformed("$"));
    const device = withIt();
    assert.equal(device.verificationUri, "https://github.com/login/device");
    assert.equal(device.expiresIn, 900n);
    assert.equal(device.interval, 5n);
  });

  test("a form that has a name twice, or a page of HTML, is refused as before", () => {
    for (const body of ["access_token=a&access_token=b&token_type=bearer", "<html>a=b</html>", "", "a", "{=}"]) {
      const [, withIt] = both(preset, "tokenEndpoint", body);
      assert.throws(withIt, malformed("$"), body);
    }
  });

  test("scopes have commas between them", () => {
    const [without, withIt] = both(preset, "tokenEndpoint", {
      access_token: "gho_1",
      scope: "repo,gist",
      token_type: "bearer",
    });
    assert.equal(without().scope, "repo,gist");
    assert.equal(withIt().scope, "repo gist");
  });

  test("Error codes for the device flow: an expired code is token_expired", async () => {
    const body = { error: "token_expired", error_description: "The device code has expired." };
    const [without, withIt] = both(preset, "tokenEndpoint", body);
    assert.throws(without, { code: "oauth_error", error: "token_expired" });
    assert.throws(withIt, { code: "oauth_error", error: "expired_token" });
  });

  test("Get the authenticated user: an id and no sub", () => {
    const [without, withIt] = both(preset, "userinfoEndpoint", '{"login":"octocat","id":583231,"type":"User"}');
    assert.throws(without, malformed("$.sub"));
    assert.equal(withIt().sub, "583231");
    for (const body of ['{"id":"583231"}', '{"id":1e300}', '{"id":1,"id":2}', "{}", '{"id":null}']) {
      const [, none] = both(preset, "userinfoEndpoint", body);
      assert.throws(none, { code: "malformed_response" }, body);
    }
  });

  test("an Enterprise Server", () => {
    const { server } = gitHub({ host: "https://github.example/" });
    assert.equal(server.tokenEndpoint, "https://github.example/login/oauth/access_token");
    assert.equal(server.userinfoEndpoint, "https://github.example/api/v3/user");
    for (const host of ["", "github.example", "https://github.example?x", "javascript:x", "https://a@b", 5]) {
      assert.throws(() => gitHub({ host }), { code: "invalid_argument", argument: "host" }, `${host}`);
    }
  });
});

describe("Google", () => {
  const body = {
    device_code: "4/4-GMMhmHCXhWEzkobqIHGG_EnNYYsAkukHspeYUk9E8",
    user_code: "GQVQ-JKEC",
    verification_url: "https://www.google.com/device",
    expires_in: 1800,
    interval: 5,
  };

  test("TV and Limited-Input Devices: verification_url", () => {
    const [without, withIt] = both(google(), "deviceAuthorizationEndpoint", body);
    assert.throws(without, malformed("$.verification_uri"));
    assert.equal(withIt().verificationUri, "https://www.google.com/device");
  });

  test("which is checked as any other page", () => {
    for (const verification_url of ["http://www.google.com/device", "javascript:alert(1)", 5]) {
      const [, withIt] = both(google(), "deviceAuthorizationEndpoint", { ...body, verification_url });
      assert.throws(withIt, malformed("$.verification_uri"), `${verification_url}`);
    }
  });
});

describe("Facebook Login for Devices", () => {
  const options = { appId: "1234567890", clientToken: "clienttoken" };
  const pending = {
    error: {
      message: "This request requires the user to take a pending action",
      code: 31,
      error_subcode: 1349174,
      error_user_title: "Device Login Authorization Pending",
      error_user_msg: "User has not yet authorized your application. Continue polling.",
    },
  };

  test("requests name the app and its client token", async () => {
    const code = { code: "AB12", user_code: "A1NWZ9", verification_uri: "https://www.facebook.com/device" };
    const fetch = mockFetch(json(JSON.stringify({ ...code, device_code: "AB12" })), json("{}"));
    const preset = facebookDevice({ ...options, fetch });
    const rp = clientOf(preset, { clientId: options.appId });
    const device = await rp.deviceAuthorize({ scope: "public_profile email" });
    assert.equal(fetch.calls[0].url, "https://graph.facebook.com/v2.6/device/login");
    const login = new URLSearchParams(fetch.calls[0].body);
    assert.deepEqual(
      [...login],
      [
        ["access_token", "1234567890|clienttoken"],
        ["scope", "public_profile,email"],
      ],
    );
    const { method, url, headers, body } = rp.tokenRequest.deviceCode(device);
    preset.fetch(url, { method, headers, body });
    assert.equal(fetch.calls[1].url, "https://graph.facebook.com/v2.6/device/login_status");
    const poll = new URLSearchParams(fetch.calls[1].body);
    assert.deepEqual(
      [...poll],
      [
        ["access_token", "1234567890|clienttoken"],
        ["code", "AB12"],
      ],
    );
  });

  test("the device's code is called code", () => {
    const [without, withIt] = both(facebookDevice(options), "deviceAuthorizationEndpoint", {
      code: "92a2b2e351f2b0b3503b2de251132f47",
      user_code: "A1NWZ9",
      verification_uri: "https://www.facebook.com/device",
      expires_in: 420,
      interval: 5,
    });
    assert.throws(without, malformed("$.device_code"));
    assert.equal(withIt().deviceCode, "92a2b2e351f2b0b3503b2de251132f47");
  });

  test("errors are objects with numbers", () => {
    for (const [error_subcode, error] of [
      [1349174, "authorization_pending"],
      [1349172, "slow_down"],
      [1349152, "expired_token"],
      [1349000, "facebook_1349000"],
    ]) {
      const body = { error: { ...pending.error, error_subcode } };
      const [without, withIt] = both(facebookDevice(options), "tokenEndpoint", body, 400);
      assert.throws(without, ({ code }) => code === "http_error" || code === "malformed_response");
      assert.throws(withIt, { code: "oauth_error", error, description: pending.error.error_user_msg });
    }
  });

  test("tokens have no type", () => {
    const body = { access_token: "ABCD", data_access_expiration_time: 1525135478, expires_in: 5183996 };
    const [without, withIt] = both(facebookDevice(options), "tokenEndpoint", body);
    assert.throws(without, malformed("$.token_type"));
    assert.equal(withIt().accessToken, "ABCD");
  });

  test("parts that could break out are named", () => {
    for (const [argument, wrong] of [
      ["appId", "1/2"],
      ["appId", ""],
      ["clientToken", "a|b"],
      ["version", "2.6"],
    ]) {
      assert.throws(() => facebookDevice({ ...options, [argument]: wrong }), { argument }, argument);
    }
    assert.throws(() => facebookDevice(), { argument: "appId" });
  });
});

describe("Twitch", () => {
  const body = {
    access_token: "rfx2uswqe8l4g1mkagrvg5tv0ks3",
    expires_in: 14124,
    refresh_token: "5b93chm6hdve3mycz05zfzatkfdenfspp1h1ar2xxdalen01",
    scope: ["channel:moderate", "chat:edit", "chat:read"],
    token_type: "bearer",
  };

  test("Getting OAuth Access Tokens: scope is an array", () => {
    const [without, withIt] = both(twitch(), "tokenEndpoint", body);
    assert.throws(without, malformed("$.scope"));
    assert.equal(withIt().scope, "channel:moderate chat:edit chat:read");
    const [, none] = both(twitch(), "tokenEndpoint", { ...body, scope: [] });
    assert.equal(none().scope, undefined);
  });

  test("an array of anything else is refused as before", () => {
    for (const scope of [[5], [["chat:read"]], ["a b"], [""], {}]) {
      const [, withIt] = both(twitch(), "tokenEndpoint", { ...body, scope });
      assert.throws(withIt, malformed("$.scope"), JSON.stringify(scope));
    }
  });

  test("nothing that is refused gets through because it is read twice", () => {
    const text = JSON.stringify(body);
    for (const wrong of [
      text.replace("{", '{"access_token":"other",'),
      text.replace("{", '{"access\\u005ftoken":"other",'),
      text.replace("{", '{"x":{"a":1,"a":2},'),
      text.replace("14124", "9007199254740993"),
      text.replace("14124", "14124.0000000000000001"),
      `${text}x`,
      `[${text}]`,
    ]) {
      const [, withIt] = both(twitch(), "tokenEndpoint", wrong);
      assert.throws(withIt, { code: "malformed_response" }, wrong);
    }
  });

  test("Refreshing Access Tokens: the reason is the message", () => {
    const wrong = { error: "Bad Request", status: 400, message: "Invalid refresh token" };
    const [without, withIt] = both(twitch(), "tokenEndpoint", wrong, 400);
    assert.throws(without, { error: "Bad Request" });
    assert.throws(withIt, { code: "oauth_error", error: "invalid_grant", description: "Invalid refresh token" });
    const [, polled] = both(twitch(), "tokenEndpoint", { status: 400, message: "authorization_pending" }, 400);
    assert.throws(polled, { code: "oauth_error", error: "authorization_pending" });
  });
});

describe("LinkedIn", () => {
  const body = { access_token: "AQXNnd2kXITHELmWblJigbHEuoFdfRhOwGA0QNnumBI8XOVSs0HtOHEU", expires_in: 5184000 };

  test("Authorization Code Flow: no token_type, and commas between scopes", () => {
    const [without, withIt] = both(linkedIn(), "tokenEndpoint", { ...body, scope: "openid,profile,email" });
    assert.throws(without, malformed("$.token_type"));
    assert.equal(withIt().scope, "openid profile email");
    // What LinkedIn says itself stays.
    const typed = JSON.stringify({ ...body, token_type: "mac" });
    assert.equal(JSON.parse(linkedIn().parse(typed, at("tokenEndpoint"))).token_type, "mac");
    const [, refused] = both(linkedIn(), "tokenEndpoint", { error: "invalid_request" }, 400);
    assert.throws(refused, { code: "oauth_error", error: "invalid_request" });
  });

  test("no code verifier, unless PKCE was enabled", async () => {
    for (const [pkce, expected] of [
      [false, false],
      [true, true],
    ]) {
      const fetch = mockFetch(json(JSON.stringify({ ...body, token_type: "Bearer" })));
      const preset = linkedIn({ fetch, pkce });
      const rp = clientOf(preset, { authentication: secret });
      const request = rp.authorizationRequest({ redirectUri, scope: "profile" });
      const state = new URL(request.url).searchParams.get("state");
      await rp.exchangeCode(rp.parseCallback(`?code=CO&state=${state}`, request));
      const form = new URLSearchParams(fetch.calls[0].body);
      assert.equal(form.has("code_verifier"), expected);
      assert.equal(form.get("code"), "CO");
      assert.equal(form.get("client_secret"), "secret");
    }
    assert.equal(linkedIn({ pkce: true }).fetch, undefined);
  });

  test("no nonce", () => assert.equal(linkedIn().nonce, false));
});

describe("Square", () => {
  const body = {
    access_token: "ACCESS_TOKEN",
    token_type: "bearer",
    expires_at: "2006-01-02T15:04:05Z",
    merchant_id: "MERCHANT_ID",
    refresh_token: "REFRESH_TOKEN",
  };

  test("ObtainTokenResponse: expires_at is a date as text", () => {
    const [without, withIt] = both(square(), "tokenEndpoint", body);
    let known;
    try {
      known = without().expiresAt;
    } catch (error) {
      assert.equal(error.path, "$.expires_at");
    }
    assert.equal(known, undefined);
    assert.equal(withIt().expiresAt, 1136214245n);
    const [, exact] = both(square(), "tokenEndpoint", { ...body, expires_at: "2026-11-27T00:00:00.999Z" });
    assert.equal(exact().expiresAt, BigInt(Date.parse("2026-11-27T00:00:00Z") / 1000));
  });

  test("what is no date stays as it is", () => {
    for (const expires_at of ["soon", "2006-01-02", "2006-13-45T99:00:00Z", "1906-01-02T15:04:05Z", 5, null]) {
      const text = JSON.stringify({ ...body, expires_at });
      assert.equal(square().parse(text, at("tokenEndpoint")), text);
    }
  });

  test("Obtain token: requests are JSON", async () => {
    const fetch = mockFetch(json(JSON.stringify({ ...body, expires_at: 1136214245 })));
    const preset = square({ sandbox: true, fetch });
    const rp = clientOf(preset, { authentication: secret });
    await rp.refresh("RT");
    const [{ url, headers, body: sent }] = fetch.calls;
    assert.equal(url, "https://connect.squareupsandbox.com/oauth2/token");
    assert.equal(headers["content-type"], "application/json");
    const expected = { grant_type: "refresh_token", refresh_token: "RT", client_id: clientId, client_secret: "secret" };
    assert.deepEqual(JSON.parse(sent), expected);
  });
});

describe("TikTok", () => {
  test("Manage User Access Tokens: client_key in place of client_id, in every form", async () => {
    const fetch = mockFetch(json('{"access_token":"act.1","token_type":"Bearer","open_id":"afd97af1","scope":"a"}'));
    const rp = clientOf(tikTok({ fetch }), { authentication: secret });
    await rp.refresh("rft.1");
    const form = new URLSearchParams(fetch.calls[0].body);
    assert.equal(form.get("client_key"), clientId);
    assert.equal(form.has("client_id"), false);
    assert.equal(form.get("client_secret"), "secret");
  });

  test("commas between scopes", () => {
    const [without, withIt] = both(tikTok(), "tokenEndpoint", {
      access_token: "act.example12345Example12345Example",
      expires_in: 86400,
      open_id: "afd97af1-b87b-48b9-ac98-410aghda5344",
      refresh_expires_in: 31536000,
      refresh_token: "rft.example12345Example12345Example",
      scope: "user.info.basic,video.list",
      token_type: "Bearer",
    });
    assert.equal(without().scope, "user.info.basic,video.list");
    assert.equal(withIt().scope, "user.info.basic video.list");
  });
});

describe("Slack", () => {
  const body = {
    ok: true,
    access_token: "xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcBrzbqgy",
    token_type: "bot",
    scope: "commands,incoming-webhook",
    bot_user_id: "U0KRQLJ9H",
    app_id: "A0KRD7HC3",
    team: { name: "Slack Softball Team", id: "T9TK3CUKW" },
    authed_user: { id: "U1234", scope: "chat:write", access_token: "xoxp-1234", token_type: "user" },
  };

  test("oauth.v2.access: the type is bot, and scopes have commas between them", () => {
    const [, withIt] = both(slack(), "tokenEndpoint", body);
    const tokens = withIt();
    assert.equal(tokens.accessToken, body.access_token);
    assert.equal(tokens.tokenType, "Bearer");
    assert.equal(tokens.scope, "commands incoming-webhook");
  });

  test("oauth.v2.access: the user's token stands in authed_user", () => {
    const [, withIt] = both(slack({ token: "user" }), "tokenEndpoint", body);
    assert.equal(withIt().accessToken, "xoxp-1234");
    assert.equal(withIt().scope, "chat:write");
    const { access_token, token_type, scope, ...userOnly } = body;
    const [without, alone] = both(slack({ token: "user" }), "tokenEndpoint", userOnly);
    assert.throws(without, malformed("$.access_token"));
    assert.equal(alone().accessToken, "xoxp-1234");
  });

  test("a refresh of the user's has it at the top, and nobody gets the other's", () => {
    const refreshed = {
      ok: true,
      access_token: "xoxe.xoxp-2",
      refresh_token: "xoxe-2",
      token_type: "user",
      expires_in: 43200,
    };
    const [, user] = both(slack({ token: "user" }), "tokenEndpoint", refreshed);
    assert.equal(user().accessToken, "xoxe.xoxp-2");
    const { authed_user, ...botOnly } = body;
    assert.equal(slack({ token: "user" }).parse(JSON.stringify(botOnly), at("tokenEndpoint")), JSON.stringify(botOnly));
    const rotating = { ...body, refresh_token: "xoxe-bot", expires_in: 43200 };
    const [, other] = both(slack({ token: "user" }), "tokenEndpoint", rotating);
    assert.equal(other().refreshToken, undefined);
    assert.equal(other().expiresIn, undefined);
  });

  test("ok: false is a refusal with and without it", () => {
    for (const read of both(slack(), "tokenEndpoint", { ok: false, error: "invalid_code" })) {
      assert.throws(read, { code: "oauth_error", error: "invalid_code" });
    }
  });
});

describe("Apple", () => {
  const options = { teamId: "DEF123GHIJ", keyId: "ABC123DEFG", clientId: "com.example.web" };

  test("Creating a client secret: a JWT by ES256", async (t) => {
    t.mock.timers.enable({ apis: ["Date"], now: 1_700_000_000_999 });
    const { privateKey, publicKey } = await keyPair("ES256");
    const clientSecret = await appleClientSecret({ ...options, key: privateKey });
    const { header, claims } = parts(clientSecret);
    assert.deepEqual(header, { alg: "ES256", kid: "ABC123DEFG" });
    assert.deepEqual(claims, {
      iss: "DEF123GHIJ",
      iat: 1_700_000_000,
      exp: 1_700_000_000 + 180 * 86_400,
      aud: "https://appleid.apple.com",
      sub: "com.example.web",
    });
    assert.ok(await isSignedBy(publicKey, "ES256", clientSecret));
    const short = await appleClientSecret({ ...options, key: privateKey, lifetime: 300 });
    assert.equal(parts(short).claims.exp, 1_700_000_300);

    const fetch = mockFetch(json('{"access_token":"a","token_type":"Bearer","expires_in":3600}'));
    const authentication = { method: "client_secret_post", clientSecret };
    await clientOf(apple(), { fetch, authentication }).refresh("r");
    assert.equal(fetch.calls[0].url, "https://appleid.apple.com/auth/token");
    assert.equal(new URLSearchParams(fetch.calls[0].body).get("client_secret"), clientSecret);
  });

  test("what Apple would not accept is named", async () => {
    const { privateKey, publicKey } = await keyPair("ES256");
    const other = await keyPair("ES384");
    for (const [argument, wrong] of [
      ["teamId", ""],
      ["keyId", undefined],
      ["clientId", 5],
      ["key", publicKey],
      ["key", other.privateKey],
      ["key", undefined],
      ["lifetime", 15_777_001],
      ["lifetime", 0],
      ["lifetime", 1.5],
    ]) {
      const secretOf = appleClientSecret({ ...options, key: privateKey, [argument]: wrong });
      await assert.rejects(secretOf, { code: "invalid_argument", argument }, `${argument} ${wrong}`);
    }
  });

  test("the callback as a form, with the user in it", () => {
    const rp = clientOf(apple());
    const extra = { response_mode: "form_post" };
    const request = rp.authorizationRequest({ redirectUri, scope: "name email", extra });
    const { searchParams } = new URL(request.url);
    assert.equal(searchParams.get("response_mode"), "form_post");
    const user = JSON.stringify({ name: { firstName: "A", lastName: "B" }, email: "a@example.com" });
    const form = new URLSearchParams({ state: searchParams.get("state"), code: "CO", user });
    assert.ok(rp.parseCallback(`${form}`, request));
  });
});

test("errors of a preset are of the client's classes", () => {
  assert.throws(() => entra({ tenant: "a/b" }), InvalidArgumentError);
});

describe("Entra ID", () => {
  const TENANT = "8eaef023-2b34-4da1-9baa-8bc8c9d6a490";
  const OTHER = "82229342-1101-4ab6-817b-70c0747630f3";
  const issuerOf = (tenant) => `https://login.microsoftonline.com/${tenant}/v2.0`;
  const now = () => Math.floor(Date.now() / 1000);
  const claims = (more) => ({ sub: "AAAA", aud: clientId, iat: now(), exp: now() + 300, ver: "2.0", ...more });
  const idToken = (more) => `${signingInput({ alg: "RS256" }, claims(more))}.c2ln`;

  /** Tokens with this id_token, from a client that expects the issuer which the preset tells from its claims. */
  function refresh(preset, token, { useIt = true } = {}) {
    const own = useIt && preset.issuerOf ? { issuer: preset.issuerOf(decodeIdToken(token).claims) ?? "nobody" } : {};
    const answer = JSON.stringify({ access_token: "a", token_type: "Bearer", id_token: token });
    return clientOf({ server: { ...preset.server, ...own } }, { fetch: mockFetch(json(answer)) }).refresh("r");
  }

  test("Access tokens, multitenant applications: the issuer is a template", async () => {
    for (const tenant of ["common", "organizations", undefined]) {
      const preset = entra({ tenant });
      assert.equal(preset.server.issuer, "https://login.microsoftonline.com/{tenantid}/v2.0");
      const token = idToken({ iss: issuerOf(TENANT), tid: TENANT });
      await assert.rejects(refresh(preset, token, { useIt: false }), malformed("id_token.iss"));
      assert.equal((await refresh(preset, token)).claims["tid"], TENANT);
    }
  });

  test("the issuer is the one of the token's own tenant", async () => {
    for (const more of [
      { iss: issuerOf(OTHER), tid: TENANT },
      { iss: `https://evil.example/${TENANT}/v2.0`, tid: TENANT },
      { iss: issuerOf(TENANT) },
      { iss: issuerOf("{tenantid}"), tid: "{tenantid}" },
      { iss: issuerOf(`${TENANT}/../${OTHER}`), tid: `${TENANT}/../${OTHER}` },
      { iss: issuerOf(5), tid: 5 },
    ]) {
      await assert.rejects(refresh(entra(), idToken(more)), malformed("id_token.iss"), JSON.stringify(more));
    }
  });

  test("only the tenants that are named", async () => {
    const preset = entra({ tenant: "organizations", tenants: [TENANT.toUpperCase()] });
    assert.ok(await refresh(preset, idToken({ iss: issuerOf(TENANT), tid: TENANT })));
    await assert.rejects(refresh(preset, idToken({ iss: issuerOf(OTHER), tid: OTHER })), malformed("id_token.iss"));
    const none = entra({ tenants: [] });
    await assert.rejects(refresh(none, idToken({ iss: issuerOf(TENANT), tid: TENANT })), malformed("id_token.iss"));
  });

  test("one tenant gives up nothing", async () => {
    const preset = entra({ tenant: TENANT });
    assert.equal(preset.issuerOf, undefined);
    assert.ok(await refresh(preset, idToken({ iss: issuerOf(TENANT), tid: TENANT })));
    await assert.rejects(refresh(preset, idToken({ iss: issuerOf(OTHER), tid: OTHER })), malformed("id_token.iss"));
    for (const tenant of ["contoso.onmicrosoft.com", "", "common/x", `${TENANT}x`, 5, null]) {
      assert.throws(() => entra({ tenant }), { code: "invalid_argument", argument: "tenant" }, `${tenant}`);
    }
    assert.throws(() => entra({ tenants: ["contoso"] }), { argument: "tenants" });
  });

  test("Azure AD B2C: the metadata are refused, and the preset needs none", async () => {
    const tenantId = "775527ff-9a37-4307-8b3d-cc311f58d925";
    const options = { tenant: "fabrikamb2c", tenantId, policy: "b2c_1_sign_in" };
    const preset = azureB2C(options);
    const metadata = {
      issuer: preset.server.issuer,
      token_endpoint: preset.server.tokenEndpoint,
      jwks_uri: preset.server.jwksUri,
    };
    const address = "https://fabrikamb2c.b2clogin.com/fabrikamb2c.onmicrosoft.com/b2c_1_sign_in/v2.0";
    const fetch = () => Promise.resolve(json(JSON.stringify(metadata)));
    await assert.rejects(Client.discover(address, { clientId, fetch }), malformed("$.issuer"));

    assert.equal(preset.server.issuer, `https://fabrikamb2c.b2clogin.com/${tenantId}/v2.0/`);
    const base = "https://fabrikamb2c.b2clogin.com/fabrikamb2c.onmicrosoft.com/b2c_1_sign_in";
    assert.equal(preset.server.jwksUri, `${base}/discovery/v2.0/keys`);
    assert.equal(preset.server.authorizationEndpoint, `${base}/oauth2/v2.0/authorize`);
    assert.ok(await refresh(preset, idToken({ iss: preset.server.issuer, tfp: "b2c_1_sign_in" })));
    await assert.rejects(refresh(preset, idToken({ iss: address })), malformed("id_token.iss"));
    for (const [argument, wrong] of [
      ["tenant", "a.b"],
      ["tenantId", "contoso"],
      ["policy", "a/b"],
      ["domain", "a/b"],
    ]) {
      assert.throws(() => azureB2C({ ...options, [argument]: wrong }), { argument });
    }
    assert.throws(() => azureB2C(), { argument: "tenant" });
  });
});

describe("Keycloak behind another name", () => {
  const issuer = "https://auth.example/realms/shop";
  const internal = "https://keycloak.internal:8443/realms/shop";

  test("Configuring the hostname: its metadata name the public issuer, wherever they come from", async () => {
    const fetch = () => Promise.resolve(json(JSON.stringify({ issuer, token_endpoint: `${internal}/token` })));
    await assert.rejects(Client.discover(internal, { clientId, fetch }), malformed("$.issuer"));
  });

  test("pages at the public address, requests to the internal one, and the issuer is compared", async () => {
    const preset = keycloak({ issuer, internal: `${internal}/` });
    const { jwk, jwt } = await signer("ES256", "1");
    const now = Math.floor(Date.now() / 1000);
    const claims = { sub: "a", aud: clientId, iat: now, exp: now + 300 };
    for (const [iss, isRight] of [
      [issuer, true],
      [internal, false],
    ]) {
      const id_token = await jwt({ ...claims, iss });
      const answer = JSON.stringify({ access_token: "a", token_type: "Bearer", id_token });
      const fetch = mockFetch(json(answer), json(JSON.stringify({ keys: [jwk] })));
      const rp = clientOf(preset, { fetch, idTokenSignature: "jwks" });
      if (isRight) assert.equal((await rp.refresh("r")).claims.sub, "a");
      else await assert.rejects(rp.refresh("r"), malformed("id_token.iss"));
      assert.ok(fetch.calls.every(({ url }) => url.startsWith(`${internal}/protocol/openid-connect/`)));
      const page = rp.authorizationRequest({ redirectUri, scope: "openid" }).url;
      assert.ok(page.startsWith(`${issuer}/protocol/openid-connect/auth?`), page);
    }
  });

  test("what is no address is named", () => {
    assert.throws(() => keycloak({ issuer: "auth.example", internal }), { argument: "issuer" });
    assert.throws(() => keycloak({ issuer, internal: "keycloak:8080" }), { argument: "internal" });
    assert.throws(() => keycloak(), { argument: "issuer" });
  });
});

/** What a hook is told of an answer. */
function at(endpoint, status = 200) {
  return { endpoint, status };
}

describe("the hook parse", () => {
  const response = { status: 200, headers: new Headers({ a: "b" }), body: new TextEncoder().encode('{"a":1}') };

  test("gets the text, the endpoint and the status; the rest of the answer stays", () => {
    const seen = [];
    const turned = parsed(response, { parse: (...told) => seen.push(told) && "{}" }, "tokenEndpoint");
    assert.deepEqual(seen, [['{"a":1}', at("tokenEndpoint")]]);
    assert.deepEqual([turned.body, turned.status, turned.headers.get("a")], ["{}", 200, "b"]);
    assert.equal(parsed(response, {}, "tokenEndpoint"), response);
  });

  test("does not see what is no UTF-8", () => {
    const wrong = { status: 200, body: new Uint8Array([0x7b, 0xff, 0x7d]) };
    assert.equal(parsed(wrong, { parse: () => assert.fail() }, "tokenEndpoint"), wrong);
    // A mark at the beginning is the judgement's to refuse, so it has to stay.
    const marked = { status: 200, body: new Uint8Array([0xef, 0xbb, 0xbf, 0x7b, 0x7d]) };
    assert.equal(parsed(marked, { parse: (text) => text }, "tokenEndpoint").body, "\uFEFF{}");
  });

  test("that throws or returns no text is named", () => {
    const cause = new Error("mine");
    const throws = () => {
      throw cause;
    };
    assert.throws(() => parsed(response, { parse: throws }, "jwksUri"), { code: "listener_error", cause });
    assert.throws(() => parsed(response, { parse: () => ({}) }, "jwksUri"), {
      code: "invalid_argument",
      argument: "parse",
    });
  });
});

test("every preset leaves a text that it does not know as it is", () => {
  const all = [
    gitHub(),
    google(),
    facebookDevice({ appId: "1", clientToken: "t" }),
    twitch(),
    linkedIn(),
    square(),
    tikTok(),
    slack(),
    slack({ token: "user" }),
  ];
  const endpoints = ["tokenEndpoint", "deviceAuthorizationEndpoint", "userinfoEndpoint", "jwksUri"];
  for (const text of ["", "<html>", "null", "[]", "5", '"a"', "{", '{"error":"invalid_grant"}', '{"keys":[]}']) {
    for (const { parse } of all) {
      for (const endpoint of endpoints) assert.equal(parse(text, at(endpoint)), text, endpoint);
    }
  }
});
