import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "../../../pkg/test/support/command-process.mjs";
import { inRoot } from "../../../scripts/lib/paths.mjs";
import { serve } from "../../../scripts/serve.mjs";

const OIDC_CLIENT = inRoot("node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js");

/** Whether oidc-client-ts is installed. */
export const hasOidcClient = existsSync(OIDC_CLIENT);

/**
 * A site of static files, with the issuer's worker as the command writes it. Each page has the site's only script, and
 * says in its `output` when that has run.
 *
 * @param {Record<string, string>} [more] further files
 */
export async function startWorkerSite(more = {}) {
  const root = mkdtempSync(join(tmpdir(), "eiam-token-site-"));
  try {
    const { code, stderr } = await runCommand(["worker", root, "--page"]);
    if (code !== 0) throw new Error(stderr);
    cpSync(inRoot("pkg/dist/client.js"), join(root, "client.js"));
    if (hasOidcClient) cpSync(OIDC_CLIENT, join(root, "oidc-client-ts.js"));
    const files = { "index.html": PAGE, "callback.html": PAGE, "empty.html": EMPTY, "site.js": SITE, ...more };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
    const server = await serve({ port: 0, root });
    return {
      url: server.url,
      /** Where its files are. */
      root,
      async close() {
        await server.close();
        rmSync(root, { recursive: true });
      },
    };
  } catch (error) {
    rmSync(root, { recursive: true });
    throw error;
  }
}

const EMPTY = `<!doctype html><html lang="en"><title>empty</title><link rel="icon" href="data:,"></html>`;

const PAGE = `<!doctype html>
<html lang="en">
<title>site</title>
<link rel="icon" href="data:,">
<button id="sign-in">Sign in</button>
<button id="sign-out">Sign out</button>
<output></output>
<script type="module" src="/site.js"></script>
</html>`;

const SITE = `
  import { Client, completeRedirect, redirectToSignIn } from "/client.js";
  import { startIssuerWorker } from "/testing-worker.js";

  const say = (text) => { document.querySelector("output").textContent = text; };
  try {
    const issuer = await startIssuerWorker({
      config: {
        clients: {
          spa: { public: true, consent: "always", postLogoutRedirectUris: [location.origin + "/"] },
          machine: { grants: ["client_credentials"], scopes: ["api"], redirectUris: [] },
        },
      },
    });
    const { issuer: url, clientId } = issuer.clients.spa;
    const client = await Client.discover(url, { clientId });
    const redirectUri = location.origin + "/callback.html";
    document.getElementById("sign-in").onclick = () =>
      redirectToSignIn(client, { redirectUri, scope: "openid profile offline_access" });
    Object.assign(window, { issuer, client });
    if (location.search.includes("code=") || location.search.includes("error=")) {
      const tokens = await completeRedirect(client);
      Object.assign(window, { tokens });
      document.getElementById("sign-out").onclick = () => {
        const postLogoutRedirectUri = location.origin + "/";
        location.assign(client.logoutUrl({ idToken: tokens.idToken, postLogoutRedirectUri }));
      };
      say("signed in as " + tokens.claims.sub);
    } else {
      say("ready");
    }
  } catch (error) {
    say((error.code ?? error.name) + ": " + (error.error ?? error.message));
  }`;
