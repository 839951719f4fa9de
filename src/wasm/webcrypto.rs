//! Keys and signatures with the host's WebCrypto. A private key enters the wasm memory only if the
//! configuration contains it. Other keys can be stored wherever structured clones can.

use std::borrow::Cow;

use js_sys::{Array, ArrayBuffer, Function, JsString, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Crypto, CryptoKey, CryptoKeyPair, SubtleCrypto};

use crate::issuer::{
    PrivateJwk, PublicJwk, PublicKey, SignatureCheck, SigningAlgorithm, VerificationAlgorithm,
};

use super::issuer::error::failure;

/// Bits of the modulus (RFC 7518 section 3.3: at least 2048).
const MODULUS_BITS: u32 = 2048;

/// So often making a key may fail before its error counts.
const MOST_FAILURES: u8 = 3;

/// 65537, big-endian.
const PUBLIC_EXPONENT: [u8; 3] = [1, 0, 1];

/// What the host does with keys: see pkg/src/issuer/signer.ts.
#[derive(Clone)]
pub(super) struct KeyHost {
    /// Whether new private keys must be exportable, even if only for a moment.
    pub(super) exportable: bool,
    /// Takes a private and a public key, both exportable, and returns a function that signs bytes
    /// synchronously. None if only WebCrypto signs.
    pub(super) signer_of: Option<Function>,
    /// Returns a promise of the same key pair with a private key that cannot be exported. None if the
    /// key is to stay exportable.
    pub(super) settle: Option<Function>,
}

/// A key pair, and how it signs.
pub(super) struct KeyPair {
    pair: CryptoKeyPair,
    public: PublicJwk,
    /// Signs bytes synchronously, if the host can do that.
    signer: Option<Function>,
}

impl KeyPair {
    /// Makes a new key pair.
    pub(super) async fn generate(
        algorithm: SigningAlgorithm,
        host: &KeyHost,
    ) -> Result<Self, JsValue> {
        let parameters = parameters(algorithm)?;
        if algorithm.key_type().1.is_none() {
            set(&parameters, "modulusLength", &MODULUS_BITS.into())?;
            set(&parameters, "publicExponent", &Uint8Array::from(PUBLIC_EXPONENT.as_slice()))?;
        }
        let usages = Array::of2(&"sign".into(), &"verify".into());
        let mut failures = 0;
        let pair = loop {
            let pair = subtle()?.generate_key_with_object(&parameters, host.exportable, &usages)?;
            match JsFuture::from(pair).await {
                Ok(pair) => break pair,
                // WebKitGTK fails at one of about 90 Ed25519 keys with an OperationError, and not at the next.
                Err(_) if failures < MOST_FAILURES => failures += 1,
                Err(error) => return Err(error),
            }
        };
        Self::from_js(pair.unchecked_into(), host).await?.settled(host).await
    }

    /// Takes a key pair from JavaScript.
    pub(super) async fn from_js(pair: CryptoKeyPair, host: &KeyHost) -> Result<Self, JsValue> {
        let key: CryptoKey = pair.get_public_key();
        let jwk = JsFuture::from(subtle()?.export_key("jwk", &key)?).await?;
        // One that was made for another hash or padding says so.
        let algorithm = text(&jwk, "alg").and_then(|name| SigningAlgorithm::from_name(&name));
        let key = PublicKey::from_members(|name| text(&jwk, name).map(Cow::Owned)).ok();
        let public = key.map(PublicJwk::new).and_then(|public| match (algorithm, public.key()) {
            (Some(algorithm), _) => public.with_algorithm(algorithm),
            (None, PublicKey::Rsa { .. }) => None,
            (None, _) => Some(public),
        });
        let unknown = || {
            let known = SigningAlgorithm::ALL.map(SigningAlgorithm::name).join(", ");
            failure("invalid_argument", &format!("no key for one of {known}"))
        };
        Self { pair, public: public.ok_or_else(unknown)?, signer: None }.with_signer(host)
    }

    /// Makes the key pair of a private key in the configuration.
    pub(super) async fn import(key: &PrivateJwk, host: &KeyHost) -> Result<Self, JsValue> {
        let public = key.public_jwk();
        let parameters = parameters(public.algorithm())?;
        let (private_jwk, public_jwk) = (Object::new(), Object::new());
        for (name, value) in key.members() {
            // The other members have been checked. They are left out, because hosts have different
            // names for Ed25519 in `alg`.
            if NUMBERS.contains(&name) || PRIVATE_NUMBERS.contains(&name) {
                set(&private_jwk, name, &value.expose().into())?;
            }
            if NUMBERS.contains(&name) {
                set(&public_jwk, name, &value.expose().into())?;
            }
        }
        let pair = Object::new();
        for (member, jwk, extractable, usage) in [
            ("privateKey", private_jwk, host.exportable, "sign"),
            ("publicKey", public_jwk, true, "verify"),
        ] {
            let usages = Array::of1(&usage.into());
            let imported =
                subtle()?.import_key_with_object("jwk", &jwk, &parameters, extractable, &usages)?;
            set(&pair, member, &JsFuture::from(imported).await?)?;
        }
        let pair = Self { pair: pair.unchecked_into(), public: public.clone(), signer: None };
        pair.with_signer(host)?.settled(host).await
    }

    /// The public key, as it is published.
    pub(super) fn public_jwk(&self) -> &PublicJwk {
        &self.public
    }

    /// The key pair for JavaScript.
    pub(super) fn to_js(&self) -> JsValue {
        self.pair.clone().into()
    }

    /// Makes the pair sign synchronously, if the host can do that with this key.
    fn with_signer(mut self, host: &KeyHost) -> Result<Self, JsValue> {
        let private: CryptoKey = self.pair.get_private_key();
        if let Some(signer_of) = host.signer_of.as_ref().filter(|_| private.extractable()) {
            let public: CryptoKey = self.pair.get_public_key();
            let signer = signer_of.call2(&JsValue::UNDEFINED, &private, &public)?;
            self.signer = signer.dyn_into().ok();
        }
        Ok(self)
    }

    /// Makes the private key unexportable, unless it is to stay exportable.
    async fn settled(mut self, host: &KeyHost) -> Result<Self, JsValue> {
        if let Some(settle) = &host.settle {
            let settled: Promise = settle.call1(&JsValue::UNDEFINED, &self.pair)?.unchecked_into();
            self.pair = JsFuture::from(settled).await?.unchecked_into();
        }
        Ok(self)
    }

    /// The signature of a text.
    pub(super) async fn sign(&self, input: &str) -> Result<Vec<u8>, JsValue> {
        if let Some(signer) = &self.signer {
            return sign_at_once(signer, input);
        }
        let signature = JsFuture::from(subtle()?.sign_with_object_and_u8_array(
            &parameters(self.public.algorithm())?,
            &self.pair.get_private_key(),
            input.as_bytes(),
        )?)
        .await?;
        // A signature of ECDSA is r and s, as RFC 7518 section 3.4 requires, and not ASN.1.
        Ok(Uint8Array::new(signature.unchecked_ref::<ArrayBuffer>()).to_vec())
    }
}

fn sign_at_once(signer: &Function, input: &str) -> Result<Vec<u8>, JsValue> {
    let input = Uint8Array::from(input.as_bytes());
    let signature = signer.call1(&JsValue::UNDEFINED, &input)?;
    Ok(Uint8Array::new(&signature).to_vec())
}

/// Whether a signature of a request is genuine. It is not if the host cannot use the key or does not
/// have the algorithm.
pub(super) async fn verify(check: &SignatureCheck) -> Result<bool, JsValue> {
    // If there is no WebCrypto, nothing can be signed either, so that is an error of the host.
    let subtle = subtle()?;
    Ok(try_verify(&subtle, check).await.unwrap_or(false))
}

async fn try_verify(subtle: &SubtleCrypto, check: &SignatureCheck) -> Result<bool, JsValue> {
    let algorithm = parameters(check.algorithm())?;
    let jwk = Object::new();
    for (name, value) in check.key().members() {
        set(&jwk, name, &value.into())?;
    }
    let usages = Array::of1(&"verify".into());
    let key = subtle.import_key_with_object("jwk", &jwk, &algorithm, false, &usages)?;
    let key: CryptoKey = JsFuture::from(key).await?.unchecked_into();
    let genuine = subtle.verify_with_object_and_u8_array_and_u8_array(
        &algorithm,
        &key,
        check.signature(),
        check.signing_input(),
    )?;
    Ok(JsFuture::from(genuine).await?.is_truthy())
}

/// The members of a JWK that make its public half.
const NUMBERS: [&str; 6] = ["kty", "crv", "n", "e", "x", "y"];

/// The members of a JWK that make its private half, in addition to those.
const PRIVATE_NUMBERS: [&str; 6] = ["d", "p", "q", "dp", "dq", "qi"];

/// The parameters of an algorithm for WebCrypto.
fn parameters(algorithm: VerificationAlgorithm) -> Result<Object, JsValue> {
    let parameters = Object::new();
    let known = algorithm.web_crypto();
    set(&parameters, "name", &known.name.into())?;
    set(&parameters, "hash", &known.hash.into())?;
    set(&parameters, "namedCurve", &known.named_curve.into())?;
    set(&parameters, "saltLength", &known.salt_length.into())?;
    Ok(parameters)
}

/// The `crypto.subtle` of the host: a page, a worker or a server runtime.
fn subtle() -> Result<SubtleCrypto, JsValue> {
    let crypto: Crypto = Reflect::get(&js_sys::global(), &"crypto".into())?.unchecked_into();
    if crypto.is_object() {
        let subtle = crypto.subtle();
        if subtle.is_object() {
            return Ok(subtle);
        }
    }
    Err(failure(
        "not_supported",
        "crypto.subtle is missing: browsers have it on https pages and on localhost only",
    ))
}

fn set(object: &Object, name: &str, value: &JsValue) -> Result<(), JsValue> {
    Reflect::set(object, &name.into(), value).map(drop)
}

fn text(object: &JsValue, name: &str) -> Option<String> {
    Reflect::get(object, &name.into()).ok()?.dyn_into::<JsString>().ok().map(String::from)
}
