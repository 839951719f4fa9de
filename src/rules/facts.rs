//! What JavaScript has to know of the rules: the tables that it passes to the module, the numbers that it
//! passes and gets, and the texts that numbers stand for. `tools/facts` prints them, and `npm run generate`
//! writes them to `pkg/src/client/generated/tables.ts`.

use super::reason::{self, Reason};
use super::table::Table;
use super::{address, answer, json, number, polling, request, slot};

/// A constant or a type of JavaScript that says something about the rules.
#[derive(Clone, Debug)]
pub struct Fact {
    /// Its name in JavaScript.
    pub name: String,
    /// Its doc comment.
    pub doc: String,
    /// Its value.
    pub value: Value,
}

/// The value of a fact.
#[derive(Clone, Debug)]
pub enum Value {
    /// A number.
    Number(i64),
    /// A text.
    Text(String),
    /// Texts in their order.
    Texts(Vec<&'static str>),
}

/// All facts, in the order in which they are written.
#[must_use]
pub fn facts() -> Vec<Fact> {
    let mut facts = vec![texts(
        "REASONS",
        "The text of each reason why a text is no JSON object.",
        reason::of_json(),
    )];
    for (name, doc, mark) in MARKS {
        facts.push(number(name, doc, i64::from(*mark)));
    }
    facts.push(number("SLOTS", "How many slots there are.", answer::SLOTS as i64));
    facts.push(number("LONGEST", "The most octets that an answer may have.", json::LONGEST as i64));
    for (name, table) in ANSWERS {
        facts.push(answer(name, *table));
    }
    for (name, plan) in PLANS {
        facts.push(request(name, *plan));
    }
    facts.extend(polls());
    facts
}

/// The marks of slots, and other numbers.
const MARKS: &[(&str, &str, u32)] = &[
    (
        "REASON_TRAILING_CHARACTERS",
        "The reason for text that something follows.",
        Reason::TrailingCharacters as u32,
    ),
    ("REASON_TOO_LONG", "The reason for text that is too long.", Reason::TooLong as u32),
    ("ESCAPED", "A slot's mark: the content has escapes.", slot::ESCAPED),
    ("ODD", "A slot's mark: the content has a character that is not printable ASCII.", slot::ODD),
    ("HALF", "A slot's mark: the content has half of a surrogate pair.", slot::HALF),
    ("HTTP", "The safety of an address that may be without TLS.", address::Safety::Http as u32),
    (
        "HTTP_ON_LOOPBACK",
        "The safety of an address that may be without TLS on loopback only.",
        address::Safety::HttpOnLoopback as u32,
    ),
    ("HTTPS", "The safety of an address that has to be with TLS.", address::Safety::Https as u32),
    ("OUT", "The octets of the result of a call that writes a text.", number::OUT as u32),
    ("TABLE", "The octets of the table of an answer's members.", number::TABLE as u32),
];

/// The tables of answers, with the beginnings of their names in JavaScript.
const ANSWERS: &[(&str, Table<'_>)] = &[
    ("TOKENS", answer::TOKENS),
    ("DEVICE", answer::DEVICE),
    ("INTROSPECTION", answer::INTROSPECTION),
    ("METADATA", answer::METADATA),
    ("KEYS", answer::KEYS),
    ("USER_INFO", answer::USER_INFO),
    ("LIFETIME", answer::LIFETIME),
    ("CLAIMS", answer::CLAIMS),
    ("REFUSAL", answer::REFUSAL),
    ("PUSHED", answer::PUSHED),
    ("REGISTRATION", answer::REGISTRATION),
];

/// The plans of requests, with the beginnings of their names in JavaScript.
const PLANS: &[(&str, Table<'_>)] = &[
    ("AUTHORIZATION", request::AUTHORIZATION),
    ("AUTHORIZATION_CODE", request::AUTHORIZATION_CODE),
    ("DEVICE_CODE", request::DEVICE_CODE),
    ("REFRESH_TOKEN", request::REFRESH_TOKEN),
    ("CLIENT_CREDENTIALS", request::CLIENT_CREDENTIALS),
    ("PASSWORD", request::PASSWORD),
    ("DEVICE_AUTHORIZATION", request::DEVICE_AUTHORIZATION),
    ("USER_INFO", request::USER_INFO),
    ("REVOCATION", request::REVOCATION),
    ("INTROSPECTION", request::INTROSPECTION),
    ("LOGOUT", request::LOGOUT),
    ("KEYS", request::KEYS),
    ("PUSHED", request::PUSHED),
    ("PUSHED_PAGE", request::PUSHED_PAGE),
    ("TOKEN_EXCHANGE", request::TOKEN_EXCHANGE),
    ("JWT_BEARER", request::JWT_BEARER),
];

fn answer(name: &str, table: Table<'static>) -> Fact {
    let words = name.to_lowercase().replace('_', " ");
    text(&format!("{name}_ANSWER"), &format!("The members of an answer: {words}."), table.text())
}

fn request(name: &str, plan: Table<'static>) -> Fact {
    let words = name.to_lowercase().replace('_', " ");
    text(&format!("{name}_PLAN"), &format!("The plan of a request: {words}."), plan.text())
}

fn polls() -> Vec<Fact> {
    vec![
        number(
            "DEFAULT_INTERVAL",
            "The seconds between polls, unless the server says another number.",
            polling::DEFAULT_INTERVAL,
        ),
        number(
            "SLOW_DOWN",
            "The seconds that `slow_down` adds to the time between polls.",
            polling::SLOW_DOWN,
        ),
        number(
            "LONGEST_BACK_OFF",
            "The seconds between polls up to which a poll without an answer doubles them.",
            polling::LONGEST_BACK_OFF,
        ),
    ]
}

fn number(name: &str, doc: &str, value: i64) -> Fact {
    Fact { name: name.to_owned(), doc: doc.to_owned(), value: Value::Number(value) }
}

fn text(name: &str, doc: &str, value: &'static [u8]) -> Fact {
    let value = Value::Text(as_text(value).to_owned());
    Fact { name: name.to_owned(), doc: doc.to_owned(), value }
}

fn texts(name: &str, doc: &str, texts: &[&'static str]) -> Fact {
    Fact { name: name.to_owned(), doc: doc.to_owned(), value: Value::Texts(texts.to_vec()) }
}

/// The text of a table or of a name in it, which is always ASCII.
fn as_text(octets: &'static [u8]) -> &'static str {
    core::str::from_utf8(octets).unwrap_or_default()
}
