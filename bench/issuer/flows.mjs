/**
 * The same requests for every side: what a browser that is signed in and a client send.
 *
 * @typedef {object} Answer
 * @property {number} status
 * @property {(name: string) => string | undefined} header
 * @property {() => string} text
 *
 * @typedef {(request: {
 *   method: string, url: string, headers: Record<string, string>, body?: string
 * }) => Promise<Answer>} Send to the side, without a socket
 *
 * @typedef {object} Side
 * @property {string} name
 * @property {Send} send
 * @property {string} authorize URL of the endpoint, as are the others
 * @property {string} token
 * @property {string} introspect
 * @property {string} jwks
 * @property {string} [jwtToken] the token endpoint whose tokens are JWTs
 * @property {string} [cookie] of a browser that is signed in
 */

export const CLIENT_ID = "app_bench";
export const CLIENT_SECRET = "CSbenchSecretThatEverybodyKnows12345678901234567";
export const REDIRECT_URI = "https://app.example/cb";
export const API_SCOPE = "api://api.example.com|read";

// The pair of RFC 7636 appendix B: making one is the client's work and not what is measured.
const VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

const BASIC = `Basic ${Buffer.from(`${CLIENT_ID}:${CLIENT_SECRET}`).toString("base64")}`;
const FORM = { "content-type": "application/x-www-form-urlencoded", authorization: BASIC };

/** The query of the authorization request. */
export const AUTHORIZATION = new URLSearchParams({
  response_type: "code",
  client_id: CLIENT_ID,
  redirect_uri: REDIRECT_URI,
  scope: "openid profile email",
  state: "af0ifjsldkj",
  nonce: "n-0S6_WzA2Mj",
  code_challenge: CHALLENGE,
  code_challenge_method: "S256",
}).toString();

const EXCHANGE = new URLSearchParams({
  grant_type: "authorization_code",
  redirect_uri: REDIRECT_URI,
  code_verifier: VERIFIER,
}).toString();

/**
 * An authorization request of the browser, which is answered with the code at once, and the token
 * request of the client. Gives the answer to the latter.
 *
 * @param {Side} side
 */
export async function exchangeCode(side) {
  const headers = { accept: "text/html", ...(side.cookie ? { cookie: side.cookie } : {}) };
  const url = `${side.authorize}?${AUTHORIZATION}`;
  const { header } = await side.send({ method: "GET", url, headers });
  const code = /[?&]code=([^&]+)/.exec(header("location") ?? "")?.[1];
  if (!code) throw new Error(`${side.name} gave no code`);
  return post(side, side.token, `${EXCHANGE}&code=${code}`);
}

/**
 * @param {Side} side
 * @param {string} refreshToken
 * @returns {Promise<string>} the next one
 */
export async function refresh(side, refreshToken) {
  const body = `grant_type=refresh_token&refresh_token=${encodeURIComponent(refreshToken)}`;
  return JSON.parse((await post(side, side.token, body)).text()).refresh_token;
}

/** @param {Side} side */
export function clientCredentials(side, url = side.token) {
  const scope = encodeURIComponent(API_SCOPE);
  return post(side, url, `grant_type=client_credentials&scope=${scope}`);
}

/**
 * @param {Side} side
 * @param {string} token
 */
export function introspect(side, token) {
  return post(side, side.introspect, `token=${encodeURIComponent(token)}`);
}

/**
 * @param {Side} side
 * @param {string} url
 * @param {string} body
 */
async function post(side, url, body) {
  const answer = await side.send({ method: "POST", url, headers: FORM, body });
  if (answer.status !== 200) throw new Error(`${side.name}: ${answer.status} ${answer.text()}`);
  return answer;
}

/**
 * Goes each way once and looks at all that comes back, so that nobody is fast by giving less. Gives
 * the tokens.
 *
 * @param {Side} side
 * @param {"ES256" | "RS256"} algorithm
 * @param {boolean} [checked] whether the side checks what it is sent
 */
export async function check(side, algorithm, checked = true) {
  const demand = (condition, what) => {
    if (!condition) throw new Error(`${side.name}: ${what}`);
  };
  const tokens = JSON.parse((await exchangeCode(side)).text());
  const [head, body, signature] = tokens.id_token.split(".");
  const [header, claims] = [head, body].map((part) => JSON.parse(Buffer.from(part, "base64url")));
  demand(header.alg === algorithm, "another algorithm");
  demand(claims.aud === CLIENT_ID && claims.nonce === "n-0S6_WzA2Mj", "other claims");
  const { keys } = JSON.parse((await get(side, side.jwks)).text());
  const jwk = keys.find(({ kid }) => kid === header.kid);
  const parameters =
    algorithm === "ES256"
      ? { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" }
      : { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
  const { subtle } = globalThis.crypto;
  const key = await subtle.importKey("jwk", jwk, parameters, false, ["verify"]);
  const signed = Buffer.from(`${head}.${body}`);
  const bytes = Buffer.from(signature, "base64url");
  demand(await subtle.verify(parameters, key, bytes, signed), "the signature does not hold");
  const state = JSON.parse((await introspect(side, tokens.access_token)).text());
  demand(state.active === true, "the token is not active");
  if (checked) {
    demand(claims.sub === "user_alice" && claims.name === "Alice Example", "another user");
    demand(state.client_id === CLIENT_ID && state.sub === "user_alice", "another token");
    const old = tokens.refresh_token;
    tokens.refresh_token = await refresh(side, old);
    demand(old !== tokens.refresh_token, "the refresh token was not rotated");
  }
  return tokens;
}

/**
 * @param {Side} side
 * @param {string} url
 */
function get(side, url) {
  return side.send({ method: "GET", url, headers: { accept: "application/json" } });
}
