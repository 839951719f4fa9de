//! To which responses a case can happen.

use crate::http::HttpResponse;
use crate::issuer::Reply;

use super::case::{Case, Place, Seen};
use super::{page, token};

impl Case {
    /// Whether it can happen to this reply.
    pub(super) fn happens_to(&self, reply: &Reply, seen: &Seen<'_>) -> bool {
        let response = reply.response();
        let is_ok = response.status == 200;
        match (self.place, seen.endpoint) {
            (Place::IdToken, Some("token")) => is_ok && token::has_id_token(reply),
            (Place::AccessToken, Some("token")) => is_ok && token::has_access_token(reply),
            (Place::UserInfo, Some("userinfo")) => is_ok && !token::is_token(reply),
            (Place::SignedUserInfo, Some("userinfo")) => is_ok && token::is_token(reply),
            (Place::Token, Some("token"))
            | (Place::Device, Some("device_authorization"))
            | (Place::Keys, Some("jwks"))
            | (Place::Metadata, Some("discovery")) => is_ok && !response.body.is_empty(),
            (Place::Callback, Some("authorize" | "login" | "decision")) => brings(response, "code"),
            (Place::SignedCallback, Some("authorize" | "login" | "decision")) => {
                brings(response, "response") && token::has_claim(reply, "code")
            }
            _ => false,
        }
    }
}

/// Whether a response brings this parameter to the client, by a redirect or by a form.
fn brings(response: &HttpResponse, name: &str) -> bool {
    match response.headers.value("location") {
        Some(location) => {
            let start = format!("{name}=");
            location.split(['?', '#', '&']).any(|pair| pair.starts_with(&start))
        }
        None => page::submits(&String::from_utf8_lossy(&response.body), name),
    }
}
