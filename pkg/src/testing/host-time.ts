/**
 * The host's own timers. "Fake timers" of test runners replace the global ones by some that stand still, and an issuer
 * that shared them would not even start: its module counts on microtasks. All of the bundle uses these instead, which are
 * those that were there when it was loaded. Only `Date` is left to the test, because the issuer's time is the host's.
 *
 * @module
 */

export const setTimeout = globalThis.setTimeout.bind(globalThis);
export const clearTimeout = globalThis.clearTimeout.bind(globalThis);
export const queueMicrotask = globalThis.queueMicrotask.bind(globalThis);
