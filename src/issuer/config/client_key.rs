//! The public keys of an application (RFC 7517), by which its assertions are verified.

use std::borrow::Cow;

use super::ClaimValue;
use crate::issuer::jose::algorithm::VerificationAlgorithm;
use crate::issuer::jose::key::{KeyProblem, PRIVATE as PRIVATE_MEMBERS, PublicKey};

/// A JWK set: `{ "keys": [ … ] }`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClientKeys {
    /// The keys. Several work at the same time, so that one can be replaced.
    pub keys: Vec<ClientKey>,
}

impl From<Vec<ClientKey>> for ClientKeys {
    fn from(keys: Vec<ClientKey>) -> Self {
        Self { keys }
    }
}

/// A public key of an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientKey {
    pub(crate) key: PublicKey,
    pub(crate) kid: Option<String>,
    /// The one algorithm it is for; none if it is for any that takes such a key.
    pub(crate) algorithm: Option<VerificationAlgorithm>,
}

impl ClientKey {
    /// A key for any algorithm that takes it, without an id.
    #[must_use]
    pub fn new(key: PublicKey) -> Self {
        Self { key, kid: None, algorithm: None }
    }

    /// Reads a JWK; members that are not known are passed over (RFC 7517 section 4).
    pub(super) fn from_members(members: &[(String, ClaimValue)]) -> Result<Self, String> {
        let has = |name: &str| members.iter().any(|(other, _)| other == name);
        if PRIVATE_MEMBERS.iter().any(|name| has(name)) {
            return Err(KeyProblem::Private.to_string());
        }
        let member = |name: &str| {
            members.iter().find(|(other, _)| other == name).and_then(|(_, value)| match value {
                ClaimValue::String(text) => Some(Cow::Borrowed(text.as_str())),
                _ => None,
            })
        };
        let key = PublicKey::from_members(member).map_err(|problem| problem.to_string())?;
        if member("use").is_some_and(|usage| usage != "sig") {
            return Err("`use` is not sig".to_owned());
        }
        let algorithm = match member("alg") {
            None => None,
            Some(name) => Some(
                VerificationAlgorithm::from_name(&name)
                    .filter(|algorithm| algorithm.takes(&key))
                    .ok_or("`alg` is unknown, or not for such a key")?,
            ),
        };
        Ok(Self { key, kid: member("kid").map(Cow::into_owned), algorithm })
    }
}
