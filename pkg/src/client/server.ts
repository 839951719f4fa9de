import { camelCase, snakeCase } from "./raw.js";

/** What is known of an authorization server (RFC 8414 section 2). */
export interface ServerMetadata {
  /** The server's name; compared exactly wherever an answer names its issuer. */
  readonly issuer?: string | undefined;
  readonly authorizationEndpoint?: string | undefined;
  readonly tokenEndpoint?: string | undefined;
  readonly deviceAuthorizationEndpoint?: string | undefined;
  readonly userinfoEndpoint?: string | undefined;
  readonly revocationEndpoint?: string | undefined;
  readonly introspectionEndpoint?: string | undefined;
  readonly endSessionEndpoint?: string | undefined;
  readonly jwksUri?: string | undefined;
  /** RFC 9207: whether every callback has `iss`. */
  readonly authorizationResponseIssParameterSupported?: boolean | undefined;
}

/** Names and values as the wasm module takes them. @internal */
export function metadataList(server: ServerMetadata): string[] {
  return Object.entries(server).flatMap(([name, value]) =>
    value === undefined ? [] : [snakeCase(name), String(value)],
  );
}

/** @internal */
export function metadataFrom(list: string[]): ServerMetadata {
  const server: Record<string, string | boolean> = {};
  for (let i = 0; i + 1 < list.length; i += 2) {
    const [name, value] = [camelCase(list[i]!), list[i + 1]!];
    server[name] = name === "authorizationResponseIssParameterSupported" ? value === "true" : value;
  }
  return Object.freeze(server);
}
