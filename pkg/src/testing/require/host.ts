/**
 * What test runners take away from Node. The environments of Jest have globals of their own, and that of jsdom has
 * neither `TextDecoder` nor `crypto.subtle`. The bundle for `require` finds them here instead, and changes no global.
 *
 * @module
 */

import { webcrypto } from "node:crypto";
import * as util from "node:util";

// The bundle has "globalThis" for what is exported below, so the true one goes by its older name.
export const TextDecoder = global.TextDecoder ?? util.TextDecoder;
export const TextEncoder = global.TextEncoder ?? util.TextEncoder;
export const crypto = (global.crypto?.subtle ? global.crypto : webcrypto) as typeof globalThis.crypto;

/** Stands for `globalThis`, `self` and `window` in the bundle. */
export const hostGlobal: object = Object.create(global, { crypto: { value: crypto } });
