import { createServer } from "node:http";
import Provider from "oidc-provider";

const REDIRECT_URI = "http://127.0.0.1:8700/callback";
const VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

const server = createServer();
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const issuer = `http://127.0.0.1:${server.address().port}`;
const provider = new Provider(issuer, {
  clients: [{ client_id: "web", client_secret: "secret", redirect_uris: [REDIRECT_URI] }],
  scopes: ["openid", "api"],
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
});
server.on("request", provider.callback());

const cookies = new Map();
const open = async (url, init = {}) => {
  const cookie = Array.from(cookies, ([name, value]) => `${name}=${value}`).join("; ");
  const response = await fetch(new URL(url, issuer), { redirect: "manual", headers: { cookie }, ...init });
  for (const text of response.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(text);
    cookies.set(name, value);
  }
  return response;
};
const query = new URLSearchParams({
  client_id: "web",
  response_type: "code",
  redirect_uri: REDIRECT_URI,
  scope: "openid api",
  code_challenge: CHALLENGE,
  code_challenge_method: "S256",
});
let location = `/auth?${query}`;
while (!location.startsWith(REDIRECT_URI)) {
  const response = await open(location);
  if (response.status === 200) {
    // The pages of its development: the first signs in, the second agrees.
    const prompt = /name="prompt" value="(\w+)"/.exec(await response.text())[1];
    const body = new URLSearchParams({ prompt, login: "alice", password: "any" });
    const cookie = Array.from(cookies, ([name, value]) => `${name}=${value}`).join("; ");
    location = (await open(location, { method: "POST", body, headers: { cookie } })).headers.get("location");
  } else {
    location = response.headers.get("location");
  }
}
const body = new URLSearchParams({
  grant_type: "authorization_code",
  code: new URL(location).searchParams.get("code"),
  redirect_uri: REDIRECT_URI,
  code_verifier: VERIFIER,
});
const authorization = `Basic ${btoa("web:secret")}`;
const response = await fetch(`${issuer}/token`, { method: "POST", body, headers: { authorization } });
const { access_token } = await response.json();
console.log(access_token);
server.close();
server.closeAllConnections();
