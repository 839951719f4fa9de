import { OAuth2Server } from "oauth2-mock-server";
import { sendTo } from "./inject.mjs";

/**
 * oauth2-mock-server, its express app called without a socket. It knows no sessions, clients or
 * grants: every request is answered, only PKCE is checked. Each access token is a JWT, signed as the
 * id_token is, and each signature imports the key anew.
 *
 * @param {"ES256" | "RS256"} algorithm
 */
export async function mockServer(algorithm) {
  const server = new OAuth2Server();
  await server.issuer.keys.generate(algorithm);
  const issuer = "http://mock.example";
  server.issuer.url = issuer;
  /** @type {import("./flows.mjs").Side} */
  return {
    name: "oauth2-mock-server",
    without: "light-my-request",
    send: sendTo(server.service.requestHandler),
    authorize: `${issuer}/authorize`,
    token: `${issuer}/token`,
    introspect: `${issuer}/introspect`,
    jwks: `${issuer}/jwks`,
  };
}
