//! Access tokens: what is sealed in opaque ones, and in the `jti` of JWTs.

use crate::issuer::check::scope;
use crate::issuer::codec::bytes::{Reader, Writer};
use crate::issuer::config::Config;
use crate::issuer::sealed::context::Context;
use crate::issuer::sealed::exchanged::Exchanged;
use crate::issuer::sealed::sealer::Seal;
use crate::issuer::sealed::user_grant::GrantId;
use crate::issuer::state::epochs::Epoch;
use crate::issuer::wire::authority::Authority;

/// An access token. It contains everything that is needed to check it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct AccessToken {
    pub(crate) authority: Authority,
    /// The base URL under which it was made, if each request says it.
    pub(crate) base: Option<String>,
    pub(crate) client: String,
    /// The user; none for a token that a client has for itself.
    pub(crate) subject: Option<String>,
    pub(crate) scope: String,
    /// The resources that it is for (RFC 8707); empty for the issuer's own.
    pub(crate) audience: Vec<String>,
    /// What it allows in detail (RFC 9396).
    pub(crate) details: Vec<String>,
    /// When the user signed in; none without a user, or if that is not known.
    pub(crate) auth_time: Option<i64>,
    /// How the user signed in then.
    pub(crate) context: Context,
    pub(crate) grant: GrantId,
    /// Which of the access tokens of the grant it is.
    pub(crate) serial: u32,
    pub(crate) issued: i64,
    pub(crate) expires: i64,
    /// The claims that the userinfo endpoint tells in addition to those of the scope, separated by
    /// spaces.
    pub(crate) claims: String,
    /// The thumbprint of the key to which it is bound (RFC 9449 section 6).
    pub(crate) jkt: Option<String>,
    pub(crate) epoch: Epoch,
    /// Who may act for its subject (RFC 8693 section 4.4); none if it does not say.
    pub(crate) may_act: Option<String>,
    /// What it was given for; none for a token that came of no other.
    pub(crate) exchanged: Option<Box<Exchanged>>,
}

impl AccessToken {
    /// Whom it is about (`sub`): its user, or the client that has it for itself.
    pub(crate) fn about(&self) -> &str {
        let machine = || self.exchanged.as_ref()?.machine.as_deref();
        self.subject.as_deref().or_else(machine).unwrap_or(&self.client)
    }
}

impl AccessToken {
    /// Its issuer (`iss`), as it was called when the token was made.
    pub(crate) fn issuer(&self, config: &Config) -> String {
        config.issuer_url_at(self.base.as_deref(), self.authority, &self.client)
    }
}

/// Marks, in the first byte of what is sealed, that the base URL follows.
const NAMED: u8 = 2;

impl Seal for AccessToken {
    const PREFIX: &'static str = "AT";

    fn write(&self, writer: &mut Writer) {
        // Both in one byte: what is sealed should be short.
        let is_of_instance = u8::from(self.authority == Authority::Instance);
        writer.u8(is_of_instance | if self.base.is_some() { NAMED } else { 0 });
        if let Some(base) = &self.base {
            writer.str(base);
        }
        writer
            .str(&self.client)
            .optional_str(self.subject.as_deref())
            .str(&self.scope)
            .u128(self.grant)
            .u32(self.serial)
            .i64(self.issued)
            .i64(self.expires)
            .str(&self.claims)
            .strs(&self.details)
            .optional_str(self.jkt.as_deref())
            .u64(self.epoch.0);
        if self.subject.is_some() {
            writer.optional_i64(self.auth_time);
            self.context.write(writer);
        }
        // Mostly it is what the scope says already. What is sealed should be short.
        let is_said =
            scope::named_servers(&self.scope).eq(self.audience.iter().map(String::as_str));
        writer.bool(is_said);
        if !is_said {
            writer.strs(&self.audience);
        }
        writer.optional_str(self.may_act.as_deref()).bool(self.exchanged.is_some());
        if let Some(exchanged) = &self.exchanged {
            exchanged.write(writer);
        }
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let (authority, is_named) = match reader.u8()? {
            first @ 0..=3 => (first & 1, first & NAMED != 0),
            _ => return None,
        };
        let mut token = Self::default();
        if authority == 1 {
            token.authority = Authority::Instance;
        }
        if is_named {
            token.base = Some(reader.string()?);
        }
        token.client = reader.string()?;
        token.subject = reader.optional_string()?;
        token.scope = reader.string()?;
        token.grant = reader.u128()?;
        token.serial = reader.u32()?;
        token.issued = reader.i64()?;
        token.expires = reader.i64()?;
        token.claims = reader.string()?;
        token.details = reader.strings()?;
        token.jkt = reader.optional_string()?;
        token.epoch = Epoch(reader.u64()?);
        if token.subject.is_some() {
            token.auth_time = reader.optional_i64()?;
            token.context = Context::read(reader)?;
        }
        token.audience = if reader.bool()? {
            scope::named_servers(&token.scope).map(str::to_owned).collect()
        } else {
            reader.strings()?
        };
        token.may_act = reader.optional_string()?;
        if reader.bool()? {
            token.exchanged = Some(Box::new(Exchanged::read(reader)?));
        }
        Some(token)
    }

    #[cfg(feature = "testing")]
    fn expire(&mut self) {
        self.expires = 0;
    }
}

/// The `jti` of a JWT access token: what the issuer needs to tell whether the token was revoked. It
/// is no secret, so it counts only in a JWT whose signature is verified. It has a prefix of its
/// own, so that nobody can use it as an opaque token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TokenId(pub(crate) AccessToken);

impl Seal for TokenId {
    const PREFIX: &'static str = "ID";

    fn write(&self, writer: &mut Writer) {
        self.0.write(writer);
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        AccessToken::read(reader).map(Self)
    }

    #[cfg(feature = "testing")]
    fn expire(&mut self) {
        self.0.expire();
    }
}
