import { invalid } from "./invalid.js";
import { type ServerMetadata, notes } from "./server.js";

/** An application of Alibaba Cloud IDaaS EIAM, for {@link eiamServer}. */
export interface EiamApplication {
  /** The region of the instance, such as `cn-hangzhou`. */
  readonly region: string;
  /** The id of the instance, `idaas_…`. */
  readonly instanceId: string;
  /** The id of the application, `app_…`. */
  readonly applicationId: string;
  /** The host of the instance's pages, `{prefix}.aliyunidaas.com`. Signing in and out by browser needs it. */
  readonly portal?: string | undefined;
  /**
   * An authorization server of the instance, such as `iauths_system`, in place of the application's own one.
   * Requests go to `portal` if it is given, else to the DeveloperAPI (GenerateTokenByAuthorizationServer).
   */
  readonly authorizationServer?: string | undefined;
  /** Whether requests go to the DeveloperAPI's host, as those of the official SDKs do. Default: `false`. */
  readonly developerApi?: boolean | undefined;
}

const ID = /^[\w-]+$/;

/**
 * Makes the metadata of an EIAM application's server. It sends no request, because the service's hosts are known. The
 * twin of `src/rules/eiam.rs`; both run `tests/vectors/eiam.json`.
 *
 * @throws {InvalidArgumentError} if a part of the address is missing or cannot be part of a URL
 * @example
 * ```js
 * import { Client, eiamServer } from "eiam-token";
 *
 * const server = eiamServer({
 *   region: "cn-hangzhou",
 *   instanceId: "idaas_example",
 *   applicationId: "app_example",
 * });
 * const client = new Client({ server, clientId: "app_example" });
 * ```
 */
export function eiamServer(application: EiamApplication): ServerMetadata {
  const server = serverOf(application);
  if (!server.authorizationEndpoint) notes.set(server, { hint: "portal is missing, such as example.aliyunidaas.com" });
  return server;
}

function serverOf(application: EiamApplication): ServerMetadata {
  const { region, instanceId, applicationId, portal, authorizationServer, developerApi } = application ?? {};
  // A label of a host has no underscores, and only a whole host has dots.
  check("region", region, /^[a-z\d-]+$/i, "missing, such as cn-hangzhou");
  check("instanceId", instanceId, ID, "missing, such as idaas_abc123");
  check("applicationId", applicationId, ID, "missing, such as app_abc123");
  const hasPages = portal !== undefined && portal !== null;
  const hasServer = authorizationServer !== undefined && authorizationServer !== null;
  // Users often copy the whole address of a page in place of its host.
  if (hasPages) check("portal", portal, /^[a-z\d.-]+$/i, "empty", NOT_A_HOST);
  if (hasServer) check("authorizationServer", authorizationServer, ID, "empty");

  const instance = `https://eiam-api-${region}.aliyuncs.com/v2/${instanceId}/`;
  const developer = `https://eiam-developerapi.${region}.aliyuncs.com/v2/${instanceId}/`;
  const page = `https://${portal}/login/app/${hasServer ? "common" : applicationId}/oauth2/`;
  const pages = hasPages && { authorizationEndpoint: `${page}authorize`, endSessionEndpoint: `${page}logout` };
  if (!hasServer) {
    const own = `${instance + applicationId}/oidc`;
    const api = `${(developerApi ? developer : instance) + applicationId}/oauth2/`;
    return {
      issuer: own,
      tokenEndpoint: `${api}token`,
      deviceAuthorizationEndpoint: `${api}device/code`,
      userinfoEndpoint: `${api}userinfo`,
      revocationEndpoint: `${api}revoke`,
      jwksUri: `${own}/jwks`,
      ...pages,
    };
  }
  // Only the discovery document of an instance's authorization server names its other endpoints.
  if (!hasPages) return { tokenEndpoint: `${developer}authorizationServer/${authorizationServer}/oauth2/token` };
  const issuer = `https://${portal}/api/v2/${authorizationServer}/oauth2`;
  return { issuer, tokenEndpoint: `${issuer}/token`, jwksUri: `${issuer}/jwks`, ...pages };
}

const NOT_A_HOST = "not a host alone, such as example.aliyunidaas.com, without https:// and path";

function check(
  name: string,
  part: unknown,
  pattern: RegExp,
  ifEmpty: string,
  otherwise = "has a character that cannot stand in it",
): void {
  if (typeof part === "string" && pattern.test(part)) return;
  throw invalid(name, (part ?? "") === "" ? ifEmpty : otherwise);
}
