/**
 * Cleans up before a signal ends this process.
 *
 * @param {() => void} cleanUp
 * @returns {() => void} to clean up no longer
 */
export function onSignal(cleanUp) {
  /** @type {NodeJS.Signals[]} */
  const signals = ["SIGHUP", "SIGINT", "SIGTERM"];
  const end = () => {
    cleanUp();
    // Others clean up, too; they are called after this one.
    setImmediate(() => process.exit(1));
  };
  for (const signal of signals) process.once(signal, end);
  return () => {
    for (const signal of signals) process.off(signal, end);
  };
}
