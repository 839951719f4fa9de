//! Starting an issuer.

use js_sys::{Array, Function, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::CryptoKeyPair;

use crate::issuer::{FromValue, Issuer, PrivateJwk, Sessions};
use crate::wasm::webcrypto::{KeyHost, KeyPair};

use super::error::failure;
use super::{config, error};

#[wasm_bindgen]
extern "C" {
    /// The options of `RawIssuer.start`: see pkg/src/issuer/issuer.ts.
    pub type StartOptions;

    /// 32 random bytes.
    #[wasm_bindgen(method, getter)]
    fn seed(this: &StartOptions) -> Vec<u8>;

    /// Whether the host is a service worker, where cookies do not work.
    #[wasm_bindgen(method, getter, js_name = hostSessions)]
    fn host_sessions(this: &StartOptions) -> bool;

    #[wasm_bindgen(method, getter, js_name = cookieSuffix)]
    fn cookie_suffix(this: &StartOptions) -> Option<String>;

    #[wasm_bindgen(method, getter, js_name = sealingKey)]
    fn sealing_key(this: &StartOptions) -> Option<Vec<u8>>;

    /// A snapshot of an earlier issuer.
    #[wasm_bindgen(method, getter)]
    fn snapshot(this: &StartOptions) -> Option<Vec<u8>>;

    /// The keys and values of all stored records, one after the other.
    #[wasm_bindgen(method, getter)]
    fn records(this: &StartOptions) -> Option<Array>;

    /// The key pair to sign with.
    #[wasm_bindgen(method, getter)]
    pub(super) fn key(this: &StartOptions) -> Option<CryptoKeyPair>;

    /// The key pair of a storage, or its private key as a JWK.
    #[wasm_bindgen(method, getter, js_name = storedKey)]
    pub(super) fn stored_key(this: &StartOptions) -> Option<JsValue>;

    /// Asked about claims with the values of `ClaimsContext` in their order. Returns claims, or a text
    /// that says why there are none, or a promise of either.
    #[wasm_bindgen(method, getter)]
    pub(super) fn claims(this: &StartOptions) -> Option<Function>;

    /// Fetches a document of a client: see pkg/src/issuer/documents.ts.
    #[wasm_bindgen(method, getter, js_name = fetchDocument)]
    pub(super) fn fetch_document(this: &StartOptions) -> Option<Function>;

    /// For this and the next two see `KeyHost`.
    #[wasm_bindgen(method, getter)]
    fn exportable(this: &StartOptions) -> bool;

    #[wasm_bindgen(method, getter, js_name = signerOf)]
    fn signer_of(this: &StartOptions) -> Option<Function>;

    #[wasm_bindgen(method, getter)]
    fn settle(this: &StartOptions) -> Option<Function>;
}

impl StartOptions {
    /// What the host does with keys.
    pub(super) fn key_host(&self) -> KeyHost {
        KeyHost {
            exportable: self.exportable(),
            signer_of: self.signer_of(),
            settle: self.settle(),
        }
    }
}

/// Makes a new issuer, or continues from a snapshot or from stored records.
pub(super) fn issuer(config: JsValue, options: &StartOptions) -> Result<Issuer, JsValue> {
    let sessions = if options.host_sessions() { Sessions::Host } else { Sessions::Cookie };
    let seed = bytes32("seed", &options.seed())?;
    let config = config::read(config)?;
    let mut issuer = match options.snapshot() {
        Some(snapshot) => Issuer::restore(config, sessions, seed, &snapshot),
        None => Issuer::resume(config, sessions, seed, records(options.records().as_ref())),
    }
    .map_err(error::restore)?;
    if let Some(key) = options.sealing_key() {
        issuer.set_sealing_key(bytes32("sealing key", &key)?);
    }
    if let Some(suffix) = options.cookie_suffix() {
        issuer.set_cookie_suffix(&suffix).map_err(error::config)?;
    }
    Ok(issuer)
}

fn records(flat: Option<&Array>) -> impl Iterator<Item = (String, Vec<u8>)> {
    let at = move |place| flat.map_or(JsValue::UNDEFINED, |flat| flat.get(place));
    (0..flat.map_or(0, Array::length)).step_by(2).map(move |place| {
        let key = at(place).as_string().unwrap_or_default();
        (key, Uint8Array::new(&at(place + 1)).to_vec())
    })
}

/// Checks that a key or a seed has 32 bytes.
fn bytes32(what: &str, bytes: &[u8]) -> Result<[u8; 32], JsValue> {
    let problem = || failure("invalid_argument", &format!("the {what} must have 32 bytes"));
    bytes.try_into().map_err(|_| problem())
}

/// The key pair of a storage.
pub(super) async fn stored_key(stored: JsValue, host: &KeyHost) -> Result<KeyPair, JsValue> {
    if Reflect::has(&stored, &"privateKey".into())? {
        return KeyPair::from_js(stored.unchecked_into(), host).await;
    }
    // A message about the problem could show a part of the key.
    let damaged = || failure("invalid_snapshot", "the record of the signing key is damaged");
    let value = config::value(stored, "key").map_err(|_| damaged())?;
    let jwk = PrivateJwk::from_value(value, "key").map_err(|_| damaged())?;
    KeyPair::import(&jwk, host).await.map_err(|_| damaged())
}
