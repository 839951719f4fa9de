//! When to ask again.

use crate::json::Number;
use crate::{http_date, seconds};

/// Milliseconds from `x-acs-retry-after` (milliseconds, EIAM: section 5) or `Retry-After` (RFC 9110
/// section 10.2.3): seconds, or a date, whose distance is by the server's own clock.
pub(super) fn read(
    acs_retry_after: Option<&str>,
    retry_after: Option<&str>,
    server_time: Option<i64>,
) -> Option<i64> {
    if let Some(milliseconds) = acs_retry_after.and_then(number) {
        return Some(milliseconds);
    }
    let text = retry_after?;
    let seconds = match number(text) {
        Some(seconds) => seconds,
        None => seconds::remaining(http_date::parse(text)?, server_time?),
    };
    Some(seconds.saturating_mul(1000))
}

fn number(text: &str) -> Option<i64> {
    let number = Number::from_text(text.trim_ascii())?;
    seconds::whole(number).ok().filter(|number| *number >= 0)
}
