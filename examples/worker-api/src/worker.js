// An API that takes only access tokens which its issuer made for it.
import {
  AccessTokenRefusedError,
  TrustedIssuer,
  protectedResourceMetadata,
  protectedResourceMetadataUrl,
  verifyAccessToken,
} from "eiam-token/resource";

/** The scope that each method needs. */
const SCOPES = { GET: "note:read", PUT: "note:write" };

/** What the API guards. A real one would be in a database. */
let note = "Buy milk";

/** The issuer with its keys, which all requests of an isolate use. */
let trusted;

/** @param {{ ISSUER: string, CLIENT_ID?: string, CLIENT_SECRET?: string }} env */
function issuerOf({ ISSUER, CLIENT_ID, CLIENT_SECRET }) {
  // Without a secret, nobody is asked about tokens, and only JWTs count.
  const introspection = CLIENT_SECRET && { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, cacheSeconds: 10 };
  trusted ??= new TrustedIssuer({ issuer: ISSUER, introspection: introspection || undefined });
  return trusted;
}

export default {
  /**
   * @param {Request} request
   * @param {{ API: string, ISSUER: string, CLIENT_ID?: string, CLIENT_SECRET?: string }} env
   */
  async fetch(request, env) {
    const resourceMetadata = protectedResourceMetadataUrl(env.API);
    const { pathname } = new URL(request.url);
    if (pathname === new URL(resourceMetadata).pathname) {
      const scopes = Object.values(SCOPES);
      const metadata = protectedResourceMetadata({ resource: env.API, authorizationServers: [env.ISSUER], scopes });
      return Response.json(metadata, { headers: { "access-control-allow-origin": "*" } });
    }
    if (pathname !== new URL(env.API).pathname) return new Response("Not found", { status: 404 });
    const scope = SCOPES[request.method];
    if (!scope)
      return new Response("Method not allowed", { status: 405, headers: { allow: Object.keys(SCOPES).join(", ") } });

    try {
      const token = await verifyAccessToken(request, {
        issuer: issuerOf(env),
        audience: env.API,
        scope,
        resourceMetadata,
      });
      if (request.method === "PUT") note = (await request.text()).slice(0, 1000);
      return Response.json({ note, client: token.clientId });
    } catch (error) {
      if (error instanceof AccessTokenRefusedError) return error.toResponse();
      // The issuer could not be asked about the token. What went wrong is for the log alone.
      console.error(error);
      return new Response("Try again later", { status: 503, headers: { "retry-after": "5" } });
    }
  },
};
