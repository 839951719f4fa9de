//! Requests: what the rules write, as values.

use zeroize::Zeroize;

use crate::http::HttpRequest;
use crate::rules::request::{self as rules, FORM, PAGE};
use crate::rules::split::split_once;
use crate::rules::table::Table;

use super::authentication::ClientIdentity;
use super::error::Error;

/// The names and values of additional parameters, such as EIAM's `exclusive_tag`.
pub type Extra<'a> = [(&'a str, &'a str)];

/// The parts of a request in which its kinds differ.
pub(crate) struct Parts {
    /// The letter of the plan that says how the parameters get to the endpoint.
    carrier: u8,
    /// The URL; for a page, with its query.
    pub(crate) url: String,
    /// The form; empty for none.
    form: String,
    /// The value of the field `Authorization`; empty for none.
    authorization: String,
}

impl Parts {
    /// Makes the request of a plan. `values` are the names and values of its parameters; an empty value counts as
    /// missing.
    ///
    /// # Errors
    /// Fails if the server does not have the endpoint, and for a parameter that is missing or cannot be sent.
    pub(crate) fn make(
        plan: Table<'_>,
        url: &str,
        identity: &ClientIdentity<'_>,
        values: &[(&str, &str)],
        extra: &Extra<'_>,
    ) -> Result<Self, Error> {
        let value = |name: &[u8]| {
            let mut named = values.iter().filter(|(known, _)| known.as_bytes() == name);
            named.next().map_or("", |(_, value)| value).as_bytes()
        };
        let own: Vec<_> = rules::values(plan).map(value).collect();
        let extra = extra.iter().flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]);
        let (mut scratch, mut sink) = (Vec::new(), Vec::new());
        rules::write(
            plan,
            url.as_bytes(),
            &identity.of_rules(),
            own.into_iter().chain(extra),
            &mut scratch,
            &mut sink,
        )
        .map_err(|failure| Error::of(failure, &sink))?;
        let (written, authorization) = split_once(&sink, 0);
        let text = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
        let (carrier, _) = plan.into_iter().next().unwrap_or_default();
        let (url, form) = match carrier {
            PAGE => (text(written), String::new()),
            _ => (url.to_owned(), text(written)),
        };
        let authorization = text(authorization.unwrap_or_default());
        scratch.zeroize();
        sink.zeroize();
        Ok(Self { carrier, url, form, authorization })
    }
}

impl From<Parts> for HttpRequest {
    fn from(parts: Parts) -> Self {
        let mut request = match parts.carrier {
            FORM => Self::post_form(parts.url, parts.form),
            _ => Self::get(parts.url),
        };
        request.headers.push("accept", "application/json");
        if !parts.authorization.is_empty() {
            request.headers.push("authorization", parts.authorization);
        }
        request
    }
}
