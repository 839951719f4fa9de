import { invalid } from "../client/invalid.js";
import type { ApplicationConfig, GrantType, IssuerConfig, UserConfig } from "../issuer/config.js";
import { type Names, checkNames, checkObject, shortened } from "./similar.js";

/**
 * A client in a short configuration: an application whose id is its key. Everything has a default, so `{}` is a
 * confidential client for every redirect URI on the own machine, and `{ public: true }` one without a secret.
 */
export interface ClientConfig extends Partial<Omit<ApplicationConfig, "applicationId" | "redirectUris">> {
  /**
   * Where codes may be sent: URIs, or `"any-loopback"` for every http and https URL of `localhost`, `127.0.0.1` and
   * `[::1]`. Default: `"any-loopback"`, except in the profile `fapi2`, which does not allow it.
   */
  readonly redirectUris?: "any-loopback" | readonly string[] | undefined;
}

/** Somebody in a short configuration, whose username and user id are the key. Everything has a default. */
export interface PersonConfig extends Partial<UserConfig> {}

/**
 * A short configuration. Nothing is required: without `clients` there are `web`, `spa`, `device` and `machine`, and
 * without `users` there are `alice` and `bob`. What else it says is as in an {@link IssuerConfig}.
 */
export interface TestConfig<Client extends string = string, User extends string = string>
  extends Partial<Omit<IssuerConfig, "applications" | "users">> {
  /** The clients, by their ids. */
  readonly clients?: Readonly<Record<Client, ClientConfig>> | undefined;
  /** The people who can sign in, by their usernames. */
  readonly users?: Readonly<Record<User, PersonConfig>> | undefined;
}

/** The clients that there are without `clients`. */
export type DefaultClient = "web" | "spa" | "device" | "machine";
/** The users that there are without `users`. */
export type DefaultUser = "alice" | "bob";

/** What a client may ask for if its configuration does not say so. */
const SCOPES = ["openid", "profile", "email", "phone", "address", "offline_access", "api"];

const DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code";

const DEFAULT_CLIENTS: Readonly<Record<DefaultClient, ClientConfig>> = {
  web: {},
  spa: { public: true },
  device: { public: true, grants: [DEVICE_CODE, "refresh_token"], redirectUris: [] },
  machine: { grants: ["client_credentials"], scopes: ["api"], redirectUris: [] },
};

const DEFAULT_USERS: Readonly<Record<DefaultUser, PersonConfig>> = { alice: {}, bob: {} };

/**
 * Makes the whole configuration of a short one. One with `applications` is whole already, but for its base URL.
 *
 * @param baseUrl where the issuer is reached if the configuration does not say so
 * @throws {InvalidArgumentError} whose `argument` is the path of what is wrong
 */
export function wholeConfig(config: unknown, baseUrl: string): IssuerConfig {
  checkObject("config", config);
  if (config["applications"] !== undefined) {
    if (config["clients"] !== undefined) throw invalid("config.clients", "there are `applications` already");
    return { baseUrl, ...config } as unknown as IssuerConfig;
  }
  checkNames("config", config, CONFIG_NAMES);
  const { clients, users = DEFAULT_USERS, ...rest } = config as TestConfig;
  return {
    baseUrl,
    instanceId: "idaas_test",
    ...rest,
    applications: applicationsOf({ profile: rest.profile, clients }),
    users: usersOf(users),
  };
}

function applicationsOf({ profile, clients }: Pick<TestConfig, "profile" | "clients">): ApplicationConfig[] {
  if (clients === undefined && profile === "fapi2") {
    throw invalid("config.clients", "the profile fapi2 needs clients of your own, with the public keys they have");
  }
  checkObject("config.clients", clients ?? DEFAULT_CLIENTS);
  const applications = Object.entries(clients ?? DEFAULT_CLIENTS).map(([id, client]) => {
    const path = `config.clients.${shortened(id)}`;
    checkNames(path, client, CLIENT_NAMES);
    return applicationOf(path, id, client, profile);
  });
  if (applications.length === 0) throw invalid("config.clients", "there is none: leave it out for the default ones");
  return applications;
}

function applicationOf(path: string, id: string, client: ClientConfig, profile: TestConfig["profile"]) {
  const { redirectUris, clientSecrets, ...rest } = client;
  const isUri = redirectUris === undefined || redirectUris === "any-loopback" || Array.isArray(redirectUris);
  if (!isUri) throw invalid(`${path}.redirectUris`, 'expected a list of URIs, or "any-loopback"');
  const isAny = redirectUris === "any-loopback" || (redirectUris === undefined && profile !== "fapi2");
  const isByKey = rest.jwks !== undefined || rest.federatedCredentials !== undefined || profile === "fapi2";
  return {
    grants: grantsOf(rest.public === true, profile),
    scopes: SCOPES,
    ...(isAny ? { anyLoopbackRedirectUri: true } : {}),
    ...rest,
    applicationId: id,
    clientSecrets: clientSecrets ?? (rest.public === true || isByKey ? undefined : [secretOf(id)]),
    redirectUris: Array.isArray(redirectUris) ? redirectUris : undefined,
  };
}

function grantsOf(isPublic: boolean, profile: TestConfig["profile"]): GrantType[] {
  const grants: GrantType[] = ["authorization_code", "refresh_token", DEVICE_CODE];
  if (!isPublic) grants.push("client_credentials");
  // RFC 9700 section 2.4: the other profiles do not know it.
  if (!isPublic && (profile ?? "eiam") === "eiam") grants.push("password");
  return grants;
}

/** A secret that is long enough for every way to authenticate, and needs no encoding in any. */
function secretOf(id: string): string {
  return `CS${id.replace(/[^A-Za-z0-9]/g, "")}SecretThatEverybodyKnows123456`;
}

function usersOf(users: Readonly<Record<string, PersonConfig>>): UserConfig[] {
  checkObject("config.users", users);
  return Object.entries(users).map(([name, user]) => {
    const path = `config.users.${shortened(name)}`;
    checkNames(path, user, USER_NAMES);
    return personOf(name, user, path);
  });
}

/**
 * Makes a whole user of a short one.
 *
 * @param path where the user stands, for errors
 * @throws {InvalidArgumentError} if the claims are no object
 */
export function personOf(name: string, { claims = {}, ...rest }: PersonConfig, path = "user"): UserConfig {
  checkObject(`${path}.claims`, claims as unknown);
  return {
    userId: /^[!-~]+$/.test(name) ? name : encodeURIComponent(name),
    username: name,
    password: `${name}-password`,
    ...rest,
    claims: {
      name: name.charAt(0).toUpperCase() + name.slice(1),
      preferred_username: name,
      ...(/^[\w.-]+$/.test(name) ? { email: `${name}@example.com`, email_verified: true } : {}),
      ...claims,
    },
  };
}

/**
 * The path of a key in the short configuration, of its path in the whole one: `config.clients.web.scopes[0]` of
 * `applications[0].scopes[0]`.
 */
export function shortPath(path: string, { applications, users = [] }: IssuerConfig): string {
  const [, list = "", index = "", rest = ""] = /^(applications|users)\[(\d+)\](.*)$/s.exec(path) ?? [];
  if (list === "applications") return `config.clients.${applications[Number(index)]?.applicationId}${rest}`;
  return list === "users" ? `config.users.${users[Number(index)]?.username}${rest}` : `config.${path}`;
}

const CONFIG_NAMES: Names = {
  profile: true,
  baseUrl: true,
  allowedHosts: true,
  trustProxy: true,
  instanceId: true,
  clients: true,
  resources: true,
  customClaims: true,
  authenticationContexts: true,
  trustedIssuers: true,
  registration: true,
  clientIdMetadata: true,
  registeredClients: true,
  users: true,
  signing: true,
  keys: true,
  dpop: true,
  limits: true,
} satisfies Record<keyof Required<TestConfig>, true>;

const CLIENT_NAMES: Names = {
  name: true,
  clientSecrets: true,
  jwks: true,
  federatedCredentials: true,
  tokenEndpointAuthMethods: true,
  dpopBoundAccessTokens: true,
  redirectUris: true,
  postLogoutRedirectUris: true,
  backchannelLogoutUri: true,
  backchannelLogoutSessionRequired: true,
  anyLoopbackRedirectUri: true,
  grants: true,
  scopes: true,
  defaultScope: true,
  accessTokenFormat: true,
  customClaims: true,
  introspects: true,
  exchanges: true,
  mayAct: true,
  public: true,
  pkce: true,
  consent: true,
  lifetimes: true,
  origins: true,
  requirePushedAuthorizationRequests: true,
  userinfoSignedResponseAlg: true,
  subjectType: true,
  sectorIdentifierUri: true,
  authorizationDetailsTypes: true,
  requireSignedRequestObject: true,
  requestObjectSigningAlg: true,
  disabled: true,
} satisfies Record<keyof Required<ClientConfig>, true>;

/** The keys of a user in a short configuration. */
export const USER_NAMES: Names = {
  userId: true,
  username: true,
  password: true,
  claims: true,
  customClaims: true,
  attributes: true,
  acr: true,
  amr: true,
  disabled: true,
} satisfies Record<keyof Required<PersonConfig>, true>;
