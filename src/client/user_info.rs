//! The user's claims (OpenID Connect Core section 5.3; EIAM: GetUserInfo).

use crate::http::{HttpRequest, HttpResponse};
use crate::rules::{answer, request};

use super::answer::Received;
use super::request::Parts;
use super::{Client, Error};

impl Client {
    /// Makes the request for the user's claims, with an access token.
    ///
    /// # Errors
    /// Fails if the server has no userinfo endpoint, and for a token that cannot be sent in a
    /// header field.
    pub fn user_info_request(&self, access_token: &str) -> Result<HttpRequest, Error> {
        let values = [("access_token", access_token)];
        self.request(request::USER_INFO, &values, &[]).map(Parts::into)
    }
}

/// Checks the response to [`Client::user_info_request`], and returns the user's claims as the text
/// of a JSON object without duplicate names, which includes `sub`.
///
/// # Errors
/// Those of [`token::parse_response`](super::token::parse_response), and
/// [`Malformed`](super::ErrorKind::Malformed) for a `sub` other than `expected_sub`, which is that
/// of the id_token (OpenID Connect Core section 5.3.2).
pub fn parse_response(
    response: &HttpResponse,
    expected_sub: Option<&str>,
) -> Result<String, Error> {
    let received = Received::of(response);
    let fields = received.read(answer::USER_INFO)?;
    if expected_sub.is_some() && fields.text("sub").as_deref() != expected_sub {
        return Err(received.malformed("$.sub", "another user than the id_token's".to_owned()));
    }
    Ok(fields.text.to_owned())
}
