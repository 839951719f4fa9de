//! The metadata of a resource server (RFC 9728).

use crate::json::ObjectWriter;

use super::error::{NO_URL, ResourceError};
use super::url::{is_url, split};

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

/// The well-known name (RFC 9728 section 3).
const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";
