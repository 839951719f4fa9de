import { EiamTokenError } from "../errors.js";

/**
 * What is told of errors that belong to no call, so that no call can reject with them: a listener that throws, a store
 * that fails although the call succeeds.
 */
export type ErrorListener = (error: EiamTokenError) => void;

/**
 * Tells the application of an error. Without a listener it goes to the console. A listener that throws itself, at
 * once or later, is not asked twice.
 *
 * @internal
 */
export function report(error: EiamTokenError, listener: ErrorListener | undefined): void {
  const print = listener ? (failure: unknown) => console.error(error, failure) : () => console.error(error);
  if (listener) harmless(() => listener(error), print);
  else print(undefined);
}

/**
 * Calls a listener of the application. If it throws, or is asynchronous and rejects, the application is told, and
 * nobody else.
 *
 * @internal
 */
export function notify(call: () => unknown, listener: ErrorListener | undefined): void {
  harmless(call, (cause) => {
    report(new EiamTokenError("listener_error", "a listener of the application threw", { cause }), listener);
  });
}

/** Does something that may throw or reject, without either. */
function harmless(call: () => unknown, otherwise: (error: unknown) => void): void {
  // A promise that is made of a thenable of the application can reject, too, and so it is made in here.
  new Promise((resolve) => resolve(call())).catch(otherwise);
}
