//! An entry of the journal as a line for people.

use super::entry::Entry;

impl Entry {
    /// The entry as a line of text.
    #[must_use]
    pub fn to_text(&self) -> String {
        line(self)
    }
}

/// The entry as one line, without a line break whatever the request says.
fn line(entry: &Entry) -> String {
    let mut parts = vec![
        format!("#{}", entry.sequence),
        timestamp(entry.time),
        entry.method.to_owned(),
        entry.endpoint.map_or_else(|| entry.path.clone(), str::to_owned),
    ];
    let named = [("client", &entry.client), ("grant", &entry.grant), ("user", &entry.user)];
    for (name, value) in named {
        parts.extend(value.as_ref().map(|value| format!("{name}={value}")));
    }
    parts.push(entry.status.to_string());
    parts.push(entry.decision.name().to_owned());
    if let Some(refused) = &entry.refused {
        parts.push(format!("{} ({})", refused.rule, refused.section));
        parts.push(format!("{}: {}.", refused.error, refused.description));
        parts.push(format!("Right: {}", refused.right));
    }
    parts.extend(entry.because.as_ref().map(|because| format!("Because: {because}.")));
    if !entry.changes.is_empty() {
        parts.push(format!("[{}]", entry.changes.join("; ")));
    }
    let line = parts.join(" ");
    line.chars().map(|character| if character.is_control() { '?' } else { character }).collect()
}

/// A time as RFC 3339 writes it, such as `2026-01-31T23:59:59Z`.
fn timestamp(seconds: i64) -> String {
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    // Years that begin in March, in eras of 400 years, so that a leap day is the last of a year.
    let day = days.saturating_add(719_468);
    let (era, day) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (day, month) =
        (day - (153 * month + 2) / 5 + 1, if month < 10 { month + 3 } else { month - 9 });
    let year = era * 400 + year + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::HttpRequest;
    use crate::testing::facts::Facts;

    #[test]
    fn times_are_those_of_the_calendar() {
        for (seconds, expected) in [
            (0, "1970-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_700_000_000, "2023-11-14T22:13:20Z"),
            (4_107_542_399, "2100-02-28T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(timestamp(seconds), expected);
        }
    }

    #[test]
    fn an_entry_is_one_line() {
        let facts = Facts {
            method: "POST",
            endpoint: Some("token"),
            client: Some("a\nb\u{1b}[31m".to_owned()),
            ..Facts::default()
        };
        let mut entry = Entry::of(&facts, &HttpRequest::get("/"), 0);
        entry.status = 503;
        entry.changes = vec!["fail 503".to_owned(), "delay 5".to_owned()];
        assert_eq!(
            line(&entry),
            "#0 1970-01-01T00:00:00Z POST token client=a?b?[31m 503 scripted [fail 503; delay 5]"
        );
    }
}
