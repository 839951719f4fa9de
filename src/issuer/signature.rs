//! Signatures that a request carries: client assertions (RFC 7523), DPoP proofs (RFC 9449) and
//! id_token_hints (OpenID Connect Core section 3.1.2.1).
//!
//! Verifying a public-key signature is the driver's work, as signing is: in JavaScript it takes
//! WebCrypto, which answers later, and [`Issuer::handle`] decides at once. So the driver asks first
//! which signatures there are ([`Issuer::signatures`]), verifies them, and hands those that are
//! genuine to [`Issuer::handle_verified`], which checks everything else. A check names algorithm,
//! key and text: what was verified counts for these alone, also when keys change in between.

use crate::base64url;
use crate::form;
use crate::http::{HttpRequest, HttpResponse, Method};

use super::config::SigningAlgorithm;
use super::parameters::Parameters;
use super::route::{self, Route};
use super::sign::Signer;
use super::{Exchange, Issuer};

mod jws;
mod key;

pub(crate) use jws::{Claims, Jws};
pub(crate) use key::PRIVATE as PRIVATE_MEMBERS;
pub use key::{KeyProblem, PublicKey};

/// How a signature is made (RFC 7518 section 3, RFC 8037 section 3.1). `none` and HMAC are not here
/// on purpose: a public key must never be taken for a shared secret (RFC 8725 section 2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerificationAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 bytes.
    Ps256,
    /// ECDSA on P-256 with SHA-256; the signature is `r` and `s`, 32 bytes each.
    Es256,
    /// EdDSA on Ed25519.
    EdDsa,
}

impl VerificationAlgorithm {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Rs256, Self::Ps256, Self::Es256, Self::EdDsa];

    /// Every name that `alg` may have: [`EdDsa`](Self::EdDsa) has two.
    pub const NAMES: [&'static str; 5] = ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"];

    /// [`NAMES`](Self::NAMES) as a challenge lists them (RFC 9449 section 7.1).
    pub(crate) const LIST: &'static str = "RS256 PS256 ES256 EdDSA Ed25519";

    /// The algorithm of this name in `alg`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::Rs256),
            "PS256" => Some(Self::Ps256),
            "ES256" => Some(Self::Es256),
            // RFC 9864 section 2.2: EdDSA with this curve, by a name that says so.
            "EdDSA" | "Ed25519" => Some(Self::EdDsa),
            _ => None,
        }
    }

    /// The name in `alg`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }

    /// Whether a key is of the kind that the algorithm takes.
    #[must_use]
    pub fn takes(self, key: &PublicKey) -> bool {
        match self {
            Self::Rs256 | Self::Ps256 => matches!(key, PublicKey::Rsa { .. }),
            Self::Es256 => matches!(key, PublicKey::P256 { .. }),
            Self::EdDsa => matches!(key, PublicKey::Ed25519 { .. }),
        }
    }
}

impl From<SigningAlgorithm> for VerificationAlgorithm {
    fn from(algorithm: SigningAlgorithm) -> Self {
        match algorithm {
            SigningAlgorithm::Rs256 => Self::Rs256,
            SigningAlgorithm::Es256 => Self::Es256,
            SigningAlgorithm::EdDsa => Self::EdDsa,
        }
    }
}

/// A signature that must be verified before its request is handled. Nothing of its text is known to
/// be true yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureCheck {
    algorithm: VerificationAlgorithm,
    key: PublicKey,
    input: String,
    signature: Vec<u8>,
}

impl SignatureCheck {
    /// A check of a JWS by a key; none if the key is not for the JWS's algorithm.
    pub(crate) fn new(jws: &Jws, key: &PublicKey) -> Option<Self> {
        let algorithm = VerificationAlgorithm::from_name(&jws.algorithm)?;
        algorithm.takes(key).then(|| Self {
            algorithm,
            key: key.clone(),
            input: jws.input.clone(),
            signature: jws.signature.clone(),
        })
    }

    /// How the signature says that it is made.
    #[must_use]
    pub fn algorithm(&self) -> VerificationAlgorithm {
        self.algorithm
    }

    /// The key that must have made it.
    #[must_use]
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// What is signed: ASCII `header.payload`.
    #[must_use]
    pub fn signing_input(&self) -> &[u8] {
        self.input.as_bytes()
    }

    /// The signature, decoded.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }
}

/// Verifies signatures, for drivers outside JavaScript.
pub trait Verifier {
    /// Whether the key made the signature, with that algorithm and no other. A key or a signature
    /// that cannot be read did not.
    fn verify(&self, check: &SignatureCheck) -> bool;
}

/// Verifies what a request carries, handles it, and signs what its answer needs, as
/// [`respond`](super::respond) does.
///
/// # Errors
/// The signer's own.
pub fn respond_verified<S: Signer, V: Verifier>(
    issuer: &mut Issuer,
    signer: &S,
    verifier: &V,
    request: &HttpRequest,
    now: i64,
) -> Result<HttpResponse, S::Error> {
    let mut genuine = issuer.signatures(request);
    genuine.retain(|check| verifier.verify(check));
    issuer.set_signing_key(signer.public_jwk());
    let reply = issuer.handle_verified(request, &genuine, now);
    super::sign::sign(signer, reply)
}

impl Issuer {
    /// The signatures that a request carries: none for most, three at most. Pure, and cheap for
    /// requests without any. Give those that verify to [`Issuer::handle_verified`].
    #[must_use]
    pub fn signatures(&self, request: &HttpRequest) -> Vec<SignatureCheck> {
        let mut checks = Vec::new();
        let proof = request.headers.value("dpop");
        let query = request.url.split_once('?').map_or("", |(_, query)| query);
        let body = match request.method {
            Method::Post => core::str::from_utf8(&request.body).unwrap_or_default(),
            _ => "",
        };
        let in_parameters = carries_jws(query) || carries_jws(body);
        if proof.is_none() && !in_parameters {
            return checks;
        }
        let (path, query) = route::split(&request.url, &self.config);
        let Some(route) = Route::from_path(path) else {
            return checks;
        };
        if let Some(proof) = proof.filter(|_| !route.endpoint.is_page()) {
            checks.extend(Jws::read(proof).and_then(|jws| proof_check(&jws)));
        }
        if in_parameters
            && let Ok(parameters) = Parameters::read(request, query, self.config.profile)
        {
            let assertion = parameters.value("client_assertion").and_then(Jws::read);
            checks.extend(assertion.and_then(|jws| self.assertion_check(&jws)));
            for name in OWN {
                let jws = parameters.value(name).and_then(Jws::read);
                checks.extend(jws.and_then(|jws| self.own_check(&jws)));
            }
        }
        checks
    }

    /// The check of a JWS that this issuer itself is said to have signed.
    pub(crate) fn own_check(&self, jws: &Jws) -> Option<SignatureCheck> {
        // Every token of ours names its key.
        let kid = jws.key_id.as_deref()?;
        let key = self.published_keys().find(|key| key.kid() == kid)?;
        SignatureCheck::new(jws, key.key())
    }
}

/// The check of a DPoP proof: by the key in its own header (RFC 9449 section 4.3).
pub(crate) fn proof_check(proof: &Jws) -> Option<SignatureCheck> {
    SignatureCheck::new(proof, proof.key.as_ref()?.as_ref().ok()?)
}

impl Exchange<'_> {
    /// Whether the driver found this signature to be genuine.
    pub(crate) fn is_verified(&self, check: &SignatureCheck) -> bool {
        self.verified.contains(check)
    }
}

/// Parameters that may hold what this issuer itself signed.
const OWN: [&str; 2] = ["id_token_hint", "token"];

/// Whether a form has a parameter that may hold a JWS. Most tokens are none, and have no dot. A form of
/// more parameters than are taken is not read further than that.
fn carries_jws(form: &str) -> bool {
    form.split('&').take(form::Limits::default().parameters).any(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let is_jws = |name: &str| {
            let has_dot = || value.bytes().any(|byte| matches!(byte, b'.' | b'%'));
            (name == "client_assertion" || OWN.contains(&name)) && has_dot()
        };
        is_jws(name) || (name.contains('%') && form::decode(name).is_ok_and(|name| is_jws(&name)))
    })
}

/// The id_token_hint and the like of this many bytes are read, and no more.
const MAX_JWS: usize = 8 * 1024;

/// Decodes a part of a JWS.
fn decode(part: &str) -> Option<Vec<u8>> {
    base64url::decode(part).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_that_of_an_algorithm() {
        assert_eq!(VerificationAlgorithm::LIST, VerificationAlgorithm::NAMES.join(" "));
        for algorithm in VerificationAlgorithm::ALL {
            assert!(VerificationAlgorithm::NAMES.contains(&algorithm.name()));
            assert_eq!(VerificationAlgorithm::from_name(algorithm.name()), Some(algorithm));
        }
        for name in VerificationAlgorithm::NAMES {
            assert!(VerificationAlgorithm::from_name(name).is_some(), "{name}");
        }
    }

    #[test]
    fn a_parameter_is_found_however_its_name_is_written() {
        for form in [
            "client_assertion=x.y.z",
            "a=b&id_token_hint=x%2ey",
            "client%5Fassertion=x.y&a",
            "token=x.y.z",
        ] {
            assert!(carries_jws(form), "{form}");
        }
        for form in [
            "",
            "client_assertion_type=x.",
            "a=client_assertion.",
            "%zz=.",
            "code=x.&b",
            "token=ATx",
        ] {
            assert!(!carries_jws(form), "{form}");
        }
        let last = |before: usize| format!("{}token=x.y.z", "a&".repeat(before));
        assert!(carries_jws(&last(63)) && !carries_jws(&last(64)));
    }
}
