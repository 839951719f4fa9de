const DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code";

/**
 * Lines to paste into a shell: one for each of these grants that some application has. A secret
 * that must not be shown is left to a variable of the shell.
 *
 * @param {import("eiam-token/issuer").IssuerConfig} config
 * @param {object} options
 * @param {boolean} options.shown whether secrets may be shown
 * @param {string | undefined} options.trusted a file with the certificate to trust
 */
export function curlLines(config, { shown, trusted }) {
  const { applications, profile, users: [user] = [] } = config;
  // There every request needs two signatures, which a shell does not make.
  if (profile === "fapi2") return [];
  // The application with the fewest grants has the one in question as its purpose.
  const specialised = [...applications].sort((a, b) => grantsOf(a) - grantsOf(b));
  /** @param {import("eiam-token/issuer").GrantType} grant */
  const withGrant = (grant) => specialised.find(({ grants = [] }) => grants.includes(grant));
  /** @type {(application: import("eiam-token/issuer").ApplicationConfig, endpoint: string, parameters: string[][]) => string} */
  const line = (application, endpoint, parameters) => curl(config, application, endpoint, parameters, trusted);
  const lines = [];

  const machine = withGrant("client_credentials");
  if (machine) {
    const parameters = [["grant_type", "client_credentials"], ...credentials(machine, shown)];
    lines.push({ grant: "client_credentials", line: line(machine, "token", parameters) });
  }
  // RFC 9700 section 2.4 forbids this grant.
  const web = profile === "rfc9700" ? undefined : withGrant("password");
  if (web && user) {
    const parameters = [
      ["grant_type", "password"],
      ["username", user.username],
      ["password", shown ? user.password : "$PASSWORD"],
      ["scope", "openid"],
      ...credentials(web, shown),
    ];
    lines.push({ grant: "password", line: line(web, "token", parameters) });
  }
  const device = withGrant(DEVICE_CODE);
  if (device) {
    const parameters = [
      ["client_id", device.applicationId],
      ["scope", "openid"],
    ];
    lines.push({ grant: "device code", line: line(device, "device/code", parameters) });
  }
  return lines;
}

/**
 * A line to paste into a shell that signs in by a browser, if some public application can have it so.
 *
 * @param {import("eiam-token/issuer").IssuerConfig} config
 * @param {object} options
 * @param {string | undefined} options.trusted a file with the certificate to trust
 */
export function tokenLines({ baseUrl, instanceId, applications }, { trusted }) {
  const application = applications.find(
    ({ public: isPublic, grants = [], scopes = [], anyLoopbackRedirectUri }) =>
      isPublic && anyLoopbackRedirectUri && grants.includes("authorization_code") && scopes.includes("openid"),
  );
  if (application === undefined) return [];
  const { applicationId } = application;
  const issuer = quote(`${baseUrl}/v2/${instanceId}/${applicationId}/oidc`);
  const trust = trusted === undefined ? "" : `NODE_EXTRA_CA_CERTS=${quote(trusted)} `;
  const line = `${trust}npx eiam-token token --issuer ${issuer} --client-id ${quote(applicationId)} --scope openid --open`;
  return [{ grant: "authorization_code, in a browser", line }];
}

/** @param {import("eiam-token/issuer").ApplicationConfig} application */
function grantsOf({ grants = [] }) {
  return grants.length;
}

/**
 * @param {import("eiam-token/issuer").ApplicationConfig} application
 * @param {boolean} shown
 */
function credentials({ applicationId, clientSecrets: [secret] = [] }, shown) {
  const id = ["client_id", applicationId];
  return secret === undefined ? [id] : [id, ["client_secret", shown ? secret : "$CLIENT_SECRET"]];
}

/**
 * @param {import("eiam-token/issuer").IssuerConfig} config
 * @param {import("eiam-token/issuer").ApplicationConfig} application
 * @param {string} endpoint
 * @param {string[][]} parameters
 * @param {string | undefined} trusted
 */
function curl({ baseUrl, instanceId }, { applicationId }, endpoint, parameters, trusted) {
  const url = `${baseUrl}/v2/${instanceId}/${applicationId}/oauth2/${endpoint}`;
  const data = parameters.map(([name, value = ""]) => {
    // Characters that need no encoding are readable with -d; others are left to curl.
    const option = /^[\w.~-]*$/.test(value) ? "-d" : "--data-urlencode";
    return `${option} ${quote(`${name}=${value}`)}`;
  });
  const trust = trusted === undefined ? [] : [`--cacert ${quote(trusted)}`];
  return ["curl -s", ...trust, quote(url), ...data].join(" ");
}

/**
 * Quotes for a shell, if it must be; `$NAME` at a value's start stays a variable.
 * @param {string} text
 */
function quote(text) {
  if (/=\$[A-Z_]+$/.test(text)) return `"${text}"`;
  return /^[\w.~:/=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
