import { readFile } from "node:fs/promises";

/**
 * As much of a JSON Schema as the issuer's has, read to explain it.
 *
 * @typedef {object} Schema
 * @property {string} [description]
 * @property {string} [$ref]
 * @property {Record<string, Schema>} [properties]
 * @property {Schema} [items]
 * @property {unknown} [default]
 * @property {unknown[]} [examples]
 * @property {Record<string, Schema>} [$defs]
 */

const FILE = new URL("../../schema/issuer-config.schema.json", import.meta.url);

/**
 * The schema of the issuer's configuration.
 * @returns {Promise<Schema>}
 */
export async function configSchema() {
  return JSON.parse(await readFile(FILE, "utf8"));
}
