//! A strict scan of a JSON text (RFC 8259): it notes where the wanted members of the outermost object
//! are, and refuses the whole text if anything is wrong with it, duplicate names included.

use super::failure::{Failure, Kind};
use super::reason::Reason;
use super::sink::Sink;
use super::slot::{ESCAPED, FOUND, HALF, ODD, Slot};
use super::table::Table;
use super::unescaped::{Unescaped, escape, is_half};
use crate::octets;

/// The most octets that a text may have.
pub(crate) const LONGEST: usize = 1 << 20;

/// How deep arrays and objects may be nested.
const DEPTH: usize = 32;

/// The most members that one object may have.
const MEMBERS: usize = 512;

/// The most names that the objects which are open at a time can have together.
pub(crate) const NAMES: usize = DEPTH * MEMBERS;

/// The most names for which a scan of this text needs room: a member has at least the five characters `"":0,`.
pub(crate) fn names_in(text: &[u8]) -> usize {
    (text.len() / 5 + 1).min(DEPTH * MEMBERS)
}

/// Where in a text the content of a name begins, with the bit [`HAS_ESCAPES`] if it has some, and where it ends.
pub(crate) type Name = (u32, u32);

/// The bit of a [`Name`] that has escapes. No text is so long that the bit could belong to its beginning.
const HAS_ESCAPES: u32 = 1 << 31;

/// A scan under way. A method that gives `None` has failed, and `reason` and `offset` say why and where.
pub(crate) struct Scan<'a> {
    pub(crate) text: &'a [u8],
    /// The place of the next octet.
    at: usize,
    /// The marks of the string that was read last.
    marks: u32,
    /// The names of the objects that are open, those of the outermost object first.
    names: &'a mut [Name],
    /// How many names the open objects have so far.
    held: usize,
    /// Why the scan has failed.
    pub(crate) reason: Reason,
    /// Where the scan has failed.
    pub(crate) offset: usize,
    /// The way to the value that is read: for each object the name of a member, and for each array the index of
    /// an element and 0. No name ends at 0, so that the two can be told apart.
    path: [Name; DEPTH],
    /// How many steps of the path count.
    steps: usize,
}

/// The members of the outermost object that are wanted.
#[derive(Default)]
pub(crate) struct Wanted<'a> {
    /// Their names.
    pub(crate) members: Table<'a>,
    /// The slots of the members, in the order of the table. A name without a slot is not noted.
    pub(crate) slots: &'a mut [Slot],
}

impl Wanted<'_> {
    /// The slot of the member with this name; `None` if it is not wanted.
    fn slot(&mut self, name: &[u8], has_escapes: bool) -> Option<&mut Slot> {
        let index = self.members.find(name, has_escapes)?;
        self.slots.get_mut(index)
    }
}

impl<'a> Scan<'a> {
    /// Begins to scan a text. `names` is room for at least [`names_in`] names.
    pub(crate) fn new(text: &'a [u8], names: &'a mut [Name]) -> Self {
        Self {
            text,
            at: 0,
            marks: 0,
            names,
            held: 0,
            reason: Reason::UnexpectedEnd,
            offset: 0,
            path: [(0, 0); DEPTH],
            steps: 0,
        }
    }

    /// Reads the whole text as one object, and notes the members that are wanted.
    #[inline(never)]
    pub(crate) fn object(&mut self, wanted: &mut Wanted<'_>) -> Option<()> {
        if self.text.len() > LONGEST {
            return self.fail_at(LONGEST, Reason::TooLong);
        }
        let first = self.space();
        self.value(0, wanted)?;
        self.steps = 0;
        if first != b'{' {
            let reason = match first {
                b'"' => Reason::NotAnObjectButString,
                b'[' => Reason::NotAnObjectButArray,
                b'n' => Reason::NotAnObjectButNull,
                b't' | b'f' => Reason::NotAnObjectButBoolean,
                _ => Reason::NotAnObjectButNumber,
            };
            return self.fail_at(0, reason);
        }
        self.space();
        match self.at == self.text.len() {
            true => Some(()),
            false => self.fail(Reason::TrailingCharacters),
        }
    }

    /// Finds the next element of a text that is an array and was scanned before; `None` after the last one.
    pub(crate) fn element(&mut self) -> Option<Slot> {
        let is_first = self.at == 0;
        self.at += usize::from(is_first);
        if !self.more(0, is_first, b']')? {
            return None;
        }
        let (from, first) = (self.at, self.peek());
        self.value(1, &mut Wanted::default())?;
        Some(self.slot(from, first))
    }

    /// Reads another text as an object while this scan rests between two elements, so that both can use the same
    /// room for names.
    pub(crate) fn inner(&mut self, text: &[u8], mut wanted: Wanted<'_>) -> Option<()> {
        self.within(text).object(&mut wanted)
    }

    /// Begins to scan another text, such as an array within the element, while this scan rests between two elements.
    pub(crate) fn within<'b>(&'b mut self, text: &'b [u8]) -> Scan<'b> {
        Scan::new(text, self.names)
    }

    /// The slot of the value that begins at `from` with the octet `first`, and has just been read.
    fn slot(&self, from: usize, first: u8) -> Slot {
        let (quote, marks) = match first {
            b'"' => (1, self.marks),
            _ => (0, FOUND),
        };
        [(from + quote) as u32, (self.at - quote) as u32, marks, first.into()]
    }

    /// Reads a value. Only the members of an object at depth 0 are noted.
    fn value(&mut self, depth: usize, wanted: &mut Wanted<'_>) -> Option<()> {
        match self.peek() {
            b'"' => self.string(),
            b'{' => self.members(depth, wanted),
            b'[' => self.elements(depth, wanted),
            b'-' | b'0'..=b'9' => self.number(),
            b't' => self.word(b"true"),
            b'f' => self.word(b"false"),
            b'n' => self.word(b"null"),
            _ => self.unexpected(),
        }
    }

    fn members(&mut self, depth: usize, wanted: &mut Wanted<'_>) -> Option<()> {
        let base = self.held;
        self.enter(depth)?;
        while self.more(depth, self.held == base, b'}')? {
            let start = self.at + 1;
            self.string()?;
            let end = self.at - 1;
            let has_escapes = self.marks & ESCAPED != 0;
            let name = (start as u32 | if has_escapes { HAS_ESCAPES } else { 0 }, end as u32);
            if self.has_name(base, name) {
                self.step(depth, name);
                return self.fail_at(start - 1, Reason::DuplicateMember);
            }
            match self.names.get_mut(self.held) {
                Some(held) if self.held - base < MEMBERS => *held = name,
                _ => return self.fail_at(start - 1, Reason::TooManyMembers),
            }
            self.held += 1;
            self.space();
            self.expect(b':')?;
            let first = self.space();
            self.step(depth, name);
            let from = self.at;
            self.value(depth + 1, wanted)?;
            if depth == 0
                && let Some(slot) = wanted.slot(content(self.text, name), has_escapes)
            {
                *slot = self.slot(from, first);
            }
        }
        self.held = base;
        Some(())
    }

    fn elements(&mut self, depth: usize, wanted: &mut Wanted<'_>) -> Option<()> {
        let mut index = 0;
        self.enter(depth)?;
        while self.more(depth, index == 0, b']')? {
            self.step(depth, (index, 0));
            self.value(depth + 1, wanted)?;
            index += 1;
        }
        Some(())
    }

    /// Goes into an array or object, unless it is nested too deeply.
    fn enter(&mut self, depth: usize) -> Option<()> {
        if depth == DEPTH {
            return self.fail(Reason::TooDeep);
        }
        self.at += 1;
        Some(())
    }

    /// Goes to the next element or member and gives `true`, or goes out of the array or object and gives `false`.
    fn more(&mut self, depth: usize, is_first: bool, end: u8) -> Option<bool> {
        self.steps = depth;
        if self.space() == end {
            self.at += 1;
            return Some(false);
        }
        if !is_first {
            self.expect(b',')?;
            self.space();
        }
        Some(true)
    }

    /// Notes that the value which is read next is that of this member or element.
    fn step(&mut self, depth: usize, step: Name) {
        if let Some(place) = self.path.get_mut(depth) {
            *place = step;
        }
        self.steps = depth + 1;
    }

    /// Whether the object whose names are held from `base` on has this one already.
    fn has_name(&self, base: usize, name: Name) -> bool {
        let new = content(self.text, name);
        self.names.get(base..self.held).unwrap_or_default().iter().any(|held| {
            let old = content(self.text, *held);
            match (held.0 | name.0) & HAS_ESCAPES {
                0 => old == new,
                _ => Unescaped::of_json(old).eq(Unescaped::of_json(new)),
            }
        })
    }

    fn number(&mut self) -> Option<()> {
        let start = self.at;
        self.at += usize::from(self.peek() == b'-');
        let (integer, is_zero) = (self.at, self.peek() == b'0');
        let mut is_right = self.digits() && (!is_zero || self.at == integer + 1);
        if is_right && self.peek() == b'.' {
            self.at += 1;
            is_right = self.digits();
        }
        if is_right && self.peek() | 0x20 == b'e' {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), b'+' | b'-'));
            is_right = self.digits();
        }
        if is_right { Some(()) } else { self.fail_at(start, Reason::Number) }
    }

    fn digits(&mut self) -> bool {
        let start = self.at;
        while self.peek().is_ascii_digit() {
            self.at += 1;
        }
        self.at > start
    }

    fn word(&mut self, word: &[u8]) -> Option<()> {
        word.iter().try_for_each(|octet| self.expect(*octet))
    }

    /// Reads a string with its quotes, and sets its marks.
    fn string(&mut self) -> Option<()> {
        self.expect(b'"')?;
        self.marks = FOUND;
        loop {
            self.plain();
            match self.text.get(self.at) {
                Some(b'"') => break,
                Some(b'\\') => {
                    self.marks |= ESCAPED;
                    let after = self.text.get(self.at + 1..).unwrap_or_default();
                    match escape(after) {
                        Some((code, length)) => {
                            self.marks |= if is_half(code) { HALF } else { 0 };
                            self.at += 1 + length;
                        }
                        None if after.is_empty() => return self.fail(Reason::UnexpectedEnd),
                        None => return self.fail(Reason::Escape),
                    }
                }
                Some(_) => return self.fail(Reason::ControlCharacter),
                None => return self.fail(Reason::UnexpectedEnd),
            }
        }
        self.at += 1;
        Some(())
    }

    /// Goes over the octets of a string that stand for themselves, which are all except `"`, `\` and control
    /// characters. It takes eight at a time as long as they are printable ASCII, which tokens are from end to end.
    fn plain(&mut self) {
        let (words, _) = octets::words(self.text.get(self.at..).unwrap_or_default());
        let mut at = self.at;
        for word in words {
            let marks = octets::not_plain(word);
            if marks != 0 {
                at += octets::first_marked(marks);
                break;
            }
            at += 8;
        }
        self.at = at;
        while let octet @ 0x20.. = self.peek()
            && octet != b'"'
            && octet != b'\\'
        {
            self.marks |= if octet > b'~' { ODD } else { 0 };
            self.at += 1;
        }
    }

    /// Skips white space, and gives the octet that follows; 0 at the end of the text.
    #[inline(never)]
    fn space(&mut self) -> u8 {
        loop {
            match self.peek() {
                b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
                other => return other,
            }
        }
    }

    /// The next octet, or 0 at the end of the text. The two need not be told apart, because U+0000 is not allowed
    /// anywhere in a JSON text either.
    #[inline(always)]
    fn peek(&self) -> u8 {
        self.text.get(self.at).copied().unwrap_or(0)
    }

    fn expect(&mut self, octet: u8) -> Option<()> {
        if self.peek() != octet {
            return self.unexpected();
        }
        self.at += 1;
        Some(())
    }

    #[cold]
    fn unexpected(&mut self) -> Option<()> {
        let is_end = self.at >= self.text.len();
        self.fail(if is_end { Reason::UnexpectedEnd } else { Reason::UnexpectedCharacter })
    }

    #[cold]
    fn fail(&mut self, reason: Reason) -> Option<()> {
        self.fail_at(self.at, reason)
    }

    #[cold]
    #[inline(never)]
    fn fail_at(&mut self, offset: usize, reason: Reason) -> Option<()> {
        (self.offset, self.reason) = (offset, reason);
        None
    }

    /// The way to the value in which the scan has failed: for each object the name of a member, and for each array the
    /// index of an element and 0.
    #[cold]
    pub(crate) fn path(&self) -> &[Name] {
        self.path.get(..self.steps).unwrap_or_default()
    }

    /// Writes the words of the failure: the subject, or if that is empty the path, then line, column and path.
    #[cold]
    pub(crate) fn failure(&self, subject: &str, sink: &mut impl Sink) -> Failure {
        sink.cut(0);
        sink.extend(subject.as_bytes());
        if subject.is_empty() {
            self.write_path(sink);
        }
        let (line, column) = self.position();
        for number in [line, column] {
            sink.push(0);
            sink.decimal(number);
        }
        sink.push(0);
        self.write_path(sink);
        Failure { kind: Kind::Malformed, reason: self.reason }
    }

    /// Where the scan has failed: the line, and the column in characters, both from 1.
    #[cold]
    pub(crate) fn position(&self) -> (usize, usize) {
        let (mut line, mut column) = (1, 1);
        for octet in self.text.iter().take(self.offset) {
            match octet {
                b'\n' => (line, column) = (line + 1, 1),
                // Only the first octet of a character counts.
                0x80..=0xbf => {}
                _ => column += 1,
            }
        }
        (line, column)
    }

    /// Writes the path of the value in which the scan has failed, such as `$.keys[2].kid`, where `$` is the whole
    /// text. It writes `?` for a name that is no plain word, because such a name could be a secret: there are
    /// hardly any tokens or codes without a digit.
    #[cold]
    pub(crate) fn write_path(&self, sink: &mut impl Sink) {
        sink.push(b'$');
        for step in self.path() {
            if step.1 == 0 {
                sink.push(b'[');
                sink.decimal(step.0 as usize);
                sink.push(b']');
                continue;
            }
            sink.push(b'.');
            let start = sink.length();
            let mut is_word = step.0 != step.1;
            for octet in Unescaped::of_json(content(self.text, *step)) {
                is_word &= matches!(octet, b'a'..=b'z' | b'A'..=b'Z' | b'_')
                    && sink.length() < start + LONGEST_WORD;
                sink.push(octet);
            }
            if !is_word {
                sink.cut(start);
                sink.push(b'?');
            }
        }
    }
}

/// The most letters of a name that a path shows.
const LONGEST_WORD: usize = 32;

/// The content of a name, with its escapes as they are written.
fn content(text: &[u8], (start, end): Name) -> &[u8] {
    text.get((start & !HAS_ESCAPES) as usize..end as usize).unwrap_or_default()
}
