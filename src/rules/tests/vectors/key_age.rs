//! For how long a server's keys are believed.

use super::{Vectors, string_or_null};
use crate::json::ObjectWriter;
use crate::rules::key_age;

const ABOUT: &str = "For how many seconds keys are believed by the fields Cache-Control and Age of their answer (null for \
    one that is missing), and by the most seconds that the application allows (RFC 9111 sections 4.2.1, 5.1 and 5.2).";

/// `Cache-Control`, `Age` and the seconds, of 600 at most.
const CASES: [(Option<&str>, Option<&str>, i64); 70] = [
    (None, None, 600),
    (None, Some("30"), 600),
    (Some(""), None, 600),
    (Some("public"), Some("30"), 600),
    (Some("must-revalidate, s-maxage=5"), None, 600),
    (Some("max-age=60"), None, 60),
    (Some("max-age=0"), None, 0),
    (Some("max-age=060"), None, 60),
    (Some("max-age=600"), None, 600),
    (Some("max-age=601"), None, 600),
    (Some("max-age=9223372036854775807"), None, 600),
    (Some("max-age=99999999999999999999999999"), None, 600),
    (Some("MAX-AGE=90"), None, 90),
    (Some("private,max-age=90,immutable"), None, 90),
    (Some("private ,\tmax-age=90\t, immutable"), None, 90),
    (Some(", ,max-age=90,"), None, 90),
    (Some("max-age=\"60\""), None, 60),
    (Some("max-age = 60"), None, 60),
    (Some("s-maxage=5,max-age=90"), None, 90),
    // What is no number of seconds is stale.
    (Some("max-age"), None, 0),
    (Some("max-age="), None, 0),
    (Some("max-age=\"\""), None, 0),
    (Some("max-age=\"60"), None, 0),
    (Some("max-age=60\""), None, 0),
    (Some("max-age='60'"), None, 0),
    (Some("max-age=soon"), None, 0),
    (Some("max-age=30abc"), None, 0),
    (Some("max-age=30;"), None, 0),
    (Some("max-age=30 40"), None, 0),
    (Some("max-age=30=40"), None, 0),
    (Some("max-age=1.5"), None, 0),
    (Some("max-age=1e2"), None, 0),
    (Some("max-age=0x10"), None, 0),
    (Some("max-age=-5"), None, 0),
    (Some("max-age=+60"), None, 0),
    (Some("max-age=\u{663}\u{660}"), None, 0),
    // Of several, the first one counts.
    (Some("max-age=60, max-age=70"), None, 60),
    (Some("max-age=70, max-age=60"), None, 70),
    (Some("max-age=70, Max-Age=0"), None, 70),
    (Some("max-age=70, max-age=x"), None, 70),
    (Some("max-age=x, max-age=70"), None, 0),
    (Some("max-age, max-age=70"), None, 0),
    // What forbids to keep the answer wins.
    (Some("no-store"), None, 0),
    (Some("no-cache"), None, 0),
    (Some("No-Store , public"), None, 0),
    (Some("max-age=60, no-store"), None, 0),
    (Some("max-age=60,no-cache"), None, 0),
    (Some("no-cache=\"set-cookie, age\", max-age=60"), None, 0),
    (Some("no-store=1"), None, 0),
    // Directives of other names, and what is between quotes.
    (Some("no-storexyz"), None, 600),
    (Some("no-cacheable, max-age=60"), None, 60),
    (Some("my-no-store, x-max-age=5"), None, 600),
    (Some("max-aged=5"), None, 600),
    (Some("max-age-x=5, max-age=60"), None, 60),
    (Some("x=\"no-store, max-age=5\""), None, 600),
    (Some("x=\"\\\", no-store\", max-age=60"), None, 60),
    (Some("private=\"max-age=5\", max-age=60"), None, 60),
    // How long the answer was in other caches.
    (Some("max-age=300"), Some("270"), 30),
    (Some("max-age=300"), Some(" 270 "), 30),
    (Some("max-age=300"), Some("300"), 0),
    (Some("max-age=300"), Some("99999999999999999999999999"), 0),
    (Some("max-age=9000"), Some("60"), 600),
    (Some("max-age=60"), Some("5, 7"), 55),
    // An age that is none does not count.
    (Some("max-age=60"), Some(""), 60),
    (Some("max-age=60"), Some("-30"), 60),
    (Some("max-age=60"), Some("+30"), 60),
    (Some("max-age=60"), Some("1.5"), 60),
    (Some("max-age=60"), Some("1e1"), 60),
    (Some("max-age=60"), Some("0x10"), 60),
    (Some("max-age=60"), Some("Infinity"), 60),
];

#[test]
fn ages_are_as_the_file_says() {
    let mut cases = Vec::new();
    for (control, since, expected) in CASES {
        for longest in [600, 20] {
            let seconds =
                key_age::age(control.unwrap_or_default(), since.unwrap_or_default(), longest);
            assert_eq!(seconds, expected.min(longest), "{control:?} {since:?}");
            let mut object = ObjectWriter::new();
            object
                .raw("cacheControl", &string_or_null(control))
                .raw("age", &string_or_null(since))
                .raw("longest", &longest.to_string())
                .raw("seconds", &seconds.to_string());
            cases.push(object.finish());
        }
    }
    Vectors::new("key-age", ABOUT).list("cases", &cases).check();
}
