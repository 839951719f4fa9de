/**
 * What test runners take away from Node. The environments of Jest have globals of their own, and that of jsdom has
 * neither `TextDecoder` nor `crypto.subtle`. The bundle for `require` finds them here instead, and changes no global.
 *
 * @module
 */

import { webcrypto } from "node:crypto";
import * as util from "node:util";

export const TextDecoder = globalThis.TextDecoder ?? util.TextDecoder;
export const TextEncoder = globalThis.TextEncoder ?? util.TextEncoder;
export const crypto = (globalThis.crypto?.subtle ? globalThis.crypto : webcrypto) as typeof globalThis.crypto;

/** Stands for `globalThis` in the bundle. */
export const hostGlobal: object = Object.create(globalThis, { crypto: { value: crypto } });
