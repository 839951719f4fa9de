//! The public key in the header of a proof (RFC 9449 section 4.2).

use crate::base64url;
use crate::client::dpop::PublicKey;
use crate::signature::SignatureAlgorithm;

use super::jwt::object;

/// A public key whose members have the right sizes.
pub(super) struct ProofKey {
    curve: Option<&'static str>,
    kind: &'static str,
    /// `n` and `e`, `x` and `y`, or `x` and nothing.
    numbers: [String; 2],
}

impl ProofKey {
    /// Reads a JWK, which has to be a public key for this algorithm.
    pub(super) fn read(jwk: &str, algorithm: SignatureAlgorithm) -> Option<Self> {
        let members = object(jwk)?;
        // RFC 9449 section 4.3: a private key is no proof of anything.
        if PRIVATE.iter().any(|name| members.member(name).is_some()) {
            return None;
        }
        let text = |name: &str| members.member(name).map(|value| value.as_str());
        let (kind, curve) = algorithm.key_type();
        let is_curve = match (text("crv"), curve) {
            (None, None) => true,
            (Some(found), Some(curve)) => found.as_deref() == Some(curve),
            _ => false,
        };
        if text("kty").flatten().as_deref() != Some(kind) || !is_curve {
            return None;
        }
        let number = |name: &str, sizes: core::ops::RangeInclusive<usize>| {
            let text = text(name)??.into_owned();
            let octets = base64url::decode(&text).ok()?;
            sizes.contains(&octets.len()).then_some(text)
        };
        let numbers = match curve {
            // RFC 7518 section 3.3: 2048 bits at least.
            None => [number("n", 256..=1024)?, number("e", 1..=4)?],
            Some("Ed25519") => [number("x", 32..=32)?, String::new()],
            Some(curve) => {
                let size = match curve {
                    "P-256" => 32,
                    "P-384" => 48,
                    _ => 66,
                };
                [number("x", size..=size)?, number("y", size..=size)?]
            }
        };
        Some(Self { curve, kind, numbers })
    }

    /// The thumbprint (RFC 7638).
    pub(super) fn thumbprint(&self) -> String {
        self.public().thumbprint()
    }

    /// The key as a JWK with nothing else in it.
    pub(super) fn jwk(&self) -> String {
        self.public().jwk()
    }

    fn public(&self) -> PublicKey<'_> {
        let [one, other] = &self.numbers;
        match (self.kind, self.curve) {
            ("EC", Some(curve)) => PublicKey::Ec { curve, x: one, y: other },
            ("OKP", _) => PublicKey::Ed25519 { x: one },
            _ => PublicKey::Rsa { modulus: one, exponent: other },
        }
    }
}

/// The members that only keys have which are not public (RFC 7518 section 6).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
