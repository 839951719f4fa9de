use std::borrow::Cow;

use super::error::{JsonError, Reason};
use super::limits::Limits;
use super::scan::{escape, number_length, plain_length, unescape};
use super::value::{Object, Value};
use crate::text;

/// Reads from `position` on. A method that gives `None` has failed, and `fault` says why.
pub(super) struct Reader<'a> {
    text: &'a str,
    position: usize,
    limits: Limits,
    depth: usize,
    fault: Fault,
}

/// What is wrong, where, and in which value of the outermost one.
struct Fault {
    reason: Reason,
    offset: usize,
    path: String,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, limits: Limits) -> Self {
        let fault = Fault { reason: Reason::UnexpectedEnd, offset: 0, path: String::new() };
        Self { text, position: 0, limits, depth: 0, fault }
    }

    /// Reads the whole text as one value.
    pub(super) fn document<T>(mut self, read: fn(&mut Self) -> Option<T>) -> Result<T, JsonError> {
        match self.read_document(read) {
            Some(value) => Ok(value),
            None => Err(self.error()),
        }
    }

    fn read_document<T>(&mut self, read: fn(&mut Self) -> Option<T>) -> Option<T> {
        let limit = self.limits.bytes;
        if self.text.len() > limit {
            self.fail_at(limit, Reason::TooLong { limit });
            return None;
        }
        self.skip_space();
        let value = read(self)?;
        self.skip_space();
        match self.peek() {
            None => Some(value),
            Some(_) => self.fail(Reason::TrailingCharacters),
        }
    }

    /// Reads an object where nothing else may be.
    pub(super) fn only_object(&mut self) -> Option<Object<'a>> {
        if self.peek() == Some(b'{') {
            return self.object();
        }
        let found = self.value()?.kind();
        self.fault.offset = 0;
        self.fault.reason = Reason::NotAnObject { found };
        None
    }

    pub(super) fn value(&mut self) -> Option<Value<'a>> {
        let start = self.position;
        match self.peek() {
            Some(b'{') => self.object().map(drop),
            Some(b'[') => self.array().map(drop),
            Some(b'"') => self.string().map(|_| ()),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word(b"true"),
            Some(b'f') => self.word(b"false"),
            Some(b'n') => self.word(b"null"),
            _ => self.unexpected(),
        }?;
        self.since(start).map(Value::read)
    }

    pub(super) fn object(&mut self) -> Option<Object<'a>> {
        let mut object = Object::default();
        self.enter()?;
        while self.more(object.len() == 0, b'}')? {
            let name_offset = self.position;
            let name = match self.string()? {
                Str { content, escaped: false } => Cow::Borrowed(content),
                Str { content, .. } => unescape(content)?,
            };
            let Err(rank) = object.rank(&name) else {
                self.fail_at(name_offset, Reason::DuplicateMember);
                return self.inside(&member_segment(&name));
            };
            if object.len() == self.limits.members {
                let limit = self.limits.members;
                self.fail_at(name_offset, Reason::TooManyMembers { limit });
                return None;
            }
            self.skip_space();
            self.expect(b':')?;
            self.skip_space();
            match self.value() {
                Some(value) => object.add(rank, name, value),
                None => return self.inside(&member_segment(&name)),
            }
        }
        Some(object)
    }

    pub(super) fn array(&mut self) -> Option<Vec<Value<'a>>> {
        let mut elements = Vec::new();
        self.enter()?;
        while self.more(elements.is_empty(), b']')? {
            match self.value() {
                Some(value) => elements.push(value),
                None => return self.inside(&index_segment(elements.len())),
            }
        }
        Some(elements)
    }

    /// Goes into an array or object.
    fn enter(&mut self) -> Option<()> {
        let limit = self.limits.depth;
        if self.depth == limit {
            return self.fail(Reason::TooDeep { limit });
        }
        self.depth += 1;
        self.position += 1;
        Some(())
    }

    /// Whether another element or member comes; if not, it is out of the array or object again.
    fn more(&mut self, first: bool, end: u8) -> Option<bool> {
        self.skip_space();
        if self.take(end) {
            self.depth -= 1;
            return Some(false);
        }
        if !first {
            self.expect(b',')?;
            self.skip_space();
        }
        Some(true)
    }

    fn number(&mut self) -> Option<()> {
        match number_length(self.rest()) {
            Some(length) => self.position += length,
            None => return self.fail(Reason::Number),
        }
        Some(())
    }

    fn word(&mut self, word: &[u8]) -> Option<()> {
        word.iter().try_for_each(|byte| self.expect(*byte))
    }

    /// Reads a string, quotes and all.
    fn string(&mut self) -> Option<Str<'a>> {
        self.expect(b'"')?;
        let start = self.position;
        let mut escaped = false;
        loop {
            self.position += plain_length(self.rest());
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    self.escape()?;
                }
                Some(_) => return self.fail(Reason::ControlCharacter),
                None => return self.fail(Reason::UnexpectedEnd),
            }
        }
        let content = self.since(start)?;
        let limit = self.limits.string_bytes;
        if content.len() > limit {
            self.fail_at(start, Reason::StringTooLong { limit });
            return None;
        }
        self.position += 1;
        Some(Str { content, escaped })
    }

    fn escape(&mut self) -> Option<char> {
        let start = self.position;
        let read = escape(self.rest());
        if let Some((character, length)) = read {
            self.position += length;
            return Some(character);
        }
        let cut_off = self.rest().len() < 2;
        self.fail_at(start, if cut_off { Reason::UnexpectedEnd } else { Reason::Escape });
        None
    }

    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.position..).unwrap_or_default()
    }

    fn since(&self, start: usize) -> Option<&'a str> {
        self.text.get(start..self.position)
    }

    #[inline(always)]
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    #[inline]
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

    #[cold]
    fn unexpected<T>(&mut self) -> Option<T> {
        let at_end = self.position == self.text.len();
        self.fail(if at_end { Reason::UnexpectedEnd } else { Reason::UnexpectedCharacter })
    }

    #[cold]
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

    #[cold]
    fn error(self) -> JsonError {
        let Fault { reason, offset, path } = self.fault;
        JsonError::located(reason, offset, &path, self.text)
    }
}

/// What stands between the quotes of a string.
struct Str<'a> {
    content: &'a str,
    escaped: bool,
}

impl<'a> Value<'a> {
    /// The object, if this is one.
    #[must_use]
    pub fn as_object(&self) -> Option<Object<'a>> {
        if self.first() == b'{' { Reader::new(self.as_written(), ALL).object() } else { None }
    }

    /// The elements, if this is an array.
    #[must_use]
    pub fn as_array(&self) -> Option<Vec<Value<'a>>> {
        if self.first() == b'[' { Reader::new(self.as_written(), ALL).array() } else { None }
    }
}

/// What is read a second time has kept to its limits the first time.
const ALL: Limits =
    Limits { bytes: usize::MAX, depth: usize::MAX, members: usize::MAX, string_bytes: usize::MAX };

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
