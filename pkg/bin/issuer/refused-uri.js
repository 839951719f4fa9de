import { printable } from "../printable.js";

/** The parameters that name where a browser is sent, and the keys that register them. */
const KEYS = /** @type {const} */ ({
  redirect_uri: "redirectUris",
  post_logout_redirect_uri: "postLogoutRedirectUris",
});

/**
 * What the log says of a refused redirect URI: what was sent, by whom, and how it would work.
 *
 * @param {import("../host.js").Target} target
 * @param {Buffer} body
 * @param {import("eiam-token/issuer").PlainReply} reply
 * @returns {string | undefined} nothing if it is no such refusal
 */
export function explainRedirect({ path }, body, reply) {
  if (reply.status < 400 || reply.status >= 500) return undefined;
  // At the token endpoint the URI is compared with that of the code, not with those that are registered.
  if (/\/token(?:\?|$)/.test(path)) return undefined;
  const text = Buffer.from(reply.body).toString();
  const query = path.slice(path.indexOf("?") + 1);
  for (const parameters of [new URLSearchParams(query), new URLSearchParams(body.toString("latin1"))]) {
    for (const [name, key] of Object.entries(KEYS)) {
      const sent = parameters.get(name);
      if (sent === null || !new RegExp(`\\b${name}\\b`).test(text)) continue;
      const client = parameters.get("client_id");
      const of = client === null ? "the client" : `"${printable(client, 100)}"`;
      const start = `the ${name} "${withoutQuery(sent)}"`;
      // RFC 6749 section 3.1.2.
      if (sent.includes("#"))
        return `${start} has a fragment (#…), which no redirect URI may have; send one without it`;
      if (!/^[a-z][a-z\d+.-]*:/i.test(sent) || /^localhost:/i.test(sent)) {
        return `${start} is not absolute; send all of it, such as http://localhost:3000/callback`;
      }
      return `${start} is not one of ${of}; start with --redirect-uri, or add it to "${key}" in the configuration`;
    }
  }
  return undefined;
}

/**
 * The part of a URI that can hold no secret, for people to read.
 * @param {string} uri
 */
function withoutQuery(uri) {
  const [start = ""] = uri.split(/[?#]/, 1);
  return printable(start.replace(/\/\/[^/]*@/, "//…@"), 300) + (start.length < uri.length ? "…" : "");
}
