/** Why the command cannot go on, in one sentence. */
export class CommandError extends Error {
  /**
   * @param {string} message
   * @param {1 | 2} exitCode 2 if the command line is wrong, 1 for everything else
   */
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}
