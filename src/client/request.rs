//! How requests are made: each kind is a [`Plan`], a table of what it has, and one function follows
//! them all.

use crate::form::Encoder;
use crate::http::HttpRequest;
use crate::text;

use super::authentication::ClientIdentity;
use super::error::Error;

/// Parameters beside those that a request has itself, such as EIAM's `exclusive_tag`.
pub type Extra<'a> = [(&'a str, &'a str)];

/// What a request is made of.
pub(crate) struct Plan {
    /// The endpoint's name in the server's metadata.
    pub(crate) endpoint: &'static str,
    /// How the parameters go there.
    pub(crate) carrier: Carrier,
    /// A parameter that is always the same, `grant_type` as a rule.
    pub(crate) fixed: Option<(&'static str, &'static str)>,
    /// The parameters, in the order of their values.
    pub(crate) parameters: &'static [Parameter],
}

/// How a request carries its parameters.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Carrier {
    /// In a form that is posted and authenticates the client.
    Form,
    /// In the query of a page's URL, with `client_id`.
    Page,
    /// The only one is a token, in a header.
    Bearer,
    /// There are none.
    Nothing,
}

/// A parameter of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name on the wire.
    pub name: &'static str,
    /// Whether a request without it makes no sense.
    pub is_required: bool,
}

impl Parameter {
    /// One that must be there and not be empty.
    #[must_use]
    pub const fn required(name: &'static str) -> Self {
        Self { name, is_required: true }
    }

    /// One that may be missing.
    #[must_use]
    pub const fn optional(name: &'static str) -> Self {
        Self { name, is_required: false }
    }
}

/// A request in the parts that differ.
pub(crate) struct Parts {
    pub(crate) carrier: Carrier,
    pub(crate) url: String,
    /// The form; empty for none.
    pub(crate) form: String,
    /// The value of the field `Authorization`; empty for none.
    pub(crate) authorization: String,
}

impl Parts {
    /// Follows a plan. An empty value is one that is missing.
    pub(crate) fn make(
        plan: &Plan,
        url: Option<&str>,
        identity: &ClientIdentity<'_>,
        values: &[&str],
        extra: &Extra<'_>,
    ) -> Result<Self, Error> {
        let Some(url) = url else { return Err(plan.not_supported(identity)) };
        let is_page = plan.carrier == Carrier::Page;
        let mut form = Encoder::after(if is_page { with_query(url) } else { String::new() });
        if let Some((name, value)) = plan.fixed {
            form.pair(name, value);
        }
        if is_page {
            form.pair("client_id", identity.client_id);
        }
        for (index, parameter) in plan.parameters.iter().enumerate() {
            match values.get(index).copied().unwrap_or_default() {
                "" if parameter.is_required => {
                    return Err(Error::argument(parameter.name, "missing"));
                }
                "" => {}
                value => drop(form.pair(parameter.name, value)),
            }
        }
        for (index, (name, value)) in extra.iter().enumerate() {
            let earlier = extra.iter().take(index).any(|(other, _)| other == name);
            if earlier || plan.sets(name) {
                let reason = text::concat(&[name, " is in the request already"]);
                return Err(Error::argument("extra", "").because(reason));
            }
            form.pair(name, value);
        }
        let mut authorization = String::new();
        if plan.carrier == Carrier::Form {
            authorization = identity.authenticate(&mut form);
        }
        if plan.carrier == Carrier::Bearer {
            let token = values.first().copied().unwrap_or_default();
            if text::has(token, b' ') || !text::is_printable_ascii(token) {
                return Err(Error::argument("access_token", "not printable ASCII without spaces"));
            }
            form = Encoder::new();
            authorization = text::concat(&["Bearer ", token]);
        }
        let (url, form) = match is_page {
            true => (form.finish(), String::new()),
            false => (url.to_owned(), form.finish()),
        };
        Ok(Self { carrier: plan.carrier, url, form, authorization })
    }
}

impl Plan {
    #[cold]
    fn not_supported(&self, identity: &ClientIdentity<'_>) -> Error {
        // At the host of the instance's pages EIAM has the pages and an authorization server's keys.
        let is_there = matches!(self.carrier, Carrier::Page | Carrier::Nothing);
        let reason = if identity.lacks_portal && is_there {
            "portal is missing, such as example.aliyunidaas.com"
        } else {
            ""
        };
        Error::not_supported(self.endpoint, reason)
    }

    /// Whether the request has a parameter of this name itself.
    fn sets(&self, name: &str) -> bool {
        CLIENT_PARAMETERS.contains(&name)
            || self.fixed.is_some_and(|(fixed, _)| fixed == name)
            || self.parameters.iter().any(|parameter| parameter.name == name)
    }
}

impl From<Parts> for HttpRequest {
    fn from(parts: Parts) -> Self {
        let mut request = match parts.carrier {
            Carrier::Form => Self::post_form(parts.url, parts.form),
            _ => Self::get(parts.url),
        };
        request.headers.push("accept", "application/json");
        if !parts.authorization.is_empty() {
            request.headers.push("authorization", parts.authorization);
        }
        request
    }
}

/// What only the client itself may set.
const CLIENT_PARAMETERS: [&str; 4] =
    ["client_id", "client_secret", "client_assertion", "client_assertion_type"];

/// The endpoint with what is needed before a parameter; it may have a query of its own
/// (RFC 6749 section 3.1).
fn with_query(endpoint: &str) -> String {
    let endpoint = text::split_once(endpoint, b'#').map_or(endpoint, |(before, _)| before);
    text::concat(&[endpoint, if text::has(endpoint, b'?') { "" } else { "?" }])
}
