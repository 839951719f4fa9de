import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import * as jose from "jose";
import * as openid from "openid-client";
import { atBothIssuers } from "./both-issuers.mjs";
import { ALICE, newBrowser, signIn, startIssuer } from "./issuer.mjs";

/**
 * Applications that are told of a logout (OpenID Connect Back-Channel Logout 1.0): openid-client signs in and out, and
 * jose verifies the logout tokens by the rules of section 2.6.
 */

const SECRET = "CSweb: a secret of more than 32 bytes";
const REDIRECT_URI = "https://app.example/cb";
const EVENT = "http://schemas.openid.net/event/backchannel-logout";

/** The back channel of all applications: what it was sent, by its path, in the order of arrival. */
async function startBackChannel() {
  const arrived = [];
  const waiting = [];
  const server = createServer(async (request, response) => {
    const form = new URLSearchParams(await text(request));
    const isRight = request.method === "POST" && [...form.keys()].join() === "logout_token";
    response.writeHead(isRight ? 200 : 400, { "cache-control": "no-store" }).end();
    arrived.push({ path: request.url, token: form.get("logout_token") });
    waiting.splice(0).forEach((resolve) => resolve());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    /** Waits until so many are there, and takes them. */
    async take(count) {
      while (arrived.length < count) await new Promise((resolve) => waiting.push(resolve));
      return arrived.splice(0).sort((one, other) => one.path.localeCompare(other.path));
    },
    stop: () => server.close(),
  };
}

const channel = await startBackChannel();
after(() => channel.stop());

const config = {
  instanceId: "idaas_peers",
  applications: ["app_one", "app_two", "app_three"].map((applicationId) => ({
    applicationId,
    clientSecrets: [SECRET],
    redirectUris: [REDIRECT_URI],
    ...(applicationId === "app_three" ? {} : { backchannelLogoutUri: `${channel.origin}/${applicationId}` }),
    ...(applicationId === "app_two" ? { backchannelLogoutSessionRequired: false } : {}),
  })),
  users: [ALICE],
};

atBothIssuers(config, ["eiam", "rfc9700"], ({ issuerOf, openBrowser }) => {
  const discover = (clientId) =>
    openid.discovery(new URL(issuerOf(clientId)), clientId, undefined, openid.ClientSecretBasic(SECRET), {
      execute: [openid.allowInsecureRequests],
    });

  /** Signs alice in at an application, in this browser. */
  async function tokensIn(browser, clientId) {
    const client = await discover(clientId);
    const pkceCodeVerifier = openid.randomPKCECodeVerifier();
    const url = openid.buildAuthorizationUrl(client, {
      redirect_uri: REDIRECT_URI,
      scope: "openid",
      code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: "S256",
    });
    const page = await browser.open(url.href);
    const { url: answer } = page.text.includes('name="password"')
      ? await browser.submit(page, { username: ALICE.username, password: ALICE.password })
      : page;
    return openid.authorizationCodeGrant(client, new URL(answer), { pkceCodeVerifier });
  }

  /** Section 2.6, rules 2 to 8. */
  async function verified(token, clientId) {
    const { issuer, jwks_uri } = (await discover(clientId)).serverMetadata();
    const keys = jose.createRemoteJWKSet(new URL(jwks_uri));
    const { payload } = await jose.jwtVerify(token, keys, {
      issuer,
      audience: clientId,
      typ: "logout+jwt",
      algorithms: ["RS256"],
      requiredClaims: ["iss", "aud", "iat", "exp", "jti", "events"],
      maxTokenAge: "2m",
    });
    assert.ok(payload.sub !== undefined || payload.sid !== undefined);
    assert.deepEqual(payload.events, { [EVENT]: {} });
    assert.equal("nonce" in payload, false);
    return payload;
  }

  test("section 2.1: it is announced", async () => {
    const metadata = (await discover("app_one")).serverMetadata();
    assert.equal(metadata.backchannel_logout_supported, true);
    assert.equal(metadata.backchannel_logout_session_supported, true);
  });

  test("section 2.5: every application of the session is told, by the id_token's sid", async () => {
    const [browser, elsewhere] = [openBrowser(), openBrowser()];
    const tokens = await tokensIn(browser, "app_one");
    await tokensIn(browser, "app_two");
    await tokensIn(browser, "app_three");
    const other = await tokensIn(elsewhere, "app_one");
    const client = await discover("app_one");
    await browser.open(openid.buildEndSessionUrl(client, { id_token_hint: tokens.id_token }).href);
    const [one, two] = await channel.take(2);
    const [first, second] = [await verified(one.token, "app_one"), await verified(two.token, "app_two")];
    assert.deepEqual([one.path, two.path], ["/app_one", "/app_two"]);
    assert.deepEqual([first.sub, first.sid], [ALICE.userId, jose.decodeJwt(tokens.id_token).sid]);
    // It wants to know only whose session it was.
    assert.deepEqual([second.sub, second.sid], [ALICE.userId, undefined]);
    assert.notEqual(first.jti, second.jti);
    // A logout token is no token of another kind.
    const introspected = await openid.tokenIntrospection(client, one.token);
    assert.equal(introspected.active, false);
    // The other browser is still signed in, until it signs out.
    await elsewhere.open(openid.buildEndSessionUrl(client, { id_token_hint: other.id_token }).href);
    const [last] = await channel.take(1);
    assert.equal((await verified(last.token, "app_one")).sid, jose.decodeJwt(other.id_token).sid);
  });
});

test("an application that cannot be reached is named, and the logout is none the worse", async () => {
  const channel = createServer((_, response) => response.writeHead(400).end());
  channel.listen(0, "127.0.0.1");
  await once(channel, "listening");
  const uri = `http://127.0.0.1:${channel.address().port}/logout`;
  const application = { applicationId: "app_one", clientSecrets: [SECRET], redirectUris: [REDIRECT_URI] };
  const applications = [{ ...application, backchannelLogoutUri: `${uri}?secret=1` }];
  const command = await startIssuer({ instanceId: "idaas_peers", applications, users: [ALICE] });
  try {
    const issuer = new URL(`${command.address}/v2/idaas_peers/app_one/oidc`);
    const execute = [openid.allowInsecureRequests];
    const client = await openid.discovery(issuer, "app_one", undefined, openid.ClientSecretPost(SECRET), { execute });
    const pkceCodeVerifier = openid.randomPKCECodeVerifier();
    const code_challenge = await openid.calculatePKCECodeChallenge(pkceCodeVerifier);
    const parameters = { redirect_uri: REDIRECT_URI, scope: "openid", code_challenge, code_challenge_method: "S256" };
    const browser = newBrowser(command.address);
    const { url } = await signIn(browser, openid.buildAuthorizationUrl(client, parameters));
    const { id_token } = await openid.authorizationCodeGrant(client, new URL(url), { pkceCodeVerifier });
    const said = `app_one was not told of a logout, tried once: ${uri} answered with the status 400`;
    const printed = new Promise((resolve) => {
      const look = () => command.stderr().includes(said) && resolve();
      command.child.stderr.on("data", look);
    });
    const page = await browser.open(openid.buildEndSessionUrl(client, { id_token_hint: id_token }).href);
    assert.equal(page.status, 200);
    await printed;
    assert.equal(command.output().includes("secret=1"), false);
  } finally {
    await command.stop();
    channel.close();
  }
});
