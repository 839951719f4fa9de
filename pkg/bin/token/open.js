import { spawn } from "node:child_process";

/** What opens a page, by the system. */
const OPENERS = /** @type {Readonly<Record<string, [string, ...string[]]>>} */ ({
  darwin: ["open"],
  win32: ["rundll32", "url.dll,FileProtocolHandler"],
});

/**
 * Opens a page in the browser, if there is one: the URL was printed, so it is no failure if not. Only
 * pages of the web: the URL is made of what a server says.
 *
 * @param {string} url
 */
export function openPage(url) {
  if (!/^https?:/.test(new URL(url).protocol)) return;
  const [program, ...args] = OPENERS[process.platform] ?? ["xdg-open"];
  // Without a shell, which would read the URL's characters as its own.
  const child = spawn(program, [...args, new URL(url).href], { stdio: "ignore", detached: true });
  child.on("error", () => {});
  child.unref();
}
