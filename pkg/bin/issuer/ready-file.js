import { readFileSync, unlinkSync } from "node:fs";
import { lstat, open, readFile, rename, stat, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { CommandError } from "../errors.js";
import { unwritable } from "../files.js";

/** More is no file that this command has written. */
const MOST = 64 * 1024 * 1024;

/**
 * A file that says that the issuer is ready, and where it is. It appears at once and whole, and only its owner can read
 * it.
 */
export class ReadyFile {
  #path;
  #written = "";

  /** @param {string} path */
  constructor(path) {
    this.#path = path;
  }

  /**
   * Removes what a former issuer has left, so that nobody takes it for this one's. What an issuer has written that still
   * runs stays: this one may not come to listen.
   *
   * @throws {CommandError} if another file is there, or none can be written
   */
  async prepare() {
    await this.#clear((text) => !isOfRunning(text));
  }

  /**
   * Removes also what an issuer has written that still runs. This one listens now, and will write its own.
   *
   * @throws {CommandError} if another file is there, or none can be written
   */
  async takeOver() {
    await this.#clear(() => true);
  }

  /** @param {(text: string) => boolean} isLeft whether a file of an issuer is to be removed */
  async #clear(isLeft) {
    try {
      const found = await lstat(this.#path).catch(unlessMissing);
      if (found === undefined) {
        // Otherwise it would be found out when the issuer is ready.
        await stat(dirname(this.#path));
        return;
      }
      const text = found.isFile() && found.size <= MOST ? await readFile(this.#path, "utf8") : undefined;
      if (text === undefined || !isOurs(text)) {
        throw new CommandError(
          `${this.#path} is there already, and no issuer has written it; remove it, or choose another --ready-file.`,
        );
      }
      if (isLeft(text)) await unlink(this.#path);
    } catch (error) {
      throw explained(this.#path, error);
    }
  }

  /**
   * Writes it.
   *
   * @param {object} content
   * @throws {CommandError} if it cannot be written
   */
  async write(content) {
    const text = `${JSON.stringify(content, null, 2)}\n`;
    const temporary = `${this.#path}.${process.pid}.tmp`;
    // A file of this name that somebody else has made is neither written to nor removed.
    const file = await open(temporary, "wx", 0o600).catch((error) => {
      throw explained(this.#path, error);
    });
    try {
      try {
        await file.writeFile(text);
      } finally {
        await file.close();
      }
      await rename(temporary, this.#path);
      this.#written = text;
    } catch (error) {
      await unlink(temporary).catch(() => {});
      throw explained(this.#path, error);
    }
  }

  /** Removes it, unless another issuer has written it since. It fails in silence, because nobody waits for it. */
  remove() {
    if (this.#written === "") return;
    try {
      if (readFileSync(this.#path, "utf8") === this.#written) unlinkSync(this.#path);
    } catch {
      // Somebody else has removed it.
    }
    this.#written = "";
  }
}

/** @param {NodeJS.ErrnoException} error */
function unlessMissing(error) {
  if (error.code === "ENOENT") return undefined;
  throw error;
}

/** @param {string} text */
function isOurs(text) {
  if (text === "") return true;
  try {
    const { url, pid, clients } = JSON.parse(text);
    return typeof url === "string" && typeof pid === "number" && typeof clients === "object";
  } catch {
    return false;
  }
}

/**
 * Whether the process still runs that has written a file of an issuer.
 * @param {string} text
 */
function isOfRunning(text) {
  try {
    return text !== "" && process.kill(JSON.parse(text).pid, 0);
  } catch (error) {
    // It is somebody else's.
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
}

/**
 * @param {string} path
 * @param {unknown} error
 */
function explained(path, error) {
  return error instanceof CommandError ? error : unwritable(path, error);
}

/**
 * What a script has to know of an issuer. It has no secrets, unless the issuer is under control: then everybody knows
 * them.
 *
 * @param {Pick<import("eiam-token/issuer").Issuer, "handle">} issuer
 * @param {import("eiam-token/issuer").IssuerConfig} config whose base URL is one
 * @param {string} address
 * @param {{ url: string, token: string } | undefined} control
 */
export async function whereabouts(issuer, { baseUrl, instanceId, applications, users = [] }, address, control) {
  const clients = /** @type {[string, object][]} */ ([]);
  for (const { applicationId: clientId, clientSecrets = [] } of applications) {
    const urls = await urlsOf(issuer, `${baseUrl}/v2/${instanceId}/${clientId}/oidc`);
    clients.push([clientId, { clientId, ...(control && { clientSecret: clientSecrets[0] }), ...urls }]);
  }
  const people = users.map(({ userId, username, password }) => [
    username,
    { userId, username, ...(control && { password }) },
  ]);
  return {
    url: baseUrl,
    pid: process.pid,
    port: Number(new URL(address).port),
    health: `${address}/healthz`,
    ...(control && { control: control.url, controlToken: control.token }),
    instance: await urlsOf(issuer, `${baseUrl}/api/v2/iauths_system/oauth2`),
    // An id may be "__proto__", which an assignment would lose.
    clients: Object.fromEntries(clients),
    users: Object.fromEntries(people),
  };
}

/**
 * The issuer's URL, that of its metadata, and the endpoints in them by the names that `eiam-token/testing` has for them.
 *
 * @param {Pick<import("eiam-token/issuer").Issuer, "handle">} issuer
 * @param {string} url
 */
async function urlsOf(issuer, url) {
  const discovery = `${url}/.well-known/openid-configuration`;
  const { body } = await issuer.handle({ method: "GET", url: discovery });
  const metadata = Object.entries(JSON.parse(new TextDecoder().decode(body)));
  const named = metadata.filter(([name]) => /_(?:endpoint|uri)$/.test(name));
  const endpoints = named.map(([name, value]) => [
    name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase()),
    value,
  ]);
  return { issuer: url, discovery, ...Object.fromEntries(endpoints) };
}
