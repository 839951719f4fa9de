//! What a user has granted to a client. Codes and refresh tokens contain it.

use crate::issuer::codec::bytes::{Reader, Writer};
use crate::issuer::sealed::context::Context;
use crate::issuer::state::epochs::Epoch;
use crate::issuer::wire::authority::Authority;

/// Names a grant and all tokens that were made from it.
pub(crate) type GrantId = u128;

/// What a request asks to be told in addition to the claims of its scopes (OpenID Connect Core
/// section 5.5). Names of claims are separated by spaces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RequestedClaims {
    /// At the userinfo endpoint.
    pub(crate) userinfo: String,
    /// In the id_token.
    pub(crate) id_token: String,
    /// Whether the id_token says how the user authenticated (`acr` and `amr`).
    pub(crate) authentication: bool,
}

impl RequestedClaims {
    /// Writes the names of the claims into a sealed string.
    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.str(&self.userinfo).str(&self.id_token).bool(self.authentication);
    }

    /// Reads what [`RequestedClaims::write`] wrote.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            userinfo: reader.string()?,
            id_token: reader.string()?,
            authentication: reader.bool()?,
        })
    }
}

/// What a user has granted to a client. The store may have a record of it: see
/// `state::grant_record`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UserGrant {
    pub(crate) authority: Authority,
    pub(crate) client: String,
    pub(crate) subject: String,
    pub(crate) scope: String,
    /// The resources that its request named (RFC 8707).
    pub(crate) resources: Vec<String>,
    /// The authorization details that its request named (RFC 9396).
    pub(crate) details: Vec<String>,
    pub(crate) auth_time: i64,
    /// How the user signed in then.
    pub(crate) context: Context,
    pub(crate) grant: GrantId,
    /// The login session of the browser; none if there was no browser.
    pub(crate) session: Option<u128>,
    pub(crate) claims: RequestedClaims,
    /// The epoch in which client and user were last checked. It ends the grant if one of them has
    /// been disabled or removed since.
    pub(crate) epoch: Epoch,
}

impl UserGrant {
    /// Writes the grant into a sealed string.
    pub(crate) fn write(&self, writer: &mut Writer) {
        self.authority.write(writer);
        writer
            .str(&self.client)
            .str(&self.subject)
            .str(&self.scope)
            .strs(&self.resources)
            .strs(&self.details)
            .i64(self.auth_time)
            .u128(self.grant)
            .optional_u128(self.session)
            .u64(self.epoch.0);
        self.context.write(writer);
        self.claims.write(writer);
    }

    /// Reads what [`UserGrant::write`] wrote.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            authority: Authority::read(reader)?,
            client: reader.string()?,
            subject: reader.string()?,
            scope: reader.string()?,
            resources: reader.strings()?,
            details: reader.strings()?,
            auth_time: reader.i64()?,
            grant: reader.u128()?,
            session: reader.optional_u128()?,
            epoch: Epoch(reader.u64()?),
            context: Context::read(reader)?,
            claims: RequestedClaims::read(reader)?,
        })
    }
}
