import { EiamTokenError } from "../errors.js";
import type { PlainReply, PlainRequest } from "../issuer/plain.js";

/** One of the two issuers that a client can use: that of its application, or that of the whole instance. */
export interface IssuerUrls {
  /** The issuer's URL (`iss`), which clients are configured with. */
  readonly issuer: string;
  /** Where its metadata are (OpenID Connect Discovery section 4). */
  readonly discovery: string;
  /** Its authorization endpoint. */
  readonly authorizationEndpoint: string;
  /** Its token endpoint. */
  readonly tokenEndpoint: string;
  /** Its device authorization endpoint (RFC 8628); `undefined` if it has none. */
  readonly deviceAuthorizationEndpoint: string | undefined;
  /** Its endpoint for pushed authorization requests (RFC 9126). */
  readonly pushedAuthorizationRequestEndpoint: string;
  /** Its userinfo endpoint. */
  readonly userinfoEndpoint: string;
  /** Its introspection endpoint (RFC 7662). */
  readonly introspectionEndpoint: string;
  /** Its revocation endpoint (RFC 7009). */
  readonly revocationEndpoint: string;
  /** Where a browser signs out (OpenID Connect RP-Initiated Logout). */
  readonly endSessionEndpoint: string;
  /** Where clients register themselves (RFC 7591); `undefined` without `registration`. */
  readonly registrationEndpoint: string | undefined;
  /** Where its public keys are. */
  readonly jwksUri: string;
}

/**
 * The URLs that an issuer announces.
 *
 * @param issuer its URL
 * @param handle sends a request to it
 */
export async function urlsOf(
  issuer: string,
  handle: (request: PlainRequest) => Promise<PlainReply>,
): Promise<IssuerUrls> {
  const discovery = `${issuer}/.well-known/openid-configuration`;
  const { status, body } = await handle({ method: "GET", url: discovery });
  if (status !== 200) throw new EiamTokenError("internal", `${discovery} has the status ${status}`);
  const metadata: Record<string, string> = JSON.parse(new TextDecoder().decode(body));
  const urls: Record<string, string> = { issuer, discovery };
  for (const [name, value] of Object.entries(metadata)) {
    if (/_(?:endpoint|uri)$/.test(name)) urls[inCamelCase(name)] = value;
  }
  return Object.freeze(urls) as unknown as IssuerUrls;
}

function inCamelCase(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
