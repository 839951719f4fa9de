import { InvalidArgumentError } from "../errors.js";

/** The error for an argument that is wrong: its message says which one it is, and why. @internal */
export function invalid(argument: string, reason: string): InvalidArgumentError {
  return new InvalidArgumentError(`${argument}: ${reason}`, argument);
}

/** @throws {InvalidArgumentError} if there is no client @internal */
export function checkClient(client: { readonly server: object }): void {
  if (!client?.server) throw invalid("client", "missing, or none");
}

/** @throws {InvalidArgumentError} if one of the arguments is not a number from 0 on @internal */
export function checkNumbers(numbers: Readonly<Record<string, number>>, reason: string): void {
  for (const [argument, value] of Object.entries(numbers)) if (!(value >= 0)) throw invalid(argument, reason);
}

/** What work on an argument gives. @throws {InvalidArgumentError} if it throws @internal */
export function unlessInvalid<T>(argument: string, reason: string, work: () => T): T {
  try {
    return work();
  } catch {
    throw invalid(argument, reason);
  }
}
