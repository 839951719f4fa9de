import { cases } from "../lib/cases.mjs";
import { claimsText, headerText, part, token } from "../lib/change.mjs";
import { encoded } from "../lib/jwt.mjs";
import { JWTS, SERVER_JWTS } from "../lib/subjects.mjs";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/**
 * Sets bits at the end of a text in base64url that stand for no octet (RFC 4648 section 3.5). The signature has 64 octets,
 * so it always has four of them.
 */
const withSpareBits = (text) => text.slice(0, -1) + ALPHABET[ALPHABET.indexOf(text.at(-1)) | 1];

const standard = (text) => text.replace(/-/g, "+").replace(/_/g, "/");

const json = (whole) => {
  const [header, payload, signature] = whole.split(".");
  return JSON.stringify({ payload, protected: header, signature });
};

/** Those that come as a part of a body or a query, where spaces around them would be another thing. */
const ALONE = JWTS.filter((name) => ["id_token", "authorization response", "logout token"].includes(name));

export default [
  ...cases(
    { kind: "other spellings of base64url and dots", subjects: JWTS, section: "RFC 7515 sections 2 and 7.1" },
    {
      "padding behind the signature": part(2, (text) => `${text}==`),
      "one = too few": part(2, (text) => `${text}=`),
      "the alphabet of base64": part(2, standard),
      "a line break in the header": part(0, (text) => `${text.slice(0, 8)}\n${text.slice(8)}`),
      "a space in the claims": part(1, (text) => `${text.slice(0, 8)} ${text.slice(8)}`),
      "a tab in the signature": part(2, (text) => `${text.slice(0, 8)}\t${text.slice(8)}`),
      "a dot more": token((whole) => `${whole}.`),
      "a dot before it": token((whole) => `.${whole}`),
      "two dots": token((whole) => whole.replace(".", "..")),
      "two parts": token((whole) => whole.split(".").slice(0, 2).join(".")),
      "five parts, as a JWE has them": token((whole) => `${whole}.AAAA.AAAA`),
      "the header alone": token((whole) => whole.split(".")[0]),
      "an octet that no letter is": part(2, (text) => `${text.slice(0, -1)}*`),
      "a letter beyond ASCII": part(2, (text) => `${text.slice(0, -1)}\u0410`),
      "dots as %2e": token((whole) => whole.replaceAll(".", "%2e")),
      "a comma for a dot": token((whole) => whole.replaceAll(".", ",")),
      "a JWS in JSON": token(json),
      "a JWE": token(
        () => `${encoded('{"alg":"dir","enc":"A128GCM"}')}..${encoded("x".repeat(12))}.AAAA.${encoded("y".repeat(16))}`,
      ),
      nothing: token(() => ""),
    },
  ),
  ...cases(
    { kind: "other spellings of base64url and dots", subjects: ALONE, section: "RFC 7515 section 2" },
    {
      "a space before it": token((whole) => ` ${whole}`),
      "a line break behind it": token((whole) => `${whole}\n`),
      "NUL behind it": token((whole) => `${whole}\0`),
      "Bearer before it": token((whole) => `Bearer ${whole}`),
    },
  ),
  ...cases(
    { kind: "bits that stand for no octet", subjects: JWTS, rule: "either", section: "RFC 4648 section 3.5" },
    { "in the signature": part(2, withSpareBits) },
  ),
  ...cases(
    { kind: "no JSON object", subjects: JWTS, section: "RFC 7519 section 7.2, RFC 8259" },
    {
      "header: another bracket": headerText((text) => `[${text}]`),
      "header: something behind it": headerText((text) => `${text}{}`),
      "header: a comma too many": headerText((text) => text.replace(/}$/, ",}")),
      "header: empty": headerText(() => ""),
      "claims: a list": claimsText((text) => `[${text}]`),
      "claims: a text": claimsText((text) => JSON.stringify(text)),
      "claims: a number": claimsText(() => "1"),
      "claims: null": claimsText(() => "null"),
      "claims: empty": claimsText(() => ""),
      "claims: cut": claimsText((text) => text.slice(0, -1)),
      "claims: something behind it": claimsText((text) => `${text}x`),
      "claims: twice": claimsText((text) => text + text),
      "claims: NUL behind it": claimsText((text) => `${text}\0`),
      "claims: a comma too many": claimsText((text) => text.replace(/}$/, ",}")),
      "claims: a comment": claimsText((text) => text.replace(/}$/, "/* */}")),
      "claims: single quotes": claimsText((text) => text.replace(/"/g, "'")),
      "claims: NaN": claimsText((text) => text.replace(/}$/, ',"x":NaN}')),
      "claims: a number with zeros before it": claimsText((text) => text.replace(/("iat":|"exp":)/, "$10")),
      "claims: a number with a plus": claimsText((text) => text.replace(/("iat":|"exp":)/, "$1+")),
      "claims: UTF-16": claimsText((text) => Buffer.from(text, "utf16le")),
      "claims: a control character": claimsText((text) => text.replace(/}$/, ',"x":"\n"}')),
    },
  ),
  ...cases(
    { kind: "no JSON object", subjects: SERVER_JWTS, section: "RFC 7519 section 5.2" },
    { "claims: another JWT": claimsText((text) => `${encoded("{}")}.${encoded(text)}.AAAA`) },
  ),
  ...cases(
    { kind: "octets that are no UTF-8", subjects: JWTS, section: "RFC 7515 section 5.2, RFC 8259 section 8.1" },
    {
      "header: octets that are no UTF-8": headerText((text) =>
        Buffer.from(text.replace(/}$/, ',"x":"\xff"}'), "latin1"),
      ),
      "claims: octets that are no UTF-8": claimsText((text) =>
        Buffer.from(text.replace(/}$/, ',"x":"\xff"}'), "latin1"),
      ),
      "claims: an overlong letter": claimsText((text) =>
        Buffer.concat([Buffer.from(text.replace(/}$/, ',"x":"')), Buffer.from([0xc1, 0x81]), Buffer.from('"}')]),
      ),
      "claims: half of a pair as octets": claimsText((text) =>
        Buffer.concat([Buffer.from(text.replace(/}$/, ',"x":"')), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]),
      ),
    },
  ),
  ...cases(
    { kind: "a byte order mark", subjects: JWTS, rule: "either", section: "RFC 8259 section 8.1" },
    {
      "before the header": headerText((text) => `\ufeff${text}`),
      "before the claims": claimsText((text) => `\ufeff${text}`),
    },
  ),
  ...cases(
    { kind: "members twice", subjects: JWTS, rule: "either", section: "RFC 7515 section 4, RFC 7519 section 4" },
    {
      "alg, none first": headerText((text) => text.replace("{", '{"alg":"none",')),
      typ: headerText((text) => text.replace("{", '{"typ":"x",')),
      "alg with an escape": headerText((text) => text.replace("{", '{"\\u0061lg":"HS256",')),
      iat: claimsText((text) => text.replace("{", '{"iat":1,')),
      "the last claim": claimsText((text) => text.replace("{", `{"${Object.keys(JSON.parse(text)).at(-1)}":0,`)),
      "the first claim with an escape": claimsText((text) => {
        const [first] = Object.keys(JSON.parse(text));
        const letter = `\\u00${first.charCodeAt(0).toString(16)}`;
        return text.replace("{", `{"${letter}${first.slice(1)}":"other",`);
      }),
      "in an object within": claimsText((text) => text.replace(/}$/, ',"x":{"a":1,"a":2}}')),
    },
  ),
  ...cases(
    { kind: "as it must work", subjects: JWTS, rule: "accept", section: "RFC 7519 section 4, RFC 8259 section 2" },
    {
      "a claim that nobody knows": claimsText((text) =>
        text.replace(/}$/, ',"https://as.example/x":{"any":["thing"]}}'),
      ),
      "spaces in the JSON": claimsText((text) => JSON.stringify(JSON.parse(text), null, 2)),
      "a name that every object has": claimsText((text) => text.replace(/}$/, ',"constructor":"x"}')),
      "letters of all languages": claimsText((text) => text.replace(/}$/, ',"x":"\u7532 \ud83d\ude80"}')),
      "letters as escapes": claimsText((text) => text.replace(/}$/, ',"x":"\\u7532 \\ud83d\\ude80"}')),
    },
  ),
];
