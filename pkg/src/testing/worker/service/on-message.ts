import { IssuerConfigError } from "../../../issuer/errors.js";
import { isLoopback } from "../../hosts.js";
import { ADDRESS, type Asked, type Failure, type Message, STAMP, type Started, type Told } from "../messages.js";
import { end, running, start } from "./host.js";
import { type MessageEvent, scope } from "./scope.js";

/** Answers a page. Only pages of the worker's own origin can send it messages. */
export function onMessage(event: MessageEvent): void {
  const asked = event.data as Partial<Message> | null | undefined;
  const [port] = event.ports;
  if (asked?.to !== ADDRESS || port === undefined) return;
  event.stopImmediatePropagation();
  const told = done(asked as Message).then(
    (answer): Told => ({ answer }),
    (error: unknown): Told => ({ failure: failureOf(error) }),
  );
  event.waitUntil(told.then((told) => port.postMessage(told)));
}

async function done(asked: Asked): Promise<unknown> {
  switch (asked.ask) {
    case "start":
      return begun(asked);
    case "control":
      return (await there()).control(asked.method, asked.path, asked.body);
    case "clock":
      return (await there()).clock();
    case "reset":
      return (await there()).reset();
    case "end":
      return end();
  }
}

async function begun({ beginning, anyHost }: Extract<Asked, { ask: "start" }>): Promise<Started> {
  if (!anyHost && !isLoopback(scope.location.hostname)) {
    throw new Error(`this worker is a test issuer, which ${scope.location.hostname} must not have`);
  }
  const { records } = await start(beginning);
  // A hard reload leaves a page without its worker.
  await scope.clients.claim();
  return { stamp: STAMP, records };
}

async function there() {
  const issuer = await running();
  if (issuer === undefined) throw new Error("there is no issuer any more: call startIssuerWorker() again");
  return issuer;
}

function failureOf(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  return error instanceof IssuerConfigError ? { message, path: error.path } : { message };
}
