/**
 * Functions that sign a user in by redirect or by pop-up, in a browser.
 *
 * @module
 */

import { NotSupportedError, PopUpError, StorageError } from "../errors.js";
import { type AuthorizationRequest, type AuthorizationResponse, transactionFrom } from "./authorization.js";
import { openChannel } from "./channel.js";
import { LONGEST_TIMER } from "./clock.js";
import { type CallOptions, timeoutError } from "./http.js";
import { checkClient, unlessInvalid } from "./invalid.js";
import type { AuthorizationParameters } from "./options.js";
import { notify } from "./report.js";
import type { Int64 } from "./seconds.js";
import type { WebStorage } from "./session/store.js";
import type { SignInClient } from "./sign-in-client.js";
import type { TokenSet } from "./tokens.js";
import { unlessAborted } from "./unless-aborted.js";

/** The redirect URI, and the scopes and parameters of the request. */
export type BrowserSignIn = AuthorizationParameters;

/** What the application wants to have back after a sign-in by redirect. */
export interface RedirectOptions extends PendingOptions {
  /**
   * Text of the application's own, such as the page that the user wanted to see. It is kept with the request, and is
   * no part of any URL. {@link CompletionOptions.onAppState} gets it back.
   */
  readonly appState?: string | undefined;
}

/** How a sign-in by redirect is finished. */
export interface CompletionOptions extends PendingOptions, CallOptions {
  /**
   * Gets the {@link RedirectOptions.appState} of this sign-in as soon as the callback is known to belong to it, also
   * if the server then refuses. What it throws goes to `onError` of the client.
   */
  readonly onAppState?: ((appState: string) => void) | undefined;
}

/** Where the request is kept until the browser comes back. */
export interface PendingOptions {
  /** Default: `sessionStorage`, so that each tab can have one sign-in at a time. */
  readonly storage?: WebStorage | undefined;
}

/** The key of the stored request. */
const PENDING = "eiam-token request";

/** The key of the stored text of the application. */
const APP_STATE = "eiam-token app state";

/**
 * Navigates the page to the authorization server. {@link completeRedirect} finishes the sign-in at the redirect URI.
 *
 * @param parameters the parameters of the request, or a request that was made before, such as a pushed one
 * @throws {NotSupportedError} if the server has no authorization endpoint, or the host is no page of a browser
 * @throws {InvalidArgumentError} if a parameter is missing or cannot be sent
 * @throws {StorageError} if the storage cannot be used, such as where the user forbids it. Nobody is navigated then
 */
export function redirectToSignIn(
  client: SignInClient<Int64>,
  parameters: BrowserSignIn | AuthorizationRequest,
  options: RedirectOptions = {},
): void {
  const { storage, appState } = options ?? {};
  const request = requestOf(client, parameters);
  const { assign } = hostLocation();
  stored(storage, (storage) => {
    storage.setItem(PENDING, request.serialize());
    // The text of a former sign-in that was given up must not be taken for that of this one.
    if (appState === undefined) storage.removeItem(APP_STATE);
    else storage.setItem(APP_STATE, appState);
  });
  assign.call(location, request.url);
}

/**
 * Returns whether a URL is a callback, so that {@link completeRedirect} can finish a sign-in.
 *
 * @param url an absolute URL. Default: the URL of this page
 * @throws {InvalidArgumentError} if the text is not an absolute URL
 * @throws {NotSupportedError} without a URL, if the host is no page of a browser
 */
export function isCallback(url: string = hostLocation().href): boolean {
  const parts = unlessInvalid("url", "not an absolute URL", () => new URL(url));
  return isResponse(parts.search) || isResponse(parts.hash.slice(1));
}

/**
 * Finishes, at the redirect URI, the sign-in that {@link redirectToSignIn} began. It removes the stored request in
 * any case, and removes the parameters of the authorization response from the address bar; those of the application
 * stay as they are.
 *
 * @throws {OAuthError} if the server refused the request or the code
 * @throws {CallbackError} if the callback belongs to another request, or to none that is stored
 * @throws {StorageError} if the storage cannot be used
 * @throws {NotSupportedError} if the host is no page of a browser
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
  client: SignInClient<I>,
  options: CompletionOptions = {},
): Promise<TokenSet<I>> {
  checkClient(client);
  const { storage, onAppState, ...calls } = options ?? {};
  const callback = hostLocation().href;
  const [pending, appState] = stored(storage, (storage) => {
    const kept = [storage.getItem(PENDING), storage.getItem(APP_STATE)] as const;
    storage.removeItem(PENDING);
    storage.removeItem(APP_STATE);
    return kept;
  });
  try {
    history.replaceState(history.state, "", withoutResponse(callback));
  } catch {
    // Browsers refuse it to a page that changes its address too often. The code in it works only once.
  }
  const tell = () => {
    if (onAppState && appState !== null) notify(() => onAppState(appState), client.onError);
  };
  let response;
  try {
    response = client.parseCallback(callback, pending);
  } catch (error) {
    // The server's refusal belongs to this sign-in as well, because its `state` was checked first.
    if ((error as { code?: string }).code === "oauth_error") tell();
    throw error;
  }
  tell();
  return client.exchangeCode(response, calls);
}

/**
 * The parameters that an authorization server adds to the redirect URI (RFC 6749 section 4.1.2, RFC 9207, OpenID Connect
 * Session Management section 3).
 */
const OF_RESPONSE = /^(code|state|iss|error|error_description|error_uri|session_state)(=|$)/;

/** Whether parameters are an authorization response. */
function isResponse(text: string): boolean {
  const parameters = new URLSearchParams(text);
  return parameters.has("state") && (parameters.has("code") || parameters.has("error"));
}

/** A URL without the parameters of an authorization response. All others stay as they are written. */
function withoutResponse(url: string): string {
  const [, page = "", query = "", fragment = ""] = /^([^?#]*)\??([^#]*)#?(.*)$/s.exec(url)!;
  const rest = (parameters: string) =>
    parameters
      .split("&")
      .filter((parameter) => !OF_RESPONSE.test(parameter))
      .join("&");
  // What is no response is the application's, such as a route, and may have such parameters, too.
  const place = isResponse(fragment) ? rest(fragment) : fragment;
  const others = place === fragment ? rest(query) : query;
  return `${page}${others && "?"}${others}${place && "#"}${place}`;
}

/**
 * Uses the storage of the application, or `sessionStorage`.
 *
 * @throws {StorageError} if it cannot be used
 */
function stored<T>(storage: WebStorage | undefined, use: (storage: WebStorage) => T): T {
  try {
    return use(storage ?? sessionStorage);
  } catch (cause) {
    throw new StorageError("the storage cannot be used", { cause });
  }
}

/**
 * The location of this page.
 *
 * @throws {NotSupportedError} if the host is no page of a browser
 */
function hostLocation(): Location {
  // Workers have a location, too.
  const { location } = globalThis;
  if (!location || "WorkerGlobalScope" in globalThis) {
    throw new NotSupportedError("location is missing: this is no page", "location");
  }
  return location;
}

/** The size of the pop-up, and the options of the token request. */
export interface PopUpOptions extends CallOptions {
  /** The width in pixels. Default: 480. */
  readonly width?: number | undefined;
  /** The height in pixels. Default: 640. */
  readonly height?: number | undefined;
  /**
   * Milliseconds until the user must have signed in, and that the token request may take after that. Default: 300,000
   * (five minutes) for the user, and the client's own setting for the token request.
   */
  readonly timeout?: number | undefined;
  /**
   * Is called once when the pop-up looks closed, so that the page can offer to give up by `signal`. It may be open
   * nevertheless: if a page has a `Cross-Origin-Opener-Policy`, the browser says that its window is closed. What it
   * throws goes to `onError` of the client.
   */
  readonly onClosed?: (() => void) | undefined;
}

/**
 * Signs a user in by a pop-up. Call it in the handler of a click before anything is awaited, because browsers
 * block other pop-ups. The page at the redirect URI calls {@link answerPopUp}, and must have the same origin as
 * this page.
 *
 * It waits for the answer until `timeout` or until `signal` is aborted, even if the pop-up looks closed, because
 * nobody can tell a closed pop-up from one whose page has a `Cross-Origin-Opener-Policy`.
 *
 * @param parameters the parameters of the request, a request that was made before, or the promise of one, such as
 *   {@link prepareSignIn} returns: then the pop-up is empty until the request is made
 * @throws {PopUpError} `popup_blocked` if the browser did not open it; `popup_closed` if no answer came in time, and
 *   the pop-up looks closed
 * @throws {ConnectionError} `timeout` if no answer came in time, and the pop-up is open; or if the token endpoint does
 *   not respond
 * @throws {OAuthError} if the server refused the request or the code
 * @throws {CallbackError} if the callback belongs to another request
 * @throws {NotSupportedError} if the server has no authorization endpoint, or the host is no page of a browser
 * @throws {MalformedResponseError} if the token response or the id_token is not valid
 * @example
 * ```js
 * import { signInByPopUp } from "eiam-token";
 *
 * signInButton.onclick = async () => {
 *   const giveUp = new AbortController();
 *   cancelButton.onclick = () => giveUp.abort();
 *   const onClosed = () => (cancelButton.hidden = false);
 *   const tokens = await signInByPopUp(client, { redirectUri, scope: "openid" }, { signal: giveUp.signal, onClosed });
 * };
 * ```
 */
export async function signInByPopUp<I extends Int64 = "bigint">(
  client: SignInClient<I>,
  parameters: BrowserSignIn | AuthorizationRequest | Promise<AuthorizationRequest>,
  options: PopUpOptions = {},
): Promise<TokenSet<I>> {
  const asked = requestOf(client, parameters);
  const onClosed = () => notify(() => options?.onClosed?.(), client.onError);
  const ready = Promise.resolve(asked);
  // If the pop-up does not open, nobody asks what became of it.
  ready.catch(() => {});
  options?.signal?.throwIfAborted();
  const isLater = "then" in asked;
  const popUp = openPopUp(isLater ? "about:blank" : asked.url, options);
  // Nobody's answer is missed: messages come in tasks of their own, and this one goes on until somebody listens.
  const check = ready.then((request) => {
    // What is no request is refused here, and not when somebody answers.
    transactionFrom(request?.serialize?.());
    if (isLater) popUp.location.replace(request.url);
    return (callback: unknown) => client.parseCallback(callback as string, request);
  });
  return client.exchangeCode(await answerOf(popUp, check, { ...options, onClosed }), options);
}

/** The request that parameters make, or that is made already. */
function requestOf<T extends object>(
  client: SignInClient<Int64>,
  parameters: BrowserSignIn | T,
): AuthorizationRequest | T {
  checkClient(client);
  const { serialize, then } = (parameters ?? {}) as { readonly serialize?: unknown; readonly then?: unknown };
  return serialize || then ? (parameters as T) : client.authorizationRequest(parameters as BrowserSignIn);
}

/**
 * Passes the callback from the pop-up to the page that waits for it, and closes the pop-up. Call it in the page at
 * the redirect URI. The callback goes by a `BroadcastChannel`, or by `localStorage` where the browser has none.
 *
 * @returns whether this page is a callback; if not, nothing was done
 * @throws {NotSupportedError} if the host is no page of a browser
 * @throws {StorageError} if the browser has neither a `BroadcastChannel` nor a `localStorage` for this page
 */
export function answerPopUp(): boolean {
  if (!isCallback()) return false;
  const { href } = location;
  const channel = openChannel(CHANNEL);
  if (channel) {
    channel.postMessage(href);
    channel.close();
  } else {
    stored(undefined, () => {
      // Other pages get an event with the value. It is removed at once, so that the code does not stay there.
      localStorage.setItem(CHANNEL, href);
      localStorage.removeItem(CHANNEL);
    });
  }
  // `Cross-Origin-Opener-Policy` can prevent the opener from closing this window, so it closes itself.
  window.close();
  return true;
}

/** Only pages of the same origin receive its messages. `state` says to which request a callback belongs. */
const CHANNEL = "eiam-token pop-up";

/** How often to check whether the pop-up looks closed, in milliseconds. */
const CLOSED_POLL = 500;

/** How long a user may take to sign in, in milliseconds. */
const USER_TIMEOUT = 300_000;

type Waiting = PopUpOptions & { readonly onClosed: () => void };

/**
 * Opens a pop-up.
 *
 * @throws {PopUpError} if the browser does not open it
 */
function openPopUp(url: string, options: PopUpOptions): Window {
  const { width = 480, height = 640 } = options ?? {};
  hostLocation();
  const left = Math.max(0, screenX + (outerWidth - width) / 2);
  const top = Math.max(0, screenY + (outerHeight - height) / 2);
  const window = open(url, "_blank", `popup,width=${width},height=${height},left=${left},top=${top}`);
  if (!window) {
    throw new PopUpError("popup_blocked", "the pop-up was blocked: call this when the user clicks, before any await");
  }
  return window;
}

/**
 * Waits for the callback of a request, from any page of this origin, and closes the pop-up in the end.
 *
 * @param reading reads a callback once the request is made, and throws for one of another request
 * @throws {PopUpError | ConnectionError} if none comes in time
 * @throws the signal's reason, at once when it aborts
 * @throws what `reading` rejects with, and why a callback of this request is refused
 */
async function answerOf(
  popUp: Window,
  reading: Promise<(callback: unknown) => AuthorizationResponse>,
  { signal, timeout = USER_TIMEOUT, onClosed }: Waiting,
): Promise<AuthorizationResponse> {
  let channel: BroadcastChannel | undefined;
  let limit: ReturnType<typeof setTimeout> | undefined;
  let closed: ReturnType<typeof setInterval> | undefined;
  let onStorage: (event: StorageEvent) => void;
  try {
    const answer = new Promise<AuthorizationResponse>((resolve, reject) => {
      const check = (data: unknown) =>
        void reading.then((read) => {
          try {
            resolve(read(data));
          } catch (error) {
            // It is no callback, or others of this origin wait for it.
            const { code, parameter } = error as { readonly code?: string; readonly parameter?: string };
            if (code !== "invalid_argument" && parameter !== "state") reject(error);
          }
        }, reject);
      reading.catch(reject);
      onStorage = ({ key, newValue }) => {
        if (key === CHANNEL) check(newValue);
      };
      channel = openChannel(CHANNEL);
      if (channel) channel.onmessage = ({ data }) => check(data);
      globalThis.addEventListener?.("storage", onStorage);
      limit = setTimeout(
        () =>
          reject(
            popUp.closed
              ? new PopUpError("popup_closed", "the pop-up was closed before the sign-in ended")
              : timeoutError("the pop-up", timeout),
          ),
        Math.min(timeout, LONGEST_TIMER),
      );
      closed = setInterval(() => {
        if (!popUp.closed) return;
        clearInterval(closed);
        onClosed();
      }, CLOSED_POLL);
    });
    return await unlessAborted(answer, { signal });
  } finally {
    clearTimeout(limit);
    clearInterval(closed);
    channel?.close();
    globalThis.removeEventListener?.("storage", onStorage!);
    if (!popUp.closed) popUp.close();
  }
}
