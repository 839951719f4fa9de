import { spawn } from "node:child_process";
import { Agent } from "node:http";
import { createInterface } from "node:readline";
import { Builder } from "selenium-webdriver";
import { findMiniBrowser, findWebKitWebDriver } from "../../../scripts/lib/programs.mjs";
import { freePort } from "./free-port.mjs";
import { onSignal } from "./on-signal.mjs";
import { START, until } from "./patience.mjs";
import { endTree, killTree, listeningPort, runs } from "./processes.mjs";
import { startXvfb } from "./xvfb.mjs";

/** How many ports are tried for the inspector, which cannot choose one itself. */
const ATTEMPTS = 20;

/**
 * Starts WebKitGTK's driver on a display of its own. Each session is a new MiniBrowser, whose data
 * are in memory and end with it: WebKit allows automation nothing else.
 */
export async function startWebKit() {
  const [program, browser] = [findWebKitWebDriver(), findMiniBrowser()];
  if (!program || !browser) {
    throw new Error("WebKitGTK is missing: install WebKitWebDriver and MiniBrowser");
  }
  const screen = await startXvfb();
  const driver = spawn(program, ["--port=0"], { env: environment(screen.display), stdio: "ignore" });
  const pid = driver.pid ?? 0;
  const { close } = closing(driver, screen);
  /** @type {number} */
  let port;
  try {
    port = await listening("WebKitWebDriver", pid);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    /** Of the driver, the ancestor of all of WebKit's processes. */
    pid,
    /** Begins the session; it ends with the driver. */
    async startSession() {
      const options = { binary: browser, args: ["--automation"] };
      const session = new Builder()
        .disableEnvironmentOverrides()
        .usingServer(`http://127.0.0.1:${port}`)
        // A connection for each command: one that is kept may be closed just when the next is sent on it.
        .usingHttpAgent(new Agent({ keepAlive: false }))
        .withCapabilities({ browserName: "MiniBrowser", "webkitgtk:browserOptions": options })
        .build();
      await session.getSession();
      return session;
    },
    close,
  };
}

/**
 * Starts MiniBrowser as people do, without automation: its data are in a folder and outlive it, it
 * prints what the console says, and nobody but a page itself can press anything in it.
 *
 * @param {string} url
 * @param {string} folder for its data
 * @param {(line: string) => void} onLine is told what it prints
 */
export async function startMiniBrowser(url, folder, onLine) {
  const { close } = await openMiniBrowser(url, folder, onLine);
  return { close };
}

/**
 * The same with its inspector, on a port of 127.0.0.1.
 *
 * @param {string} url
 * @param {string} folder
 * @param {(line: string) => void} onLine
 * @returns {Promise<{ inspector: number, close: () => Promise<void> }>}
 */
export async function startInspectedMiniBrowser(url, folder, onLine) {
  for (let attempts = ATTEMPTS; attempts > 0; attempts--) {
    const inspector = await freePort();
    /** @type {string[]} What it printed until its inspector was there. */
    const early = [];
    /** @type {typeof onLine} */
    let take = (line) => early.push(line);
    const { pid, close } = await openMiniBrowser(url, folder, (line) => take(line), inspector);
    const isRefused = () => early.some((line) => line.includes("Failed to start remote inspector server"));
    try {
      await listening("MiniBrowser's inspector", pid, isRefused);
    } catch (error) {
      await close();
      // Somebody has taken the port since it was found free.
      if (isRefused()) continue;
      throw error;
    }
    early.forEach(onLine);
    take = onLine;
    return { inspector, close };
  }
  throw new Error("no port is left for MiniBrowser's inspector");
}

/**
 * @param {string} url
 * @param {string} folder
 * @param {(line: string) => void} onLine
 * @param {number} [inspector]
 */
async function openMiniBrowser(url, folder, onLine, inspector) {
  const program = findMiniBrowser();
  if (!program) throw new Error("MiniBrowser is missing: install it, or name its program in $MINIBROWSER");
  const screen = await startXvfb();
  const options = [
    "--enable-write-console-messages-to-stdout=true",
    "--javascript-can-open-windows-automatically=true",
    ...(inspector === undefined ? [] : ["--enable-developer-extras=true"]),
  ];
  const browser = spawn(program, [...options, url], {
    env: {
      ...environment(screen.display),
      XDG_CACHE_HOME: folder,
      XDG_CONFIG_HOME: folder,
      XDG_DATA_HOME: folder,
      ...(inspector !== undefined && { WEBKIT_INSPECTOR_HTTP_SERVER: `127.0.0.1:${inspector}` }),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // Whatever its option is called, it depends on the version which of the two it prints to.
  for (const stream of [browser.stdout, browser.stderr]) {
    createInterface({ input: stream }).on("line", onLine);
  }
  return { pid: browser.pid ?? 0, ...closing(browser, screen) };
}

/**
 * Ends a program with all that it started, and its display; also by a signal to this process.
 *
 * @param {import("node:child_process").ChildProcess} program
 * @param {{ close: () => Promise<void> }} screen
 */
function closing(program, screen) {
  const pid = program.pid ?? 0;
  const forget = onSignal(() => killTree(pid));
  return {
    async close() {
      forget();
      await endTree(pid);
      await screen.close();
    },
  };
}

/**
 * The port on which a program that was started listens.
 *
 * @param {string} name
 * @param {number} pid
 * @param {() => boolean} [gaveUp] whether it has said that it will not
 */
function listening(name, pid, gaveUp = () => false) {
  return until(
    `${name} does not listen`,
    () => {
      const port = listeningPort(pid);
      if (port === undefined && (gaveUp() || !runs(pid))) throw new Error(`${name} does not start`);
      return port;
    },
    START,
  );
}

/** @param {string} display */
function environment(display) {
  return {
    ...process.env,
    DISPLAY: display,
    GDK_BACKEND: "x11",
    // There is no graphics card to look for.
    LIBGL_ALWAYS_SOFTWARE: "1",
    // Nor a desktop whose settings to ask for.
    GSETTINGS_BACKEND: "memory",
    NO_AT_BRIDGE: "1",
  };
}
