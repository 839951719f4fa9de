import { cases, each } from "../lib/cases.mjs";
import { header, noHeader, signed, together, token } from "../lib/change.mjs";
import { encoded } from "../lib/jwt.mjs";
import { JWTS, SERVER_JWTS } from "../lib/subjects.mjs";
import { bare } from "../lib/world.mjs";

const crit = {
  exp: ["exp"],
  "of an unknown name": ["https://as.example/must"],
  b64: ["b64"],
  empty: [],
  null: null,
  "a text": "exp",
  "of alg, which needs none": ["alg"],
  "of one name twice": ["exp", "exp"],
  false: false,
};

/** A payload that is not encoded (RFC 7797): the dots within it are encoded as JSON may have them. */
const notEncoded = (whole) => {
  const [header, claims, signature] = whole.split(".");
  const text = Buffer.from(claims, "base64url").toString().replace(/\./g, "\\u002e");
  return `${header}.${text}.${signature}`;
};

const TYPES = ["at+jwt", "dpop+jwt", "logout+jwt", "token-introspection+jwt", "oauth-authz-req+jwt", "secevent+jwt"];

/** The subjects whose `typ` says what they are, and the standard that requires it. */
const TYPED = {
  "access token": ["at+jwt", "RFC 9068 section 4"],
  introspection: ["token-introspection+jwt", "RFC 9701 section 5"],
  proof: ["dpop+jwt", "RFC 9449 section 4.3"],
  "proof for a token": ["dpop+jwt", "RFC 9449 section 4.3"],
};
const UNTYPED = JWTS.filter((name) => !(name in TYPED));

/** The types that are of another kind than a subject. */
const othersThan = (subject, own = { "logout token": ["logout+jwt"] }[subject] ?? []) =>
  Object.fromEntries(TYPES.filter((type) => !own.includes(type)).map((type) => [type, type]));

/** A stranger's JWT under the server's `kid`. */
const strange = (...more) =>
  together(
    "key",
    /^(header\.(jwk|jku|x5u|x5c|x5t|kid|alg)|by|sign)$/,
    signed(undefined, (world) => ({ by: world.stranger })),
    ...more,
  );

export default [
  ...cases(
    { kind: "extensions that must be understood", subjects: JWTS, section: "RFC 7515 section 4.1.11" },
    {
      ...each("crit", crit, (value) => header("crit", value)),
      "crit of a member that is there": together(
        "crit",
        /^header\.(crit|must|b64)$/,
        header("crit", ["must"]),
        header("must", true),
      ),
      "b64 false, with its crit": together(
        "crit",
        /^header\.(crit|must|b64)$/,
        header("crit", ["b64"]),
        header("b64", false),
      ),
    },
  ),
  ...cases(
    { kind: "extensions that must be understood", subjects: SERVER_JWTS, section: "RFC 7797 section 7" },
    { "a payload that is not encoded": token(notEncoded) },
  ),
  ...Object.entries(TYPED).flatMap(([subject, [own, section]]) =>
    cases(
      { kind: "a JWT of another kind, by its typ", subjects: [subject], section },
      {
        ...each("typ", othersThan(subject, [own]), (type) => header("typ", type)),
        "typ missing": noHeader("typ"),
        "typ JWT": header("typ", "JWT"),
        "typ null": header("typ", null),
        "typ a list": header("typ", [own]),
        "typ empty": header("typ", ""),
        "typ with something behind it": header("typ", `${own}; v=1`),
        "typ without +jwt": header("typ", own.replace("+jwt", "")),
      },
    ),
  ),
  ...UNTYPED.flatMap((subject) =>
    cases(
      {
        kind: "a JWT of another kind, by its typ",
        subjects: [subject],
        rule: "either",
        section: "RFC 8725 sections 3.11 and 3.12",
      },
      each("typ", othersThan(subject), (type) => header("typ", type)),
    ),
  ),
  ...cases(
    { kind: "a stranger's key in the header", subjects: SERVER_JWTS, section: "RFC 8725 section 3.10" },
    {
      jwk: strange(header("jwk", (world) => bare(world.stranger))),
      jku: strange(header("jku", "https://stranger.example/jwks")),
      "jku at the server's name as a user": strange(header("jku", "https://as.example@stranger.example/jwks")),
      x5u: strange(header("x5u", "https://stranger.example/key.pem")),
      x5c: strange(header("x5c", (world) => [encoded(JSON.stringify(world.stranger.jwk))])),
      x5t: strange(header("x5t", encoded(Buffer.alloc(20)))),
      "jwk without a kid": together(
        "key",
        /^(header\.(jwk|jku|x5u|x5c|x5t|kid|alg)|by|sign)$/,
        strange(),
        header("jwk", (world) => world.stranger.jwk),
        noHeader("kid"),
      ),
      "no key at all": strange(),
      "a kid of its own": strange(header("kid", "stranger")),
    },
  ),
  ...cases(
    { kind: "kid that names no key, or another", subjects: SERVER_JWTS, section: "RFC 7515 section 4.1.4" },
    {
      unknown: header("kid", "nobody"),
      "of the other key": header("kid", "rs"),
      empty: header("kid", ""),
      "in other letters": header("kid", "EC"),
      "a beginning": header("kid", "e"),
      "with a space": header("kid", "ec "),
      "with NUL": header("kid", "ec\0"),
      "a path": header("kid", "../../../../dev/null"),
      "a statement": header("kid", "ec' OR '1'='1"),
      __proto__: header("kid", "__proto__"),
      "a number": header("kid", 0),
      null: header("kid", null),
      "a list": header("kid", ["ec"]),
    },
  ),
  ...cases(
    { kind: "as it must work", subjects: SERVER_JWTS, rule: "accept", section: "RFC 7515 section 4" },
    {
      "no kid, where one key is of the type": noHeader("kid"),
      "a header member that nobody knows": header("https://as.example/may", { any: "thing" }),
      "jku of the server, which is not followed": header("jku", "https://as.example/jwks"),
    },
  ),
];
