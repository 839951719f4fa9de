//! Verifies signatures with the crates of RustCrypto, for those who have no other library for it.
//!
//! It takes what the client and resource servers leave to the caller: the signature of a JWT, and the key that must have
//! made it. All algorithms of [`SignatureAlgorithm`] are there, and none with a shared secret.

use std::borrow::Cow;

use ed25519_dalek::Verifier;
use rsa::{BoxedUint, Pkcs1v15Sign, Pss, PublicKey as RsaPublicKey};
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::base64url;
use crate::client::id_token::Signature;
use crate::json::{self, Limits};
use crate::signature::SignatureAlgorithm;

/// Whether a key, a JWK as JSON text, made a signature (RFC 7515 section 5.2). A key that is none, or one of another
/// type or curve than the algorithm's, has made none; nor has a key of RSA of less than 2048 bits (RFC 7518 section 3.3)
/// or more than 8192.
#[must_use]
pub fn is_genuine(key: &str, signature: &Signature) -> bool {
    verify(key, signature).is_some()
}

fn verify(key: &str, signature: &Signature) -> Option<()> {
    let jwk = json::parse_object(key, Limits::default()).ok()?;
    let member = |name: &str| jwk.member(name).and_then(|value| value.as_str());
    let input = signature.input().expose().as_bytes();
    verify_by(&member, signature.algorithm()?, input, signature.octets())
}

/// Verifies what requests to an issuer carry: assertions, proofs, request objects and tokens.
#[cfg(feature = "issuer")]
#[derive(Clone, Copy, Debug, Default)]
pub struct RustCrypto;

#[cfg(feature = "issuer")]
impl crate::issuer::Verifier for RustCrypto {
    fn verify(&self, check: &crate::issuer::SignatureCheck) -> bool {
        let members = check.key().members();
        let member = |name: &str| {
            let (_, value) = members.iter().find(|(other, _)| *other == name)?;
            Some(Cow::Borrowed(*value))
        };
        verify_by(&member, check.algorithm(), check.signing_input(), check.signature()).is_some()
    }
}

/// A member of a JWK.
type Member<'a> = dyn Fn(&str) -> Option<Cow<'a, str>> + 'a;

fn verify_by(
    jwk: &Member<'_>,
    algorithm: SignatureAlgorithm,
    input: &[u8],
    octets: &[u8],
) -> Option<()> {
    let (kind, curve) = algorithm.key_type();
    if jwk("kty").as_deref() != Some(kind) || jwk("crv").as_deref() != curve {
        return None;
    }
    match algorithm {
        SignatureAlgorithm::Es256 => {
            let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(&point(jwk, 32)?).ok()?;
            key.verify(input, &p256::ecdsa::Signature::from_slice(octets).ok()?).ok()
        }
        SignatureAlgorithm::Es384 => {
            let key = p384::ecdsa::VerifyingKey::from_sec1_bytes(&point(jwk, 48)?).ok()?;
            key.verify(input, &p384::ecdsa::Signature::from_slice(octets).ok()?).ok()
        }
        SignatureAlgorithm::Es512 => {
            let key = p521::ecdsa::VerifyingKey::from_sec1_bytes(&point(jwk, 66)?).ok()?;
            key.verify(input, &p521::ecdsa::Signature::from_slice(octets).ok()?).ok()
        }
        SignatureAlgorithm::EdDsa => {
            let key = number(jwk, "x")?.try_into().ok()?;
            let key = ed25519_dalek::VerifyingKey::from_bytes(&key).ok()?;
            // Strictly: keys of small order would verify what nobody has signed.
            key.verify_strict(input, &ed25519_dalek::Signature::from_slice(octets).ok()?).ok()
        }
        _ => verify_rsa(jwk, algorithm, input, octets),
    }
}

fn verify_rsa(
    jwk: &Member<'_>,
    algorithm: SignatureAlgorithm,
    input: &[u8],
    signature: &[u8],
) -> Option<()> {
    let (modulus, exponent) = (number(jwk, "n")?, number(jwk, "e")?);
    if !MODULUS.contains(&modulus.len()) || modulus.first() == Some(&0) || exponent.len() > 4 {
        return None;
    }
    let number = |octets: &[u8]| BoxedUint::from_be_slice_vartime(octets);
    let key = RsaPublicKey::new(number(&modulus), number(&exponent)).ok()?;
    let hash = hash(algorithm, input);
    // The salt is as long as the hash (RFC 7518 section 3.5).
    let verified = match algorithm {
        SignatureAlgorithm::Ps256 => key.verify(Pss::<Sha256>::new(), &hash, signature),
        SignatureAlgorithm::Ps384 => key.verify(Pss::<Sha384>::new(), &hash, signature),
        SignatureAlgorithm::Ps512 => key.verify(Pss::<Sha512>::new(), &hash, signature),
        _ => key.verify(pkcs1(algorithm)?, &hash, signature),
    };
    verified.ok()
}

/// What an algorithm signs in place of a text.
pub(crate) fn hash(algorithm: SignatureAlgorithm, input: &[u8]) -> Vec<u8> {
    match algorithm.hash_bits() {
        256 => Sha256::digest(input).to_vec(),
        384 => Sha384::digest(input).to_vec(),
        _ => Sha512::digest(input).to_vec(),
    }
}

/// RSASSA-PKCS1-v1_5 with the DigestInfo of a hash (RFC 8017 section 9.2, note 1).
pub(crate) fn pkcs1(algorithm: SignatureAlgorithm) -> Option<Pkcs1v15Sign> {
    let length = u8::try_from(algorithm.hash_bits() / 8).ok()?;
    // The last octet of id-sha256, id-sha384 and id-sha512.
    let hash = match length {
        32 => 1,
        48 => 2,
        _ => 3,
    };
    let prefix: [u8; 19] = [
        0x30,
        length.checked_add(0x11)?,
        0x30,
        0x0d,
        0x06,
        0x09,
        0x60,
        0x86,
        0x48,
        0x01,
        0x65,
        0x03,
        0x04,
        0x02,
        hash,
        0x05,
        0x00,
        0x04,
        length,
    ];
    Some(Pkcs1v15Sign { hash_len: Some(length.into()), prefix: Box::new(prefix) })
}

/// The octets of a member.
fn number(jwk: &Member<'_>, name: &str) -> Option<Vec<u8>> {
    base64url::decode(&jwk(name)?).ok()
}

/// A point that is not compressed (SEC 1 section 2.3.3), from coordinates of this length.
fn point(jwk: &Member<'_>, length: usize) -> Option<Vec<u8>> {
    let (x, y) = (number(jwk, "x")?, number(jwk, "y")?);
    (x.len() == length && y.len() == length).then(|| [&[4], &x[..], &y[..]].concat())
}

/// The octets of a modulus.
const MODULUS: core::ops::RangeInclusive<usize> = 256..=1024;
