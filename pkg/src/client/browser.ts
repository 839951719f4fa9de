/**
 * Functions that sign a user in by redirect or by pop-up, in a browser.
 *
 * @module
 */

import { InvalidArgumentError, PopUpError } from "../errors.js";
import type { AuthorizationRequest } from "./authorization.js";
import type { Client, RequestParameters } from "./client.js";
import type { CallOptions, Signal } from "./http.js";
import type { Int64 } from "./seconds.js";
import type { WebStorage } from "./session/store.js";
import type { TokenSet } from "./tokens.js";

/** The redirect URI, and the scopes and parameters of the request. */
export type BrowserSignIn = { readonly redirectUri: string } & RequestParameters;

/** Where the request is kept until the browser comes back. */
export interface PendingOptions {
  /** Default: `sessionStorage`, so that each tab can have one sign-in at a time. */
  readonly storage?: WebStorage | undefined;
}

const PENDING = "eiam-token request";

/**
 * Navigates the page to the authorization server. {@link completeRedirect} finishes the sign-in at the redirect URI.
 *
 * @throws {NotSupportedError} if the server has no authorization endpoint
 * @throws {InvalidArgumentError} if a parameter is missing or cannot be sent
 */
export function redirectToSignIn(
  client: Client<Int64>,
  parameters: BrowserSignIn,
  { storage = sessionStorage }: PendingOptions = {},
): void {
  const request = client.authorizationRequest(parameters);
  storage.setItem(PENDING, request.serialize());
  location.assign(request.url);
}

/**
 * Returns whether a URL is a callback, so that {@link completeRedirect} can finish a sign-in.
 *
 * @param url an absolute URL. Default: the URL of this page
 * @throws {TypeError} if the text is not an absolute URL
 */
export function isCallback(url: string = location.href): boolean {
  const { searchParams, hash } = new URL(url);
  const fragment = new URLSearchParams(hash.slice(1));
  return [searchParams, fragment].some(
    (parameters) => parameters.has("state") && (parameters.has("code") || parameters.has("error")),
  );
}

/**
 * Finishes, at the redirect URI, the sign-in that {@link redirectToSignIn} began. It removes the stored request in
 * any case, and removes code and state from the address bar.
 *
 * @throws {OAuthError} if the server refused the request or the code
 * @throws {CallbackError} if the callback belongs to another request
 * @throws {InvalidArgumentError} if there is no stored request
 * @throws {MalformedResponseError} if the token response or the id_token is not valid
 * @throws {ConnectionError} if the token endpoint does not respond
 * @example
 * ```js
 * import { completeRedirect, isCallback, redirectToSignIn } from "eiam-token";
 *
 * if (isCallback()) {
 *   const tokens = await completeRedirect(client);
 *   tokens.claims.name; // "Alice Example"
 * } else {
 *   redirectToSignIn(client, { redirectUri, scope: "openid profile" });
 * }
 * ```
 */
export async function completeRedirect<I extends Int64 = "bigint">(
  client: Client<I>,
  { storage = sessionStorage, ...options }: PendingOptions & CallOptions = {},
): Promise<TokenSet<I>> {
  const pending = storage.getItem(PENDING);
  storage.removeItem(PENDING);
  const callback = location.href;
  history.replaceState(history.state, "", location.pathname);
  return client.exchangeCode(client.parseCallback(callback, pending), options);
}

/** The size of the pop-up, and the options of the token request. */
export interface PopUpOptions extends CallOptions {
  /** The width in pixels. Default: 480. */
  readonly width?: number | undefined;
  /** The height in pixels. Default: 640. */
  readonly height?: number | undefined;
}

/**
 * Signs a user in by a pop-up. Call it in the handler of a click before anything is awaited, because browsers
 * block other pop-ups. The page at the redirect URI calls {@link answerPopUp}, and must have the same origin as
 * this page.
 *
 * @throws {PopUpError} `popup_blocked` if the browser did not open it, `popup_closed` if the user closed it
 * @throws {OAuthError} if the server refused the request or the code
 * @throws {CallbackError} if the callback belongs to another request
 * @throws {NotSupportedError} if the server has no authorization endpoint
 * @throws {MalformedResponseError} if the token response or the id_token is not valid
 * @throws {ConnectionError} if the token endpoint does not respond
 */
export async function signInByPopUp<I extends Int64 = "bigint">(
  client: Client<I>,
  parameters: BrowserSignIn,
  options: PopUpOptions = {},
): Promise<TokenSet<I>> {
  const request = client.authorizationRequest(parameters);
  const callback = await popUp(request, options);
  return client.exchangeCode(client.parseCallback(callback, request), options);
}

/**
 * Passes the callback from the pop-up to the page that waits for it, and closes the pop-up. Call it in the page at
 * the redirect URI.
 *
 * @returns whether this page is a callback; if not, nothing was done
 */
export function answerPopUp(): boolean {
  if (!isCallback()) return false;
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(location.href);
  channel.close();
  // `Cross-Origin-Opener-Policy` can prevent the opener from closing this window, so it closes itself.
  window.close();
  return true;
}

/** Only pages of the same origin receive its messages. `state` says to which request a callback belongs. */
const CHANNEL = "eiam-token pop-up";

/** How often to check whether the user has closed the pop-up, in milliseconds. */
const CLOSED_POLL = 500;

function popUp(request: AuthorizationRequest, { width = 480, height = 640, signal }: PopUpOptions): Promise<string> {
  const left = Math.max(0, screenX + (outerWidth - width) / 2);
  const top = Math.max(0, screenY + (outerHeight - height) / 2);
  const features = `popup,width=${width},height=${height},left=${left},top=${top}`;
  const window = open(request.url, "_blank", features);
  if (!window) {
    throw new PopUpError(
      "popup_blocked",
      "the browser blocked the pop-up: call this in the handler of a click, before anything is awaited",
    );
  }
  const state = new URL(request.url).searchParams.get("state");
  if (state === null) throw new InvalidArgumentError("the request has no state", "request");
  return answerOf(window, state, signal as AbortSignal | undefined);
}

async function answerOf(popUp: Window, state: string, signal: Signal | undefined): Promise<string> {
  const channel = new BroadcastChannel(CHANNEL);
  let stop = () => {};
  try {
    return await new Promise<string>((resolve, reject) => {
      channel.onmessage = ({ data }) => {
        if (typeof data === "string" && data.includes(`state=${state}`)) resolve(data);
      };
      const abort = () => reject(signal?.reason);
      signal?.addEventListener("abort", abort, { once: true });
      const closed = setInterval(() => {
        // The callback may still be on its way, so wait a little longer for it.
        if (popUp.closed) setTimeout(reject, CLOSED_POLL, gone());
      }, CLOSED_POLL);
      stop = () => {
        clearInterval(closed);
        signal?.removeEventListener("abort", abort);
      };
      if (signal?.aborted) abort();
    });
  } finally {
    stop();
    channel.close();
    if (!popUp.closed) popUp.close();
  }
}

function gone(): PopUpError {
  return new PopUpError("popup_closed", "the pop-up was closed before the sign-in was finished");
}
