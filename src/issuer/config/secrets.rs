//! Secrets in a configuration. No message shows what is in the place of a secret. `Secret` itself
//! cannot be written: a field has to name one of these functions, so that secrets are not written
//! by accident.

use serde::ser::{Serialize, Serializer};

use super::claims::ClaimValue;
use super::plain::{FromPlain, Problem, deserialized};
use crate::secret::Secret;

impl FromPlain for Secret {
    fn from_plain(value: ClaimValue) -> Result<Self, Problem> {
        match value {
            ClaimValue::String(text) => Ok(text.into()),
            _ => Err(Problem::new("expected a string".to_owned())),
        }
    }
}

deserialized!(Secret);

/// Writes a secret, for `#[serde(serialize_with)]`.
pub(super) fn one<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
    secret.expose().serialize(serializer)
}

/// Writes a list of secrets, for `#[serde(serialize_with)]`.
pub(super) fn list<S: Serializer>(secrets: &[Secret], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(secrets.iter().map(Secret::expose))
}
