//! Secrets in a configuration. They are read without ever being shown, whatever stands in their place;
//! only a field that asks for it writes one, so that nothing writes them by accident.

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};

use crate::secret::Secret;

/// Whatever the format says of what is not a string, it could show it.
impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)
            .map(Self::from)
            .map_err(|_| D::Error::custom("expected a string"))
    }
}

/// Writes a secret, for `#[serde(serialize_with)]`.
pub(super) fn one<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
    secret.expose().serialize(serializer)
}

/// Writes several, for `#[serde(serialize_with)]`.
pub(super) fn list<S: Serializer>(secrets: &[Secret], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(secrets.iter().map(Secret::expose))
}
