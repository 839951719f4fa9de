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

/** The command was told to stop before it was done, by Ctrl+C or the like. */
export class Interrupted extends Error {}

/**
 * The command line is wrong.
 *
 * @param {string} sentence without its full stop
 * @param {string} [command] whose help says what is right
 */
export function wrong(sentence, command) {
  const help = command === undefined ? "eiam-token --help" : `eiam-token ${command} --help`;
  return new CommandError(`${sentence}; "${help}" lists what there is.`, 2);
}
