import { STEP, until } from "../../browser/harness/patience.mjs";
import { judgeConsole } from "../checks.mjs";
import { waitForEnd } from "./page.mjs";

/**
 * Has a page print, and judges what WebKit's inspector shows of it: previews, private members included.
 *
 * @typedef {typeof import("ws").WebSocket} WebSocketClass
 *
 * @param {string} address of the inspector
 * @param {WebSocketClass} WebSocket
 * @param {"WebPage" | "ServiceWorker"} where it is printed
 * @param {string} expression by which the page has it printed
 */
export async function judgeInConsole(address, WebSocket, where, expression) {
  const page = await Inspected.open(address, WebSocket, "WebPage");
  const printing = where === "WebPage" ? page : await Inspected.open(address, WebSocket, where);
  try {
    // What was printed before is not shown as it is to who has the console open.
    await printing.ask("Console.enable");
    await page.ask("Runtime.evaluate", { expression });
    await waitForEnd(() => printing.shown.join());
    return judgeConsole(printing.shown.join("\n"));
  } finally {
    for (const each of new Set([page, printing])) each.close();
  }
}

/** A page or a worker, as the inspector has it. */
class Inspected {
  /** What its console shows of the values that are printed. */
  shown = /** @type {string[]} */ ([]);
  #socket;
  /** A page has its things in a target, which may change while a page is loaded. */
  #target = /** @type {string | undefined} */ (undefined);
  #asked = 0;
  /** @type {Map<number, () => void>} */
  #answers = new Map();

  /** @param {import("ws").WebSocket} socket */
  constructor(socket) {
    this.#socket = socket;
    socket.on("message", (data) => this.#take(JSON.parse(`${data}`)));
    socket.on("error", () => undefined);
  }

  /**
   * @param {string} address of the inspector
   * @param {WebSocketClass} WebSocket
   * @param {"WebPage" | "ServiceWorker"} kind
   */
  static async open(address, WebSocket, kind) {
    // The browser tells it of its pages and workers when it comes to that.
    const path = await until(`the inspector knows no ${kind}`, async () => {
      const list = await (await fetch(address)).text();
      return new RegExp(`socket/\\d+/\\d+/${kind}\\b`).exec(list)?.[0];
    });
    const socket = new WebSocket(`${address.replace("http:", "ws:")}/${path}`);
    const inspected = new Inspected(socket);
    await within("the inspector does not connect", (resolve) => {
      socket.once("open", resolve);
    });
    if (kind === "WebPage" && inspected.#target === undefined) {
      await within("the page has no target", (resolve) => inspected.#answers.set(0, resolve));
    }
    return inspected;
  }

  /**
   * Asks for something, and waits until it was done.
   *
   * @param {string} method
   * @param {object} [params]
   */
  ask(method, params) {
    const id = (this.#asked += 1);
    const message = JSON.stringify({ id, method, params });
    // The id of what only carries a message is of no use: nobody is told of it.
    const carried = { id: -id, method: "Target.sendMessageToTarget", params: { targetId: this.#target, message } };
    return within(`the inspector does not answer ${method}`, (resolve) => {
      this.#answers.set(id, resolve);
      this.#socket.send(this.#target === undefined ? message : JSON.stringify(carried));
    });
  }

  close() {
    this.#socket.terminate();
  }

  /** @param {any} message */
  #take({ id, method, params }) {
    if (method === "Target.dispatchMessageFromTarget") return this.#take(JSON.parse(params.message));
    if (method === "Target.targetCreated") {
      this.#target = params.targetInfo.targetId;
      this.#answers.get(0)?.();
    }
    if (method === "Console.messageAdded") this.shown.push(JSON.stringify(params.message.parameters ?? []));
    this.#answers.get(id)?.();
  }
}

/**
 * @param {string} failure
 * @param {(resolve: () => void) => void} start
 */
function within(failure, start) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(failure)), STEP);
    start(() => {
      clearTimeout(timer);
      resolve(undefined);
    });
  });
}
