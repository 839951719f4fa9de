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

/** The command was stopped before it was done, for example by Ctrl+C. */
export class Interrupted extends Error {}

/**
 * The command line is wrong.
 *
 * @param {string} sentence without its full stop
 * @param {string} [command] the command whose help says what is right
 */
export function wrong(sentence, command) {
  const help = command === undefined ? "eiam-token --help" : `eiam-token ${command} --help`;
  return new CommandError(`${sentence}; see "${help}".`, 2);
}
