//! The key set (RFC 7517 section 5).

use crate::issuer::jose::jwk::PublicJwk;
use crate::issuer::jose::key_set::KeySet;
use crate::issuer::wire::reply::Reply;
use crate::issuer::wire::response;

/// Answers with all published keys.
pub(crate) fn answer(keys: &KeySet) -> Reply {
    let keys: Vec<_> = keys.published().map(PublicJwk::to_json).collect();
    response::public_json(format!("{{\"keys\":[{}]}}", keys.join(","))).into()
}
