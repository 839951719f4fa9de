import { ConnectionError, DeviceFlowError, InvalidArgumentError } from "../errors.js";
import { jsonText, withJson } from "../json.js";
import { call, read } from "./call.js";
import { sleep, steadyClock, unixSeconds } from "./clock.js";
import { type CallOptions, type HttpRequest, send } from "./http.js";
import * as Operation from "./operation.js";
import { redacted } from "./redacted.js";
import { type Int64, type Seconds, secondsAs, secondsFrom } from "./seconds.js";
import { optionalString, requiredString, storedObject, storedSeconds } from "./stored.js";
import { type TokenFields, type TokenOptions, tokensFrom } from "./tokens.js";

/** What a device shows to its user, and the code with which it polls (RFC 8628 section 3.2). */
export interface DeviceAuthorization<I extends Int64 = "bigint"> {
  /** The code for the polls. Consoles and JSON do not show it. */
  readonly deviceCode: string;
  /** The code that the user types. */
  readonly userCode: string;
  /** The page on which the user types the code. */
  readonly verificationUri: string;
  /** The URL of that page with the code in it, for a link or a QR code. */
  readonly verificationUriComplete: string | undefined;
  /** The lifetime of both codes in seconds, from the moment of the response. */
  readonly expiresIn: Seconds<I> | undefined;
  /** When both codes expire, in Unix seconds by the server's clock. */
  readonly expiresAt: Seconds<I> | undefined;
  /** The seconds between polls. */
  readonly interval: Seconds<I>;
  /** When both codes expire, in Unix seconds by this machine's clock; `undefined` if that is unknown. */
  readonly deadline: Seconds<I> | undefined;
  /** Returns everything as text, including the device code, to continue after a reload. */
  serialize(): string;
}

/** The state of a device flow, to be shown to the user. */
export type DeviceState<I extends Int64 = "bigint"> =
  /** The flow waits for the next poll, which is sent in `seconds`. */
  | {
      readonly status: "waiting";
      readonly seconds: Seconds<I>;
      /** The seconds between polls from now on. */
      readonly interval: Seconds<I>;
      /** Whether the server answered the last poll with `slow_down`. */
      readonly slower: boolean;
      /** Whether the server answered the last poll. */
      readonly reachable: boolean;
    }
  /** A poll has been sent, and the flow waits for its response. */
  | { readonly status: "polling" };

/** The stored part of a device authorization. @internal */
export interface DeviceFields {
  deviceCode: string;
  userCode: string;
  verificationUri: string;
  verificationUriComplete: string | undefined;
  expiresIn: bigint | undefined;
  expiresAt: bigint | undefined;
  interval: bigint | undefined;
  deadline: bigint | undefined;
}

function deviceAuthorization<I extends Int64>(fields: DeviceFields, int64: I | undefined): DeviceAuthorization<I> {
  const { deviceCode, userCode, verificationUri, verificationUriComplete } = fields;
  const as = (seconds: bigint | undefined, name: string) => secondsAs(seconds, int64, name);
  const visible = {
    userCode,
    verificationUri,
    verificationUriComplete,
    expiresIn: as(fields.expiresIn, "$.expires_in"),
    expiresAt: as(fields.expiresAt, "$.expires_at"),
    interval: as(fields.interval, "$.interval")!,
    deadline: as(fields.deadline, "deadline"),
  };
  return redacted("DeviceAuthorization", visible, {
    deviceCode,
    serialize: () => jsonText(fields),
  });
}

/** The results of an operation that gives a device authorization. @internal */
export function deviceFrom<I extends Int64>(results: string[], int64: I | undefined): DeviceAuthorization<I> {
  const fields = {
    deviceCode: results[1]!,
    userCode: results[2]!,
    verificationUri: results[3]!,
    verificationUriComplete: results[4] || undefined,
    expiresIn: secondsFrom(results[5]),
    expiresAt: secondsFrom(results[6]),
    interval: secondsFrom(results[7]),
    deadline: secondsFrom(results[8]),
  };
  return deviceAuthorization(fields, int64);
}

/**
 * Makes a device authorization from the text of {@link DeviceAuthorization.serialize}.
 *
 * @throws {InvalidArgumentError} if the text does not come from `serialize()`
 * @throws {MalformedResponseError} for seconds that `int64: "number"` would round
 */
export function deserializeDeviceAuthorization<I extends Int64 = "bigint">(
  text: string,
  options: TokenOptions<I> = {},
): DeviceAuthorization<I> {
  const stored = storedObject(text);
  const fields = {
    deviceCode: requiredString(stored, "deviceCode"),
    userCode: requiredString(stored, "userCode"),
    verificationUri: requiredString(stored, "verificationUri"),
    verificationUriComplete: optionalString(stored, "verificationUriComplete"),
    expiresIn: storedSeconds(stored, "expiresIn"),
    expiresAt: storedSeconds(stored, "expiresAt"),
    interval: storedSeconds(stored, "interval"),
    deadline: storedSeconds(stored, "deadline"),
  };
  return deviceAuthorization(fields, options.int64);
}

/**
 * Polls until the flow ends. It yields the states to show, and returns the tokens.
 *
 * @internal
 */
export async function* poll<I extends Int64>(
  device: DeviceAuthorization<I>,
  from: Seconds<I>,
  request: () => Promise<HttpRequest>,
  options: CallOptions & TokenOptions<I>,
): AsyncGenerator<DeviceState<I>, TokenFields, undefined> {
  const clock = steadyClock();
  const deadline = device.deadline === undefined ? Infinity : Number(device.deadline) * 1000;
  const as = (seconds: bigint) => secondsAs(seconds, options.int64, "$.interval")!;
  if (!/^\d+$/.test(`${from}`)) {
    throw new InvalidArgumentError("interval: not a whole number of seconds", "interval");
  }
  let interval = BigInt(from);
  let seconds = interval;
  let slower = false;
  let reachable = true;
  for (;;) {
    yield withJson({ status: "waiting", seconds: as(seconds), interval: as(interval), slower, reachable });
    await sleep(Math.min(Number(seconds) * 1000, deadline - clock()), options.signal);
    if (clock() >= deadline) throw expired();
    yield { status: "polling" };
    const polling = { now: unixSeconds(), interval, deadline: device.deadline };
    const results = await answer(await request(), polling, options);
    if (results[1]) return tokensFrom(results);
    if (results[2] === "expired") throw expired();
    if (results[2] === "denied") {
      throw new DeviceFlowError("device_denied", "the user refused the device");
    }
    seconds = BigInt(results[2]!);
    interval = BigInt(results[3]!);
    slower = !!results[4];
    reachable = results[5] === undefined;
  }
}

/** The results of one poll; a sixth result says that no response came. */
async function answer(
  request: HttpRequest,
  polling: { now: number; interval: bigint; deadline: bigint | number | string | undefined },
  options: CallOptions,
): Promise<string[]> {
  let response;
  try {
    response = await send(request, options);
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    const now = unixSeconds();
    return [...call(Operation.DeviceUnreachable, { ...polling, now }), "unreachable"];
  }
  return read(Operation.ParseDevicePoll, response, { ...polling, now: unixSeconds() });
}

function expired(): DeviceFlowError {
  return new DeviceFlowError("device_expired", "the device code has expired");
}
