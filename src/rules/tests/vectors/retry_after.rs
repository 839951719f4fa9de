//! When to ask again, and dates of HTTP.

use super::{Vectors, number_or_null, string_or_null};
use crate::http_date;
use crate::json::ObjectWriter;
use crate::rules::retry_after;
use crate::rules::tests::texts::Random;

const ABOUT: &str = "`cases`: how many milliseconds to wait by the fields x-acs-retry-after, Retry-After and Date \
    (null for a field that is missing, and for no wait that is known). `dates`: a date of HTTP's as Unix \
    seconds, null for what is none (RFC 9110 section 5.6.7).";

const DATES: [&str; 34] = [
    "Thu, 01 Jan 1970 00:00:00 GMT",
    "Sun, 06 Nov 1994 08:49:37 GMT",
    "Tue, 29 Feb 2000 23:59:59 GMT",
    "Wed, 01 Mar 2000 00:00:00 GMT",
    "Fri, 31 Dec 1999 23:59:59 GMT",
    "Sun, 22 Nov 2026 12:00:00 GMT",
    "Mon, 01 Mar 2100 00:00:00 GMT",
    "Fri, 31 Dec 9999 23:59:59 GMT",
    "Mon, 06 Nov 1994 08:49:37 GMT",
    "Fri, 31 Dec 1999 23:59:60 GMT",
    "Wed, 31 Dec 1969 23:59:59 GMT",
    "Mon, 01 Jan 0100 00:00:00 GMT",
    "",
    "Sunday, 06-Nov-94 08:49:37 GMT",
    "Sun Nov  6 08:49:37 1994",
    "Sun, 06 Nov 1994 08:49:37",
    "Sun, 06 Nov 1994 08:49:37 CET",
    "Sun, 06 Nov 1994 08:49:37 UTC",
    "Sun, 6 Nov 1994 08:49:37 GMT",
    "Sun, 06 nov 1994 08:49:37 GMT",
    "sun, 06 Nov 1994 08:49:37 GMT",
    "Son, 06 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 24:00:00 GMT",
    "Sun, 06 Nov 1994 08:60:00 GMT",
    "Sun, 06 Nov 1994 08:00:61 GMT",
    "Sun, 00 Nov 1994 08:00:00 GMT",
    "Sun, 32 Nov 1994 08:00:00 GMT",
    "Sun, +6 Nov 1994 08:00:00 GMT",
    "Sun,  06 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 94 08:49:37 GMT",
    "Sun, 06 Nov 1994 8:49:37 GMT",
    "Sun, 06 Nov 1994 08:49:37 GMT ",
    " Sun, 06 Nov 1994 08:49:37 GMT",
    "1994-11-06T08:49:37Z",
];

const WAITS: [&str; 26] = [
    "0",
    "1",
    "3",
    "120",
    "007",
    "86400",
    "1500",
    "9007199254740",
    " 5 ",
    "\t7",
    "",
    " ",
    "-1",
    "-0",
    "+1",
    "1.5",
    "1.0",
    "1e3",
    "0x10",
    "1,2",
    "1 2",
    "soon",
    "٣",
    "9223372036854775808",
    "Sun, 22 Nov 2026 12:01:30 GMT",
    "Sun, 22 Nov 2026 11:00:00 GMT",
];

const GENERATED: usize = 300;

#[test]
fn waits_are_as_the_file_says() {
    let mut random = Random(22);
    let mut dates: Vec<String> = DATES.map(str::to_owned).to_vec();
    for _ in 0..120 {
        let day = random.pick(&["Mon,", "Tue,", "Wed,", "Thu,", "Fri,", "Sat,", "Sun,"]);
        let months =
            ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let (month, year) = (random.pick(&months), 1900 + random.below(300));
        let day_of_month = 1 + random.below(28);
        let [hour, minute, second] = [24, 60, 60].map(|limit| random.below(limit));
        dates.push(format!(
            "{day} {day_of_month:02} {month} {year} {hour:02}:{minute:02}:{second:02} GMT"
        ));
    }
    let dates: Vec<_> = dates
        .iter()
        .map(|date| {
            let mut object = ObjectWriter::new();
            object.string("date", date);
            object.raw("seconds", &number_or_null(http_date::parse(date)));
            object.finish()
        })
        .collect();
    let mut cases = Vec::new();
    let mut known = 0;
    let mut add = |own: Option<&str>, wait: Option<&str>, date: Option<&str>| {
        let milliseconds = retry_after::read([own, wait], date.and_then(http_date::parse));
        known += usize::from(milliseconds.is_some());
        let mut object = ObjectWriter::new();
        object
            .raw("xAcsRetryAfter", &string_or_null(own))
            .raw("retryAfter", &string_or_null(wait))
            .raw("date", &string_or_null(date))
            .raw("milliseconds", &number_or_null(milliseconds));
        cases.push(object.finish());
    };
    let now = "Sun, 22 Nov 2026 12:00:00 GMT";
    for wait in WAITS {
        add(Some(wait), None, None);
        add(None, Some(wait), None);
        add(None, Some(wait), Some(now));
        add(Some(wait), Some("2"), Some(now));
    }
    for _ in 0..GENERATED {
        let waits = [None, Some(random.pick(&WAITS)), Some(random.pick(&DATES))];
        let other = random.pick(&DATES);
        let date = random.pick(&[None, Some(now), Some(other)]);
        add(waits[random.below(2)], random.pick(&waits), date);
    }
    assert!(known > 100 && cases.len() - known > 100, "{known} of {}", cases.len());
    Vectors::new("retry-after", ABOUT).list("cases", &cases).list("dates", &dates).check();
}
