import { MalformedResponseError } from "../errors.js";

/** The error of an answer that breaks the protocol at `path`; `$` is the whole answer. @internal */
export function malformed(path: string, reason: string, status: number | undefined): MalformedResponseError {
  const answer = status === undefined ? "answer" : `answer with status ${status}`;
  return new MalformedResponseError(`malformed ${answer}: ${path}: ${reason}`, path, reason, status);
}
