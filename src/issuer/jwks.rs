//! The public keys (RFC 7517 section 5).

use super::reply::Reply;
use super::{Issuer, PublicJwk, answer};

impl Issuer {
    pub(crate) fn jwks(&self) -> Reply {
        let keys: Vec<_> = self.keys.iter().map(PublicJwk::to_json).collect();
        answer::public_json(format!("{{\"keys\":[{}]}}", keys.join(","))).into()
    }
}
