import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { findMiniBrowser, findWebKitWebDriver } from "../../../scripts/lib/programs.mjs";
import { freePort } from "./free-port.mjs";
import { onSignal } from "./on-signal.mjs";
import { descendants } from "./processes.mjs";
import { WebDriverSession, driverReady } from "./webdriver.mjs";
import { startXvfb } from "./xvfb.mjs";

/** How long the driver may take to listen, in milliseconds. */
const PATIENCE = 10_000;

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
  const port = await freePort();
  const driver = spawn(program, [`--port=${port}`], {
    env: environment(screen.display),
    stdio: "ignore",
  });
  const pid = driver.pid ?? 0;
  const ended = once(driver, "exit");
  const kill = () => {
    for (const each of [...descendants(pid), pid]) killIfThere(each);
  };
  const forget = onSignal(kill);
  const address = `http://127.0.0.1:${port}`;
  const close = async () => {
    forget();
    kill();
    await ended;
    await screen.close();
  };
  for (let waited = 0; !(await driverReady(address)); waited += 50) {
    if (waited >= PATIENCE || driver.exitCode !== null) {
      await close();
      throw new Error("WebKitWebDriver does not listen");
    }
    await delay(50);
  }
  return {
    /** Of the driver, the ancestor of all of WebKit's processes. */
    pid,
    startSession: () =>
      WebDriverSession.start(address, {
        "webkitgtk:browserOptions": { binary: browser, args: ["--automation"] },
      }),
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
 * @param {number} [inspector] the port of 127.0.0.1 where its inspector is to be had
 */
export async function startMiniBrowser(url, folder, onLine, inspector) {
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
  const pid = browser.pid ?? 0;
  const ended = once(browser, "exit");
  // Whatever its option is called, it depends on the version which of the two it prints to.
  for (const stream of [browser.stdout, browser.stderr]) {
    createInterface({ input: stream }).on("line", onLine);
  }
  const kill = () => {
    for (const each of [pid, ...descendants(pid)]) killIfThere(each);
  };
  const forget = onSignal(kill);
  return {
    async close() {
      forget();
      kill();
      await ended;
      await screen.close();
    },
  };
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

/** @param {number} pid */
export function killIfThere(pid) {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}
