// How the examples in the doc comments of the npm package are run, by file and name.
import assert from "node:assert/strict";
import { Issuer, exampleConfig } from "eiam-token/issuer";
import { createTestIssuer } from "eiam-token/testing";
import { advancedExamples } from "./advanced-examples.mjs";
import { signedInClient } from "./lib/advanced.mjs";
import { page } from "./lib/chromium.mjs";
import { application, browserPage } from "./lib/hosts.mjs";
import { javascript } from "./lib/javascript.mjs";
import { MACHINE_SECRET, REDIRECT_URI } from "./lib/world.mjs";

/** @typedef {import("./lib/world.mjs").World} World */

const BASE_URL = "http://127.0.0.1:9400";

const newIssuer = () => Issuer.create(exampleConfig(BASE_URL));

/** A token of the machine, from an issuer in this process. @param {Issuer} issuer */
async function machineToken(issuer) {
  const body = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: "app_machine",
    client_secret: MACHINE_SECRET,
  });
  const response = await issuer.fetch(
    new Request(`${BASE_URL}/v2/idaas_example/app_machine/oauth2/token`, { method: "POST", body }),
  );
  return /** @type {any} */ (await response.json()).access_token;
}

const tokens = { names: async (/** @type {World} */ world) => ({ tokens: await world.tokens() }) };

const testIssuer = javascript({ names: async () => ({ issuer: await createTestIssuer() }) });

/** A page whose issuer is in its own service worker. */
const workerIssuer = page({
  prelude: () => `
    import { startIssuerWorker } from "eiam-token/testing/worker";
    globalThis.issuer = await startIssuerWorker();`,
});

/** A client that authenticates by something of its own: that it can be made is all that there is to see. */
const authenticated = javascript({
  names: ({ privateKey }) => ({
    privateKey,
    server: { tokenEndpoint: "https://as.example/token" },
    clientId: "app_signer",
    clientSecret: MACHINE_SECRET,
  }),
});

/** The user signs in where the example says that the browser comes back. @param {string} text */
const signsInHere = (text) =>
  text.replace(/^\/\/ … and at the redirect URI:$/m, "location.href = await __signIn(location.went);");

export const examples = {
  ...advancedExamples,
  "client/authentication.ts clientSecretJwt": authenticated,
  "client/authentication.ts privateKeyJwt": authenticated,
  "client/browser.ts completeRedirect": javascript({
    names: async (world) => ({
      ...browserPage("http://localhost:5173/"),
      client: await world.spa(),
      redirectUri: REDIRECT_URI,
    }),
    // The first time at the start page, then at the redirect URI.
    async after({ location }, world, run) {
      location.href = await world.signIn(location.went);
      await run();
    },
  }),
  "client/browser.ts signInByPopUp": javascript({
    names: async (world) => {
      const opened = { url: "", closed: false, close: () => {} };
      return {
        ...browserPage("http://localhost:5173/"),
        client: await world.spa(),
        redirectUri: REDIRECT_URI,
        signInButton: {},
        cancelButton: {},
        opened,
        open: (/** @type {string} */ url) => Object.assign(opened, { url }),
        ...{ screenX: 0, screenY: 0, outerWidth: 1000, outerHeight: 800 },
      };
    },
    async after({ signInButton, opened }, world) {
      const signedIn = signInButton.onclick();
      // What `answerPopUp` does in the pop-up.
      const channel = new BroadcastChannel("eiam-token pop-up");
      channel.postMessage(await world.signIn(opened.url));
      await signedIn;
      channel.close();
    },
  }),
  "client/sign-in-client.ts SignInClient": javascript({
    names: async (world) => ({
      ...browserPage("http://localhost:5173/"),
      server: (await world.spa()).server,
      redirectUri: REDIRECT_URI,
      __signIn: world.signIn,
    }),
    replace: signsInHere,
  }),
  "client/client.ts Client": javascript({
    names: (world) => ({ ...browserPage("http://localhost:5173/"), redirectUri: REDIRECT_URI, __signIn: world.signIn }),
    replace: signsInHere,
  }),
  "client/discover.ts discoverServer": javascript(),
  "client/eiam-server.ts eiamServer": javascript(),
  "client/secret-signature.ts secretSignature": authenticated,
  "client/client.ts eiam": javascript(),
  "client/client.ts discover": javascript(),
  "client/client.ts clientCredentials": javascript({
    names: ({ issuer }) => ({ issuer, clientSecret: MACHINE_SECRET }),
  }),
  "client/client.ts deviceAuthorize": javascript({
    names: (world) => ({
      issuer: `${world.address}/v2/idaas_example/app_device/oidc`,
      show: (/** @type {string} */ _, /** @type {string} */ url) => world.approve(url),
    }),
  }),
  "client/id-token.ts decodeIdToken": javascript(tokens),
  "client/pkce.ts generatePkce": javascript(),
  "client/pkce.ts codeChallenge": javascript(),
  "client/seconds.ts parseExpiry": javascript(),
  "client/session/session.ts getAccessToken": javascript({
    names: async (world) => {
      const client = await world.spa();
      const statuses = [401, 200];
      const theirs = fetch;
      return {
        client,
        tokens: await world.tokens(client),
        url: "https://api.example/",
        statuses,
        // The refresh goes to the issuer.
        fetch: async (/** @type {string} */ url, /** @type {RequestInit} */ init) =>
          url === "https://api.example/" ? new Response("", { status: statuses.shift() ?? 500 }) : theirs(url, init),
      };
    },
    after: ({ statuses }) => assert.deepEqual(statuses, []),
  }),
  "client/session/access-token-for.ts accessTokenFor": javascript({ names: signedInClient }),
  "client/session/session.ts TokenSession": javascript({
    // IndexedDB is a browser's: the session is kept in memory here.
    replace: (text) => text.replaceAll("indexedDbStore", "memoryStore"),
    async names(world) {
      const client = await world.spa();
      const request = client.authorizationRequest({ redirectUri: REDIRECT_URI, scope: "openid" });
      return { client, response: client.parseCallback(await world.signIn(request.url), request) };
    },
  }),
  "client/session/store.ts TokenStore": javascript({ names: async (world) => ({ client: await world.spa() }) }),
  "client/tokens.ts parseTokenResponse": javascript(),
  "client/tokens.ts deserializeTokens": javascript(tokens),
  "client/providers/apple.ts appleClientSecret": javascript({
    async names() {
      const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
      return { teamId: "DEF123GHIJ", keyId: "ABC123DEFG", clientId: "com.example.web", key: pair.privateKey };
    },
  }),
  "issuer/durable-object.ts durableObjectStorage": application(),
  "issuer/index.ts exampleConfig": javascript(),
  "issuer/index.ts parseConfig": javascript({ names: () => ({ text: JSON.stringify(exampleConfig(BASE_URL)) }) }),
  "issuer/indexed-db.ts indexedDbStorage": javascript({
    // IndexedDB is a browser's: the issuer is kept in memory here, and tests/browser has the real one.
    replace: (text) =>
      text.replace("indexedDbStorage }", "}").replace(", }", " }").replace("indexedDbStorage()", "undefined"),
    names: () => ({ location: { origin: BASE_URL } }),
  }),
  "resource/challenge.ts challenge": javascript(),
  "resource/issuer.ts TrustedIssuer": javascript(),
  "resource/metadata.ts protectedResourceMetadata": javascript(),
  "resource/metadata.ts protectedResourceMetadataUrl": javascript(),
  "resource/verify.ts verifyAccessToken": javascript(),
  "issuer/issuer.ts Issuer": javascript(),
  "issuer/issuer.ts create": javascript(),
  "issuer/issuer.ts restore": javascript({
    names: async () => ({ config: exampleConfig(BASE_URL), issuer: await newIssuer() }),
  }),
  "issuer/issuer.ts fetch": javascript({
    async names() {
      const issuer = await newIssuer();
      const answers = /** @type {Response[]} */ ([]);
      const fetch = async (/** @type {Request} */ request, /** @type {object} */ options) => {
        assert.deepEqual(options, { source: "203.0.113.7" });
        answers.push(await issuer.fetch(request, options));
        return answers[0];
      };
      const request = new Request(`${BASE_URL}/`, { headers: { "CF-Connecting-IP": "203.0.113.7" } });
      return { issuer: { fetch }, request, answers };
    },
    after: ({ answers }) => assert.equal(answers[0].status, 200),
  }),
  "issuer/issuer.ts handle": javascript({
    async names() {
      const written = /** @type {Record<string, any>} */ ({});
      return {
        issuer: await newIssuer(),
        request: { method: "GET", url: "/", headers: {}, socket: { remoteAddress: "203.0.113.7" } },
        body: "",
        written,
        response: {
          writeHead(/** @type {number} */ status, /** @type {string[]} */ headers) {
            Object.assign(written, { status, headers });
            return { end: (/** @type {Uint8Array} */ bytes) => Object.assign(written, { bytes }) };
          },
        },
      };
    },
    after({ written }) {
      assert.equal(written.status, 200);
      assert.ok(written.headers.includes("content-type"));
      assert.ok(written.bytes.length > 0);
    },
  }),
  "issuer/issuer.ts inspectAccessToken": javascript({
    async names() {
      const issuer = await newIssuer();
      return { issuer, token: await machineToken(issuer) };
    },
  }),
  "issuer/issuer.ts inspectAnyAccessToken": javascript({
    async names() {
      const issuer = await newIssuer();
      return { issuer, token: await machineToken(issuer) };
    },
  }),
  "issuer/storage.ts IssuerStorage": javascript(),
  "testing/clock.ts advance": testIssuer,
  "testing/clock.ts set": testIssuer,
  "testing/create.ts createTestIssuer": javascript(),
  "testing/journal.ts last": testIssuer,
  "testing/script.ts mutate": testIssuer,
  "testing/start.ts startIssuer": javascript(),
  "testing/test-issuer.ts answer": javascript({
    names: async () => ({ issuer: await createTestIssuer(), http: await import("node:http") }),
  }),
  "testing/test-issuer.ts expire": testIssuer,
  "testing/worker/page/issuer-worker.ts next": workerIssuer,
  "testing/worker/page/issuer-worker.ts tokens": workerIssuer,
  "testing/worker/page/start.ts startIssuerWorker": page({ prelude: () => "" }),
  "testing/test-issuer.ts fetch": testIssuer,
  "testing/test-issuer.ts fork": testIssuer,
  "testing/test-issuer.ts next": testIssuer,
  "testing/test-issuer.ts signIn": testIssuer,
  "testing/test-issuer.ts tokens": testIssuer,
  "testing/test-issuer.ts approve": javascript({
    async names() {
      const issuer = await createTestIssuer();
      const body = new URLSearchParams({ client_id: "device", scope: "openid" });
      const response = await issuer.fetch(`${issuer.clients.device.deviceAuthorizationEndpoint}`, {
        method: "POST",
        body,
      });
      return { issuer, userCode: /** @type {any} */ (await response.json()).user_code };
    },
  }),
  "node/file-storage.ts fileStorage": javascript(),
};
