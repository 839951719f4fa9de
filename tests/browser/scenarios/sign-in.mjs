import assert from "node:assert/strict";
import {
  follow,
  issuerReady,
  logIn,
  loggedForm,
  post,
  read,
  shownToken,
  showsTokens,
  signIn,
} from "../support/person.mjs";

/** @type {import("./run.mjs").Scenario[]} Authorization code with PKCE, and what tokens are good for. */
export const signInScenarios = [
  {
    name: "a wrong password is refused; the right one and consent lead to tokens",
    async run({ url, tab }, picture) {
      await picture(tab, "start");
      await follow(tab, "#sign-in-button");
      await read(tab, "main", /to continue to The demo page/);
      await picture(tab, "login");

      await logIn(tab, "alice", "not this one");
      await read(tab, "#problem", /password/i);
      await picture(tab, "login-refused");

      await logIn(tab, "alice", "wonderland");
      await read(tab, "main", /The demo page asks for access/);
      await picture(tab, "consent");

      await follow(tab, "#allow");
      assert.equal(await read(tab, "#sign-in-status", /Signed in/), "Signed in as Alice Liddell.");
      const place = await tab.evaluate(() => [location.href, document.activeElement?.id]);
      assert.deepEqual(place, [url, "tokens-title"]);
      await read(tab, "#tokens-view", /Alice Liddell by authorization code.*app_page/);
      await read(tab, "#tokens-view", /openid profile email phone/);
      await read(tab, "#tokens-view", /1200n/);
      await read(tab, "#time-left", /^(20 min|19 min \d+ s), until /);
      assert.match(await shownToken(tab, "access token"), /^AT/);
      assert.match(await shownToken(tab, "refresh token"), /^RT/);
      const claims = JSON.parse(await read(tab, "#claims"));
      assert.equal(claims.name, "Alice Liddell");
      assert.equal(claims.aud, "app_page");
      assert.equal(claims.iss, `${url}issuer/v2/idaas_demo/app_page/oidc`);
      await picture(tab, "tokens");

      await tab.click("#id-token-view button");
      await read(tab, "#signature-status", /^Valid: signed by the issuer’s key KEY/);
    },
  },
  {
    name: "denied consent comes back as a sentence",
    async run({ url, tab }, picture) {
      await follow(tab, "#sign-in-button");
      await logIn(tab, "bob", "builder");
      await follow(tab, "#deny");
      await read(tab, "#sign-in-status", /^access_denied: .+\.$/);
      assert.equal(await tab.evaluate(() => location.href), url);
      assert.equal(await showsTokens(tab), false);
      await picture(tab, "error");
    },
  },
  {
    name: "refresh, user info, revoke",
    async run({ tab }, picture) {
      await signIn(tab);
      const old = [await shownToken(tab, "access token"), await shownToken(tab, "refresh token")];

      await tab.click("#refresh");
      await read(tab, "#tokens-status", /^You have new tokens/);
      assert.notEqual(await shownToken(tab, "access token"), old[0]);
      assert.notEqual(await shownToken(tab, "refresh token"), old[1]);

      await tab.click("#user-info");
      await read(tab, "#user-info-answer", /"email": "alice@demo\.example"/);
      await picture(tab, "user-info");

      await tab.click("#revoke");
      await read(tab, "#tokens-status", /^The access token is revoked\.$/);
      await tab.click("#user-info");
      await read(tab, "#tokens-status", /^invalid_token: .+\.$/);
      await picture(tab, "revoked");
    },
  },
  {
    name: "a revoked token is shown as one, after a reload too, until another comes",
    async run({ tab }) {
      const [accessToken, refreshToken] = ["access", "refresh"].map((which) => `[data-token="${which} token"]`);
      await signIn(tab);
      await tab.click("#revoke");
      await read(tab, "#tokens-status", /^The access token is revoked\.$/);
      for (const reload of [false, true]) {
        if (reload) {
          await tab.reload();
          await issuerReady(tab);
        }
        await read(tab, `${accessToken} .fate`, /^revoked$/);
        await read(tab, "#time-left", /^none, because the access token is revoked$/);
        await read(tab, "#revoke-hint", /^The access token is revoked already\.$/);
        assert.equal(await tab.evaluate((place) => document.querySelector(`${place} .fate`), refreshToken), null);
      }
      await tab.click("#refresh");
      await read(tab, "#tokens-view", /authorization code, refreshed/);
      assert.equal(await tab.evaluate(() => document.querySelector(".fate")), null);
      await read(tab, "#time-left", / min/);
      await tab.click("#user-info");
      await read(tab, "#user-info-answer", /"name": "Alice Liddell"/);
    },
  },
  {
    name: "a code is worth tokens once (RFC 6749 section 4.1.2)",
    async run({ tab }) {
      await signIn(tab);
      assert.equal(await post(tab, await loggedForm(tab, "authorization_code")), "400 invalid_grant");
    },
  },
  {
    name: "a reload keeps the tokens, and signing out ends the session",
    async run({ tab }) {
      await signIn(tab);
      const token = await shownToken(tab, "access token");
      await tab.reload();
      await issuerReady(tab);
      assert.equal(await shownToken(tab, "access token"), token);

      await follow(tab, "#sign-out");
      await follow(tab, "#submit");
      await read(tab, "#sign-in-status", /^Signed out/);
      assert.equal(await showsTokens(tab), false);
      await tab.reload();
      await issuerReady(tab);
      assert.equal(await showsTokens(tab), false);
      await follow(tab, "#sign-in-button");
      await read(tab, "h1", /^Sign in$/);
    },
  },
  {
    name: "who goes back to before signing out finds no tokens",
    async run({ tab }) {
      await signIn(tab);
      await follow(tab, "#sign-out");
      await follow(tab, "#submit");
      await read(tab, "#sign-in-status", /^Signed out/);
      // Over the issuer's page to the demo as it was, which the browser may have kept.
      await tab.evaluate(() => history.go(-2));
      await read(tab, "#sign-in-status", /^$/);
      await issuerReady(tab);
      assert.equal(await showsTokens(tab), false);
      await read(tab, "#refresh-hint", /^There is no refresh token yet\.$/);
    },
  },
  {
    name: "an int64 lifetime keeps its digits",
    async run({ tab }) {
      await tab.click("#int64-button");
      await read(tab, "#int64-answer tbody", /9007199254740992(?!n).*9007199254740993n/);
    },
  },
];
