import { byId, tell } from "./dom.js";
import { prepareDevice, resumeDevice } from "./device.js";
import { prepareInt64 } from "./int64.js";
import { catchUp, prepareLog } from "./log-view.js";
import { prepareMachine } from "./machine.js";
import { preparePassword } from "./password.js";
import { finishSignIn, prepareSignIn } from "./sign-in.js";
import { finishSignOut } from "./sign-out.js";
import { prepareStartOver } from "./start-over.js";
import { prepareTokenActions } from "./token-actions.js";
import { prepareTokens } from "./tokens-view.js";
import { unlock } from "./actions.js";
import { READY, workerReady } from "./worker.js";
import { prepareWire } from "./wire.js";

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

/** What is asked of a worker that is silent is asked again, and answered when it speaks. */
async function followNavigations() {
  try {
    await catchUp();
  } catch (error) {
    const what = `The service worker with the issuer is silent: ${error.message}. You can wait, or press “Start over”.`;
    tell(byId("state"), what, "error");
    await followNavigations();
    tell(byId("state"), READY);
  }
}
