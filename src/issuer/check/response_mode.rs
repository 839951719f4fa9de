//! How the response to an authorization request reaches the client (OAuth 2.0 Multiple Response
//! Type Encoding Practices section 2.1, OAuth 2.0 Form Post Response Mode).

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
}

impl ResponseMode {
    /// All modes.
    pub(crate) const ALL: [Self; 3] = [Self::Query, Self::Fragment, Self::FormPost];

    /// The name in `response_mode`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Fragment => "fragment",
            Self::FormPost => "form_post",
        }
    }

    /// The mode of a request. A refused request has one too, because its error is sent that way. A
    /// mode that is not allowed counts as left out.
    pub(crate) fn of(parameters: &Parameters) -> Self {
        let wanted = parameters.value("response_mode").and_then(Self::from_name);
        let asks_tokens = asks_tokens(parameters);
        match wanted {
            Some(mode) if mode != Self::Query || !asks_tokens => mode,
            _ if asks_tokens => Self::Fragment,
            _ => Self::Query,
        }
    }

    /// Refuses an unknown mode, and tokens in a query, because queries end up in logs and in
    /// `Referer` (OAuth 2.0 Multiple Response Type Encoding Practices sections 3 and 5).
    pub(crate) fn check(parameters: &Parameters) -> Result<(), Refusal> {
        match parameters.value("response_mode") {
            None => Ok(()),
            Some(name) if Self::from_name(name) == Some(Self::of(parameters)) => Ok(()),
            Some(_) => Err(Refusal::ResponseModeUnsupported),
        }
    }

    /// The mode of this name.
    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.name() == name)
    }

    /// Writes the mode into a sealed form.
    pub(crate) fn write(self, writer: &mut Writer) {
        writer.u8(match self {
            Self::Query => 0,
            Self::Fragment => 1,
            Self::FormPost => 2,
        });
    }

    /// Reads what [`ResponseMode::write`] wrote.
    pub(crate) fn from_bytes(reader: &mut Reader<'_>) -> Option<Self> {
        Self::ALL.get(usize::from(reader.u8()?)).copied()
    }
}

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
