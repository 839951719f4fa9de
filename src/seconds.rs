//! Whole seconds as [`i64`]: these functions read them from JSON without loss, and add and compare
//! them without overflow.
//!
//! In responses, `expires_in` and `expires_at` are 64-bit integers. Some servers send them as
//! strings (`"3600"`), with an empty fraction (`3600.0`) or with an exponent (`36e2`): only the
//! value counts.

use core::fmt;

use crate::json::{Number, Value};
use crate::rules::integer;
use crate::rules::reason::Reason;
use crate::rules::unescaped::Unescaped;

/// Reads a member that contains seconds. Returns `None` if it is missing or `null`: the lifetime is
/// then unknown, not unlimited.
///
/// # Errors
/// Fails for a value that is not a number, or not a whole number from 0 to [`i64::MAX`].
///
/// ```
/// use eiam_token::{json::{self, Limits}, seconds};
/// let value = json::parse("9007199254740993", Limits::default())?;
/// assert_eq!(seconds::read(Some(&value)), Ok(Some(9_007_199_254_740_993)));
/// # Ok::<(), json::JsonError>(())
/// ```
pub fn read(value: Option<&Value<'_>>) -> Result<Option<i64>, SecondsError> {
    read_as(value, false)
}

/// Reads a member that contains a time (RFC 7519 section 2, NumericDate), and drops a fraction of a
/// second. Returns `None` if it is missing or `null`.
///
/// # Errors
/// Fails for a value that is not a number from 0 to [`i64::MAX`].
pub fn read_date(value: Option<&Value<'_>>) -> Result<Option<i64>, SecondsError> {
    read_as(value, true)
}

fn read_as(value: Option<&Value<'_>>, is_date: bool) -> Result<Option<i64>, SecondsError> {
    let Some(value) = value.filter(|value| !value.is_null()) else { return Ok(None) };
    let seconds = match (value.as_number(), value.as_str()) {
        (Some(number), _) => natural(number.as_written(), is_date),
        (None, Some(text)) => natural(&text, false),
        (None, None) => Err(SecondsError::NotANumber),
    };
    seconds.map(Some)
}

/// Converts a number to an [`i64`], if it has exactly the value of one.
///
/// # Errors
/// Fails for a fraction that is not zero, and for a value outside the range of `i64`.
pub fn whole(number: Number<'_>) -> Result<i64, SecondsError> {
    let text = number.as_written();
    let Some(size) = text.strip_prefix('-') else { return natural(text, false) };
    match natural(size, false) {
        // The one number that has no positive counterpart.
        Err(SecondsError::OutOfRange) if natural(text, false) == Err(SecondsError::Negative) => {
            Ok(i64::MIN)
        }
        size => size.map(|size| -size),
    }
}

/// A number from 0 on.
fn natural(text: &str, is_date: bool) -> Result<i64, SecondsError> {
    let read = integer::seconds(Unescaped::plain(text.as_bytes()), is_date);
    read.map(|seconds| seconds as i64).map_err(|reason| match reason {
        Reason::Negative => SecondsError::Negative,
        Reason::NotWhole => SecondsError::NotWhole,
        Reason::OutOfRange => SecondsError::OutOfRange,
        _ => SecondsError::NotANumber,
    })
}

/// When a token that was received at `received_at` expires, by the same clock. The lifetime counts
/// from receipt, because `expires_at` is by the server's clock and is used only if `expires_in` is
/// missing. `None` means unknown.
#[must_use]
pub fn local_deadline(
    received_at: i64,
    expires_in: Option<i64>,
    expires_at: Option<i64>,
) -> Option<i64> {
    expires_in.map(|lifetime| deadline(received_at, lifetime)).or(expires_at)
}

/// The end of a lifetime that begins at `from`. The sum saturates.
#[must_use]
pub fn deadline(from: i64, lifetime: i64) -> i64 {
    from.saturating_add(lifetime)
}

/// The seconds from `now` to `deadline`; 0 if the deadline has passed. The difference saturates.
#[must_use]
pub fn remaining(deadline: i64, now: i64) -> i64 {
    deadline.saturating_sub(now).max(0)
}

/// Whether `deadline` has passed at `now`, or will pass within `leeway` seconds. A token expires at
/// its deadline, not after it.
#[must_use]
pub fn expired(deadline: i64, now: i64, leeway: i64) -> bool {
    now.saturating_add(leeway.max(0)) >= deadline
}

/// Why a value is not a number of seconds. The error does not contain the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SecondsError {
    /// Neither a number nor a string that consists of one.
    NotANumber,
    /// Less than zero.
    Negative,
    /// A fraction that is not zero.
    NotWhole,
    /// Outside the range of int64.
    OutOfRange,
}

impl SecondsError {
    /// What `Display` shows.
    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::NotANumber => "not a number of seconds",
            Self::Negative => "negative",
            Self::NotWhole => "not a whole number of seconds",
            Self::OutOfRange => "outside the range of int64",
        }
    }
}

impl fmt::Display for SecondsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl core::error::Error for SecondsError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{self, Limits};

    fn read_text(text: &str) -> Result<Option<i64>, SecondsError> {
        read(Some(&json::parse(text, Limits::default()).expect(text)))
    }

    #[test]
    fn whole_numbers_however_they_are_written() {
        for (text, expected) in [
            ("3600", 3600),
            ("\"3600\"", 3600),
            ("3600.0", 3600),
            ("1e3", 1000),
            ("1E+3", 1000),
            ("\"1e3\"", 1000),
            ("0", 0),
            ("-0", 0),
            ("0.000e400", 0),
            ("0e-99999999999999999999", 0),
            ("12.50e1", 125),
            ("1000e-3", 1),
            ("120000e-4", 12),
            ("9007199254740993", 9_007_199_254_740_993),
            ("9223372036854775807", i64::MAX),
            ("9223372036854775807.000", i64::MAX),
            ("9.223372036854775807e18", i64::MAX),
            ("922337203685477580700e-2", i64::MAX),
        ] {
            assert_eq!(read_text(text), Ok(Some(expected)), "{text}");
        }
    }

    #[test]
    fn unknown_is_not_a_number() {
        assert_eq!(read(None), Ok(None));
        assert_eq!(read_text("null"), Ok(None));
    }

    #[test]
    fn refusals() {
        use SecondsError::{Negative, NotANumber, NotWhole, OutOfRange};
        for (text, error) in [
            ("-1", Negative),
            ("\"-1\"", Negative),
            ("-9223372036854775808", Negative),
            ("9223372036854775808", OutOfRange),
            ("-9223372036854775809", OutOfRange),
            ("1e400", OutOfRange),
            ("1e99999999999999999999", OutOfRange),
            ("100000000000000000000", OutOfRange),
            ("3600.5", NotWhole),
            ("1e-1", NotWhole),
            ("1e-99999999999999999999", NotWhole),
            ("123456789012345678901.5", NotWhole),
            ("\"abc\"", NotANumber),
            ("\"3600abc\"", NotANumber),
            ("\" 3600\"", NotANumber),
            ("\"\"", NotANumber),
            ("\"0x10\"", NotANumber),
            ("[3600]", NotANumber),
            ("true", NotANumber),
            ("{}", NotANumber),
        ] {
            assert_eq!(read_text(text), Err(error), "{text}");
        }
    }

    #[test]
    fn arithmetic_saturates() {
        assert_eq!(deadline(1_700_000_000, i64::MAX), i64::MAX);
        assert_eq!(remaining(i64::MIN, i64::MAX), 0);
        assert_eq!(remaining(i64::MAX, -1), i64::MAX);
        assert!(expired(100, 100, 0));
        assert!(!expired(100, 99, 0));
        assert!(expired(100, 95, 5));
        assert!(!expired(100, 99, -5));
        assert!(expired(i64::MAX, 1, i64::MAX));
    }
}
