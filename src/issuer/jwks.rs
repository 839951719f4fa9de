//! The public keys (RFC 7517 section 5).

use super::reply::Reply;
use super::{Issuer, PrivateJwk, PublicJwk, answer};

impl Issuer {
    pub(crate) fn jwks(&self) -> Reply {
        let keys: Vec<_> = self.published_keys().map(PublicJwk::to_json).collect();
        answer::public_json(format!("{{\"keys\":[{}]}}", keys.join(","))).into()
    }

    /// The keys that sign or signed, and those that the configuration wants to be known.
    pub(crate) fn published_keys(&self) -> impl Iterator<Item = &PublicJwk> {
        let is_new = |key: &&PublicJwk| self.keys.iter().all(|other| other.kid() != key.kid());
        let configured = self.config.keys.iter().map(PrivateJwk::public_jwk).filter(is_new);
        self.keys.iter().chain(configured)
    }
}
