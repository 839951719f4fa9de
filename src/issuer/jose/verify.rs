//! Signatures that have to be verified.

use crate::issuer::jose::algorithm::VerificationAlgorithm;
use crate::issuer::jose::jws::Jws;
use crate::issuer::jose::key::PublicKey;
use crate::issuer::jose::key_set::KeySet;

/// A signature that has to be verified before its request is handled. Nothing in its text has been
/// checked yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureCheck {
    algorithm: VerificationAlgorithm,
    key: PublicKey,
    input: String,
    signature: Vec<u8>,
}

impl SignatureCheck {
    /// The check of a JWS with a key; none if the algorithm of the JWS does not work with the key.
    pub(crate) fn new(jws: &Jws, key: &PublicKey) -> Option<Self> {
        let algorithm = VerificationAlgorithm::from_name(&jws.algorithm)?;
        algorithm.takes(key).then(|| Self {
            algorithm,
            key: key.clone(),
            input: jws.input.clone(),
            signature: jws.signature.clone(),
        })
    }

    /// The algorithm that the signature states.
    #[must_use]
    pub fn algorithm(&self) -> VerificationAlgorithm {
        self.algorithm
    }

    /// The key that must have made it.
    #[must_use]
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// The signed text: ASCII `header.payload`.
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

/// How the signature of a DPoP proof is verified: by the key in its header (RFC 9449 section 4.3).
pub(crate) fn proof_check(proof: &Jws) -> Option<SignatureCheck> {
    SignatureCheck::new(proof, proof.key.as_ref()?.as_ref().ok()?)
}

/// How a signature is verified that this issuer itself may have made; none if it has no such key.
pub(crate) fn own_check(keys: &KeySet, jws: &Jws) -> Option<SignatureCheck> {
    // Every JWT of this issuer names its key.
    let kid = jws.key_id.as_deref()?;
    let key = keys.published().find(|key| key.kid() == kid)?;
    SignatureCheck::new(jws, key.key())
}
