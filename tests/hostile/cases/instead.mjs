import { cases } from "../lib/cases.mjs";
import { claim } from "../lib/change.mjs";
import { SERVER_JWTS, controls } from "../lib/subjects.mjs";

/** A token that is right, and of another kind. */
const instead = (other) => ({
  part: "the whole token",
  parts: /^(header|claims)\./,
  apply: (whole, world) => ({ ...controls[other](world), jwks: whole.jwks }),
});

/** What else can stand for a subject. A signed userinfo has nothing that tells it from an id_token. */
const OTHERS = {
  id_token: SERVER_JWTS.filter((name) => name !== "id_token"),
  "id_token of a refresh": ["access token", "authorization response", "introspection", "logout token"],
  "access token": SERVER_JWTS.filter((name) => name !== "access token"),
  "authorization response": SERVER_JWTS.filter((name) => name !== "authorization response"),
  userinfo: ["access token", "authorization response", "introspection", "logout token"],
  introspection: SERVER_JWTS.filter((name) => name !== "introspection"),
  "logout token": SERVER_JWTS.filter((name) => name !== "logout token"),
};

export default [
  ...Object.entries(OTHERS).flatMap(([subject, others]) =>
    cases(
      {
        kind: "a whole token of another kind",
        subjects: [subject],
        // Their own standards name nothing that a logout token must lack.
        rule: ["id_token of a refresh", "userinfo"].includes(subject) ? "either" : "refuse",
        section: "RFC 8725 section 3.12",
      },
      Object.fromEntries(others.map((other) => [`instead: ${other}`, instead(other)])),
    ),
  ),
  ...cases(
    {
      kind: "an id_token of a refresh about somebody else",
      subjects: ["id_token of a refresh"],
      section: "OpenID Connect Core section 12.2",
    },
    {
      "sub of another user": claim("sub", "bob"),
      "iss of another": claim("iss", "https://other.example"),
      "aud of another": claim("aud", "other"),
    },
  ),
];
