//! A configuration for whoever hands it on.

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
    /// As [`FromValue`](super::FromValue) reads it.
    pub(crate) fn to_value(&self) -> ClaimValue {
        value(self)
    }
}

impl User {
    /// As [`FromValue`](super::FromValue) reads it.
    pub(crate) fn to_value(&self) -> ClaimValue {
        value(self)
    }
}

/// Nothing of a configuration is anything that JSON does not have, so it cannot fail.
fn text(part: &impl Serialize) -> String {
    serde_json::to_string(part).unwrap_or_default()
}

fn value(part: &impl Serialize) -> ClaimValue {
    let text = text(part);
    read::plain_value(&mut serde_json::Deserializer::from_str(&text), "")
        .unwrap_or(ClaimValue::Null)
}
