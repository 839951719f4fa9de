/**
 * Signing in by redirect or by pop-up, in a browser.
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

/** Where the browser comes back to, and what is asked for. */
export type BrowserSignIn = { readonly redirectUri: string } & RequestParameters;

/** Where a request waits for its callback. */
export interface PendingOptions {
  /** `sessionStorage` by default: one sign-in at a time in a tab. */
  readonly storage?: WebStorage | undefined;
}

const PENDING = "eiam-token request";

/**
 * Leaves for the authorization server; {@link completeRedirect} finishes at the redirect URI.
 *
 * @throws {NotSupportedError} if the server has no authorization endpoint
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

/** Whether this page was reached by a callback for {@link completeRedirect}. */
export function isCallback(url: string = location.href): boolean {
  const { searchParams, hash } = new URL(url);
  const fragment = new URLSearchParams(hash.slice(1));
  return [searchParams, fragment].some(
    (parameters) => parameters.has("state") && (parameters.has("code") || parameters.has("error")),
  );
}

/**
 * Finishes at the redirect URI what {@link redirectToSignIn} began. The request is forgotten whatever
 * comes of it, and code and state are taken out of the address bar.
 *
 * @throws {OAuthError} if the server refused
 * @throws {CallbackError} if the callback belongs to another request
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

/** How a pop-up looks. */
export interface PopUpOptions extends CallOptions {
  /** Pixels; 480 by default. */
  readonly width?: number | undefined;
  /** Pixels; 640 by default. */
  readonly height?: number | undefined;
}

/**
 * Signs in by a pop-up. Call it in the handler of a click, before anything is awaited: the request is
 * made synchronously, so that the browser lets the pop-up open. The page at the redirect URI calls
 * {@link answerPopUp}; it must be of this page's origin.
 *
 * @throws {PopUpError} `popup_blocked`, or `popup_closed` before there was an answer
 * @throws {OAuthError} if the server refused
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
 * What the page at the redirect URI does when it is in a pop-up: hands the callback to the page that
 * waits for it, and closes.
 *
 * @returns whether this was a callback
 */
export function answerPopUp(): boolean {
  if (!isCallback()) return false;
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(location.href);
  channel.close();
  // A page's `Cross-Origin-Opener-Policy` may have cut the tie, but a script may close its own window.
  window.close();
  return true;
}

/** Only pages of the same origin hear it, and `state` tells whose callback it is. */
const CHANNEL = "eiam-token pop-up";

/** How often it is looked whether the user closed the pop-up, in milliseconds. */
const CLOSED_POLL = 500;

function popUp(request: AuthorizationRequest, { width = 480, height = 640, signal }: PopUpOptions): Promise<string> {
  const left = Math.max(0, screenX + (outerWidth - width) / 2);
  const top = Math.max(0, screenY + (outerHeight - height) / 2);
  const features = `popup,width=${width},height=${height},left=${left},top=${top}`;
  const window = open(request.url, "_blank", features);
  if (!window) {
    throw new PopUpError("popup_blocked", "the browser did not let the pop-up open: call this in a click");
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
        // The answer may be on its way still: one more turn for it.
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
  return new PopUpError("popup_closed", "the pop-up was closed before there was an answer");
}
