import assert from "node:assert/strict";
import { browserPage } from "../lib/hosts.mjs";
import { javascript } from "../lib/javascript.mjs";
import { MACHINE_SECRET, REDIRECT_URI } from "../lib/world.mjs";

const startAndFinish = [
  javascript({
    names: async (world) => ({
      ...browserPage("http://localhost:5173/"),
      client: (world.memory["client"] = await world.spa()),
      signInButton: {},
      redirectUri: REDIRECT_URI,
    }),
    async after(given, world) {
      given["signInButton"].onclick();
      world.memory["back"] = await world.signIn(given["location"].went);
      world.memory["storage"] = given["sessionStorage"];
    },
  }),
  javascript({
    names: ({ memory }) => ({
      client: memory["client"],
      location: { href: memory["back"] },
      sessionStorage: memory["storage"],
    }),
  }),
  // The first time at the start page, then at the redirect URI.
  javascript({
    names: async (world) => ({
      ...browserPage("http://localhost:5173/"),
      client: await world.spa(),
      redirectUri: REDIRECT_URI,
    }),
    async after({ location }, world, run) {
      location.href = await world.signIn(location.went);
      await run();
    },
  }),
  // As above, and the app's own text comes back.
  javascript({
    async names(world) {
      /** @type {string[]} */
      const shown = [];
      return {
        ...browserPage("http://localhost:5173/"),
        client: await world.spa(),
        redirectUri: REDIRECT_URI,
        shown,
        show: (/** @type {string} */ page) => shown.push(page),
      };
    },
    async after({ location, shown }, world, run) {
      location.href = await world.signIn(location.went);
      await run();
      assert.deepEqual(shown, ["/orders"]);
    },
  }),
  // The pop-up runs the same script, at the redirect URI.
  javascript({
    async names(world) {
      const page = browserPage("http://localhost:5173/");
      /** @type {string[]} */
      const greeted = [];
      const opened = { url: "", window: { closed: false, close: () => {} } };
      return {
        ...page,
        client: await world.spa(),
        redirectUri: REDIRECT_URI,
        signInButton: {},
        greeted,
        greet: (/** @type {string} */ name) => greeted.push(name),
        opened,
        open(/** @type {string} */ url) {
          opened.url = url;
          return opened.window;
        },
        window: opened.window,
        ...{ screenX: 0, screenY: 0, outerWidth: 1000, outerHeight: 800 },
      };
    },
    async after({ location, signInButton, greeted, opened }, world, run) {
      const signedIn = signInButton.onclick();
      location.href = await world.signIn(opened.url);
      await run();
      await signedIn;
      assert.deepEqual(greeted, ["Alice Example"]);
    },
  }),
];

const machine = {
  names: (/** @type {import("../lib/world.mjs").World} */ { issuer, privateKey }) => ({
    issuer,
    privateKey,
    clientSecret: MACHINE_SECRET,
  }),
};

export const path = "docs/client.md";
export const blocks = {
  "A client and its server": [javascript(), javascript()],
  "Authorization code with PKCE": startAndFinish,
  "Device flow": [
    javascript({
      async names(world) {
        /** @type {string[]} */
        const states = [];
        return {
          client: await world.spa(),
          signal: new AbortController().signal,
          show: (/** @type {string} */ _, /** @type {string} */ url) => world.approve(url),
          states,
          showState: (/** @type {{ status: string }} */ { status }) => states.push(status),
        };
      },
      after: ({ states }) => assert.deepEqual(states.slice(0, 2), ["waiting", "polling"]),
    }),
  ],
  "Refresh token": [
    javascript({
      async names(world) {
        const client = await world.spa();
        return { client, tokens: await world.tokens(client) };
      },
    }),
  ],
  "Client credentials": [javascript(machine), javascript(machine)],
  Password: [
    javascript({
      names: async (world) => ({ client: await world.web(), username: "alice", password: "alice-password" }),
    }),
  ],
  "With tokens": [
    javascript({
      async names(world) {
        const client = await world.web();
        const tokens = await client.password({
          username: "alice",
          password: "alice-password",
          scope: "openid profile",
        });
        const postLogoutRedirectUri = "http://127.0.0.1:8700/";
        return { ...browserPage("http://127.0.0.1:8700/"), client, tokens, postLogoutRedirectUri, state: "any" };
      },
      async after({ client, tokens, location }) {
        await assert.rejects(client.refresh(tokens), { error: "invalid_grant" });
        assert.match(location.went, /\/logout\?.*id_token_hint=.*state=any/);
      },
    }),
  ],
  "Requests without I/O": [javascript({ names: async (world) => ({ machine: await world.machine() }) })],
  Secrets: [javascript({ names: async (world) => ({ tokens: await world.tokens() }) })],
};
