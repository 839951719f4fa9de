import { after, before, describe } from "node:test";
import { newBrowser, startIssuer } from "./issuer.mjs";

/**
 * What the tests at one issuer need, once they run.
 *
 * @typedef {object} Issuer
 * @property {string} profile
 * @property {(clientId: string) => string} issuerOf the URL of the issuer where this application has its tokens
 * @property {() => ReturnType<typeof newBrowser>} openBrowser opens a browser in which nobody is signed in
 */

/**
 * Declares tests that run against the command in each of these profiles, at an application's issuer and at the
 * instance's.
 *
 * @param {{ instanceId: string }} config of the issuer, without its profile
 * @param {readonly string[]} profiles
 * @param {(issuer: Issuer) => void} declare declares the tests
 */
export function atBothIssuers(config, profiles, declare) {
  for (const profile of profiles) {
    describe(profile, () => {
      /** @type {Awaited<ReturnType<typeof startIssuer>>} */
      let command;
      before(async () => {
        command = await startIssuer({ ...config, profile });
      });
      after(() => command.stop());

      /** @type {Record<string, Issuer["issuerOf"]>} */
      const issuers = {
        "an application's": (clientId) => `${command.address}/v2/${config.instanceId}/${clientId}/oidc`,
        "the instance's": () => `${command.address}/api/v2/iauths_system/oauth2`,
      };
      for (const [name, issuerOf] of Object.entries(issuers)) {
        const openBrowser = () => newBrowser(command.address);
        describe(`at ${name} issuer`, () => declare({ profile, issuerOf, openBrowser }));
      }
    });
  }
}
