//! The keys with which a test issuer signs.

use core::fmt;

use chacha20::ChaCha20Rng;
use chacha20::rand_core::SeedableRng;
use ed25519_dalek::Signer as _;
use rsa::{BoxedUint, PrivateKey as RsaPrivateKey, Pss};
use serde_json::{Value, json};
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::seed::Seed;
use crate::base64url;
use crate::issuer::{Config, PrivateJwk, PublicJwk, Signer, SigningAlgorithm};
use crate::rustcrypto::{hash, pkcs1};

/// The keys of the configuration, the one that signs first.
pub(super) struct Keys(Vec<Key>);

/// A key, and what it signs with.
struct Key {
    public: PublicJwk,
    private: Private,
}

enum Private {
    Rsa(Box<RsaPrivateKey>),
    P256(p256::ecdsa::SigningKey),
    P384(p384::ecdsa::SigningKey),
    P521(p521::ecdsa::SigningKey),
    Ed25519(ed25519_dalek::SigningKey),
}

impl Keys {
    /// Reads the keys of a configuration.
    ///
    /// # Errors
    /// The place of the one that is none.
    pub(super) fn of(config: &Config) -> Result<Self, usize> {
        let keys = config.keys.iter().enumerate().map(|(place, jwk)| Key::of(jwk).ok_or(place));
        keys.collect::<Result<_, _>>().map(Self)
    }
}

/// Why something was not signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unsigned;

impl Signer for Keys {
    type Error = Unsigned;

    fn public_jwk(&self) -> PublicJwk {
        // A configuration without keys was given some.
        self.0.first().map_or_else(|| PublicJwk::ed25519(""), |key| key.public.clone())
    }

    fn sign(&self, kid: &str, signing_input: &[u8]) -> Result<Vec<u8>, Unsigned> {
        let key = self.0.iter().find(|key| key.public.kid() == kid).ok_or(Unsigned)?;
        key.sign(signing_input).ok_or(Unsigned)
    }
}

/// Shows the public halves alone.
impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|key| &key.public)).finish()
    }
}

impl Key {
    fn of(jwk: &PrivateJwk) -> Option<Self> {
        let octets = |name: &str| {
            let (_, value) = jwk.members().find(|(other, _)| *other == name)?;
            base64url::decode(value.expose()).ok()
        };
        let public = jwk.public_jwk().clone();
        let secret = octets("d")?;
        let private = match public.key().key_type() {
            (_, Some("P-256")) => Private::P256(p256::ecdsa::SigningKey::from_slice(&secret).ok()?),
            (_, Some("P-384")) => Private::P384(p384::ecdsa::SigningKey::from_slice(&secret).ok()?),
            (_, Some("P-521")) => Private::P521(p521::ecdsa::SigningKey::from_slice(&secret).ok()?),
            (_, Some(_)) => {
                let secret: [u8; 32] = secret.try_into().ok()?;
                Private::Ed25519(ed25519_dalek::SigningKey::from_bytes(&secret))
            }
            (_, None) => {
                let number = |name: &str| Some(BoxedUint::from_be_slice_vartime(&octets(name)?));
                let primes = vec![number("p")?, number("q")?];
                let (n, e, d) = (number("n")?, number("e")?, number("d")?);
                let key = RsaPrivateKey::from_components(n, e, d, primes).ok()?;
                Private::Rsa(Box::new(key))
            }
        };
        Some(Self { public, private })
    }

    fn sign(&self, input: &[u8]) -> Option<Vec<u8>> {
        Some(match &self.private {
            Private::Rsa(key) => return sign_rsa(key, self.public.algorithm(), input),
            Private::P256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(input);
                signature.to_bytes().to_vec()
            }
            Private::P384(key) => {
                let signature: p384::ecdsa::Signature = key.sign(input);
                signature.to_bytes().to_vec()
            }
            Private::P521(key) => {
                let signature: p521::ecdsa::Signature = key.sign(input);
                signature.to_bytes().to_vec()
            }
            Private::Ed25519(key) => key.sign(input).to_bytes().to_vec(),
        })
    }
}

fn sign_rsa(key: &RsaPrivateKey, algorithm: SigningAlgorithm, input: &[u8]) -> Option<Vec<u8>> {
    let digest = hash(algorithm, input);
    // The salt follows from the text, so that signatures repeat.
    let mut random = ChaCha20Rng::from_seed(Sha256::digest(input).into());
    match algorithm {
        SigningAlgorithm::Ps256 => key.sign_with_rng(&mut random, Pss::<Sha256>::new(), &digest),
        SigningAlgorithm::Ps384 => key.sign_with_rng(&mut random, Pss::<Sha384>::new(), &digest),
        SigningAlgorithm::Ps512 => key.sign_with_rng(&mut random, Pss::<Sha512>::new(), &digest),
        _ => key.sign(pkcs1(algorithm)?, &digest),
    }
    .ok()
}

/// Gives a configuration without keys one for each algorithm that it needs: a key of RSA that everybody knows, which
/// need not be made, or else one that follows from the seed. So an issuer of the same seed signs with the same keys.
pub(super) fn complete(config: &mut Config, seed: &Seed) {
    if !config.keys.is_empty() {
        return;
    }
    let mut wanted = vec![config.signing];
    let of_resources = config.resources.iter().filter_map(|resource| resource.signing);
    let of_userinfo = config.applications.iter().filter_map(|one| one.userinfo_signed_response_alg);
    for algorithm in of_resources.chain(of_userinfo) {
        if !wanted.contains(&algorithm) {
            wanted.push(algorithm);
        }
    }
    let keys = wanted.into_iter().filter_map(|algorithm| test_key(algorithm, seed));
    config.keys = keys.collect();
}

/// A key for an algorithm.
fn test_key(algorithm: SigningAlgorithm, seed: &Seed) -> Option<PrivateJwk> {
    let name = algorithm.name();
    let point = |curve: &str, point: &[u8], secret: &[u8]| {
        // The first octet says that it is not compressed.
        let (x, y) = point.get(1..)?.split_at_checked(secret.len())?;
        let [x, y, d] = [x, y, secret].map(base64url::encode);
        Some(json!({ "kty": "EC", "crv": curve, "x": x, "y": y, "d": d }))
    };
    let jwk = match algorithm {
        SigningAlgorithm::Es256 => {
            let secret = seed.derive("es256");
            let key = p256::ecdsa::SigningKey::from_slice(&secret).ok()?;
            point("P-256", key.verifying_key().to_sec1_point(false).as_bytes(), &secret)?
        }
        SigningAlgorithm::Es384 => {
            let secret = [&seed.derive("es384")[..], &seed.derive("es384, more")].concat();
            let secret = secret.get(..48)?;
            let key = p384::ecdsa::SigningKey::from_slice(secret).ok()?;
            point("P-384", key.verifying_key().to_sec1_point(false).as_bytes(), secret)?
        }
        SigningAlgorithm::Es512 => {
            // It has 521 bits: the first two octets stay below the order of the curve.
            let secret = [&[0, 1][..], &seed.derive("es512"), &seed.derive("es512, more")].concat();
            let key = p521::ecdsa::SigningKey::from_slice(&secret).ok()?;
            point("P-521", key.verifying_key().to_sec1_point(false).as_bytes(), &secret)?
        }
        SigningAlgorithm::EdDsa => {
            let secret = seed.derive("ed25519");
            let key = ed25519_dalek::SigningKey::from_bytes(&secret);
            let x = base64url::encode(key.verifying_key().as_bytes());
            json!({ "kty": "OKP", "crv": "Ed25519", "x": x, "d": base64url::encode(&secret) })
        }
        _ => {
            let mut jwk: Value = serde_json::from_str(RSA).ok()?;
            let members = jwk.as_object_mut()?;
            members.insert("alg".to_owned(), name.into());
            members.insert("kid".to_owned(), format!("everybody-knows-{name}").into());
            jwk
        }
    };
    serde_json::from_value(jwk).ok()
}

/// A private key that everybody knows: what it signs proves nothing. It is the one of JavaScript's test issuers.
const RSA: &str = include_str!("rsa-key.json");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::issuer::VerificationAlgorithm;

    #[test]
    fn each_algorithm_has_a_key_that_repeats_its_signatures() {
        for algorithm in VerificationAlgorithm::ALL {
            let of = |seed: &str| {
                let mut config = Config::example("http://127.0.0.1:9400");
                config.signing = algorithm;
                complete(&mut config, &Seed::from(seed));
                Keys::of(&config).unwrap()
            };
            let (one, same, other) = (of("a"), of("a"), of("b"));
            let kid = one.public_jwk().kid().to_owned();
            assert_eq!(one.public_jwk().algorithm(), algorithm);
            let signature = one.sign(&kid, b"text").unwrap();
            assert_eq!(same.sign(&kid, b"text").as_ref(), Ok(&signature), "{}", algorithm.name());
            let is_rsa = algorithm.key_type().0 == "RSA";
            assert_eq!(other.sign(&kid, b"text").is_ok(), is_rsa, "{}", algorithm.name());
            assert_eq!(one.sign("another", b"text"), Err(Unsigned));
        }
    }

    #[test]
    fn the_key_of_rsa_is_the_one_of_javascript() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/pkg/src/testing/public-rsa-key.ts");
        let text = std::fs::read_to_string(file).unwrap();
        let key: Value = serde_json::from_str(RSA).unwrap();
        for (name, value) in key.as_object().unwrap() {
            let line = format!("  {name}: {value},\n");
            assert!(text.contains(&line), "{name}");
        }
    }

    #[test]
    fn a_key_that_is_none_is_named_by_its_place() {
        let mut config = Config::example("http://127.0.0.1:9400");
        complete(&mut config, &Seed::from("a"));
        let mut wrong: Value = serde_json::from_str(RSA).unwrap();
        wrong["d"] = "AQAB".into();
        config.keys.push(serde_json::from_value(wrong).unwrap());
        assert_eq!(Keys::of(&config).err(), Some(1));
    }

    #[test]
    fn debug_shows_no_private_key() {
        let mut config = Config::example("http://127.0.0.1:9400");
        complete(&mut config, &Seed::from("a"));
        let shown = format!("{:?}", Keys::of(&config).unwrap());
        let key: Value = serde_json::from_str(RSA).unwrap();
        assert!(shown.contains(key["n"].as_str().unwrap()));
        assert!(!shown.contains(key["d"].as_str().unwrap()));
    }
}
