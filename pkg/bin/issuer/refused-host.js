import { misdirected } from "../host.js";
import { explainRedirect } from "./refused-uri.js";

/**
 * What the log says about a refusal of an issuer that each request calls by a name: the host that it does not have, and
 * how to give it that, or what {@link explainRedirect} says.
 *
 * @param {import("../host.js").Target} target
 * @param {Uint8Array} body
 * @param {import("eiam-token/issuer").PlainReply} reply
 * @returns {string | undefined}
 */
export function explainHost(target, body, reply) {
  if (reply.status !== 421) return explainRedirect(target, body, reply);
  return misdirected(
    target,
    'the issuer is not called so; start it with that host in --allow-host, or in "allowedHosts" of its configuration. ' +
      "Behind a proxy that it trusts, it is the host that the proxy says.",
  );
}
