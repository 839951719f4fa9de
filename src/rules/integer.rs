//! Exact integers of the digits that were written.

use super::reason::Reason;
use super::slot::{Slot, content};
use super::unescaped::Unescaped;

/// Reads whole seconds from 0 to 2^63 − 1 from a number in JSON's grammar: the value counts, not how it
/// is spelled, so `36e2` and `3600.0` are 3600.
///
/// `is_date`: a moment may have a fraction of a second, which is left off (RFC 7519 section 2).
pub(crate) fn seconds(number: Unescaped<'_>, is_date: bool) -> Result<u64, Reason> {
    let mut part = Part::Start;
    let (mut is_negative, mut is_small) = (false, false);
    let (mut size, mut whole) = (Size::default(), Size::default());
    let (mut places, mut exponent) = (0, 0);
    for octet in number {
        part = match (part, octet) {
            (Part::Start, b'-') => {
                is_negative = true;
                Part::Sign
            }
            (Part::Start | Part::Sign, b'0') => Part::Zero,
            (Part::Start | Part::Sign | Part::Whole, b'0'..=b'9') => {
                size.digit(octet);
                Part::Whole
            }
            (Part::Zero | Part::Whole, b'.') => {
                whole = size;
                Part::Point
            }
            (Part::Point | Part::Fraction, b'0'..=b'9') => {
                size.digit(octet);
                places += 1;
                Part::Fraction
            }
            (Part::Zero | Part::Whole | Part::Fraction, b'e' | b'E') => Part::Letter,
            (Part::Letter, b'+' | b'-') => {
                is_small = octet == b'-';
                Part::ExponentSign
            }
            (Part::Letter | Part::ExponentSign | Part::Exponent, b'0'..=b'9') => {
                exponent = (exponent * 10 + i64::from(octet - b'0')).min(ENDLESS);
                Part::Exponent
            }
            _ => return Err(Reason::NotANumber),
        };
    }
    if !matches!(part, Part::Zero | Part::Whole | Part::Fraction | Part::Exponent) {
        return Err(Reason::NotANumber);
    }
    let exponent = if is_small { -exponent } else { exponent };
    let read = match size.times_ten_to(exponent - places) {
        Err(_) if is_date && part == Part::Fraction => whole.times_ten_to(0),
        read => read,
    };
    match read? {
        // i64 has one more negative number.
        size if size >= LIMIT + u64::from(is_negative) => Err(Reason::OutOfRange),
        0 => Ok(0),
        _ if is_negative => Err(Reason::Negative),
        size => Ok(size),
    }
}

/// What of a number was read last.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Start,
    Sign,
    /// A zero, behind which no digit of the whole part comes.
    Zero,
    Whole,
    Point,
    Fraction,
    /// `e`.
    Letter,
    ExponentSign,
    Exponent,
}

/// Reads whole seconds where a slot says that there are some: a number, or a string of its digits.
///
/// `is_date`: as for [`seconds`]; a string has no fraction.
#[inline(never)]
pub(crate) fn of_slot(text: &[u8], slot: &Slot, is_date: bool) -> Result<u64, Reason> {
    let [.., first] = *slot;
    let is_text = first == u32::from(b'"');
    match first as u8 {
        b'"' | b'-' | b'0'..=b'9' => {
            seconds(Unescaped::of_json(content(text, slot)), is_date && !is_text)
        }
        0 | b'n' => Err(Reason::Missing),
        _ => Err(Reason::NotANumber),
    }
}

/// The greatest number.
#[cfg(feature = "schema")]
pub(crate) const GREATEST: i64 = i64::MAX;

/// One more than the greatest number.
const LIMIT: u64 = 1 << 63;

/// More zeros than a text may have: an exponent beyond them is decided by its sign alone.
const ENDLESS: i64 = 1 << 40;

/// A number that grows by digits. Zeros are held back until another digit follows: at the end they may
/// cancel an exponent.
#[derive(Clone, Copy, Default)]
struct Size {
    /// More than [`LIMIT`] is as good as endless.
    value: u64,
    zeros: i64,
}

impl Size {
    #[inline(never)]
    fn digit(&mut self, octet: u8) {
        if octet == b'0' {
            self.zeros += 1;
            return;
        }
        self.value = grown(self.value, self.zeros + 1).saturating_add((octet - b'0').into());
        self.zeros = 0;
    }

    fn times_ten_to(&self, exponent: i64) -> Result<u64, Reason> {
        let zeros = exponent.saturating_add(self.zeros);
        match self.value {
            0 => Ok(0),
            _ if zeros < 0 => Err(Reason::NotWhole),
            value => Ok(grown(value, zeros)),
        }
    }
}

/// The value with zeros behind it. Beyond the limit it stays endless, and 0 stays 0.
fn grown(mut value: u64, mut zeros: i64) -> u64 {
    while zeros > 0 && value != 0 && value != u64::MAX {
        // Compared and not by `checked_mul`, which wasm does in 128 bits.
        value = if value > LIMIT / 10 { u64::MAX } else { value * 10 };
        zeros -= 1;
    }
    value
}
