import { checkPart } from "./argument.js";
import type { Preset } from "./preset.js";

const GUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** The accounts of an application at Microsoft Entra ID. */
export interface EntraOptions {
  /**
   * Whose accounts: the GUID of one tenant, or `common`, `organizations` or `consumers` for those of many. Default:
   * `common`.
   */
  readonly tenant?: string | undefined;
  /** With accounts of many tenants: the GUIDs of the only ones that are accepted. Default: all. */
  readonly tenants?: readonly string[] | undefined;
}

/**
 * Microsoft Entra ID (Azure AD), v2.0. For accounts of many tenants its metadata name no issuer but a template,
 * `https://login.microsoftonline.com/{tenantid}/v2.0`; the issuer of an id_token has the tenant's id in that place, which
 * is also the claim `tid`.
 *
 * Gives up, unless `tenant` is a GUID: the comparison with an issuer that is known before. The issuer still has to be
 * the one of the token's own tenant. Keep users apart by `tid` and `sub` together.
 *
 * @throws {InvalidArgumentError} if a tenant is none of these
 */
export function entra({ tenant = "common", tenants }: EntraOptions = {}): Preset {
  const names = /^(common|organizations|consumers)$/;
  checkPart("tenant", tenant, new RegExp(`${names.source}|${GUID.source}`, "i"), "common or the GUID of a tenant");
  tenants?.forEach((one) => checkPart("tenants", one, GUID, "the GUIDs of tenants"));
  const issuer = (id: string) => `https://login.microsoftonline.com/${id}/v2.0`;
  const base = `https://login.microsoftonline.com/${tenant}`;
  const isOne = GUID.test(tenant);
  return {
    server: {
      issuer: issuer(isOne ? tenant : "{tenantid}"),
      authorizationEndpoint: `${base}/oauth2/v2.0/authorize`,
      tokenEndpoint: `${base}/oauth2/v2.0/token`,
      deviceAuthorizationEndpoint: `${base}/oauth2/v2.0/devicecode`,
      userinfoEndpoint: "https://graph.microsoft.com/oidc/userinfo",
      endSessionEndpoint: `${base}/oauth2/v2.0/logout`,
      jwksUri: `${base}/discovery/v2.0/keys`,
    },
    ...(!isOne && {
      issuerOf({ tid }: Readonly<Record<string, unknown>>) {
        if (typeof tid !== "string" || !GUID.test(tid)) return undefined;
        const isAccepted = tenants?.some((one) => one.toLowerCase() === tid.toLowerCase()) ?? true;
        return isAccepted ? issuer(tid) : undefined;
      },
    }),
  };
}

/** A user flow of Azure AD B2C. */
export interface AzureB2COptions {
  /** The name of the tenant, such as `contoso` of `contoso.onmicrosoft.com`. */
  readonly tenant: string;
  /** The GUID of the tenant. */
  readonly tenantId: string;
  /** The user flow or policy, such as `B2C_1_sign_in`. */
  readonly policy: string;
  /** A domain of your own in place of `{tenant}.b2clogin.com`. */
  readonly domain?: string | undefined;
}

/**
 * Azure AD B2C. Each user flow has endpoints and metadata of its own, but by default all of a tenant have one issuer,
 * `https://{domain}/{tenant's GUID}/v2.0/`, which is not the address of the metadata: so they are refused. This makes
 * the endpoints without them. Gives up nothing: the issuer is compared.
 *
 * @throws {InvalidArgumentError} if a part cannot stand in an address
 */
export function azureB2C(options: AzureB2COptions): Preset {
  const { tenant, tenantId, policy, domain = `${tenant}.b2clogin.com` } = options ?? {};
  checkPart("tenant", tenant, /^[a-z\d-]+$/i, "contoso");
  checkPart("tenantId", tenantId, GUID, "the GUID of the tenant");
  checkPart("policy", policy, /^[\w-]+$/, "B2C_1_sign_in");
  checkPart("domain", domain, /^[a-z\d.-]+$/i, "login.contoso.com");
  const base = `https://${domain}/${tenant}.onmicrosoft.com/${policy}`;
  return {
    server: {
      issuer: `https://${domain}/${tenantId}/v2.0/`,
      authorizationEndpoint: `${base}/oauth2/v2.0/authorize`,
      tokenEndpoint: `${base}/oauth2/v2.0/token`,
      endSessionEndpoint: `${base}/oauth2/v2.0/logout`,
      jwksUri: `${base}/discovery/v2.0/keys`,
    },
  };
}
