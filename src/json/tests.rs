use core::cell::Cell;

use super::*;

thread_local! {
    static COMPARISONS: Cell<usize> = const { Cell::new(0) };
}

/// Counts that two names are compared.
pub(super) fn count_comparison() {
    COMPARISONS.with(|count| count.set(count.get() + 1));
}

/// How many names are compared by what is done.
fn comparisons(work: impl FnOnce()) -> usize {
    COMPARISONS.with(|count| count.set(0));
    work();
    COMPARISONS.with(Cell::get)
}

/// Whoever sends an object must not choose how long it takes to read it: each name is compared with
/// as many others as it takes to halve them until one is left.
#[test]
fn many_members_are_read_and_found_without_comparing_all_with_all() {
    let count = Limits::default().members;
    // In order, against it, and in none.
    for step in [1, count - 1, 201] {
        let names: Vec<_> = (0..count).map(|i| format!("{:04}", i * step % count)).collect();
        let members: Vec<_> = names.iter().map(|name| format!("\"{name}\":\"{name}\"")).collect();
        let text = format!("{{{}}}", members.join(","));
        let most = count * (count.ilog2() as usize + 1);
        let read = comparisons(|| drop(parse_object(&text, Limits::default()).unwrap()));
        assert!(read <= most, "{read} > {most}");
        let object = parse_object(&text, Limits::default()).unwrap();
        let found = comparisons(|| {
            for name in &names {
                assert_eq!(object.member(name).unwrap().as_str().as_deref(), Some(name.as_str()));
            }
            assert_eq!(object.member("none"), None);
        });
        assert!(found <= most + 16, "{found}");
        assert!(object.iter().map(|(name, _)| name).eq(names.iter().map(String::as_str)));
        for name in [&names[0], &names[count / 2], &names[count - 2]] {
            let twice =
                text.replace(&format!("\"{}\":", names[count - 1]), &format!("\"{name}\":"));
            assert_eq!(fail(&twice).reason, Reason::DuplicateMember);
        }
    }
}

fn fail(text: &str) -> JsonError {
    parse(text, Limits::default()).expect_err(text)
}

#[test]
fn reads_every_kind_of_value() {
    let text = r#" {"a":[null,true,false,-1.5e+3,"x"],"b":{},"c":[]} "#;
    let value = parse(text, Limits::default()).unwrap();
    let object = value.as_object().unwrap();
    let elements = object.member("a").unwrap().as_array().unwrap();
    let [null, yes, no, number, string] = elements[..] else { panic!() };
    assert!(null.is_null());
    assert_eq!((yes.as_bool(), no.as_bool(), null.as_bool()), (Some(true), Some(false), None));
    assert_eq!(number.as_number().map(|number| number.as_written()), Some("-1.5e+3"));
    assert_eq!(string.as_str().as_deref(), Some("x"));
    assert_eq!(string.as_written(), "\"x\"");
    let kinds = elements.iter().map(Value::kind).collect::<Vec<_>>();
    assert_eq!(kinds, ["null", "a boolean", "a boolean", "a number", "a string"]);
    for value in elements {
        assert!(value.as_object().is_none() && value.as_array().is_none());
        assert_eq!(value.as_number().is_some(), value == number);
        assert_eq!(value.as_str().is_some(), value == string);
    }
    assert_eq!(object.iter().map(|(name, _)| name).collect::<String>(), "abc");
}

#[test]
fn resolves_escapes_and_surrogate_pairs() {
    let value = parse(r#""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00z""#, Limits::default()).unwrap();
    assert_eq!(value.as_str().as_deref(), Some("\"\\/\u{8}\u{c}\n\r\té😀z"));
}

#[test]
fn refuses_what_rfc_8259_does_not_have() {
    for text in [
        "",
        " ",
        "{",
        "[",
        "{]",
        "[1,]",
        "{\"a\":1,}",
        "{a:1}",
        "'a'",
        "[1 2]",
        "nul",
        "True",
        "01",
        "-",
        "+1",
        ".5",
        "1.",
        "1e",
        "1e+",
        "0x1",
        "NaN",
        "Infinity",
        "\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\ud800\"",
        "\"\\ud800\\u0041\"",
        "\"\\udc00\"",
        "\"a\u{1}\"",
        "1 1",
        "{\"a\" 1}",
        "[\"a\",,\"b\"]",
        "\u{feff}1",
        "//",
        "[1]x",
        "\u{a0}1",
    ] {
        assert!(parse(text, Limits::default()).is_err(), "{text:?}");
    }
    assert_eq!(parse_bytes(b"\"\xff\"", Limits::default()).unwrap_err().offset, 1);
}

#[test]
fn refuses_duplicate_members_wherever_they_are_and_however_they_are_spelled() {
    let error = fail("{\"a\":1,\n \"\\u0061\":2}");
    assert_eq!(error.reason, Reason::DuplicateMember);
    assert_eq!((error.offset, error.line, error.column), (9, 2, 2));
    assert_eq!(error.path, "$.a");
    assert_eq!(fail(r#"{"x":[{"y":1,"y":1}]}"#).path, "$.x[0].y");
}

#[test]
fn positions_count_characters_and_no_text_is_shown() {
    let error = fail("{\"名前\": \"é\", \"key_a\": [1, tru]}");
    assert_eq!((error.line, error.column), (1, 29));
    assert_eq!(error.to_string(), "unexpected character at line 1 column 29, in $.key_a[1]");
    assert_eq!(fail("{\"a b\":x}").path, "$.?");
}

#[test]
fn limits() {
    let limits = Limits { bytes: 20, depth: 2, members: 2, string_bytes: 15 };
    assert!(parse("[[1]]", limits).is_ok());
    assert_eq!(parse("[[[1]]]", limits).unwrap_err().reason, Reason::TooDeep { limit: 2 });
    let members = parse(r#"{"a":1,"b":2,"c":3}"#, limits).unwrap_err();
    assert_eq!(members.reason, Reason::TooManyMembers { limit: 2 });
    let long = parse("\"aaaaaaaaaaaaaaaaaaaa\"", limits).unwrap_err();
    assert_eq!(long.reason, Reason::TooLong { limit: 20 });
    assert!(parse("\"aaaaaaaaaaaaaaa\"", limits).is_ok());
    let string = parse("\"aaaaaaaaaaaaaaaa\"", limits).unwrap_err();
    assert_eq!(string.reason, Reason::StringTooLong { limit: 15 });
    let deep = "[".repeat(100_000);
    assert_eq!(fail(&deep).reason, Reason::TooDeep { limit: 32 });
}

#[test]
fn debug_shows_no_content() {
    let value = parse(r#"{"access_token":"ATsecret","n":12345}"#, Limits::default()).unwrap();
    assert_eq!(format!("{value:?}"), "an object");
}
