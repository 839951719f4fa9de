import { readFile } from "node:fs/promises";

/** This package's version. */
export async function version() {
  const { version } = JSON.parse(await readFile(new URL("../package.json", import.meta.url), "utf8"));
  return String(version);
}
