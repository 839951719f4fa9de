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
import { workerReady } from "./worker.js";
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

  if (!(await workerReady())) return;
  await catchUp();
  unlock();
  resumeDevice();
  finishSignOut();
  await finishSignIn();
}
