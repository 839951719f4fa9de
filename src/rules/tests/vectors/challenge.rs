//! The refusal in a challenge.

use super::{Vectors, string_or_null};
use crate::json::ObjectWriter;
use crate::rules::challenge;
use crate::rules::tests::texts::Random;

const ABOUT: &str = "The refusal in a field WWW-Authenticate (RFC 6750 section 3): `error`, `description` and \
    `page` as they are shown, so without control characters, 1024 characters at most, and a page only if it \
    is one of the web. `error` is null if the field is no refusal.";

const PICKED: &[(&str, Option<&str>)] = &[
    ("", None),
    ("Bearer", None),
    ("Bearer error", None),
    (r#"Bearer realm="error""#, None),
    (r#"Bearer myerror="x""#, None),
    (r#"Bearer error="""#, None),
    (r#"Bearer error="open"#, None),
    (r#"Bearer error="open\"#, None),
    ("Bearer =,=,=", None),
    (r#"error="x""#, None),
    (r#"Bearer error="invalid_token""#, Some("invalid_token")),
    ("Bearer error=invalid_token", Some("invalid_token")),
    ("Bearer error=invalid_token, error_description=expired", Some("invalid_token")),
    ("bearer ERROR=invalid_token", Some("invalid_token")),
    (r#"Bearer error = "invalid_token""#, Some("invalid_token")),
    (r#"Bearer scope="a b",error="x", error_description="a \"b\" \\ c""#, Some("x")),
    (r#"Bearer realm="x, error=fake", error="real""#, Some("real")),
    (r#"Bearer realm="x, error=\"fake\"", error="real""#, Some("real")),
    (r#"Basic realm="x", Bearer error="invalid_token""#, Some("invalid_token")),
    (r#"DPoP algs="ES256", Bearer realm="a", error="invalid_token""#, Some("invalid_token")),
    (r#"Bearer error="a", error="b""#, Some("a")),
    (r#"Bearer error="x", error_uri="https://as.example/e""#, Some("x")),
    (r#"Bearer error="x", error_uri="javascript:alert(1)""#, Some("x")),
    ("Bearer error=\"a\tb\", error_description=\"\u{7f}\u{85}é\"", Some("a\u{fffd}b")),
];

const GENERATED: usize = 320;

#[test]
fn challenges_are_as_the_file_says() {
    let mut cases = Vec::new();
    let mut refusals = 0;
    let mut add = |challenge: &str| {
        let (mut values, mut words) = (Vec::new(), Vec::new());
        let refusal = challenge::read(challenge.as_bytes(), &mut values, &mut words);
        refusals += usize::from(refusal.is_some());
        let words = String::from_utf8(words).unwrap();
        let mut words = words.split('\0').map(str::to_owned);
        let [error, description, page] = [(); 3].map(|()| words.next().unwrap_or_default());
        let error = refusal.map(|_| error);
        let mut object = ObjectWriter::new();
        object
            .string("challenge", challenge)
            .raw("error", &string_or_null(error.as_deref()))
            .string("description", &description)
            .string("page", &page);
        cases.push(object.finish());
        error
    };
    for (challenge, expected) in PICKED {
        assert_eq!(add(challenge).as_deref(), *expected, "{challenge}");
    }
    let long = format!("Bearer error=\"x\", error_description=\"{}\"", "é".repeat(1030));
    assert_eq!(add(&long).as_deref(), Some("x"));
    let mut random = Random(23);
    for _ in 0..GENERATED {
        let mut challenge =
            random.pick(&["Bearer ", "Bearer ", "DPoP ", "Basic ", "bearer  ", ""]).to_owned();
        for index in 0..random.below(5) {
            challenge +=
                if index > 0 { random.pick(&[", ", ",", " , ", " ", ", Bearer "]) } else { "" };
            challenge += random.pick(&[
                "error",
                "error",
                "error_description",
                "error_uri",
                "realm",
                "Error",
                "x",
                "errors",
                "",
            ]);
            challenge += random.pick(&["=", "=", "=", "=", " = ", "= ", ""]);
            challenge += random.pick(&[
                "\"invalid_token\"",
                "invalid_token",
                "\"a, error=b\"",
                "\"\\\"q\\\" \\\\\"",
                "\"\"",
                "\"open",
                "\"https://as.example/e?a=b\"",
                "https://as.example/",
                "\"é 用\"",
                "\"a\\",
                "a=b",
                "\"x\"y",
                "\"insufficient_scope\"",
            ]);
        }
        add(&challenge);
    }
    assert!(refusals > 80 && cases.len() - refusals > 80, "{refusals} of {}", cases.len());
    Vectors::new("challenge", ABOUT).list("cases", &cases).check();
}
