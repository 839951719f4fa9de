//! Private keys in a configuration (RFC 7517), for drivers that are given theirs.

use core::fmt;

use crate::base64url;
use crate::secret::Secret;

use super::ClaimValue;
use crate::issuer::jose::jwk::PublicJwk;

/// A private key as a JWK: RSA, P-256 or Ed25519. The issuer itself only publishes its public half;
/// whoever drives it signs.
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

    /// The members of the JWK that are strings, those that are secret among them.
    pub fn members(&self) -> impl Iterator<Item = (&str, &Secret)> {
        self.members.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Reads a JWK. Members that are not known are passed over (RFC 7517 section 4), as are `key_ops`
    /// and `ext`, which are no strings.
    pub(super) fn from_claims(members: Vec<(String, ClaimValue)>) -> Result<Self, &'static str> {
        let strings = members.into_iter().filter_map(|(name, value)| match value {
            ClaimValue::String(text) => Some((name, Secret::from(text))),
            _ => None,
        });
        Self::from_members(strings.collect())
    }

    fn from_members(members: Vec<(String, Secret)>) -> Result<Self, &'static str> {
        let member = |name: &str| {
            members.iter().find(|(other, _)| other == name).map(|(_, value)| value.expose())
        };
        let has = |names: &[&str]| {
            names.iter().all(|name| {
                member(name)
                    .and_then(|text| base64url::decode(text).ok())
                    .is_some_and(|bytes| !bytes.is_empty())
            })
        };
        let octets = |name: &str, length: usize| {
            let text = member(name)?;
            base64url::decode(text).is_ok_and(|bytes| bytes.len() == length).then_some(text)
        };
        let public = match (member("kty"), member("crv")) {
            (Some("RSA"), _) => {
                if !has(&["n", "e", "d", "p", "q", "dp", "dq", "qi"]) {
                    return Err("a private RSA key has n, e, d, p, q, dp, dq and qi");
                }
                let n = member("n").unwrap_or_default();
                // RFC 7518 section 3.3; 256 octets are 342 characters.
                if n.len() < 342 {
                    return Err("an RSA key has 2048 bits at least");
                }
                PublicJwk::rsa(n, member("e").unwrap_or_default())
            }
            (Some("EC"), Some("P-256")) => {
                match (octets("x", 32), octets("y", 32), octets("d", 32)) {
                    (Some(x), Some(y), Some(_)) => PublicJwk::p256(x, y),
                    _ => return Err("a private P-256 key has x, y and d of 32 octets"),
                }
            }
            (Some("OKP"), Some("Ed25519")) => match (octets("x", 32), octets("d", 32)) {
                (Some(x), Some(_)) => PublicJwk::ed25519(x),
                _ => return Err("a private Ed25519 key has x and d of 32 octets"),
            },
            _ => {
                return Err(
                    "expected a private key of kty RSA, EC with P-256, or OKP with Ed25519",
                );
            }
        };
        // RFC 9864 calls EdDSA with this curve Ed25519.
        let algorithm = public.algorithm().name();
        if member("alg")
            .is_some_and(|alg| alg != algorithm && !(algorithm == "EdDSA" && alg == "Ed25519"))
        {
            return Err("`alg` is not what this issuer signs with such a key");
        }
        if member("use").is_some_and(|usage| usage != "sig") {
            return Err("`use` is not sig");
        }
        let public = match member("kid") {
            None => public,
            Some(kid) if (1..=256).contains(&kid.len()) => public.with_kid(kid),
            Some(_) => return Err("`kid` has 1 to 256 octets"),
        };
        Ok(Self { members, public })
    }
}

/// Shows the public half only.
impl fmt::Debug for PrivateJwk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateJwk").field("public", &self.public).finish_non_exhaustive()
    }
}
