import { plainOf } from "../../plain-of.js";
import { responseOf } from "../../response.js";
import { running } from "./host.js";
import { failurePage, marked } from "./page.js";
import type { FetchEvent } from "./scope.js";

/**
 * Answers what is below the issuer's address, whatever happens.
 *
 * @throws {TypeError} if a fault ends the connection: then the page's request fails, as it should
 */
export async function answer(event: FetchEvent): Promise<Response> {
  const { request } = event;
  const reply = await decided(event).catch((error: unknown) => error);
  if (!isReply(reply)) return failure(request, 500, `The issuer in the service worker failed: ${reasonOf(reply)}`);
  if (reply === undefined) {
    return failure(request, 503, "There is no issuer: a page of this site has to call startIssuerWorker() first");
  }
  return responseOf(marked(reply), request.signal);
}

async function decided(event: FetchEvent) {
  const issuer = await running();
  return issuer?.handle(await plainOf(event.request), (promise) => event.waitUntil(promise));
}

function isReply(reply: unknown): reply is Awaited<ReturnType<typeof decided>> {
  return reply === undefined || (typeof reply === "object" && reply !== null && "headers" in reply);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function failure(request: Request, status: number, reason: string): Response {
  const headers = { "cache-control": "no-store" };
  if (request.mode === "navigate") {
    const fields = { ...headers, "content-type": "text/html; charset=utf-8" };
    return new Response(failurePage(reason), {
      status,
      headers: { ...fields, "content-security-policy": "default-src 'none'; base-uri 'none'" },
    });
  }
  return Response.json({ error: "server_error", error_description: reason }, { status, headers });
}
