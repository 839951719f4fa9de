import { baseOf } from "./argument.js";
import type { Preset } from "./preset.js";

/** A realm of Keycloak's that a server reaches by another name than browsers do. */
export interface KeycloakOptions {
  /** The realm as browsers see it, and so the issuer, such as `https://auth.example/realms/shop`. */
  readonly issuer: string;
  /** The same realm as this program reaches it, such as `http://keycloak:8080/realms/shop`. */
  readonly internal: string;
}

/**
 * Keycloak behind another name. Its metadata name the public issuer wherever they are fetched (`hostname`), so those
 * from an internal address are refused. This makes the endpoints without them: pages at the public address, requests of
 * this program to the internal one.
 *
 * Gives up: metadata. With an internal address of plain http also TLS, which the client still refuses beyond loopback
 * unless `allowInsecureRequests` is set.
 *
 * @throws {InvalidArgumentError} if one of them is no http(s) URL
 */
export function keycloak(options: KeycloakOptions): Preset {
  const { issuer, internal } = options ?? {};
  const pages = `${baseOf("issuer", issuer, "https://auth.example/realms/shop")}/protocol/openid-connect`;
  const own = `${baseOf("internal", internal, "http://keycloak:8080/realms/shop")}/protocol/openid-connect`;
  return {
    server: {
      issuer,
      authorizationEndpoint: `${pages}/auth`,
      endSessionEndpoint: `${pages}/logout`,
      tokenEndpoint: `${own}/token`,
      deviceAuthorizationEndpoint: `${own}/auth/device`,
      userinfoEndpoint: `${own}/userinfo`,
      revocationEndpoint: `${own}/revoke`,
      introspectionEndpoint: `${own}/token/introspect`,
      jwksUri: `${own}/certs`,
    },
  };
}
