//! What JavaScript has to know of the rules: the tables that it hands over, the numbers that it gives and
//! gets, and the texts that numbers stand for. `tools/facts` prints it, and `npm run generate` makes a
//! file of it.

use super::table::Table;
use super::{
    address, answer, eiam, failure, integer, json, number, polling, reason, request, slot,
};

/// One thing to know, by the name that it has in JavaScript.
#[derive(Clone, Debug)]
pub struct Fact {
    /// Its name.
    pub name: String,
    /// What it is, in a sentence.
    pub doc: String,
    /// What it says.
    pub value: Value,
}

/// What a fact says.
#[derive(Clone, Debug)]
pub enum Value {
    /// A number.
    Number(i64),
    /// A text.
    Text(String),
    /// Texts in their order.
    Texts(Vec<&'static str>),
    /// The names of texts that are handed over together, in their order: a type.
    Names(Vec<&'static str>),
}

/// All of them.
#[must_use]
pub fn facts() -> Vec<Fact> {
    let mut facts = vec![texts("REASONS", "The text of each reason.", reason::TEXTS)];
    for (index, name) in failure::Kind::NAMES.iter().enumerate() {
        let doc = format!("The number of the sort of failure `{name}`.");
        facts.push(number(&format!("KIND_{}", screaming(name)), &doc, index as i64));
    }
    for (index, name) in reason::NAMES.iter().enumerate() {
        let doc = format!("The number of `{}`.", reason::TEXTS.get(index).unwrap_or(&""));
        facts.push(number(&format!("REASON_{}", screaming(name)), &doc, index as i64));
    }
    for (name, doc, mark) in MARKS {
        facts.push(number(name, doc, i64::from(*mark)));
    }
    facts.push(number("SLOTS", "How many slots there are.", answer::SLOTS as i64));
    facts.push(number("LONGEST", "The octets of an answer.", json::LONGEST as i64));
    facts.push(number("LONGEST_SECONDS", "The greatest number of seconds.", integer::GREATEST));
    for (name, table) in ANSWERS {
        facts.extend(answer(name, *table));
    }
    for (name, plan) in PLANS {
        facts.extend(request(name, *plan));
    }
    facts.extend(eiam());
    facts.extend(polls());
    facts
}

/// The marks of slots, and the parts of the numbers that calls are given and give.
const MARKS: &[(&str, &str, u32)] = &[
    ("FOUND", "A slot's mark: the member is there, and not `null`.", slot::FOUND),
    ("ESCAPED", "A slot's mark: the content has escapes.", slot::ESCAPED),
    ("ODD", "A slot's mark: something as written is not printable ASCII.", slot::ODD),
    ("KEPT", "A slot's mark: what there was before stays.", slot::KEPT),
    ("UNREAD", "A slot's mark: the member is nothing that can be read.", slot::UNREAD),
    ("HTTP", "An address that may be without TLS.", address::Safety::Http as u32),
    (
        "HTTP_ON_LOOPBACK",
        "An address that may be without TLS on loopback alone.",
        address::Safety::HttpOnLoopback as u32,
    ),
    ("HTTPS", "An address that has to be with TLS.", address::Safety::Https as u32),
    ("METHOD_NONE", "A client that does not authenticate.", request::Method::None as u32),
    ("METHOD_BASIC", "Basic, encoded (RFC 6749 section 2.3.1).", request::Method::Basic as u32),
    (
        "METHOD_BASIC_UNENCODED",
        "Basic as many servers read it, not encoded.",
        request::Method::BasicUnencoded as u32,
    ),
    ("METHOD_POST", "The secret in the form.", request::Method::Post as u32),
    ("LACKS_PORTAL", "Of a request: EIAM's pages are not known.", number::LACKS_PORTAL),
    ("WANTS_ID_TOKEN", "Of an answer: an id_token has to come.", number::WANTS_ID_TOKEN),
    ("IS_REFRESH", "Of an answer: it is to a refresh.", number::IS_REFRESH),
    ("HAS_PROOF", "Of an answer: the client can prove that it has a key.", number::HAS_PROOF),
    ("CHECKS", "Of an id_token: it is checked, not read alone.", number::CHECKS),
    ("BY_SECRET", "Of an id_token: the client's secret is the key.", number::BY_SECRET),
    ("FAILED", "Of what a call gives: it failed.", number::FAILED),
    ("KIND_SHIFT", "How far up the kind of a failure is, in seven bits.", number::KIND_SHIFT),
    ("REASON_SHIFT", "How far up its reason is, in eight bits.", number::REASON_SHIFT),
    ("WORDS", "The length of its words, in the lowest bits.", number::WORDS),
];

/// The tables of answers.
const ANSWERS: &[(&str, Table<'_>)] = &[
    ("TOKENS", answer::TOKENS),
    ("DEVICE", answer::DEVICE),
    ("INTROSPECTION", answer::INTROSPECTION),
    ("METADATA", answer::METADATA),
    ("KEYS", answer::KEYS),
    ("USER_INFO", answer::USER_INFO),
    ("LIFETIME", answer::LIFETIME),
];

/// The plans of requests.
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
];

fn answer(name: &str, table: Table<'static>) -> Vec<Fact> {
    let words = name.to_lowercase().replace('_', " ");
    let table_name = format!("{name}_ANSWER");
    let mut facts =
        vec![text(&table_name, &format!("The members of an answer: {words}."), table.text())];
    for (index, (_, member)) in table.enumerate() {
        let member = as_text(member);
        let doc = format!("The slot of `{member}` in that answer.");
        facts.push(number(&format!("{name}_{}", screaming(member)), &doc, index as i64));
    }
    facts
}

fn request(name: &str, plan: Table<'static>) -> Vec<Fact> {
    let words = name.to_lowercase().replace('_', " ");
    let names = request::values(plan).map(as_text).collect();
    let doc = format!("The values of that request: {words}.");
    vec![
        text(&format!("{name}_PLAN"), &format!("The plan of a request: {words}."), plan.text()),
        Fact { name: format!("{name}_VALUES"), doc, value: Value::Names(names) },
    ]
}

fn eiam() -> Vec<Fact> {
    vec![
        texts("EIAM_PARTS", "What an application of EIAM is made of.", eiam::PART_NAMES),
        texts(
            "EIAM_APPLICATION",
            "The endpoints of an application in the order of METADATA, `{` and a digit for a part, `{5` for the API's host.",
            &eiam::APPLICATION,
        ),
        texts("EIAM_INSTANCE", "The endpoints of an instance's server.", &eiam::INSTANCE),
        texts(
            "EIAM_INSTANCE_BY_DEVELOPER_API",
            "The same without the portal.",
            &eiam::INSTANCE_BY_DEVELOPER_API,
        ),
        text("EIAM_API", "The host of the API.", eiam::API.as_bytes()),
        text("EIAM_DEVELOPER_API", "The host of the DeveloperAPI.", eiam::DEVELOPER_API.as_bytes()),
    ]
}

fn polls() -> Vec<Fact> {
    vec![
        texts("POLL_CODES", "What a server may say while the user decides.", &polling::CODES),
        number("DEFAULT_INTERVAL", "Seconds between polls.", polling::DEFAULT_INTERVAL),
        number("SLOW_DOWN", "Seconds that `slow_down` adds.", polling::SLOW_DOWN),
        number("LONGEST_BACK_OFF", "Seconds of the longest back-off.", polling::LONGEST_BACK_OFF),
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

/// Every table is written as text.
fn as_text(octets: &'static [u8]) -> &'static str {
    core::str::from_utf8(octets).unwrap_or_default()
}

/// A name as JavaScript writes constants.
fn screaming(name: &str) -> String {
    let mut screaming = String::new();
    for (index, letter) in name.char_indices() {
        if letter.is_ascii_uppercase() && index > 0 {
            screaming.push('_');
        }
        screaming.push(letter.to_ascii_uppercase());
    }
    screaming
}
