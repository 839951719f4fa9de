//! A strict JSON reader (RFC 8259): numbers stay as written, duplicate members are refused, and
//! every error says where.
//!
//! `JSON.parse` and its like round `9007199254740993` and take the last of two `access_token`s;
//! a token client can afford neither.

use core::fmt;
use std::borrow::Cow;

use crate::text;

mod writer;

pub use writer::ObjectWriter;

/// A JSON value that borrows from its text. `Debug` shows the type only.
#[derive(Clone, PartialEq, Eq)]
pub enum Value<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as written.
    Number(Number<'a>),
    /// A string, its escapes resolved.
    String(Cow<'a, str>),
    /// An array.
    Array(Vec<Value<'a>>),
    /// An object.
    Object(Object<'a>),
}

impl<'a> Value<'a> {
    /// What kind of value it is, as error messages say it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::String(_) => "a string",
            Self::Array(_) => "an array",
            Self::Object(_) => "an object",
        }
    }

    /// The text, if this is a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The object, if this is one.
    #[must_use]
    pub fn as_object(&self) -> Option<&Object<'a>> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The elements, if this is an array.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Value<'a>]> {
        match self {
            Self::Array(elements) => Some(elements),
            _ => None,
        }
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())
    }
}

/// A number as its digits were written, in JSON's grammar. `Debug` does not show them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Number<'a>(&'a str);

impl<'a> Number<'a> {
    /// The number that `text` is, if it is nothing but a number in JSON's grammar.
    #[must_use]
    pub fn from_text(text: &'a str) -> Option<Self> {
        (number_length(text.as_bytes()) == Some(text.len())).then_some(Self(text))
    }

    /// The characters as written.
    #[must_use]
    pub fn as_written(&self) -> &'a str {
        self.0
    }
}

impl fmt::Debug for Number<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }
}

/// An object: members in the order written, no name twice.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Object<'a>(Vec<(Cow<'a, str>, Value<'a>)>);

impl<'a> Object<'a> {
    /// The member of this name.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Value<'a>> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// Names and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value<'a>)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), value))
    }
}

impl fmt::Debug for Object<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }
}

/// How much JSON is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The bytes of the whole text.
    pub bytes: usize,
    /// How deep arrays and objects may be nested.
    pub depth: usize,
    /// The members of one object.
    pub members: usize,
}

impl Default for Limits {
    /// 1 MiB, 32 deep, 512 members an object.
    fn default() -> Self {
        Self { bytes: 1 << 20, depth: 32, members: 512 }
    }
}

/// Reads one JSON value and nothing else.
///
/// # Errors
/// Anything that RFC 8259 does not allow, a name that an object has twice, an escape that is not
/// Unicode (a lone surrogate), and more than the limits allow.
///
/// ```
/// use eiam_token::json::{self, Limits};
/// let value = json::parse(r#"{"expires_in": 9007199254740993}"#, Limits::default())?;
/// let object = value.as_object().unwrap();
/// assert!(matches!(object.member("expires_in"),
///     Some(json::Value::Number(number)) if number.as_written() == "9007199254740993"));
/// # Ok::<(), json::JsonError>(())
/// ```
pub fn parse(text: &str, limits: Limits) -> Result<Value<'_>, JsonError> {
    if text.len() > limits.bytes {
        return Err(JsonError::new(Reason::TooLong { limit: limits.bytes }, limits.bytes));
    }
    let fault = JsonError::new(Reason::UnexpectedEnd, 0);
    let mut reader = Reader { text, position: 0, limits, depth: 0, fault };
    reader.document().ok_or_else(|| reader.fault.located(text))
}

/// Reads one JSON value from bytes.
///
/// # Errors
/// As [`parse`], and bytes that are not UTF-8.
pub fn parse_bytes(bytes: &[u8], limits: Limits) -> Result<Value<'_>, JsonError> {
    match core::str::from_utf8(bytes) {
        Ok(text) => parse(text, limits),
        Err(error) => Err(JsonError::new(Reason::Utf8, error.valid_up_to())),
    }
}

/// Why and where a text is refused. No part of the text is kept but the names of members on the
/// way to the fault, and those only where they are plain words: 1 to 32 letters and underscores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// What is wrong.
    pub reason: Reason,
    /// Where, in bytes from the start.
    pub offset: usize,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The value that is wrong, such as `$.keys[2].kid`; `$` is the whole text.
    pub path: String,
}

/// What is wrong with a JSON text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The text ends in the middle of a value.
    UnexpectedEnd,
    /// A character that cannot stand here.
    UnexpectedCharacter,
    /// Something follows the value.
    TrailingCharacters,
    /// A number that JSON's grammar does not have, such as `01` or `1.`.
    Number,
    /// An escape that JSON does not have, or one that is not a Unicode character.
    Escape,
    /// A control character that had to be escaped.
    ControlCharacter,
    /// A name that the object has already.
    DuplicateMember,
    /// Bytes that are not UTF-8.
    Utf8,
    /// Nested deeper than allowed.
    TooDeep {
        /// The depth allowed.
        limit: usize,
    },
    /// More bytes than allowed.
    TooLong {
        /// The bytes allowed.
        limit: usize,
    },
    /// An object with more members than allowed.
    TooManyMembers {
        /// The members allowed.
        limit: usize,
    },
}

impl JsonError {
    fn new(reason: Reason, offset: usize) -> Self {
        Self { reason, offset, line: 1, column: offset + 1, path: String::new() }
    }

    /// Knowing the text, says in which line and column the fault is.
    #[cold]
    fn located(mut self, text: &str) -> Self {
        (self.line, self.column) = (1, 1);
        for byte in text.bytes().take(self.offset) {
            match byte {
                b'\n' => (self.line, self.column) = (self.line + 1, 1),
                // The bytes of a character after its first.
                0x80..=0xbf => {}
                _ => self.column += 1,
            }
        }
        self.path = text::concat(&["$", &self.path]);
        self
    }

    /// What `Display` shows.
    pub(crate) fn message(&self) -> String {
        let (before, limit, after) = match self.reason {
            Reason::UnexpectedEnd => ("the text ends in the middle", None, ""),
            Reason::UnexpectedCharacter => ("unexpected character", None, ""),
            Reason::TrailingCharacters => ("something follows the value", None, ""),
            Reason::Number => ("not a JSON number", None, ""),
            Reason::Escape => ("not a valid escape", None, ""),
            Reason::ControlCharacter => ("a control character in a string", None, ""),
            Reason::DuplicateMember => ("duplicate member", None, ""),
            Reason::Utf8 => ("not UTF-8", None, ""),
            Reason::TooDeep { limit } => ("nested deeper than ", Some(limit), ""),
            Reason::TooLong { limit } => ("longer than ", Some(limit), " bytes"),
            Reason::TooManyMembers { limit } => ("more than ", Some(limit), " members"),
        };
        let limit = limit.map(text::decimal).unwrap_or_default();
        let (line, column) = (text::decimal(self.line), text::decimal(self.column));
        let (before_path, path) =
            if self.path.len() > 1 { (", in ", &*self.path) } else { ("", "") };
        text::concat(&[
            before,
            &limit,
            after,
            " at line ",
            &line,
            " column ",
            &column,
            before_path,
            path,
        ])
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl core::error::Error for JsonError {}

/// Reads from `position` on. A method that gives `None` has failed, and `fault` says why.
struct Reader<'a> {
    text: &'a str,
    position: usize,
    limits: Limits,
    depth: usize,
    fault: JsonError,
}

impl<'a> Reader<'a> {
    fn document(&mut self) -> Option<Value<'a>> {
        self.skip_space();
        let value = self.value()?;
        self.skip_space();
        match self.peek() {
            None => Some(value),
            Some(_) => self.fail(Reason::TrailingCharacters),
        }
    }

    fn value(&mut self) -> Option<Value<'a>> {
        match self.peek() {
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::array),
            Some(b'"') => self.string().map(Value::String),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            _ => self.unexpected(),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Option<Value<'a>>) -> Option<Value<'a>> {
        if self.depth == self.limits.depth {
            return self.fail(Reason::TooDeep { limit: self.limits.depth });
        }
        self.depth += 1;
        self.position += 1;
        self.skip_space();
        let value = read(self)?;
        self.depth -= 1;
        Some(value)
    }

    fn object(&mut self) -> Option<Value<'a>> {
        let mut object = Object::default();
        if self.take(b'}') {
            return Some(Value::Object(object));
        }
        loop {
            self.skip_space();
            let name_offset = self.position;
            let name = self.string()?;
            if object.member(&name).is_some() {
                self.fail_at(name_offset, Reason::DuplicateMember);
                return self.inside(&member_segment(&name));
            }
            if object.0.len() == self.limits.members {
                let limit = self.limits.members;
                self.fail_at(name_offset, Reason::TooManyMembers { limit });
                return None;
            }
            self.skip_space();
            self.expect(b':')?;
            self.skip_space();
            match self.value() {
                Some(value) => object.0.push((name, value)),
                None => return self.inside(&member_segment(&name)),
            }
            self.skip_space();
            if self.take(b'}') {
                return Some(Value::Object(object));
            }
            self.expect(b',')?;
        }
    }

    fn array(&mut self) -> Option<Value<'a>> {
        let mut elements = Vec::new();
        if self.take(b']') {
            return Some(Value::Array(elements));
        }
        loop {
            self.skip_space();
            match self.value() {
                Some(value) => elements.push(value),
                None => return self.inside(&index_segment(elements.len())),
            }
            self.skip_space();
            if self.take(b']') {
                return Some(Value::Array(elements));
            }
            self.expect(b',')?;
        }
    }

    fn number(&mut self) -> Option<Value<'a>> {
        let rest = self.text.get(self.position..).unwrap_or_default();
        let Some(number) = number_length(rest.as_bytes()).and_then(|length| rest.get(..length))
        else {
            return self.fail(Reason::Number);
        };
        self.position += number.len();
        Some(Value::Number(Number(number)))
    }

    fn word(&mut self, word: &str, value: Value<'a>) -> Option<Value<'a>> {
        for byte in word.bytes() {
            self.expect(byte)?;
        }
        Some(value)
    }

    /// Reads a string; one without escapes borrows from the text.
    fn string(&mut self) -> Option<Cow<'a, str>> {
        self.expect(b'"')?;
        let mut start = self.position;
        let mut owned = String::new();
        loop {
            while let Some(0x20..=0x21 | 0x23..=0x5b | 0x5d..) = self.peek() {
                self.position += 1;
            }
            let unescaped = self.text.get(start..self.position).unwrap_or_default();
            match self.peek() {
                Some(b'"') => {
                    self.position += 1;
                    if owned.is_empty() {
                        return Some(Cow::Borrowed(unescaped));
                    }
                    owned.push_str(unescaped);
                    return Some(Cow::Owned(owned));
                }
                Some(b'\\') => {
                    owned.push_str(unescaped);
                    owned.push(self.escape()?);
                    start = self.position;
                }
                Some(_) => return self.fail(Reason::ControlCharacter),
                None => return self.fail(Reason::UnexpectedEnd),
            }
        }
    }

    fn escape(&mut self) -> Option<char> {
        let start = self.position;
        self.position += 1;
        let character = match self.peek() {
            Some(byte @ (b'"' | b'\\' | b'/')) => Some(char::from(byte)),
            Some(b'b') => Some('\u{8}'),
            Some(b'f') => Some('\u{c}'),
            Some(b'n') => Some('\n'),
            Some(b'r') => Some('\r'),
            Some(b't') => Some('\t'),
            Some(b'u') => self.unicode_escape(),
            Some(_) => None,
            None => return self.fail(Reason::UnexpectedEnd),
        };
        self.position += 1;
        if character.is_none() {
            self.fail_at(start, Reason::Escape);
        }
        character
    }

    /// From the `u` to the last digit.
    fn unicode_escape(&mut self) -> Option<char> {
        let first = self.hex4()?;
        if !(0xd800..0xdc00).contains(&first) {
            return char::from_u32(first);
        }
        self.position += 1;
        if !(self.take(b'\\') && self.peek() == Some(b'u')) {
            return None;
        }
        let low = self.hex4()?.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
        char::from_u32(0x10000 + ((first - 0xd800) << 10) + low)
    }

    fn hex4(&mut self) -> Option<u32> {
        let mut value = 0;
        for _ in 0..4 {
            self.position += 1;
            value = value << 4 | self.peek().and_then(|byte| char::from(byte).to_digit(16))?;
        }
        Some(value)
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.position += usize::from(found);
        found
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        if self.take(byte) { Some(()) } else { self.unexpected() }
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.position += 1;
        }
    }

    fn unexpected<T>(&mut self) -> Option<T> {
        let at_end = self.position == self.text.len();
        self.fail(if at_end { Reason::UnexpectedEnd } else { Reason::UnexpectedCharacter })
    }

    fn fail<T>(&mut self, reason: Reason) -> Option<T> {
        self.fail_at(self.position, reason);
        None
    }

    #[cold]
    fn fail_at(&mut self, offset: usize, reason: Reason) {
        (self.fault.offset, self.fault.reason) = (offset, reason);
    }

    /// Hands on the failure of a value inside this one.
    #[cold]
    fn inside<T>(&mut self, segment: &str) -> Option<T> {
        self.fault.path = text::concat(&[segment, &self.fault.path]);
        None
    }
}

/// How many bytes at the start of `bytes` are a number in JSON's grammar; `None` if they begin like
/// one and go on wrongly.
fn number_length(bytes: &[u8]) -> Option<usize> {
    let digits_from =
        |start: usize| bytes.iter().skip(start).take_while(|byte| byte.is_ascii_digit()).count();
    let at = |index: usize| bytes.get(index).copied();

    let integer = usize::from(at(0) == Some(b'-'));
    let mut end = integer + digits_from(integer);
    if end == integer || (at(integer) == Some(b'0') && end > integer + 1) {
        return None;
    }
    if at(end) == Some(b'.') {
        let digits = digits_from(end + 1);
        if digits == 0 {
            return None;
        }
        end += 1 + digits;
    }
    if let Some(b'e' | b'E') = at(end) {
        let sign = usize::from(matches!(at(end + 1), Some(b'+' | b'-')));
        let digits = digits_from(end + 1 + sign);
        if digits == 0 {
            return None;
        }
        end += 1 + sign + digits;
    }
    Some(end)
}

#[cold]
fn member_segment(name: &str) -> String {
    // Letters only: hardly a token or a code is without a digit.
    let plain = name.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    if plain && (1..=32).contains(&name.len()) {
        text::concat(&[".", name])
    } else {
        ".?".to_owned()
    }
}

#[cold]
fn index_segment(index: usize) -> String {
    text::concat(&["[", &text::decimal(index), "]"])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fail(text: &str) -> JsonError {
        parse(text, Limits::default()).expect_err(text)
    }

    #[test]
    fn reads_every_kind_of_value() {
        let text = r#" {"a":[null,true,false,-1.5e+3,"x"],"b":{},"c":[]} "#;
        let value = parse(text, Limits::default()).unwrap();
        let object = value.as_object().unwrap();
        let elements = object.member("a").and_then(Value::as_array).unwrap();
        let expected = [
            Value::Null,
            Value::Bool(true),
            Value::Bool(false),
            Value::Number(Number("-1.5e+3")),
            Value::String("x".into()),
        ];
        assert_eq!(elements, expected);
        assert_eq!(object.iter().map(|(name, _)| name).collect::<String>(), "abc");
    }

    #[test]
    fn resolves_escapes_and_surrogate_pairs() {
        let value = parse(r#""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00z""#, Limits::default()).unwrap();
        assert_eq!(value.as_str(), Some("\"\\/\u{8}\u{c}\n\r\té😀z"));
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
        let limits = Limits { bytes: 20, depth: 2, members: 2 };
        assert!(parse("[[1]]", limits).is_ok());
        assert_eq!(parse("[[[1]]]", limits).unwrap_err().reason, Reason::TooDeep { limit: 2 });
        let members = parse(r#"{"a":1,"b":2,"c":3}"#, limits).unwrap_err();
        assert_eq!(members.reason, Reason::TooManyMembers { limit: 2 });
        let long = parse("\"aaaaaaaaaaaaaaaaaaaa\"", limits).unwrap_err();
        assert_eq!(long.reason, Reason::TooLong { limit: 20 });
        let deep = "[".repeat(100_000);
        assert_eq!(fail(&deep).reason, Reason::TooDeep { limit: 32 });
    }

    #[test]
    fn debug_shows_no_content() {
        let value = parse(r#"{"access_token":"ATsecret","n":12345}"#, Limits::default()).unwrap();
        assert_eq!(format!("{value:?}"), "an object");
    }
}
