import { StorageError } from "../../errors.js";
import { type ErrorListener, report } from "../report.js";
import type { TokenStore } from "./store.js";

type Text = string | undefined;

/** What is kept after a change: text, or `undefined` for nothing. */
export interface Kept {
  readonly text: Text;
  /** Set if only this process keeps the text: why the store does not. */
  readonly failure: StorageError | undefined;
  /** Whether the store still contains something else than the text, or may do so because nobody has asked it before. */
  readonly outdated: boolean;
}

/**
 * Changes what is kept.
 *
 * @param change may be called several times, and gets `undefined` if nothing is kept
 * @param blind whether the change does not depend on what is kept
 * @throws {StorageError} if the store fails and nothing is known of what it contains
 * @throws what `change` throws
 */
export type Keep = (change: (text: Text) => Text, blind?: boolean) => Promise<Kept>;

/**
 * Keeps a text in a store and, while the store fails, in memory. What the store could not take is offered to it again
 * at the next use, but only if it still contains the text from before: otherwise another tab has written something
 * newer.
 *
 * All is in a closure, because browser consoles show private fields.
 */
export function keeping(store: TokenStore, onError: ErrorListener | undefined): Keep {
  /** The text that the store last had. */
  let seen: { readonly text: Text } | undefined;
  /** A text that the store does not have, and the one that it has in its place, if that is known. */
  let unsaved: { readonly text: Text; readonly instead: typeof seen } | undefined;

  return async (change, blind = false) => {
    let read: typeof seen;
    let made: typeof seen;
    let refused: { readonly error: unknown } | undefined;
    const replace = (stored: Text): Text => {
      read = { text: stored };
      const isOurs = unsaved && (!unsaved.instead || unsaved.instead.text === stored);
      try {
        made = { text: change(isOurs ? unsaved!.text : stored) };
      } catch (error) {
        refused = { error };
        throw error;
      }
      return made.text;
    };
    try {
      await store.update(replace);
      if (!made) throw new TypeError("update() did not call its argument");
      seen = made;
      unsaved = undefined;
      return { text: made.text, failure: undefined, outdated: false };
    } catch (cause) {
      if (refused) throw refused.error;
      const failure =
        cause instanceof StorageError ? cause : new StorageError("the store of the session failed", { cause });
      const known = unsaved ?? seen;
      if (!made && !known && !blind) throw failure;
      const wasUnsaved = unsaved;
      const instead = read ?? (unsaved ? unsaved.instead : seen);
      const before = wasUnsaved ? wasUnsaved.text : seen?.text;
      const { text } = made ?? { text: change(before) };
      unsaved = { text, instead };
      // A failure is reported once, and again only if this call has changed the text.
      if (!wasUnsaved || text !== wasUnsaved.text) report(failure, onError);
      return { text, failure, outdated: instead ? instead.text !== text : !known };
    }
  };
}
