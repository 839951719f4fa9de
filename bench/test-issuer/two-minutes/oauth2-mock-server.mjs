import { OAuth2Server } from "oauth2-mock-server";

const server = new OAuth2Server();
await server.issuer.keys.generate("RS256");
await server.start(0, "127.0.0.1");
server.service.once("beforeTokenSigning", (token) => {
  token.payload.sub = "alice";
});
const body = new URLSearchParams({ grant_type: "password", username: "alice", client_id: "web", scope: "openid api" });
const response = await fetch(`${server.issuer.url}/token`, { method: "POST", body });
const { access_token } = await response.json();
console.log(access_token);
await server.stop();
