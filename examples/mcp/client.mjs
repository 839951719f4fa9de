// An MCP client: it knows nothing but the URL of the server, and finds, registers and signs in the rest of the way.
import { once } from "node:events";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { UnauthorizedError, auth, extractWWWAuthenticateParams } from "@modelcontextprotocol/sdk/client/auth.js";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

/**
 * What the SDK asks a client for, kept in memory.
 *
 * @implements {import("@modelcontextprotocol/sdk/client/auth.js").OAuthClientProvider}
 */
export class MemoryProvider {
  #client;
  #tokens;
  #verifier = "";

  /**
   * @param {object} options
   * @param {string} options.redirectUrl where the browser comes back to
   * @param {(url: URL) => void} options.open opens a browser
   * @param {string} [options.clientMetadataUrl] where the client's metadata document is; without it, the client
   *   registers itself
   */
  constructor({ redirectUrl, open, clientMetadataUrl }) {
    this.redirectUrl = redirectUrl;
    this.redirectToAuthorization = open;
    this.clientMetadataUrl = clientMetadataUrl;
  }

  get clientMetadata() {
    return {
      client_name: "Example MCP client",
      redirect_uris: [this.redirectUrl],
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      token_endpoint_auth_method: "none",
    };
  }

  clientInformation() {
    return this.#client;
  }

  saveClientInformation(client) {
    this.#client = client;
  }

  tokens() {
    return this.#tokens;
  }

  saveTokens(tokens) {
    this.#tokens = tokens;
  }

  codeVerifier() {
    return this.#verifier;
  }

  saveCodeVerifier(verifier) {
    this.#verifier = verifier;
  }

  invalidateCredentials(scope) {
    if (scope === "all" || scope === "client") this.#client = undefined;
    if (scope === "all" || scope === "tokens") this.#tokens = undefined;
  }
}

/**
 * Connects to an MCP server, and signs in if it has to.
 *
 * @param {URL} url
 * @param {MemoryProvider} provider
 * @param {() => Promise<string>} nextCode waits for the code with which the browser comes back
 */
export async function connect(url, provider, nextCode) {
  const withTransport = async () => {
    const transport = new StreamableHTTPClientTransport(url, { authProvider: provider, fetch: steppingUp });
    const client = new Client({ name: "example", version: "1.0.0" });
    try {
      await client.connect(transport);
    } catch (error) {
      if (!(error instanceof UnauthorizedError)) throw error;
      await transport.finishAuth(await nextCode());
      return undefined;
    }
    return { client, transport };
  };

  /**
   * A refresh gives no further scope, and the SDK tries one first: so for more scope the client signs in anew.
   *
   * @type {typeof fetch}
   */
  async function steppingUp(input, init) {
    const response = await fetch(input, init);
    const { error, scope, resourceMetadataUrl } = extractWWWAuthenticateParams(response);
    if (response.status !== 403 || error !== "insufficient_scope") return response;
    provider.invalidateCredentials("tokens");
    const step = { serverUrl: url, scope, resourceMetadataUrl };
    await auth(provider, step);
    await auth(provider, { ...step, authorizationCode: await nextCode() });
    const headers = new Headers(init?.headers);
    headers.set("authorization", `Bearer ${provider.tokens().access_token}`);
    return fetch(input, { ...init, headers });
  }

  return (await withTransport()) ?? (await withTransport());
}

/** @param {{ content: unknown }} result */
export function textOf({ content }) {
  return /** @type {{ text: string }[]} */ (content).map(({ text }) => text).join("\n");
}

/** A server on loopback to which the browser comes back (RFC 8252 section 7.3). */
async function listenForCode() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const redirectUrl = `http://127.0.0.1:${port}/callback`;
  const nextCode = async () => {
    for (;;) {
      const [request, response] = await once(server, "request");
      const { pathname, searchParams } = new URL(request.url, redirectUrl);
      response.end("You can close this page.");
      const code = searchParams.get("code");
      if (pathname === "/callback" && code) return code;
      if (searchParams.has("error")) throw new Error(`the sign-in failed: ${searchParams.get("error")}`);
    }
  };
  return { redirectUrl, nextCode, close: () => server.close() };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { redirectUrl, nextCode, close } = await listenForCode();
  const open = (/** @type {URL} */ url) => console.log(`Open this URL and sign in as alice:\n\n${url}\n`);
  const provider = new MemoryProvider({ redirectUrl, open });
  const { client } = await connect(new URL("http://127.0.0.1:9500/mcp"), provider, nextCode);
  console.log(textOf(await client.callTool({ name: "read_notes" })));
  // This needs another scope, so the browser is needed again.
  console.log(textOf(await client.callTool({ name: "add_note", arguments: { note: "Call Bob" } })));
  await client.close();
  close();
}
