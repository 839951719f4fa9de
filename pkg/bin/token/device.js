import { printable } from "../printable.js";
import { openPage } from "./open.js";
import { qrCode } from "./qr.js";
import { spinner } from "./spinner.js";

/**
 * The flow on a device (RFC 8628): shows where to go and with which code, and waits.
 *
 * @param {import("eiam-token").Client} client
 * @param {import("./options.js").Options} options
 * @param {import("./client.js").Context} context
 */
export async function byDevice(client, options, { signal, secrets }) {
  const { scope, open, qr } = options;
  const device = await client.deviceAuthorize({ scope, signal });
  secrets.push(device.deviceCode);
  const { userCode, verificationUri, verificationUriComplete } = device;
  process.stderr.write(`Go to\n\n  ${printable(verificationUri)}\n\nand enter\n\n  ${printable(userCode)}\n\n`);
  const address = verificationUriComplete ?? verificationUri;
  if (qr || process.stderr.isTTY) process.stderr.write(`${qrCode(address, process.stderr.isTTY)}\n\n`);
  if (verificationUriComplete) process.stderr.write(`or at once to\n\n  ${printable(address, 2000)}\n\n`);
  if (open && URL.canParse(address)) openPage(address);
  const waiting = spinner(process.stderr);
  try {
    return await client.pollDevice(device, {
      signal,
      onState: (state) => {
        if (state.status === "polling") return waiting.show("Asking …");
        const why = !state.reachable ? "the server did not answer" : "waiting for you";
        waiting.show(`${why}; the next try in ${state.seconds} s`);
      },
    });
  } finally {
    waiting.stop();
  }
}
