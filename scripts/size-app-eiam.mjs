// The smallest application that signs users in at EIAM, whose endpoints it makes of the application's names.
import { SignInClient, eiamServer } from "eiam-token";

const server = eiamServer({
  region: "cn-hangzhou",
  instanceId: "idaas_example",
  applicationId: "app_web",
  portal: "example.aliyunidaas.com",
});
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
