//! Writing a configuration.

use serde::Serialize;

use super::application::Application;
use super::claims::ClaimValue;
use super::read;
use super::root::Config;
use super::user::User;

impl Config {
    /// The configuration as JSON that [`Config::read`] reads, **with all secrets in it**.
    #[must_use]
    pub fn to_json(&self) -> String {
        text(self)
    }
}

impl Application {
    /// The plain value from which [`FromValue`](super::FromValue) reads it.
    pub(crate) fn to_value(&self) -> ClaimValue {
        value(self)
    }
}

impl User {
    /// The plain value from which [`FromValue`](super::FromValue) reads it.
    pub(crate) fn to_value(&self) -> ClaimValue {
        value(self)
    }
}

/// Writes a part of a configuration as JSON. It cannot fail, because JSON can express everything in
/// it.
fn text(part: &impl Serialize) -> String {
    serde_json::to_string(part).unwrap_or_default()
}

fn value(part: &impl Serialize) -> ClaimValue {
    let text = text(part);
    read::plain_value(&mut serde_json::Deserializer::from_str(&text), "")
        .unwrap_or(ClaimValue::Null)
}
