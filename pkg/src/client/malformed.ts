import { MalformedResponseError } from "../errors.js";

/** The error of an answer that breaks the protocol at `path`; `$` is the whole answer. @internal */
export function malformed(path: string, reason: string, status: number | undefined): MalformedResponseError {
  const answer = status === undefined ? "answer" : `answer with status ${status}`;
  return new MalformedResponseError(`malformed ${answer}: ${path}: ${reason}`, path, reason, status);
}

/** The error for a part of an id_token that is wrong. @internal */
export function wrong(what: string, reason: string): MalformedResponseError {
  return malformed(`id_token.${what}`, reason, 200);
}
