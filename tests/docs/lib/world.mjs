import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, privateKeyJwt } from "eiam-token";
import { exampleConfig } from "eiam-token/issuer";
import { inRoot } from "../../../scripts/lib/paths.mjs";
import { newBrowser, startIssuer } from "../../peers/issuer.mjs";

export const MACHINE_SECRET = "CSmachineExampleSecretThatEverybodyKnows123456";
export const WEB_SECRET = "CSwebExampleSecretThatEverybodyKnows1234567890";

/** What the pages use beside the package. */
const FRAMEWORKS = ["express", "fastify", "hono"];

/** Where the application of the pages is sent back to: nothing listens there. */
export const REDIRECT_URI = "http://localhost:5173/callback";

const ALICE = { username: "alice", password: "alice-password" };

/** @typedef {Awaited<ReturnType<typeof startWorld>>} World */

/**
 * What the code of the pages runs in: an issuer on 127.0.0.1, whose clients are those of the ready example
 * and `app_signer`, and a folder where the packages can be imported.
 */
export async function startWorld() {
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const { privateKey, publicKey } = await crypto.subtle.generateKey(algorithm, false, ["sign", "verify"]);
  const { baseUrl: _, ...example } = exampleConfig("http://127.0.0.1:9400");
  const signer = {
    applicationId: "app_signer",
    grants: ["client_credentials"],
    scopes: ["api://api.example.com|read:file"],
    jwks: { keys: [{ ...(await crypto.subtle.exportKey("jwk", publicKey)), kid: "key-1" }] },
  };
  const server = await startIssuer({ ...example, applications: [...example.applications, signer] });

  const folder = mkdtempSync(join(tmpdir(), "eiam-token-docs-"));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(inRoot("pkg"), join(folder, "node_modules/eiam-token"), "junction");
  for (const name of FRAMEWORKS) {
    symlinkSync(inRoot(`node_modules/${name}`), join(folder, "node_modules", name), "junction");
  }
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  writeFileSync(join(folder, "secret"), `${MACHINE_SECRET}\n`);

  /** The instance's own server, which every application is a client of. */
  const issuer = `${server.address}/api/v2/iauths_system/oauth2`;
  /** @param {string} application @param {string} [clientSecret] */
  const client = (application, clientSecret) =>
    Client.discover(`${server.address}/v2/idaas_example/${application}/oidc`, {
      clientId: application,
      ...(clientSecret ? { authentication: { method: "client_secret_basic", clientSecret } } : {}),
    });

  return {
    address: server.address,
    issuer,
    folder,
    privateKey,
    /** What one block of a page hands on to a later one. */
    memory: /** @type {Record<string, any>} */ ({}),
    spa: () => client("app_spa"),
    web: () => client("app_web", WEB_SECRET),
    machine: () => client("app_machine", MACHINE_SECRET),
    signer: () =>
      Client.discover(issuer, { clientId: "app_signer", authentication: privateKeyJwt({ key: privateKey }) }),

    /** Text of a page, its places that are none replaced by those of the issuer. @param {string} text */
    placed: (text) =>
      text
        .replaceAll("https://as.example", issuer)
        .replaceAll("idaas_…", "idaas_example")
        .replaceAll("app_…", "app_spa"),

    /** @param {string} name @param {string} text */
    write(name, text) {
      const file = join(folder, name);
      mkdirSync(join(file, ".."), { recursive: true });
      writeFileSync(file, text);
      return file;
    },

    /** Signs Alice in, and gives where her browser is sent to. @param {string} url */
    async signIn(url) {
      const browser = newBrowser(server.address);
      return (await browser.submit(await browser.open(url), ALICE)).url;
    },

    /** Approves a device as Alice. @param {string} url with the code in it */
    async approve(url) {
      const browser = newBrowser(server.address);
      let page = await browser.open(url);
      for (let steps = 0; steps < 4 && !page.text.includes('value="allow"'); steps++) {
        const asksPassword = page.text.includes('name="password"');
        page = await browser.submit(page, asksPassword ? ALICE : /** @type {any} */ ({ user_code: undefined }));
      }
      await browser.submit(page, {}, "allow");
    },

    /** Tokens of Alice, by the code flow. @param {Client} [of] */
    async tokens(of) {
      const signedIn = of ?? (await this.spa());
      const request = signedIn.authorizationRequest({ redirectUri: REDIRECT_URI, scope: "openid profile" });
      return signedIn.exchangeCode(signedIn.parseCallback(await this.signIn(request.url), request));
    },

    /** What else stops with it. */
    stops: /** @type {(() => Promise<void>)[]} */ ([]),

    async stop() {
      for (const stop of this.stops) await stop();
      await server.stop();
      rmSync(folder, { recursive: true, maxRetries: 20 });
    },
  };
}
