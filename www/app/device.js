import { decodeIdToken } from "../dist/client.js";
import { action } from "./actions.js";
import { clientOf } from "./clients.js";
import { DeviceFlow } from "./device-flow.js";
import { hideDevice, showAsking, showDevice, showTimeLeft, showWaiting } from "./device-view.js";
import { byId, hush, tell } from "./dom.js";
import { sentence } from "./errors.js";
import { received } from "./received.js";
import { recordedFetch } from "./recorded-fetch.js";
import { onTick } from "./tick.js";
import { holdTokens, onOtherTokens } from "./tokens.js";

const SCOPE = "openid profile";

/** How often "Poll too early" asks at most: of two at once the second is too early, whenever the last one was. */
const POLLS = 2;

/** With these the user's decision or the clock has ended the flow (RFC 8628 section 3.5). */
const FINAL = new Set(["access_denied", "expired_token"]);

/** @type {DeviceFlow | undefined} */
let running;

/** @type {import("./device-flow.js").Panel} */
const PANEL = {
  onAsking: showAsking,
  onWaiting(flow, answer) {
    showWaiting(flow);
    if (answer?.slower) tellSlower(flow);
    else if (answer && !answer.reachable)
      say("network_error: the issuer cannot be reached; the client goes on trying.", "error");
    // The last poll was answered as it should be: what was said of those before is overtaken.
    else if (answer) hush(byId("device-status"));
  },
  onTokens: (_flow, tokens) => approved(tokens, tokens.claims),
  onFailure(_flow, error) {
    ended();
    say(sentence(error), "error");
  },
};

export function prepareDevice() {
  const status = byId("device-status");
  onOtherTokens(() => running || hush(status));
  action(byId("device-start"), status, async () => {
    const client = await clientOf("television");
    begin(new DeviceFlow(await client.deviceAuthorize({ scope: SCOPE }), PANEL));
    byId("device-link").focus();
  });
  action(byId("device-early"), status, pollNow);
  byId("device-cancel").addEventListener("click", () => {
    endDevice();
    say("Cancelled. The issuer forgets the code when it expires.", "going");
    byId("device-start").focus();
  });
  onTick(() => running && showTimeLeft(running));
}

/** Goes on with the flow that a reload interrupted. */
export function resumeDevice() {
  const flow = DeviceFlow.interrupted(PANEL);
  if (flow) begin(flow);
}

/** Ends the flow that is under way, if there is one. */
function endDevice() {
  running?.stop();
  ended();
}

function begin(flow) {
  running = flow;
  showDevice(flow);
  flow.start();
}

function ended() {
  running = undefined;
  hideDevice();
}

/** One poll more, at once, and nobody is asked whether it is time. */
async function pollNow() {
  const flow = running;
  await flow?.instead(async (signal) => {
    const client = await clientOf("television");
    const { url, method, headers, body } = client.tokenRequest.deviceCode(flow.device);
    for (let polls = 0; polls < POLLS; polls++) {
      const response = await recordedFetch(url, { method, headers, body, signal });
      const answer = { status: response.status, body: await response.text() };
      try {
        const tokens = client.parseTokenResponse(answer);
        flow.stop();
        return approved(tokens, tokens.idToken && decodeIdToken(tokens.idToken).claims);
      } catch (error) {
        if (error.error === "slow_down") {
          flow.slowDown();
          return tellSlower(flow);
        }
        if (FINAL.has(error.error)) {
          flow.stop();
          return PANEL.onFailure(flow, error);
        }
        if (error.error !== "authorization_pending") throw error;
      }
    }
  });
}

function approved(tokens, claims) {
  ended();
  holdTokens({ client: "television", by: "device flow", asked: SCOPE, tokens });
  say(["Approved. ", ...received(`A token set for ${claims?.name ?? claims?.sub}`)]);
}

function tellSlower({ interval }) {
  say(
    `slow_down: the issuer asks the client to poll less often, so from now on ${interval} seconds pass between two polls.`,
    "going",
  );
}

function say(what, kind) {
  tell(byId("device-status"), what, kind);
}
