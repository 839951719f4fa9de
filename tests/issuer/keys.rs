//! Keys of clients, which sign assertions and proofs, and a verifier: what WebCrypto is in JavaScript.

use std::sync::LazyLock;

use chacha20::ChaCha20Rng;
use chacha20::rand_core::SeedableRng;
use ed25519_dalek::{Signer as _, Verifier as _};
use eiam_token::base64url;
use eiam_token::issuer::{
    ClientKey as Registered, PublicJwk, PublicKey, SignatureCheck, Signer, SigningAlgorithm,
    VerificationAlgorithm, Verifier,
};
use hmac::{Hmac, KeyInit, Mac};
use rsa::traits::PublicKeyParts;
use rsa::{BoxedUint, Pkcs1v15Sign, PrivateKey as RsaPrivateKey, Pss, PublicKey as RsaPublicKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256, Sha384, Sha512};

/// A JWT with an HMAC by this secret.
pub fn hs256(secret: &str, claims: &Value) -> String {
    let part = |value: &Value| base64url::encode(value.to_string().as_bytes());
    let input = format!("{}.{}", part(&json!({ "alg": "HS256" })), part(claims));
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(input.as_bytes());
    format!("{input}.{}", base64url::encode(&mac.finalize().into_bytes()))
}

/// A key that signs with one algorithm.
pub enum ClientKey {
    /// With this many bits of hash.
    Rs(u32, RsaPrivateKey),
    Ps(u32, RsaPrivateKey),
    Es256(p256::ecdsa::SigningKey),
    Es384(p384::ecdsa::SigningKey),
    Es512(p521::ecdsa::SigningKey),
    EdDsa(ed25519_dalek::SigningKey),
}

impl ClientKey {
    pub fn es256(seed: u8) -> Self {
        Self::Es256(p256::ecdsa::SigningKey::from_slice(&[seed; 32]).unwrap())
    }

    pub fn es384(seed: u8) -> Self {
        Self::Es384(p384::ecdsa::SigningKey::from_slice(&[seed; 48]).unwrap())
    }

    pub fn es512(seed: u8) -> Self {
        let mut secret = [seed; 66];
        // It has 521 bits.
        secret[0] = 0;
        Self::Es512(p521::ecdsa::SigningKey::from_slice(&secret).unwrap())
    }

    pub fn ed_dsa(seed: u8) -> Self {
        Self::EdDsa(ed25519_dalek::SigningKey::from_bytes(&[seed; 32]))
    }

    pub fn rs256() -> Self {
        Self::Rs(256, RSA.clone())
    }

    pub fn ps256() -> Self {
        Self::Ps(256, RSA.clone())
    }

    /// One for each algorithm.
    pub fn all() -> [Self; 10] {
        [
            Self::rs256(),
            Self::Rs(384, RSA.clone()),
            Self::Rs(512, RSA.clone()),
            Self::ps256(),
            Self::Ps(384, RSA.clone()),
            Self::Ps(512, RSA.clone()),
            Self::es256(1),
            Self::es384(1),
            Self::es512(1),
            Self::ed_dsa(1),
        ]
    }

    pub fn algorithm(&self) -> &'static str {
        match self {
            Self::Rs(256, _) => "RS256",
            Self::Rs(384, _) => "RS384",
            Self::Rs(..) => "RS512",
            Self::Ps(256, _) => "PS256",
            Self::Ps(384, _) => "PS384",
            Self::Ps(..) => "PS512",
            Self::Es256(_) => "ES256",
            Self::Es384(_) => "ES384",
            Self::Es512(_) => "ES512",
            Self::EdDsa(_) => "EdDSA",
        }
    }

    pub fn jwk(&self) -> Value {
        let point = |curve: &str, point: &[u8]| {
            // What begins it says that it is not compressed.
            let (x, y) = point[1..].split_at(point.len() / 2);
            let (x, y) = (base64url::encode(x), base64url::encode(y));
            json!({ "kty": "EC", "crv": curve, "x": x, "y": y })
        };
        match self {
            Self::Rs(_, key) | Self::Ps(_, key) => {
                let public = RsaPublicKey::from(key);
                let (n, e) = (public.n_bytes(), public.e_bytes());
                json!({ "kty": "RSA", "n": base64url::encode(&n), "e": base64url::encode(&e) })
            }
            Self::Es256(key) => point("P-256", key.verifying_key().to_sec1_point(false).as_bytes()),
            Self::Es384(key) => point("P-384", key.verifying_key().to_sec1_point(false).as_bytes()),
            Self::Es512(key) => point("P-521", key.verifying_key().to_sec1_point(false).as_bytes()),
            Self::EdDsa(key) => {
                let x = base64url::encode(key.verifying_key().as_bytes());
                json!({ "kty": "OKP", "crv": "Ed25519", "x": x })
            }
        }
    }

    /// The public key, for its algorithm.
    pub fn public(&self) -> PublicJwk {
        let jwk = self.jwk();
        let member = |name: &str| jwk[name].as_str().unwrap_or_default();
        let (x, y) = (member("x"), member("y"));
        let public = match self {
            Self::Rs(..) | Self::Ps(..) => PublicJwk::rsa(member("n"), member("e")),
            Self::Es256(_) => PublicJwk::p256(x, y),
            Self::Es384(_) => PublicJwk::p384(x, y),
            Self::Es512(_) => PublicJwk::p521(x, y),
            Self::EdDsa(_) => PublicJwk::ed25519(x),
        };
        let algorithm = SigningAlgorithm::from_name(self.algorithm()).unwrap();
        public.with_algorithm(algorithm).unwrap()
    }

    /// The public key as a client registers it.
    pub fn registered(&self) -> Registered {
        let jwk = self.jwk();
        Registered::new(PublicKey::from_members(|name| jwk[name].as_str().map(Into::into)).unwrap())
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

    pub fn sign(&self, input: &[u8]) -> Vec<u8> {
        let mut random = ChaCha20Rng::from_seed([3; 32]);
        match self {
            Self::Rs(bits, key) => key.sign(rs(*bits), &hash(*bits, input)).unwrap(),
            Self::Ps(256, key) => {
                key.sign_with_rng(&mut random, Pss::<Sha256>::new(), &hash(256, input)).unwrap()
            }
            Self::Ps(384, key) => {
                key.sign_with_rng(&mut random, Pss::<Sha384>::new(), &hash(384, input)).unwrap()
            }
            Self::Ps(_, key) => {
                key.sign_with_rng(&mut random, Pss::<Sha512>::new(), &hash(512, input)).unwrap()
            }
            Self::Es256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(input);
                signature.to_bytes().to_vec()
            }
            Self::Es384(key) => {
                let signature: p384::ecdsa::Signature = key.sign(input);
                signature.to_bytes().to_vec()
            }
            Self::Es512(key) => {
                let signature: p521::ecdsa::Signature = key.sign(input);
                signature.to_bytes().to_vec()
            }
            Self::EdDsa(key) => key.sign(input).to_bytes().to_vec(),
        }
    }
}

fn hash(bits: u32, input: &[u8]) -> Vec<u8> {
    match bits {
        256 => Sha256::digest(input).to_vec(),
        384 => Sha384::digest(input).to_vec(),
        _ => Sha512::digest(input).to_vec(),
    }
}

/// RFC 8017 section 9.2, note 1: the DigestInfo of SHA-256, SHA-384 and SHA-512.
pub fn rs(bits: u32) -> Pkcs1v15Sign {
    let (kind, octets) = match bits {
        256 => (1, 32),
        384 => (2, 48),
        _ => (3, 64),
    };
    let prefix = [
        0x30,
        octets + 0x11,
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
        kind,
        0x05,
        0x00,
        0x04,
        octets,
    ];
    Pkcs1v15Sign { hash_len: Some(octets.into()), prefix: Box::new(prefix) }
}

/// Signs for an issuer as well.
impl Signer for ClientKey {
    type Error = core::convert::Infallible;

    fn public_jwk(&self) -> PublicJwk {
        self.public()
    }

    fn sign(&self, _kid: &str, signing_input: &[u8]) -> Result<Vec<u8>, Self::Error> {
        Ok(Self::sign(self, signing_input))
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
            let bits = algorithm.hash_bits();
            let hash = hash(bits, input);
            let verified = match algorithm {
                VerificationAlgorithm::Ps256 => key.verify(Pss::<Sha256>::new(), &hash, signature),
                VerificationAlgorithm::Ps384 => key.verify(Pss::<Sha384>::new(), &hash, signature),
                VerificationAlgorithm::Ps512 => key.verify(Pss::<Sha512>::new(), &hash, signature),
                _ => key.verify(rs(bits), &hash, signature),
            };
            verified.ok()
        }
        (PublicKey::P256 { x, y }, VerificationAlgorithm::Es256) => {
            let point = [vec![4], decode(x), decode(y)].concat();
            let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(&point).ok()?;
            let signature = p256::ecdsa::Signature::from_slice(signature).ok()?;
            key.verify(input, &signature).ok()
        }
        (PublicKey::P384 { x, y }, VerificationAlgorithm::Es384) => {
            let point = [vec![4], decode(x), decode(y)].concat();
            let key = p384::ecdsa::VerifyingKey::from_sec1_bytes(&point).ok()?;
            let signature = p384::ecdsa::Signature::from_slice(signature).ok()?;
            key.verify(input, &signature).ok()
        }
        (PublicKey::P521 { x, y }, VerificationAlgorithm::Es512) => {
            let point = [vec![4], decode(x), decode(y)].concat();
            let key = p521::ecdsa::VerifyingKey::from_sec1_bytes(&point).ok()?;
            let signature = p521::ecdsa::Signature::from_slice(signature).ok()?;
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
