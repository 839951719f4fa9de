//! Dates in the format of HTTP's header fields (RFC 9110 section 5.6.7).

use crate::text;

/// Reads a date in the only format that servers may send, such as `Sun, 06 Nov 1994 08:49:37 GMT`,
/// and returns Unix seconds. Returns `None` for anything else, including the two obsolete formats.
///
/// ```
/// use eiam_token::http_date;
/// assert_eq!(http_date::parse("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777));
/// ```
#[must_use]
pub fn parse(date: &str) -> Option<i64> {
    let (weekday, date) = text::split_once(date, b' ')?;
    // The date alone counts: which day it was is not looked up.
    if !WEEKDAYS.contains(&weekday) {
        return None;
    }
    let (day, date) = text::split_once(date, b' ')?;
    let (month, date) = text::split_once(date, b' ')?;
    let (year, date) = text::split_once(date, b' ')?;
    let (hour, date) = text::split_once(date, b':')?;
    let (minute, date) = text::split_once(date, b':')?;
    let second = date.strip_suffix(" GMT")?;
    let month = MONTHS.iter().position(|name| *name == month)? as i64;
    let day = number(day, 2).filter(|day| (1..=31).contains(day))?;
    let (year, hour) = (number(year, 4)?, number(hour, 2).filter(|hour| *hour < 24)?);
    let minute = number(minute, 2).filter(|minute| *minute < 60)?;
    // A leap second is the 61st.
    let second = number(second, 2).filter(|second| *second <= 60)?;
    Some(((days(year, month) + day - 1) * 24 + hour) * 3600 + minute * 60 + second)
}

/// The days from 1970 to the first of a month (from 0) of a year.
fn days(year: i64, month: i64) -> i64 {
    // Years that begin in March, so that a leap day is a year's last day.
    let (year, month) = if month < 2 { (year - 1, month + 10) } else { (year, month - 2) };
    let leap_days = year / 4 - year / 100 + year / 400;
    year * 365 + leap_days + (month * 153 + 2) / 5 - FROM_MARCH_0_TO_1970
}

const FROM_MARCH_0_TO_1970: i64 = 719_468;

const WEEKDAYS: [&str; 7] = ["Mon,", "Tue,", "Wed,", "Thu,", "Fri,", "Sat,", "Sun,"];

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

fn number(digits: &str, length: usize) -> Option<i64> {
    if digits.len() != length {
        return None;
    }
    digits.bytes().try_fold(0, |number, digit| {
        digit.is_ascii_digit().then(|| number * 10 + i64::from(digit - b'0'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_9110_section_5_6_7_dates() {
        for (date, seconds) in [
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
            ("Tue, 29 Feb 2000 23:59:59 GMT", 951_868_799),
            ("Wed, 01 Mar 2000 00:00:00 GMT", 951_868_800),
            ("Fri, 31 Dec 1999 23:59:60 GMT", 946_684_800),
            ("Sun, 22 Nov 2026 12:00:00 GMT", 1_795_348_800),
            ("Mon, 01 Mar 2100 00:00:00 GMT", 4_107_542_400),
        ] {
            assert_eq!(parse(date), Some(seconds), "{date}");
        }
    }

    #[test]
    fn refuses_what_servers_must_not_send() {
        for date in [
            "",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            "Sun, 06 Nov 1994 08:49:37",
            "Sun, 06 Nov 1994 08:49:37 CET",
            "Sun, 6 Nov 1994 08:49:37 GMT",
            "Son, 06 Nov 1994 08:49:37 GMT",
            " 06 Nov 1994 08:49:37 GMT",
            "Sun, 06 nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 24:00:00 GMT",
            "Sun, 06 Nov 1994 08:60:00 GMT",
            "Sun, 00 Nov 1994 08:00:00 GMT",
            "Sun, +6 Nov 1994 08:00:00 GMT",
        ] {
            assert_eq!(parse(date), None, "{date}");
        }
    }
}
