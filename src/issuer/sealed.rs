//! What is inside codes, tokens, cookies and the hidden fields of forms.

use crate::pkce;

use super::authorize::{ResponseMode, ResponseType};
use super::bytes::{Reader, Writer};
use super::language::Language;
use super::seal::Seal;

/// Which of the two issuers speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Authority {
    /// The issuer of one application.
    Application,
    /// The issuer of the instance, every application a client of it.
    Instance,
}

impl Authority {
    fn write(self, writer: &mut Writer) {
        writer.bool(self == Self::Instance);
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(if reader.bool()? { Self::Instance } else { Self::Application })
    }
}

/// Names one sign-in and all that came of it.
pub(crate) type GrantId = u128;

/// Counts how often an application or a user was disabled or removed, or tokens of one of them ended
/// together. What was made in an epoch before that of its client or user does not work any more, also
/// when they come back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Epoch(pub(crate) u64);

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
    fn write(&self, writer: &mut Writer) {
        writer.str(&self.userinfo).str(&self.id_token).bool(self.authentication);
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            userinfo: reader.string()?,
            id_token: reader.string()?,
            authentication: reader.bool()?,
        })
    }
}

/// Who may do what, by whom, since when: what codes, refresh tokens and sign-ins agree on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SignIn {
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

impl SignIn {
    fn write(&self, writer: &mut Writer) {
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

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
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

/// A PKCE challenge (RFC 7636 section 4.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Challenge {
    pub(crate) method: pkce::Method,
    pub(crate) value: String,
}

impl Challenge {
    fn write(challenge: Option<&Self>, writer: &mut Writer) {
        match challenge {
            None => {
                writer.u8(0);
            }
            Some(challenge) => {
                writer
                    .u8(match challenge.method {
                        pkce::Method::S256 => 1,
                        pkce::Method::Plain => 2,
                    })
                    .str(&challenge.value);
            }
        }
    }

    fn read(reader: &mut Reader<'_>) -> Option<Option<Self>> {
        let method = match reader.u8()? {
            0 => return Some(None),
            1 => pkce::Method::S256,
            2 => pkce::Method::Plain,
            _ => return None,
        };
        let value = reader.string()?;
        Some(Some(Self { method, value }))
    }
}

/// An authorization code (RFC 6749 section 4.1.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Code {
    pub(crate) sign_in: SignIn,
    pub(crate) redirect_uri: String,
    pub(crate) nonce: Option<String>,
    pub(crate) challenge: Option<Challenge>,
    /// The thumbprint of the key that must redeem it (RFC 9449 section 10).
    pub(crate) dpop_jkt: Option<String>,
    pub(crate) expires: i64,
}

impl Seal for Code {
    const PREFIX: &'static str = "CO";

    fn write(&self, writer: &mut Writer) {
        self.sign_in.write(writer);
        writer.str(&self.redirect_uri).optional_str(self.nonce.as_deref());
        Challenge::write(self.challenge.as_ref(), writer);
        writer.optional_str(self.dpop_jkt.as_deref()).i64(self.expires);
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            sign_in: SignIn::read(reader)?,
            redirect_uri: reader.string()?,
            nonce: reader.optional_string()?,
            challenge: Challenge::read(reader)?,
            dpop_jkt: reader.optional_string()?,
            expires: reader.i64()?,
        })
    }
}

/// An access token. It holds all that is needed to check it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AccessToken {
    pub(crate) authority: Authority,
    pub(crate) client: String,
    /// The user; none for a token that a client has for itself.
    pub(crate) subject: Option<String>,
    pub(crate) scope: String,
    pub(crate) grant: GrantId,
    /// Which one of the grant's tokens it is.
    pub(crate) serial: u32,
    pub(crate) issued: i64,
    pub(crate) expires: i64,
    /// Claims that the userinfo endpoint tells beside those of the scope, separated by spaces.
    pub(crate) claims: String,
    /// The thumbprint of the key that it works with alone (RFC 9449 section 6).
    pub(crate) jkt: Option<String>,
    pub(crate) epoch: Epoch,
}

impl Seal for AccessToken {
    const PREFIX: &'static str = "AT";

    fn write(&self, writer: &mut Writer) {
        self.authority.write(writer);
        writer
            .str(&self.client)
            .optional_str(self.subject.as_deref())
            .str(&self.scope)
            .u128(self.grant)
            .u32(self.serial)
            .i64(self.issued)
            .i64(self.expires)
            .str(&self.claims)
            .optional_str(self.jkt.as_deref())
            .u64(self.epoch.0);
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            authority: Authority::read(reader)?,
            client: reader.string()?,
            subject: reader.optional_string()?,
            scope: reader.string()?,
            grant: reader.u128()?,
            serial: reader.u32()?,
            issued: reader.i64()?,
            expires: reader.i64()?,
            claims: reader.string()?,
            jkt: reader.optional_string()?,
            epoch: Epoch(reader.u64()?),
        })
    }
}

/// The `jti` of a JWT access token: what the issuer has to know of it to say whether it was revoked. It
/// is no secret, so it counts only in a JWT whose signature is verified; its own prefix keeps it from
/// being a bearer token itself.
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
}

/// A refresh token (RFC 6749 section 6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RefreshToken {
    pub(crate) sign_in: SignIn,
    /// The grant's serial number when this was made; a lower one than the store's was used already.
    pub(crate) serial: u32,
    pub(crate) issued: i64,
    pub(crate) expires: i64,
    /// When the last one of the sign-in expires, however often it is refreshed.
    pub(crate) ends: i64,
    /// The thumbprint of the key of a public client (RFC 9449 section 5).
    pub(crate) jkt: Option<String>,
}

impl Seal for RefreshToken {
    const PREFIX: &'static str = "RT";

    fn write(&self, writer: &mut Writer) {
        self.sign_in.write(writer);
        writer
            .u32(self.serial)
            .i64(self.issued)
            .i64(self.expires)
            .i64(self.ends)
            .optional_str(self.jkt.as_deref());
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            sign_in: SignIn::read(reader)?,
            serial: reader.u32()?,
            issued: reader.i64()?,
            expires: reader.i64()?,
            ends: reader.i64()?,
            jkt: reader.optional_string()?,
        })
    }
}

/// A device code (RFC 8628 section 3.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DeviceCode {
    pub(crate) authority: Authority,
    pub(crate) client: String,
    pub(crate) id: u128,
    pub(crate) user_code: u64,
    pub(crate) expires: i64,
}

impl Seal for DeviceCode {
    const PREFIX: &'static str = "DC";

    fn write(&self, writer: &mut Writer) {
        self.authority.write(writer);
        writer.str(&self.client).u128(self.id).u64(self.user_code).i64(self.expires);
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            authority: Authority::read(reader)?,
            client: reader.string()?,
            id: reader.u128()?,
            user_code: reader.u64()?,
            expires: reader.i64()?,
        })
    }
}

/// An authorization request that was checked and now waits for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AuthorizationRequest {
    pub(crate) response_type: ResponseType,
    pub(crate) mode: ResponseMode,
    pub(crate) redirect_uri: String,
    pub(crate) scope: String,
    pub(crate) state: Option<String>,
    pub(crate) nonce: Option<String>,
    pub(crate) challenge: Option<Challenge>,
    /// The thumbprint of the key that must redeem the code (RFC 9449 section 10).
    pub(crate) dpop_jkt: Option<String>,
    pub(crate) claims: RequestedClaims,
    /// The only user who may answer it: of an id_token_hint, or of the claim `sub`.
    pub(crate) subject: Option<String>,
    /// `prompt=consent`: ask, whatever the application's setting.
    pub(crate) ask_consent: bool,
}

impl AuthorizationRequest {
    fn write(&self, writer: &mut Writer) {
        self.response_type.write(writer);
        self.mode.write(writer);
        writer
            .str(&self.redirect_uri)
            .str(&self.scope)
            .optional_str(self.state.as_deref())
            .optional_str(self.nonce.as_deref());
        Challenge::write(self.challenge.as_ref(), writer);
        self.claims.write(writer);
        writer
            .optional_str(self.subject.as_deref())
            .optional_str(self.dpop_jkt.as_deref())
            .bool(self.ask_consent);
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            response_type: ResponseType::from_bytes(reader)?,
            mode: ResponseMode::from_bytes(reader)?,
            redirect_uri: reader.string()?,
            scope: reader.string()?,
            state: reader.optional_string()?,
            nonce: reader.optional_string()?,
            challenge: Challenge::read(reader)?,
            claims: RequestedClaims::read(reader)?,
            subject: reader.optional_string()?,
            dpop_jkt: reader.optional_string()?,
            ask_consent: reader.bool()?,
        })
    }
}

/// What a form goes on with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// An authorization request.
    Authorize(AuthorizationRequest),
    /// A device that was named by its user code.
    Device {
        /// The request's own id.
        id: u128,
        /// Its user code.
        user_code: u64,
    },
    /// Signing out, and where to go after that.
    Logout {
        /// A registered URI.
        redirect_uri: Option<String>,
        /// To be given back there.
        state: Option<String>,
    },
}

/// Something in progress in one browser. It lives in a hidden field of the form, so nothing is kept
/// for those who never come back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Transaction {
    pub(crate) authority: Authority,
    /// The client; none where a person signs out without naming one.
    pub(crate) client: Option<String>,
    /// The browser's cookie when the form was made; 0 where there are no cookies.
    pub(crate) browser: u128,
    /// The login session that the form asks about; none while nobody is signed in.
    pub(crate) session: Option<u128>,
    pub(crate) expires: i64,
    /// What the pages are written in.
    pub(crate) language: Language,
    pub(crate) purpose: Purpose,
}

impl Seal for Transaction {
    const PREFIX: &'static str = "TX";

    fn write(&self, writer: &mut Writer) {
        self.authority.write(writer);
        writer
            .optional_str(self.client.as_deref())
            .u128(self.browser)
            .optional_u128(self.session)
            .i64(self.expires)
            .bool(self.language == Language::Chinese);
        match &self.purpose {
            Purpose::Authorize(request) => {
                writer.u8(0);
                request.write(writer);
            }
            Purpose::Device { id, user_code } => {
                writer.u8(1).u128(*id).u64(*user_code);
            }
            Purpose::Logout { redirect_uri, state } => {
                writer.u8(2).optional_str(redirect_uri.as_deref()).optional_str(state.as_deref());
            }
        }
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let authority = Authority::read(reader)?;
        let client = reader.optional_string()?;
        let browser = reader.u128()?;
        let session = reader.optional_u128()?;
        let expires = reader.i64()?;
        let language = if reader.bool()? { Language::Chinese } else { Language::English };
        let purpose = match reader.u8()? {
            0 => Purpose::Authorize(AuthorizationRequest::read(reader)?),
            1 => Purpose::Device { id: reader.u128()?, user_code: reader.u64()? },
            2 => Purpose::Logout {
                redirect_uri: reader.optional_string()?,
                state: reader.optional_string()?,
            },
            _ => return None,
        };
        Some(Self { authority, client, browser, session, expires, language, purpose })
    }
}

/// A nonce for proofs of possession (RFC 9449 section 8): when it was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DpopNonce(pub(crate) i64);

impl Seal for DpopNonce {
    const PREFIX: &'static str = "DN";

    fn write(&self, writer: &mut Writer) {
        writer.i64(self.0);
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        reader.i64().map(Self)
    }
}

/// The cookie that tells one browser from another before anybody is signed in, and remembers who was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BrowserCookie {
    pub(crate) id: u128,
    /// The last few who signed in here, as numbers, the latest last: see `guess.rs`.
    pub(crate) known: Vec<u64>,
}

impl Seal for BrowserCookie {
    const PREFIX: &'static str = "BR";

    fn write(&self, writer: &mut Writer) {
        writer.u128(self.id);
        for known in &self.known {
            writer.u64(*known);
        }
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let id = reader.u128()?;
        let known = core::iter::from_fn(|| reader.u64()).collect();
        Some(Self { id, known })
    }
}

/// The cookie of a login session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SessionCookie(pub(crate) u128);

impl Seal for SessionCookie {
    const PREFIX: &'static str = "SE";

    fn write(&self, writer: &mut Writer) {
        writer.u128(self.0);
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        reader.u128().map(Self)
    }
}
