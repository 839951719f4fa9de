//! A configuration out of any format of `serde`: first plain values, then what they describe.

use serde::de::{DeserializeOwned, Deserializer};

use super::claims::ClaimValue;
use super::error::ConfigError;
use super::plain::{Plain, Problem};

/// What can be read out of a plain value, which stands at `path`.
pub(crate) trait FromValue: Sized {
    fn from_value(value: ClaimValue, path: &str) -> Result<Self, ConfigError>;
}

impl<T: DeserializeOwned> FromValue for T {
    fn from_value(value: ClaimValue, path: &str) -> Result<Self, ConfigError> {
        T::deserialize(Plain(value)).map_err(|problem| problem.at(path))
    }
}

/// Reads a plain value, which stands at `path`, from any format.
pub(crate) fn plain_value<'de, D: Deserializer<'de>>(
    deserializer: D,
    path: &str,
) -> Result<ClaimValue, ConfigError> {
    serde_path_to_error::deserialize(deserializer).map_err(|error| {
        let below = error.path().to_string();
        refused(path, if below == "." { "" } else { &below }, &error.inner().to_string())
    })
}

/// What is wrong with what stands below a path, in the words of another format.
#[cold]
#[inline(never)]
fn refused(path: &str, below: &str, problem: &str) -> ConfigError {
    Problem::new(without_value(problem)).below(below).at(path)
}

/// A message of another format's without the value that it found.
fn without_value(message: &str) -> String {
    // JavaScript says first that it is an error.
    let message = message.strip_prefix("Error: ").unwrap_or(message);
    let shows = ["invalid type", "invalid value"].iter().any(|begin| message.starts_with(begin));
    if shows { "not a value that JSON has" } else { message }.to_owned()
}
