//! Reading a configuration from any format of `serde`: first plain values, and then the structs
//! from these.

use serde::de::Deserializer;

use super::claims::{ClaimValue, NO_JSON};
use super::error::ConfigError;
use super::plain::{FromPlain, Problem};

/// A part of a configuration that can be read from a plain value.
pub(crate) trait FromValue: Sized {
    /// Reads it from the value at `path`.
    fn from_value(value: ClaimValue, path: &str) -> Result<Self, ConfigError>;
}

impl<T: FromPlain> FromValue for T {
    fn from_value(value: ClaimValue, path: &str) -> Result<Self, ConfigError> {
        T::from_plain(value).map_err(|problem| problem.at(path))
    }
}

/// Reads the plain value at `path` from any format.
pub(crate) fn plain_value<'de, D: Deserializer<'de>>(
    deserializer: D,
    path: &str,
) -> Result<ClaimValue, ConfigError> {
    serde_path_to_error::deserialize(deserializer).map_err(|error| {
        let below = error.path().to_string();
        refused(path, if below == "." { "" } else { &below }, &error.inner().to_string())
    })
}

/// The error for a problem that a format found in the value at `path`, with the path below that.
#[cold]
#[inline(never)]
fn refused(path: &str, below: &str, problem: &str) -> ConfigError {
    Problem::new(without_value(problem)).below(below).at(path)
}

/// The message of a format, without the value that it may contain.
fn without_value(message: &str) -> String {
    let shows = ["invalid type", "invalid value"].iter().any(|begin| message.starts_with(begin));
    if shows { NO_JSON } else { message }.to_owned()
}
