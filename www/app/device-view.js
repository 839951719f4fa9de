import { byId, element } from "./dom.js";
import { clockOf } from "./duration.js";
import { qrCode } from "./qr.js";

/** @typedef {import("./device-flow.js").DeviceFlow} DeviceFlow */

/** @param {DeviceFlow} flow */
export function showDevice(flow) {
  const { userCode, verificationUri, verificationUriComplete } = flow.device;
  const address = verificationUriComplete ?? verificationUri;
  byId("device-code").textContent = userCode;
  byId("device-address").replaceChildren(...breakable(verificationUri.replace(/^https?:\/\//, "")));
  byId("device-link").setAttribute("href", address);
  byId("device-qr").replaceChildren(qrCode(address, "QR code of the address with the code in it"));
  byId("device-poll").textContent = "";
  byId("device-idle").hidden = true;
  byId("device-running").hidden = false;
  showPace(flow);
  showTimeLeft(flow);
}

/** Nothing of a flow that has ended is kept: its code is no good any more. */
export function hideDevice() {
  for (const id of ["device-code", "device-address", "device-qr", "device-left", "device-poll", "device-interval"]) {
    byId(id).replaceChildren();
  }
  byId("device-link").removeAttribute("href");
  byId("device-running").hidden = true;
  byId("device-idle").hidden = false;
}

export function showAsking() {
  byId("device-poll").textContent = "asking now …";
}

/** @param {DeviceFlow} flow */
export function showWaiting(flow) {
  showPace(flow);
  showWait(flow);
}

/** @param {DeviceFlow} flow */
export function showTimeLeft(flow) {
  const { deadline } = flow.device;
  const left = deadline === undefined ? undefined : deadline - BigInt(Math.floor(Date.now() / 1000));
  byId("device-left").textContent = left === undefined ? "unknown" : clockOf(left > 0n ? left : 0n);
  showWait(flow);
}

/** An address that breaks after its slashes only. */
function breakable(address) {
  return address.split(/(?<=\/)/).flatMap((part) => [part, element("wbr")]);
}

function showPace({ interval, slowed }) {
  byId("device-interval").textContent = slowed ? `${interval} s, after slow_down` : `${interval} s`;
}

function showWait({ due }) {
  if (due === undefined || due === Infinity) return;
  byId("device-poll").textContent = `next in ${Math.max(0, Math.ceil((due - Date.now()) / 1000))} s`;
}
