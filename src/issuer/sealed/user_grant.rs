//! What codes, refresh tokens and sign-ins agree on.

use crate::issuer::codec::bytes::{Reader, Writer};
use crate::issuer::state::epochs::Epoch;
use crate::issuer::wire::authority::Authority;

/// Names one sign-in and all that came of it.
pub(crate) type GrantId = u128;

/// What a request asks to be told beside what its scopes let out (OpenID Connect Core section 5.5).
/// Names of claims are separated by spaces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RequestedClaims {
    /// At the userinfo endpoint.
    pub(crate) userinfo: String,
    /// In the id_token.
    pub(crate) id_token: String,
    /// How the user was authenticated: `acr` and `amr`, in the id_token.
    pub(crate) authentication: bool,
}

impl RequestedClaims {
    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.str(&self.userinfo).str(&self.id_token).bool(self.authentication);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            userinfo: reader.string()?,
            id_token: reader.string()?,
            authentication: reader.bool()?,
        })
    }
}

/// Who may do what, by whom, since when: what codes, refresh tokens and sign-ins agree on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UserGrant {
    pub(crate) authority: Authority,
    pub(crate) client: String,
    pub(crate) subject: String,
    pub(crate) scope: String,
    pub(crate) auth_time: i64,
    pub(crate) grant: GrantId,
    /// The login session of the browser; none where no browser was there.
    pub(crate) session: Option<u128>,
    pub(crate) claims: RequestedClaims,
    /// When client and user were found to be in good standing.
    pub(crate) epoch: Epoch,
}

impl UserGrant {
    pub(crate) fn write(&self, writer: &mut Writer) {
        self.authority.write(writer);
        writer
            .str(&self.client)
            .str(&self.subject)
            .str(&self.scope)
            .i64(self.auth_time)
            .u128(self.grant)
            .optional_u128(self.session)
            .u64(self.epoch.0);
        self.claims.write(writer);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            authority: Authority::read(reader)?,
            client: reader.string()?,
            subject: reader.string()?,
            scope: reader.string()?,
            auth_time: reader.i64()?,
            grant: reader.u128()?,
            session: reader.optional_u128()?,
            epoch: Epoch(reader.u64()?),
            claims: RequestedClaims::read(reader)?,
        })
    }
}
