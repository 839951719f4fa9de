//! The signatures of id_tokens.

use std::sync::{MutexGuard, PoisonError};

use super::OnlineClient;
use super::error::OnlineError;
use crate::client::id_token::Signature;
use crate::client::key_set::{KeyCache, Lookup};
use crate::client::token::{TokenSet, Unverified};
use crate::rustcrypto::is_genuine;

impl OnlineClient {
    /// The tokens, if a key of the server made the signature of the id_token that came with them. Keys are fetched when
    /// there are none, and once more when none of them fits.
    pub(super) async fn verified(&self, tokens: Unverified) -> Result<TokenSet, OnlineError> {
        let Some(signature) = tokens.signature().cloned() else { return Ok(tokens.verified()) };
        let now = self.now();
        if self.needs_keys(&signature, now) && self.fetch_keys(now).await.is_err() {
            return Ok(tokens.without_keys()?);
        }
        let mut is_verified = self.is_right(&signature, now);
        if !is_verified
            && self.keys().may_be_fetched_again(now)
            && self.fetch_keys(now).await.is_ok()
        {
            is_verified = self.is_right(&signature, now);
        }
        if is_verified { Ok(tokens.verified()) } else { Err(tokens.refused().into()) }
    }

    fn needs_keys(&self, signature: &Signature, now: i64) -> bool {
        matches!(self.keys().find(signature, now), Lookup::Fetch)
    }

    fn is_right(&self, signature: &Signature, now: i64) -> bool {
        match self.keys().find(signature, now) {
            Lookup::Key(key) => is_genuine(key, signature),
            Lookup::Fetch | Lookup::Unknown => false,
        }
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
