//! The sector of an application, within which users have the same pairwise subject (OpenID Connect Core
//! section 8.1).

use super::application::Application;
use super::error::ConfigError;
use super::subject_type::SubjectType;
use crate::issuer::check::redirect_uri;

impl Application {
    /// The host of its sector identifier, or the one of its redirect URIs. None if there is no such host, or
    /// more than one.
    pub(crate) fn sector(&self) -> Option<String> {
        if let Some(uri) = &self.sector_identifier_uri {
            return host(uri);
        }
        let mut hosts = self.redirect_uris.iter().map(|uri| host(uri));
        let first = hosts.next()??;
        hosts.all(|other| other.as_ref() == Some(&first)).then_some(first)
    }

    /// Checks that a pairwise application has one sector.
    pub(super) fn check_sector(&self, path: &str) -> Result<(), ConfigError> {
        let refuse = |problem| Err(ConfigError::below(path, "sectorIdentifierUri", problem));
        let sector = self.sector();
        if let Some(uri) = &self.sector_identifier_uri
            && (!uri.starts_with("https://") || sector.is_none())
        {
            return refuse("an https URL (OpenID Connect Core section 8.1)");
        }
        if self.subject_type == SubjectType::Pairwise && sector.is_none() {
            return refuse(
                "pairwise subjects need it, unless the redirect URIs have one host and no other",
            );
        }
        Ok(())
    }
}

/// The host of a URI, without its port.
fn host(uri: &str) -> Option<String> {
    let (_, rest) = uri.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = redirect_uri::host_of(authority);
    (!host.is_empty()).then(|| host.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openid_connect_core_section_8_1_hosts() {
        for (uri, expected) in [
            ("https://App.example/cb?x=y", Some("app.example")),
            ("https://app.example:8443", Some("app.example")),
            ("http://[::1]:80/", Some("[::1]")),
            ("com.example.app:/cb", None),
            ("https:///cb", None),
        ] {
            assert_eq!(host(uri).as_deref(), expected, "{uri}");
        }
    }
}
