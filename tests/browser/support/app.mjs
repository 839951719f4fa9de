import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { inRoot } from "../../../scripts/lib/paths.mjs";

/**
 * A single-page app of two pages, `/` and the redirect URI `/callback`, on a free port of 127.0.0.1. Its home page has
 * the `Cross-Origin-Opener-Policy` that its query asks for as `coop`. So has `/door`, which leads to the URL that its
 * query has as `to`, with the rest of the query.
 *
 * @param {{ home: string, callback: string }} scripts what each page runs
 */
export async function startApp({ home, callback }) {
  const server = createServer(async ({ url }, response) => {
    const { pathname, searchParams } = new URL(url ?? "/", "http://app");
    const policy = searchParams.get("coop");
    const send = (/** @type {string} */ type, /** @type {string | Buffer} */ body) =>
      response
        .writeHead(200, {
          "content-type": type,
          "cache-control": "no-store",
          ...(policy && { "cross-origin-opener-policy": policy }),
        })
        .end(body);
    switch (pathname) {
      case "/":
        return send("text/html", page("home.js"));
      case "/callback":
        return send("text/html", page("callback.js"));
      case "/home.js":
        return send("text/javascript", home);
      case "/door":
        return send("text/html", page("door.js"));
      case "/door.js":
        return send("text/javascript", DOOR);
      case "/callback.js":
        return send("text/javascript", callback);
      case "/client.js":
      case "/issuer.js":
        return send("text/javascript", await readFile(inRoot(`pkg/dist${pathname}`)));
      default:
        return response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${port}/`,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

const DOOR = `
  const query = new URLSearchParams(location.search);
  const to = query.get("to");
  query.delete("to");
  location.replace(to + "?" + query);`;

/** @param {string} script */
function page(script) {
  return `<!doctype html>
<html lang="en">
<title>app</title>
<link rel="icon" href="data:,">
<button id="pop-up">Sign in by pop-up</button>
<button id="redirect">Sign in by redirect</button>
<output></output>
<script type="module" src="/${script}"></script>
</html>`;
}
