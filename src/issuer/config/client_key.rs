//! The public keys of an application (RFC 7517), with which its assertions are verified.

use std::borrow::Cow;

use serde::Serialize;

#[cfg(feature = "schema")]
use super::bounds;
use super::claims::{ClaimValue, Claims};
use super::plain::{FromPlain, Problem, deserialized, objects, parts};
#[cfg(feature = "schema")]
use super::schema;
use crate::issuer::jose::algorithm::VerificationAlgorithm;
use crate::issuer::jose::key::{KeyProblem, PRIVATE as PRIVATE_MEMBERS, PublicKey};

/// A JWK set: `{ "keys": [ … ] }`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(inline))]
#[non_exhaustive]
pub struct ClientKeys {
    /// Public keys as JWKs (RFC 7517). Several work at the same time, so that one can be replaced.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<schema::PublicJwk>", length(max = bounds::MAX_KEYS)))]
    pub keys: Vec<ClientKey>,
}

parts!(ClientKeys = Self::default();
    needs keys,
);
objects!(ClientKeys);

impl ClientKeys {
    /// Whether the application has no keys.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}

impl From<Vec<ClientKey>> for ClientKeys {
    fn from(keys: Vec<ClientKey>) -> Self {
        Self { keys }
    }
}

/// A public key of an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(into = "Claims")]
pub struct ClientKey {
    pub(crate) key: PublicKey,
    pub(crate) kid: Option<String>,
    /// The only algorithm that may be used with it; none if every algorithm for such keys may.
    pub(crate) algorithm: Option<VerificationAlgorithm>,
}

impl ClientKey {
    /// What it can sign by.
    pub(crate) fn algorithms(&self) -> impl Iterator<Item = VerificationAlgorithm> {
        VerificationAlgorithm::ALL.into_iter().filter(|algorithm| self.signs_by(*algorithm))
    }

    /// Whether it may sign by this algorithm.
    pub(crate) fn signs_by(&self, algorithm: VerificationAlgorithm) -> bool {
        algorithm.takes(&self.key) && self.algorithm.is_none_or(|only| only == algorithm)
    }

    /// A key without id, for every algorithm that works with it.
    #[must_use]
    pub fn new(key: PublicKey) -> Self {
        Self { key, kid: None, algorithm: None }
    }
}

/// Reads a JWK. Unknown members are ignored (RFC 7517 section 4).
impl FromPlain for ClientKey {
    fn from_plain(value: ClaimValue) -> Result<Self, Problem> {
        Self::from_members(&Claims::from_plain(value)?.0).map_err(Problem::new)
    }
}

deserialized!(ClientKey);

impl ClientKey {
    fn from_members(members: &[(String, ClaimValue)]) -> Result<Self, String> {
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

impl From<ClientKey> for Claims {
    fn from(ClientKey { key, kid, algorithm }: ClientKey) -> Self {
        let members = key.members().into_iter().map(|(name, value)| (name, value.to_owned()));
        let rest = [("kid", kid), ("alg", algorithm.map(|algorithm| algorithm.name().to_owned()))];
        let rest = rest.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let text = |(name, value): (&str, String)| (name.to_owned(), ClaimValue::String(value));
        Self(members.chain(rest).map(text).collect())
    }
}
