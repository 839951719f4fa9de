import { DeviceFlowError, EiamTokenError } from "../errors.js";
import { jsonText, withJson } from "../json.js";
import type { HttpResponse } from "./answer.js";
import { sleep, steadyClock } from "./clock.js";
import { DEFAULT_INTERVAL, DEVICE_ANSWER } from "./generated/tables.js";
import type { CallOptions } from "./http.js";
import { invalid } from "./invalid.js";
import { type NextPoll, afterPoll } from "./polling.js";
import { lifetimes, read, receivedAt } from "./read.js";
import { redacted } from "./redacted.js";
import { type Int64, type Seconds, secondsAs } from "./seconds.js";
import { storedMembers, storedObject } from "./stored.js";
import type { TokenFields, TokenOptions } from "./tokens.js";

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
  const { deviceCode, ...others } = fields;
  const visible = {
    ...others,
    expiresIn: secondsAs(fields.expiresIn, int64, "$.expires_in"),
    expiresAt: secondsAs(fields.expiresAt, int64, "$.expires_at"),
    interval: secondsAs(fields.interval, int64, "$.interval")!,
    deadline: secondsAs(fields.deadline, int64, "deadline"),
  };
  return redacted("DeviceAuthorization", visible, {
    deviceCode,
    serialize: () => jsonText(fields),
  });
}

/** Reads the response that starts a device flow. @internal */
export function readDevice<I extends Int64>(
  response: HttpResponse,
  least: number,
  now: number,
  int64: I | undefined,
): DeviceAuthorization<I> {
  const received = receivedAt(response, now);
  const { values } = read(DEVICE_ANSWER, response, { least });
  const { interval = BigInt(DEFAULT_INTERVAL), ...others } = values as Readonly<DeviceFields>;
  const [deadline] = lifetimes(others.expiresIn, others.expiresAt, received);
  return deviceAuthorization({ ...others, interval, deadline }, int64);
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
  const fields = storedMembers<DeviceFields>(storedObject(text), DEVICE_ANSWER, "deadline");
  return deviceAuthorization(fields, options.int64);
}

/** The sending and the reading of each poll. @internal */
export interface Polls {
  /** Sends the request of one poll. */
  readonly ask: () => Promise<HttpResponse>;
  /** Reads the response to it. */
  readonly read: (response: HttpResponse) => TokenFields;
}

/**
 * Polls until the flow ends. It yields the states to show, and returns the tokens, whose id_token it does not check.
 *
 * @param from the seconds between polls to begin with
 * @throws {DeviceFlowError} if the user refused or the code expired
 * @throws {EiamTokenError} whatever else a poll fails with for good
 *
 * @internal
 */
export async function* poll<I extends Int64>(
  device: DeviceAuthorization<I>,
  from: Seconds<I>,
  { ask, read }: Polls,
  options: CallOptions & TokenOptions<I>,
): AsyncGenerator<DeviceState<I>, TokenFields, undefined> {
  const clock = steadyClock();
  const deadline = device.deadline === undefined ? Infinity : Number(device.deadline) * 1000;
  const as = (seconds: bigint) => secondsAs(seconds, options.int64, "$.interval")!;
  if (!/^\d+$/.test(`${from}`)) {
    throw invalid("interval", "not a whole number of seconds");
  }
  let interval = BigInt(from);
  let next: NextPoll = { seconds: interval, interval, slower: false, reachable: true };
  for (;;) {
    const { seconds, slower, reachable } = next;
    yield withJson({ status: "waiting", seconds: as(seconds), interval: as(interval), slower, reachable });
    await sleep(Math.min(Number(seconds) * 1000, deadline - clock()), options.signal);
    if (clock() >= deadline) throw expired();
    yield { status: "polling" };
    try {
      return read(await ask());
    } catch (error) {
      if (!(error instanceof EiamTokenError)) throw error;
      const decision = afterPoll(error, interval, clock() >= deadline);
      if (decision === "expired") throw expired();
      if (decision === "denied") throw new DeviceFlowError("device_denied", "the user refused the device");
      if (decision === "failed") throw error;
      next = decision;
      interval = next.interval;
    }
  }
}

function expired(): DeviceFlowError {
  return new DeviceFlowError("device_expired", "the device code has expired");
}
