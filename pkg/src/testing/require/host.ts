/**
 * What test runners take away from Node. The environments of Jest have globals of their own, and that of jsdom has
 * neither `TextDecoder` nor `crypto.subtle`. The bundle for `require` finds them here instead, and changes no global.
 *
 * @module
 */

import { webcrypto } from "node:crypto";
import * as timers from "node:timers";
import * as util from "node:util";

// Jest can have fake timers before it loads anything, so the true ones are not among the globals. No promise is faked.
export const { setTimeout, clearTimeout } = timers;
export const queueMicrotask = (task: () => void): void => void Promise.resolve().then(task);

// The bundle has "globalThis" for what is exported below, so the true one goes by its older name.
export const TextDecoder = global.TextDecoder ?? util.TextDecoder;
export const TextEncoder = global.TextEncoder ?? util.TextEncoder;
export const crypto = (global.crypto?.subtle ? global.crypto : webcrypto) as typeof globalThis.crypto;

/** Stands for `globalThis`, `self` and `window` in the bundle. */
export const hostGlobal: object = Object.create(global, { crypto: { value: crypto } });
