//! When a server wants to be asked again.

use crate::http_date;

/// How many milliseconds to wait, by the fields `x-acs-retry-after`, which has milliseconds (EIAM: section 5), or
/// else `Retry-After`, which has seconds or a date (RFC 9110 section 10.2.3); `None` if neither can be read. A
/// date counts from `server_time`, the moment of the answer in Unix seconds by the server's own clock.
pub(crate) fn read(
    [acs_retry_after, retry_after]: [Option<&str>; 2],
    server_time: Option<i64>,
) -> Option<i64> {
    if let Some(milliseconds) = acs_retry_after.and_then(number) {
        return Some(milliseconds);
    }
    let text = retry_after?.trim_ascii();
    let seconds = match number(text) {
        Some(seconds) => seconds,
        None => http_date::parse(text)?.saturating_sub(server_time?).max(0),
    };
    Some(seconds.saturating_mul(1000))
}

/// A number that consists of digits only (RFC 9110 section 10.2.3), with white space around them at most; `None`
/// for one that an i64 cannot hold.
fn number(text: &str) -> Option<i64> {
    let digits = text.trim_ascii();
    if digits.is_empty() || !digits.bytes().all(|octet| octet.is_ascii_digit()) {
        return None;
    }
    digits
        .bytes()
        .try_fold(0i64, |number, digit| number.checked_mul(10)?.checked_add((digit - b'0').into()))
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn milliseconds_go_before_seconds() {
        assert_eq!(read([Some("250"), Some("9")], None), Some(250));
        assert_eq!(read([Some(" soon "), Some(" 9 ")], None), Some(9000));
        assert_eq!(read([None, Some("009")], None), Some(9000));
        assert_eq!(read([None, Some("000")], None), Some(0));
        assert_eq!(read([Some("250"), None], None), Some(250));
        assert_eq!(read([None, None], Some(0)), None);
        assert_eq!(read([Some("9223372036854775807"), None], None), Some(i64::MAX));
        assert_eq!(read([None, Some("9223372036854775807")], None), Some(i64::MAX));
    }

    #[test]
    fn what_is_no_number_of_seconds() {
        for text in
            ["", " ", "-1", "-0", "+1", "1.0", "1e3", "0x10", "1,2", "1 2", "9223372036854775808"]
        {
            assert_eq!(read([Some(text), Some(text)], Some(0)), None, "{text}");
        }
    }
}
