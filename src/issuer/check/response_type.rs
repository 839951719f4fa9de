//! Whether the response to an authorization request has a code or tokens (RFC 6749 section 3.1.1,
//! OAuth 2.0 Multiple Response Type Encoding Practices).

use crate::issuer::check::scope;
use crate::issuer::codec::bytes::{Reader, Writer};
use crate::issuer::config::{Application, GrantType};
use crate::issuer::profile::Profile;
use crate::issuer::wire::refusal::Refusal;

/// What a client asks the authorization endpoint for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ResponseType {
    /// `code`
    #[default]
    Code,
    /// `token`, `id_token` or both: the implicit flow (OpenID Connect Core section 3.2).
    Implicit {
        /// An access token.
        token: bool,
        /// An id_token.
        id_token: bool,
    },
}

impl ResponseType {
    /// Reads `response_type`; the order of its words does not matter (RFC 6749 section 3.1.1).
    pub(crate) fn read(text: &str) -> Option<Self> {
        let words: Vec<&str> = scope::items(text).collect();
        Some(match words.as_slice() {
            ["code"] => Self::Code,
            ["token"] => Self::Implicit { token: true, id_token: false },
            ["id_token"] => Self::Implicit { token: false, id_token: true },
            ["id_token", "token"] | ["token", "id_token"] => {
                Self::Implicit { token: true, id_token: true }
            }
            _ => return None,
        })
    }

    /// Writes the type into a sealed form.
    pub(crate) fn write(self, writer: &mut Writer) {
        writer.u8(match self {
            Self::Code => 0,
            Self::Implicit { token, id_token } => u8::from(token) | u8::from(id_token) << 1,
        });
    }

    /// Reads what [`ResponseType::write`] wrote.
    pub(crate) fn from_bytes(reader: &mut Reader<'_>) -> Option<Self> {
        Some(match reader.u8()? {
            0 => Self::Code,
            bits @ 1..=3 => Self::Implicit { token: bits & 1 != 0, id_token: bits & 2 != 0 },
            _ => return None,
        })
    }
}

/// Refuses a response type whose grant the application has not opened.
pub(crate) fn check_allowed(
    wanted: ResponseType,
    profile: Profile,
    application: &Application,
) -> Result<(), Refusal> {
    match wanted {
        ResponseType::Code if application.allows(GrantType::AuthorizationCode) => Ok(()),
        ResponseType::Code => Err(Refusal::CodeFlowClosed),
        ResponseType::Implicit { .. } if allows_implicit(profile, application) => Ok(()),
        ResponseType::Implicit { .. } => Err(Refusal::ResponseTypeUnsupported),
    }
}

/// Whether the authorization endpoint may give tokens to an application.
pub(crate) fn allows_implicit(profile: Profile, application: &Application) -> bool {
    profile.implicit_grant_allowed()
        && application.allows(GrantType::Implicit)
        // The authorization endpoint takes no proof of possession, so it cannot give bound tokens.
        && !application.dpop_bound_access_tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_6749_section_3_1_1_order_does_not_matter() {
        let both = Some(ResponseType::Implicit { token: true, id_token: true });
        assert_eq!(ResponseType::read("id_token token"), both);
        assert_eq!(ResponseType::read("token id_token"), both);
        assert_eq!(ResponseType::read("code"), Some(ResponseType::Code));
        for text in ["", "code token", "code code", "Code", "none", "token token"] {
            assert_eq!(ResponseType::read(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        for text in ["code", "token", "id_token", "token id_token"] {
            let response_type = ResponseType::read(text).unwrap();
            let mut writer = Writer::default();
            response_type.write(&mut writer);
            let bytes = writer.finish();
            assert_eq!(ResponseType::from_bytes(&mut Reader::new(&bytes)), Some(response_type));
        }
    }
}
