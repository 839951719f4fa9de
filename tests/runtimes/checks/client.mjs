import { fails, ok, same } from "./expect.mjs";

const AS = "https://as.example";
const SERVER = {
  issuer: AS,
  authorizationEndpoint: `${AS}/authorize`,
  tokenEndpoint: `${AS}/token`,
  deviceAuthorizationEndpoint: `${AS}/device`,
  userinfoEndpoint: `${AS}/userinfo`,
  revocationEndpoint: `${AS}/revoke`,
};
const REDIRECT = "https://app.example/cb";
const TOKENS = '{"token_type":"Bearer","access_token":"AT","refresh_token":"RT","expires_in":3600}';

/** @typedef {import("../checks.mjs").Host} Host */

/**
 * @param {Host} host
 * @param {object} [options]
 */
function client({ client: { Client } }, options) {
  return new Client({ server: SERVER, clientId: "app_spa", ...options });
}

/**
 * A client of a server that always gives this answer.
 *
 * @param {Host} host
 * @param {string} body
 * @param {number} [status]
 */
function answered(host, body, status = 200) {
  return client(host, { fetch: async () => new Response(body, { status }) });
}

/** @type {readonly import("../checks.mjs").Check[]} What needs no server. */
export const clientChecks = [
  {
    name: "PKCE: RFC 7636 appendix B",
    run({ client: { codeChallenge } }) {
      const challenge = codeChallenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
      same(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    },
  },
  {
    name: "PKCE: pairs are random and match",
    async run({ client: { codeChallenge, generatePkce, InvalidArgumentError } }) {
      const seen = new Set();
      for (let i = 0; i < 200; i++) {
        const { verifier, challenge, method } = generatePkce();
        ok(/^[\w-]{43}$/.test(verifier), "a verifier of another form");
        same([codeChallenge(verifier), "S256"], [challenge, method]);
        seen.add(verifier);
      }
      same(seen.size, 200);
      await fails(() => codeChallenge("too short"), InvalidArgumentError, { argument: "verifier" });
    },
  },
  {
    name: "lifetimes: every digit of int64",
    run({ client: { parseExpiry, parseTokenResponse } }) {
      const exact = {
        3600: 3600n,
        '"3600"': 3600n,
        "3600.0": 3600n,
        "36e2": 3600n,
        "9007199254740993": 9007199254740993n,
        "9223372036854775807": 9223372036854775807n,
        0: 0n,
        null: undefined,
      };
      for (const [json, expected] of Object.entries(exact)) {
        same(parseExpiry(json), expected, json);
        const answer = `{"token_type":"Bearer","access_token":"AT","expires_in":${json}}`;
        same(parseTokenResponse(answer, { now: 0 }).expiresIn, expected, json);
      }
    },
  },
  {
    name: "lifetimes: what is none is refused",
    async run({ client: { parseTokenResponse, MalformedResponseError } }) {
      const refused = ["-1", "3600.5", "1e400", '"abc"', '"3600abc"', '""', "true", "[3600]"];
      for (const json of [...refused, "9223372036854775808"]) {
        const answer = `{"token_type":"Bearer","access_token":"AT","expires_in":${json}}`;
        const expected = { code: "malformed_response", path: "$.expires_in" };
        await fails(() => parseTokenResponse(answer), MalformedResponseError, expected);
      }
    },
  },
  {
    name: "lifetimes: as number or string, saturating, as Date",
    async run({ client: { parseTokenResponse, MalformedResponseError } }) {
      const answer = (digits) => `{"token_type":"Bearer","access_token":"AT","expires_in":${digits}}`;
      same(parseTokenResponse(answer(3600), { int64: "number" }).expiresIn, 3600);
      const far = answer("9007199254740993");
      same(parseTokenResponse(far, { int64: "string" }).expiresIn, "9007199254740993");
      await fails(() => parseTokenResponse(far, { int64: "number" }), MalformedResponseError, {
        path: "$.expires_in",
      });
      const last = parseTokenResponse(answer("9223372036854775807"), { now: 1_700_000_000 });
      same(last.deadline, 9223372036854775807n);
      same(last.expiryDate(), undefined);
      const now = Math.floor(Date.now() / 1000);
      const tokens = parseTokenResponse(answer(3600), { now });
      same([tokens.expired(), tokens.expired({ leeway: 3600 })], [false, true]);
      same(tokens.expiryDate()?.getTime(), (now + 3600) * 1000);
    },
  },
  {
    name: "requests: one of each grant",
    async run(host) {
      const { client: library } = host;
      const secret = { method: "client_secret_post", clientSecret: "CS" };
      const rp = client(host, { authentication: secret });
      const form = ({ method, url, headers, body }) => {
        same([method, url], ["POST", `${AS}/token`]);
        same(headers["content-type"], "application/x-www-form-urlencoded");
        return Object.fromEntries(new URLSearchParams(body));
      };
      const by = { client_id: "app_spa", client_secret: "CS" };
      const equals = (request, expected) => {
        const found = Object.entries(form(request)).sort();
        same(found, Object.entries({ ...by, ...expected }).sort());
      };
      const { tokenRequest } = rp;
      equals(tokenRequest.clientCredentials({ scope: "a b" }), {
        grant_type: "client_credentials",
        scope: "a b",
      });
      equals(tokenRequest.refreshToken("RT"), { grant_type: "refresh_token", refresh_token: "RT" });
      equals(tokenRequest.password({ username: "ä & b", password: "p+%" }), {
        grant_type: "password",
        username: "ä & b",
        password: "p+%",
      });
      equals(tokenRequest.deviceCode({ deviceCode: "DC" }), {
        grant_type: "urn:ietf:params:oauth:grant-type:device_code",
        device_code: "DC",
      });
      const request = rp.authorizationRequest({ redirectUri: REDIRECT, scope: "openid" });
      const { state, code_verifier } = JSON.parse(request.serialize());
      const response = rp.parseCallback(`${REDIRECT}?code=CO&state=${state}`, request.serialize());
      equals(tokenRequest.authorizationCode(response), {
        grant_type: "authorization_code",
        code: "CO",
        redirect_uri: REDIRECT,
        code_verifier,
      });
      const asked = new URL(request.url).searchParams;
      same(asked.get("code_challenge"), library.codeChallenge(code_verifier));
      same([asked.get("response_type"), asked.get("code_challenge_method")], ["code", "S256"]);
    },
  },
  {
    name: "requests: Basic, and a signed assertion",
    async run(host) {
      const basic = { method: "client_secret_basic", clientSecret: "C S" };
      const { headers } = client(host, { authentication: basic }).tokenRequest.clientCredentials();
      same(headers["authorization"], `Basic ${btoa("app_spa:C+S")}`);
      const authentication = host.client.clientSecretJwt("a secret that is long enough to sign by it");
      const rp = client(host, { authentication });
      const { body } = await rp.withAssertion(rp.tokenRequest.clientCredentials());
      const [header, claims] = (new URLSearchParams(body).get("client_assertion") ?? "").split(".");
      const decoded = (part) => JSON.parse(atob(part.replaceAll("-", "+").replaceAll("_", "/")));
      same([decoded(header).alg, decoded(claims).iss], ["HS256", "app_spa"]);
    },
  },
  {
    name: "callback: what does not belong to the request",
    async run(host) {
      const { CallbackError, OAuthError } = host.client;
      const rp = client(host);
      const request = rp.authorizationRequest({ redirectUri: REDIRECT });
      const { state } = JSON.parse(request.serialize());
      const parse = (query) => () => rp.parseCallback(`${REDIRECT}?${query}`, request);
      await fails(parse("code=CO&state=other"), CallbackError, {
        code: "invalid_callback",
        parameter: "state",
      });
      await fails(parse(`code=CO&state=${state}&iss=https://evil.example`), CallbackError, {
        parameter: "iss",
      });
      await fails(parse(`error=access_denied&state=${state}`), OAuthError, {
        code: "oauth_error",
        error: "access_denied",
      });
      await fails(() => rp.parseCallback(REDIRECT, null), CallbackError, {});
    },
  },
  {
    name: "errors: class, code, name and fields",
    async run(host) {
      const { client: errors } = host;
      const expect = async (body, status, type, properties) => {
        const action = () => answered(host, body, status).clientCredentials();
        const error = await fails(action, errors[type], { name: type, ...properties });
        ok(error instanceof errors.EiamTokenError, `${type} is no EiamTokenError`);
      };
      await expect('{"error":"invalid_client"}', 401, "OAuthError", {
        code: "oauth_error",
        error: "invalid_client",
        status: 401,
      });
      await expect('{"Code":"Throttling.Api","Message":"m","RequestId":"r"}', 400, "GatewayError", {
        code: "gateway_error",
        error: "Throttling.Api",
        requestId: "r",
      });
      await expect("<html>", 502, "ResponseError", { code: "http_error", status: 502 });
      await expect("{", 200, "MalformedResponseError", { code: "malformed_response" });
      await expect('{"token_type":"Bearer","access_token":"a","access_token":"b"}', 200, "MalformedResponseError", {
        path: "$.access_token",
      });
      await fails(() => client(host, { clientId: "" }), errors.InvalidArgumentError, {
        name: "InvalidArgumentError",
        code: "invalid_argument",
      });
      await fails(() => client(host).introspect("AT"), errors.NotSupportedError, {
        name: "NotSupportedError",
        code: "not_supported",
      });
    },
  },
  {
    name: "errors: no connection, too slow, aborted",
    async run(host) {
      const { ConnectionError } = host.client;
      const broken = client(host, { fetch: async () => Promise.reject(new TypeError("broken")) });
      await fails(() => broken.clientCredentials(), ConnectionError, { code: "network_error" });
      const silent = client(host, { fetch: () => new Promise(() => {}) });
      await fails(() => silent.clientCredentials({ timeout: 5 }), ConnectionError, { code: "timeout" });
      const controller = new AbortController();
      setTimeout(() => controller.abort(new RangeError("enough")), 5);
      const { signal } = controller;
      await fails(() => silent.clientCredentials({ signal }), RangeError, { message: "enough" });
    },
  },
  {
    name: "secrets: in no JSON, no text, no copy, no stack",
    async run(host) {
      const { values, secrets } = await everything(host.client);
      for (const [name, value] of Object.entries(values)) {
        const shown = [
          String(value),
          JSON.stringify(value),
          JSON.stringify({ ...value }, (_, v) => (typeof v === "bigint" ? `${v}` : v)),
          Object.getOwnPropertyNames(value)
            .map((key) => String(value[key]))
            .join(),
          value instanceof Error ? `${value.message} ${value.stack} ${value.cause}` : "",
        ].join("\n");
        for (const secret of secrets) ok(!shown.includes(secret), `${secret} in ${name}: ${shown}`);
      }
      same(values.tokens.accessToken, "SECRET-access");
    },
  },
  {
    name: "tokens and devices: stored and read again",
    run({ client: { deserializeTokens, parseTokenResponse } }) {
      const tokens = parseTokenResponse(TOKENS, { now: 1_700_000_000 });
      const again = deserializeTokens(tokens.serialize());
      same([again.accessToken, again.refreshToken], ["AT", "RT"]);
      same([again.expiresIn, again.deadline], [3600n, 1_700_003_600n]);
    },
  },
];

/**
 * One of everything that holds a secret. What is secret has "SECRET-" in it, or was drawn at random and
 * is in the list.
 *
 * @param {typeof import("eiam-token")} library
 */
export async function everything(library) {
  const { Client, clientSecretJwt, generatePkce, parseTokenResponse } = library;
  const of = (authentication, body, status) =>
    new Client({
      server: SERVER,
      clientId: "app_spa",
      authentication,
      fetch: async () => new Response(body, { status }),
    });
  const secret = { method: "client_secret_post", clientSecret: "SECRET-client" };
  const device = '{"device_code":"SECRET-device","user_code":"USER-CODE","verification_uri":"https://as.example/d"}';
  const rp = of(secret, device, 200);
  const pkce = generatePkce();
  const request = rp.authorizationRequest({ redirectUri: REDIRECT, scope: "openid" });
  const { code_verifier, state } = JSON.parse(request.serialize());
  const caught = (promise) => promise.catch((/** @type {unknown} */ error) => error);
  const values = {
    tokens: parseTokenResponse(
      '{"token_type":"Bearer","access_token":"SECRET-access","refresh_token":"SECRET-refresh","id_token":"SECRET-id","expires_in":3600}',
    ),
    device: await rp.deviceAuthorize(),
    rp,
    pkce,
    request,
    response: rp.parseCallback(`?code=SECRET-code&state=${state}`, request),
    form: rp.tokenRequest.password({ username: "alice", password: "SECRET-password" }),
    assertion: clientSecretJwt("SECRET-assertion"),
    failed: await caught(of(secret, '{"access_token":"SECRET-answer"', 200).clientCredentials()),
    refused: await caught(of(secret, '{"error":"invalid_client"}', 401).clientCredentials()),
  };
  return { values, secrets: ["SECRET-", pkce.verifier, code_verifier] };
}
