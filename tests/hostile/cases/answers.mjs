import { cases, each } from "../lib/cases.mjs";
import { body, field, httpHeader, noField, status } from "../lib/change.mjs";
import { API, ISSUER } from "../lib/world.mjs";

const CLIENT_ANSWERS = ["token answer", "userinfo answer", "introspection answer", "device answer", "metadata"];
const TO_RESOURCE = "introspection answer to a resource server";
const ANSWERS = [...CLIENT_ANSWERS, TO_RESOURCE, "metadata for a resource server"];
const noText = { "a number": 1, null: null, true: true, "a list": ["x"], "an object": { x: 1 } };
const end = (more) => body((text) => text.replace(/}$/, more));
const written = (name, value) => body((text) => text.replace(new RegExp(`("${name}":)[^,}]+`), `$1${value}`));

export default [
  ...cases(
    { kind: "answers that are no JSON object", subjects: ANSWERS, section: "RFC 6749 section 5.1, RFC 8259" },
    {
      empty: body(() => ""),
      "a list": body((text) => `[${text}]`),
      "a text": body((text) => JSON.stringify(text)),
      null: body(() => "null"),
      cut: body((text) => text.slice(0, -1)),
      "something behind it": body((text) => `${text}x`),
      twice: body((text) => text + text),
      "a comma too many": end(",}"),
      "a comment": end("/* */}"),
      "single quotes": body((text) => text.replace(/"/g, "'")),
      NaN: end(',"x":NaN}'),
      "a form": body((text) => new URLSearchParams(JSON.parse(text)).toString()),
      "a page": body((text) => `<!doctype html>${text}`),
      "a guard against scripts before it": body((text) => `)]}',\n${text}`),
      "UTF-16": body((text) => Buffer.from(text, "utf16le")),
      "a control character in a text": end(',"x":"\n"}'),
    },
  ),
  ...cases(
    { kind: "octets that are no UTF-8", subjects: ANSWERS, rule: "either", section: "RFC 8259 section 8.1" },
    {
      "one octet": body((text) => Buffer.from(text.replace(/}$/, ',"x":"\xff"}'), "latin1")),
      "an overlong letter": body((text) =>
        Buffer.concat([Buffer.from(text.replace(/}$/, ',"x":"')), Buffer.from([0xc1, 0x81]), Buffer.from('"}')]),
      ),
    },
  ),
  ...cases(
    { kind: "a byte order mark", subjects: ANSWERS, rule: "either", section: "RFC 8259 section 8.1" },
    { "before the answer": body((text) => `\ufeff${text}`) },
  ),
  ...cases(
    { kind: "members twice", subjects: ANSWERS, rule: "either", section: "RFC 8259 section 4" },
    {
      "the first member": body((text) => text.replace("{", `{"${Object.keys(JSON.parse(text))[0]}":"other",`)),
      "the first member, with an escape": body((text) => {
        const [name] = Object.keys(JSON.parse(text));
        return text.replace("{", `{"\\u00${name.charCodeAt(0).toString(16)}${name.slice(1)}":"other",`);
      }),
      "in an object within": end(',"x":{"a":1,"a":2}}'),
    },
  ),
  ...cases(
    { kind: "deep nesting", subjects: ANSWERS, rule: "either", section: "RFC 8259 section 9" },
    { "1,000 lists in each other": end(`,"x":${"[".repeat(1000)}${"]".repeat(1000)}}`) },
  ),
  ...cases(
    { kind: "answers of another status", subjects: ANSWERS, section: "RFC 6749 section 5.2, RFC 9110 section 15" },
    each("status", { 302: 302, 400: 400, 401: 401, 404: 404, 500: 500, 503: 503 }, status),
  ),
  ...cases(
    {
      kind: "as it must work",
      subjects: ANSWERS,
      rule: "accept",
      section: "RFC 9110 section 8.3, and JSON is what counts",
    },
    each(
      "type",
      { "text/html": "text/html", "text/plain": "text/plain", "of a form": "application/x-www-form-urlencoded" },
      (value) => httpHeader("content-type", value),
    ),
  ),
  ...cases(
    { kind: "token answers", subjects: ["token answer"], section: "RFC 6749 section 5.1" },
    {
      "no access_token": noField("access_token"),
      "access_token empty": field("access_token", ""),
      ...each("access_token", noText, (value) => field("access_token", value)),
      "no token_type": noField("token_type"),
      "token_type empty": field("token_type", ""),
      ...each("token_type", noText, (value) => field("token_type", value)),
      "token_type mac": field("token_type", "mac"),
      "token_type N_A2": field("token_type", "N_A2"),
      "token_type Bearer with a space": field("token_type", "Bearer "),
      "token_type of two": field("token_type", "Bearer,mac"),
      "refresh_token a number": field("refresh_token", 1),
      "refresh_token a list": field("refresh_token", ["RT1"]),
      "scope a list": field("scope", ["read"]),
      "scope a number": field("scope", 1),
      "expires_in negative": field("expires_in", -1),
      "expires_in true": field("expires_in", true),
      "expires_in a list": field("expires_in", [1200]),
      "expires_in an object": field("expires_in", { seconds: 1200 }),
      "expires_in a word": field("expires_in", "soon"),
      "error beside the tokens, and status 400": status(400),
    },
  ),
  ...cases(
    {
      kind: "texts that no header field can have",
      subjects: ["token answer"],
      rule: "either",
      section: "RFC 6749 appendix A.12",
    },
    {
      "access_token with a line break": field("access_token", "AT\r\nX-Other: 1"),
      "access_token with NUL": field("access_token", "AT\0"),
      "access_token with a letter beyond ASCII": field("access_token", "AT\u7532"),
      "access_token with half of a pair": field("access_token", "AT\ud800"),
      "refresh_token with NUL": field("refresh_token", "RT\0"),
    },
  ),
  ...cases(
    {
      kind: "lifetimes beyond all clocks",
      subjects: ["token answer", "device answer"],
      rule: "either",
      section: "RFC 8259 section 6",
    },
    {
      "expires_in 1e400": written("expires_in", "1e400"),
      "expires_in of 400 digits": written("expires_in", "9".repeat(400)),
      "expires_in 2^63": written("expires_in", "9223372036854775808"),
      "expires_in with a fraction": written("expires_in", "0.5"),
    },
  ),
  ...cases(
    { kind: "an error beside tokens", subjects: ["token answer"], rule: "either", section: "RFC 6749 section 5.2" },
    { "error with status 200, and no token": body(() => '{"error":"invalid_grant"}') },
  ),
  ...cases(
    { kind: "as it must work", subjects: ["token answer"], rule: "accept", section: "RFC 6749 section 5.1" },
    {
      "token_type in small letters": field("token_type", "bearer"),
      "token_type in capital letters": field("token_type", "BEARER"),
      "a member that nobody knows": field("https://as.example/x", { any: "thing" }),
      "no expires_in": noField("expires_in"),
      "no refresh_token": noField("refresh_token"),
      "a charset behind the content type": httpHeader("content-type", "application/json; charset=utf-8"),
      "spaces in the JSON": body((text) => JSON.stringify(JSON.parse(text), null, 2)),
    },
  ),
  ...cases(
    {
      kind: "userinfo about somebody else",
      subjects: ["userinfo answer"],
      section: "OpenID Connect Core section 5.3.4",
    },
    {
      "no sub": noField("sub"),
      "sub of another user": field("sub", "bob"),
      "sub in capital letters": field("sub", "ALICE"),
      "sub with a space": field("sub", "alice "),
      "sub with NUL": field("sub", "alice\0"),
      "sub empty": field("sub", ""),
      ...each("sub", noText, (value) => field("sub", value)),
      "sub a list with it": field("sub", ["alice"]),
    },
  ),
  ...cases(
    {
      kind: "introspection that does not say active",
      subjects: ["introspection answer", TO_RESOURCE],
      section: "RFC 7662 section 2.2",
    },
    {
      "no active": noField("active"),
      "active a text": field("active", "true"),
      "active a number": field("active", 1),
      "active null": field("active", null),
      "active a list": field("active", [true]),
      "active an object": field("active", {}),
    },
  ),
  ...cases(
    { kind: "introspection about another token", subjects: [TO_RESOURCE], section: "RFC 7662 sections 2.2 and 4" },
    {
      "active false": field("active", false),
      "exp an hour ago": field("exp", (world) => world.now - 3600),
      "exp 0": field("exp", 0),
      "exp a text": field("exp", (world) => `${world.now + 300}`),
      "exp null": field("exp", null),
      "exp negative": field("exp", -1),
      "nbf in an hour": field("nbf", (world) => world.now + 3600),
      "iat a text": field("iat", "now"),
      "aud of another": field("aud", "https://other.example"),
      "aud with a slash behind it": field("aud", `${API}/`),
      "aud a list of others": field("aud", ["other"]),
      "aud a list in a list": field("aud", [[API]]),
      "no aud": noField("aud"),
      "iss of another": field("iss", "https://other.example"),
      "iss with a slash behind it": field("iss", `${ISSUER}/`),
      "iss null": field("iss", null),
      "sub a number": field("sub", 1),
      "scope an object": field("scope", { read: true }),
      "cnf of a key": field("cnf", { jkt: "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" }),
      "cnf of a certificate": field("cnf", { "x5t#S256": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" }),
    },
  ),
  ...cases(
    { kind: "device answers", subjects: ["device answer"], section: "RFC 8628 section 3.2" },
    {
      "no device_code": noField("device_code"),
      "no user_code": noField("user_code"),
      "no verification_uri": noField("verification_uri"),
      "device_code a number": field("device_code", 1),
      "user_code a list": field("user_code", ["BCDF"]),
      "verification_uri a list": field("verification_uri", [`${ISSUER}/device-page`]),
      "expires_in negative": field("expires_in", -1),
      "expires_in a list": field("expires_in", [600]),
      "interval negative": field("interval", -5),
    },
  ),
  ...cases(
    {
      kind: "pages that are no web pages",
      subjects: ["device answer"],
      rule: "either",
      section: "RFC 8628 section 3.2",
    },
    {
      "verification_uri of a script": field("verification_uri", "javascript:alert(1)"),
      "verification_uri of data": field("verification_uri", "data:text/html,x"),
      "verification_uri without a host": field("verification_uri", "https://"),
      "verification_uri by http": field("verification_uri", "http://as.example/device"),
    },
  ),
];
