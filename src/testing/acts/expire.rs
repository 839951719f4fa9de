//! Letting one token expire before its time.

use crate::issuer::jose::jws::Jws;
use crate::issuer::sealed::access_token::{AccessToken, TokenId};
use crate::issuer::sealed::code::Code;
use crate::issuer::sealed::device_code::DeviceCode;
use crate::issuer::sealed::refresh_token::RefreshToken;
use crate::testing::control_error::ControlError;
use crate::testing::controlled::Controlled;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenKind {
    /// An access token, opaque or a JWT.
    AccessToken,
    /// A refresh token.
    RefreshToken,
    /// An authorization code.
    Code,
    /// A device code.
    DeviceCode,
}

impl TokenKind {
    /// Its name, as OAuth calls it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::AccessToken => "access_token",
            Self::RefreshToken => "refresh_token",
            Self::Code => "code",
            Self::DeviceCode => "device_code",
        }
    }
}

impl Controlled {
    /// Lets one token or code of this issuer expire now: it is refused as any other that has expired, and no
    /// other token is touched. Whoever checks a JWT without asking the issuer still takes it: to expire what
    /// others check, [advance the clock](crate::testing::Clock::advance).
    ///
    /// # Errors
    /// Fails for what is no token of this issuer, and for id_tokens, which only their clients check.
    pub fn expire(&mut self, token: &str) -> Result<TokenKind, ControlError> {
        let vault = &mut self.vault;
        let id = Jws::read(token).and_then(|jws| Some(jws.claims()?.text("jti")?.into_owned()));
        if let Some(id) = id.filter(|id| vault.open::<TokenId>(id).is_some()) {
            vault.expire(&id);
            return Ok(TokenKind::AccessToken);
        }
        let kind = if vault.open::<AccessToken>(token).is_some() {
            TokenKind::AccessToken
        } else if vault.open::<RefreshToken>(token).is_some() {
            TokenKind::RefreshToken
        } else if vault.open::<Code>(token).is_some() {
            TokenKind::Code
        } else if vault.open::<DeviceCode>(token).is_some() {
            TokenKind::DeviceCode
        } else {
            let problem = "this is no access token, refresh token, code or device code of this issuer; \
                           an id_token expires by the clock alone";
            return Err(ControlError::missing("body.token", problem));
        };
        vault.expire(token);
        Ok(kind)
    }
}
