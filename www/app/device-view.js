import { byId, element } from "./dom.js";
import { clockOf } from "./duration.js";
import { qrCode } from "./qr.js";

/** When the next poll is due, as Date.now() counts; `undefined` while one is under way. */
let due;

/** @param {import("eiam-token").DeviceAuthorization} device */
export function showDevice(device) {
  const address = device.verificationUriComplete ?? device.verificationUri;
  byId("device-code").textContent = device.userCode;
  byId("device-address").replaceChildren(...breakable(device.verificationUri.replace(/^https?:\/\//, "")));
  byId("device-link").setAttribute("href", address);
  byId("device-qr").replaceChildren(qrCode(address, "QR code of the address with the code in it"));
  byId("device-interval").textContent = `${device.interval} s`;
  byId("device-poll").textContent = "";
  byId("device-idle").hidden = true;
  byId("device-running").hidden = false;
  showTimeLeft(device);
}

export function hideDevice() {
  due = undefined;
  byId("device-running").hidden = true;
  byId("device-idle").hidden = false;
}

/**
 * @param {import("eiam-token").DeviceState} state
 * @returns {boolean} whether it is a wait, which says more than this shows
 */
export function showPolling(state) {
  if (state.status === "polling") {
    due = undefined;
    byId("device-poll").textContent = "asking now …";
    return false;
  }
  due = Date.now() + Number(state.seconds) * 1000;
  byId("device-interval").textContent = state.slower ? `${state.interval} s, after slow_down` : `${state.interval} s`;
  showWait();
  return true;
}

/** @param {import("eiam-token").DeviceAuthorization} device */
export function showTimeLeft({ deadline }) {
  const left = deadline === undefined ? undefined : deadline - BigInt(Math.floor(Date.now() / 1000));
  byId("device-left").textContent = left === undefined ? "unknown" : clockOf(left > 0n ? left : 0n);
  showWait();
}

/** An address that breaks after its slashes only. */
function breakable(address) {
  return address.split(/(?<=\/)/).flatMap((part) => [part, element("wbr")]);
}

function showWait() {
  if (due === undefined) return;
  byId("device-poll").textContent = `next in ${Math.max(0, Math.ceil((due - Date.now()) / 1000))} s`;
}
