import { door, poster } from "../../../pkg/test/support/issuer-browser.mjs";
import { fails, ok, same } from "./expect.mjs";
import { flows } from "./flows.mjs";
import { BASE, partyOf } from "./party.mjs";

const ALGORITHMS = {
  RS256: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
  ES256: { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" },
  EdDSA: { name: "Ed25519" },
};

/** @typedef {import("../checks.mjs").Host} Host */

/** @type {WeakMap<object, Record<string, Promise<import("./flows.mjs").Party>>>} */
const known = new WeakMap();

/**
 * One issuer for all checks of a door.
 *
 * @param {Host} host
 * @param {"handle" | "fetch"} name
 */
function inProcess(host, name) {
  const parties = known.get(host) ?? {};
  known.set(host, parties);
  return (parties[name] ??= meet(host, name));
}

/**
 * @param {Host} host
 * @param {"handle" | "fetch"} name
 */
async function meet({ issuer: { Issuer, exampleConfig } }, name) {
  // A browser takes cookies out of `Request` and `Response`, so the session is then the host's.
  const issuer = await Issuer.create(exampleConfig(BASE), {
    sessions: name === "fetch" ? "host" : "cookie",
  });
  return partyOf(issuer, name);
}

/** A password sign-in, and its id_token verified by the published keys, in this host's own WebCrypto. */
async function signed(issuer, signing) {
  const send = door(issuer, "handle");
  const web = `${BASE}/v2/idaas_example/app_web`;
  const { status, json, text } = await poster(send)(`${web}/oauth2/token`, {
    grant_type: "password",
    username: "alice",
    password: "alice-password",
    scope: "openid",
    client_id: "app_web",
    client_secret: "CSwebExampleSecretThatEverybodyKnows1234567890",
  });
  same(status, 200, text);
  const bytes = (part) => Uint8Array.from(atob(part.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const [header, payload, signature] = json.id_token.split(".");
  const { kid, alg } = JSON.parse(new TextDecoder().decode(bytes(header)));
  same(alg, signing);
  const { keys } = JSON.parse((await send("GET", `${web}/oidc/jwks`, {})).text);
  const jwk = keys.find((key) => key.kid === kid);
  const algorithm = ALGORITHMS[signing];
  // WebKit refuses every public Ed25519 key that has a `use`, "sig" included (measured in WebKitGTK 2.50).
  if (signing === "EdDSA") delete jwk.use;
  const key = await crypto.subtle.importKey("jwk", jwk, algorithm, false, ["verify"]);
  const text2 = new TextEncoder().encode(`${header}.${payload}`);
  ok(await crypto.subtle.verify(algorithm, key, bytes(signature), text2), "a wrong signature");
  return { kid, kids: keys.map((key) => key.kid) };
}

/** @type {readonly import("../checks.mjs").Check[]} The issuer in this process. */
export const issuerChecks = [
  ...["RS256", "ES256", "EdDSA"].map((signing) => ({
    name: `issuer: signs by ${signing}, and by another key after a rotation`,
    needs: /** @type {const} */ (["issuer"]),
    async run({ issuer: { Issuer, exampleConfig } }) {
      const issuer = await Issuer.create({ ...exampleConfig(BASE), signing });
      const before = await signed(issuer, signing);
      await issuer.rotateKey();
      const after = await signed(issuer, signing);
      ok(before.kid !== after.kid, "the same key");
      ok(after.kids.includes(before.kid), "the former key is gone");
    },
  })),
  {
    name: "issuer: a wrong configuration is named by its path",
    needs: ["issuer"],
    async run({ issuer: { Issuer, IssuerConfigError, EiamTokenError, exampleConfig, parseConfig } }) {
      const config = { ...exampleConfig(BASE), signing: "none" };
      const error = await fails(() => Issuer.create(config), IssuerConfigError, {
        name: "IssuerConfigError",
        code: "invalid_config",
        path: "signing",
      });
      ok(error instanceof EiamTokenError, "no EiamTokenError");
      await fails(() => parseConfig('{"a":1,"a":2}'), IssuerConfigError, { code: "invalid_config" });
    },
  },
  {
    name: "issuer: goes on from a snapshot",
    needs: ["issuer"],
    async run({ issuer: { Issuer, IssuerSnapshotError, exampleConfig } }) {
      const config = { ...exampleConfig(BASE), signing: "ES256" };
      const first = await Issuer.create(config);
      const { kid } = await signed(first, "ES256");
      const key = first.key;
      const snapshot = first.snapshot();
      first.free();
      const second = await Issuer.restore(config, snapshot, { key });
      same((await signed(second, "ES256")).kid, kid);
      const damaged = snapshot.slice(0, 20);
      await fails(() => Issuer.restore(config, damaged), IssuerSnapshotError, { code: "invalid_snapshot" });
    },
  },
  ...flows("issuer in process by handle()", ["issuer"], (host) => inProcess(host, "handle")),
  ...flows("issuer in process by fetch()", ["issuer"], (host) => inProcess(host, "fetch")),
];
