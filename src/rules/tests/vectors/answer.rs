//! How answers are judged.

use super::{Vectors, string};
use crate::json::ObjectWriter;
use crate::rules::address::Safety;
use crate::rules::answer::{self, Asked, SLOTS};
use crate::rules::json::names_in;
use crate::rules::member::{
    ARRAY, CLAIM, DATE, FLAG, LOOSE_SECONDS, SECONDS, kind, optional, required,
};
use crate::rules::slot::{FOUND, Slot, UNREAD, content, seconds};
use crate::rules::table::{Table, table};
use crate::rules::tests::read_answers::{TABLES, body};
use crate::rules::tests::refusal::refusal_of;
use crate::rules::tests::texts::{Random, damaged};
use crate::rules::unescaped::Unescaped;

const ABOUT: &str = "Answers, and what was asked for: `values` are those of the members that are there (seconds as digits, arrays \
    as they are written), `unread` says why others are not read, or `failure` has the kind, what it is about and the reason.";

/// Numbers of every spelling, as whole seconds and as moments.
const NUMBERS: Table<'_> = table![
    optional("one", SECONDS),
    optional("two", CLAIM),
    optional("three", LOOSE_SECONDS),
    required("four", DATE)
];

const SPELLINGS: &[&str] = &[
    "0",
    "-0",
    "00",
    "7",
    "-7",
    "1e0",
    "1E+3",
    "36e2",
    "36.50e2",
    "3600.0",
    "3600.5",
    "0.5",
    "-0.5",
    "-1.5",
    "5e-1",
    "50e-1",
    "1500e-2",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "9.223372036854775807e18",
    "1e18",
    "1e19",
    "1e400",
    "1e-400",
    "0e99999999999999999999",
    "100000000000000000000e-20",
    "1.0000000000000000000000001",
    "999999999999999",
    "1000000000000000",
    "1e99999999999999999999",
    "12.0e-1",
    "1.",
    ".5",
    "1e",
    "+1",
    "0x1",
    " 1",
    "1 ",
    "123456789012345678901234567890.5",
    "true",
    "null",
    "[]",
    "{}",
];

#[test]
fn answers_are_judged_as_the_file_says() {
    let mut random = Random(46);
    let (mut cases, mut good) = (Vec::new(), 0);
    for index in 0..1400 {
        let (members, text) = match index {
            0..1000 => {
                let members = random.pick(&TABLES);
                (members, body(&mut random, members))
            }
            _ => {
                let values = ["one", "two", "three", "four"].map(|name| {
                    let spelling = random.pick(SPELLINGS);
                    let is_text = random.one_in(3)
                        || spelling.contains([' ', '+', 'x'])
                        || spelling.ends_with('.');
                    if is_text {
                        format!("\"{name}\":\"{spelling}\"")
                    } else {
                        format!("\"{name}\":{spelling}")
                    }
                });
                (NUMBERS, format!("{{{}}}", values.join(",")))
            }
        };
        let text = if random.one_in(8) { damaged(&mut random, text) } else { text };
        let status = random.pick(&[200, 200, 200, 200, 201, 299, 300, 400, 500]);
        let asked = Asked {
            least: random.pick(&[Safety::Http, Safety::HttpOnLoopback, Safety::Https]),
            id_token: random.one_in(4),
            refresh: random.one_in(4),
            proof: random.one_in(4),
        };
        let mut names = vec![(0, 0); names_in(text.as_bytes())];
        let (mut slots, mut sink) = ([[0; 4]; SLOTS], Vec::new());
        let read = answer::read(
            text.as_bytes(),
            status,
            members,
            &asked,
            &mut names,
            &mut slots,
            &mut sink,
        );
        let mut object = ObjectWriter::new();
        object
            .string("table", std::str::from_utf8(members.text()).unwrap())
            .integer("status", status.into())
            .integer("least", asked.least as i64)
            .boolean("idToken", asked.id_token)
            .boolean("refresh", asked.refresh)
            .boolean("proof", asked.proof)
            .string("body", &text);
        match read {
            Ok(()) => {
                good += 1;
                let (mut values, mut unread) = (ObjectWriter::new(), ObjectWriter::new());
                for ((letter, name), slot) in members.zip(&slots) {
                    let name = std::str::from_utf8(name).unwrap();
                    if let [reason, _, UNREAD, _] = slot {
                        unread.string(name, crate::rules::reason::TEXTS[*reason as usize]);
                    } else if let Some(value) = value(&text, letter, slot) {
                        values.raw(name, &value);
                    }
                }
                object.raw("values", &values.finish()).raw("unread", &unread.finish());
            }
            Err(failure) => {
                let (kind, subject, reason, page, id) = refusal_of(failure, sink);
                object.strings("failure", [&*kind, &subject, &reason, &page, &id]);
            }
        }
        cases.push(object.finish());
    }
    assert!(good > 200 && cases.len() - good > 200, "{good}");
    Vectors::new("answer", ABOUT).list("cases", &cases).check();
}

/// The value in a slot as JSON; `None` if there is none, or a text that is empty and so says nothing.
fn value(text: &str, letter: u8, slot: &Slot) -> Option<String> {
    if slot[2] & FOUND == 0 {
        return None;
    }
    let written = content(text.as_bytes(), slot);
    Some(match kind(letter).0 {
        SECONDS | DATE | LOOSE_SECONDS | CLAIM => format!("\"{}\"", seconds(slot)?),
        FLAG => (slot[0] == 1).to_string(),
        ARRAY => string(std::str::from_utf8(written).unwrap()),
        _ if written.is_empty() => return None,
        _ => string(&String::from_utf8(Unescaped::of_json(written).collect()).unwrap()),
    })
}
