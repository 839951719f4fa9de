use core::cmp::Ordering;
use core::fmt;
use std::borrow::Cow;

use super::scan::{number_length, unescape};

/// A JSON value, as the part of the text that contains it. `Debug` shows only its kind.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Value<'a>(&'a str);

impl<'a> Value<'a> {
    /// `text` is one value, read already.
    pub(super) fn read(text: &'a str) -> Self {
        Self(text)
    }

    /// The kind of the value, in the words of error messages.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.first() {
            b'n' => "null",
            b't' | b'f' => "a boolean",
            b'"' => "a string",
            b'[' => "an array",
            b'{' => "an object",
            _ => "a number",
        }
    }

    /// Whether this is `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.first() == b'n'
    }

    /// The boolean, if this is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self.first() {
            b't' => Some(true),
            b'f' => Some(false),
            _ => None,
        }
    }

    /// The number, if this is one.
    #[must_use]
    pub fn as_number(&self) -> Option<Number<'a>> {
        matches!(self.first(), b'-' | b'0'..=b'9').then_some(Number(self.0))
    }

    /// The text, its escapes resolved, if this is a string.
    #[must_use]
    pub fn as_str(&self) -> Option<Cow<'a, str>> {
        let quoted = self.0.strip_prefix('"')?;
        unescape(quoted.get(..quoted.len().checked_sub(1)?)?)
    }

    /// The value as it is written in the text, without surrounding space.
    #[must_use]
    pub fn as_written(&self) -> &'a str {
        self.0
    }

    /// Its first byte, which says what it is.
    pub(super) fn first(&self) -> u8 {
        self.0.bytes().next().unwrap_or_default()
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())
    }
}

/// A number with its digits as they were written, in JSON's grammar. `Debug` does not show them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Number<'a>(&'a str);

impl<'a> Number<'a> {
    /// The number in `text`, if the text consists of exactly one number in JSON's grammar.
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

/// An object, with its members in the order in which they were written. No name occurs twice.
/// `Debug` does not show them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Object<'a>(Vec<Member<'a>>);

#[derive(Clone, PartialEq, Eq)]
struct Member<'a> {
    name: Cow<'a, str>,
    value: Value<'a>,
    /// The place of another member: read one after the other, these go through the members in the
    /// order of their names. So an object of many members is as cheap to ask as one of a few, and a
    /// second list is not needed.
    ranked: usize,
}

impl<'a> Object<'a> {
    /// The member of this name.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<Value<'a>> {
        self.at(self.rank(name).ok()?).map(|member| member.value)
    }

    /// Names and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Value<'a>)> {
        self.0.iter().map(|member| (member.name.as_ref(), member.value))
    }

    /// How many members there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Where a name stands among all names, or where it would.
    #[inline(never)]
    pub(super) fn rank(&self, name: &str) -> Result<usize, usize> {
        let (mut low, mut high) = (0, self.0.len());
        while low < high {
            #[cfg(test)]
            super::tests::count_comparison();
            let middle = (low + high) / 2;
            match self.at(middle).map_or("", |member| &member.name).cmp(name) {
                Ordering::Less => low = middle + 1,
                Ordering::Equal => return Ok(middle),
                Ordering::Greater => high = middle,
            }
        }
        Err(low)
    }

    fn at(&self, rank: usize) -> Option<&Member<'a>> {
        self.0.get(self.0.get(rank)?.ranked)
    }

    /// Adds a member whose name is new and has this rank.
    pub(super) fn add(&mut self, rank: usize, name: Cow<'a, str>, value: Value<'a>) {
        let mut ranked = self.0.len();
        for member in self.0.iter_mut().skip(rank) {
            core::mem::swap(&mut member.ranked, &mut ranked);
        }
        self.0.push(Member { name, value, ranked });
    }
}

impl fmt::Debug for Object<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }
}
