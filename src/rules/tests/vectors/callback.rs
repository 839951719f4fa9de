//! What a callback brings, and when it is refused.

use super::Vectors;
use crate::json::ObjectWriter;
use crate::rules::callback::{self, Expected};
use crate::rules::failure::Kind;
use crate::rules::tests::texts::Random;

const ABOUT: &str = "A callback, and what it has to agree with: the code, or the parameter that is wrong and why, or the \
    server's refusal.";

/// Callbacks of a request with the state `S1` whose query and fragment both have something.
const PARTS: [&str; 20] = [
    "/cb?state=open#code=CO&state=S1",
    "/cb?state=#code=CO&state=S1",
    "/cb?state#code=CO&state=S1",
    "/cb?state=open&state=shut#code=CO&state=S1",
    "/cb?state=open&state=S1#code=CO&state=S1",
    "/cb?state=S1&state=open#code=CO&state=S1",
    "/cb?state=open&code=own#code=CO&state=S1",
    "/cb?state=open&error=own#code=CO&state=S1",
    "/cb?state=open&code=%#code=CO&state=S1",
    "/cb?state=open#code=%&state=S1",
    "/cb?state=open#error=access_denied&state=S1",
    "/cb?state=open#state=S1",
    "/cb?state=open#code=CO&state=other",
    "/cb?state=open#code=CO&state=",
    "/cb?state=open#code=CO",
    "/cb?state=open&code=CO#",
    "/cb?code=CO&state=S%31#state=open&code=own",
    "/cb?code=CO&state=S1#state=S1&code=own",
    "/cb?code=CO&code=CO#section",
    "state=open&code=own#code=CO&state=S1",
];

#[test]
fn callbacks_are_read_as_the_file_says() {
    let mut random = Random(42);
    let (mut cases, mut outcomes) = (Vec::new(), [0; 3]);
    let mut add = |text: &str, state: &str, issuer: &str, has_iss: bool| {
        let expected = Expected { state: state.as_bytes(), issuer: issuer.as_bytes(), has_iss };
        let (mut values, mut words) = (Vec::new(), Vec::new());
        let read = callback::read(text.as_bytes(), &expected, &mut values, &mut words);
        // What is no UTF-8 each side decodes in its own way.
        let Ok(words) = String::from_utf8(words) else { return };
        let mut object = ObjectWriter::new();
        object
            .string("callback", text)
            .string("state", state)
            .string("issuer", issuer)
            .boolean("hasIss", has_iss);
        match read {
            Ok(()) => {
                outcomes[0] += 1;
                object.string("code", &words);
            }
            Err(failure) if failure.kind == Kind::OAuth => {
                outcomes[1] += 1;
                object.strings("refusal", words.split('\0'));
            }
            Err(failure) => {
                outcomes[2] += 1;
                object.string("parameter", &words).string("reason", failure.reason.text());
            }
        }
        cases.push(object.finish());
    };
    for text in PARTS {
        add(text, "S1", "https://as.example", false);
    }
    for _ in 0..1000 {
        let state = random.pick(&["S1", "a b", "é用"]);
        let encoded = match state {
            "S1" => random.pick(&["S1", "S%31"]),
            "a b" => random.pick(&["a+b", "a%20b"]),
            _ => random.pick(&["%C3%A9%e7%94%a8", "é用", "%C3%A9用"]),
        };
        let form = |random: &mut Random| {
            let mut form = match random.below(12) {
                0 => String::new(),
                1 => "state=other&code=CO".to_owned(),
                2 => format!("code=CO&state={encoded}&state={encoded}"),
                5..8 => format!("error=access_denied&state={encoded}"),
                3 | 4 => format!("state={encoded}"),
                _ => format!("code=CO&state={encoded}"),
            };
            for _ in 0..random.below(3) {
                form += random.pick(&["&", "&", "&", "&", "&", "&", "&&", "=", "#", "?"]);
                form += random.pick(&[
                    "code=CO",
                    "code=CO",
                    "code=CO",
                    "code=C%4F",
                    "code=",
                    "code",
                    "c%6Fde=CO",
                    "code=%",
                    "code=%4",
                    "code=%zz",
                    "code=a+b",
                    "code=é",
                    "x=%",
                    "x=%ff",
                    "%ff=%C3%A9",
                    "error=",
                    "error=access_denied",
                    "error=a%00b%7F",
                    "error_description=no%20%C2%85",
                    "error_description=",
                    "request_id=R",
                    "error_uri=https%3A%2F%2Fas.example%2Fe",
                    "error_uri=javascript%3A1",
                    "iss=https://as.example",
                    "iss=https%3A%2F%2Fas.example",
                    "iss=https://other.example",
                    "iss=",
                    "Code=x",
                    "session=1/2?3",
                ]);
            }
            form
        };
        let start = random.pick(&[
            "",
            "?",
            "https://app.example/cb?",
            "/cb?x=1&",
            "app:/cb?",
            "https://app.example/cb#",
            "/cb?x=1#",
        ]);
        let mut text = start.to_owned() + &form(&mut random);
        if random.one_in(6) {
            text += "#";
            text += &form(&mut random);
        }
        let has_iss = random.one_in(5);
        let issuer = random.pick(&["https://as.example", "https://as.example", ""]);
        add(&text, state, issuer, has_iss);
    }
    assert!(outcomes.iter().all(|times| *times > 50), "{outcomes:?}");
    Vectors::new("callback", ABOUT).list("cases", &cases).check();
}
