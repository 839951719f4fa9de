import { checkPart } from "./argument.js";
import type { Preset } from "./preset.js";

const GUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/**
 * A part of an issuer as Microsoft writes it into its tokens, in lower case. Whoever copies a tenant's GUID or domain from
 * elsewhere may have it in capitals, and the client compares issuers exactly.
 */
function asIssued(part: string): string {
  return part.toLowerCase();
}

/** The accounts of an application at Microsoft Entra ID. */
export interface EntraOptions {
  /**
   * The tenant whose accounts may sign in: its GUID, or `common`, `organizations` or `consumers` for the accounts of many
   * tenants. Default: `common`.
   */
  readonly tenant?: string | undefined;
  /** With accounts of many tenants: the GUIDs of the tenants that are accepted. Default: all of them. */
  readonly tenants?: readonly string[] | undefined;
}

/**
 * The preset for Microsoft Entra ID (Azure AD), v2.0. For accounts of many tenants, its metadata name a template in place
 * of an issuer, `https://login.microsoftonline.com/{tenantid}/v2.0`. The issuer of an id_token has the tenant's id in the
 * place of `{tenantid}`, and so has the claim `tid`.
 *
 * Unless `tenant` is a GUID, it gives up the comparison with an issuer that is known before. The issuer still has to be
 * the one of the token's own tenant. The member `issuer` of Microsoft's keys is not compared. Keep users apart by `tid` and
 * `sub` together.
 *
 * @throws {InvalidArgumentError} if `tenant` is none of these, or one of `tenants` is no GUID
 */
export function entra({ tenant = "common", tenants }: EntraOptions = {}): Preset {
  const names = /^(common|organizations|consumers)$/;
  checkPart("tenant", tenant, new RegExp(`${names.source}|${GUID.source}`, "i"), "common or the GUID of a tenant");
  tenants?.forEach((one) => checkPart("tenants", one, GUID, "the GUIDs of tenants"));
  const accounts = asIssued(tenant);
  const issuer = (id: string) => `https://login.microsoftonline.com/${id}/v2.0`;
  const base = `https://login.microsoftonline.com/${accounts}`;
  const isOne = GUID.test(accounts);
  return {
    server: {
      issuer: issuer(isOne ? accounts : "{tenantid}"),
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
        const isAccepted = tenants?.some((one) => asIssued(one) === asIssued(tid)) ?? true;
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
 * The preset for Azure AD B2C. Each user flow has its own endpoints and metadata, but by default all flows of a tenant
 * have the issuer `https://{domain}/{tenant's GUID}/v2.0/`. That is not the address of the metadata, so the client would
 * refuse them. The preset makes the endpoints without metadata. It gives up no check: the issuer is compared.
 *
 * @throws {InvalidArgumentError} if a part cannot stand in an address
 */
export function azureB2C(options: AzureB2COptions): Preset {
  const { tenant, tenantId, policy, domain = `${tenant}.b2clogin.com` } = options ?? {};
  checkPart("tenant", tenant, /^[a-z\d-]+$/i, "contoso");
  checkPart("tenantId", tenantId, GUID, "the GUID of the tenant");
  checkPart("policy", policy, /^[\w-]+$/, "B2C_1_sign_in");
  checkPart("domain", domain, /^[a-z\d.-]+$/i, "login.contoso.com");
  const host = asIssued(domain);
  const base = `https://${host}/${asIssued(tenant)}.onmicrosoft.com/${policy}`;
  return {
    server: {
      issuer: `https://${host}/${asIssued(tenantId)}/v2.0/`,
      authorizationEndpoint: `${base}/oauth2/v2.0/authorize`,
      tokenEndpoint: `${base}/oauth2/v2.0/token`,
      endSessionEndpoint: `${base}/oauth2/v2.0/logout`,
      jwksUri: `${base}/discovery/v2.0/keys`,
    },
  };
}
