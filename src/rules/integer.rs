//! Exact integers from the digits of a text.

use super::reason::Reason;
use super::slot::{Slot, content};
use super::unescaped::Unescaped;

/// Reads whole seconds from 0 to 2^63 − 1 from a number in JSON's grammar. What counts is the value and not
/// how it is spelled, so that `36e2` and `3600.0` are 3600.
///
/// `is_date` says that the number is a moment, which may have a fraction of a second (RFC 7519 section 2): it
/// is left off.
///
/// # Errors
/// Fails for text that is no number, and for a number that is negative, not whole or too great.
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
        // The smallest i64 is further from 0 than the greatest, and is refused as negative.
        size if size >= LIMIT + u64::from(is_negative) => Err(Reason::OutOfRange),
        0 => Ok(0),
        _ if is_negative => Err(Reason::Negative),
        size => Ok(size),
    }
}

/// The part of a number that was read last.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Start,
    Sign,
    /// A zero at the beginning, behind which the whole part has no other digit.
    Zero,
    Whole,
    Point,
    Fraction,
    /// The `e` or `E` before an exponent.
    Letter,
    ExponentSign,
    Exponent,
}

/// Reads whole seconds from the value that a slot found: a number, or a string that contains one.
///
/// `is_date` is that of [`seconds`], but a string may have no fraction.
///
/// # Errors
/// Those of [`seconds`], and [`Reason::Missing`] for a member that is missing or `null`.
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

/// One more than the greatest number that is accepted, that of an i64.
const LIMIT: u64 = 1 << 63;

/// More zeros than a text can have. Of an exponent beyond it, only the sign matters.
const ENDLESS: i64 = 1 << 40;

/// A number that grows digit by digit. Zeros are held back until another digit follows, because those at the
/// end may cancel a negative exponent.
#[derive(Clone, Copy, Default)]
struct Size {
    /// The digits without the zeros that are held back. Every value from [`LIMIT`] on is equally too great.
    value: u64,
    /// How many zeros are held back.
    zeros: i64,
}

impl Size {
    /// Appends a digit.
    #[inline(never)]
    fn digit(&mut self, octet: u8) {
        if octet == b'0' {
            self.zeros += 1;
            return;
        }
        self.value = grown(self.value, self.zeros + 1).saturating_add((octet - b'0').into());
        self.zeros = 0;
    }

    /// The number times ten to the exponent.
    fn times_ten_to(&self, exponent: i64) -> Result<u64, Reason> {
        let zeros = exponent.saturating_add(self.zeros);
        match self.value {
            0 => Ok(0),
            _ if zeros < 0 => Err(Reason::NotWhole),
            value => Ok(grown(value, zeros)),
        }
    }
}

/// The value with zeros appended. A value that becomes too great stays `u64::MAX`, and 0 stays 0.
fn grown(mut value: u64, mut zeros: i64) -> u64 {
    while zeros > 0 && value != 0 && value != u64::MAX {
        // A comparison is used and not `checked_mul`, which wasm computes in 128 bits.
        value = if value > LIMIT / 10 { u64::MAX } else { value * 10 };
        zeros -= 1;
    }
    value
}
