import { parseConfig } from "eiam-token/issuer";
import { CommandError } from "../errors.js";
import { exampleOf } from "../example.js";
import { readText } from "../files.js";
import { withoutComments } from "./comments.js";
import { BY_REQUEST } from "./options.js";
import { testConfig } from "./steered.js";

/**
 * The configuration to serve: that of the file, or the ready example. The profile and the base URL of the command line
 * override those of the file, and its redirect URIs and hosts are added. The default for `baseUrl` is the address that
 * the server listens on, and if each request says it, that address is one that requests can say.
 *
 * @param {import("./options.js").Options} options
 * @param {string} address where the server listens, as a URL
 * @returns {Promise<import("eiam-token/issuer").IssuerConfig>}
 */
export async function loadConfig(options, address) {
  const { config: file, profile, baseUrl, redirectUris, allowHosts, trustProxy, control } = options;
  const own = baseUrl === undefined || baseUrl === BY_REQUEST ? address : baseUrl;
  const isForTests = control !== undefined;
  const example = () => (isForTests && profile !== "fapi2" ? testConfig({ profile }, own) : exampleOf(own, profile));
  const read = async (/** @type {string} */ name) => {
    const written = await readConfig(name, address);
    return isForTests ? testConfig(written, address, name) : written;
  };
  const config = await (file === undefined ? example() : read(file));
  // The issuer refuses anything else, and says what is wrong with it.
  if (typeof config !== "object" || config === null || Array.isArray(config)) return config;
  return {
    ...config,
    ...(profile === undefined ? {} : { profile }),
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...namesOf({ ...config, ...(baseUrl === undefined ? {} : { baseUrl }) }, allowHosts, address),
    ...(trustProxy ? { trustProxy } : {}),
    applications: withRedirectUris(config.applications, redirectUris),
  };
}

/**
 * The hosts that requests may say, where they may say one.
 *
 * @param {import("eiam-token/issuer").IssuerConfig} config
 * @param {string[]} added
 * @param {string} address
 */
function namesOf({ baseUrl, allowedHosts = [] }, added, address) {
  if (!Array.isArray(allowedHosts)) return {};
  const own = baseUrl === BY_REQUEST ? [new URL(address).host] : [];
  const hosts = union(union(allowedHosts, added), own);
  return hosts.length > 0 ? { allowedHosts: hosts } : {};
}

/**
 * @param {import("eiam-token/issuer").IssuerConfig["applications"]} applications
 * @param {string[]} added
 */
function withRedirectUris(applications, added) {
  if (added.length === 0 || !Array.isArray(applications)) return applications;
  return applications.map((application) => {
    const { redirectUris = [], postLogoutRedirectUris = [], anyLoopbackRedirectUri = false } = application ?? {};
    const redirects = Array.isArray(redirectUris) && (redirectUris.length > 0 || anyLoopbackRedirectUri);
    if (!redirects) return application;
    return {
      ...application,
      redirectUris: union(redirectUris, added),
      postLogoutRedirectUris: Array.isArray(postLogoutRedirectUris)
        ? union(postLogoutRedirectUris, added)
        : postLogoutRedirectUris,
    };
  });
}

/**
 * @param {readonly string[]} some
 * @param {readonly string[]} more
 */
function union(some, more) {
  return [...new Set([...some, ...more])];
}

/**
 * @param {string} file
 * @param {string} address
 */
async function readConfig(file, address) {
  const config = parse(file, await readText(file));
  if (typeof config !== "object" || config === null || Array.isArray(config)) return config;
  return config.baseUrl === undefined ? { ...config, baseUrl: address } : config;
}

/**
 * @param {string} file
 * @param {string} text
 */
function parse(file, text) {
  try {
    return parseConfig(withoutComments(text));
  } catch (error) {
    throw new CommandError(`${file}: ${/** @type {Error} */ (error).message}`);
  }
}
