import { EiamTokenError } from "eiam-token/issuer";
import { configuration, objectOf } from "./config.js";
import { startIssuer } from "./issuer.js";
import { refusal, toResponse } from "./replies.js";
import { header, plainRequest, value } from "./requests.js";

export { Application } from "./application.js";
export { UserCodes } from "./user-codes.js";

export default {
  /** @param {Request} request @param {Record<string, any>} env */
  async fetch(request, env) {
    try {
      return await answer(request, env);
    } catch (error) {
      // Errors of the package show no secret; of others only the name is known to show none.
      const reason = error instanceof EiamTokenError ? error.message : Object(error).name;
      console.error(`${request.method} ${new URL(request.url).pathname}: ${reason}`);
      return refusal(request, 500, "server_error", "The server failed. Try again.");
    }
  },
};

/** @param {Request} webRequest @param {Record<string, any>} env */
async function answer(webRequest, env) {
  const { pathname } = new URL(webRequest.url);
  const { issuer, applications } = await isolate(env);
  if (pathname === "/api/whoami") return whoAmI(webRequest, issuer);
  const request = await plainRequest(webRequest);
  if (isPublic(request.method, pathname)) return toResponse(await issuer.handle(request));

  let application = issuer.applicationOf(request);
  if (pathname.endsWith(DEVICE_PAGE)) {
    const address = webRequest.headers.get("cf-connecting-ip") ?? "";
    const found = await userCodes(env).enter(request, address);
    if (found.reply) return toResponse(found.reply);
    if (found.wait) return tooMany(webRequest, found.wait);
    application = found.application;
  }

  // An id that is not in the configuration makes no object.
  if (!applications.has(application)) return toResponse(await issuer.handle(request));
  const reply =
    (await refuseDeadToken(issuer, request, pathname)) ??
    (await env.APPLICATIONS.getByName(objectOf(application)).handle(request));
  if (pathname.endsWith(DEVICE_REQUEST) && reply.status === 200) {
    const { user_code, expires_at } = JSON.parse(new TextDecoder().decode(reply.body));
    await userCodes(env).learn(user_code, application, expires_at);
  }
  return toResponse(reply);
}

/** @type {ReturnType<typeof start> | undefined} */
let started;

/**
 * The isolate's own issuer. It has no state: it may answer what needs none, and refuse. What gives a
 * token or uses something up is for the objects.
 *
 * @param {Record<string, any>} env
 */
function isolate(env) {
  // At the first request: an isolate has no randomness before it.
  started ??= start(env).catch((error) => {
    started = undefined;
    throw error;
  });
  return started;
}

/** @param {Record<string, any>} env */
async function start(env) {
  const { applications } = configuration(env);
  return {
    issuer: await startIssuer(env),
    applications: new Set(applications.map(({ applicationId }) => applicationId)),
  };
}

/** Metadata, keys, preflights, and the empty form for a user code. */
function isPublic(/** @type {string} */ method, /** @type {string} */ path) {
  if (method === "OPTIONS") return true;
  return (method === "GET" || method === "HEAD") && PUBLIC.test(path);
}

/**
 * Refuses a token that cannot be opened or has expired, without its object. A token that lives may
 * have been revoked, which the object knows.
 *
 * @param {import("eiam-token/issuer").Issuer} issuer
 * @param {Awaited<ReturnType<typeof plainRequest>>} request
 * @param {string} path
 */
async function refuseDeadToken(issuer, request, path) {
  if (!/\/oauth2\/(userinfo|introspect)$/.test(path)) return undefined;
  // A proof or an assertion works once: it must be the object that sees it.
  if (header(request, "dpop") || value(request, "client_assertion")) return undefined;
  if (path.endsWith("/userinfo")) {
    const reply = await issuer.handle(request);
    return reply.status < 400 ? undefined : reply;
  }
  const token = value(request, "token") ?? "";
  // Of refresh tokens only the object knows whether they live.
  if (!token.startsWith("AT") || issuer.inspectAccessToken(token)) return undefined;
  return issuer.handle(request);
}

/**
 * A protected resource, which asks nobody: whichever isolate it runs in, the token says it all. What
 * was revoked works here until it expires.
 *
 * @param {Request} request
 * @param {import("eiam-token/issuer").Issuer} issuer
 */
function whoAmI(request, issuer) {
  // Sealed tokens alone: of a JWT somebody would have to verify the signature.
  const [, token = ""] = /^Bearer +(AT\w+)$/i.exec(request.headers.get("authorization") ?? "") ?? [];
  const info = issuer.inspectAccessToken(token);
  // A token that is bound to a key needs a proof (RFC 9449), which nobody checks here.
  if (!info || info.jkt) {
    const challenge = { "www-authenticate": 'Bearer error="invalid_token"' };
    return refusal(request, 401, "invalid_token", "The token does not work here.", challenge);
  }
  // A resource of yours also checks that info.scope allows what is asked.
  const { clientId, subject, scope, expiresAt } = info;
  const headers = { "cache-control": "no-store" };
  return Response.json({ clientId, subject, scope, expiresAt: Number(expiresAt) }, { headers });
}

/** @param {Request} request @param {number} seconds */
function tooMany(request, seconds) {
  const more = { "retry-after": String(seconds) };
  return refusal(request, 429, "too_many_requests", "Too many wrong codes. Try again later.", more);
}

/** @param {Record<string, any>} env */
function userCodes(env) {
  return env.USER_CODES.getByName("user-codes");
}

/** The page of the instance's own server, for whatever application's code. */
const DEVICE_PAGE = "/login/app/common/oauth2/device";

/** A device's request at that server, by both of its paths. */
const DEVICE_REQUEST = "/iauths_system/oauth2/device/code";

const PUBLIC = /\/(oidc|oauth2)\/jwks$|\/\.well-known\/|\/login\/app\/common\/oauth2\/device$/;
