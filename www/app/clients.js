import { Client } from "../dist/client.js";
import { APPLICATIONS, INSTANCE, issuerBase } from "../shared/configuration.js";
import { recordedFetch } from "./recorded-fetch.js";
import { read, write } from "./session.js";
import { HOME } from "./worker.js";

/** @typedef {keyof typeof APPLICATIONS} Name */

/** @type {Map<Name, Promise<Client>>} */
const clients = new Map();

/**
 * The client of one of the applications. The first time its server is discovered, over HTTP; what
 * was found is kept for this tab.
 *
 * @param {Name} name
 */
export function clientOf(name) {
  let client = clients.get(name);
  if (!client) {
    client = make(name);
    clients.set(name, client);
    client.catch(() => clients.delete(name));
  }
  return client;
}

async function make(name) {
  const { applicationId, clientSecrets } = APPLICATIONS[name];
  const settings = {
    clientId: applicationId,
    fetch: recordedFetch,
    authentication: clientSecrets
      ? { method: "client_secret_basic", clientSecret: clientSecrets[0] }
      : { method: "none" },
  };
  const known = read(`server of ${name}`);
  if (known) return new Client({ ...settings, server: JSON.parse(known) });

  const issuer = `${issuerBase(HOME)}/v2/${INSTANCE}/${applicationId}/oidc`;
  const client = await Client.discover(issuer, settings);
  write(`server of ${name}`, JSON.stringify(client.server));
  return client;
}
