import { exampleConfig } from "eiam-token/issuer";

/** The words of `--profile`. */
export const PROFILES = /** @type {const} */ (["eiam", "rfc9700", "fapi2"]);

/** The public key of the example's clients in the profile fapi2. */
const PUBLIC_KEY = {
  kty: "EC",
  crv: "P-256",
  x: "QGiuFjHLAR8Wxs6glomp9EDX_XCUT4S3CVD8pirymMs",
  y: "QvabeCCwrpu4P9xsRrRvvlGMjR3CGMsJm9Nky3Td008",
  kid: "example",
  alg: "ES256",
};

/** The private key of the example's clients in the profile fapi2. Everybody knows it, as all secrets of the example. */
export const EXAMPLE_KEY = { ...PUBLIC_KEY, d: "7k2MX5ycKANGb8lFeO6Mn_JyMylLVp7rBQLfAai9UIw" };

/**
 * The ready example, as a profile allows it. In the profile fapi2 it has the confidential clients only, and they
 * authenticate by a key.
 *
 * @param {string} baseUrl
 * @param {(typeof PROFILES)[number] | undefined} profile
 * @returns {import("eiam-token/issuer").IssuerConfig}
 */
export function exampleOf(baseUrl, profile) {
  const example = exampleConfig(baseUrl);
  if (profile === undefined) return example;
  if (profile !== "fapi2") return { ...example, profile };
  const applications = example.applications
    .filter((application) => !application.public)
    .map(({ clientSecrets: _, anyLoopbackRedirectUri: __, pkce: ___, grants = [], ...rest }) => ({
      ...rest,
      jwks: { keys: [PUBLIC_KEY] },
      grants: grants.filter((grant) => grant !== "password"),
    }));
  return { ...example, profile, signing: "ES256", applications };
}
