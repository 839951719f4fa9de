import { Issuer } from "eiam-token/issuer";
import { configuration } from "./config.js";

/**
 * An issuer with the keys that all issuers of this deployment have: what one has sealed or signed,
 * every other can open and verify.
 *
 * @param {Record<string, any>} env
 * @param {{
 *   only?: string, storage?: import("eiam-token/issuer").IssuerStorage
 * }} [options] `only`: the one application that it serves
 */
export function startIssuer(env, { only, storage } = {}) {
  const config = configuration(env);
  const applications = config.applications.filter(
    ({ applicationId }) => only === undefined || applicationId === only,
  );
  const options = { storage, sealingKey: bytes(env.SEALING_KEY) };
  // Sessions live where their issuer's state is, so each has cookies of its own.
  const cookieSuffix = only === undefined ? undefined : `-${only}`;
  return Issuer.create({ ...config, applications }, { ...options, cookieSuffix });
}

/** @param {string} base64url */
function bytes(base64url) {
  const base64 = base64url.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
