import { FOUND } from "./generated/tables.js";
import { isMarked, textAt, unreadAt } from "./read.js";
import { addressFault } from "./safety.js";

/** Why the address of a member may not be used; `undefined` if it may, or is missing. */
export function addressFaultAt(member: number, least: number): string | undefined {
  return unreadAt(member) ?? (isMarked(member, FOUND) ? addressFault(textAt(member) ?? "", least) : undefined);
}
