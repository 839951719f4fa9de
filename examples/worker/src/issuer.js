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
  // Sessions live where their issuer's state is, so each has cookies of its own.
  const cookieSuffix = object === undefined ? undefined : `-${object}`;
  return create(env, { ...config, applications }, { storage, cookieSuffix });
}

/**
 * An issuer that gives nobody anything, because it has no users and all its applications are
 * disabled. It refuses what belongs to no object.
 *
 * @param {Record<string, any>} env
 */
export function startRefuser(env) {
  const config = configuration(env);
  const applications = config.applications.map((one) => ({ ...one, disabled: true }));
  // Wrong user codes are counted by UserCodes.
  const limits = {
    ...config.limits,
    userCodeFailures: MANY,
    userCodeFailuresPerBrowser: MANY,
    userCodeFailuresPerSource: MANY,
  };
  return create(env, { ...config, applications, users: [], limits });
}

/**
 * @param {Record<string, any>} env
 * @param {import("eiam-token/issuer").IssuerConfig} config
 * @param {import("eiam-token/issuer").IssuerOptions} [options]
 */
function create(env, config, options) {
  return Issuer.create(config, { ...options, sealingKey: bytes(env.SEALING_KEY) });
}

/** @param {string} base64url */
function bytes(base64url) {
  const base64 = base64url.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

const MANY = 1_000_000_000;
