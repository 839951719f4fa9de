import { atHash } from "../../../pkg/test/support/jwt.mjs";
import { cases, each } from "../lib/cases.mjs";
import { claim, claimsText, noClaim, together } from "../lib/change.mjs";
import { LOGOUT, SERVER_JWTS } from "../lib/subjects.mjs";
import { ACCESS_TOKEN, API, CLIENT, ISSUER, NONCE, STATE } from "../lib/world.mjs";

/** The value of `aud` in a text of claims, written by hand. */
const written = (name, digits) => claimsText((text) => text.replace(new RegExp(`("${name}":)\\d+`), `$1${digits}`));

/** What is nearly a name. Nobody may take it for the name. */
const nearly = (name) => ({
  "with a letter more": `${name}x`,
  "with a letter less": name.slice(0, -1),
  "with a slash behind it": `${name}/`,
  "in capital letters": name.toUpperCase(),
  "with a space behind it": `${name} `,
  "with a space before it": ` ${name}`,
  "with NUL behind it": `${name}\0`,
  "with a letter that looks the same": name.replace("a", "\u0430"),
  "with another name behind a comma": `${name},other`,
  "with another name behind a space": `${name} other`,
  empty: "",
  "of somebody else": "https://other.example",
});

const noText = { "a number": 1, null: null, true: true, "an object": { name: "x" } };

const ISSUERS = {
  ...nearly(ISSUER),
  ...noText,
  "a list with it": [ISSUER],
  "with its port": `${ISSUER}:443`,
  "by http": ISSUER.replace("https", "http"),
  "with a path": `${ISSUER}/other`,
  "as a user at another": `${ISSUER}@other.example`,
  "with a fragment": `${ISSUER}#`,
  "with a query": `${ISSUER}?`,
  "as a beginning of another host": `${ISSUER}.other.example`,
};

/** The audience of each subject. */
const AUDIENCES = { "access token": API };
const audienceOf = (subject) => AUDIENCES[subject] ?? CLIENT;

const audiences = (name) => ({
  ...nearly(name),
  ...noText,
  "a list of others": ["other", "another"],
  "an empty list": [],
  "a list in a list": [[name]],
  "a list with a near miss": [`${name}x`, `x${name}`],
  "an object with its name": { [name]: name },
});

/** Which subjects must have which claims. */
const REQUIRED = {
  id_token: [["iss", "sub", "aud", "exp", "iat", "nonce"], "OpenID Connect Core sections 2 and 3.1.3.7"],
  "access token": [["iss", "exp", "aud", "sub", "client_id", "iat", "jti"], "RFC 9068 sections 2.2 and 4"],
  "authorization response": [["iss", "aud", "exp"], "JARM section 2.4"],
  userinfo: [["sub"], "OpenID Connect Core section 5.3.2"],
  introspection: [["iss", "aud", "iat", "token_introspection"], "RFC 9701 section 5"],
  "logout token": [["iss", "aud", "iat", "exp", "jti", "events"], "OpenID Connect Back-Channel Logout section 2.4"],
};

/** The subjects that have a claim. */
const having = (...names) => SERVER_JWTS.filter((name) => !names.includes(name));
const EXPIRING = having("introspection");

const seconds = (behind) => (world) => world.now + behind;

/** What is no moment (RFC 7519 section 2). */
const noMoment = {
  "a text": (world) => `${world.now + 300}`,
  "a word": "tomorrow",
  null: null,
  true: true,
  "a list": (world) => [world.now + 300],
  "an object": { seconds: 1 },
  empty: "",
};

const { null: _, ...noValue } = noMoment;

export default [
  ...SERVER_JWTS.flatMap((subject) =>
    cases(
      { kind: "iss as a near miss", subjects: [subject], section: "RFC 7519 section 4.1.1, RFC 9207 section 2.4" },
      each("iss", ISSUERS, (value) => claim("iss", value)),
    ),
  ),
  ...SERVER_JWTS.flatMap((subject) =>
    cases(
      { kind: "aud as a near miss", subjects: [subject], section: "RFC 7519 section 4.1.3" },
      each("aud", audiences(audienceOf(subject)), (value) => claim("aud", value)),
    ),
  ),
  ...SERVER_JWTS.flatMap((subject) =>
    cases(
      { kind: "as it must work", subjects: [subject], rule: "accept", section: "RFC 7519 section 4.1.3" },
      { "aud as a list of one": claim("aud", [audienceOf(subject)]) },
    ),
  ),
  ...cases(
    { kind: "as it must work", subjects: ["id_token"], rule: "accept", section: "OpenID Connect Core section 2" },
    {
      "two audiences and azp": together(
        "aud",
        /^claims\.(aud|azp)$/,
        claim("aud", [CLIENT, "other"]),
        claim("azp", CLIENT),
      ),
      "azp of the client": claim("azp", CLIENT),
    },
  ),
  ...Object.entries(REQUIRED).flatMap(([subject, [names, section]]) =>
    cases(
      { kind: "claims that are missing", subjects: [subject], section },
      Object.fromEntries(names.map((name) => [`no ${name}`, noClaim(name)])),
    ),
  ),
  ...cases(
    {
      kind: "claims that are missing",
      subjects: ["access token"],
      section: "RFC 9068 section 2.2, RFC 7662 section 2.2",
    },
    {
      "no exp, and active, as an answer about a token": together(
        "exp",
        /^claims\.(exp|active)$/,
        noClaim("exp"),
        claim("active", true),
      ),
    },
  ),
  ...cases(
    { kind: "times that are over, or still to come", subjects: EXPIRING, section: "RFC 7519 section 4.1.4" },
    {
      "exp an hour ago": claim("exp", seconds(-3600)),
      "exp 0": claim("exp", 0),
      "exp in milliseconds of 1970": claim("exp", 1_000_000),
      "exp -0": written("exp", "-0"),
    },
  ),
  ...cases(
    { kind: "times that are over, or still to come", subjects: SERVER_JWTS, section: "RFC 7519 section 4.1.5" },
    { "nbf in an hour": claim("nbf", seconds(3600)), "nbf in 100 years": claim("nbf", seconds(3.2e9)) },
  ),
  ...cases(
    {
      kind: "times that are over, or still to come",
      subjects: SERVER_JWTS,
      rule: "either",
      section: "OpenID Connect Core section 3.1.3.7",
    },
    { "iat in an hour": claim("iat", seconds(3600)), "iat in 100 years": claim("iat", seconds(3.2e9)) },
  ),
  ...cases(
    {
      kind: "times that are over, or still to come",
      subjects: ["id_token"],
      section: "OpenID Connect Core section 3.1.3.7",
    },
    {
      "auth_time missing though max_age was sent": noClaim("auth_time"),
      "auth_time longer ago than max_age": claim("auth_time", seconds(-3600)),
      "auth_time 0": claim("auth_time", 0),
    },
  ),
  ...cases(
    { kind: "what is no moment", subjects: EXPIRING, section: "RFC 7519 section 2" },
    each("exp", noMoment, (value) => claim("exp", value)),
  ),
  ...cases(
    { kind: "what is no moment", subjects: SERVER_JWTS, section: "RFC 7519 section 2" },
    {
      ...each("iat", noMoment, (value) => claim("iat", value)),
      ...each("nbf", noValue, (value) => claim("nbf", value)),
    },
  ),
  ...cases(
    {
      kind: "null for a claim that may be missing",
      subjects: SERVER_JWTS,
      rule: "free",
      section: "RFC 7519 section 4",
    },
    { "nbf null": claim("nbf", null) },
  ),
  ...cases(
    {
      kind: "null for a claim that may be missing",
      subjects: ["id_token"],
      rule: "free",
      section: "RFC 7519 section 4",
    },
    { "at_hash null": claim("at_hash", null) },
  ),
  ...cases(
    { kind: "what is no moment", subjects: ["id_token"], section: "RFC 7519 section 2" },
    each("auth_time", noMoment, (value) => claim("auth_time", value)),
  ),
  ...cases(
    { kind: "numbers beyond all clocks", subjects: EXPIRING, rule: "either", section: "RFC 8259 section 6" },
    {
      "exp 1e400": written("exp", "1e400"),
      "exp 1e300": written("exp", "1e300"),
      "exp of 400 digits": written("exp", "9".repeat(400)),
      "exp 2^63": written("exp", "9223372036854775808"),
    },
  ),
  ...cases(
    { kind: "numbers beyond all clocks", subjects: SERVER_JWTS, rule: "either", section: "RFC 8259 section 6" },
    {
      "iat -1": written("iat", "-1"),
      "iat -1e400": written("iat", "-1e400"),
      "nbf -1": claim("nbf", -1),
    },
  ),
  ...cases(
    { kind: "as it must work", subjects: SERVER_JWTS, rule: "accept", section: "RFC 7519 section 2" },
    { "iat with a fraction": claim("iat", (world) => world.now - 1.5) },
  ),
  ...cases(
    { kind: "as it must work", subjects: EXPIRING, rule: "accept", section: "RFC 7519 section 2" },
    {
      "exp with a fraction": claim("exp", (world) => world.now + 60.25),
      "exp with an exponent": written("exp", "9e9"),
      "nbf now": claim("nbf", seconds(0)),
    },
  ),
  ...cases(
    { kind: "nonce of another request", subjects: ["id_token"], section: "OpenID Connect Core section 3.1.3.7" },
    each(
      "nonce",
      { ...nearly(NONCE), ...noText, "a list with it": [NONCE], reversed: [...NONCE].reverse().join("") },
      (value) => claim("nonce", value),
    ),
  ),
  ...cases(
    {
      kind: "at_hash of another access token",
      subjects: ["id_token"],
      rule: "either",
      section: "OpenID Connect Core section 3.1.3.8",
    },
    each(
      "at_hash",
      {
        "of another": atHash("AT2"),
        "by SHA-384": atHash(ACCESS_TOKEN, "sha384"),
        "by SHA-512": atHash(ACCESS_TOKEN, "sha512"),
        "half of it": atHash(ACCESS_TOKEN).slice(0, 11),
        "the whole hash": atHash(ACCESS_TOKEN + ACCESS_TOKEN) + atHash(ACCESS_TOKEN),
        "with padding": `${atHash(ACCESS_TOKEN)}==`,
        empty: "",
        "a number": 0,
        "a list": [atHash(ACCESS_TOKEN)],
        "the token itself": ACCESS_TOKEN,
      },
      (value) => claim("at_hash", value),
    ),
  ),
  ...cases(
    { kind: "as it must work", subjects: ["id_token"], rule: "accept", section: "OpenID Connect Core section 3.1.3.6" },
    { "no at_hash": noClaim("at_hash") },
  ),
  ...cases(
    {
      kind: "azp of another client",
      subjects: ["id_token"],
      rule: "free",
      section: "OpenID Connect Core section 3.1.3.7",
    },
    {
      "azp of another": claim("azp", "other"),
      "azp of another, with two audiences": together(
        "azp",
        /^claims\.(aud|azp)$/,
        claim("aud", [CLIENT, "other"]),
        claim("azp", "other"),
      ),
      "azp a near miss": claim("azp", `${CLIENT}x`),
      "azp a list": claim("azp", [CLIENT]),
      "azp empty": claim("azp", ""),
    },
  ),
  ...cases(
    { kind: "sub that names nobody", subjects: ["id_token", "userinfo"], section: "OpenID Connect Core section 2" },
    each("sub", { ...noText, "a list": ["alice"] }, (value) => claim("sub", value)),
  ),
  ...cases(
    { kind: "sub that names nobody", subjects: ["access token"], section: "RFC 9068 section 2.2" },
    each("sub", { ...noText, "a list": ["alice"] }, (value) => claim("sub", value)),
  ),
  ...cases(
    {
      kind: "sub that names nobody",
      subjects: ["id_token", "access token", "userinfo"],
      rule: "either",
      section: "RFC 7519 section 4.1.2",
    },
    { "sub empty": claim("sub", "") },
  ),
  ...cases(
    { kind: "sub that names nobody", subjects: ["userinfo"], section: "OpenID Connect Core section 5.3.4" },
    { "sub of another user": claim("sub", "bob"), "sub in capital letters": claim("sub", "ALICE") },
  ),
  ...cases(
    {
      kind: "half of a pair of surrogates",
      subjects: ["id_token", "access token", "userinfo", "logout token"],
      rule: "either",
      section: "RFC 8259 section 8.2",
    },
    { "in sub": claim("sub", "alice\ud800") },
  ),
  ...cases(
    { kind: "deep nesting", subjects: SERVER_JWTS, rule: "either", section: "RFC 8259 section 9" },
    {
      "1,000 lists in each other": claimsText((text) =>
        text.replace(/}$/, `,"x":${"[".repeat(1000)}${"]".repeat(1000)}}`),
      ),
    },
  ),
  ...cases(
    {
      kind: "a token that is something else by its claims",
      subjects: ["access token"],
      rule: "either",
      section: "RFC 8725 section 3.12",
    },
    {
      "with a nonce, as an id_token": claim("nonce", NONCE),
      "with at_hash, as an id_token": claim("at_hash", atHash(ACCESS_TOKEN)),
      "with c_hash, as an id_token": claim("c_hash", atHash("CO1")),
    },
  ),
  ...cases(
    {
      kind: "a token that is something else by its claims",
      subjects: ["introspection"],
      rule: "either",
      section: "RFC 9701 section 5",
    },
    {
      "with sub, as an access token": claim("sub", "alice"),
      "with exp, as an access token": claim("exp", seconds(300)),
    },
  ),
  ...cases(
    {
      kind: "a token that is something else by its claims",
      subjects: ["logout token"],
      section: "OpenID Connect Back-Channel Logout section 2.6",
    },
    {
      "with a nonce, as an id_token": claim("nonce", NONCE),
      "no sub and no sid": together("sub", /^claims\.(sub|sid)$/, noClaim("sub"), noClaim("sid")),
      "events a list": claim("events", [LOGOUT]),
      "events a text": claim("events", LOGOUT),
      "events of another kind": claim("events", { "http://schemas.openid.net/event/other": {} }),
      "events empty": claim("events", {}),
      "an event that is no object": claim("events", { [LOGOUT]: true }),
      "an event that is a list": claim("events", { [LOGOUT]: [] }),
      "an event that is null": claim("events", { [LOGOUT]: null }),
      "jti a number": claim("jti", 1),
      "sub a number": claim("sub", 1),
      "sid empty": claim("sid", ""),
    },
  ),
  ...cases(
    {
      kind: "a token that is something else by its claims",
      subjects: ["introspection"],
      section: "RFC 7662 section 2.2",
    },
    {
      "active a text": claim("token_introspection", { active: "true" }),
      "active a number": claim("token_introspection", { active: 1 }),
      "active missing": claim("token_introspection", { sub: "alice" }),
      "token_introspection a list": claim("token_introspection", [{ active: true }]),
      "token_introspection a text": claim("token_introspection", '{"active":true}'),
    },
  ),
  ...cases(
    {
      kind: "a bound token without its proof",
      subjects: ["access token"],
      section: "RFC 9449 section 7.1, RFC 8705 section 3",
    },
    {
      "cnf by a thumbprint": claim("cnf", { jkt: "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" }),
      "cnf by a certificate": claim("cnf", { "x5t#S256": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" }),
      "cnf by a name that nobody knows": claim("cnf", { other: "x" }),
      "cnf a text": claim("cnf", "x"),
      "cnf null": claim("cnf", null),
    },
  ),
  ...cases(
    {
      kind: "an authorization response of another request",
      subjects: ["authorization response"],
      section: "RFC 6749 section 10.12",
    },
    each("state", { ...nearly(STATE), ...noText, "a list with it": [STATE] }, (value) => claim("state", value)),
  ),
  ...cases(
    {
      kind: "an authorization response of another request",
      subjects: ["authorization response"],
      section: "RFC 6749 section 4.1.2",
    },
    {
      "no state": noClaim("state"),
      "both code and error": claim("error", "access_denied"),
    },
  ),
];
