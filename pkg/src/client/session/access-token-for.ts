import { OAuthError, SessionError } from "../../errors.js";
import { invalid } from "../invalid.js";
import type { Int64 } from "../seconds.js";
import type { SignInClient } from "../sign-in-client.js";
import { storedObject } from "../stored.js";
import { deserializeTokens } from "../tokens.js";
import type { Keep } from "./kept.js";
import { type SessionRecord, readRecord, recordOf, withRefreshToken, writeRecord } from "./record.js";
import { TokenSession } from "./session.js";

/** What a session keeps for a resource, beside the tokens of the sign-in. */
interface Slot {
  /** The text of a token set without what it shares with the sign-in: the refresh token, the id_token and its claims. */
  readonly tokens: string;
  readonly refused?: boolean | undefined;
  readonly lifetime?: number | undefined;
}

/** For how many resources a session keeps tokens. Those that were got longest ago give way. */
const MOST_RESOURCES = 32;

/** In the place of tokens that there are none of yet. */
const NO_TOKENS = { accessToken: "", tokenType: "" };

/** How servers say that they give no token for a resource (RFC 8707 section 2, and Microsoft's). */
const REFUSED = /^invalid_(target|resource)$/;

/** The parts of sessions, by their resources: callers in this process share one refresh. */
const parts = new WeakMap<object, Map<string, TokenSession<Int64>>>();

/**
 * Returns an access token of a session for one resource (RFC 8707), which is still valid for a while. The session keeps
 * one for each resource, up to 32, and gets it by its refresh token (section 2.2).
 *
 * All that {@link TokenSession} promises is true of these tokens as well: tabs and workers share them, only one of them
 * refreshes at a time, whatever the tokens are for, and they end with the sign-in. `getAccessToken()` of the session still returns the token that
 * came with the sign-in.
 *
 * @param session the session of a user whose sign-in named the resource, if the server demands that
 * @param resource the absolute URI of the resource, without a fragment
 * @param options `rejected`: an access token that this resource server has just refused, as in
 *   {@link TokenSession.getAccessToken}
 * @throws {SessionError} `login_required` and `try_later` as in {@link TokenSession.getAccessToken}; `resource_refused` if
 *   the server gives no token for this resource. The session is as it was then
 * @throws {InvalidArgumentError} if the session or the resource is none, or the store contains text that no session wrote
 * @throws {StorageError} if the store fails before anything was read from it
 * @throws {NotSupportedError} if the host lacks what the refresh needs, such as `fetch`
 * @example
 * ```js
 * import { TokenSession, accessTokenFor } from "eiam-token";
 *
 * const session = new TokenSession(client);
 * await session.set(tokens);
 * const accessToken = await accessTokenFor(session, "https://files.example/");
 * ```
 */
export async function accessTokenFor<I extends Int64>(
  session: TokenSession<I>,
  resource: string,
  options: { readonly rejected?: string | undefined } = {},
): Promise<string> {
  if (!(session instanceof TokenSession)) throw invalid("session", "not a TokenSession");
  if (typeof resource !== "string" || !/^[a-z][a-z\d+.-]*:[^#\s]+$/i.test(resource)) {
    throw invalid("resource", "not an absolute URI without a fragment");
  }
  return partOf(session, resource).getAccessToken(options);
}

function partOf<I extends Int64>(session: TokenSession<I>, resource: string): TokenSession<Int64> {
  const known = parts.get(session) ?? new Map<string, TokenSession<Int64>>();
  parts.set(session, known);
  const part =
    known.get(resource) ??
    (TokenSession.part(session, (client, keep) => [
      narrowed(client, resource),
      keepingPart(keep, resource, client.int64),
    ]) as TokenSession<Int64>);
  known.delete(resource);
  known.set(resource, part);
  // Two parts of one resource would share a refresh by the store, so that one that is forgotten does no harm.
  if (known.size > MOST_RESOURCES) known.delete(known.keys().next().value as string);
  return part;
}

/** The client, whose refreshes are for one resource. */
function narrowed<I extends Int64>(client: SignInClient<I>, resource: string): SignInClient<I> {
  const refresh: typeof client.refresh = async (tokens, options) => {
    try {
      return await client.refresh(tokens, { ...options, resource });
    } catch (error) {
      // It says nothing about the refresh token, so that the session must not count it.
      if (!(error instanceof OAuthError && REFUSED.test(error.error))) throw error;
      throw new SessionError("resource_refused", "the server gives no token for the resource", { cause: error });
    }
  };
  return Object.create(client, { refresh: { value: refresh } });
}

/** What a session keeps, as it looks to a session that knows only the tokens of one resource. */
function keepingPart(keep: Keep, resource: string, int64: Int64 | undefined): Keep {
  const see = (stored: string | undefined) => writeRecord(only(resource, readRecord(stored, int64), int64));
  return async (change, blind) => {
    const { text, ...kept } = await keep((stored) => {
      const before = see(stored);
      const after = change(before);
      if (after === before) return stored;
      return writeRecord(replaced(resource, readRecord(stored, int64), readRecord(after, int64), int64));
    }, blind);
    return { ...kept, text: see(text) };
  };
}

/** The record of a session that has the refresh token of the sign-in, and the access token of one resource. */
function only(
  resource: string,
  { tokens, resources, ...shared }: SessionRecord<Int64>,
  int64: Int64 | undefined,
): SessionRecord<Int64> {
  if (!tokens) return recordOf<Int64>(undefined);
  const { refreshToken, idToken, claims } = storedObject(tokens.serialize());
  const slot = slotsOf(resources).get(resource);
  const own = slot ? storedObject(slot.tokens) : NO_TOKENS;
  return {
    ...shared,
    tokens: deserializeTokens(JSON.stringify({ ...own, refreshToken, idToken, claims }), { int64 }),
    // What is in the place of no token is never given to anybody.
    refused: slot ? slot.refused === true : true,
    lifetime: slot?.lifetime,
  };
}

/** The record of the whole session, after that of a part of it was changed. */
function replaced(
  resource: string,
  whole: SessionRecord<Int64>,
  { tokens, refused, lifetime, lease, retryAt, refusals }: SessionRecord<Int64>,
  int64: Int64 | undefined,
): SessionRecord<Int64> {
  if (!tokens || !whole.tokens) return recordOf<Int64>(undefined);
  const { refreshToken, idToken, claims, ...own } = storedObject(tokens.serialize());
  const isRotated = tokens.refreshToken !== undefined && tokens.refreshToken !== whole.tokens.refreshToken;
  const slots = slotsOf(whole.resources);
  if (tokens.accessToken) {
    slots.delete(resource);
    slots.set(resource, { tokens: JSON.stringify(own), refused: refused || undefined, lifetime });
    if (slots.size > MOST_RESOURCES) slots.delete(slots.keys().next().value as string);
  }
  return {
    ...whole,
    tokens: isRotated ? withRefreshToken(whole.tokens, tokens.refreshToken!, int64) : whole.tokens,
    lease,
    retryAt,
    refusals,
    resources: slots.size > 0 ? Object.fromEntries(slots) : undefined,
  };
}

/** The slots by their resources. A map has no names of its own, as an object has them. */
function slotsOf(resources: unknown): Map<string, Slot> {
  return new Map(Object.entries((resources ?? {}) as Record<string, Slot>));
}
