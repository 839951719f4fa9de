//! The two profiles. Each difference between them is one named rule.

/// Which rules the issuer follows if the service and the security recommendations differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Profile {
    /// The documented behaviour of Alibaba Cloud IDaaS EIAM.
    #[default]
    Eiam,
    /// The behaviour that RFC 9700 (OAuth 2.0 Security Best Current Practice) requires.
    Rfc9700,
}

impl Profile {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::Eiam, Self::Rfc9700];

    /// The profile of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.name() == name)
    }

    /// The name in the configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Eiam => "eiam",
            Self::Rfc9700 => "rfc9700",
        }
    }

    fn is_eiam(self) -> bool {
        self == Self::Eiam
    }

    /// Parameters of a POST are also read from the query. EIAM: the metadata says `in: query` and
    /// the official SDKs send every parameter there, secrets included. RFC 6749 section 2.3.1: they
    /// MUST NOT be in the request URI.
    pub(crate) fn query_parameters_allowed(self) -> bool {
        self.is_eiam()
    }

    /// A body that is not a form is passed over instead of refused.
    /// EIAM: the SDK's asynchronous methods send `application/octet-stream` with an empty body.
    /// RFC 6749 section 3.2: parameters are sent as `application/x-www-form-urlencoded`.
    pub(crate) fn other_bodies_ignored(self) -> bool {
        self.is_eiam()
    }

    /// Credentials in a Basic header may also be taken as they are, not form-decoded.
    /// EIAM: cloud-idaas-core does not encode them. RFC 6749 section 2.3.1 encodes them.
    pub(crate) fn unencoded_basic_allowed(self) -> bool {
        self.is_eiam()
    }

    /// The status of `invalid_token` at the userinfo endpoint.
    /// EIAM: 400 in the documented error table. RFC 6750 section 3.1: 401 with `WWW-Authenticate`.
    pub(crate) fn userinfo_invalid_token_status(self) -> u16 {
        if self.is_eiam() { 400 } else { 401 }
    }

    /// The code for a grant type that is unknown, or that the application has not opened.
    /// EIAM: `invalid_grant`, documented with its message. RFC 6749 section 5.2, `standard`:
    /// `unsupported_grant_type` and `unauthorized_client`.
    pub(crate) fn code_of_closed_grant(self, standard: &'static str) -> &'static str {
        if self.is_eiam() { "invalid_grant" } else { standard }
    }

    /// Every client uses PKCE, whatever its configuration says.
    /// RFC 9700 section 2.1.1: required for public clients, recommended for all.
    pub(crate) fn pkce_always_required(self) -> bool {
        !self.is_eiam()
    }

    /// The PKCE method `plain` works where an application allows it.
    /// EIAM: `PkceChallengeMethods` of an application; its sample sends both. RFC 9700 section
    /// 2.1.1: the challenge must not expose the verifier.
    pub(crate) fn plain_challenge_allowed(self) -> bool {
        self.is_eiam()
    }

    /// The password grant exists.
    /// EIAM: in the enumeration of `grant_type`. RFC 9700 section 2.4: MUST NOT be used.
    pub(crate) fn password_grant_allowed(self) -> bool {
        self.is_eiam()
    }

    /// Tokens may come from the authorization endpoint, where an application opens that. EIAM:
    /// `implicit` among an application's grants, `token`, `id_token` and `token id_token` among its
    /// response types. RFC 9700 section 2.1.2: clients should not.
    pub(crate) fn implicit_grant_allowed(self) -> bool {
        self.is_eiam()
    }

    /// A confidential client may use the password grant without its secret.
    /// EIAM: the documented form is `grant_type, username, password, client_id, scope`. RFC 6749
    /// section 4.3.2: confidential clients MUST authenticate.
    pub(crate) fn password_grant_without_secret(self) -> bool {
        self.is_eiam()
    }

    /// A client assertion is meant for this issuer and nobody else.
    /// EIAM: not documented. RFC 7523 section 3 lets `aud` hold others too; RFC 9700 section 2.5 is
    /// about authentication that nobody else can use.
    pub(crate) fn assertion_audience_alone(self) -> bool {
        !self.is_eiam()
    }

    /// A confidential client may ask for a device code without its secret.
    /// EIAM: GenerateDeviceCode has no other parameter than `scope`. RFC 8628 section 3.1: the
    /// client authentication of the token endpoint applies.
    pub(crate) fn device_request_without_secret(self) -> bool {
        self.is_eiam()
    }

    /// Claims of the scopes profile, email and phone are also in the id_token. EIAM: the id_token
    /// carries "extras by scope". OpenID Connect Core section 5.4: they come from the userinfo
    /// endpoint when an access token is issued.
    pub(crate) fn scope_claims_in_id_token(self) -> bool {
        self.is_eiam()
    }

    /// Every token answer tells the scope, and not only where it is another than was asked for.
    /// EIAM: the answers of an application's server have no such member. RFC 6749 section 5.1
    /// recommends it.
    pub(crate) fn scope_always_told(self) -> bool {
        !self.is_eiam()
    }

    /// A redirect URI may be plain http on a host that is not this machine.
    /// EIAM: not documented, and testers have such hosts. RFC 9700 section 2.6 and OAuth's native
    /// apps: only loopback redirects may be without TLS.
    pub(crate) fn plain_http_redirect_allowed(self) -> bool {
        self.is_eiam()
    }

    /// A path that no endpoint has is answered in the style of the service's gateway.
    /// EIAM: `RequestId`, `Code`, `Message` are the members its clients read as the fallback.
    pub(crate) fn gateway_style_not_found(self) -> bool {
        self.is_eiam()
    }

    /// Throttled requests also say `x-acs-retry-after`, in milliseconds.
    /// EIAM: only with it does the official SDK raise its throttling error.
    pub(crate) fn acs_retry_after(self) -> bool {
        self.is_eiam()
    }
}
