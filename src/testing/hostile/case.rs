//! What a hostile case is.

use crate::issuer::jose::jwk::PublicJwk;
use crate::testing::transport::Transport;

/// A case: something that no correct server sends, with what a correct client does about it.
#[derive(Debug)]
pub struct Case {
    /// Its name, such as `alg_none`.
    pub name: &'static str,
    /// Where it happens.
    pub place: Place,
    /// What is changed.
    pub change: &'static str,
    /// What a correct client does.
    pub expect: &'static str,
    /// The section that says so.
    pub section: &'static str,
    pub(super) deed: Deed,
}

/// Where a case happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// In the id_token of a token response.
    IdToken,
    /// In an access token that is a JWT, of a token response.
    AccessToken,
    /// In a token response that gives tokens.
    Token,
    /// In the authorization response, by which the browser comes back to the client with a code.
    Callback,
    /// In the JWT that is the authorization response, if the client asked for one with a code (JARM).
    SignedCallback,
    /// In the response of the device authorization endpoint.
    Device,
    /// In the claims of the userinfo endpoint.
    UserInfo,
    /// In the JWT of the userinfo endpoint, if the client is registered for one.
    SignedUserInfo,
    /// In the logout token by which a client is told that a user has signed out.
    LogoutToken,
    /// In the key set.
    Keys,
    /// In the metadata.
    Metadata,
}

impl Place {
    /// The name in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::IdToken => "id_token",
            Self::AccessToken => "access_token",
            Self::Token => "token",
            Self::Callback => "callback",
            Self::SignedCallback => "signed_callback",
            Self::Device => "device_authorization",
            Self::UserInfo => "userinfo",
            Self::SignedUserInfo => "signed_userinfo",
            Self::LogoutToken => "logout_token",
            Self::Keys => "jwks",
            Self::Metadata => "discovery",
        }
    }
}

/// What is known about the request to which a response belongs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen<'a> {
    /// The endpoint.
    pub(crate) endpoint: Option<&'a str>,
    /// The time that the issuer saw.
    pub(crate) now: i64,
    /// The key that signs.
    pub(crate) key: Option<&'a PublicJwk>,
}

/// What is done.
#[derive(Debug)]
pub(super) enum Deed {
    /// A claim, before the token is signed.
    Claim(&'static str, Edit),
    /// A member of the header, before the token is signed.
    Header(&'static str, Edit),
    /// Several claims are taken away, before the token is signed.
    Without(&'static [&'static str]),
    /// All claims as one JSON text, before the token is signed. `{}` stands for the object that they are.
    Claims(&'static str),
    /// A claim with arrays in arrays, as many as this, before the token is signed.
    DeepClaim(usize),
    /// The signature, or the header afterwards.
    Signature(Forgery),
    /// The claims in the place of the token.
    Unsigned,
    /// A member of the JSON object in the body.
    Member(&'static str, Edit),
    /// More members at the end of the JSON object, which may be there already.
    More(&'static str),
    /// The whole body. `{}` stands for the one that there was.
    Body(&'static str),
    /// The whole body, in octets that are no text.
    Octets(&'static [u8]),
    /// A header field.
    Field(&'static str, &'static str),
    /// The status.
    Status(u16),
    /// A redirect with this status to somebody else.
    Redirect(u16),
    /// The keys, each replaced by another one with the same id, or with another.
    OtherKeys { same_id: bool },
    /// The same once only: whoever asks again gets the keys.
    FormerKeys { same_id: bool },
    /// A member of every key.
    KeyMember(&'static str, &'static str),
    /// Before every key another one with the same id.
    KeyBefore,
    /// A parameter of the callback.
    Parameter(&'static str, Edit),
    /// More parameters at the end of the callback.
    MoreParameters(&'static str),
    /// Arrays in arrays, as many as this.
    Deep(usize),
    /// What the host does.
    Transport(Transport),
}

/// How a member is changed. Texts are JSON.
#[derive(Debug)]
pub(super) enum Edit {
    /// It is taken away.
    Remove,
    /// It gets this value. `{}` stands for the one that it had.
    Set(&'static str),
    /// It gets these characters behind the text that it had.
    Append(&'static str),
    /// It gets the present time, and so many seconds more.
    Time(i64),
}

/// How a signature is forged.
#[derive(Clone, Copy, Debug)]
pub(super) enum Forgery {
    /// `alg` is `none` in this spelling, and nothing is signed.
    None(&'static str),
    /// Nothing is signed, and the header says what it said.
    Stripped,
    /// An HMAC with the public key, in the form in which libraries keep it (PEM).
    HmacWithPem,
    /// An HMAC with the public key as it stands in the key set.
    HmacWithJwk,
    /// An HMAC with a key that is in the header (`jwk`).
    HmacWithEmbedded,
    /// An HMAC with an empty key.
    HmacWithNothing,
    /// Zeros, as many octets as the signature has.
    Zeros,
    /// One bit is another.
    Flipped,
    /// The last octet is missing.
    Cut,
    /// The character `=` stands behind it.
    Padded,
    /// Claims that were not signed.
    OtherClaims,
    /// A token of two parts.
    TwoParts,
    /// A token of four parts.
    FourParts,
}

impl Case {
    /// Whether it happens once only, however often it is asked for.
    pub(super) fn is_once(&self) -> bool {
        matches!(self.deed, Deed::FormerKeys { .. })
    }

    /// What the host does to the response.
    pub(super) fn transport(&self) -> Option<Transport> {
        match self.deed {
            Deed::Transport(fault) => Some(fault),
            _ => None,
        }
    }
}
