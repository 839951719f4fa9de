//! How far clocks may differ.

use crate::issuer::jose::jws::Claims;

/// Whether a time in a client's JWT, in Unix seconds, is so far ahead that no clock's error
/// explains it.
pub(crate) fn is_in_future(time: i64, now: i64) -> bool {
    time > now.saturating_add(TOLERANCE)
}

/// Checks that a JWT does not say, by `iat` or `nbf`, that its time is still to come (RFC 7519 sections 4.1.5 and
/// 4.1.6). It may have neither.
pub(crate) fn check_begun(claims: &Claims<'_>, now: i64) -> Result<(), &'static str> {
    for name in ["iat", "nbf"] {
        let is_ahead = || claims.time(name).is_none_or(|time| is_in_future(time, now));
        if claims.has(name) && is_ahead() {
            return Err("iat or nbf lies in the future");
        }
    }
    Ok(())
}

/// How many seconds a client's clock may be ahead.
const TOLERANCE: i64 = 60;
