import type { ClaimPlace } from "./config.js";
import { defined } from "./defined.js";

/** What claims are asked for: see {@link IssuerOptions.claims}. */
export interface ClaimsContext {
  /** Where the claims are to be told. `access_token` means JWTs (RFC 9068) and introspection (RFC 7662). */
  readonly place: ClaimPlace;
  /** The issuer's URL (`iss`). */
  readonly issuer: string;
  /** The client of the token. */
  readonly clientId: string;
  /** The user's id; `undefined` for a token that a client has for itself. */
  readonly subject: string | undefined;
  /** The granted scopes, separated by spaces. */
  readonly scope: string;
  /** The resources that the access token is for (RFC 8707); empty if it is for the issuer itself. */
  readonly audience: readonly string[];
}

/** Says which claims are told in a context, beside those of the configuration. */
export type ClaimsSource = (
  context: ClaimsContext,
) => Readonly<Record<string, unknown>> | undefined | Promise<Readonly<Record<string, unknown>> | undefined>;

/** The values of a context in their order, as the WebAssembly module gives them. */
type Values = [ClaimPlace, string, string, string | undefined, string, string[]];

/**
 * A function that asks a source, and that neither throws nor waits for ever: it gives claims, or a text that says
 * why there are none.
 *
 * @param baseUrl of the issuer; one on loopback is a developer's own, who is told the message of what was thrown
 * @param timeout in milliseconds
 * @internal
 */
export function claimsSource(source: ClaimsSource, baseUrl: string, timeout: number) {
  const isShown = isLoopback(baseUrl);
  return async ([place, issuer, clientId, subject, scope, audience]: Values): Promise<unknown> => {
    const context = Object.freeze({ place, issuer, clientId, subject, scope, audience: Object.freeze(audience) });
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<typeof LATE>((resolve) => {
      timer = setTimeout(() => resolve(LATE), timeout);
    });
    try {
      const claims: unknown = await Promise.race([source(context), late]);
      if (claims === LATE) return `it took more than ${timeout} milliseconds`;
      if (claims === undefined) return {};
      return isPlain(claims) ? defined(claims) : "it gave no object of claims";
    } catch (error) {
      return isShown && error instanceof Error ? `it threw: ${error.message}` : "it threw";
    } finally {
      clearTimeout(timer);
    }
  };
}

const LATE = Symbol("late");

/** Whether it is an object with members, of whatever realm, and nothing like an array or a date. */
function isPlain(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function isLoopback(baseUrl: string): boolean {
  return /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(?=[:/]|$)/.test(baseUrl);
}
