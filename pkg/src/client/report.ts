import { EiamTokenError } from "../errors.js";

/**
 * Is called with errors that belong to no call, so that no call can reject with them: that of a listener that throws, or
 * of a store that fails although the call succeeds.
 */
export type ErrorListener = (error: EiamTokenError) => void;

/**
 * Tells the application of an error. Without a listener it goes to the console. A listener that throws itself, at
 * once or later, is not asked twice.
 *
 * @internal
 */
export function report(error: EiamTokenError, listener: ErrorListener = print): void {
  harmless(
    () => listener(error),
    (failure) => print(error, failure),
  );
}

function print(...errors: unknown[]): void {
  console.error(...errors);
}

/**
 * Calls a listener of the application. If it throws, or is asynchronous and rejects, the application is told, and
 * nobody else.
 *
 * @internal
 */
export function notify(call: () => unknown, listener: ErrorListener | undefined): void {
  harmless(call, (cause) => {
    report(new EiamTokenError("listener_error", "a listener threw", { cause }), listener);
  });
}

/** Calls a function, and passes to `otherwise` what it throws or rejects with. */
function harmless(call: () => unknown, otherwise: (error: unknown) => void): void {
  // The promise is made in here because a thenable that the application returns can make it reject, too. Test runners
  // have consoles that throw.
  new Promise((resolve) => resolve(call())).catch(otherwise).catch(() => {});
}
