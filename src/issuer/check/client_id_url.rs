//! URLs as client ids (draft-ietf-oauth-client-id-metadata-document section 3), and which URLs the
//! issuer lets its host fetch.

use crate::issuer::check::redirect_uri::{self, has_uri_characters};
use crate::issuer::config::ClientIdMetadata;
use crate::text;

/// Whether a client id is meant to be a URL. No other id has a colon.
pub(crate) fn is_url(client_id: &str) -> bool {
    client_id.starts_with("https://") || client_id.starts_with("http://")
}

/// Checks a URL before it is fetched.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn check(rules: &ClientIdMetadata, url: &str) -> Result<(), &'static str> {
    if url.len() > MAX_URL || !has_uri_characters(url) {
        return Err("a URL of 512 characters at most, without fragment");
    }
    let (scheme, rest) = text::split_scheme(url).ok_or("not an absolute URL")?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at_checked(end).unwrap_or((rest, ""));
    if !path.starts_with('/') {
        return Err("it has no path");
    }
    let path = path.split('?').next().unwrap_or(path);
    let is_dots = |segment: &str| {
        let plain = segment.to_ascii_lowercase().replace("%2e", ".");
        plain == "." || plain == ".."
    };
    if path.split('/').any(is_dots) {
        return Err("its path has a segment of dots");
    }
    if rules.allow_loopback && redirect_uri::is_loopback(url) {
        return Ok(());
    }
    if scheme != "https" {
        return Err("its scheme is not https");
    }
    let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
    let plain =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte);
    if host.is_empty()
        || !host.bytes().all(plain)
        || !port.bytes().all(|byte| byte.is_ascii_digit())
    {
        return Err("expected a host name in lower case, without user");
    }
    let last = host.rsplit('.').next().unwrap_or_default();
    // An address, in whatever spelling, ends in a number (WHATWG URL section 3.5). Names without a dot, and
    // these, are of this machine or its network (RFC 6761 section 6, RFC 6762, RFC 8375).
    let is_number = last.bytes().next().is_none_or(|byte| byte.is_ascii_digit());
    if is_number || !host.contains('.') || PRIVATE.contains(&last) || host.ends_with(".home.arpa") {
        return Err("its host is an address, or of this machine or a private network");
    }
    match &rules.hosts {
        Some(hosts) if !hosts.iter().any(|known| known == host) => {
            Err("its host is not one that the configuration names")
        }
        _ => Ok(()),
    }
}

/// The host of a URL that passed [`check`], for people who decide whether to trust it.
pub(crate) fn host(url: &str) -> &str {
    let rest = text::split_scheme(url).map_or(url, |(_, rest)| rest);
    rest.split(['/', '?']).next().unwrap_or(rest)
}

/// Top-level names that no public server has.
const PRIVATE: [&str; 7] = ["localhost", "local", "internal", "lan", "home", "corp", "localdomain"];

/// The most bytes of a URL.
const MAX_URL: usize = 512;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn client_id_metadata_document_section_3_urls() {
        let rules = ClientIdMetadata::default();
        for url in [
            "https://app.example.com/client.json",
            "https://app.example.com:8443/oauth/client?v=1",
            "https://app.example.com/",
            "https://a1.example/..a/client",
        ] {
            assert_eq!(check(&rules, url), Ok(()), "{url}");
        }
        for url in [
            "http://app.example.com/client",
            "https://app.example.com",
            "https://app.example.com?client",
            "https://app.example.com/#a",
            "https://user@app.example.com/client",
            "https://user:1@app.example.com/client",
            "https://app.example.com/a/../b",
            "https://app.example.com/./b",
            "https://app.example.com/%2E%2e/b",
            "https://App.example.com/client",
            "https://app.example.com:8a/client",
            "https://app.example.com\\@evil.example/client",
            "ftp://app.example.com/client",
            "https:/app.example.com/client",
            "https:///client",
        ] {
            assert!(check(&rules, url).is_err(), "{url}");
        }
        let long = format!("https://app.example.com/{}", "a".repeat(512));
        assert!(check(&rules, &long).is_err());
    }

    #[test]
    fn client_id_metadata_document_section_6_addresses_that_are_not_public() {
        let rules = ClientIdMetadata::default();
        for host in [
            "127.0.0.1",
            "10.0.0.1",
            "8.8.8.8",
            "127.1",
            "2130706433",
            "0x7f000001",
            "0177.0.0.1",
            "[::1]",
            "[2001:db8::1]",
            "localhost",
            "app.localhost",
            "metadata",
            "metadata.google.internal",
            "printer.local",
            "router.home.arpa",
            "127.0.0.1.",
            "localhost.",
        ] {
            assert!(check(&rules, &format!("https://{host}/client")).is_err(), "{host}");
        }
        let local = ClientIdMetadata { allow_loopback: true, ..ClientIdMetadata::default() };
        for host in ["127.0.0.1", "localhost:8080", "[::1]:1"] {
            for scheme in ["http", "https"] {
                assert_eq!(check(&local, &format!("{scheme}://{host}/client")), Ok(()), "{host}");
            }
        }
        for url in ["http://10.0.0.1/client", "http://app.example.com/client", "http://127.1/c"] {
            assert!(check(&local, url).is_err(), "{url}");
        }
        let hosts = Some(vec!["app.example.com".to_owned()]);
        let named = ClientIdMetadata { hosts, ..ClientIdMetadata::default() };
        assert_eq!(check(&named, "https://app.example.com:1/client"), Ok(()));
        assert!(check(&named, "https://evil.app.example.com/client").is_err());
    }
}
