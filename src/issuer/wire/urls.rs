//! The URLs of both issuers.

use crate::issuer::config::{BY_REQUEST, Config};
use crate::issuer::wire::authority::Authority;
use crate::issuer::wire::{name, route};
use crate::text;

impl Config {
    /// Whether browsers reach the issuer over TLS.
    pub(crate) fn is_https(&self) -> bool {
        self.base().starts_with("https:")
    }

    /// Whether each request says under which base URL it came.
    pub(crate) fn is_named_by_request(&self) -> bool {
        self.base_url == BY_REQUEST
    }

    /// The base URL: the one of the configuration, or of the present request.
    pub(crate) fn base(&self) -> &str {
        self.present.as_deref().unwrap_or(&self.base_url)
    }

    /// What of a URL is below the base URL, whichever of its names the issuer has in it.
    pub(crate) fn below_base<'a>(&self, url: &'a str) -> Option<&'a str> {
        if !self.is_named_by_request() {
            return url.strip_prefix(&self.base_url);
        }
        let (scheme, rest) = text::split_scheme(url)?;
        let path = text::from_first(rest, b'/')?;
        name::is_origin(self, scheme, rest.strip_suffix(path)?).then_some(path)
    }

    /// The issuer identifier (`iss`).
    pub(crate) fn issuer_url(&self, authority: Authority, client: &str) -> String {
        self.issuer_url_at(None, authority, client)
    }

    /// The issuer identifier at a base URL that a request said before; otherwise at the present one.
    pub(crate) fn issuer_url_at(
        &self,
        base: Option<&str>,
        authority: Authority,
        client: &str,
    ) -> String {
        text::concat(&[base.unwrap_or(self.base()), &self.issuer_path(authority, client)])
    }

    /// Whether a URL is the issuer identifier, under whichever of its names.
    pub(crate) fn is_issuer_url(&self, url: &str, authority: Authority, client: &str) -> bool {
        self.below_base(url).is_some_and(|path| path == self.issuer_path(authority, client))
    }

    /// The path of the issuer identifier below the base URL.
    pub(crate) fn issuer_path(&self, authority: Authority, client: &str) -> String {
        let instance = &self.instance_id;
        match authority {
            Authority::Application => text::concat(&["/v2/", instance, "/", client, "/oidc"]),
            Authority::Instance => text::concat(&["/api/v2/", route::SERVER, "/oauth2"]),
        }
    }

    /// The URL of an endpoint for programs, such as `token`.
    pub(crate) fn api_url(&self, authority: Authority, client: &str, name: &str) -> String {
        text::concat(&[self.base(), &self.api_path(authority, client, name)])
    }

    /// The path of an endpoint for programs below the base URL.
    pub(crate) fn api_path(&self, authority: Authority, client: &str, name: &str) -> String {
        let instance = &self.instance_id;
        match authority {
            Authority::Application => {
                text::concat(&["/v2/", instance, "/", client, "/oauth2/", name])
            }
            Authority::Instance => text::concat(&["/api/v2/", route::SERVER, "/oauth2/", name]),
        }
    }

    /// The URL of a page, such as `authorize`.
    pub(crate) fn page_url(&self, authority: Authority, client: &str, name: &str) -> String {
        text::concat(&[self.base(), &page(authority, client, name)])
    }

    /// The path of a page, for the `action` of forms.
    pub(crate) fn page_path(&self, authority: Authority, client: &str, name: &str) -> String {
        text::concat(&[route::base_path(self), &page(authority, client, name)])
    }
}

/// The path of a page below the base URL.
fn page(authority: Authority, client: &str, name: &str) -> String {
    match authority {
        Authority::Application => text::concat(&["/login/app/", client, "/oauth2/", name]),
        Authority::Instance => text::concat(&["/login/app/common/oauth2/", name]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_known_under_each_of_its_names_and_no_other() {
        let path = "/v2/idaas_example/app_web/oidc";
        let is_ours = |config: &Config, base: &str| {
            config.is_issuer_url(&format!("{base}{path}"), Authority::Application, "app_web")
        };
        let mut config = Config::example("https://as.example/base");
        assert!(is_ours(&config, "https://as.example/base"));
        for base in ["https://as.example", "http://as.example/base", "https://as.example/base/"] {
            assert!(!is_ours(&config, base), "{base}");
        }
        config.base_url = BY_REQUEST.to_owned();
        config.allowed_hosts = vec!["issuer:9400".to_owned(), "as.example".to_owned()];
        config.present = Some("http://issuer:9400".to_owned());
        for base in ["http://issuer:9400", "https://as.example", "http://as.example"] {
            assert!(is_ours(&config, base), "{base}");
        }
        for base in [
            "http://issuer",
            "https://evil.example",
            "as.example",
            "https://u@as.example",
            "request",
        ] {
            assert!(!is_ours(&config, base), "{base}");
        }
        let other = format!("http://issuer:9400{path}");
        assert!(!config.is_issuer_url(&other, Authority::Application, "app_spa"));
        assert!(!config.is_issuer_url(&other, Authority::Instance, "app_web"));
    }
}
