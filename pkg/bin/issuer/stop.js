import { whenParentOfNpmIsGone } from "../parent.js";

/** How long a stop waits for requests under way, in milliseconds. */
const PATIENCE = 5000;

/**
 * Stops a server at SIGINT, SIGTERM or SIGHUP, and when the npm that runs it is gone: nothing new is taken, and
 * what is under way is answered. The second signal, or the end of its patience, cuts what is left. The process
 * then has nothing to do and ends.
 *
 * @param {import("node:http").Server | import("node:https").Server} server
 * @returns {AbortSignal} aborted from the first of these on
 */
export function stopWhenTold(server) {
  const stopping = new AbortController();
  const stop = () => {
    if (stopping.signal.aborted) return server.closeAllConnections();
    stopping.abort();
    server.close();
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), PATIENCE).unref();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, stop);
  whenParentOfNpmIsGone(stop);
  return stopping.signal;
}
