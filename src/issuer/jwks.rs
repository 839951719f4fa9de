//! The public keys (RFC 7517 section 5).

use super::reply::Reply;
use super::{Issuer, PrivateJwk, PublicJwk, answer};

impl Issuer {
    pub(crate) fn jwks(&self) -> Reply {
        let configured = self.config.keys.iter().map(PrivateJwk::public_jwk);
        let mut keys: Vec<&PublicJwk> = self.keys.iter().collect();
        for key in configured {
            if keys.iter().all(|other| other.kid() != key.kid()) {
                keys.push(key);
            }
        }
        let keys: Vec<_> = keys.into_iter().map(PublicJwk::to_json).collect();
        answer::public_json(format!("{{\"keys\":[{}]}}", keys.join(","))).into()
    }
}
