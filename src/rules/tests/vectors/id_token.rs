//! What an id_token has to be.

use super::{Vectors, string_or_null};
use crate::base64url;
use crate::json::ObjectWriter;
use crate::rules::id_token::{self, Expected};
use crate::rules::json::NAMES;
use crate::rules::tests::texts::Random;
use sha2::{Digest, Sha256};

const ABOUT: &str = "id_tokens at 1700000000, and what they have to agree with: what is wrong with the claims, by its path \
    and the reason, of which a text that is no JSON has more on both sides. The times may differ by 60 seconds. `checked` is \
    false for an id_token that is only decoded.";

const ISSUER: &str = "https://as.example";
const NOW: i64 = 1_700_000_000;

#[test]
fn id_tokens_are_judged_as_the_file_says() {
    let mut random = Random(44);
    let (mut cases, mut good) = (Vec::new(), 0);
    let hash = base64url::encode(&Sha256::digest(b"AT")[..16]);
    for _ in 0..1200 {
        let date = |random: &mut Random, usual: &str| {
            if !random.one_in(6) {
                return usual.to_owned();
            }
            random
                .pick(&[
                    "1700000000",
                    "1699999939",
                    "1699999940",
                    "1699999941",
                    "1700000060",
                    "1700000061",
                    "1700000060.9",
                    "\"1700000000\"",
                    "\"17e8\"",
                    "\"1700000000.5\"",
                    "17e8",
                    "null",
                    "-1",
                    "\"\"",
                    "\"soon\"",
                    "[]",
                    "{}",
                    "true",
                    "9223372036854775807",
                    "9223372036854775808",
                    "1e400",
                    "1e-5",
                    "1.5",
                    "0",
                ])
                .to_owned()
        };
        let mut claims = vec![
            (
                "iss",
                random
                    .pick(&[
                        "\"https://as.example\"",
                        "\"https://as.example\"",
                        "\"https:\\/\\/as.example\"",
                        "\"https://as.example/\"",
                        "5",
                    ])
                    .to_owned(),
            ),
            (
                "sub",
                random
                    .pick(&[
                        "\"user\"",
                        "\"user\"",
                        "\"\\u0075ser\"",
                        "\"other\"",
                        "\"\"",
                        "5",
                        "null",
                        "\"\\ud800\"",
                    ])
                    .to_owned(),
            ),
            (
                "aud",
                random
                    .pick(&[
                        "\"app\"",
                        "[\"app\"]",
                        "[\"x\",\"app\"]",
                        "[\"\\u0061pp\"]",
                        "\"x\"",
                        "[]",
                        "[[\"app\"]]",
                        "{\"app\":1}",
                    ])
                    .to_owned(),
            ),
            ("exp", date(&mut random, "1700000300")),
            ("iat", date(&mut random, "1700000000")),
        ];
        if random.one_in(3) {
            claims.push(("nbf", date(&mut random, "1700000000")));
        }
        if !random.one_in(4) {
            claims.push(("auth_time", date(&mut random, "1700000000")));
        }
        if !random.one_in(6) {
            claims.push((
                "nonce",
                random
                    .pick(&["\"NO\"", "\"NO\"", "\"\\u004eO\"", "\"NO2\"", "5", "null"])
                    .to_owned(),
            ));
        }
        if random.one_in(3) {
            claims.push((
                "at_hash",
                random.pick(&[hash.as_str(), "AAAAAAAAAAAAAAAAAAAAAA", "short"]).to_owned(),
            ));
            let claim = &mut claims.last_mut().unwrap().1;
            *claim = if random.one_in(6) { "null".to_owned() } else { format!("\"{claim}\"") };
        }
        if random.one_in(20) {
            let twice = claims[random.below(claims.len())].clone();
            claims.push(twice);
        }
        let kept: Vec<_> = claims
            .iter()
            .filter(|_| !random.one_in(40))
            .map(|(name, value)| format!("\"{name}\":{value}"))
            .collect();
        let claims = format!("{{{}}}", kept.join(","));
        let header = match random.below(5) {
            0 => random.pick(&[
                "{\"alg\":\"none\"}",
                "{\"alg\":\"HS256\"}",
                "{\"alg\":[\"RS256\"]}",
                "{\"alg\":\"ES384\",\"crit\":[]}",
                "{}",
                "{\"alg\":\"RS256\",\"crit\":null}",
                "{\"alg\":\"RS256\",\"alg\":\"RS256\"}",
                "[]",
                "",
                "{\"alg\":",
                "{\"alg\":\"rs256\"}",
                "{\"alg\":\"RS256\",\"typ\":\"at+jwt\"}",
                "{\"alg\":\"RS256\",\"typ\":\"logout\\u002bjwt\"}",
                "{\"alg\":\"RS256\",\"typ\":[\"application/at+jwt\"]}",
            ]),
            1 => random.pick(&[
                "{\"alg\":\"EdDSA\"}",
                "{\"alg\":\"Ed25519\"}",
                "{\"alg\":\"PS512\"}",
                "{\"alg\":\"\\u0052S256\"}",
                "{\"alg\":\"RS256\",\"typ\":\"JWT\"}",
                "{\"alg\":\"RS256\",\"typ\":null}",
            ]),
            _ => "{\"alg\":\"RS256\"}",
        };
        let signature = match random.below(12) {
            0 => random.pick(&["", "A", "AB", "AA=", "a+b_", "é", "AAB", "AAA", "AA.AA"]),
            _ => "c2ln",
        };
        let mut token = [
            &base64url::encode(header.as_bytes()),
            &base64url::encode(claims.as_bytes()),
            signature,
        ]
        .join(".");
        if random.one_in(40) {
            token = random
                .pick(&["", ".", "..", "a.b", "e30.e30", "!.e30.AA", "e30.e30.AA"])
                .to_owned();
        }
        let checked = !random.one_in(5);
        let by_secret = random.one_in(8);
        let max_age = random.pick(&[None, Some(0), Some(60)]);
        let issuer = random.pick(&[Some(ISSUER), Some(ISSUER), None]);
        let nonce = random.pick(&[Some("NO"), None]);
        let subject = random.pick(&[None, None, Some("user")]);
        let expected = Expected {
            issuer: issuer.map(str::as_bytes),
            client_id: b"app",
            nonce: nonce.map(str::as_bytes),
            max_age,
            subject: subject.map(str::as_bytes),
            access_token: Some(b"AT"),
            by_secret,
            now: NOW,
            tolerance: 60,
        };
        let mut names = vec![(0, 0); NAMES];
        let (mut decoded, mut words) = (Vec::new(), Vec::new());
        let read = id_token::read(
            token.as_bytes(),
            checked.then_some(&expected),
            &mut names,
            &mut decoded,
            &mut words,
        );
        good += usize::from(read.is_ok());
        let words = String::from_utf8(words).unwrap();
        let path = words.split('\0').next().unwrap_or_default();
        let mut object = ObjectWriter::new();
        object
            .string("idToken", &token)
            .boolean("checked", checked)
            .boolean("bySecret", by_secret)
            .raw("issuer", &string_or_null(issuer))
            .raw("nonce", &string_or_null(nonce))
            .raw("subject", &string_or_null(subject))
            .raw("maxAge", &super::number_or_null(max_age));
        if let Err(failure) = read {
            object.string("path", path).string("reason", failure.reason.text());
        }
        cases.push(object.finish());
    }
    assert!(good > 60 && cases.len() - good > 100, "{good}");
    Vectors::new("id-token", ABOUT).list("cases", &cases).check();
}
