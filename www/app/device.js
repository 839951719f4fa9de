import { decodeIdToken, deserializeDeviceAuthorization } from "../dist/client.js";
import { action } from "./actions.js";
import { clientOf } from "./clients.js";
import { hideDevice, showDevice, showPolling, showTimeLeft } from "./device-view.js";
import { byId, hush, tell } from "./dom.js";
import { sentence } from "./errors.js";
import { received } from "./received.js";
import { recordedFetch } from "./recorded-fetch.js";
import { read, remove, write } from "./session.js";
import { onTick } from "./tick.js";
import { holdTokens } from "./tokens.js";

const SCOPE = "openid profile";

/** The flow that is under way, device code included: a reload goes on with it. */
const RUNNING = "device authorization";

/** How slowly the issuer wants that flow to be polled for, in seconds. */
const INTERVAL = "device interval";

/** @type {{ device: import("eiam-token").DeviceAuthorization, stop: AbortController } | undefined} */
let running;

export function prepareDevice() {
  const status = byId("device-status");
  action(byId("device-start"), status, async () => {
    const client = await clientOf("television");
    const device = await client.deviceAuthorize({ scope: SCOPE });
    write(RUNNING, device.serialize());
    void wait(device);
    byId("device-link").focus();
  });
  action(byId("device-early"), status, pollNow);
  byId("device-cancel").addEventListener("click", () => {
    finish();
    tell(status, "Cancelled. The issuer forgets the code when it expires.", "going");
    byId("device-start").focus();
  });
  onTick(() => running && showTimeLeft(running.device));
}

/** Goes on with the flow that a reload interrupted. */
export function resumeDevice() {
  const text = read(RUNNING);
  if (!text) return;
  try {
    void wait(deserializeDeviceAuthorization(text), BigInt(read(INTERVAL) ?? 0) || undefined);
  } catch {
    forget();
  }
}

/** Polls until the user has decided. */
async function wait(device, interval) {
  const status = byId("device-status");
  const stop = new AbortController();
  running = { device, stop };
  hush(status);
  showDevice(device);
  try {
    const client = await clientOf("television");
    const tokens = await client.pollDevice(device, { signal: stop.signal, interval, onState });
    approved(tokens, tokens.claims);
  } catch (error) {
    if (stop.signal.aborted) return;
    finish();
    tell(status, sentence(error), "error");
  }
}

function onState(state) {
  if (!showPolling(state)) return;
  write(INTERVAL, `${state.interval}`);
  if (state.slower) {
    tell(byId("device-status"), `slow_down: the issuer asks for more patience, so the next poll comes after ${state.interval} seconds.`, "going");
  } else if (!state.reachable) {
    tell(byId("device-status"), "network_error: the issuer cannot be reached; the client goes on trying.", "error");
  }
}

/** One poll more, at once, and nobody is asked whether it is time. */
async function pollNow() {
  if (!running) return;
  const client = await clientOf("television");
  const request = client.tokenRequest.deviceCode(running.device);
  const { method, headers, body } = request;
  // Of two at once the second is too early, whenever the last one was.
  for (let polls = 0; polls < 2; polls++) {
    const response = await recordedFetch(request.url, { method, headers, body });
    try {
      const tokens = client.parseTokenResponse({ status: response.status, body: await response.text() });
      return approved(tokens, tokens.idToken && decodeIdToken(tokens.idToken).claims);
    } catch (error) {
      if (error.error === "slow_down") return tell(byId("device-status"), sentence(error), "going");
      if (error.error !== "authorization_pending") throw error;
    }
  }
}

function approved(tokens, claims) {
  finish();
  holdTokens({ client: "television", by: "device flow", asked: SCOPE, tokens });
  tell(byId("device-status"), ["Approved. ", ...received(`A token set for ${claims?.name ?? claims?.sub}`)]);
}

function finish() {
  running?.stop.abort();
  running = undefined;
  forget();
  hideDevice();
}

function forget() {
  remove(RUNNING);
  remove(INTERVAL);
}
