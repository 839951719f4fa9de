// An MCP server that takes only access tokens which its issuer made for it.
import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import {
  AccessTokenRefusedError,
  TrustedIssuer,
  challenge,
  protectedResourceMetadata,
  protectedResourceMetadataUrl,
  verifyAccessToken,
} from "eiam-token/resource";
import * as z from "zod/v4";

/** The scope that each tool needs. */
const SCOPES = new Map([
  ["read_notes", "notes:read"],
  ["add_note", "notes:write"],
]);

/** What a client asks for to begin with. A refresh token comes with `offline_access`. */
const USUAL_SCOPE = "notes:read offline_access";

/** For clients in browsers: tokens are in a header of their own, so any origin may ask. */
const CORS = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET, POST, DELETE, OPTIONS",
  "access-control-allow-headers": "Authorization, Content-Type, Mcp-Protocol-Version, Mcp-Session-Id, Last-Event-ID",
  "access-control-expose-headers": "WWW-Authenticate, Mcp-Session-Id",
};

/**
 * Returns what answers the requests for an MCP server.
 *
 * @param {object} options
 * @param {string} options.resource the URL of the server, which is its identifier as well
 * @param {string} options.issuer the URL of the issuer whose tokens count
 * @returns {import("node:http").RequestListener}
 */
export function mcpServer({ resource, issuer }) {
  const metadata = protectedResourceMetadata({
    resource,
    authorizationServers: [issuer],
    scopes: [...SCOPES.values()],
    name: "Notes",
  });
  const resourceMetadata = protectedResourceMetadataUrl(resource);
  // RFC 9068 section 4: whose token it is, for whom, and that it is an access token.
  const rules = { issuer: new TrustedIssuer({ issuer }), audience: resource, dpop: /** @type {const} */ ("refused") };
  const notes = ["Buy milk"];

  /** @type {(response: import("node:http").ServerResponse, status: number, refusal: object) => void} */
  function refuse(response, status, refusal) {
    const header = challenge({ resourceMetadata, ...refusal });
    response.writeHead(status, { "www-authenticate": header, "content-type": "application/json" });
    response.end(JSON.stringify({ error: refusal.error ?? "unauthorized" }));
  }

  return async (request, response) => {
    for (const [name, value] of Object.entries(CORS)) response.setHeader(name, value);
    if (request.method === "OPTIONS") return response.writeHead(204).end();
    const url = new URL(request.url, resource).href;
    if (url === resourceMetadata) {
      return response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(metadata));
    }
    if (url !== resource) return response.writeHead(404).end();

    let granted;
    try {
      ({ scope: granted } = await verifyAccessToken(request, rules));
    } catch (reason) {
      // Whether the token counts is not known as long as the issuer does not answer.
      if (!(reason instanceof AccessTokenRefusedError)) return response.writeHead(503).end();
      const { status, error, description } = reason;
      return refuse(response, status, { error, description, scope: USUAL_SCOPE });
    }
    // Without sessions there is nothing to listen to, and nothing to end.
    if (request.method !== "POST") return response.writeHead(405, { allow: "POST" }).end();
    const message = await json(request).catch(() => undefined);
    const missing = neededFor(message).filter((scope) => !granted.includes(scope));
    if (missing.length > 0) {
      // The client gets a new token for all of this, so what it has already is named again.
      const scope = [...new Set([...granted, ...missing, "offline_access"])].join(" ");
      return refuse(response, 403, {
        error: "insufficient_scope",
        description: `It needs ${missing.join(" ")}`,
        scope,
      });
    }

    const server = notesServer(notes);
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
    response.on("close", () => {
      transport.close();
      server.close();
    });
    await server.connect(transport);
    await transport.handleRequest(request, response, message);
  };
}

/** The scopes that a message needs, or all messages of a batch. @param {any} message */
function neededFor(message) {
  const calls = [message].flat().filter((each) => each?.method === "tools/call");
  return calls.map(({ params }) => SCOPES.get(params?.name)).filter((scope) => scope !== undefined);
}

/** @param {string[]} notes */
function notesServer(notes) {
  const server = new McpServer({ name: "notes", version: "1.0.0" });
  const text = (/** @type {string} */ text) => ({ content: [{ type: "text", text }] });
  server.registerTool("read_notes", { description: "All notes" }, () => text(notes.join("\n")));
  const input = { description: "Adds a note", inputSchema: { note: z.string() } };
  server.registerTool("add_note", input, ({ note }) => text(`${notes.push(note)} notes`));
  return server;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const issuer = "http://127.0.0.1:9400/api/v2/iauths_system/oauth2";
  const resource = "http://127.0.0.1:9500/mcp";
  createServer(mcpServer({ resource, issuer })).listen(9500, "127.0.0.1");
  console.log(`The MCP server is at ${resource}.`);
}
