/**
 * The name or address in a host, without its port and as a URL has it; `undefined` if it is no host.
 */
export function nameOf(host: string): string | undefined {
  if (!/^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{0,5})?$/i.test(host)) return undefined;
  try {
    return new URL(`http://${host}`).hostname.replace(/\.$/, "");
  } catch {
    return undefined;
  }
}

/** Whether a name or address is of this machine, whatever a name server says (RFC 6761 section 6.3). */
export function isLoopback(name: string | undefined): boolean {
  return /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\])$/.test(name ?? "");
}

/**
 * The one valid host that header fields name (RFC 9112 section 3.2); `undefined` if there is none or another one.
 *
 * @param fields names and values
 */
export function hostIn(fields: readonly (readonly [name: string, value: string])[]): string | undefined {
  const hosts = fields.filter(([name]) => name.toLowerCase() === "host");
  const [, host = ""] = hosts[0] ?? [];
  return hosts.length === 1 && nameOf(host) !== undefined ? host.toLowerCase() : undefined;
}
