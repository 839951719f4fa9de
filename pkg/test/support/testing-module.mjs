// @ts-check
import { readFileSync } from "node:fs";

/** Starts the module for tests as its facade does, without the facade. */
const { makeGlue } = await import(new URL("../../generated/testing/glue.js", import.meta.url).href);
const glue = makeGlue();
const module = new WebAssembly.Module(readFileSync(new URL("../../dist/testing.wasm", import.meta.url)));
const { exports } = new WebAssembly.Instance(module, { "./eiam_token_bg.js": glue });
glue.__wbg_set_wasm(exports);
/** @type {() => void} */ (exports["__wbindgen_start"])();

const BASE = "http://127.0.0.1:9400";
const clock = () => 1_800_000_000n;
const save = () => undefined;

/**
 * An issuer of the module, which signs with EdDSA.
 *
 * @param {{ controlToken?: string, controlExposed?: boolean }} control
 */
export async function startedModule(control) {
  const config = { ...glue.exampleConfig(BASE), signing: "EdDSA" };
  const raw = await glue.RawIssuer.start(config, { seed: new Uint8Array(32), hostSessions: false, ...control });
  return ofRaw(raw, control.controlToken ?? "nobody-has-this-token");
}

/**
 * @param {any} raw
 * @param {string} token
 */
function ofRaw(raw, token) {
  /**
   * @param {string} method
   * @param {string} path
   * @param {{ text?: string, fields?: string[] }} [more]
   */
  const send = async (method, path, { text = "", fields = [] } = {}) => {
    const head = [method, `${BASE}${path}`, "", ...fields].join("\0");
    const [status, headers, body, transport] = await raw.handle(head, text, new Uint8Array(), clock, save);
    return { status, headers, body: new TextDecoder().decode(body), transport };
  };
  return {
    send,
    /**
     * @param {string} method
     * @param {string} path
     * @param {unknown} [body]
     * @param {string} [as] the token of control
     * @returns {Promise<{ status: number, body: any }>}
     */
    async control(method, path, body, as = token) {
      const text = body === undefined ? "" : JSON.stringify(body);
      const answer = await send(method, `/_control/${path}`, { text, fields: ["authorization", `Bearer ${as}`] });
      return { status: answer.status, body: answer.body === "" ? undefined : JSON.parse(answer.body) };
    },
    /** @param {string} path */
    fetch: (path) => raw.fetch(new Request(`${BASE}${path}`), undefined, clock, save),
    rotate: () => raw.rotateKey(undefined, save),
    fork: () => ofRaw(raw.fork(), token),
    reset: () => raw.reset(),
    free: () => raw.free(),
  };
}
