//! The parameters of a request, read by the rules of RFC 6749 sections 3.1 and 3.2.

use core::fmt;

use crate::form::{self, Limits};
use crate::http::{HttpRequest, Method};
use crate::secret;

use crate::issuer::codec::bytes::{Reader, Writer};
use crate::issuer::profile::Profile;
use crate::issuer::wire::refusal::Refusal;

/// The names and values. No name occurs twice, except those that may be repeated.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads the query of a GET, or the form of a POST. If the profile allows it, a POST may also
    /// have parameters in its query.
    pub(crate) fn read(
        request: &HttpRequest,
        query: &str,
        profile: Profile,
    ) -> Result<Self, Refusal> {
        if request.body.len() > MAX_BODY || query.len() > MAX_BODY {
            return Err(Refusal::BodyTooLarge);
        }
        let mut pairs = form::parse(query, Limits::default())?;
        if request.method == Method::Post {
            if !profile.query_parameters_allowed()
                && let Some((name, _)) = pairs.first()
            {
                return Err(Refusal::ParameterInQuery(name.clone()));
            }
            if is_form(request) {
                let body = core::str::from_utf8(&request.body).map_err(|_| Refusal::BodyNotForm)?;
                pairs.extend(form::parse(body, Limits::default())?);
            } else if !profile.other_bodies_ignored() && !request.body.is_empty() {
                return Err(Refusal::BodyNotForm);
            }
        }
        Self::from_pairs(pairs)
    }

    /// Refuses too many parameters, and those that are repeated.
    pub(crate) fn from_pairs(pairs: Vec<(String, String)>) -> Result<Self, Refusal> {
        let limit = Limits::default().parameters;
        if pairs.len() > limit {
            return Err(form::FormError::TooManyParameters { limit }.into());
        }
        let this = Self(pairs);
        for (index, (name, _)) in this.0.iter().enumerate() {
            if !REPEATABLE.contains(&name.as_str())
                && this.0.iter().skip(index + 1).any(|(other, _)| other == name)
            {
                return Err(Refusal::ParameterTwice(name.clone()));
            }
        }
        Ok(this)
    }

    /// The value of a parameter. An empty parameter counts as left out (RFC 6749 section 3.1).
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// All values of a parameter that may be repeated, without those that are empty.
    pub(crate) fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.0.iter().filter(move |(key, value)| key == name && !value.is_empty());
        named.map(|(_, value)| value.as_str())
    }

    /// Gives a parameter a value.
    pub(crate) fn set(&mut self, name: &str, value: String) {
        self.remove(name);
        self.0.push((name.to_owned(), value));
    }

    /// Removes a parameter.
    pub(crate) fn remove(&mut self, name: &str) {
        self.0.retain_mut(|(key, value)| {
            let stays = key != name;
            if !stays {
                secret::erase_text(value);
            }
            stays
        });
    }

    /// How many bytes all names and values have.
    pub(crate) fn size(&self) -> usize {
        self.0.iter().map(|(name, value)| name.len() + value.len()).sum()
    }

    /// Writes the parameters into a record.
    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.u32(u32::try_from(self.0.len()).unwrap_or(u32::MAX));
        for (name, value) in &self.0 {
            writer.str(name).str(value);
        }
    }

    /// Reads what [`Parameters::write`] wrote.
    pub(crate) fn from_bytes(reader: &mut Reader<'_>) -> Option<Self> {
        let mut pairs = Vec::new();
        for _ in 0..reader.u32()? {
            pairs.push((reader.string()?, reader.string()?));
        }
        Some(Self(pairs))
    }

    /// The value of a parameter, or the refusal that says that it is missing.
    pub(crate) fn required(&self, name: &'static str) -> Result<&str, Refusal> {
        self.value(name).ok_or(Refusal::ParameterMissing(name))
    }
}

/// Shows only the names, because values can be secret.
impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

impl Drop for Parameters {
    fn drop(&mut self) {
        for (_, value) in &mut self.0 {
            secret::erase_text(value);
        }
    }
}

/// Whether the body is declared to be a form.
fn is_form(request: &HttpRequest) -> bool {
    request.headers.media_type().eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// The most bytes that a body or a query may have.
pub(crate) const MAX_BODY: usize = 64 * 1024;

/// Parameters that may be repeated (RFC 8707 section 2, RFC 8693 section 2.1).
const REPEATABLE: [&str; 2] = ["resource", "audience"];
