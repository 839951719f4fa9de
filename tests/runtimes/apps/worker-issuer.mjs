// A Worker that is an issuer.
import { Issuer, exampleConfig } from "eiam-token/issuer";

/** @type {Promise<Issuer> | undefined} */
let issuer;

export default {
  /** @param {Request} request */
  async fetch(request) {
    // Not at the top: a Worker has no randomness there.
    issuer ??= Issuer.create(exampleConfig(new URL(request.url).origin));
    return (await issuer).fetch(request);
  },
};
