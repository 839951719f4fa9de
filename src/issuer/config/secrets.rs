//! Secrets in a configuration. No message shows what is in the place of a secret. `Secret` itself
//! cannot be written: a field has to name one of these functions, so that secrets are not written
//! by accident.

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};

use crate::secret::Secret;

/// The message of the format is replaced, because it could contain the value.
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

/// Writes a list of secrets, for `#[serde(serialize_with)]`.
pub(super) fn list<S: Serializer>(secrets: &[Secret], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(secrets.iter().map(Secret::expose))
}
