import { byId } from "./dom.js";
import { onExchange } from "./log.js";

/** Lets the line between page and worker move when something goes over it. */
export function prepareWire() {
  const wire = byId("wire");
  onExchange((exchange) => {
    if (!exchange) return;
    wire.dataset.going = exchange.status === undefined ? "out" : "back";
  });
  wire.addEventListener("animationend", () => delete wire.dataset.going);
}
