//! The URLs of both issuers.

use crate::issuer::config::Config;
use crate::issuer::wire::authority::Authority;
use crate::issuer::wire::route;

impl Config {
    /// Whether browsers reach the issuer over TLS.
    pub(crate) fn is_https(&self) -> bool {
        self.base_url.starts_with("https:")
    }

    /// The issuer identifier (`iss`).
    pub(crate) fn issuer_url(&self, authority: Authority, client: &str) -> String {
        let base = &self.base_url;
        let instance = &self.instance_id;
        match authority {
            Authority::Application => format!("{base}/v2/{instance}/{client}/oidc"),
            Authority::Instance => format!("{base}/api/v2/{}/oauth2", route::SERVER),
        }
    }

    /// The URL of an endpoint for programs, such as `token`.
    pub(crate) fn api_url(&self, authority: Authority, client: &str, name: &str) -> String {
        let base = &self.base_url;
        let instance = &self.instance_id;
        match authority {
            Authority::Application => format!("{base}/v2/{instance}/{client}/oauth2/{name}"),
            Authority::Instance => format!("{base}/api/v2/{}/oauth2/{name}", route::SERVER),
        }
    }

    /// The URL of a page, such as `authorize`.
    pub(crate) fn page_url(&self, authority: Authority, client: &str, name: &str) -> String {
        format!("{}{}", self.base_url, page(authority, client, name))
    }

    /// The path of a page, for the `action` of forms.
    pub(crate) fn page_path(&self, authority: Authority, client: &str, name: &str) -> String {
        let prefix = route::base_path(self);
        format!("{prefix}{}", page(authority, client, name))
    }
}

/// The path of a page below the base URL.
fn page(authority: Authority, client: &str, name: &str) -> String {
    match authority {
        Authority::Application => format!("/login/app/{client}/oauth2/{name}"),
        Authority::Instance => format!("/login/app/common/oauth2/{name}"),
    }
}
