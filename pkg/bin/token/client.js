import { Client, MalformedResponseError, ResponseError, clientSecretJwt, privateKeyJwt } from "eiam-token";
import { CommandError } from "../errors.js";
import { readText } from "../files.js";
import { noIssuer, otherIssuer } from "./no-issuer.js";
import { readPrivateKey } from "./private-key.js";

/**
 * What all steps of a run share.
 *
 * @typedef {object} Context
 * @property {AbortSignal} signal
 * @property {import("./secrets.js").Secrets} secrets
 */

/**
 * The client that the command line describes.
 *
 * @param {import("./options.js").Options} options
 * @param {Context} context
 */
export async function makeClient(options, context) {
  const { issuer, eiam, clientId } = options;
  const authentication = await readAuthentication(options, context);
  const { signal, secrets } = context;
  const { fetch } = secrets;
  if (eiam !== undefined) return Client.eiam({ ...eiam, clientId, authentication, fetch });
  return discover(issuer ?? "", { clientId, authentication, fetch, signal }, secrets);
}

/**
 * Makes a client from its server's metadata, wherever they are.
 *
 * @param {string} issuer
 * @param {import("eiam-token").DiscoveryOptions & { clientId: string } & import("eiam-token").ClientSettings} options
 * @param {import("./secrets.js").Secrets} secrets
 */
async function discover(issuer, options, secrets) {
  try {
    return await Client.discover(issuer, options);
  } catch (error) {
    if (error instanceof MalformedResponseError && error.path === "$.issuer") {
      const sentence = await otherIssuer(issuer, options);
      if (sentence !== undefined) throw new CommandError(secrets.mask(sentence));
    }
    if (!(error instanceof ResponseError && error.status === 404)) throw error;
    throw new CommandError(secrets.mask(await noIssuer(issuer, options)));
  }
}

/**
 * @param {import("./options.js").Options} options
 * @param {Context} context
 * @returns {Promise<import("eiam-token").ClientAuthentication>}
 */
async function readAuthentication(options, { secrets }) {
  const { clientId, privateKey, clientSecretFile, authMethod } = options;
  if (privateKey !== undefined) {
    const { key, kid } = await readPrivateKey(privateKey);
    return privateKeyJwt({ key, keyId: options.keyId ?? kid });
  }
  const clientSecret = await readSecret(clientSecretFile);
  if (clientSecret === undefined) {
    if (authMethod === undefined) return { method: "none" };
    throw new CommandError(
      `--auth-method ${authMethod} needs a secret: give --client-secret-file, or set EIAM_TOKEN_CLIENT_SECRET.`,
      2,
    );
  }
  secrets.add(clientSecret, ...basicOf(clientId, clientSecret));
  if (authMethod === "client_secret_jwt") return clientSecretJwt(clientSecret);
  return { method: authMethod ?? "client_secret_basic", clientSecret };
}

/**
 * The secret as a Basic header has it, encoded (RFC 6749 section 2.3.1) or not.
 *
 * @param {string} id
 * @param {string} secret
 */
function basicOf(id, secret) {
  const encoded = new URLSearchParams([[id, secret]]).toString().replace("=", ":");
  return [encoded, `${id}:${secret}`].map((text) => Buffer.from(text).toString("base64"));
}

/** @param {string | undefined} file */
async function readSecret(file) {
  if (file === undefined) return process.env["EIAM_TOKEN_CLIENT_SECRET"] || undefined;
  // Editors end files with a newline, which is not a part of the secret.
  const secret = (await readText(file)).replace(/\r?\n$/, "");
  if (!secret) throw new CommandError(`${file} is empty; it must contain the client secret.`);
  return secret;
}
