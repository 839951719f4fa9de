// The smallest application that signs users in: authorization code, PKCE, refresh, and the id_token's claims and signature.
import { SignInClient } from "eiam-token";

const server = {
  issuer: "https://as.example",
  authorizationEndpoint: "https://as.example/authorize",
  tokenEndpoint: "https://as.example/token",
  jwksUri: "https://as.example/jwks",
};
const client = new SignInClient({ server, clientId: "app_web" });

export function signIn() {
  const request = client.authorizationRequest({ redirectUri: location.origin, scope: "openid" });
  sessionStorage.setItem("request", request.serialize());
  location.assign(request.url);
}

export async function signedIn() {
  const request = sessionStorage.getItem("request");
  return client.exchangeCode(client.parseCallback(location.href, request));
}

/** @param {string} refreshToken */
export function refresh(refreshToken) {
  return client.refresh(refreshToken);
}
