//! The user's claims (OpenID Connect Core section 5.3; EIAM: GetUserInfo).

use crate::http::{HttpRequest, HttpResponse};
use crate::text;

use super::{Client, Error, answer};

impl Client {
    /// Makes the request for the claims that an access token opens.
    ///
    /// # Errors
    /// A server without userinfo endpoint, and a token that no header can carry.
    pub fn user_info_request(&self, access_token: &str) -> Result<HttpRequest, Error> {
        let url = self.server.required("userinfo_endpoint")?;
        if access_token.is_empty() || !access_token.bytes().all(|b| (0x21..0x7f).contains(&b)) {
            return Err(Error::argument("access_token", "empty or not printable ASCII"));
        }
        let mut request = HttpRequest::get(url);
        request.headers.push("accept", "application/json");
        request.headers.push("authorization", text::concat(&["Bearer ", access_token]));
        Ok(request)
    }
}

/// Checks an answer to [`Client::user_info_request`] and gives the user's `sub`. The claims are the
/// members of the body, which is then known to be a JSON object without duplicates.
///
/// # Errors
/// As [`token::parse_response`](super::token::parse_response); a `sub` other than `expected_sub`,
/// the one of the id_token (OpenID Connect Core section 5.3.2).
pub fn parse_response(
    response: &HttpResponse,
    expected_sub: Option<&str>,
) -> Result<String, Error> {
    let answer = answer::success(response)?;
    let sub = answer.required("sub");
    if expected_sub.is_some_and(|sub_of_id_token| sub != sub_of_id_token) {
        answer.wrong("sub", "another user than the id_token's");
    }
    answer.check().map(|()| sub.to_owned())
}
