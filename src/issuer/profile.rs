//! The profiles. Each difference between them is one named rule.

use crate::signature::SignatureAlgorithm;

/// Which rules the issuer follows if the service and the security recommendations differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Profile {
    /// The documented behaviour of Alibaba Cloud IDaaS EIAM.
    #[default]
    Eiam,
    /// The behaviour that RFC 9700 (OAuth 2.0 Security Best Current Practice) requires.
    Rfc9700,
    /// The behaviour that the FAPI 2.0 Security Profile requires: that of RFC 9700, and more.
    Fapi2,
}

impl Profile {
    /// All profiles.
    pub const ALL: [Self; 3] = [Self::Eiam, Self::Rfc9700, Self::Fapi2];

    /// The profile with this name.
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
            Self::Fapi2 => "fapi2",
        }
    }

    fn is_eiam(self) -> bool {
        self == Self::Eiam
    }

    fn is_fapi2(self) -> bool {
        self == Self::Fapi2
    }

    /// Whether every client must authenticate, and by an assertion that its key signed. The other way that
    /// FAPI knows, TLS certificates, is not here.
    /// FAPI 2.0 Security Profile section 5.3.2.1: only confidential clients, by `private_key_jwt` or mTLS.
    /// RFC 9700 section 2.5 recommends it.
    pub(crate) fn private_key_jwt_only(self) -> bool {
        self.is_fapi2()
    }

    /// Whether every access token is bound to a key, whatever the configuration of its client says.
    /// FAPI 2.0 Security Profile section 5.3.2.1: only sender-constrained access tokens. RFC 9700 section
    /// 2.2.1 recommends them.
    pub(crate) fn bound_tokens_only(self) -> bool {
        self.is_fapi2()
    }

    /// Whether authorization requests must be pushed, whatever the configuration of the client says.
    /// FAPI 2.0 Security Profile section 5.3.2.2: requests without PAR are rejected. RFC 9126 section 6
    /// leaves it to the server.
    pub(crate) fn pushed_requests_only(self) -> bool {
        self.is_fapi2()
    }

    /// Whether a pushed request can be opened again until it is answered.
    /// FAPI 2.0 Security Profile section 5.3.2.2, note: a browser may load the page twice, so a reference is
    /// used up by the authorization and not by the page. RFC 9126 section 7.3: it should be used once.
    pub(crate) fn pushed_request_stays_until_answered(self) -> bool {
        self.is_fapi2()
    }

    /// Whether the audience of a client assertion must be a string, and no other than the issuer.
    /// FAPI 2.0 Security Profile section 5.3.2.1: only the issuer identifier as a string. RFC 7523 section 3
    /// allows the URL of the token endpoint.
    pub(crate) fn assertion_audience_is_issuer(self) -> bool {
        self.is_fapi2()
    }

    /// Whether each use of a refresh token gives a new one, and ends the old one.
    /// FAPI 2.0 Security Profile section 5.3.2.1: no rotation. RFC 9700 section 4.14.2: rotation, or tokens
    /// that are bound to the sender, as those of confidential clients are.
    pub(crate) fn refresh_tokens_rotate(self) -> bool {
        !self.is_fapi2()
    }

    /// How many seconds a code may live at most.
    /// FAPI 2.0 Security Profile section 5.3.2.1: 60 seconds. RFC 6749 section 4.1.2 recommends ten minutes
    /// at most.
    pub(crate) fn longest_code(self) -> i64 {
        if self.is_fapi2() { 60 } else { i64::MAX }
    }

    /// Whether JWTs may be signed by this algorithm, those of clients and those of the issuer.
    /// FAPI 2.0 Security Profile section 5.4.1: PS256, ES256 or EdDSA. RFC 8725 section 3.2 leaves the choice
    /// open.
    pub(crate) fn signature_allowed(self, algorithm: SignatureAlgorithm) -> bool {
        use SignatureAlgorithm::{EdDsa, Es256, Ps256};
        !self.is_fapi2() || matches!(algorithm, Ps256 | Es256 | EdDsa)
    }

    /// Whether a request object must say for whom it is, and from when to when: an hour at most.
    /// FAPI 2.0 Message Signing section 5.3.1: `aud`, `nbf` and `exp`. RFC 9101 section 4 recommends `aud`
    /// only.
    pub(crate) fn request_object_times_required(self) -> bool {
        self.is_fapi2()
    }

    /// Whether applications may have all loopback addresses as redirect URIs.
    /// FAPI 2.0 Security Profile section 5.3.2.2: redirect URIs are registered, and those of http are for
    /// native apps. RFC 9700 section 2.1 demands exact matching as well, and there the setting is for
    /// development.
    pub(crate) fn any_loopback_redirect_allowed(self) -> bool {
        !self.is_fapi2()
    }

    /// Whether parameters of a POST are also read from the query.
    /// EIAM: the metadata say `in: query`, and the official SDKs send all parameters there, including
    /// secrets. RFC 6749 section 2.3.1: they MUST NOT be in the request URI.
    pub(crate) fn query_parameters_allowed(self) -> bool {
        self.is_eiam()
    }

    /// Whether a body that is not a form is ignored. Otherwise it is refused.
    /// EIAM: the SDK's asynchronous methods send `application/octet-stream` with an empty body.
    /// RFC 6749 section 3.2: parameters are sent as `application/x-www-form-urlencoded`.
    pub(crate) fn other_bodies_ignored(self) -> bool {
        self.is_eiam()
    }

    /// Whether credentials in a Basic header may also be sent without form encoding.
    /// EIAM: cloud-idaas-core does not encode them. RFC 6749 section 2.3.1 requires the encoding.
    pub(crate) fn unencoded_basic_allowed(self) -> bool {
        self.is_eiam()
    }

    /// The status of `invalid_token` at the userinfo endpoint.
    /// EIAM: the documented table of errors has 400. RFC 6750 section 3.1 has 401, with
    /// `WWW-Authenticate`.
    pub(crate) fn userinfo_invalid_token_status(self) -> u16 {
        if self.is_eiam() { 400 } else { 401 }
    }

    /// The error code for a grant type that is unknown or that the application has not opened.
    /// EIAM: `invalid_grant` is documented with its message. RFC 6749 section 5.2 has `standard`, which
    /// is `unsupported_grant_type` or `unauthorized_client`.
    pub(crate) fn code_of_closed_grant(self, standard: &'static str) -> &'static str {
        if self.is_eiam() { "invalid_grant" } else { standard }
    }

    /// Whether every client must use PKCE, whatever its configuration says.
    /// RFC 9700 section 2.1.1 requires it for public clients and recommends it for all.
    pub(crate) fn pkce_always_required(self) -> bool {
        !self.is_eiam()
    }

    /// Whether the PKCE method `plain` works for applications that allow it.
    /// EIAM: applications have `PkceChallengeMethods`, and the sample contains both methods. RFC 9700
    /// section 2.1.1: the challenge must not expose the verifier.
    pub(crate) fn plain_challenge_allowed(self) -> bool {
        self.is_eiam()
    }

    /// Whether the requests of an application that has keys may be signed, whatever its configuration
    /// says.
    /// EIAM: the service documents that it has no `request`. RFC 9700 section 4.4.2.1 and RFC 9101 only
    /// gain from it.
    pub(crate) fn request_objects_by_default(self) -> bool {
        !self.is_eiam()
    }

    /// Whether the password grant exists.
    /// EIAM: the enumeration of `grant_type` contains it. RFC 9700 section 2.4: it MUST NOT be used.
    pub(crate) fn password_grant_allowed(self) -> bool {
        self.is_eiam()
    }

    /// Whether the authorization endpoint may give tokens to applications that have opened this grant.
    /// EIAM: the grants of an application include `implicit`, and its response types `token`, `id_token`
    /// and `token id_token`. RFC 9700 section 2.1.2: clients should not use them.
    pub(crate) fn implicit_grant_allowed(self) -> bool {
        self.is_eiam()
    }

    /// Whether a confidential client may use the password grant without its secret.
    /// EIAM: the documented form is `grant_type, username, password, client_id, scope`. RFC 6749
    /// section 4.3.2: confidential clients MUST authenticate.
    pub(crate) fn password_grant_without_secret(self) -> bool {
        self.is_eiam()
    }

    /// Whether this issuer must be the only audience of a client assertion.
    /// EIAM: this is not documented. RFC 7523 section 3 allows further audiences. RFC 9700 section 2.5
    /// recommends authentication that nobody else can use.
    pub(crate) fn assertion_audience_alone(self) -> bool {
        !self.is_eiam()
    }

    /// Whether a confidential client may ask for a device code without its secret.
    /// EIAM: GenerateDeviceCode has only the parameter `scope`. RFC 8628 section 3.1: the client
    /// authenticates as at the token endpoint.
    pub(crate) fn device_request_without_secret(self) -> bool {
        self.is_eiam()
    }

    /// Whether the id_token also contains the claims of the scopes profile, email and phone.
    /// EIAM: the id_token has "extras by scope". OpenID Connect Core section 5.4: if an access token is
    /// issued, they come from the userinfo endpoint.
    pub(crate) fn scope_claims_in_id_token(self) -> bool {
        self.is_eiam()
    }

    /// Whether every token response contains the scope. Otherwise it does only if the scope differs from
    /// what was requested.
    /// EIAM: the responses of an application's server have no such member. RFC 6749 section 5.1
    /// recommends it.
    pub(crate) fn scope_always_told(self) -> bool {
        !self.is_eiam()
    }

    /// Whether a redirect URI may be plain http on a host that is not this machine.
    /// EIAM: this is not documented, and test environments have such hosts. RFC 9700 section 2.6: only
    /// loopback redirects of native apps may be without TLS.
    pub(crate) fn plain_http_redirect_allowed(self) -> bool {
        self.is_eiam()
    }

    /// Whether a path without an endpoint is answered in the style of the service's gateway.
    /// EIAM: its clients fall back to the members `RequestId`, `Code` and `Message`.
    pub(crate) fn gateway_style_not_found(self) -> bool {
        self.is_eiam()
    }

    /// Whether responses to throttled requests also have `x-acs-retry-after`, in milliseconds.
    /// EIAM: the official SDK raises its throttling error only if that is there.
    pub(crate) fn acs_retry_after(self) -> bool {
        self.is_eiam()
    }
}
