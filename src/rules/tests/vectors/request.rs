//! How requests are made.

use super::{Vectors, string_or_null};
use crate::json::ObjectWriter;
use crate::rules::failure::Kind;
use crate::rules::request::{self, Identity, Method};
use crate::rules::table::Table;
use crate::rules::tests::texts::Random;

const ABOUT: &str = "Requests by the names of their plans: `values` are those of the parameters by the names that plans \
    have, and `extra` the names and values of additional ones. What comes is the page's URL or the form, and the field \
    `Authorization`; or what is wrong.";

const PLANS: &[(&str, Table<'_>)] = &[
    ("AUTHORIZATION_PLAN", request::AUTHORIZATION),
    ("AUTHORIZATION_CODE_PLAN", request::AUTHORIZATION_CODE),
    ("REFRESH_TOKEN_PLAN", request::REFRESH_TOKEN),
    ("PASSWORD_PLAN", request::PASSWORD),
    ("USER_INFO_PLAN", request::USER_INFO),
    ("REVOCATION_PLAN", request::REVOCATION),
    ("LOGOUT_PLAN", request::LOGOUT),
    ("KEYS_PLAN", request::KEYS),
];

const METHODS: &[(&str, Method)] = &[
    ("none", Method::None),
    ("none", Method::None),
    ("client_secret_basic", Method::Basic),
    ("client_secret_basic_unencoded", Method::BasicUnencoded),
    ("client_secret_post", Method::Post),
];

const TEXTS: &[&str] =
    &["v", "a b", "é用\u{1f600}", "*-._~!'()", "%+&=?#/", "\u{2028}\"<>", "x\ny"];

#[test]
fn requests_are_made_as_the_file_says() {
    let mut random = Random(43);
    let (mut cases, mut made) = (Vec::new(), 0);
    for index in 0..800 {
        let (name, plan) = PLANS[index % PLANS.len()];
        let url = random.pick(&[
            "https://as.example/e",
            "https://as.example/e",
            "https://as.example/e?p=1",
            "https://as.example/e?",
            "https://as.example/e?p=1&",
            "https://as.example/e?p=1&q=%20#f",
            "",
        ]);
        let (method, number) = random.pick(METHODS);
        let secret = if number == Method::None { "" } else { random.pick(TEXTS) };
        let client_id = random.pick(&["app", "app", "a b*é", "%7E~"]);
        let lacks_portal = random.one_in(3);
        let mut fields = Vec::new();
        let mut values = ObjectWriter::new();
        for parameter in request::values(plan) {
            let value = if random.one_in(5) { "" } else { random.pick(TEXTS) };
            fields.push(value);
            values.string(std::str::from_utf8(parameter).unwrap(), value);
        }
        let mut extra = Vec::new();
        for _ in 0..if random.one_in(2) { random.below(3) } else { 0 } {
            extra.push(random.pick(&[
                "audience",
                "x y",
                "p",
                "q",
                "scope",
                "prompt",
                "max_age",
                "client_id",
                "client_assertion",
                "state",
                "client_secret",
                "response_type",
                "é",
                "",
            ]));
            extra.push(if random.one_in(4) { "" } else { random.pick(TEXTS) });
        }
        // JavaScript's objects have a name once.
        if let [first, _, second, _] = extra[..]
            && first == second
        {
            extra.truncate(2);
        }
        let resources = if random.one_in(6) {
            vec!["https://rs.example/a b"; 1 + random.below(2)]
        } else {
            Vec::new()
        };
        let identity = Identity {
            client_id: client_id.as_bytes(),
            method: number,
            secret: secret.as_bytes(),
            lacks_portal,
        };
        let pairs = resources.iter().flat_map(|value| ["resource", value]);
        let all =
            fields.iter().copied().chain(pairs).chain(extra.iter().copied()).map(str::as_bytes);
        let (mut scratch, mut sink) = (Vec::new(), Vec::new());
        let written = request::write(plan, url.as_bytes(), &identity, all, &mut scratch, &mut sink);
        let words = String::from_utf8(sink).unwrap();
        let mut words = words.split('\0');
        let (first, second) = (words.next().unwrap_or_default(), words.next());
        let mut object = ObjectWriter::new();
        object
            .string("plan", name)
            .string("url", url)
            .string("clientId", client_id)
            .string("method", method)
            .string("secret", secret)
            .boolean("lacksPortal", lacks_portal)
            .raw("values", &values.finish())
            .strings("resources", &resources)
            .strings("extra", &extra);
        match written {
            Ok(()) => {
                made += 1;
                let authorization = second.filter(|text| !text.is_empty());
                object.string("text", first).raw("authorization", &string_or_null(authorization));
            }
            Err(failure) if failure.kind == Kind::NotSupported => {
                object.string("endpoint", first).string("reason", failure.reason.text());
            }
            Err(failure) => {
                object.string("argument", first).string("reason", failure.reason.text());
                object.string("name", second.unwrap_or_default());
            }
        }
        cases.push(object.finish());
    }
    assert!(made > 150 && cases.len() - made > 150, "{made}");
    Vectors::new("request", ABOUT).list("cases", &cases).check();
}
