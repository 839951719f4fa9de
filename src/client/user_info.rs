//! The user's claims (OpenID Connect Core section 5.3; EIAM: GetUserInfo).

use crate::http::{HttpRequest, HttpResponse};

use super::answer::{Field, Kind, Member, Received};
use super::request::{Carrier, Parameter, Parts, Plan};
use super::{Client, Error};

impl Client {
    /// Makes the request for the claims that an access token opens.
    ///
    /// # Errors
    /// A server without userinfo endpoint, and a token that no header can carry.
    pub fn user_info_request(&self, access_token: &str) -> Result<HttpRequest, Error> {
        self.request(&REQUEST, &[access_token], &[]).map(Parts::into)
    }
}

pub(crate) const REQUEST: Plan = Plan {
    endpoint: "userinfo_endpoint",
    carrier: Carrier::Bearer,
    fixed: None,
    parameters: &[Parameter::required("access_token")],
};

/// Checks an answer to [`Client::user_info_request`] and gives the user's claims: the text of a JSON
/// object without duplicates, `sub` in it.
///
/// # Errors
/// As [`token::parse_response`](super::token::parse_response); a `sub` other than `expected_sub`,
/// the one of the id_token (OpenID Connect Core section 5.3.2).
pub fn parse_response(
    response: &HttpResponse,
    expected_sub: Option<&str>,
) -> Result<String, Error> {
    check(&Received::of(response), expected_sub)?;
    Ok(String::from_utf8_lossy(&response.body).into_owned())
}

pub(crate) fn check(received: &Received<'_>, expected_sub: Option<&str>) -> Result<(), Error> {
    let sub = received.read(&[Member::required("sub", Kind::Text)])?;
    let sub = sub.first().map(Field::as_text);
    if expected_sub.is_some() && sub != expected_sub {
        return Err(received.malformed("sub", "another user than the id_token's"));
    }
    Ok(())
}
