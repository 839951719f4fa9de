/**
 * What the issuer in the worker serves, known to the page as well: it is the client of each
 * application here.
 */

export const INSTANCE = "idaas_demo";

/** Where the issuer lives, below the folder of the page. */
export const ISSUER_FOLDER = "issuer";

/** 2^53 + 1: the first whole number that a JavaScript number cannot hold. */
export const LONG_LIFETIME = 9007199254740993n;

/** Known to everybody, for everything here is only in this browser. */
export const MACHINE_SECRET = "CSdemoSecretThatEverybodyKnows1234567890abcd";

const API_SCOPE = "api://demo.example|read";

/**
 * The applications that the page plays, by what it calls them.
 */
export const APPLICATIONS = {
  page: {
    applicationId: "app_page",
    name: "The demo page",
    public: true,
    grants: ["authorization_code", "refresh_token"],
    consent: "always",
  },
  television: {
    applicationId: "app_television",
    name: "Living-room television",
    public: true,
    grants: ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"],
  },
  form: {
    applicationId: "app_form",
    name: "A form of its own",
    public: true,
    grants: ["password", "refresh_token"],
  },
  machine: {
    applicationId: "app_machine",
    name: "Nightly job",
    clientSecrets: [MACHINE_SECRET],
    grants: ["client_credentials"],
    scopes: [API_SCOPE],
    lifetimes: { accessToken: 3600 },
  },
  centuries: {
    applicationId: "app_centuries",
    name: "A machine with patience",
    clientSecrets: [MACHINE_SECRET],
    grants: ["client_credentials"],
    scopes: [API_SCOPE],
    lifetimes: { accessToken: LONG_LIFETIME },
  },
};

const USERS = [
  user("alice", "wonderland", "Alice Liddell", "+1 555 0100"),
  user("bob", "builder", "Bob Baumeister", "+1 555 0101"),
];

/**
 * The issuer's configuration.
 *
 * @param {string} home the folder of the page, with its slash
 */
export function configuration(home) {
  const { page, ...others } = APPLICATIONS;
  return {
    profile: "eiam",
    baseUrl: issuerBase(home),
    instanceId: INSTANCE,
    applications: [{ ...page, redirectUris: [home], postLogoutRedirectUris: [home] }, ...Object.values(others)],
    users: USERS,
  };
}

/**
 * @param {string} home the folder of the page, with its slash
 */
export function issuerBase(home) {
  return home + ISSUER_FOLDER;
}

function user(username, password, name, phone) {
  return {
    userId: `user_${username}`,
    username,
    password,
    claims: {
      name,
      preferred_username: username,
      email: `${username}@demo.example`,
      email_verified: true,
      phone_number: phone,
    },
  };
}
