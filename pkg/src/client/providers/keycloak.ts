import { baseOf } from "./argument.js";
import type { Preset } from "./preset.js";

/** A realm of Keycloak that this program reaches by another name than browsers do. */
export interface KeycloakOptions {
  /** The realm as browsers see it, and so the issuer, such as `https://auth.example/realms/shop`. */
  readonly issuer: string;
  /** The same realm as this program reaches it, such as `http://keycloak:8080/realms/shop`. */
  readonly internal: string;
}

/**
 * The preset for Keycloak behind another name. With the setting `hostname`, its metadata name the public issuer wherever
 * they are fetched, so the client would refuse metadata from an internal address. The preset makes the endpoints without
 * metadata: browsers open pages at the public address, and this program sends its requests to the internal one.
 *
 * It gives up metadata, and TLS as well if the internal address is plain http, which the client refuses beyond loopback
 * unless `allowInsecureRequests` is set.
 *
 * @throws {InvalidArgumentError} if one of them is no http(s) URL
 */
export function keycloak(options: KeycloakOptions): Preset {
  const { issuer, internal } = options ?? {};
  const realm = baseOf("issuer", issuer, "https://auth.example/realms/shop");
  const pages = `${realm}/protocol/openid-connect`;
  const own = `${baseOf("internal", internal, "http://keycloak:8080/realms/shop")}/protocol/openid-connect`;
  return {
    server: {
      issuer: realm,
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
