import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { startCommand } from "../../pkg/test/support/command-process.mjs";
import { Browser } from "../../pkg/test/support/issuer-browser.mjs";

/**
 * Starts the command with this configuration, at a free port.
 *
 * @param {object | string} config of the issuer without its address, as an object or as JSON
 */
export async function startIssuer(config) {
  const folder = await mkdtemp(join(tmpdir(), "eiam-token-"));
  try {
    const file = join(folder, "issuer.json");
    await writeFile(file, typeof config === "string" ? config : JSON.stringify(config));
    // The file is read before it says that it listens.
    return await startCommand(["--port", "0", "--config", file]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

export const ALICE = {
  userId: "user_alice",
  username: "alice",
  password: "alice-password",
  claims: { name: "Alice Example", email: "alice@example.com", email_verified: true },
};

/**
 * Not by `fetch`, whose Sec-Fetch-Mode says that no browser goes there.
 *
 * @type {import("../../pkg/test/support/issuer-browser.mjs").Send}
 */
async function send(method, url, headers, body) {
  const fields = { accept: "text/html", ...headers };
  // With a connection of its own: servers come and go at the same port.
  const request = httpRequest(url, { method, headers: fields, agent: false });
  request.end(body);
  const [response] = await once(request, "response");
  const answered = new Headers();
  for (let index = 0; index < response.rawHeaders.length; index += 2) {
    answered.append(response.rawHeaders[index], response.rawHeaders[index + 1]);
  }
  return { status: response.statusCode, headers: answered, text: await text(response) };
}

/** @param {string} origin of the issuer */
export function newBrowser(origin) {
  return new Browser(send, origin);
}

/**
 * Signs alice in where a URL leads to, and gives where the pages lead to.
 *
 * @param {Browser} browser
 * @param {string | URL} url
 */
export async function signIn(browser, url) {
  const { username, password } = ALICE;
  return browser.submit(await browser.open(String(url)), { username, password });
}
