//! The reader against serde_json, on accept, reject and value.
//!
//! They differ on purpose in four things: ours refuses a name that an object has twice, refuses
//! what is nested deeper than 32 or has more than 512 members, and keeps every number that the
//! grammar has, where serde_json refuses those beyond an f64 (`1e400`). Lone surrogates both refuse.

use eiam_token::json::{self, JsonError, Limits, ObjectWriter, Reason, Value};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value as Serde;

fn parse(text: &str) -> Result<Value<'_>, JsonError> {
    json::parse(text, Limits::default())
}

/// Whether both readers saw the same value.
pub fn same(ours: &Value<'_>, theirs: &Serde) -> bool {
    match theirs {
        Serde::Null => ours.is_null(),
        Serde::Bool(b) => ours.as_bool() == Some(*b),
        Serde::Number(b) => ours.as_number().is_some_and(|a| same_number(a.as_written(), b)),
        Serde::String(b) => ours.as_str().as_deref() == Some(b),
        Serde::Array(b) => ours
            .as_array()
            .is_some_and(|a| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))),
        Serde::Object(b) => ours.as_object().is_some_and(|a| {
            a.iter().count() == b.len()
                && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| same(&a, b)))
        }),
    }
}

/// Integers exactly; of the others serde_json gets the last bit wrong now and then.
fn same_number(ours: &str, theirs: &serde_json::Number) -> bool {
    match (theirs.as_i64(), theirs.as_u64(), theirs.as_f64()) {
        (Some(number), _, _) => ours.parse() == Ok(number),
        (_, Some(number), _) => ours.parse() == Ok(number),
        (_, _, Some(number)) => {
            let exact: f64 = ours.parse().unwrap();
            (exact - number).abs() <= exact.abs() * 1e-15
        }
        _ => false,
    }
}

/// Whether the verdicts agree, or differ in one of the ways named above.
fn agree(text: &str) -> Result<(), TestCaseError> {
    match (parse(text), serde_json::from_str::<Serde>(text)) {
        (Ok(ours), Ok(theirs)) if same(&ours, &theirs) => Ok(()),
        (Err(_), Err(_)) => Ok(()),
        (Err(error), Ok(_))
            if matches!(
                error.reason,
                Reason::DuplicateMember | Reason::TooDeep { .. } | Reason::TooManyMembers { .. }
            ) =>
        {
            Ok(())
        }
        (Ok(_), Err(error)) if error.to_string().starts_with("number out of range") => Ok(()),
        (ours, theirs) => Err(TestCaseError::fail(format!("{text:?}: {ours:?}, {theirs:?}"))),
    }
}

/// Values as people write them, names that are there twice included.
fn value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|value| value.to_string()),
        any::<i64>().prop_map(|value| value.to_string()),
        any::<f64>()
            .prop_filter("JSON has only finite numbers", |value| value.is_finite())
            .prop_map(|value| format!("{value:e}")),
        "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?",
        string(),
    ];
    leaf.prop_recursive(6, 60, 8, |inner| {
        let member = (string(), space(), inner.clone());
        prop_oneof![
            vec((space(), inner), 0..8).prop_map(|elements| {
                let elements: Vec<_> =
                    elements.into_iter().map(|(space, value)| format!("{space}{value}")).collect();
                format!("[{}]", elements.join(","))
            }),
            vec(member, 0..8).prop_map(|members| {
                let members: Vec<_> = members
                    .into_iter()
                    .map(|(name, space, value)| format!("{space}{name}{space}:{space}{value}"))
                    .collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

fn space() -> impl Strategy<Value = String> {
    "[ \t\r\n]{0,2}"
}

/// A string with its quotes: plain, escaped by serde_json, or with every character escaped.
fn string() -> impl Strategy<Value = String> {
    prop_oneof![
        "\"[a-c]{0,2}\"",
        any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
        any::<String>().prop_map(|text| {
            let units = text.encode_utf16().map(|unit| format!("\\u{unit:04x}"));
            format!("\"{}\"", units.collect::<String>())
        }),
    ]
}

proptest! {
    #![proptest_config(crate::cases(500))]

    #[test]
    fn what_is_json(text in value()) {
        agree(&text)?;
    }

    #[test]
    fn what_is_nearly_json(
        text in value(),
        at in any::<prop::sample::Index>(),
        with in "[\\[\\]{}\",:.eE+0-9a-z\\\\ \u{1}é-]{0,2}",
    ) {
        let mut characters: Vec<char> = text.chars().collect();
        let at = at.index(characters.len());
        characters.splice(at..=at, with.chars());
        agree(&characters.into_iter().collect::<String>())?;
    }

    #[test]
    fn what_is_cut_off(text in value(), at in any::<prop::sample::Index>()) {
        let cut: String = text.chars().take(at.index(text.chars().count())).collect();
        agree(&cut)?;
    }

    #[test]
    fn characters_that_json_is_made_of(text in "[\\[\\]{}\",:.eE+0-9\\\\untrfalse\n-]{0,16}") {
        agree(&text)?;
    }

    #[test]
    fn any_text_at_all(text in any::<String>()) {
        agree(&text)?;
    }

    #[test]
    fn any_bytes_at_all(bytes in vec(any::<u8>(), 0..40)) {
        let ours = json::parse_bytes(&bytes, Limits::default());
        prop_assert_eq!(ours.is_ok(), serde_json::from_slice::<Serde>(&bytes).is_ok());
    }

    #[test]
    fn a_number_keeps_its_digits(text in "-?(0|[1-9][0-9]{0,40})(\\.[0-9]{1,40})?([eE][+-]?[0-9]{1,5})?") {
        let value = parse(&text).unwrap();
        prop_assert_eq!(value.as_number().map(|number| number.as_written()), Some(&*text));
    }

    #[test]
    fn faults_are_where_they_are_said_to_be(text in value(), at in any::<prop::sample::Index>()) {
        let cut: String = text.chars().take(at.index(text.chars().count())).collect();
        if let Err(error) = parse(&cut) {
            let before = &cut[..error.offset];
            prop_assert_eq!(error.line, 1 + before.matches('\n').count());
            let line = before.rsplit('\n').next().unwrap_or_default();
            prop_assert_eq!(error.column, 1 + line.chars().count());
            prop_assert!(error.path.starts_with('$'));
        }
    }

    #[test]
    fn what_the_writer_writes_both_read(name in any::<String>(), text in any::<String>(), number in any::<i64>()) {
        prop_assume!(name != "n" && name != "list");
        let mut object = ObjectWriter::new();
        object.string(&name, &text).integer("n", number).strings("list", [&text, &name]);
        let written = object.finish();
        let theirs: Serde = serde_json::from_str(&written).unwrap();
        prop_assert!(same(&parse(&written).unwrap(), &theirs));
        prop_assert_eq!(theirs[name.as_str()].as_str(), Some(text.as_str()));
        prop_assert_eq!(theirs["n"].as_i64(), Some(number));
    }
}

#[test]
fn the_deliberate_differences() {
    let refused = |text: &str| parse(text).unwrap_err().reason;
    let theirs = |text: &str| serde_json::from_str::<Serde>(text).is_ok();

    let twice = r#"{"a":1,"a":2}"#;
    assert!(theirs(twice));
    assert_eq!(refused(twice), Reason::DuplicateMember);

    let deep = format!("{}{}", "[".repeat(33), "]".repeat(33));
    assert!(theirs(&deep));
    assert_eq!(refused(&deep), Reason::TooDeep { limit: 32 });
    assert!(parse(&deep[1..deep.len() - 1]).is_ok());

    let members: Vec<_> = (0..513).map(|index| format!("\"{index}\":0")).collect();
    let wide = format!("{{{}}}", members.join(","));
    assert!(theirs(&wide));
    assert_eq!(refused(&wide), Reason::TooManyMembers { limit: 512 });

    assert!(!theirs("1e400"));
    assert!(parse("1e400").is_ok());

    for lone in [r#""\ud800""#, r#""\udc00""#, r#""\ud800\ud800""#, r#""\ud800x""#] {
        assert!(!theirs(lone));
        assert_eq!(refused(lone), Reason::Escape);
    }
}
