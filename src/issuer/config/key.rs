//! The private keys in a configuration (RFC 7517), with which the driver signs.

use core::fmt;
use std::borrow::Cow;

use serde::ser::{Serialize, Serializer};

use crate::base64url;
use crate::secret::Secret;

use super::claims::{ClaimValue, Claims};
use super::plain::{FromPlain, Problem, deserialized};
use crate::issuer::jose::algorithm::SigningAlgorithm;
use crate::issuer::jose::jwk::PublicJwk;
use crate::issuer::jose::key::{KeyProblem, PublicKey};

/// A private key as a JWK: RSA, P-256, P-384, P-521 or Ed25519. The issuer itself only publishes its
/// public half; whoever drives it signs.
#[derive(Clone)]
pub struct PrivateJwk {
    members: Vec<(String, Secret)>,
    public: PublicJwk,
}

impl PrivateJwk {
    /// The public half. Its id is the `kid` of the JWK if it has one.
    #[must_use]
    pub fn public_jwk(&self) -> &PublicJwk {
        &self.public
    }

    /// The members of the JWK that are strings, including the secret ones.
    pub fn members(&self) -> impl Iterator<Item = (&str, &Secret)> {
        self.members.iter().map(|(name, value)| (name.as_str(), value))
    }

    fn from_members(members: Vec<(String, Secret)>) -> Result<Self, String> {
        let member = |name: &str| {
            members.iter().find(|(other, _)| other == name).map(|(_, value)| value.expose())
        };
        let key = PublicKey::from_members(|name| member(name).map(Cow::Borrowed))
            .map_err(|problem| problem.to_string())?;
        // RFC 7518 sections 6.2.2 and 6.3.2, RFC 8037 section 2.
        let (private, length): (&[_], _) = match key.private_length() {
            None => (&["d", "p", "q", "dp", "dq", "qi"], 1..=usize::MAX),
            Some(length) => (&["d"], length..=length),
        };
        for name in private {
            let text = member(name).unwrap_or_default();
            if !base64url::decode(text).is_ok_and(|bytes| length.contains(&bytes.len())) {
                return Err(KeyProblem::Member(name).to_string());
            }
        }
        let public = PublicJwk::new(key);
        let public = match member("alg") {
            None => public,
            Some(name) => SigningAlgorithm::from_name(name)
                .and_then(|algorithm| public.with_algorithm(algorithm))
                .ok_or("`alg` is unknown, or not for such a key")?,
        };
        if member("use").is_some_and(|usage| usage != "sig") {
            return Err("`use` is not sig".to_owned());
        }
        let public = match member("kid") {
            None => public,
            Some(kid) if (1..=256).contains(&kid.len()) => public.with_kid(kid),
            Some(_) => return Err("`kid` has 1 to 256 octets".to_owned()),
        };
        Ok(Self { members, public })
    }
}

/// Reads a JWK. Unknown members are ignored (RFC 7517 section 4), and so are `key_ops` and `ext`,
/// which are no strings.
impl FromPlain for PrivateJwk {
    fn from_plain(value: ClaimValue) -> Result<Self, Problem> {
        let Claims(members) = Claims::from_plain(value)?;
        let strings = members.into_iter().filter_map(|(name, value)| match value {
            ClaimValue::String(text) => Some((name, Secret::from(text))),
            _ => None,
        });
        Self::from_members(strings.collect()).map_err(Problem::new)
    }
}

deserialized!(PrivateJwk);

/// Writes the JWK, including its private half.
impl Serialize for PrivateJwk {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.members().map(|(name, value)| (name, value.expose())))
    }
}

/// Shows only the public half.
impl fmt::Debug for PrivateJwk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateJwk").field("public", &self.public).finish_non_exhaustive()
    }
}
