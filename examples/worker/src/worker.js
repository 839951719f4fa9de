import { EiamTokenError } from "eiam-token/issuer";
import { configuration, objectOf } from "./config.js";
import { startIssuer, startRefuser } from "./issuer.js";
import { refusal, toResponse } from "./replies.js";
import { BrokenBody, plainRequest } from "./requests.js";

export { Application } from "./application.js";
export { UserCodes } from "./user-codes.js";

export default {
  /** @param {Request} request @param {Record<string, any>} env */
  async fetch(request, env) {
    try {
      return await answer(request, env);
    } catch (error) {
      if (error instanceof BrokenBody) {
        return refusal(request, 400, "invalid_request", "The body broke off.");
      }
      // Errors of the package show no secret; of others only the name is known to show none.
      const reason = error instanceof EiamTokenError ? error.message : Object(error).name;
      console.error(`${request.method} ${new URL(request.url).pathname}: ${reason}`);
      return refusal(request, 500, "server_error", "The server failed. Try again.");
    }
  },
};

/**
 * Sends a request where its state is. The isolate itself lets out two kinds of answer: what every
 * issuer of this deployment would say, and refusals.
 *
 * @param {Request} webRequest
 * @param {Record<string, any>} env
 */
async function answer(webRequest, env) {
  const { issuer, refuser, applications } = await isolate(env);
  if (new URL(webRequest.url).pathname === "/api/whoami") return whoAmI(webRequest, issuer);
  const request = await plainRequest(webRequest);
  const location = issuer.locate(request);
  if (location.stateless) return toResponse(await issuer.handle(request));

  // The address of who connected to Cloudflare, which nobody else can write.
  const source = webRequest.headers.get("cf-connecting-ip") ?? undefined;
  let application = location.applicationId;
  if (location.endpoint === "device" && location.instance) {
    const found = await userCodes(env).enter(location.userCode, source);
    if (found.wait) return tooMany(webRequest, found.wait);
    application = found.application;
  }
  // An id that is not in the configuration makes no object.
  if (!applications.has(application)) {
    const refused = await refusalBy(refuser, request);
    return refused ? toResponse(refused) : belongsNowhere(webRequest);
  }
  const dead = await refusalOfDeadToken(issuer, request, location);
  if (dead) return toResponse(dead);

  const object = env.APPLICATIONS.getByName(objectOf(application));
  const reply = await object.handle(request, source);
  if (location.endpoint === "device_authorization" && location.instance && reply.status === 200) {
    const { user_code, expires_at } = JSON.parse(new TextDecoder().decode(reply.body));
    await userCodes(env).learn(user_code, application, expires_at);
  }
  return toResponse(reply);
}

/** @type {ReturnType<typeof start> | undefined} */
let started;

/** @param {Record<string, any>} env */
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
    // Without state, so of what it answers only that is let out which needs none.
    issuer: await startIssuer(env),
    refuser: await startRefuser(env),
    applications: new Set(applications.map(({ applicationId }) => applicationId)),
  };
}

/**
 * What an issuer refuses a request with; undefined if it does not.
 *
 * @param {import("eiam-token/issuer").Issuer} issuer
 * @param {import("eiam-token/issuer").PlainRequest} request
 */
async function refusalBy(issuer, request) {
  const reply = await issuer.handle(request);
  return reply.status < 400 ? undefined : reply;
}

/**
 * Refuses userinfo for a token that cannot be opened or has expired, without its object. A token that
 * lives may have been revoked, which the object knows.
 *
 * @param {import("eiam-token/issuer").Issuer} issuer
 * @param {Awaited<ReturnType<typeof plainRequest>>} request
 * @param {import("eiam-token/issuer").Location} location
 */
function refusalOfDeadToken(issuer, request, { endpoint }) {
  // A proof works once: it must be the object that sees it. Nothing else is counted or used up there.
  const proves = request.headers.some(([name]) => name === "dpop");
  return endpoint === "userinfo" && !proves ? refusalBy(issuer, request) : undefined;
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

/** Refuses to sign out where nothing says of which application. @param {Request} request */
function belongsNowhere(request) {
  const text = "Which application? Send client_id or id_token_hint.";
  return refusal(request, 400, "invalid_request", text);
}

/** @param {Record<string, any>} env */
function userCodes(env) {
  return env.USER_CODES.getByName("user-codes");
}
