import { pathToFileURL } from "node:url";
import { check, clientCredentials, exchangeCode, introspect, refresh } from "./issuer/flows.mjs";
import { ours, signIn } from "./issuer/ours.mjs";
import { printResults, sideBySide } from "./side-by-side.mjs";

// This build's issuer against another build's, such as the one before a change:
//   npm run bench -- builds --before=/path/to/the/other/pkg/dist/issuer.js
// Both run in this process in turns, so a busy machine is as busy for either.

/** How fast each flow has to be, as a part of what it was. */
const MUST = 0.95;

/** @param {string} file the other build's `pkg/dist/issuer.js` */
async function compare(file) {
  const { Issuer } = await import(pathToFileURL(file).href);
  const sides = [await side(), await side(Issuer)];
  const titles = sides.map((_, index) => (index === 0 ? "this build" : "the other"));
  for (const { title, run } of flows) {
    const contenders = [];
    for (const [index, one] of sides.entries()) contenders.push({ name: titles[index], run: await run(one) });
    const targets = { [titles[1]]: { must: MUST, goal: 1 } };
    printResults(title, await sideBySide(contenders), targets);
  }
}

/** @param {typeof import("eiam-token/issuer").Issuer} [build] */
async function side(build) {
  const made = await ours("ES256", undefined, undefined, build);
  await signIn(made);
  await check(made, "ES256");
  return made;
}

/** Each flow: a function that prepares it at a side, and gives what is measured. */
const flows = [
  {
    title: "Code + PKCE with a session",
    run: (side) => async () => (await exchangeCode(side)).status,
  },
  {
    title: "client_credentials, opaque",
    run: (side) => async () => (await clientCredentials(side)).status,
  },
  {
    title: "client_credentials, a JWT",
    run: (side) => async () => (await clientCredentials(side, side.jwtToken)).status,
  },
  {
    title: "Refresh with rotation",
    async run(side) {
      let { refresh_token: token } = JSON.parse((await exchangeCode(side)).text());
      return async () => {
        token = await refresh(side, token);
        return token.length;
      };
    },
  },
  {
    title: "Introspection of a user's token",
    async run(side) {
      const { access_token: token } = JSON.parse((await exchangeCode(side)).text());
      return async () => (await introspect(side, token)).status;
    },
  },
  {
    title: "Introspection of a client's token",
    async run(side) {
      const { access_token: token } = JSON.parse((await clientCredentials(side)).text());
      return async () => (await introspect(side, token)).status;
    },
  },
  {
    title: "Metadata",
    run(side) {
      const url = side.jwks.replace("oidc/jwks", "oidc/.well-known/openid-configuration");
      return async () => (await side.send({ method: "GET", url, headers: {} })).status;
    },
  },
];

const before = process.argv.find((argument) => argument.startsWith("--before="))?.slice("--before=".length);
if (before) await compare(before);
else console.log("Name the bundle of the other build: --before=/path/to/pkg/dist/issuer.js");
