//! What a request brings for its access token.

use core::fmt;

use crate::secret::Secret;

use super::challenge::{ChallengeError, Scheme};
use super::refusal::Reason;

/// A request to a resource server, as far as its access token is concerned. `Debug` shows neither token nor proof.
#[derive(Clone, PartialEq, Eq)]
pub struct Call {
    pub(super) method: String,
    pub(super) url: String,
    authorization: Vec<Secret>,
    pub(super) proofs: Vec<Secret>,
}

impl Call {
    /// A request with this method and URL, and with these header fields, whose names may have letters of any case. The
    /// URL is absolute, or a path with its query where the server's origin is known
    /// ([`ResourceServer::at`](super::ResourceServer::at)). Only the fields `Authorization` and `DPoP` are read: a
    /// token in the query or in the body gets into logs, and is no token here (RFC 9700 section 4.3.2).
    pub fn new<'a>(
        method: &str,
        url: &str,
        fields: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let (mut authorization, mut proofs) = (Vec::new(), Vec::new());
        for (name, value) in fields {
            if name.eq_ignore_ascii_case("authorization") {
                authorization.push(value.into());
            } else if name.eq_ignore_ascii_case("dpop") {
                proofs.push(value.into());
            }
        }
        Self { method: method.to_owned(), url: url.to_owned(), authorization, proofs }
    }

    /// The scheme and the token (RFC 6750 section 2.1, RFC 9449 section 7.1).
    pub(super) fn token(&self) -> Result<(Scheme, &str), Reason> {
        let Some(field) = self.authorization.first() else { return Err(Reason::no_token()) };
        let field = field.expose().trim_matches([' ', '\t']);
        let (scheme, token) = field.split_once(' ').unwrap_or((field, ""));
        let scheme = match scheme {
            bearer if bearer.eq_ignore_ascii_case("bearer") => Scheme::Bearer,
            dpop if dpop.eq_ignore_ascii_case("dpop") => Scheme::Dpop,
            // RFC 6750 section 3.1: who authenticates by another scheme has sent no token.
            _ => return Err(Reason::no_token()),
        };
        let token = token.trim_start_matches(' ');
        if self.authorization.len() > 1 || !is_token(token) {
            let text = "the field Authorization has not exactly one token";
            return Err(Reason::new(ChallengeError::InvalidRequest, text));
        }
        if token.len() > LONGEST {
            return Err(Reason::token("the token is too long"));
        }
        Ok((scheme, token))
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.url.split(['?', '#']).next().unwrap_or_default();
        f.debug_struct("Call")
            .field("method", &self.method)
            .field("url", &url)
            .finish_non_exhaustive()
    }
}

/// Whether this has the characters of a token (RFC 6750 section 2.1).
fn is_token(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    !body.is_empty()
        && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte))
}

/// The most octets of a token.
const LONGEST: usize = 16 * 1024;
