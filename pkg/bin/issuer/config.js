import { readFile } from "node:fs/promises";
import { exampleConfig, parseConfig } from "eiam-token/issuer";
import { CommandError } from "./errors.js";

/**
 * The configuration to serve: the file's, or the ready example. The command line's profile goes
 * before the file's; a file without `baseUrl` gets the address that is listened on.
 *
 * @param {import("./options.js").Options} options
 * @param {string} address where the server listens, as a URL
 * @returns {Promise<import("eiam-token/issuer").IssuerConfig>}
 */
export async function loadConfig({ config: file, profile }, address) {
  const config = file === undefined ? exampleConfig(address) : await readConfig(file, address);
  return profile === undefined ? config : { ...config, profile };
}

/**
 * @param {string} file
 * @param {string} address
 */
async function readConfig(file, address) {
  const config = parse(file, await read(file));
  return config.baseUrl === undefined ? { ...config, baseUrl: address } : config;
}

/** @param {string} file */
async function read(file) {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    throw new CommandError(`${file} cannot be read (${code}).`);
  }
}

/**
 * @param {string} file
 * @param {string} text
 */
function parse(file, text) {
  try {
    return parseConfig(text);
  } catch (error) {
    throw new CommandError(`${file}: ${/** @type {Error} */ (error).message}`);
  }
}
