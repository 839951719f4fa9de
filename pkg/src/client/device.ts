import { ConnectionError, DeviceFlowError } from "../errors.js";
import { sleepUntil, unixSeconds } from "./clock.js";
import { type CallOptions, type HttpRequest, responseParts, send } from "./http.js";
import { call } from "./raw.js";
import { redacted } from "./redacted.js";
import {
  type TokenFields,
  requiredString,
  storedObject,
  storedSeconds,
  storedText,
  tokensFrom,
} from "./tokens.js";

/** What a device shows to its user, and what it polls with (RFC 8628 section 3.2). */
export interface DeviceAuthorization {
  /** For the polls; no console and no JSON shows it. */
  readonly deviceCode: string;
  /** What the user types. */
  readonly userCode: string;
  /** Where the user types it. */
  readonly verificationUri: string;
  /** The same with the code in it: for a link or a QR code. */
  readonly verificationUriComplete: string | undefined;
  /** Seconds from the moment of the answer. */
  readonly expiresIn: bigint | undefined;
  /** Unix seconds by the server's clock. */
  readonly expiresAt: bigint | undefined;
  /** Seconds between polls. */
  readonly interval: bigint;
  /** Unix seconds by this machine's clock; `undefined` is unknown. */
  readonly deadline: bigint | undefined;
  /** All of it as text, device code included: to go on after a reload. */
  serialize(): string;
}

/** How far a device flow is; for showing it. */
export type DeviceState =
  /** Waiting for the next poll, which comes in `seconds`. */
  | {
      readonly status: "waiting";
      readonly seconds: bigint;
      /** Seconds between polls from now on. */
      readonly interval: bigint;
      /** Whether the last answer was `slow_down`. */
      readonly slower: boolean;
      /** Whether the last poll got an answer. */
      readonly reachable: boolean;
    }
  /** A poll is under way. */
  | { readonly status: "polling" };

/** @internal */
export type DeviceFields = Omit<DeviceAuthorization, "serialize">;

/** @internal */
export function deviceAuthorization(fields: DeviceFields): DeviceAuthorization {
  const { deviceCode, ...visible } = fields;
  return redacted("DeviceAuthorization", visible, {
    deviceCode,
    serialize: () => storedText(fields),
  });
}

/** @internal */
export function deviceFrom(values: unknown[]): DeviceAuthorization {
  const [
    deviceCode,
    userCode,
    verificationUri,
    verificationUriComplete,
    expiresIn,
    expiresAt,
    interval,
    deadline,
  ] = values as [string, string, string, string | undefined, bigint?, bigint?, bigint?, bigint?];
  return deviceAuthorization({
    deviceCode,
    userCode,
    verificationUri,
    verificationUriComplete,
    expiresIn,
    expiresAt,
    interval: interval!,
    deadline,
  });
}

/**
 * Makes a device authorization from the text of {@link DeviceAuthorization.serialize}.
 *
 * @throws {InvalidArgumentError} for any other text
 */
export function deserializeDeviceAuthorization(text: string): DeviceAuthorization {
  const stored = storedObject(text);
  const complete = stored["verificationUriComplete"];
  return deviceAuthorization({
    deviceCode: requiredString(stored, "deviceCode"),
    userCode: requiredString(stored, "userCode"),
    verificationUri: requiredString(stored, "verificationUri"),
    verificationUriComplete: typeof complete === "string" ? complete : undefined,
    expiresIn: storedSeconds(stored, "expiresIn"),
    expiresAt: storedSeconds(stored, "expiresAt"),
    interval: storedSeconds(stored, "interval") ?? 5n,
    deadline: storedSeconds(stored, "deadline"),
  });
}

/**
 * Polls until the flow ends: yields what to show, returns the tokens.
 *
 * @internal
 */
export async function* poll(
  { deadline }: DeviceAuthorization,
  interval: bigint,
  request: HttpRequest,
  options: CallOptions,
): AsyncGenerator<DeviceState, TokenFields, undefined> {
  let seconds = interval;
  let slower = false;
  let reachable = true;
  for (;;) {
    yield { status: "waiting", seconds, interval, slower, reachable };
    await sleepUntil(Math.min(Date.now() + Number(seconds) * 1000, milliseconds(deadline)), options.signal);
    if (Date.now() >= milliseconds(deadline)) {
      throw new DeviceFlowError("device_expired", "the device code has expired");
    }
    yield { status: "polling" };
    const values = await answer(request, options, interval, deadline);
    if (typeof values[0] === "string") return tokensFrom(values);
    reachable = values.length === 3;
    [seconds, slower, interval] = values as [bigint, boolean, bigint];
  }
}

/** The decision after one poll: tokens, or seconds, slower and interval, and a fourth if unreachable. */
async function answer(
  request: HttpRequest,
  options: CallOptions,
  interval: bigint,
  deadline: bigint | undefined,
): Promise<unknown[]> {
  let response;
  try {
    response = await send(request, options);
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    const waiting = call((wasm) => wasm.device_unreachable(unixSeconds(), interval, deadline));
    return [...waiting, "unreachable"];
  }
  const parts = responseParts(response);
  return call((wasm) => wasm.parse_device_poll(...parts, unixSeconds(), interval, deadline));
}

function milliseconds(deadline: bigint | undefined): number {
  return deadline === undefined ? Infinity : Number(deadline) * 1000;
}
