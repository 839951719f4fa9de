import { invalid } from "../../client/invalid.js";
import type { PlainReply } from "../../issuer/plain.js";
import type { TestClient } from "../records.js";
import { refused } from "./refused.js";
import type { Handle } from "./walk.js";

/**
 * Posts a form as a client, with its secret if it has one, and reads the JSON that comes back.
 *
 * @param act what is tried, for errors
 */
export async function post(
  handle: Handle,
  act: string,
  { clientId, clientSecret, application }: TestClient,
  url: string,
  form: Iterable<readonly [string, string]>,
  // biome-ignore lint/suspicious/noExplicitAny: what the issuer answers
): Promise<any> {
  const isPublic = application.public === true;
  if (clientSecret === undefined && !isPublic) {
    throw invalid("client", `${clientId} authenticates by a key of its own, which only its owner has`);
  }
  const methods = application.tokenEndpointAuthMethods ?? ["client_secret_post"];
  const isBasic = clientSecret !== undefined && !methods.includes("client_secret_post");
  const headers: [string, string][] = [["content-type", "application/x-www-form-urlencoded"]];
  const body = new URLSearchParams([...form] as [string, string][]);
  if (isBasic) headers.push(["authorization", `Basic ${btoa(`${encoded(clientId)}:${encoded(clientSecret)}`)}`]);
  else {
    body.set("client_id", clientId);
    if (clientSecret !== undefined) body.set("client_secret", clientSecret);
  }
  const reply = await handle({ method: "POST", url, headers, body: body.toString() });
  if (reply.status < 200 || reply.status > 299) throw refused(act, reply);
  return json(reply);
}

/** RFC 6749 section 2.3.1: both are encoded as in a form first. */
function encoded(text: string): string {
  return new URLSearchParams([["", text]]).toString().slice(1);
}

function json({ body }: PlainReply): unknown {
  return JSON.parse(new TextDecoder().decode(body));
}
