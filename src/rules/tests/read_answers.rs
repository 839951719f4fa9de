//! Generated answers against the crate's strict reader of JSON, which shares nothing with the scan here.

use super::cases;
use super::refusal::refusal_of;
use super::texts::{Random, damaged, object, string, value};
use crate::json::{self, Limits, Object};
use crate::rules::address::Safety;
use crate::rules::answer::{self, Asked, SLOTS};
use crate::rules::json::names_in;
use crate::rules::member::{
    ADDRESS, ARRAY, DATE, ENDPOINT, FLAG, LOOSE_SECONDS, SECONDS, TEXT, TOKEN_TYPE, kind,
};
use crate::rules::slot::{FOUND, Slot, content, seconds};
use crate::rules::table::Table;
use crate::rules::unescaped::Unescaped;
use crate::seconds as exact;

pub(super) const TABLES: [Table<'_>; 9] = [
    answer::TOKENS,
    answer::TOKENS,
    answer::DEVICE,
    answer::INTROSPECTION,
    answer::METADATA,
    answer::KEYS,
    answer::USER_INFO,
    answer::PUSHED,
    answer::REGISTRATION,
];

/// A value that is mostly fit for a member.
fn fit(random: &mut Random, kind: u8) -> String {
    let choices: &[&str] = match kind {
        _ if random.one_in(12) => return value(random, 2),
        TEXT => return string(random),
        TOKEN_TYPE => {
            &["\"Bearer\"", "\"bearer\"", "\"Basic\"", "\"B\\u0065arer\"", "\"mac\"", "\"DPoP\""]
        }
        ADDRESS | ENDPOINT => &[
            "\"https://as.example/a?b#c\"",
            "\"http:\\/\\/[::1]:80\\/\"",
            "\"http://as.example\"",
            "\"https://a@b\"",
            "\"\"",
        ],
        SECONDS | DATE | LOOSE_SECONDS => {
            &["1200", "\"1200\"", "12.0", "1795348800.5", "9007199254740993", "-1", "1e2", "\"x\""]
        }
        FLAG => &["true", "false"],
        ARRAY => &["[]", "[ 1, {\"a\":2} ]"],
        _ => &["\"ATabc~ 1\"", "\"a\\u0041b\"", "\"aé\"", "\"\\n\"", "\"0123456789abcdef.ghi\""],
    };
    random.pick(choices).to_owned()
}

pub(super) fn body(random: &mut Random, members: Table<'_>) -> String {
    let mut pairs = Vec::new();
    for (letter, name) in members {
        let (kind, is_required) = kind(letter);
        if random.one_in(if is_required { 20 } else { 6 }) {
            continue;
        }
        let name = core::str::from_utf8(name).unwrap();
        let name =
            if random.one_in(30) { name.replacen('e', "\\u0065", 1) } else { name.to_owned() };
        pairs.push((name, fit(random, kind)));
    }
    for name in ["error", "error_description", "error_uri", "Code", "Message", "RequestId", "x"] {
        if random.one_in(12) {
            pairs.push((name.to_owned(), string(random)));
        }
    }
    for at in (1..pairs.len()).rev() {
        pairs.swap(at, random.below(at + 1));
    }
    object(random, &pairs)
}

/// Whether a slot says what another reader finds.
fn is_right(text: &str, object: &Object<'_>, (letter, name): (u8, &[u8]), slot: &Slot) -> bool {
    let member = object.member(core::str::from_utf8(name).unwrap());
    let member = member.filter(|value| !value.is_null());
    let (kind, is_required) = kind(letter);
    let [from, to, marks, _] = *slot;
    if marks & FOUND == 0 {
        let is_unread = matches!(kind, ENDPOINT | LOOSE_SECONDS | FLAG | ARRAY);
        return !is_required && (member.is_none() || is_unread);
    }
    let Some(member) = member else { return false };
    match kind {
        SECONDS | LOOSE_SECONDS => exact::read(Some(&member)) == Ok(seconds(slot)),
        DATE => exact::read_date(Some(&member)) == Ok(seconds(slot)),
        FLAG => member.as_bool() == Some(from == 1),
        ARRAY => member.as_written() == &text[from as usize..to as usize],
        _ => {
            let octets: Vec<u8> = Unescaped::of_json(content(text.as_bytes(), slot)).collect();
            member.as_str().is_some_and(|text| text.as_bytes() == octets)
        }
    }
}

#[test]
fn generated_answers_are_read_as_another_reader_reads_them() {
    let mut random = Random(2);
    let mut seen = [0; 5];
    for _ in 0..cases() {
        let members = random.pick(&TABLES);
        let text = body(&mut random, members);
        let text = if random.one_in(6) { damaged(&mut random, text) } else { text };
        let status = random.pick(&[200, 200, 200, 200, 201, 299, 300, 400, 401, 500, 199]);
        let least = random.pick(&[Safety::Http, Safety::HttpOnLoopback, Safety::Https]);
        let asked = Asked { least, ..Asked::default() };
        let mut names = vec![(0, 0); names_in(text.as_bytes())];
        let (mut slots, mut sink) = ([[0; 4]; SLOTS], Vec::new());
        let octets = text.as_bytes();
        let read = answer::read(octets, status, members, &asked, &mut names, &mut slots, &mut sink);
        // The crate's reader refuses more: half of a surrogate pair wherever it is.
        let other = json::parse_object(&text, Limits::default());
        let is_success = (200..300).contains(&status);
        let kind = match read {
            Ok(()) => {
                assert!(is_success, "{status} {text}");
                let Ok(object) = other else {
                    assert!(text.contains("\\ud") || text.contains("\\uDC"), "{text}");
                    continue;
                };
                for (member, slot) in members.zip(&slots) {
                    assert!(is_right(&text, &object, member, slot), "{text} {:?}", member.1);
                }
                4
            }
            Err(failure) => {
                let (kind, subject, reason, page, _) = refusal_of(failure, sink);
                assert!(![&subject, &reason].iter().any(|text| text.contains(char::is_control)));
                assert!(page.is_empty() || Safety::of(page.as_bytes()).is_some());
                match &*kind {
                    "OAuth" => 0,
                    "Gateway" => 1,
                    "Http" => {
                        assert!(!is_success && subject.is_empty(), "{text}");
                        2
                    }
                    "Malformed" => {
                        assert!(is_success && subject.starts_with('$') && !reason.is_empty());
                        // What is no JSON for one is none for the other.
                        assert!(other.is_err() || !reason.starts_with("not JSON"), "{text}");
                        3
                    }
                    other => panic!("{other}"),
                }
            }
        };
        seen[kind] += 1;
    }
    assert!(seen.iter().all(|seen| *seen > cases() / 60), "{seen:?}");
}
