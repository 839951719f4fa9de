import { unlock } from "./actions.js";
import { prepareDevice, resumeDevice } from "./device.js";
import { byId, tell } from "./dom.js";
import { prepareInt64 } from "./int64.js";
import { catchUp, prepareLog } from "./log-view.js";
import { prepareMachine } from "./machine.js";
import { preparePassword } from "./password.js";
import { finishSignIn, prepareSignIn } from "./sign-in.js";
import { finishSignOut } from "./sign-out.js";
import { prepareStartOver } from "./start-over.js";
import { prepareTokenActions } from "./token-actions.js";
import { prepareTokens } from "./tokens-view.js";
import { prepareWire } from "./wire.js";
import { READY, workerReady } from "./worker.js";

/** How long a worker that is silent is left alone before it is asked again, in milliseconds. */
const PAUSE = 1000;

/** Makes the page alive. What needs the issuer waits until the worker answers for this page. */
export async function main() {
  prepareStartOver();
  prepareWire();
  prepareLog();
  prepareTokens();
  prepareTokenActions();
  prepareSignIn();
  prepareDevice();
  prepareMachine();
  preparePassword();
  prepareInt64();

  // A page that comes back as it was left knows nothing of what this tab did since then.
  addEventListener("pageshow", ({ persisted }) => persisted && location.reload());

  if (!(await workerReady())) return;
  unlock();
  resumeDevice();
  finishSignOut();
  await Promise.all([finishSignIn(), followNavigations()]);
}

/** A worker that is silent is asked again, until it answers. */
async function followNavigations() {
  const state = byId("state");
  for (let wasSilent = false; ; wasSilent = true) {
    try {
      await catchUp();
      if (wasSilent) tell(state, READY);
      return;
    } catch (error) {
      const what = `The service worker with the issuer does not answer: ${error.message}. You can wait, or press “Start over”.`;
      tell(state, what, "error");
    }
    // Some failures come at once, as that of a page that has lost its worker.
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}
