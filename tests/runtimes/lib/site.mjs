import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { inRoot } from "../../../scripts/lib/paths.mjs";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript" };

/** The page that uses the application of a folder by itself. */
const BY_ITSELF = /** @type {Record<string, () => string | Promise<string>>} */ ({
  "/by-itself.html": () => html("/by-itself.mjs"),
  "/by-itself.mjs": () => readFile(inRoot("tests/runtimes/apps/by-itself.mjs"), "utf8"),
});

/**
 * Serves a folder on a free port of 127.0.0.1, and beside it the page `by-itself.html`.
 *
 * @param {string} folder
 * @param {Record<string, string>} [headers]
 */
export async function serve(folder, headers = {}) {
  const server = createServer(async ({ url = "/" }, response) => {
    const { pathname } = new URL(url, "http://site");
    const path = join(folder, normalize(pathname.endsWith("/") ? `${pathname}index.html` : pathname));
    try {
      const body = await (BY_ITSELF[pathname]?.() ?? readFile(path));
      const type = /** @type {Record<string, string>} */ (TYPES)[extname(path)] ?? "application/octet-stream";
      response.writeHead(200, { "content-type": type, "cache-control": "no-store", ...headers }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    origin: `http://127.0.0.1:${port}`,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * A page that runs one script.
 *
 * @param {string} script
 * @param {string} [attributes]
 * @param {string} [head]
 */
export function html(script, attributes = 'type="module"', head = "") {
  return `<!doctype html>
<html lang="en">
<title>app</title>
<link rel="icon" href="data:,">
${head}
<script ${attributes} src="${script}"></script>
</html>
`;
}
