//! The signatures of id_tokens.

use std::sync::{MutexGuard, PoisonError};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::OnlineClient;
use super::error::OnlineError;
use crate::client::id_token::Signature;
use crate::client::key_set::{KeyCache, Lookup};
use crate::client::token::{TokenSet, Unverified};
use crate::rustcrypto::is_genuine;

/// Keys of the server that were believed at a time in Unix seconds.
pub(super) struct HeldKeys {
    keys: KeyCache,
    at: i64,
}

impl OnlineClient {
    /// Gets the keys before a code is spent, so that none is lost because they cannot be had. They count for the answer
    /// to this code, however long it takes to come. `None` if it is the client's secret that signs.
    ///
    /// # Errors
    /// Fails if the server has no keys, or they cannot be had.
    pub(super) async fn held_keys(&self) -> Result<Option<HeldKeys>, OnlineError> {
        if self.by_secret {
            return Ok(None);
        }
        let at = self.now();
        if !self.keys().is_fresh(at) {
            self.fetch_keys(at).await?;
        }
        Ok(Some(HeldKeys { keys: self.keys().clone(), at }))
    }

    /// The tokens, if a key of the server made the signature of the id_token that came with them. Keys are fetched when
    /// there are none, and once more when none of them fits. If that fails, nobody knows who made the signature. Where the
    /// client's secret signs, no keys are needed.
    pub(super) async fn verified(
        &self,
        tokens: Unverified,
        held: Option<HeldKeys>,
    ) -> Result<TokenSet, OnlineError> {
        let Some(signature) = tokens.signature().cloned() else { return Ok(tokens.verified()) };
        if self.by_secret {
            let (_, secret) = self.client.authentication.method_and_secret();
            let is_verified = is_by_secret(secret, &signature);
            return if is_verified { Ok(tokens.verified()) } else { Err(tokens.refused().into()) };
        }
        if held.is_some_and(|HeldKeys { keys, at }| is_right(&keys, &signature, at)) {
            return Ok(tokens.verified());
        }
        let now = self.now();
        if self.needs_keys(&signature, now) && self.fetch_keys(now).await.is_err() {
            return Ok(tokens.without_keys()?);
        }
        let mut is_verified = is_right(&self.keys(), &signature, now);
        if !is_verified && self.keys().may_be_fetched_again(now) {
            if self.fetch_keys(now).await.is_err() {
                return Ok(tokens.without_keys()?);
            }
            is_verified = is_right(&self.keys(), &signature, now);
        }
        if is_verified { Ok(tokens.verified()) } else { Err(tokens.refused().into()) }
    }

    fn needs_keys(&self, signature: &Signature, now: i64) -> bool {
        matches!(self.keys().find(signature, now), Lookup::Fetch)
    }

    async fn fetch_keys(&self, now: i64) -> Result<(), OnlineError> {
        let response = self.send(self.client.key_set_request()?).await?;
        Ok(self.keys().received(&response, now)?)
    }

    /// No lock is held while something is sent.
    fn keys(&self) -> MutexGuard<'_, KeyCache> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether one of these keys made a signature.
fn is_right(keys: &KeyCache, signature: &Signature, now: i64) -> bool {
    match keys.find(signature, now) {
        Lookup::Key(key) => is_genuine(key, signature),
        Lookup::Fetch | Lookup::Unknown => false,
    }
}

/// Whether a signature is an HMAC with the client's secret (RFC 7518 section 3.2). The algorithm was checked with the
/// claims.
fn is_by_secret(secret: &str, signature: &Signature) -> bool {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return false };
    mac.update(signature.input().expose().as_bytes());
    signature.algorithm().is_none() && mac.verify_slice(signature.octets()).is_ok()
}
