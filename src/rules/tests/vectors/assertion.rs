//! What of a client assertion is signed.

use super::{Vectors, string_or_null};
use crate::base64url;
use crate::client::assertion::{AssertionParameters, ClientAssertion};
use crate::json::ObjectWriter;
use crate::rules::tests::texts::Random;

const ABOUT: &str = "The text of a client assertion that is signed (RFC 7515 section 5.1). `random` is the 16 \
    octets in base64url, `now` Unix seconds, `audience` null if the server has neither issuer nor token \
    endpoint. A case that is refused has `argument` (null: the server has no issuer) in the place of `text`.";

const GENERATED: usize = 260;

#[test]
fn assertions_are_as_the_file_says() {
    let mut random = Random(21);
    let texts = [
        "app_x",
        "https://as.example/v2",
        "a\"b\\c/d",
        "é用\u{1f600}",
        "\u{1}\u{1f}\n\r\t\u{7f}",
        "<&>\u{2028}\u{2029}",
        "a b",
        "ES256",
        "HS256",
        "x",
    ];
    let mut cases = Vec::new();
    for index in 0..GENERATED {
        let algorithm = match random.below(20) {
            0 => "",
            1 => random.pick(&texts),
            _ => random.pick(&["ES256", "RS256", "PS256", "HS256", "EdDSA", "ES384", "PS512"]),
        };
        let key_id =
            random.pick(&[None, None, Some(""), Some("key \"1\""), Some("é"), Some("k-1")]);
        let audience = if random.one_in(20) { None } else { Some(random.pick(&texts)) };
        let client_id = random.pick(&texts);
        let octets = core::array::from_fn(|at| match index {
            0 => at as u8,
            1 => 0xff,
            _ => random.below(256) as u8,
        });
        let now = random.pick(&[0, 1, 1_795_348_800, 1_700_000_000, 9_007_199_254_740_000]);
        let mut object = ObjectWriter::new();
        object
            .string("clientId", client_id)
            .string("algorithm", algorithm)
            .raw("keyId", &string_or_null(key_id))
            .raw("audience", &string_or_null(audience))
            .string("random", &base64url::encode(&octets))
            .integer("now", now);
        let parameters = AssertionParameters { algorithm, key_id, audience };
        match ClientAssertion::make(client_id, &parameters, &octets, now) {
            Ok(assertion) => object.string("text", assertion.signing_input()),
            Err(_) => {
                let argument = Some("algorithm").filter(|_| algorithm.is_empty());
                object.raw("argument", &string_or_null(argument))
            }
        };
        cases.push(object.finish());
    }
    Vectors::new("assertion", ABOUT).list("cases", &cases).check();
}
