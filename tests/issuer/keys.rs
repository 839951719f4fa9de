//! Keys of clients, which sign assertions and proofs, and a verifier: what WebCrypto is in JavaScript.

use std::sync::LazyLock;

use chacha20::ChaCha20Rng;
use chacha20::rand_core::SeedableRng;
use ed25519_dalek::{Signer as _, Verifier as _};
use eiam_token::base64url;
use eiam_token::issuer::{PublicKey, SignatureCheck, VerificationAlgorithm, Verifier};
use rsa::traits::PublicKeyParts;
use rsa::{BoxedUint, Pss, RsaPrivateKey, RsaPublicKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::rs256;

/// A key that signs with one algorithm.
pub enum ClientKey {
    Rs256(RsaPrivateKey),
    Ps256(RsaPrivateKey),
    Es256(p256::ecdsa::SigningKey),
    EdDsa(ed25519_dalek::SigningKey),
}

impl ClientKey {
    pub fn es256(seed: u8) -> Self {
        Self::Es256(p256::ecdsa::SigningKey::from_slice(&[seed; 32]).unwrap())
    }

    pub fn ed_dsa(seed: u8) -> Self {
        Self::EdDsa(ed25519_dalek::SigningKey::from_bytes(&[seed; 32]))
    }

    pub fn rs256() -> Self {
        Self::Rs256(RSA.clone())
    }

    pub fn ps256() -> Self {
        Self::Ps256(RSA.clone())
    }

    pub fn all() -> [Self; 4] {
        [Self::rs256(), Self::ps256(), Self::es256(1), Self::ed_dsa(1)]
    }

    pub fn algorithm(&self) -> &'static str {
        match self {
            Self::Rs256(_) => "RS256",
            Self::Ps256(_) => "PS256",
            Self::Es256(_) => "ES256",
            Self::EdDsa(_) => "EdDSA",
        }
    }

    pub fn jwk(&self) -> Value {
        match self {
            Self::Rs256(key) | Self::Ps256(key) => {
                let public = RsaPublicKey::from(key);
                let (n, e) = (public.n_bytes(), public.e_bytes());
                json!({ "kty": "RSA", "n": base64url::encode(&n), "e": base64url::encode(&e) })
            }
            Self::Es256(key) => {
                let point = key.verifying_key().to_sec1_point(false);
                let (x, y) = (point.x().unwrap(), point.y().unwrap());
                let (x, y) = (base64url::encode(x), base64url::encode(y));
                json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y })
            }
            Self::EdDsa(key) => {
                let x = base64url::encode(key.verifying_key().as_bytes());
                json!({ "kty": "OKP", "crv": "Ed25519", "x": x })
            }
        }
    }

    /// The thumbprint of RFC 7638.
    pub fn thumbprint(&self) -> String {
        let jwk = self.jwk();
        PublicKey::from_members(|name| jwk[name].as_str().map(Into::into)).unwrap().thumbprint()
    }

    /// A JWS with this header and payload, whatever they are.
    pub fn jws(&self, header: &Value, payload: &Value) -> String {
        let part = |value: &Value| base64url::encode(value.to_string().as_bytes());
        let input = format!("{}.{}", part(header), part(payload));
        let signature = self.sign(input.as_bytes());
        format!("{input}.{}", base64url::encode(&signature))
    }

    fn sign(&self, input: &[u8]) -> Vec<u8> {
        let hash = Sha256::digest(input);
        match self {
            Self::Rs256(key) => key.sign(rs256(), &hash).unwrap(),
            Self::Ps256(key) => {
                let mut random = ChaCha20Rng::from_seed([3; 32]);
                key.sign_with_rng(&mut random, Pss::<Sha256>::new(), &hash).unwrap()
            }
            Self::Es256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(input);
                signature.to_bytes().to_vec()
            }
            Self::EdDsa(key) => key.sign(input).to_bytes().to_vec(),
        }
    }
}

/// Verifies with the same crates.
pub struct Native;

impl Verifier for Native {
    fn verify(&self, check: &SignatureCheck) -> bool {
        try_verify(check).is_some()
    }
}

fn try_verify(check: &SignatureCheck) -> Option<()> {
    let decode = |text: &str| base64url::decode(text).unwrap();
    let (input, signature) = (check.signing_input(), check.signature());
    match (check.key(), check.algorithm()) {
        (PublicKey::Rsa { n, e }, algorithm) => {
            let number = |text| BoxedUint::from_be_slice_vartime(&decode(text));
            let key = RsaPublicKey::new(number(n), number(e)).ok()?;
            let hash = Sha256::digest(input);
            match algorithm {
                VerificationAlgorithm::Rs256 => key.verify(rs256(), &hash, signature).ok(),
                VerificationAlgorithm::Ps256 => {
                    key.verify(Pss::<Sha256>::new(), &hash, signature).ok()
                }
                _ => None,
            }
        }
        (PublicKey::P256 { x, y }, VerificationAlgorithm::Es256) => {
            let point = [vec![4], decode(x), decode(y)].concat();
            let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(&point).ok()?;
            let signature = p256::ecdsa::Signature::from_slice(signature).ok()?;
            key.verify(input, &signature).ok()
        }
        (PublicKey::Ed25519 { x }, VerificationAlgorithm::EdDsa) => {
            let bytes = decode(x).try_into().unwrap();
            let key = ed25519_dalek::VerifyingKey::from_bytes(&bytes).ok()?;
            let signature = ed25519_dalek::Signature::from_slice(signature).ok()?;
            key.verify(input, &signature).ok()
        }
        _ => None,
    }
}

static RSA: LazyLock<RsaPrivateKey> = LazyLock::new(|| {
    let mut random = ChaCha20Rng::from_seed([43; 32]);
    RsaPrivateKey::new(&mut random, 2048).unwrap()
});
