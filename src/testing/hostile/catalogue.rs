//! All hostile cases.

use crate::testing::transport::Transport;

use super::case::{Case, Deed, Edit, Forgery, Place};

/// Makes the table: place, name, deed, what is changed, what is right, section.
macro_rules! cases {
    ($($place:ident { $($name:ident: $deed:expr, $change:literal, $expect:expr, $section:literal;)* })*) => {
        &[$($(Case {
            name: stringify!($name),
            place: Place::$place,
            change: $change,
            expect: $expect,
            section: $section,
            deed: $deed,
        },)*)*]
    };
}

/// What clients do about id_tokens that are wrong, and so on.
const REFUSE_ID_TOKEN: &str = "It refuses the id_token, and nobody is signed in.";
const REFUSE_ACCESS_TOKEN: &str = "The resource server refuses the access token.";
const REFUSE_ANSWER: &str = "It refuses the whole answer, and uses no token of it.";
const REFUSE_CALLBACK: &str = "It refuses the callback, and sends the code nowhere.";
const REFUSE_METADATA: &str = "It refuses the metadata, and sends nothing to what they name.";
const REFUSE_DEVICE: &str = "It refuses the answer, and shows nothing of it.";
const REFUSE_USER: &str = "It refuses the answer, and uses none of its claims.";
const REFUSE_LOGOUT: &str = "It answers 400, and signs nobody out.";
const REFUSE_KEY: &str = "It refuses tokens that this key verifies.";
const REFUSE_OR_EXACT: &str =
    "It refuses the answer, or reads exactly this lifetime, and never a rounded one.";
const NO_LIFETIME: &str = "It refuses the answer, or treats the lifetime as not told.";

use Deed::{
    Body, Claim, Field, Header, Member, More, MoreParameters, Octets, Parameter, Redirect,
    Signature, Status,
};
use Edit::{Append, Remove, Set, Time};

/// The cases, by place.
pub(super) static CASES: &[Case] = cases! {
    IdToken {
        iss_other: Claim("iss", Set("\"https://attacker.example\"")), "`iss` is another issuer.",
            REFUSE_ID_TOKEN, "OpenID Connect Core section 3.1.3.7";
        iss_slash: Claim("iss", Append("/")), "`iss` has a slash more at its end.",
            REFUSE_ID_TOKEN, "OpenID Connect Core section 3.1.3.7";
        iss_missing: Claim("iss", Remove), "`iss` is missing.",
            REFUSE_ID_TOKEN, "OpenID Connect Core section 2";
        iss_null: Claim("iss", Set("null")), "`iss` is null.",
            REFUSE_ID_TOKEN, "OpenID Connect Core section 2";
        iss_array: Claim("iss", Set("[{}]")), "`iss` is an array with the issuer.",
            REFUSE_ID_TOKEN, "RFC 7519 section 4.1.1";
        iss_twice: More("\"iss\":\"https://attacker.example\""), "`iss` is there twice, and the second is another.",
            REFUSE_ID_TOKEN, "RFC 7519 section 4";
        aud_other: Claim("aud", Set("\"another-client\"")), "`aud` is another client.",
            REFUSE_ID_TOKEN, "OpenID Connect Core section 3.1.3.7";
        aud_missing: Claim("aud", Remove), "`aud` is missing.",
            REFUSE_ID_TOKEN, "OpenID Connect Core section 2";
        aud_null: Claim("aud", Set("null")), "`aud` is null.",
            REFUSE_ID_TOKEN, "OpenID Connect Core section 2";
        aud_empty: Claim("aud", Set("[]")), "`aud` is an empty array.",
            REFUSE_ID_TOKEN, "OpenID Connect Core section 3.1.3.7";
        aud_array_of_others: Claim("aud", Set("[\"another-client\",\"a-third\"]")), "`aud` has other clients only.",
            REFUSE_ID_TOKEN, "OpenID Connect Core section 3.1.3.7";
        aud_more: Claim("aud", Set("[{},\"another-client\"]")),
            "`aud` has another client beside this one, and there is no `azp`.",
            "It refuses the id_token, unless it trusts the other audience.", "OpenID Connect Core section 3.1.3.7";
        azp_other: Claim("azp", Set("\"another-client\"")), "`azp` is another client.",
            "It may refuse the id_token, or ignore `azp`, which belongs to extensions.",
            "OpenID Connect Core section 3.1.3.7";
        azp_null: Claim("azp", Set("null")), "`azp` is null.",
            "It may refuse the id_token, or ignore `azp`, which belongs to extensions.",
            "OpenID Connect Core section 3.1.3.7";
        aud_near: Claim("aud", Append("2")), "`aud` has a character more at its end.",
            REFUSE_ID_TOKEN, "OpenID Connect Core section 3.1.3.7";
        aud_nested: Claim("aud", Set("[[{}]]")), "`aud` is an array in an array.",
            REFUSE_ID_TOKEN, "RFC 7519 section 4.1.3";
        exp_past: Claim("exp", Time(-3600)), "`exp` was an hour ago.",
            REFUSE_ID_TOKEN, "OpenID Connect Core section 3.1.3.7";
        exp_missing: Claim("exp", Remove), "`exp` is missing.",
            REFUSE_ID_TOKEN, "OpenID Connect Core section 2";
        exp_null: Claim("exp", Set("null")), "`exp` is null.",
            REFUSE_ID_TOKEN, "OpenID Connect Core section 2";
        exp_text: Claim("exp", Set("\"{}\"")), "`exp` is a text with digits.",
            REFUSE_ID_TOKEN, "RFC 7519 section 2";
        exp_huge: Claim("exp", Set("1e400")), "`exp` is larger than any number of most languages.",
            "It refuses the id_token, and does not take it for one that never expires.", "RFC 7519 section 4.1.4";
        exp_fraction: Claim("exp", Set("{}.5")), "`exp` is half a second later.",
            "It takes the id_token: a time may have a fraction.", "RFC 7519 section 2";
        iat_missing: Claim("iat", Remove), "`iat` is missing.",
            REFUSE_ID_TOKEN, "OpenID Connect Core section 2";
        iat_null: Claim("iat", Set("null")), "`iat` is null.",
            REFUSE_ID_TOKEN, "OpenID Connect Core section 2";
        iat_text: Claim("iat", Set("\"{}\"")), "`iat` is a text with digits.",
            REFUSE_ID_TOKEN, "RFC 7519 section 2";
        iat_future: Claim("iat", Time(86_400)), "`iat` is tomorrow.",
            "It may refuse an id_token that was made so far from now.", "OpenID Connect Core section 3.1.3.7";
        nbf_future: Claim("nbf", Time(3600)), "`nbf` is in an hour.",
            REFUSE_ID_TOKEN, "RFC 7519 section 4.1.5";
        nbf_null: Claim("nbf", Set("null")), "`nbf` is null.",
            "It may refuse the id_token, or treat the time as not told.", "RFC 7519 section 4.1.5";
        nbf_text: Claim("nbf", Set("\"soon\"")), "`nbf` is a text.",
            REFUSE_ID_TOKEN, "RFC 7519 section 4.1.5";
        nonce_other: Claim("nonce", Set("\"another-nonce\"")), "`nonce` is another one.",
            "If it sent a `nonce`, it refuses the id_token.", "OpenID Connect Core section 3.1.3.7";
        nonce_missing: Claim("nonce", Remove), "`nonce` is missing.",
            "If it sent a `nonce`, it refuses the id_token.", "OpenID Connect Core section 3.1.3.7";
        nonce_null: Claim("nonce", Set("null")), "`nonce` is null.",
            "If it sent a `nonce`, it refuses the id_token.", "OpenID Connect Core section 3.1.3.7";
        nonce_empty: Claim("nonce", Set("\"\"")), "`nonce` is empty.",
            "If it sent a `nonce`, it refuses the id_token.", "OpenID Connect Core section 3.1.3.7";
        at_hash_other: Claim("at_hash", Set("\"77QmUPtjPfzWtF2AnpK9RQ\"")), "`at_hash` is that of another access token.",
            "It refuses the id_token if it looks at `at_hash`, as it should.", "OpenID Connect Core section 3.1.3.8";
        at_hash_null: Claim("at_hash", Set("null")), "`at_hash` is null.",
            "It refuses the id_token if it looks at `at_hash`, as it should.", "OpenID Connect Core section 3.1.3.8";
        at_hash_missing: Claim("at_hash", Remove), "`at_hash` is missing.",
            "It takes the id_token: with a code alone `at_hash` need not be there.",
            "OpenID Connect Core section 3.1.3.6";
        c_hash_null: Claim("c_hash", Set("null")), "`c_hash` is null.",
            "It refuses the id_token if it looks at `c_hash` here, where it need not be.",
            "OpenID Connect Core section 3.3.2.11";
        c_hash_other: Claim("c_hash", Set("\"LDktKdoQak3Pk0cnXxCltA\"")), "`c_hash` is that of another code.",
            "It refuses the id_token if it looks at `c_hash` here, where it need not be.",
            "OpenID Connect Core section 3.3.2.11";
        sub_missing: Claim("sub", Remove), "`sub` is missing.",
            REFUSE_ID_TOKEN, "OpenID Connect Core section 2";
        sub_null: Claim("sub", Set("null")), "`sub` is null.",
            REFUSE_ID_TOKEN, "OpenID Connect Core section 2";
        sub_empty: Claim("sub", Set("\"\"")), "`sub` is empty.",
            REFUSE_ID_TOKEN, "OpenID Connect Core section 2";
        sub_number: Claim("sub", Set("9007199254740993")), "`sub` is a number, which many languages round.",
            REFUSE_ID_TOKEN, "OpenID Connect Core section 2";
        sub_other: Claim("sub", Append("-other")), "`sub` is another user.",
            "It takes nobody else's session for this user's; after a refresh it refuses the id_token.",
            "OpenID Connect Core section 12.2";
        auth_time_old: Claim("auth_time", Time(-31_536_000)), "`auth_time` was a year ago.",
            "If it sent `max_age`, it refuses the id_token.", "OpenID Connect Core section 3.1.3.7";
        auth_time_missing: Claim("auth_time", Remove), "`auth_time` is missing.",
            "If it sent `max_age`, it refuses the id_token.", "OpenID Connect Core section 2";
        acr_other: Claim("acr", Set("\"urn:none\"")), "`acr` is none that was asked for.",
            "If it asked for an essential `acr`, it refuses the id_token.", "OpenID Connect Core section 5.5.1.1";
        claim_unknown: Claim("attacker", Set("{\"a\":[1,null]}")), "There is a claim that nobody knows.",
            "It takes the id_token, and ignores the claim.", "OpenID Connect Core section 2";
        claims_array: Deed::Claims("[{}]"), "The claims are in an array.",
            REFUSE_ID_TOKEN, "RFC 7519 section 7.2";
        claims_text: Deed::Claims("attacker"), "The claims are no JSON.",
            REFUSE_ID_TOKEN, "RFC 7519 section 7.2";
        claims_mark: Deed::Claims("\u{feff}{}"), "A byte order mark stands before the claims.",
            "It refuses the id_token, or skips the mark.", "RFC 8259 section 8.1";
        claims_deep: Deed::DeepClaim(10_000), "A claim is arrays in arrays, 10,000 of them.",
            "It refuses the id_token or ignores the claim, and neither crashes nor takes long.", "RFC 8259 section 9";
        alg_none: Signature(Forgery::None("none")), "`alg` is `none`, and nothing is signed.",
            REFUSE_ID_TOKEN, "RFC 8725 section 3.2";
        alg_none_in_other_letters: Signature(Forgery::None("nOnE")), "`alg` is `nOnE`, and nothing is signed.",
            REFUSE_ID_TOKEN, "RFC 8725 section 3.1";
        alg_hs256_public_pem: Signature(Forgery::HmacWithPem),
            "`alg` is `HS256`, and the secret is the public key as PEM.", REFUSE_ID_TOKEN, "RFC 8725 section 3.1";
        alg_hs256_public_jwk: Signature(Forgery::HmacWithJwk),
            "`alg` is `HS256`, and the secret is the public key as JWK.", REFUSE_ID_TOKEN, "RFC 8725 section 3.1";
        alg_hs256_empty: Signature(Forgery::HmacWithNothing), "`alg` is `HS256`, and the secret is empty.",
            REFUSE_ID_TOKEN, "RFC 8725 section 3.5";
        alg_missing: Header("alg", Remove), "The header has no `alg`.",
            REFUSE_ID_TOKEN, "RFC 7515 section 4.1.1";
        alg_other: Header("alg", Set("\"ES256K\"")), "`alg` is one that the key is not for.",
            REFUSE_ID_TOKEN, "RFC 8725 section 3.1";
        alg_array: Header("alg", Set("[{}]")), "`alg` is an array with the algorithm.",
            REFUSE_ID_TOKEN, "RFC 7515 section 4.1.1";
        signature_stripped: Signature(Forgery::Stripped), "The signature is empty.",
            REFUSE_ID_TOKEN, "RFC 7515 section 5.2";
        signature_zeros: Signature(Forgery::Zeros), "The signature is zeros.",
            REFUSE_ID_TOKEN, "RFC 7515 section 5.2";
        signature_flipped: Signature(Forgery::Flipped), "One bit of the signature is another.",
            REFUSE_ID_TOKEN, "RFC 7515 section 5.2";
        signature_cut: Signature(Forgery::Cut), "The signature is an octet short.",
            REFUSE_ID_TOKEN, "RFC 7515 section 5.2";
        signature_padded: Signature(Forgery::Padded), "A `=` stands behind the signature.",
            REFUSE_ID_TOKEN, "RFC 7515 section 2";
        signature_of_other_claims: Signature(Forgery::OtherClaims), "`sub` was changed after it was signed.",
            REFUSE_ID_TOKEN, "RFC 7515 section 5.2";
        two_parts: Signature(Forgery::TwoParts), "The token has two parts.",
            REFUSE_ID_TOKEN, "RFC 7515 section 7.1";
        four_parts: Signature(Forgery::FourParts), "The token has four parts.",
            REFUSE_ID_TOKEN, "RFC 7515 section 7.1";
        kid_unknown: Header("kid", Set("\"another-key\"")), "`kid` is of no key.",
            "It fetches the key set at most once more, and then refuses the id_token.",
            "OpenID Connect Core section 10.1.1";
        kid_missing: Header("kid", Remove), "There is no `kid`.",
            "It takes the one key that fits, or refuses the id_token where several do.",
            "OpenID Connect Core section 10.1";
        kid_number: Header("kid", Set("1")), "`kid` is a number.",
            REFUSE_ID_TOKEN, "RFC 7515 section 4.1.4";
        kid_path: Header("kid", Set("\"../../../../dev/null\"")), "`kid` is a path of the file system.",
            "It looks for no file, and refuses the id_token.", "RFC 8725 section 3.10";
        jwk_embedded: Header("jwk", Remove), "The header has the key that verifies the token.",
            "It uses no key but the issuer's. It may take the token, whose signature is genuine, or refuse it.",
            "RFC 8725 section 3.10";
        jku_elsewhere: Header("jku", Set("\"https://attacker.example/jwks\"")), "`jku` leads to other keys.",
            "It fetches nothing from there. It may take the token, whose signature is genuine, or refuse it.",
            "RFC 8725 section 3.10";
        jwk_embedded_symmetric: Signature(Forgery::HmacWithEmbedded),
            "`alg` is `HS256`, and the secret is in the header.", REFUSE_ID_TOKEN, "RFC 8725 section 3.10";
        x5u_elsewhere: Header("x5u", Set("\"https://attacker.example/cert\"")), "`x5u` leads to a certificate.",
            "It fetches nothing from there. It may take the token, whose signature is genuine, or refuse it.",
            "RFC 8725 section 3.10";
        crit_unknown: Header("crit", Set("[\"attacker\"]")), "`crit` names an extension that nobody knows.",
            REFUSE_ID_TOKEN, "RFC 7515 section 4.1.11";
        crit_empty: Header("crit", Set("[]")), "`crit` is empty.",
            REFUSE_ID_TOKEN, "RFC 7515 section 4.1.11";
        b64_false: Header("b64", Set("false")), "`b64` is false, although `crit` does not name it.",
            "It ignores `b64`, or refuses the id_token.", "RFC 7797 section 6";
        typ_access_token: Header("typ", Set("\"at+jwt\"")), "`typ` is that of an access token.",
            REFUSE_ID_TOKEN, "RFC 8725 section 3.12";
        typ_logout_token: Header("typ", Set("\"logout+jwt\"")), "`typ` is that of a logout token.",
            REFUSE_ID_TOKEN, "RFC 8725 section 3.12";
    }
    AccessToken {
        access_token_iss_other: Claim("iss", Set("\"https://attacker.example\"")), "`iss` is another issuer.",
            REFUSE_ACCESS_TOKEN, "RFC 9068 section 4";
        access_token_aud_other: Claim("aud", Set("\"https://another.example\"")), "`aud` is another resource.",
            REFUSE_ACCESS_TOKEN, "RFC 9068 section 4";
        access_token_aud_missing: Claim("aud", Remove), "`aud` is missing.",
            REFUSE_ACCESS_TOKEN, "RFC 9068 section 2.2";
        access_token_exp_past: Claim("exp", Time(-3600)), "`exp` was an hour ago.",
            REFUSE_ACCESS_TOKEN, "RFC 9068 section 4";
        access_token_exp_missing: Claim("exp", Remove), "`exp` is missing.",
            REFUSE_ACCESS_TOKEN, "RFC 9068 section 2.2";
        access_token_typ_id_token: Header("typ", Set("\"JWT\"")), "`typ` is that of an id_token.",
            REFUSE_ACCESS_TOKEN, "RFC 9068 section 4";
        access_token_alg_none: Signature(Forgery::None("none")), "`alg` is `none`, and nothing is signed.",
            REFUSE_ACCESS_TOKEN, "RFC 9068 section 2.1";
        access_token_alg_hs256: Signature(Forgery::HmacWithPem),
            "`alg` is `HS256`, and the secret is the public key as PEM.", REFUSE_ACCESS_TOKEN, "RFC 8725 section 3.1";
        access_token_other_claims: Signature(Forgery::OtherClaims), "`sub` was changed after it was signed.",
            REFUSE_ACCESS_TOKEN, "RFC 7515 section 5.2";
    }
    Token {
        expires_in_text: Member("expires_in", Set("\"{}\"")), "`expires_in` is a text with digits.",
            REFUSE_OR_EXACT, "RFC 6749 section 5.1";
        expires_in_fraction: Member("expires_in", Set("{}.0")), "`expires_in` is written with a fraction of 0.",
            REFUSE_OR_EXACT, "RFC 6749 section 5.1";
        expires_in_half: Member("expires_in", Set("3600.5")), "`expires_in` is half a second too long.",
            NO_LIFETIME, "RFC 6749 appendix A.14";
        expires_in_exponent: Member("expires_in", Set("36e2")), "`expires_in` is written with an exponent.",
            REFUSE_OR_EXACT, "RFC 6749 section 5.1";
        expires_in_64_bits: Member("expires_in", Set("9223372036854775807")), "`expires_in` is 2^63-1.",
            REFUSE_OR_EXACT, "RFC 6749 section 5.1";
        expires_in_2_53: Member("expires_in", Set("9007199254740993")), "`expires_in` is 2^53+1.",
            REFUSE_OR_EXACT, "RFC 6749 section 5.1";
        expires_in_beyond: Member("expires_in", Set("1e400")), "`expires_in` is larger than any number of most languages.",
            NO_LIFETIME, "RFC 6749 section 5.1";
        expires_in_negative: Member("expires_in", Set("-1")), "`expires_in` is -1.",
            "It refuses the answer, or takes the token for expired.", "RFC 6749 appendix A.14";
        expires_in_zero: Member("expires_in", Set("0")), "`expires_in` is 0.",
            "It takes the token for expired, and not for one whose lifetime is unknown.", "RFC 6749 section 5.1";
        expires_in_null: Member("expires_in", Set("null")), "`expires_in` is null.",
            NO_LIFETIME, "RFC 6749 section 5.1";
        expires_in_missing: Member("expires_in", Remove), "`expires_in` is missing.",
            "It treats the lifetime as not told, and not as endless.", "RFC 6749 section 5.1";
        expires_in_true: Member("expires_in", Set("true")), "`expires_in` is true.",
            NO_LIFETIME, "RFC 6749 section 5.1";
        expires_in_words: Member("expires_in", Set("\"1h\"")), "`expires_in` is `1h`.",
            NO_LIFETIME, "RFC 6749 section 5.1";
        expires_in_space: Member("expires_in", Set("\" {}\"")), "`expires_in` is a text with a space.",
            NO_LIFETIME, "RFC 6749 section 5.1";
        expires_in_hexadecimal: Member("expires_in", Set("\"0xE10\"")), "`expires_in` is hexadecimal.",
            NO_LIFETIME, "RFC 6749 section 5.1";
        expires_in_array: Member("expires_in", Set("[{}]")), "`expires_in` is an array.",
            NO_LIFETIME, "RFC 6749 section 5.1";
        expires_in_twice: More("\"expires_in\":1"), "`expires_in` is there twice.",
            REFUSE_ANSWER, "RFC 8259 section 4";
        access_token_twice: More("\"access_token\":\"attacker\""), "`access_token` is there twice.",
            REFUSE_ANSWER, "RFC 8259 section 4";
        access_token_missing: Member("access_token", Remove), "`access_token` is missing.",
            REFUSE_ANSWER, "RFC 6749 section 5.1";
        access_token_null: Member("access_token", Set("null")), "`access_token` is null.",
            REFUSE_ANSWER, "RFC 6749 section 5.1";
        access_token_empty: Member("access_token", Set("\"\"")), "`access_token` is empty.",
            REFUSE_ANSWER, "RFC 6749 section 5.1";
        access_token_number: Member("access_token", Set("123")), "`access_token` is a number.",
            REFUSE_ANSWER, "RFC 6749 section 5.1";
        access_token_with_line: Member("access_token", Set("\"a\\r\\nx-injected: 1\"")),
            "`access_token` has a line break, which would begin a header field.",
            "It refuses the answer, and sends no such header field.", "RFC 6749 appendix A.12";
        token_type_missing: Member("token_type", Remove), "`token_type` is missing.",
            REFUSE_ANSWER, "RFC 6749 section 5.1";
        token_type_unknown: Member("token_type", Set("\"mac\"")), "`token_type` is one that it does not know.",
            "It does not use the token.", "RFC 6749 section 7.1";
        token_type_number: Member("token_type", Set("1")), "`token_type` is a number.",
            REFUSE_ANSWER, "RFC 6749 section 5.1";
        token_type_in_capitals: Member("token_type", Set("\"BEARER\"")), "`token_type` is `BEARER`.",
            "It takes it for `Bearer`: the value is case-insensitive.", "RFC 6749 section 5.1";
        refresh_token_empty: Member("refresh_token", Set("\"\"")), "`refresh_token` is empty.",
            "It refuses the answer, or has no refresh token.", "RFC 6749 section 5.1";
        refresh_token_number: Member("refresh_token", Set("123")), "`refresh_token` is a number.",
            REFUSE_ANSWER, "RFC 6749 section 5.1";
        scope_array: Member("scope", Set("[\"openid\"]")), "`scope` is an array.",
            REFUSE_ANSWER, "RFC 6749 section 5.1";
        id_token_missing: Member("id_token", Remove), "`id_token` is missing.",
            "If it signs users in, it refuses the answer.", "OpenID Connect Core section 3.1.3.3";
        id_token_null: Member("id_token", Set("null")), "`id_token` is null.",
            "If it signs users in, it refuses the answer.", "OpenID Connect Core section 3.1.3.3";
        id_token_object: Member("id_token", Set("{\"sub\":\"attacker\"}")), "`id_token` is an object.",
            REFUSE_ANSWER, "OpenID Connect Core section 3.1.3.3";
        error_beside_tokens: More("\"error\":\"invalid_grant\""), "There is an `error` beside the tokens.",
            "It may refuse the answer, or take the tokens, because the status is that of a success.",
            "RFC 6749 section 5.2";
        prototype: More("\"__proto__\":{\"polluted\":true},\"constructor\":{\"prototype\":{\"polluted\":true}}"),
            "There are members `__proto__` and `constructor`.",
            "Nothing but this answer has a new member.", "RFC 8259 section 4";
        body_empty: Body(""), "The body is empty.",
            REFUSE_ANSWER, "RFC 6749 section 5.1";
        body_array: Body("[{}]"), "The object is in an array.",
            REFUSE_ANSWER, "RFC 6749 section 5.1";
        body_text: Body("access_token=attacker&token_type=Bearer"), "The body is a form.",
            REFUSE_ANSWER, "RFC 6749 section 5.1";
        body_html: Body("<html><body>Sign in to this network</body></html>"),
            "The body is the page of a captive portal.", REFUSE_ANSWER, "RFC 6749 section 5.1";
        body_trailing: Body("{}{\"access_token\":\"attacker\"}"), "A second object follows.",
            REFUSE_ANSWER, "RFC 8259 section 2";
        body_mark: Body("\u{feff}{}"), "A byte order mark stands before the object.",
            "It refuses the answer, or skips the mark.", "RFC 8259 section 8.1";
        body_no_utf8: Octets(b"{\"access_token\":\"\xff\xfe\",\"token_type\":\"Bearer\"}"), "The body is no UTF-8.",
            REFUSE_ANSWER, "RFC 8259 section 8.1";
        body_deep: Deed::Deep(200_000), "The body is arrays in arrays, 200,000 of them.",
            "It refuses the answer, and neither crashes nor takes long.", "RFC 8259 section 9";
        media_type_html: Field("content-type", "text/html"), "The media type is that of a page.",
            "It may refuse the answer; a browser never shows it as a page.", "RFC 6749 section 5.1";
        status_created: Status(201), "The status is 201.",
            "It refuses the answer, or takes every status of a success alike.", "RFC 9110 section 15";
        status_error_with_tokens: Status(400), "The status is 400, although there are tokens.",
            REFUSE_ANSWER, "RFC 6749 section 5.2";
        redirect_302: Redirect(302), "The endpoint redirects to somebody else with 302.",
            "It does not follow, and sends the code and its secret nowhere else.", "RFC 9700 section 4.11";
        redirect_307: Redirect(307), "The endpoint redirects to somebody else with 307.",
            "It does not follow, and sends the code and its secret nowhere else.", "RFC 9700 section 4.12";
        redirect_308: Redirect(308), "The endpoint redirects to somebody else with 308.",
            "It does not follow, and sends the code and its secret nowhere else.", "RFC 9700 section 4.12";
        body_endless: Deed::Transport(Transport::Endless), "The body does not end.",
            "It stops after so many octets, and refuses the answer.", "RFC 9110 section 17.5";
        body_slow: Deed::Transport(Transport::Throttle { milliseconds: 1_000 }),
            "The body comes octet by octet, one a second.",
            "It stops after its time limit, and refuses the answer.", "RFC 9110 section 17.5";
        body_truncated: Deed::Transport(Transport::Truncate { octets: 20 }), "The connection breaks in the body.",
            REFUSE_ANSWER, "RFC 9112 section 8";
    }
    Callback {
        callback_iss_other: Parameter("iss", Set("https://attacker.example")), "`iss` is another issuer (mix-up).",
            REFUSE_CALLBACK, "RFC 9207 section 2.4";
        callback_iss_slash: Parameter("iss", Append("/")), "`iss` has a slash more at its end.",
            REFUSE_CALLBACK, "RFC 9207 section 2.4";
        callback_iss_missing: Parameter("iss", Remove), "`iss` is missing, although the metadata promise it.",
            REFUSE_CALLBACK, "RFC 9207 section 2.4";
        callback_iss_twice: MoreParameters("iss=https%3A%2F%2Fattacker.example"), "`iss` is there twice.",
            REFUSE_CALLBACK, "RFC 6749 section 3.1";
        callback_state_other: Parameter("state", Set("another-state")), "`state` is another one.",
            REFUSE_CALLBACK, "RFC 6749 section 10.12";
        callback_state_missing: Parameter("state", Remove), "`state` is missing.",
            REFUSE_CALLBACK, "RFC 6749 section 10.12";
        callback_state_twice: MoreParameters("state=another-state"), "`state` is there twice.",
            REFUSE_CALLBACK, "RFC 6749 section 3.1";
        callback_code_and_error: MoreParameters("error=access_denied"), "There is an `error` beside the code.",
            REFUSE_CALLBACK, "RFC 6749 section 4.1.2.1";
        callback_code_missing: Parameter("code", Remove), "There is neither a code nor an error.",
            "It refuses the callback.", "RFC 6749 section 4.1.2";
        callback_code_empty: Parameter("code", Set("")), "The code is empty.",
            "It refuses the callback.", "RFC 6749 section 4.1.2";
        callback_code_twice: MoreParameters("code=attacker"), "`code` is there twice.",
            REFUSE_CALLBACK, "RFC 6749 section 3.1";
    }
    SignedCallback {
        jarm_iss_other: Claim("iss", Set("\"https://attacker.example\"")), "`iss` is another issuer (mix-up).",
            REFUSE_CALLBACK, "JARM section 2.4";
        jarm_iss_missing: Claim("iss", Remove), "`iss` is missing.",
            REFUSE_CALLBACK, "JARM section 2.1";
        jarm_aud_other: Claim("aud", Set("\"another-client\"")), "`aud` is another client.",
            REFUSE_CALLBACK, "JARM section 2.4";
        jarm_aud_missing: Claim("aud", Remove), "`aud` is missing.",
            REFUSE_CALLBACK, "JARM section 2.1";
        jarm_exp_past: Claim("exp", Time(-3600)), "`exp` was an hour ago.",
            REFUSE_CALLBACK, "JARM section 2.4";
        jarm_exp_missing: Claim("exp", Remove), "`exp` is missing.",
            REFUSE_CALLBACK, "JARM section 2.1";
        jarm_state_other: Claim("state", Set("\"another-state\"")), "`state` is another one.",
            REFUSE_CALLBACK, "JARM section 2.4";
        jarm_state_missing: Claim("state", Remove), "`state` is missing.",
            REFUSE_CALLBACK, "JARM section 2.4";
        jarm_code_missing: Claim("code", Remove), "There is neither a code nor an error.",
            "It refuses the callback.", "RFC 6749 section 4.1.2";
        jarm_code_and_error: Claim("error", Set("\"access_denied\"")), "There is an `error` beside the code.",
            REFUSE_CALLBACK, "RFC 6749 section 4.1.2.1";
        jarm_alg_none: Signature(Forgery::None("none")), "`alg` is `none`, and nothing is signed.",
            REFUSE_CALLBACK, "JARM section 2.4";
        jarm_alg_hs256_public_pem: Signature(Forgery::HmacWithPem),
            "`alg` is `HS256`, and the secret is the public key as PEM.", REFUSE_CALLBACK, "RFC 8725 section 3.1";
        jarm_signature_stripped: Signature(Forgery::Stripped), "The signature is empty.",
            REFUSE_CALLBACK, "JARM section 2.4";
        jarm_signature_of_other_claims: Signature(Forgery::OtherClaims), "`code` was changed after it was signed.",
            REFUSE_CALLBACK, "JARM section 2.4";
        jarm_crit_unknown: Header("crit", Set("[\"attacker\"]")), "`crit` names an extension that nobody knows.",
            REFUSE_CALLBACK, "RFC 7515 section 4.1.11";
        jarm_unsigned: Deed::Unsigned, "The parameters come without a JWT, although one was asked for.",
            REFUSE_CALLBACK, "JARM section 2.4";
        jarm_twice: MoreParameters("response=attacker"), "`response` is there twice.",
            REFUSE_CALLBACK, "RFC 6749 section 3.1";
        jarm_code_beside: MoreParameters("code=attacker"), "A `code` stands beside `response`.",
            "It refuses the callback, or sends the signed code and not this one.", "JARM section 2.4";
    }
    Device {
        interval_zero: Member("interval", Set("0")), "`interval` is 0.",
            "It polls no faster than once a second or so.", "RFC 8628 section 3.5";
        interval_negative: Member("interval", Set("-5")), "`interval` is negative.",
            "It refuses the answer, or polls every five seconds.", "RFC 8628 section 3.2";
        interval_huge: Member("interval", Set("9223372036854775807")), "`interval` is 2^63-1.",
            "It refuses the answer, or waits, and does not poll at once because a timer overflowed.",
            "RFC 8628 section 3.2";
        interval_missing: Member("interval", Remove), "`interval` is missing.",
            "It polls every five seconds.", "RFC 8628 section 3.2";
        device_code_missing: Member("device_code", Remove), "`device_code` is missing.",
            REFUSE_DEVICE, "RFC 8628 section 3.2";
        device_expires_in_missing: Member("expires_in", Remove), "`expires_in` is missing.",
            "It refuses the answer, or polls until it is told that the code has expired.", "RFC 8628 section 3.5";
        verification_uri_script: Member("verification_uri", Set("\"javascript:alert(1)\"")),
            "`verification_uri` is a script.", REFUSE_DEVICE, "RFC 8628 section 3.2";
        verification_uri_missing: Member("verification_uri", Remove), "`verification_uri` is missing.",
            REFUSE_DEVICE, "RFC 8628 section 3.2";
        device_redirect: Redirect(307), "The endpoint redirects to somebody else with 307.",
            "It does not follow, and sends its secret nowhere else.", "RFC 9700 section 4.12";
    }
    UserInfo {
        userinfo_sub_other: Member("sub", Set("\"attacker\"")), "`sub` is another user than the id_token's.",
            REFUSE_USER, "OpenID Connect Core section 5.3.2";
        userinfo_sub_missing: Member("sub", Remove), "`sub` is missing.",
            REFUSE_USER, "OpenID Connect Core section 5.3.2";
        userinfo_sub_null: Member("sub", Set("null")), "`sub` is null.",
            REFUSE_USER, "OpenID Connect Core section 5.3.2";
        userinfo_sub_twice: More("\"sub\":\"attacker\""), "`sub` is there twice.",
            REFUSE_USER, "RFC 8259 section 4";
        userinfo_html: Body("<html><body>Sign in to this network</body></html>"), "The body is a page.",
            REFUSE_USER, "OpenID Connect Core section 5.3.2";
        userinfo_redirect: Redirect(307), "The endpoint redirects to somebody else with 307.",
            "It does not follow, and sends the access token nowhere else.", "RFC 9700 section 4.12";
    }
    SignedUserInfo {
        userinfo_unsigned: Deed::Unsigned, "The claims come as JSON, although a JWT was registered.",
            REFUSE_USER, "OpenID Connect Core section 5.3.4";
        userinfo_alg_none: Signature(Forgery::None("none")), "`alg` is `none`, and nothing is signed.",
            REFUSE_USER, "OpenID Connect Core section 5.3.4";
        userinfo_alg_hs256_public_pem: Signature(Forgery::HmacWithPem),
            "`alg` is `HS256`, and the secret is the public key as PEM.", REFUSE_USER, "RFC 8725 section 3.1";
        userinfo_signature_stripped: Signature(Forgery::Stripped), "The signature is empty.",
            REFUSE_USER, "OpenID Connect Core section 5.3.4";
        userinfo_signature_of_other_claims: Signature(Forgery::OtherClaims), "`sub` was changed after it was signed.",
            REFUSE_USER, "OpenID Connect Core section 5.3.4";
        userinfo_signed_iss_other: Claim("iss", Set("\"https://attacker.example\"")), "`iss` is another issuer.",
            REFUSE_USER, "OpenID Connect Core section 5.3.2";
        userinfo_signed_aud_other: Claim("aud", Set("\"another-client\"")), "`aud` is another client.",
            REFUSE_USER, "OpenID Connect Core section 5.3.2";
        userinfo_signed_sub_other: Claim("sub", Append("-other")), "`sub` is another user than the id_token's.",
            REFUSE_USER, "OpenID Connect Core section 5.3.2";
        userinfo_signed_sub_missing: Claim("sub", Remove), "`sub` is missing.",
            REFUSE_USER, "OpenID Connect Core section 5.3.2";
    }
    LogoutToken {
        logout_iss_other: Claim("iss", Set("\"https://attacker.example\"")), "`iss` is another issuer.",
            REFUSE_LOGOUT, "OpenID Connect Back-Channel Logout section 2.6";
        logout_iss_missing: Claim("iss", Remove), "`iss` is missing.",
            REFUSE_LOGOUT, "OpenID Connect Back-Channel Logout section 2.4";
        logout_aud_other: Claim("aud", Set("\"another-client\"")), "`aud` is another client.",
            REFUSE_LOGOUT, "OpenID Connect Back-Channel Logout section 2.6";
        logout_aud_missing: Claim("aud", Remove), "`aud` is missing.",
            REFUSE_LOGOUT, "OpenID Connect Back-Channel Logout section 2.4";
        logout_iat_missing: Claim("iat", Remove), "`iat` is missing.",
            REFUSE_LOGOUT, "OpenID Connect Back-Channel Logout section 2.4";
        logout_exp_past: Claim("exp", Time(-3600)), "`exp` was an hour ago.",
            REFUSE_LOGOUT, "OpenID Connect Back-Channel Logout section 2.6";
        logout_exp_missing: Claim("exp", Remove), "`exp` is missing.",
            REFUSE_LOGOUT, "OpenID Connect Back-Channel Logout section 2.4";
        logout_jti_missing: Claim("jti", Remove), "`jti` is missing.",
            REFUSE_LOGOUT, "OpenID Connect Back-Channel Logout section 2.4";
        logout_events_missing: Claim("events", Remove), "`events` is missing.",
            REFUSE_LOGOUT, "OpenID Connect Back-Channel Logout section 2.6";
        logout_events_other: Claim("events", Set("{\"https://attacker.example/event\":{}}")),
            "`events` has another event only.", REFUSE_LOGOUT, "OpenID Connect Back-Channel Logout section 2.6";
        logout_events_array:
            Claim("events", Set("[\"http://schemas.openid.net/event/backchannel-logout\"]")),
            "`events` is an array.", REFUSE_LOGOUT, "OpenID Connect Back-Channel Logout section 2.4";
        logout_nonce: Claim("nonce", Set("\"a-nonce\"")), "There is a `nonce`, as in an id_token.",
            REFUSE_LOGOUT, "OpenID Connect Back-Channel Logout section 2.6";
        logout_nobody: Deed::Without(&["sub", "sid"]), "There is neither `sub` nor `sid`.",
            REFUSE_LOGOUT, "OpenID Connect Back-Channel Logout section 2.6";
        logout_alg_none: Signature(Forgery::None("none")), "`alg` is `none`, and nothing is signed.",
            REFUSE_LOGOUT, "OpenID Connect Back-Channel Logout section 2.6";
        logout_alg_hs256_public_pem: Signature(Forgery::HmacWithPem),
            "`alg` is `HS256`, and the secret is the public key as PEM.", REFUSE_LOGOUT, "RFC 8725 section 3.1";
        logout_signature_stripped: Signature(Forgery::Stripped), "The signature is empty.",
            REFUSE_LOGOUT, "OpenID Connect Back-Channel Logout section 2.6";
        logout_kid_unknown: Header("kid", Set("\"another-key\"")), "`kid` is of no key.",
            REFUSE_LOGOUT, "OpenID Connect Core section 10.1.1";
        logout_typ_access_token: Header("typ", Set("\"at+jwt\"")), "`typ` is that of an access token.",
            REFUSE_LOGOUT, "RFC 8725 section 3.12";
        logout_crit_unknown: Header("crit", Set("[\"attacker\"]")), "`crit` names an extension that nobody knows.",
            REFUSE_LOGOUT, "RFC 7515 section 4.1.11";
    }
    Keys {
        keys_changed_same_kid: Deed::OtherKeys { same_id: true }, "Under every `kid` stands another key.",
            "It refuses tokens whose signatures the keys that it has do not verify.",
            "OpenID Connect Core section 10.1.1";
        keys_changed_other_kid: Deed::OtherKeys { same_id: false }, "Other keys with other ids are there alone.",
            "It refuses tokens of keys that are not there.", "OpenID Connect Core section 10.1.1";
        keys_renewed_same_kid: Deed::FormerKeys { same_id: true },
            "At first other keys stand under the same ids, and whoever asks again gets the right ones.",
            "It asks once more and takes the token, or refuses it; it never takes one that its keys do not verify.",
            "OpenID Connect Core section 10.1.1";
        keys_renewed_other_kid: Deed::FormerKeys { same_id: false },
            "At first other keys with other ids are there, and whoever asks again gets the right ones.",
            "It asks once more, and takes the token.", "OpenID Connect Core section 10.1.1";
        keys_two_of_one_kid: Deed::KeyBefore, "Before every key stands another one with the same `kid`.",
            "It takes a token that one of both verifies, or refuses it.", "RFC 7517 section 4.5";
        keys_use_encryption: Deed::KeyMember("use", "\"enc\""), "`use` of every key is `enc`.",
            REFUSE_KEY, "RFC 7517 section 4.2";
        keys_operations_other: Deed::KeyMember("key_ops", "[\"encrypt\"]"), "`key_ops` of every key is `encrypt`.",
            REFUSE_KEY, "RFC 7517 section 4.3";
        keys_algorithm_other: Deed::KeyMember("alg", "\"ES256K\""), "`alg` of every key is another one.",
            REFUSE_KEY, "RFC 7517 section 4.4";
        keys_private: Deed::KeyMember("d", "\"AQAB\""), "Every key has a private part.",
            "It may refuse tokens that such a key verifies, which everybody can make.", "RFC 7517 section 9.2";
        keys_empty: Body("{\"keys\":[]}"), "The key set is empty.",
            "It refuses all tokens.", "RFC 7517 section 5";
        keys_null: Member("keys", Set("null")), "`keys` is null.",
            "It refuses all tokens.", "RFC 7517 section 5";
        keys_symmetric: Body("{\"keys\":[{\"kty\":\"oct\",\"kid\":\"another-key\",\"k\":\"YXR0YWNrZXI\"}]}"),
            "The key set has a symmetric key alone.", "It refuses all tokens.", "RFC 8725 section 3.1";
        keys_no_json: Body("<html></html>"), "The key set is a page.",
            "It refuses all tokens.", "RFC 7517 section 5";
        keys_endless: Deed::Transport(Transport::Endless), "The key set does not end.",
            "It stops after so many octets, and refuses all tokens.", "RFC 9110 section 17.5";
        keys_redirect: Redirect(302), "The key set redirects to somebody else.",
            "It does not follow, and refuses all tokens.", "RFC 8725 section 3.10";
    }
    Metadata {
        metadata_issuer_other: Member("issuer", Set("\"https://attacker.example\"")), "`issuer` is another issuer.",
            REFUSE_METADATA, "RFC 8414 section 3.3";
        metadata_issuer_slash: Member("issuer", Append("/")), "`issuer` has a slash more at its end.",
            REFUSE_METADATA, "RFC 8414 section 3.3";
        metadata_issuer_missing: Member("issuer", Remove), "`issuer` is missing.",
            REFUSE_METADATA, "RFC 8414 section 3.3";
        metadata_issuer_twice: More("\"issuer\":\"https://attacker.example\""), "`issuer` is there twice.",
            REFUSE_METADATA, "RFC 8259 section 4";
        metadata_token_endpoint_plain: Member("token_endpoint", Set("\"http://attacker.example/token\"")),
            "`token_endpoint` is elsewhere, over plain HTTP.", REFUSE_METADATA, "RFC 8414 section 2";
        metadata_token_endpoint_missing: Member("token_endpoint", Remove), "`token_endpoint` is missing.",
            REFUSE_METADATA, "RFC 8414 section 2";
        metadata_token_endpoint_number: Member("token_endpoint", Set("1")), "`token_endpoint` is a number.",
            REFUSE_METADATA, "RFC 8414 section 2";
        metadata_authorization_endpoint_script:
            Member("authorization_endpoint", Set("\"javascript:alert(1)\"")),
            "`authorization_endpoint` is a script.", REFUSE_METADATA, "RFC 8414 section 2";
        metadata_jwks_uri_missing: Member("jwks_uri", Remove), "`jwks_uri` is missing.",
            "It refuses the metadata or the tokens, or trusts the connection from which it gets an id_token.",
            "OpenID Connect Core section 3.1.3.7";
        metadata_no_json: Body("<html></html>"), "The metadata are a page.",
            REFUSE_METADATA, "RFC 8414 section 3.2";
        metadata_array: Body("[{}]"), "The metadata are in an array.",
            REFUSE_METADATA, "RFC 8414 section 3.2";
        metadata_endless: Deed::Transport(Transport::Endless), "The metadata do not end.",
            "It stops after so many octets.", "RFC 9110 section 17.5";
        metadata_redirect: Redirect(302), "The metadata redirect to somebody else.",
            "It does not follow, or holds what comes against the issuer that it asked for.", "RFC 8414 section 3.3";
    }
};
