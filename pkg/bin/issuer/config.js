import { parseConfig } from "eiam-token/issuer";
import { CommandError } from "../errors.js";
import { exampleOf } from "../example.js";
import { readText } from "../files.js";
import { withoutComments } from "./comments.js";

/**
 * The configuration to serve: that of the file, or the ready example. The profile and the base URL of the command line
 * override those of the file, and its redirect URIs are added. The default for `baseUrl` is the address that the server
 * listens on.
 *
 * @param {import("./options.js").Options} options
 * @param {string} address where the server listens, as a URL
 * @returns {Promise<import("eiam-token/issuer").IssuerConfig>}
 */
export async function loadConfig({ config: file, profile, baseUrl, redirectUris }, address) {
  const config = file === undefined ? exampleOf(baseUrl ?? address, profile) : await readConfig(file, address);
  // The issuer refuses anything else, and says what is wrong with it.
  if (typeof config !== "object" || config === null || Array.isArray(config)) return config;
  return {
    ...config,
    ...(profile === undefined ? {} : { profile }),
    ...(baseUrl === undefined ? {} : { baseUrl }),
    applications: withRedirectUris(config.applications, redirectUris),
  };
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
