import { printable } from "../printable.js";

/** The parameters that name a redirect URI, and the keys of the configuration that register it. */
const KEYS = /** @type {const} */ ({
  redirect_uri: "redirectUris",
  post_logout_redirect_uri: "postLogoutRedirectUris",
});

/**
 * What the log says about a refused redirect URI: what was sent, by which client, and how to make it work.
 *
 * @param {import("../host.js").Target} target
 * @param {Uint8Array} body
 * @param {import("eiam-token/issuer").PlainReply} reply
 * @returns {string | undefined} `undefined` if no redirect URI was refused
 */
export function explainRedirect({ path }, body, reply) {
  if (reply.status < 400 || reply.status >= 500) return undefined;
  // The token endpoint compares the URI with that of the code, and not with the registered ones.
  if (/\/token(?:\?|$)/.test(path)) return undefined;
  const text = Buffer.from(reply.body).toString();
  const query = path.slice(path.indexOf("?") + 1);
  for (const parameters of [new URLSearchParams(query), new URLSearchParams(Buffer.from(body).toString("latin1"))]) {
    for (const [name, key] of Object.entries(KEYS)) {
      const sent = parameters.get(name);
      if (sent === null || !new RegExp(`\\b${name}\\b`).test(text)) continue;
      const client = parameters.get("client_id");
      const of = client === null ? "the client" : `"${printable(client, 100)}"`;
      const start = `the ${name} "${withoutQuery(sent)}"`;
      // RFC 6749 section 3.1.2.
      if (sent.includes("#"))
        return `${start} has a fragment (#…), which redirect URIs must not have; send it without the fragment`;
      if (!/^[a-z][a-z\d+.-]*:/i.test(sent) || /^localhost:/i.test(sent)) {
        return `${start} is not absolute; send the whole URI, such as http://localhost:3000/callback`;
      }
      return `${start} is not registered for ${of}; start the issuer with --redirect-uri, or add the URI to "${key}" in the configuration`;
    }
  }
  return undefined;
}

/**
 * The part of a URI that cannot contain a secret, for people to read.
 * @param {string} uri
 */
function withoutQuery(uri) {
  const [start = ""] = uri.split(/[?#]/, 1);
  return printable(start.replace(/\/\/[^/]*@/, "//…@"), 300) + (start.length < uri.length ? "…" : "");
}
