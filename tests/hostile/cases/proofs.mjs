import { cases, each } from "../lib/cases.mjs";
import { claim, claimsText, header, noClaim, noHeader, signed, together } from "../lib/change.mjs";
import { encoded, hmac } from "../lib/jwt.mjs";
import { API, OWN_ISSUER, OWN_TOKEN_ENDPOINT, RESOURCE, bare, hashOf } from "../lib/world.mjs";

const subjects = ["proof"];
const TO_ISSUER = "proof for a token";
const all = [...subjects, TO_ISSUER];
const written = (name, digits) => claimsText((text) => text.replace(new RegExp(`("${name}":)\\d+`), `$1${digits}`));
const noText = { "a number": 1, null: null, true: true, "a list": ["x"], "an object": { x: 1 } };

/** A key in the header that is no key for this. */
const jwk = (change) => header("jwk", (world) => change(bare(world.proof), world));

export default [
  ...cases(
    { kind: "proofs for another request", subjects, section: "RFC 9449 section 4.3" },
    {
      ...each("htm", { POST: "POST", "in small letters": "get", "with a space": "GET ", ...noText }, (value) =>
        claim("htm", value),
      ),
      ...each(
        "htu",
        {
          "of another path": `${API}/other`,
          "with a slash behind it": `${RESOURCE}/`,
          "with a path more": `${RESOURCE}/more`,
          "in capital letters": RESOURCE.replace("files", "FILES"),
          "by http": RESOURCE.replace("https", "http"),
          "of another host": "https://other.example/files",
          "of a host that begins so": "https://api.example.other.example/files",
          "of another port": "https://api.example:8443/files",
          "with a user": "https://api.example@other.example/files",
          "as a path": "/files",
          "without a scheme": "//api.example/files",
          ...noText,
        },
        (value) => claim("htu", value),
      ),
      ...each(
        "ath",
        {
          "of another token": hashOf("AT2"),
          "half of it": (_, { accessToken }) => hashOf(accessToken).slice(0, 22),
          "with padding": (_, { accessToken }) => `${hashOf(accessToken)}=`,
          "the token itself": (_, { accessToken }) => accessToken,
          ...noText,
        },
        (value) => claim("ath", value),
      ),
      ...Object.fromEntries(["htm", "htu", "ath", "iat", "jti"].map((name) => [`no ${name}`, noClaim(name)])),
    },
  ),
  ...cases(
    { kind: "proofs for another request", subjects: [TO_ISSUER], section: "RFC 9449 section 4.3" },
    {
      ...each("htm", { GET: "GET", "in small letters": "post", "with a space": "POST ", ...noText }, (value) =>
        claim("htm", value),
      ),
      ...each(
        "htu",
        {
          "of the issuer": OWN_ISSUER,
          "of another endpoint": OWN_TOKEN_ENDPOINT.replace("token", "revoke"),
          "of another client's endpoint": OWN_TOKEN_ENDPOINT.replace("/app/", "/other/"),
          "with a slash behind it": `${OWN_TOKEN_ENDPOINT}/`,
          "in capital letters": OWN_TOKEN_ENDPOINT.replace("token", "TOKEN"),
          "by https": OWN_TOKEN_ENDPOINT.replace("http", "https"),
          "of another host": OWN_TOKEN_ENDPOINT.replace("127.0.0.1", "localhost"),
          "of another port": OWN_TOKEN_ENDPOINT.replace("9400", "9401"),
          ...noText,
        },
        (value) => claim("htu", value),
      ),
      ...Object.fromEntries(["htm", "htu", "iat", "jti"].map((name) => [`no ${name}`, noClaim(name)])),
    },
  ),
  ...cases(
    { kind: "proofs of another time", subjects: all, section: "RFC 9449 sections 4.3 and 11.1" },
    {
      "iat an hour ago": claim("iat", (world) => world.now - 3600),
      "iat in an hour": claim("iat", (world) => world.now + 3600),
      "iat 0": claim("iat", 0),
      "iat in milliseconds": claim("iat", (world) => world.now * 1000),
      "iat 1e400": written("iat", "1e400"),
      "iat -1": written("iat", "-1"),
      ...each("iat", { ...noText, "a text": (world) => `${world.now}` }, (value) => claim("iat", value)),
    },
  ),
  ...cases(
    { kind: "proofs of another time", subjects, section: "RFC 7519 sections 4.1.4 and 4.1.5" },
    {
      "exp an hour ago": claim("exp", (world) => world.now - 3600),
      "nbf in an hour": claim("nbf", (world) => world.now + 3600),
    },
  ),
  ...cases(
    { kind: "proofs without an id of their own", subjects: all, section: "RFC 9449 section 4.2" },
    each("jti", noText, (value) => claim("jti", value)),
  ),
  ...cases(
    { kind: "proofs without an id of their own", subjects: all, rule: "either", section: "RFC 9449 section 4.2" },
    { "jti empty": claim("jti", "") },
  ),
  ...cases(
    { kind: "proofs by a key that proves nothing", subjects, section: "RFC 9449 section 6.1" },
    {
      "a stranger's key, and its signature": together(
        "key",
        /^(header\.jwk|by)$/,
        signed(undefined, (world) => ({ by: world.strangerProof })),
        header("jwk", (world) => bare(world.strangerProof)),
      ),
    },
  ),
  ...cases(
    { kind: "proofs by a key that proves nothing", subjects: all, section: "RFC 9449 section 4.3" },
    {
      "no jwk": noHeader("jwk"),
      "a private key": header("jwk", (world) => {
        const { kid, use, alg, ...members } = world.proof.privateJwk;
        return members;
      }),
      "a stranger's key": header("jwk", (world) => bare(world.strangerProof)),
      "a stranger's signature": signed(undefined, (world) => ({ by: world.strangerProof })),
      "a secret, and HS256 by it": together(
        "key",
        /^(header\.(jwk|jku|x5u|x5c|x5t|kid|alg)|by|sign)$/,
        signed("HS256", () => ({ sign: hmac("secret") })),
        header("jwk", { kty: "oct", k: encoded("secret") }),
      ),
      "a key as text": jwk((key) => JSON.stringify(key)),
      "a list of keys": jwk((key) => [key]),
      "a set of keys": jwk((key) => ({ keys: [key] })),
      null: header("jwk", null),
      "a key of another curve": jwk((key) => ({ ...key, crv: "P-384" })),
      "a key of another kind": jwk((key) => ({ ...key, kty: "RSA" })),
      "a key without y": jwk(({ y, ...key }) => key),
      "a key whose x is empty": jwk((key) => ({ ...key, x: "" })),
      "a point that is not on the curve": jwk((key) => ({ ...key, x: key.y, y: key.x })),
      "a kid in place of the key": together(
        "key",
        /^(header\.(jwk|jku|x5u|x5c|x5t|kid|alg)|by|sign)$/,
        noHeader("jwk"),
        header("kid", "proofs"),
      ),
      "the place of a key": together(
        "key",
        /^(header\.(jwk|jku|x5u|x5c|x5t|kid|alg)|by|sign)$/,
        noHeader("jwk"),
        header("jku", "https://app.example/jwks"),
      ),
    },
  ),
  ...cases(
    { kind: "proofs by a key that proves nothing", subjects: all, rule: "either", section: "RFC 7518 section 6.2.1.2" },
    { "a key with padding": jwk((key) => ({ ...key, x: `${key.x}=` })) },
  ),
  ...cases(
    { kind: "as it must work", subjects, rule: "accept", section: "RFC 9449 section 4.3" },
    {
      "htu with a query": claim("htu", `${RESOURCE}?a=b`),
      "htu with a fragment": claim("htu", `${RESOURCE}#a`),
      "htu with its port": claim("htu", RESOURCE.replace(API, `${API}:443`)),
      "htu with the host in capital letters": claim("htu", RESOURCE.replace("api.example", "API.example")),
    },
  ),
  ...cases(
    { kind: "as it must work", subjects: all, rule: "accept", section: "RFC 9449 section 4.3" },
    {
      "typ in capital letters": header("typ", "DPoP+JWT"),
      "iat two seconds ago": claim("iat", (world) => world.now - 2),
      "a nonce that nobody asked for": claim("nonce", "n"),
    },
  ),
];
