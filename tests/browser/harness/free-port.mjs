import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";

/** The ports that need no rights. */
const [FIRST, LAST] = [1024, 65_535];

/** How many ports are tried. */
const ATTEMPTS = 1000;

/**
 * A port of 127.0.0.1 for a program that cannot choose one itself. It is none of those that the system
 * gives away by itself: while the program starts, nobody gets it who did not ask for just this one.
 */
export async function freePort() {
  const [from, to] = givenAway();
  for (let attempts = ATTEMPTS; attempts > 0; attempts--) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST + 1));
    if ((port < from || port > to) && (await isFree(port))) return port;
  }
  throw new Error("no port of 127.0.0.1 is free");
}

/** @param {number} port */
async function isFree(port) {
  const server = createServer().listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch {
    return false;
  }
  server.close();
  await once(server, "close");
  return true;
}

/**
 * The ports that the system gives to who asks for any: as Linux says, else as IANA has it.
 *
 * @returns {[from: number, to: number]}
 */
function givenAway() {
  try {
    const [from = 0, to = 0] = readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8").split(/\s+/).map(Number);
    if (from > FIRST + ATTEMPTS || to < LAST - ATTEMPTS) return [from, to];
  } catch {
    // Not Linux.
  }
  return [49_152, LAST];
}
