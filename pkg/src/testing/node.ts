/**
 * What of Node's modules a server needs. Deno and Bun have them too. The types are described here, so that a program
 * needs no types of Node.
 *
 * @module
 */

/** A request that arrives. */
export interface Incoming {
  readonly method?: string;
  readonly url?: string;
  readonly rawHeaders: readonly string[];
  readonly complete: boolean;
  readonly destroyed: boolean;
  readonly socket: { readonly remoteAddress?: string; destroySoon?(): void };
  on(event: "data", listener: (chunk: Uint8Array) => void): void;
  on(event: "end" | "close", listener: () => void): void;
  on(event: "error", listener: (error: Error) => void): void;
  pause(): void;
}

/** A response that is sent. */
export interface Outgoing {
  statusCode: number;
  readonly headersSent: boolean;
  setHeader(name: string, value: string | readonly string[]): void;
  readonly destroyed: boolean;
  once(event: "drain" | "close", listener: () => void): void;
  write(piece: Uint8Array, then?: () => void): boolean;
  end(body?: Uint8Array | string): void;
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
  const { process } = globalThis as { process?: Process };
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
