//! How a client is answered: which tokens (RFC 6749 section 3.1.1, OAuth 2.0 Multiple Response Type
//! Encoding Practices), and by which way.

use crate::form;
use crate::http::HttpResponse;

use crate::issuer::bytes::{Reader, Writer};
use crate::issuer::language::Language;
use crate::issuer::parameters::Parameters;
use crate::issuer::refusal::Refusal;
use crate::issuer::reply::{MARK, Reply};
use crate::issuer::sealed::Authority;
use crate::issuer::{Issuer, answer, scope};

/// What a client wants to be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ResponseType {
    /// `code`
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

    pub(crate) fn write(self, writer: &mut Writer) {
        writer.u8(match self {
            Self::Code => 0,
            Self::Implicit { token, id_token } => u8::from(token) | u8::from(id_token) << 1,
        });
    }

    pub(crate) fn from_bytes(reader: &mut Reader<'_>) -> Option<Self> {
        Some(match reader.u8()? {
            0 => Self::Code,
            bits @ 1..=3 => Self::Implicit { token: bits & 1 != 0, id_token: bits & 2 != 0 },
            _ => return None,
        })
    }
}

/// The way of an answer.
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
    pub(crate) const ALL: [Self; 3] = [Self::Query, Self::Fragment, Self::FormPost];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Fragment => "fragment",
            Self::FormPost => "form_post",
        }
    }

    /// The mode of a request. Even one that is refused has one: its error is told that way. What is
    /// not allowed counts as left out then.
    pub(crate) fn of(parameters: &Parameters) -> Self {
        let wanted = parameters.value("response_mode").and_then(Self::from_name);
        let asks_tokens = asks_tokens(parameters);
        match wanted {
            Some(mode) if mode != Self::Query || !asks_tokens => mode,
            _ if asks_tokens => Self::Fragment,
            _ => Self::Query,
        }
    }

    /// Refuses a mode that is not known, and tokens in a query, which ends in logs and in `Referer`
    /// (OAuth 2.0 Multiple Response Type Encoding Practices section 3.0).
    pub(crate) fn check(parameters: &Parameters) -> Result<(), Refusal> {
        match parameters.value("response_mode") {
            None => Ok(()),
            Some(name) if Self::from_name(name) == Some(Self::of(parameters)) => Ok(()),
            Some(_) => Err(Refusal::ResponseModeUnsupported),
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.name() == name)
    }

    pub(crate) fn write(self, writer: &mut Writer) {
        writer.u8(match self {
            Self::Query => 0,
            Self::Fragment => 1,
            Self::FormPost => 2,
        });
    }

    pub(crate) fn from_bytes(reader: &mut Reader<'_>) -> Option<Self> {
        Self::ALL.get(usize::from(reader.u8()?)).copied()
    }
}

/// Whether the default mode is the fragment: for everything but a code alone.
fn asks_tokens(parameters: &Parameters) -> bool {
    let wanted = parameters.value("response_type").unwrap_or_default();
    scope::items(wanted).any(|word| matches!(word, "token" | "id_token"))
}

/// Where an answer goes once client and redirect URI are known to be good.
pub(crate) struct Destination<'a> {
    pub(crate) authority: Authority,
    pub(crate) client: &'a str,
    pub(crate) redirect_uri: &'a str,
    pub(crate) state: Option<&'a str>,
    pub(crate) mode: ResponseMode,
    pub(crate) language: Language,
}

impl Issuer {
    /// Tells a client why it gets nothing (RFC 6749 section 4.1.2.1).
    pub(crate) fn send_refusal(&self, destination: &Destination<'_>, refusal: &Refusal) -> Reply {
        let application = self.application(destination.client);
        let remedy = self.remedy(application.as_deref(), "", refusal);
        let description = self.description(refusal, remedy.as_ref());
        let pairs =
            [("error", refusal.code(self.config.profile)), ("error_description", &description)];
        self.send(destination, &pairs, None)
    }

    /// Sends an answer, with an id_token if there is one to be signed. Every answer says who gives
    /// it (RFC 9207 section 2). Whether the service does is not documented; a client that does not
    /// know `iss` passes over it.
    pub(crate) fn send(
        &self,
        destination: &Destination<'_>,
        pairs: &[(&str, &str)],
        id_token: Option<String>,
    ) -> Reply {
        let issuer = self.issuer_url(destination.authority, destination.client);
        let mut fields = pairs.to_vec();
        fields.extend(destination.state.map(|state| ("state", state)));
        fields.push(("iss", &issuer));
        let response = match destination.mode {
            ResponseMode::FormPost => self.form_post(destination, &fields, id_token.is_some()),
            ResponseMode::Query => redirect(destination, '?', &fields, false),
            ResponseMode::Fragment => redirect(destination, '#', &fields, id_token.is_some()),
        };
        Reply::unsigned(response, id_token.into_iter().collect())
    }

    fn form_post(
        &self,
        destination: &Destination<'_>,
        fields: &[(&str, &str)],
        signed: bool,
    ) -> HttpResponse {
        let application = self.application(destination.client);
        let name = application.as_ref().map_or("", |application| application.display_name());
        let signed = signed.then_some("id_token");
        self.pages.form_post(destination.language, destination.redirect_uri, name, fields, signed)
    }
}

fn redirect(
    destination: &Destination<'_>,
    separator: char,
    fields: &[(&str, &str)],
    signed: bool,
) -> HttpResponse {
    let mut location = destination.redirect_uri.to_owned();
    // A redirect URI may have a query of its own, and never a fragment.
    if !location.contains(separator) {
        location.push(separator);
    }
    let mut encoder = form::Encoder::after(location);
    for (name, value) in fields {
        encoder.pair(name, value);
    }
    let mut location = encoder.finish();
    if signed {
        // What comes in its place has no character that would have to be encoded.
        location.push_str("&id_token=");
        location.push_str(MARK);
    }
    answer::see_other(location)
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
        let mut writer = Writer::default();
        let types = ["code", "token", "id_token", "token id_token"];
        let types = types.map(|text| ResponseType::read(text).unwrap());
        for each in types {
            each.write(&mut writer);
        }
        for mode in ResponseMode::ALL {
            mode.write(&mut writer);
        }
        let bytes = writer.finish();
        let mut reader = Reader::new(&bytes);
        for each in types {
            assert_eq!(ResponseType::from_bytes(&mut reader), Some(each));
        }
        for mode in ResponseMode::ALL {
            assert_eq!(ResponseMode::from_bytes(&mut reader), Some(mode));
        }
    }
}
