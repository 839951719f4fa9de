//! Reads a text octet by octet, and resolves the escapes of a JSON string on the way.

/// Gives the octets of a text, and for an escape those of its character in UTF-8. Half of a surrogate pair stands
/// for no character, and gives three octets that are no UTF-8 but differ from those of any other half.
#[derive(Clone)]
pub(crate) struct Unescaped<'a> {
    rest: &'a [u8],
    has_escapes: bool,
    /// The octets of an escape that are still to be given, the lowest first. None of them is 0.
    pending: u32,
}

impl<'a> Unescaped<'a> {
    /// The octets of a text that has no escapes.
    pub(crate) fn plain(text: &'a [u8]) -> Self {
        Self { rest: text, has_escapes: false, pending: 0 }
    }

    /// The octets of a JSON string's content. The string was scanned before, so that every escape in it is valid.
    pub(crate) fn of_json(content: &'a [u8]) -> Self {
        Self { rest: content, has_escapes: true, pending: 0 }
    }

    /// Whether no octets are left. It counts the text, and not the pending octets of an escape.
    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// Whether the octets that are left are these.
    pub(crate) fn is(mut self, expected: &[u8]) -> bool {
        expected.iter().all(|octet| self.next() == Some(*octet)) && self.next().is_none()
    }
}

impl Iterator for Unescaped<'_> {
    type Item = u8;

    #[inline(never)]
    fn next(&mut self) -> Option<u8> {
        let mut octets = self.pending;
        if octets == 0 {
            let (first, rest) = self.rest.split_first()?;
            (octets, self.rest) = (u32::from(*first), rest);
            if *first == b'\\' && self.has_escapes {
                let (code, length) = escape(rest)?;
                (octets, self.rest) = (utf8(code), rest.get(length..)?);
            }
        }
        self.pending = octets >> 8;
        Some(octets as u8)
    }
}

/// A character in UTF-8, with its first octet as the lowest.
fn utf8(code: u32) -> u32 {
    let tail = |shift: u32| code >> shift & 0x3f | 0x80;
    match code {
        0..0x80 => code,
        0x80..0x800 => code >> 6 | 0xc0 | tail(0) << 8,
        0x800..0x10000 => code >> 12 | 0xe0 | tail(6) << 8 | tail(0) << 16,
        _ => code >> 18 | 0xf0 | tail(12) << 8 | tail(6) << 16 | tail(0) << 24,
    }
}

/// The character that an escape stands for, and the octets of the escape without its backslash, behind which
/// `after` begins; `None` if it is no valid escape.
pub(crate) fn escape(after: &[u8]) -> Option<(u32, usize)> {
    let code = match after.first()? {
        octet @ (b'"' | b'\\' | b'/') => *octet,
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'u' => return unicode_escape(after),
        _ => return None,
    };
    Some((code.into(), 1))
}

/// The character of an escape `\u`, or of two such escapes that are a surrogate pair. Half of a pair is no
/// character and gives its own number, because RFC 8259 section 8.2 leaves its meaning to the reader.
fn unicode_escape(after: &[u8]) -> Option<(u32, usize)> {
    let code = hex4(after.get(1..5)?)?;
    if let 0xd800..0xdc00 = code
        && let Some([b'\\', b'u', digits @ ..]) = after.get(5..11)
        && let Some(low @ 0xdc00..0xe000) = hex4(digits)
    {
        return Some((0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00), 11));
    }
    Some((code, 5))
}

/// Whether a number is half of a surrogate pair, and so no character.
pub(crate) fn is_half(code: u32) -> bool {
    code & !0x7ff == 0xd800
}

/// The number of hexadecimal digits, of which there are four.
#[inline(never)]
fn hex4(digits: &[u8]) -> Option<u32> {
    let mut value = 0;
    for digit in digits {
        value = value << 4 | hex(*digit)?;
    }
    Some(value)
}

/// The value of a hexadecimal digit.
#[inline(never)]
pub(crate) fn hex(digit: u8) -> Option<u32> {
    let value = match digit {
        b'0'..=b'9' => digit - b'0',
        b'a'..=b'f' => digit - b'a' + 10,
        b'A'..=b'F' => digit - b'A' + 10,
        _ => return None,
    };
    Some(value.into())
}
