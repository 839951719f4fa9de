/** How often it is looked whether the parent is there, in milliseconds. */
const INTERVAL = 500;

/** As early as can be: npm may be ended while this command still loads. */
const parent = process.ppid;

/**
 * Does something when the parent is gone, if it is npm or npm's shell that runs this command. npm hands
 * SIGTERM on to the shell, and the shell dies of it without a word to what it runs: without this,
 * `npx eiam-token issuer` would go on where `npx` was ended, and keep its port.
 *
 * Whoever starts the command otherwise, such as by `nohup` or a supervisor, has it go on as long as they
 * like. So has a script of npm that ran something else, which started this command.
 *
 * @param {() => void} gone
 * @returns {() => void} looks no longer
 */
export function whenParentOfNpmIsGone(gone) {
  // npm says which line its shell runs.
  const line = process.env["npm_lifecycle_script"] ?? "";
  if (!/\beiam-token\b/.test(line)) return () => {};
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    gone();
  }, INTERVAL);
  timer.unref();
  return () => clearInterval(timer);
}
