//! The header field `WWW-Authenticate` of a refused request (RFC 6750 section 3).

use super::error::{NO_TEXT, NO_URL, ResourceError};
use super::url::is_url;

/// Why a request is refused, for the header field `WWW-Authenticate`. A request without a token gets a
/// challenge without an error (RFC 6750 section 3.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Challenge {
    /// How tokens have to be sent.
    pub scheme: Scheme,
    /// What is protected (`realm`).
    pub realm: Option<String>,
    /// What is wrong (`error`).
    pub error: Option<ChallengeError>,
    /// What is wrong, for developers (`error_description`).
    pub description: Option<String>,
    /// The scope that the request needs, separated by spaces.
    pub scope: Option<String>,
    /// Where the metadata are (RFC 9728 section 5.1).
    pub resource_metadata: Option<String>,
    /// The algorithms that proofs may have, separated by spaces, with the scheme DPoP (RFC 9449 section
    /// 7.1).
    pub algorithms: Option<String>,
    /// The authentication contexts that will do, separated by spaces, the preferred one first (RFC 9470
    /// section 3).
    pub acr_values: Option<String>,
    /// How many seconds ago the user may have signed in (RFC 9470 section 3).
    pub max_age: Option<u64>,
}

/// How tokens are sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scheme {
    /// Alone (RFC 6750).
    #[default]
    Bearer,
    /// With a proof (RFC 9449).
    Dpop,
}

/// What is wrong with a request (RFC 6750 section 3.1, RFC 9449 section 7.1, RFC 9470 section 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChallengeError {
    /// The request is malformed.
    InvalidRequest,
    /// The token does not count: it is unknown, expired, revoked, or for another resource.
    InvalidToken,
    /// The token counts, and does not have the scope.
    InsufficientScope,
    /// The token counts, and its user signed in too weakly or too long ago (RFC 9470 section 3). The
    /// client sends an authorization request with the `acr_values` and the `max_age`, and tries again with
    /// the token that it gets.
    InsufficientUserAuthentication,
    /// The proof of a token that is bound to a key is missing or wrong (RFC 9449 section 7.1).
    InvalidDpopProof,
    /// The proof needs the nonce in the field `DPoP-Nonce` of the response (RFC 9449 section 9).
    UseDpopNonce,
}

impl ChallengeError {
    /// The code of the error.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidToken => "invalid_token",
            Self::InsufficientScope => "insufficient_scope",
            Self::InsufficientUserAuthentication => "insufficient_user_authentication",
            Self::InvalidDpopProof => "invalid_dpop_proof",
            Self::UseDpopNonce => "use_dpop_nonce",
        }
    }

    /// The status of the response.
    #[must_use]
    pub fn status(self) -> u16 {
        match self {
            Self::InvalidRequest => 400,
            Self::InsufficientScope => 403,
            Self::InvalidToken
            | Self::InsufficientUserAuthentication
            | Self::InvalidDpopProof
            | Self::UseDpopNonce => 401,
        }
    }
}

impl Challenge {
    /// The status of the response: that of the error, or 401 if the request has no token.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.error.map_or(401, ChallengeError::status)
    }

    /// The value of the header field.
    ///
    /// # Errors
    /// Fails for a text with characters that its parameter cannot have (RFC 6750 section 3), and for
    /// metadata that are at no URL.
    pub fn to_header(&self) -> Result<String, ResourceError> {
        let metadata = self.resource_metadata.as_deref();
        if metadata.is_some_and(|url| !is_url(url)) {
            return Err(ResourceError("resource_metadata", NO_URL));
        }
        let error = self.error.map(ChallengeError::code);
        let max_age = self.max_age.map(|seconds| seconds.to_string());
        let mut header = match self.scheme {
            Scheme::Bearer => "Bearer".to_owned(),
            Scheme::Dpop => "DPoP".to_owned(),
        };
        for (name, value) in [
            ("realm", self.realm.as_deref()),
            ("error", error),
            ("error_description", self.description.as_deref()),
            ("scope", self.scope.as_deref()),
            ("resource_metadata", metadata),
            ("algs", self.algorithms.as_deref()),
            ("acr_values", self.acr_values.as_deref()),
            ("max_age", max_age.as_deref()),
        ] {
            let Some(value) = value else {
                continue;
            };
            let fits = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\';
            if value.is_empty() || !value.bytes().all(fits) {
                return Err(ResourceError(name, NO_TEXT));
            }
            header.push_str(if header.contains('=') { ", " } else { " " });
            header.push_str(&[name, "=\"", value, "\""].concat());
        }
        Ok(header)
    }
}
