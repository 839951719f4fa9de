//! What a resource server tells its clients: the metadata by which they find their authorization
//! server (RFC 9728), and why a request is refused (RFC 6750 section 3, RFC 9449 section 7.1, RFC 9470 section 3).
//!
//! ```
//! use eiam_token::resource::{Challenge, ProtectedResource};
//!
//! let mut mcp = ProtectedResource::new("https://mcp.example.com/mcp", "https://as.example.com")?;
//! mcp.scopes = vec!["mcp:tools".to_owned()];
//! assert_eq!(
//!     mcp.metadata_url(),
//!     "https://mcp.example.com/.well-known/oauth-protected-resource/mcp",
//! );
//! let header = Challenge { resource_metadata: Some(mcp.metadata_url()), ..Challenge::default() };
//! assert_eq!(
//!     header.to_header()?,
//!     "Bearer resource_metadata=\"https://mcp.example.com/.well-known/oauth-protected-resource/mcp\"",
//! );
//! # Ok::<(), eiam_token::resource::ResourceError>(())
//! ```

use core::fmt;

use crate::json::ObjectWriter;

/// A resource server, as clients are told of it (RFC 9728 section 2).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProtectedResource {
    resource: String,
    /// The issuers whose tokens count (`authorization_servers`).
    pub authorization_servers: Vec<String>,
    /// The scopes that clients need (`scopes_supported`); empty if nothing is said about them.
    pub scopes: Vec<String>,
    /// What people call it (`resource_name`).
    pub name: Option<String>,
    /// Where developers read on (`resource_documentation`).
    pub documentation: Option<String>,
    /// Whether every token must be bound to a key (`dpop_bound_access_tokens_required`).
    pub dpop_bound_access_tokens_required: bool,
}

impl ProtectedResource {
    /// A resource server of this identifier, for which one issuer makes tokens. The identifier is an https
    /// URL without fragment, or an http URL on loopback for tests (RFC 9728 section 1.2). It is the
    /// parameter `resource` of requests and the audience of tokens.
    ///
    /// # Errors
    /// Fails for another identifier, and for an issuer that is no such URL, or has a query.
    pub fn new(
        resource: impl Into<String>,
        authorization_server: impl Into<String>,
    ) -> Result<Self, ResourceError> {
        let (resource, server) = (resource.into(), authorization_server.into());
        if !is_url(&resource) {
            return Err(ResourceError("resource", NO_URL));
        }
        if !is_url(&server) || server.contains('?') {
            return Err(ResourceError("authorization_servers", NO_URL));
        }
        Ok(Self {
            resource,
            authorization_servers: vec![server],
            scopes: Vec::new(),
            name: None,
            documentation: None,
            dpop_bound_access_tokens_required: false,
        })
    }

    /// The identifier.
    #[must_use]
    pub fn resource(&self) -> &str {
        &self.resource
    }

    /// Where its metadata have to be: the well-known name between the host and the path (RFC 9728 section
    /// 3.1).
    #[must_use]
    pub fn metadata_url(&self) -> String {
        let (origin, rest) = split(&self.resource);
        let rest = rest
            .strip_prefix('/')
            .filter(|rest| rest.is_empty() || rest.starts_with('?'))
            .unwrap_or(rest);
        [origin, WELL_KNOWN, rest].concat()
    }

    /// The metadata as JSON, to be served as `application/json` to everybody, with
    /// `Access-Control-Allow-Origin: *` where clients run in browsers.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut body = ObjectWriter::new();
        body.string("resource", &self.resource)
            .strings("authorization_servers", &self.authorization_servers);
        if !self.scopes.is_empty() {
            body.strings("scopes_supported", &self.scopes);
        }
        // RFC 6750 sections 2.2 and 2.3: the other ways of sending a token end up in logs.
        body.strings("bearer_methods_supported", ["header"])
            .optional_string("resource_name", self.name.as_deref())
            .optional_string("resource_documentation", self.documentation.as_deref());
        if self.dpop_bound_access_tokens_required {
            body.boolean("dpop_bound_access_tokens_required", true);
        }
        body.finish()
    }
}

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

/// What is wrong with a request (RFC 6750 section 3.1).
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
        }
    }

    /// The status of the response.
    #[must_use]
    pub fn status(self) -> u16 {
        match self {
            Self::InvalidRequest => 400,
            Self::InvalidToken | Self::InsufficientUserAuthentication => 401,
            Self::InsufficientScope => 403,
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

/// Something cannot be said so: the parameter, and what it has to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceError(&'static str, &'static str);

impl ResourceError {
    /// The parameter that is wrong.
    #[must_use]
    pub fn parameter(&self) -> &'static str {
        self.0
    }
}

impl fmt::Display for ResourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0, self.1)
    }
}

impl core::error::Error for ResourceError {}

/// Whether this is an https URL without fragment and user, or an http URL on loopback.
fn is_url(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`{|}#".contains(&byte);
    let (origin, _) = split(text);
    let Some((scheme, authority)) = origin.split_once("://") else {
        return false;
    };
    let host = match authority.find(']') {
        Some(end) => authority.get(..=end).unwrap_or(authority),
        None => authority.split(':').next().unwrap_or(authority),
    };
    let is_local = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    text.bytes().all(plain)
        && !host.is_empty()
        && !authority.contains('@')
        && (scheme == "https" || (scheme == "http" && is_local))
}

/// The origin of a URL, and the rest: its path and query.
fn split(url: &str) -> (&str, &str) {
    let start = url.find("://").map_or(0, |place| place + 3);
    let rest = url.get(start..).unwrap_or_default();
    let end = start + rest.find(['/', '?']).unwrap_or(rest.len());
    url.split_at_checked(end).unwrap_or((url, ""))
}

const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

const NO_URL: &str = "expected an https URL without fragment, or http on loopback";

const NO_TEXT: &str = "expected printable ASCII without quotation marks and backslashes";
