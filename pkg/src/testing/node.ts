/**
 * What of Node's modules a server needs. Deno and Bun have them too. The types are described here, so that a program
 * needs no types of Node.
 *
 * @module
 */

/** A request that arrives: what is read of Node's class `IncomingMessage`. */
export interface Incoming {
  /** The method. */
  readonly method?: string | undefined;
  /** The target, as the request line has it. */
  readonly url?: string | undefined;
  /** The names and values of the header fields, in turns. */
  readonly rawHeaders: readonly string[];
  /** Whether all of it was received. */
  readonly complete: boolean;
  /** Whether its connection has ended. */
  readonly destroyed: boolean;
  /** Its connection. */
  readonly socket: { readonly remoteAddress?: string | undefined };
  /** Calls a function for each piece of the body, at its end, or at an error. */
  on(event: "data", listener: (chunk: Uint8Array) => void): void;
  /** Calls a function for each piece of the body, at its end, or at an error. */
  on(event: "end" | "close", listener: () => void): void;
  /** Calls a function for each piece of the body, at its end, or at an error. */
  on(event: "error", listener: (error: Error) => void): void;
  /** Reads no more of the body. */
  pause(): void;
}

/** A response that is sent: what is used of Node's class `ServerResponse`. */
export interface Outgoing {
  /** The status. */
  statusCode: number;
  /** Whether its head was sent. */
  readonly headersSent: boolean;
  /** Whether its connection has ended. */
  readonly destroyed: boolean;
  /** Sets a header field. */
  setHeader(name: string, value: string | readonly string[]): void;
  /** Calls a function when it may go on, or when the connection has ended. */
  once(event: "drain" | "close", listener: () => void): void;
  /** Does not call it any more. */
  off(event: "drain" | "close", listener: () => void): void;
  /** Writes a piece of the body; `false` if it has to be waited for `drain`. */
  write(piece: Uint8Array, then?: () => void): boolean;
  /** Ends it. */
  end(body?: Uint8Array | string): void;
  /** Ends the connection. */
  destroy(): void;
}

/** A server. */
export interface NodeServer {
  listen(options: { host: string; port: number; exclusive: boolean }, then: () => void): void;
  address(): { readonly address: string; readonly family: string | number; readonly port: number };
  once(event: "error", listener: (error: Error & { code?: string }) => void): void;
  off(event: "error", listener: (error: Error & { code?: string }) => void): void;
  close(then: () => void): void;
  closeAllConnections?(): void;
}

interface HttpModule {
  createServer(listener: (request: Incoming, response: Outgoing) => void): NodeServer;
}

interface HttpsModule {
  createServer(
    options: { readonly cert: string; readonly key: string },
    listener: (request: Incoming, response: Outgoing) => void,
  ): NodeServer;
}

/** Node's module `http`; `undefined` if the host has none. */
export function http(): Promise<HttpModule | undefined> {
  return load("node:http");
}

/** Node's module `https`; `undefined` if the host has none. */
export function https(): Promise<HttpsModule | undefined> {
  return load("node:https");
}

/** Bundlers for browsers do not see the name, so they do not look for the module. */
async function load<M>(name: string): Promise<M | undefined> {
  type Process = { getBuiltinModule?: (name: string) => M | undefined; versions?: { node?: string } };
  const { process, navigator } = globalThis as { process?: Process; navigator?: { userAgent?: string } };
  // A Worker can have the modules, but nobody reaches what listens there.
  if (navigator?.userAgent === "Cloudflare-Workers") return undefined;
  const builtIn = process?.getBuiltinModule?.(name);
  if (builtIn !== undefined) return builtIn;
  // A browser would look for the module on the network, and complain.
  if (process?.versions?.node === undefined) return undefined;
  try {
    return await import(/* webpackIgnore: true */ /* @vite-ignore */ name);
  } catch {
    return undefined;
  }
}
