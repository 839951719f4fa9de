import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { freePort } from "../../browser/harness/free-port.mjs";
import { ALICE, newBrowser, signIn, startIssuer } from "../issuer.mjs";
import { startApache } from "./apache.mjs";

const SECRET = "CS+/=&% apache: a secret of more than 32 bytes";

const SECRET_METHODS = ["client_secret_basic", "client_secret_post", "client_secret_jwt"];

/** The address of Apache, which the issuer must know before Apache can know the issuer's. */
const origin = `http://127.0.0.1:${await freePort()}`;
const REDIRECT_URI = `${origin}/private/redirect_uri`;
const BYE = `${origin}/index.html?bye`;

/** @type {Awaited<ReturnType<typeof startIssuer>>} */
let command;
before(async () => {
  command = await startIssuer({
    profile: "rfc9700",
    instanceId: "idaas_peers",
    applications: [
      {
        applicationId: "app_apache",
        clientSecrets: [SECRET],
        tokenEndpointAuthMethods: SECRET_METHODS,
        redirectUris: [REDIRECT_URI],
        postLogoutRedirectUris: [BYE],
        grants: ["authorization_code", "refresh_token"],
      },
    ],
    users: [ALICE],
  });
});
after(() => command.stop());

const issuer = () => `${command.address}/v2/idaas_peers/app_apache/oidc`;

/**
 * @param {string} method how the client authenticates
 * @param {string} [more] directives
 */
function relyingParty(method, more = "") {
  return `
OIDCProviderMetadataURL "${issuer()}/.well-known/openid-configuration"
OIDCClientID app_apache
OIDCClientSecret "${SECRET}"
OIDCProviderTokenEndpointAuth ${method}
${more}
OIDCRedirectURI "${REDIRECT_URI}"
OIDCCryptoPassphrase "only for these tests"
OIDCPKCEMethod S256
OIDCScope "openid profile email"
OIDCInfoHook access_token id_token refresh_token userinfo
OIDCRemoteUserClaim sub
<Location "/private">
  AuthType openid-connect
  Require valid-user
  # Environment variables show no header with an underscore in its name.
  Header set Seen-Email "expr=%{HTTP:OIDC_CLAIM_email}"
  Header set Seen-Subject "expr=%{HTTP:OIDC_CLAIM_sub}"
</Location>
<Location "/private/alice">
  Require claim email:alice@example.com
</Location>
<Location "/private/bob">
  Require claim email:bob@example.com
</Location>
`;
}

/** The environment that the private page shows. */
function environment(text) {
  return Object.fromEntries([...text.matchAll(/^(\w+)=(.*)$/gm)].map(([, ...pair]) => pair));
}

/** Two origins, and a user who moves between them: Apache, and the issuer. */
function newUser() {
  return { apache: newBrowser(origin), issuer: newBrowser(command.address) };
}

/** Opens a private page, signs in where it leads to, and gives the page that comes then. */
async function signInAt(user, path = "/private/index.shtml?a=1&b=2") {
  const away = await user.apache.open(origin + path);
  assert.ok(away.url.startsWith(`${command.address}/login/app/`), away.text);
  const answer = await signIn(user.issuer, away.url);
  if (answer.status === 302) return { request: away.url, page: await user.apache.open(answer.url) };
  // form_post: a page that sends itself.
  const form = new URLSearchParams();
  for (const [tag] of answer.text.matchAll(/<input[^>]*>/g)) {
    const [, name] = /name="([^"]*)"/.exec(tag);
    const [, value] = /value="([^"]*)"/.exec(tag);
    form.append(name, value);
  }
  const page = await user.apache.open(REDIRECT_URI, form.toString());
  return { request: away.url, page };
}

/** What mod_auth_openidc holds for the user. */
async function info(user) {
  const { status, text } = await user.apache.open(`${REDIRECT_URI}?info=json`);
  assert.equal(status, 200, text);
  return JSON.parse(text);
}

describe("a relying party by client_secret_basic", () => {
  /** @type {Awaited<ReturnType<typeof startApache>>} */
  let apache;
  before(async () => {
    apache = await startApache(origin, relyingParty("client_secret_basic"));
  });
  after(() => apache.stop());

  test("the public page needs no sign-in", async () => {
    assert.match((await newUser().apache.open(`${origin}/`)).text, /Everybody/);
  });

  test("a private page leads to the issuer, with PKCE, state and nonce", async () => {
    const away = await newUser().apache.open(`${origin}/private/index.shtml`);
    const query = new URL(away.url).searchParams;
    assert.equal(query.get("code_challenge_method"), "S256");
    assert.equal(query.get("response_type"), "code");
    assert.ok(query.get("state") && query.get("nonce") && query.get("code_challenge"));
  });

  test("signing in leads back to the page, with claims as headers", async () => {
    const user = newUser();
    const { page } = await signInAt(user);
    assert.equal(page.status, 200, `${page.text}${await apache.log()}`);
    assert.equal(page.url, `${origin}/private/index.shtml?a=1&b=2`);
    const shown = environment(page.text);
    assert.equal(shown.REMOTE_USER, "user_alice");
    assert.equal(shown.OIDC_CLAIM_iss, issuer());
    assert.equal(shown.OIDC_CLAIM_email, "alice@example.com");
    assert.equal(shown.OIDC_CLAIM_name, "Alice Example");
    assert.match(shown.OIDC_access_token, /^AT/);
    assert.equal(page.headers.get("seen-email"), "alice@example.com");
    assert.equal(page.headers.get("seen-subject"), "user_alice");
  });

  test("its cookie keeps the user signed in", async () => {
    const user = newUser();
    await signInAt(user);
    const again = await user.apache.open(`${origin}/private/index.shtml`);
    assert.equal(environment(again.text).REMOTE_USER, "user_alice");
    const name = "mod_auth_openidc_session=";
    const cookie = user.apache.setCookies.find((one) => one.startsWith(name));
    assert.match(cookie, /HttpOnly/);
    const stranger = await newUser().apache.open(`${origin}/private/index.shtml`);
    assert.ok(stranger.url.startsWith(command.address));
  });

  test("claims decide what the user may see", async () => {
    const user = newUser();
    await signInAt(user);
    // Nothing is there, so 404 is what somebody sees who may.
    assert.equal((await user.apache.open(`${origin}/private/alice`)).status, 404);
    const { status } = await user.apache.open(`${origin}/private/bob`);
    assert.ok(status === 401 || status === 403, `${status}`);
  });

  test("signed in at the issuer already, nobody types a password again", async () => {
    const user = newUser();
    await signInAt(user);
    const other = { apache: newBrowser(origin), issuer: user.issuer };
    const away = await other.apache.open(`${origin}/private/index.shtml`);
    const answer = await other.issuer.open(away.url);
    assert.ok(answer.url.startsWith(REDIRECT_URI), answer.text);
    const page = await other.apache.open(answer.url);
    assert.equal(environment(page.text).REMOTE_USER, "user_alice");
  });

  test("refreshes the tokens", async () => {
    const user = newUser();
    await signInAt(user);
    const before = await info(user);
    const back = `${origin}/private/index.shtml`;
    const query = new URLSearchParams({ refresh: back, access_token: before.access_token });
    const page = await user.apache.open(`${REDIRECT_URI}?${query}`);
    assert.equal(page.url, back, `${page.text}${await apache.log()}`);
    const next = await info(user);
    assert.notEqual(next.access_token, before.access_token);
    assert.notEqual(next.refresh_token, before.refresh_token);
    assert.equal(next.id_token.sub, "user_alice");
  });

  test("an answer for another browser is refused", async () => {
    const user = newUser();
    const away = await user.apache.open(`${origin}/private/index.shtml`);
    const answer = await signIn(user.issuer, away.url);
    const page = await newUser().apache.open(answer.url);
    assert.equal(environment(page.text).REMOTE_USER, undefined);
  });

  test("logout ends both sessions and leads back", async () => {
    const user = newUser();
    await signInAt(user);
    const query = new URLSearchParams({ logout: BYE });
    const away = await user.apache.open(`${REDIRECT_URI}?${query}`);
    const { pathname, searchParams } = new URL(away.url);
    assert.equal(pathname, "/login/app/app_apache/oauth2/logout");
    assert.ok(searchParams.get("id_token_hint"));
    // By the id_token of this very session: nothing is asked.
    const page = await user.issuer.open(away.url);
    assert.equal(page.url, BYE);
    const next = await user.apache.open(`${origin}/private/index.shtml`);
    assert.ok(next.url.startsWith(command.address));
    assert.match((await user.issuer.open(next.url)).text, /type="password"/);
  });
});

describe("other ways", () => {
  for (const [name, method, more] of [
    ["client_secret_post and form_post", "client_secret_post", "OIDCResponseMode form_post"],
    ["client_secret_jwt", "client_secret_jwt", ""],
  ]) {
    test(`signing in by ${name}`, async () => {
      const apache = await startApache(origin, relyingParty(method, more));
      try {
        const { request, page } = await signInAt(newUser());
        assert.equal(page.status, 200, `${page.text}${await apache.log()}`);
        assert.equal(environment(page.text).REMOTE_USER, "user_alice");
        const mode = new URL(request).searchParams.get("response_mode");
        assert.equal(mode, more ? "form_post" : null);
      } finally {
        await apache.stop();
      }
    });
  }
});
