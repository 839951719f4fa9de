import { InvalidArgumentError } from "../errors.js";

/** The error for an argument that is wrong: its message says which one it is, and why. @internal */
export function invalid(argument: string, reason: string): InvalidArgumentError {
  return new InvalidArgumentError(`${argument}: ${reason}`, argument);
}

/** What work on an argument gives. @throws {InvalidArgumentError} if it throws @internal */
export function unlessInvalid<T>(argument: string, reason: string, work: () => T): T {
  try {
    return work();
  } catch {
    throw invalid(argument, reason);
  }
}
