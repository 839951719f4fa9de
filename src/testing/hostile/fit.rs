//! To which responses a case can happen.

use crate::issuer::Reply;

use super::case::{Case, Place, Seen};
use super::token;

impl Case {
    /// Whether it can happen to this reply.
    pub(super) fn happens_to(&self, reply: &Reply, seen: &Seen<'_>) -> bool {
        let response = reply.response();
        let is_ok = response.status == 200;
        match (self.place, seen.endpoint) {
            (Place::IdToken, Some("token")) => is_ok && token::has_id_token(reply),
            (Place::AccessToken, Some("token")) => is_ok && token::has_access_token(reply),
            (Place::Token, Some("token"))
            | (Place::Device, Some("device_authorization"))
            | (Place::UserInfo, Some("userinfo"))
            | (Place::Keys, Some("jwks"))
            | (Place::Metadata, Some("discovery")) => is_ok && !response.body.is_empty(),
            (Place::Callback, Some("authorize" | "login" | "decision")) => {
                let location = response.headers.value("location");
                location.is_some_and(|location| location.contains("code="))
            }
            _ => false,
        }
    }
}
