//! How far clocks may differ.

/// Whether a time in a client's JWT, in Unix seconds, is so far ahead that no clock's error
/// explains it.
pub(crate) fn is_in_future(time: i64, now: i64) -> bool {
    time > now.saturating_add(TOLERANCE)
}

/// How many seconds a client's clock may be ahead.
const TOLERANCE: i64 = 60;
