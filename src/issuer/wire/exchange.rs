//! A request on its way through an endpoint.

use crate::http::HttpRequest;
use crate::issuer::config::Application;
use crate::issuer::jose::verify::SignatureCheck;
use crate::issuer::profile::Profile;
use crate::issuer::wire::asked::Asked;
use crate::issuer::wire::authority::Authority;
use crate::issuer::wire::language::Language;
use crate::issuer::wire::parameters::Parameters;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::route::Endpoint;

/// A request, and what is known about it before its endpoint reads it.
pub(crate) struct Exchange<'a> {
    pub(crate) request: &'a HttpRequest,
    /// The path below the base URL.
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    /// The signatures of the request that are genuine.
    pub(crate) verified: &'a [SignatureCheck],
    /// Who is asked about claims.
    pub(crate) asked: Asked<'a>,
    /// The time in Unix seconds.
    pub(crate) now: i64,
    /// The profile of the issuer.
    pub(crate) profile: Profile,
    pub(crate) endpoint: Endpoint,
    pub(crate) authority: Authority,
    /// The application that the path names; none at the instance's server.
    pub(crate) application: Option<&'a Application>,
}

impl Exchange<'_> {
    /// The Authorization header.
    pub(crate) fn authorization(&self) -> Option<&str> {
        self.request.headers.value("authorization")
    }

    /// The id of the application that the path names; empty where it names none.
    pub(crate) fn application_id(&self) -> &str {
        self.application.map_or("", |application| application.application_id.as_str())
    }

    /// The language of a page, unless a transaction already has one.
    pub(crate) fn language(&self) -> Language {
        Language::of_request(self.request, self.query)
    }

    /// The parameters of the request.
    pub(crate) fn parameters(&self) -> Result<Parameters, Refusal> {
        Parameters::read(self.request, self.query, self.profile)
    }

    /// Where the request came from, if its host says so.
    pub(crate) fn source(&self) -> Option<&str> {
        self.request.source.as_deref()
    }
}
