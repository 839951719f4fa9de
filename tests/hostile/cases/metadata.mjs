import { cases, each } from "../lib/cases.mjs";
import { field, noField } from "../lib/change.mjs";
import { ISSUER } from "../lib/world.mjs";

const subjects = ["metadata", "metadata for a resource server"];

export default [
  ...cases(
    { kind: "metadata of another issuer", subjects, section: "RFC 8414 section 3.3" },
    {
      ...each(
        "issuer",
        {
          "of another": "https://other.example",
          "with a path": `${ISSUER}/tenant`,
          "by http": ISSUER.replace("https", "http"),
          "with another port": `${ISSUER}:8443`,
          "with a query": `${ISSUER}?a`,
          "with a fragment": `${ISSUER}#a`,
          "as a user at another": `${ISSUER}@other.example`,
          "as a beginning of another host": `${ISSUER}.other.example`,
          empty: "",
          "no URL": "as.example",
          "a list": [ISSUER],
          "a number": 1,
          null: null,
        },
        (value) => field("issuer", value),
      ),
      "no issuer": noField("issuer"),
    },
  ),
  ...cases(
    { kind: "an issuer in another spelling", subjects, section: "RFC 8414 section 3.3, RFC 3986 section 6.2.1" },
    each(
      "issuer",
      {
        "with a slash behind it": `${ISSUER}/`,
        "with the host in capital letters": "https://AS.example",
        "with its port": `${ISSUER}:443`,
        "with a space behind it": `${ISSUER} `,
        "with a dot in its path": `${ISSUER}/.`,
      },
      (value) => field("issuer", value),
    ),
  ),
  ...["authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"].flatMap((name) =>
    cases(
      // A resource server uses the keys alone.
      {
        kind: "endpoints that must not be used",
        subjects: name === "jwks_uri" ? subjects : ["metadata"],
        section: "RFC 8414 section 2, RFC 6749 section 3.1",
      },
      each(
        name,
        {
          "by http": `http://as.example/${name}`,
          "by ftp": `ftp://as.example/${name}`,
          "of a script": "javascript:alert(1)",
          "of a file": "file:///etc/passwd",
          "as a path": "/endpoint",
          "without a host": "https://",
          empty: "",
          "a list": [`${ISSUER}/${name}`],
          "a number": 1,
        },
        (value) => field(name, value),
      ),
    ),
  ),
  ...cases(
    { kind: "as it must work", subjects, rule: "accept", section: "RFC 8414 section 2" },
    {
      "a member that nobody knows": field("https://as.example/x", { any: "thing" }),
      "an endpoint at another host": field("token_endpoint", "https://tokens.example/token"),
    },
  ),
];
