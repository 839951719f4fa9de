import { Issuer } from "eiam-token/issuer";
import { configuration, objectOf } from "./config.js";

/**
 * An issuer with the keys that all issuers of this deployment have: what one has sealed or signed,
 * every other can open and verify.
 *
 * @param {Record<string, any>} env
 * @param {{
 *   object?: string, storage?: import("eiam-token/issuer").IssuerStorage
 * }} [options] `object`: the one whose applications it serves, and no other
 */
export function startIssuer(env, { object, storage } = {}) {
  const config = configuration(env);
  const applications = config.applications.filter(
    ({ applicationId }) => object === undefined || objectOf(applicationId) === object,
  );
  const options = { storage, sealingKey: bytes(env.SEALING_KEY) };
  // Sessions live where their issuer's state is, so each has cookies of its own.
  const cookieSuffix = object === undefined ? undefined : `-${object}`;
  return Issuer.create({ ...config, applications }, { ...options, cookieSuffix });
}

/** @param {string} base64url */
function bytes(base64url) {
  const base64 = base64url.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
