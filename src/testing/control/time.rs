//! Times and durations in JSON.

use crate::issuer::config::ClaimValue;
use crate::issuer::config::plain::{FromPlain, Problem};
use crate::testing::clock::{LATEST, TIME_EXPECTED};

/// A time in Unix seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Time(pub(crate) i64);

impl FromPlain for Time {
    fn from_plain(value: ClaimValue) -> Result<Self, Problem> {
        match value {
            ClaimValue::Integer(time @ 0..=LATEST) => Ok(Self(time)),
            _ => Err(Problem::new(TIME_EXPECTED.to_owned())),
        }
    }
}

/// A length of time in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Duration(pub(crate) i64);

impl FromPlain for Duration {
    fn from_plain(value: ClaimValue) -> Result<Self, Problem> {
        let seconds = match &value {
            ClaimValue::Integer(seconds) => Some(*seconds),
            ClaimValue::String(text) => seconds(text),
            _ => None,
        };
        seconds.filter(|seconds| (0..=LATEST).contains(seconds)).map(Self).ok_or_else(|| {
            let problem = "expected a duration: whole seconds, or a text such as \"90s\", \"20m\", \
                           \"1h\" or \"2d\"";
            Problem::new(problem.to_owned())
        })
    }
}

/// The seconds of a text such as `20m`.
fn seconds(text: &str) -> Option<i64> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let unit = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return None,
    };
    let is_number = !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit());
    number.parse::<i64>().ok().filter(|_| is_number)?.checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_a_unit() {
        for (text, expected) in [
            ("0s", Some(0)),
            ("90s", Some(90)),
            ("20m", Some(1_200)),
            ("1h", Some(3_600)),
            ("2d", Some(172_800)),
            ("", None),
            ("m", None),
            ("20", None),
            ("-1m", None),
            ("+1m", None),
            ("1.5h", None),
            ("1 m", None),
            ("1é", None),
            ("9223372036854775807d", None),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }
}
