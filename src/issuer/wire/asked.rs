//! What the host of the issuer is asked about claims, and what it answered.

use crate::issuer::config::{ClaimPlace, Claims};

/// What claims are asked for. The host is asked before a request is decided, so that nothing has been
/// changed if it fails.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClaimsContext {
    /// Where the claims are to be told.
    pub place: ClaimPlace,
    /// The issuer's URL (`iss`).
    pub issuer: String,
    /// The client of the token.
    pub client_id: String,
    /// The id of the user; none for a token that a client has for itself.
    pub subject: Option<String>,
    /// The granted scopes, separated by spaces.
    pub scope: String,
    /// The resources that the access token is for (RFC 8707); empty if it is for the issuer itself.
    pub audience: Vec<String>,
}

/// What the host answered about the claims of one context.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ClaimsAnswer {
    /// What was asked.
    pub context: ClaimsContext,
    /// The claims, or why there are none: then the request is refused with `server_error`, and this is
    /// in the description. A claim that is `null` is left out, even if the configuration has it.
    pub claims: Result<Claims, String>,
}

impl ClaimsAnswer {
    /// An answer to what was asked.
    #[must_use]
    pub fn new(context: ClaimsContext, claims: Result<Claims, String>) -> Self {
        Self { context, claims }
    }
}

/// Who is asked about claims while a request is decided.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Asked<'a> {
    /// Nobody: the configuration says everything.
    Nobody,
    /// The host, which has answered this until now.
    Host(&'a [ClaimsAnswer]),
}

/// How many questions one request may have. Each asks for one place, and only something else that changes
/// in the meantime leads to others.
pub(crate) const MAX_QUESTIONS: usize = 8;
