import type { ApplicationConfig, IssuerConfig, UserConfig } from "../issuer/config.js";
import type { PlainReply, PlainRequest } from "../issuer/plain.js";
import { type IssuerUrls, urlsOf } from "./urls.js";

/** A client of a test issuer, with everything that an application is configured with. */
export interface TestClient extends IssuerUrls {
  /** Its id. */
  readonly clientId: string;
  /** Its first secret; `undefined` if it has none. */
  readonly clientSecret: string | undefined;
  /** What the issuer's configuration says about it. */
  readonly application: ApplicationConfig;
}

/** A user of a test issuer. */
export interface TestUser extends UserConfig {
  /** The user's id, which is the `sub` of tokens. */
  readonly userId: string;
  /** What is typed to sign in. */
  readonly username: string;
  /** What else is typed to sign in. */
  readonly password: string;
}

/** What a test issuer has. */
export interface Records {
  /** The issuer of the whole instance, of which every application is a client. */
  readonly instance: IssuerUrls;
  /** The clients by their ids, each with the URLs of its own issuer. */
  readonly clients: Readonly<Record<string, TestClient>>;
  /** The users by their usernames. */
  readonly users: Readonly<Record<string, TestUser>>;
}

/**
 * Describes what an issuer was configured with.
 *
 * @param url where it is reached
 * @param handle sends a request to it
 */
export async function recordsOf(
  { instanceId, applications, users = [] }: IssuerConfig,
  url: string,
  handle: (request: PlainRequest) => Promise<PlainReply>,
): Promise<Records> {
  const clients: [string, TestClient][] = [];
  for (const application of applications) {
    clients.push([application.applicationId, await clientOf(application, instanceId, url, handle)]);
  }
  return {
    instance: await urlsOf(`${url}/api/v2/iauths_system/oauth2`, handle),
    clients: Object.freeze(Object.fromEntries(clients)),
    users: Object.freeze(Object.fromEntries(users.map((user) => [user.username, Object.freeze({ ...user })]))),
  };
}

/**
 * Describes one of its clients.
 *
 * @param url where the issuer is reached
 * @param handle sends a request to it
 */
export async function clientOf(
  application: ApplicationConfig,
  instanceId: string,
  url: string,
  handle: (request: PlainRequest) => Promise<PlainReply>,
): Promise<TestClient> {
  const { applicationId: clientId, clientSecrets = [] } = application;
  const urls = await urlsOf(`${url}/v2/${instanceId}/${clientId}/oidc`, handle);
  return Object.freeze({ ...urls, clientId, clientSecret: clientSecrets[0], application });
}
