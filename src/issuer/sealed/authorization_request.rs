//! Authorization requests that wait for the user in a page.

use sha2::{Digest, Sha256};

use crate::base64url;
use crate::issuer::check::claims;
use crate::issuer::check::response_mode::ResponseMode;
use crate::issuer::check::response_type::ResponseType;
use crate::issuer::check::scope;
use crate::issuer::codec::bytes::{Reader, Writer};
use crate::issuer::sealed::challenge::Challenge;
use crate::issuer::sealed::context::WantedContext;
use crate::issuer::sealed::user_grant::RequestedClaims;

/// An authorization request that has been checked, and waits for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AuthorizationRequest {
    pub(crate) response_type: ResponseType,
    pub(crate) mode: ResponseMode,
    pub(crate) redirect_uri: String,
    pub(crate) scope: String,
    /// The resources that it names (RFC 8707).
    pub(crate) resources: Vec<String>,
    /// What it asks for in detail (RFC 9396).
    pub(crate) details: Vec<String>,
    pub(crate) state: Option<String>,
    pub(crate) nonce: Option<String>,
    pub(crate) challenge: Option<Challenge>,
    /// The thumbprint of the key that must redeem the code (RFC 9449 section 10).
    pub(crate) dpop_jkt: Option<String>,
    pub(crate) claims: RequestedClaims,
    /// How the user is to have signed in.
    pub(crate) context: WantedContext,
    /// The only user who may answer it, if the request has an id_token_hint or requests the claim
    /// `sub` with a value.
    pub(crate) subject: Option<String>,
    /// The id of the pushed request, if that is still there and has to go when this one is answered.
    pub(crate) pushed: Option<u128>,
    /// `prompt=consent`: the user is asked, whatever the setting of the application.
    pub(crate) ask_consent: bool,
}

impl AuthorizationRequest {
    /// Whether the user that its client knows by this `sub` may answer the request.
    pub(crate) fn is_for(&self, subject: &str) -> bool {
        self.subject.as_deref().is_none_or(|wanted| wanted == subject)
    }

    /// What the user agrees to, but for the details: the scope, the scopes of the claims that are requested by name, and the
    /// resources.
    pub(crate) fn consent_scope(&self) -> String {
        let mut all = self.scope.clone();
        let names = scope::items(&self.claims.userinfo).chain(scope::items(&self.claims.id_token));
        let scopes = names.filter_map(|name| -> Option<&str> { claims::scope_of(name) });
        for scope in scopes.chain(self.resources.iter().map(String::as_str)) {
            if !scope::contains(&all, scope) {
                if !all.is_empty() {
                    all.push(' ');
                }
                all.push_str(scope);
            }
        }
        all
    }

    /// The same as it is remembered: of the details, which can be long, a hash. What begins it is in no
    /// scope.
    pub(crate) fn consent_key(&self) -> String {
        let mut key = self.consent_scope();
        for detail in &self.details {
            key.push_str(" \"");
            key.push_str(&base64url::encode(&Sha256::digest(detail.as_bytes())));
        }
        key
    }

    /// Writes the request into a sealed form.
    pub(crate) fn write(&self, writer: &mut Writer) {
        self.response_type.write(writer);
        self.mode.write(writer);
        writer
            .str(&self.redirect_uri)
            .str(&self.scope)
            .strs(&self.resources)
            .strs(&self.details)
            .optional_str(self.state.as_deref())
            .optional_str(self.nonce.as_deref());
        Challenge::write(self.challenge.as_ref(), writer);
        self.claims.write(writer);
        self.context.write(writer);
        writer
            .optional_str(self.subject.as_deref())
            .optional_str(self.dpop_jkt.as_deref())
            .optional_u128(self.pushed)
            .bool(self.ask_consent);
    }

    /// Reads what [`AuthorizationRequest::write`] wrote.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            response_type: ResponseType::from_bytes(reader)?,
            mode: ResponseMode::from_bytes(reader)?,
            redirect_uri: reader.string()?,
            scope: reader.string()?,
            resources: reader.strings()?,
            details: reader.strings()?,
            state: reader.optional_string()?,
            nonce: reader.optional_string()?,
            challenge: Challenge::read(reader)?,
            claims: RequestedClaims::read(reader)?,
            context: WantedContext::read(reader)?,
            subject: reader.optional_string()?,
            dpop_jkt: reader.optional_string()?,
            pushed: reader.optional_u128()?,
            ask_consent: reader.bool()?,
        })
    }
}
