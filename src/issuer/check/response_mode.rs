//! How the response to an authorization request reaches the client (OAuth 2.0 Multiple Response
//! Type Encoding Practices section 2.1, OAuth 2.0 Form Post Response Mode, JWT Secured Authorization
//! Response Mode for OAuth 2.0).

use crate::issuer::check::scope;
use crate::issuer::codec::bytes::{Reader, Writer};
use crate::issuer::wire::parameters::Parameters;
use crate::issuer::wire::refusal::Refusal;

/// How the response reaches the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ResponseMode {
    /// In the query of a redirect.
    Query,
    /// In the fragment of a redirect, which no server sees.
    Fragment,
    /// In a form that the browser posts (OAuth 2.0 Form Post Response Mode).
    FormPost,
    /// In a query as a signed JWT (JWT Secured Authorization Response Mode section 2.3).
    QueryJwt,
    /// In a fragment as a signed JWT.
    FragmentJwt,
    /// In a form as a signed JWT.
    FormPostJwt,
}

impl ResponseMode {
    /// All modes, each at the place that its number says.
    pub(crate) const ALL: [Self; 6] = [
        Self::Query,
        Self::Fragment,
        Self::FormPost,
        Self::QueryJwt,
        Self::FragmentJwt,
        Self::FormPostJwt,
    ];

    /// The name in `response_mode`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Fragment => "fragment",
            Self::FormPost => "form_post",
            Self::QueryJwt => "query.jwt",
            Self::FragmentJwt => "fragment.jwt",
            Self::FormPostJwt => "form_post.jwt",
        }
    }

    /// Whether the response is a signed JWT.
    pub(crate) fn is_jwt(self) -> bool {
        matches!(self, Self::QueryJwt | Self::FragmentJwt | Self::FormPostJwt)
    }

    /// Whether tokens may be sent so: not in a query, because queries end up in logs and in `Referer`
    /// (OAuth 2.0 Multiple Response Type Encoding Practices sections 3 and 5), and not in a JWT. The
    /// last one is a choice: nobody who wants signed responses asks for tokens there.
    pub(crate) fn takes_tokens(self) -> bool {
        matches!(self, Self::Fragment | Self::FormPost)
    }

    /// The mode of a request. A refused request has one too, because its error is sent that way. A
    /// mode that is not allowed counts as left out.
    pub(crate) fn of(parameters: &Parameters) -> Self {
        let wanted = parameters.value("response_mode").and_then(Self::from_name);
        let asks_tokens = asks_tokens(parameters);
        match wanted {
            Some(mode) if mode.takes_tokens() || !asks_tokens => mode,
            _ if asks_tokens => Self::Fragment,
            _ => Self::Query,
        }
    }

    /// Refuses an unknown mode, and tokens where [they may not be](Self::takes_tokens).
    pub(crate) fn check(parameters: &Parameters) -> Result<(), Refusal> {
        match parameters.value("response_mode") {
            None => Ok(()),
            Some(name) if Self::from_name(name) == Some(Self::of(parameters)) => Ok(()),
            Some(_) => Err(Refusal::ResponseModeUnsupported),
        }
    }

    /// The mode of this name.
    fn from_name(name: &str) -> Option<Self> {
        // JWT Secured Authorization Response Mode section 2.3.4: it is the one for a code.
        let name = if name == JWT { Self::QueryJwt.name() } else { name };
        Self::ALL.into_iter().find(|mode| mode.name() == name)
    }

    /// Writes the mode into a sealed form.
    pub(crate) fn write(self, writer: &mut Writer) {
        writer.u8(self as u8);
    }

    /// Reads what [`ResponseMode::write`] wrote.
    pub(crate) fn from_bytes(reader: &mut Reader<'_>) -> Option<Self> {
        Self::ALL.get(usize::from(reader.u8()?)).copied()
    }
}

/// The short name of the mode that is usual for the response type, in a JWT.
pub(crate) const JWT: &str = "jwt";

/// Whether the request asks for tokens. Then the default mode is the fragment.
fn asks_tokens(parameters: &Parameters) -> bool {
    let wanted = parameters.value("response_type").unwrap_or_default();
    scope::items(wanted).any(|word| matches!(word, "token" | "id_token"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for mode in ResponseMode::ALL {
            let mut writer = Writer::default();
            mode.write(&mut writer);
            let bytes = writer.finish();
            assert_eq!(ResponseMode::from_bytes(&mut Reader::new(&bytes)), Some(mode));
        }
    }
}
