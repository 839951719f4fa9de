//! The scan against the reader in `crate::json`, which refuses two things wherever they stand, and the rules
//! only where they are read: half of a surrogate pair, and a string of more than 64 KiB.

use super::cases;
use super::texts::{Random, damaged, mended, object, value};
use crate::json::{self, Limits};
use crate::rules::json::{Scan, Wanted, names_in};

/// What is wrong with a text, as a person reads it.
fn scanned(text: &str) -> Result<(), String> {
    let mut names = vec![(0, 0); names_in(text.as_bytes())];
    let mut scan = Scan::new(text.as_bytes(), &mut names);
    if scan.object(&mut Wanted::default()).is_some() {
        return Ok(());
    }
    let (line, column) = scan.position();
    let mut path = Vec::new();
    scan.write_path(&mut path);
    let path = String::from_utf8(path).unwrap();
    let inside = if path.len() > 1 { format!(", in {path}") } else { String::new() };
    Err(format!("{} at line {line} column {column}{inside}", scan.reason.text()))
}

#[track_caller]
fn same(text: &str) -> bool {
    let mended = mended(text);
    let read = json::parse_object(&mended, Limits::default());
    let expected = read.as_ref().map(drop).map_err(ToString::to_string);
    assert_eq!(scanned(text), expected, "{text:?}");
    read.is_ok()
}

#[test]
fn generated_texts_are_taken_or_refused_for_the_same_reason() {
    let mut random = Random(1);
    let (mut taken, mut refused) = (0, 0);
    for _ in 0..cases() {
        let members: Vec<_> = (0..random.below(6))
            .map(|_| {
                (
                    random.pick(&["a", "b", "\\u0062", "c", "access_token", "d", "é"]).to_owned(),
                    value(&mut random, 1),
                )
            })
            .collect();
        let text =
            if random.one_in(10) { value(&mut random, 0) } else { object(&mut random, &members) };
        let text = damaged(&mut random, text);
        *(if same(&text) { &mut taken } else { &mut refused }) += 1;
    }
    assert!(taken * 5 > cases() && refused * 5 > cases(), "{taken} and {refused}");
}

#[test]
fn the_limits_are_the_same() {
    let nested = |depth: usize| {
        format!(
            "{}{}",
            r#"{"a":"#.repeat(depth),
            "[".repeat(3) + &"]".repeat(3) + &"}".repeat(depth)
        )
    };
    for depth in 27..33 {
        same(&nested(depth));
    }
    let members = |count: usize| {
        let members: Vec<_> =
            (0..count).map(|index| format!("\"m{index}\":{{\"m{index}\":1}}")).collect();
        format!("{{{}}}", members.join(","))
    };
    for count in [511, 512, 513] {
        same(&members(count));
        same(&format!("{{\"x\":{}}}", members(count)));
    }
    for length in [(1 << 16) - 1, 1 << 16] {
        let long = "y".repeat(length);
        same(&format!("{{\"a\":\"{long}\"}}"));
        same(&format!("{{\"{long}\":1,\"{long}\":2}}"));
    }
    for length in [(1 << 20) - 3, (1 << 20) - 2, (1 << 20) - 1] {
        same(&format!("{}{{}}", " ".repeat(length)));
    }
}

/// Each of the 512 names of 32 objects, one in the other, is held until its object ends.
#[test]
fn all_names_that_can_be_open_have_room() {
    let members: String = (0..511).map(|index| format!("\"{index:x}\":0,")).collect();
    let text = (0..32).fold("0".to_owned(), |inner, _| format!("{{{members}\"i\":{inner}}}"));
    assert!(same(&text));
}

/// RFC 8259 section 9 leaves limits to the reader: none is on what nobody reads.
#[test]
fn a_long_string_that_nobody_reads_is_taken() {
    let long = "y".repeat((1 << 16) + 1);
    assert_eq!(scanned(&format!("{{\"a\":\"{long}\",\"{long}\":0}}")), Ok(()));
}

/// RFC 8259 section 8.2: the grammar has them.
#[test]
fn half_of_a_surrogate_pair_that_nobody_reads_is_taken() {
    for half in [
        "\\ud83d",
        "\\udc00",
        "\\udc00\\ud83d",
        "\\ud83d\\u0041",
        "\\ud83dx",
        "\\ud83d\\ud83d\\ude00",
    ] {
        assert_eq!(scanned(&format!("{{\"a\":\"{half}\",\"{half}\":0}}")), Ok(()), "{half}");
    }
    for text in ["{\"\\ud83d\":1,\"\\ud83d\":2}", "{\"\\ud83d\\ude00\":1,\"\u{1f600}\":2}"] {
        assert!(scanned(text).unwrap_err().starts_with("duplicate member"), "{text}");
    }
    for text in ["{\"\\ud83d\":1,\"\\udc00\":2}", "{\"\\ud83d\":1,\"\\ufffd\":2}"] {
        assert_eq!(scanned(text), Ok(()), "{text}");
    }
    assert!(scanned("{\"a\":\"\\ud83\"}").unwrap_err().starts_with("not a valid escape"));
}
