import { printable } from "../printable.js";
import { openPage } from "./open.js";
import { qrCode } from "./qr.js";
import { spinner } from "./spinner.js";

/** An address of more characters makes a QR code that no screen shows whole, or none at all. */
const LONGEST_DRAWN = 500;

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
  secrets.add(device.deviceCode);
  // An address in which a secret was masked leads nowhere, and no browser is sent there.
  const { userCode, verificationUri, verificationUriComplete } = masked(device, secrets);
  process.stderr.write(`Go to\n\n  ${printable(verificationUri)}\n\nand enter\n\n  ${printable(userCode)}\n\n`);
  const address = verificationUriComplete ?? verificationUri;
  const drawn = (qr || process.stderr.isTTY) && address.length <= LONGEST_DRAWN;
  if (drawn) process.stderr.write(`${qrCode(address, process.stderr.isTTY)}\n\n`);
  if (verificationUriComplete) process.stderr.write(`or go directly to\n\n  ${printable(address, 2000)}\n\n`);
  if (open && URL.canParse(address)) openPage(address);
  const waiting = spinner(process.stderr);
  try {
    return await client.pollDevice(device, {
      signal,
      onState: (state) => {
        if (state.status === "polling") return waiting.show("Asking …");
        const why = !state.reachable ? "the server did not answer" : "waiting for you";
        waiting.show(`${why}; next try in ${state.seconds} s`);
      },
    });
  } finally {
    waiting.stop();
  }
}

/**
 * What is shown of an answer.
 *
 * @param {import("eiam-token").DeviceAuthorization} device
 * @param {import("./secrets.js").Secrets} secrets
 */
function masked({ userCode, verificationUri, verificationUriComplete }, secrets) {
  return {
    userCode: secrets.mask(userCode),
    verificationUri: secrets.mask(verificationUri),
    verificationUriComplete: verificationUriComplete && secrets.mask(verificationUriComplete),
  };
}
