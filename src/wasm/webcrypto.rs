//! Keys and signatures by the host's WebCrypto, so that a private key never enters wasm
//! memory and can be kept where structured clones can.

use js_sys::{Array, ArrayBuffer, JsString, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Crypto, CryptoKey, CryptoKeyPair, SubtleCrypto};

use crate::issuer::{PublicJwk, SignatureCheck, VerificationAlgorithm};

use super::issuer::failure;

const ALGORITHM: &str = "RSASSA-PKCS1-v1_5";

/// Bits of the modulus (RFC 7518 section 3.3: at least 2048).
const MODULUS_BITS: u32 = 2048;

/// 65537, big-endian.
const PUBLIC_EXPONENT: [u8; 3] = [1, 0, 1];

/// Signs with RS256 (RFC 7518 section 3.3).
#[derive(Clone)]
pub(super) struct KeyPair(CryptoKeyPair);

impl KeyPair {
    /// A new pair whose private key cannot be exported.
    pub(super) async fn generate() -> Result<Self, JsValue> {
        let algorithm = Object::new();
        set(&algorithm, "name", &ALGORITHM.into())?;
        set(&algorithm, "modulusLength", &MODULUS_BITS.into())?;
        set(&algorithm, "publicExponent", &Uint8Array::from(PUBLIC_EXPONENT.as_slice()))?;
        set(&algorithm, "hash", &"SHA-256".into())?;
        let usages = Array::of2(&"sign".into(), &"verify".into());
        let pair =
            JsFuture::from(subtle()?.generate_key_with_object(&algorithm, false, &usages)?).await?;
        Ok(Self(pair.unchecked_into()))
    }

    /// The pair as JavaScript has it.
    pub(super) fn from_js(pair: CryptoKeyPair) -> Self {
        Self(pair)
    }

    /// What may be published.
    pub(super) async fn public_jwk(&self) -> Result<PublicJwk, JsValue> {
        let key: CryptoKey = self.0.get_public_key();
        let jwk = JsFuture::from(subtle()?.export_key("jwk", &key)?).await?;
        Ok(PublicJwk::rsa(member(&jwk, "n")?, member(&jwk, "e")?))
    }

    /// The signature of each input, in order.
    pub(super) async fn sign(&self, inputs: &[String]) -> Result<Vec<Vec<u8>>, JsValue> {
        let mut signatures = Vec::with_capacity(inputs.len());
        for input in inputs {
            let signature = JsFuture::from(subtle()?.sign_with_str_and_u8_array(
                ALGORITHM,
                &self.0.get_private_key(),
                input.as_bytes(),
            )?)
            .await?;
            let bytes = Uint8Array::new(signature.unchecked_ref::<ArrayBuffer>());
            signatures.push(bytes.to_vec());
        }
        Ok(signatures)
    }
}

impl From<KeyPair> for JsValue {
    fn from(pair: KeyPair) -> Self {
        pair.0.into()
    }
}

/// Whether a signature that a request carries is genuine. A key that the host cannot use, and an
/// algorithm that it does not have, verify nothing.
pub(super) async fn verify(check: &SignatureCheck) -> Result<bool, JsValue> {
    // Without WebCrypto nothing could be signed either: that is no matter of this one signature.
    let subtle = subtle()?;
    Ok(try_verify(&subtle, check).await.unwrap_or(false))
}

async fn try_verify(subtle: &SubtleCrypto, check: &SignatureCheck) -> Result<bool, JsValue> {
    let algorithm = Object::new();
    let name = match check.algorithm() {
        VerificationAlgorithm::Rs256 => ALGORITHM,
        VerificationAlgorithm::Ps256 => "RSA-PSS",
        VerificationAlgorithm::Es256 => "ECDSA",
        VerificationAlgorithm::EdDsa => "Ed25519",
    };
    // One object for import and verification; each reads what is its own.
    set(&algorithm, "name", &name.into())?;
    set(&algorithm, "hash", &"SHA-256".into())?;
    set(&algorithm, "namedCurve", &"P-256".into())?;
    set(&algorithm, "saltLength", &32.into())?;
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

/// The host's `crypto.subtle`: a page's, a worker's, or that of a server's runtime.
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

fn member(object: &JsValue, name: &str) -> Result<String, JsValue> {
    Reflect::get(object, &name.into())?
        .dyn_into::<JsString>()
        .map(String::from)
        .map_err(|_| failure("internal", "the host's JWK lacks a member"))
}
