//! What `expires_in` and `expires_at` mean, however they are written: int64, exact, and never
//! silently "never expires".

use core::ops::RangeInclusive;

use eiam_token::client::token::TokenSet;
use eiam_token::seconds;

use crate::support::{NOW, malformed, parse_token, token_body};

/// What a member's text must lead to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Seconds(i64),
    Unknown,
    Refused(&'static str),
}
use Verdict::{Refused, Seconds, Unknown};

const NOT_A_NUMBER: Verdict = Refused("not a number of seconds");
const NOT_WHOLE: Verdict = Refused("not a whole number of seconds");
const OUT_OF_RANGE: Verdict = Refused("outside the range of int64");

/// Text on the wire (empty for a member that is missing) and what it means.
const TABLE: [(&str, Verdict); 37] = [
    ("3600", Seconds(3600)),
    ("\"3600\"", Seconds(3600)),
    ("3600.0", Seconds(3600)),
    ("1e3", Seconds(1000)),
    ("\"1E+3\"", Seconds(1000)),
    ("-1", Refused("negative")),
    ("\"-1\"", Refused("negative")),
    ("0", Seconds(0)),
    ("-0", Seconds(0)),
    ("-0.0e9", Seconds(0)),
    ("9007199254740991", Seconds(9_007_199_254_740_991)),
    ("9007199254740992", Seconds(9_007_199_254_740_992)),
    ("9007199254740993", Seconds(9_007_199_254_740_993)),
    ("\"9007199254740993\"", Seconds(9_007_199_254_740_993)),
    ("9007199254740993.000", Seconds(9_007_199_254_740_993)),
    ("9223372036854775807", Seconds(i64::MAX)),
    ("9223372036854775808", OUT_OF_RANGE),
    ("\"9223372036854775808\"", OUT_OF_RANGE),
    ("1e400", OUT_OF_RANGE),
    ("-1e400", OUT_OF_RANGE),
    ("null", Unknown),
    ("", Unknown),
    ("\"abc\"", NOT_A_NUMBER),
    ("\"3600abc\"", NOT_A_NUMBER),
    ("\"3600 \"", NOT_A_NUMBER),
    ("\"+3600\"", NOT_A_NUMBER),
    ("\"03600\"", NOT_A_NUMBER),
    ("\"0x10\"", NOT_A_NUMBER),
    ("\"１\"", NOT_A_NUMBER),
    ("\"\"", NOT_A_NUMBER),
    ("[3600]", NOT_A_NUMBER),
    ("{}", NOT_A_NUMBER),
    ("true", NOT_A_NUMBER),
    ("false", NOT_A_NUMBER),
    ("3600.5", NOT_WHOLE),
    ("1e-1", NOT_WHOLE),
    ("123456789012345678901234.5", NOT_WHOLE),
];

fn check(name: &str, read: impl Fn(&TokenSet) -> Option<i64>) {
    for (text, verdict) in TABLE {
        let member = if text.is_empty() { String::new() } else { format!(r#","{name}":{text}"#) };
        let answer = parse_token(200, &token_body(&member));
        match verdict {
            Seconds(expected) => assert_eq!(read(&answer.unwrap()), Some(expected), "{text}"),
            Unknown => assert_eq!(read(&answer.unwrap()), None, "{text}"),
            // No standard has it, and servers write dates into it.
            NOT_A_NUMBER if name == "expires_at" => {
                let tokens = answer.unwrap();
                assert_eq!((read(&tokens), &tokens.unread[..]), (None, &["expires_at"][..]));
            }
            Refused(reason) => {
                assert_eq!(malformed(answer), (format!("$.{name}"), reason.to_owned()), "{text}");
            }
        }
    }
}

#[test]
fn expires_in() {
    check("expires_in", |tokens| tokens.expires_in);
}

#[test]
fn expires_at() {
    check("expires_at", |tokens| tokens.expires_at);
}

fn deadline(members: &str) -> Option<i64> {
    parse_token(200, &token_body(members)).unwrap().deadline()
}

#[test]
fn the_deadline_is_counted_from_receipt() {
    assert_eq!(deadline(r#","expires_in":1200,"expires_at":5"#), Some(NOW + 1200));
    assert_eq!(deadline(r#","expires_in":1200"#), Some(NOW + 1200));
    assert_eq!(deadline(r#","expires_in":0"#), Some(NOW));
}

#[test]
fn expires_at_serves_where_expires_in_is_missing() {
    assert_eq!(deadline(r#","expires_at":1653288641"#), Some(1_653_288_641));
    assert_eq!(deadline(r#","expires_in":null,"expires_at":1653288641"#), Some(1_653_288_641));
}

#[test]
fn an_unknown_lifetime_stays_unknown() {
    assert_eq!(deadline(""), None);
    assert_eq!(deadline(r#","expires_in":null,"expires_at":null"#), None);
}

#[test]
fn the_longest_lifetime_saturates() {
    assert_eq!(deadline(r#","expires_in":9223372036854775807"#), Some(i64::MAX));
    assert_eq!(seconds::remaining(i64::MAX, NOW), i64::MAX - NOW);
    assert!(!seconds::expired(i64::MAX, NOW, 60));
}

#[test]
fn a_lifetime_of_nothing_is_over_at_once() {
    let deadline = deadline(r#","expires_in":0"#).unwrap();
    assert!(seconds::expired(deadline, NOW, 0));
    assert_eq!(seconds::remaining(deadline, NOW), 0);
}

#[test]
fn every_power_of_ten_and_its_neighbours_is_exact() {
    let neighbours: RangeInclusive<i64> = -1..=1;
    for power in (0..19).map(|exponent| 10i64.pow(exponent)) {
        for expected in neighbours.clone().map(|offset| power + offset) {
            let tokens = parse_token(200, &token_body(&format!(r#","expires_in":{expected}"#)));
            assert_eq!(tokens.unwrap().expires_in, Some(expected));
        }
    }
}
