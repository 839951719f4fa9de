// A Worker that is a client of the other one, and runs the checks in itself.
import * as client from "eiam-token";
import * as issuer from "eiam-token/issuer";
import * as testing from "eiam-token/testing";
import { printSecrets, runChecks } from "../checks.mjs";
import { objectBy } from "./object.mjs";
import { remoteAt } from "./remote.mjs";

export default {
  /**
   * @param {Request} _request
   * @param {{ ISSUER: { fetch: typeof fetch } }} env
   */
  async fetch(_request, env) {
    const ask = (url, init) => env.ISSUER.fetch(url, init);
    const remote = remoteAt("https://issuer.example", "manual", ask);
    await printSecrets(client);
    return Response.json(await runChecks({ client, issuer, testing, remote, object: objectBy(ask) }));
  },
};
