//! What of a signed authorization request is signed.

use super::{Vectors, array, string, string_or_null};
use crate::client::request_object::write_claims;
use crate::json::ObjectWriter;
use crate::rules::tests::texts::Random;

const ABOUT: &str = "The parameters of an authorization request, as names and values, and the claims that they are in \
    a signed request (RFC 9101 section 4), as text of JSON in the order of the claims; null if they can be none.";

const GENERATED: usize = 200;

#[test]
fn request_objects_are_as_the_file_says() {
    let mut random = Random(33);
    let names = [
        "response_type",
        "client_id",
        "redirect_uri",
        "scope",
        "state",
        "nonce",
        "code_challenge",
        "prompt",
        "tag",
        "é",
    ];
    let texts = [
        "code",
        "a b",
        "https://app.example/cb?a=1&b=2",
        "é用\u{1f600}",
        "a\"b\\c",
        "7",
        "{}",
        "\n",
    ];
    let jsons =
        [r#"{"a":{"b":null}}"#, r#"[{"type":"x","amount":1.5}]"#, "[]", "7", "true", "\"x\""];
    let mut cases = Vec::new();
    for index in 0..GENERATED {
        let mut pairs: Vec<(String, String)> = Vec::new();
        let mut add = |name: &str, value: &str| pairs.push((name.to_owned(), value.to_owned()));
        for name in names {
            if !random.one_in(3) {
                add(name, random.pick(&texts));
            }
        }
        let max_age =
            Some(random.pick(&[0, 1, 3600, 9_007_199_254_740_991])).filter(|_| random.one_in(3));
        if let Some(seconds) = max_age {
            add("max_age", &seconds.to_string());
        }
        for name in ["claims", "authorization_details", "registration"] {
            if random.one_in(4) {
                let broken = random.one_in(8);
                add(
                    name,
                    if broken { random.pick(&["{", "x", "1,2"]) } else { random.pick(&jsons) },
                );
            }
        }
        for _ in 0..random.below(4) {
            add("resource", random.pick(&["https://a.example/", "https://b.example/", "urn:c"]));
        }
        if index % 20 == 0 {
            add(random.pick(&["request", "request_uri", "sub"]), "x");
        }
        let mut claims = ObjectWriter::new();
        let written = write_claims(&pairs, max_age, &mut claims).ok().map(|()| claims.finish());
        let pairs = pairs.iter().map(|(name, value)| array([string(name), string(value)]));
        let mut case = ObjectWriter::new();
        case.raw("pairs", &array(pairs)).raw("claims", &string_or_null(written.as_deref()));
        cases.push(case.finish());
    }
    Vectors::new("request-object", ABOUT).list("cases", &cases).check();
}
