//! The URLs of resource servers and issuers.

/// Whether this is an https URL without fragment and user, or an http URL on loopback.
pub(super) fn is_url(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`{|}#".contains(&byte);
    let (origin, _) = split(text);
    let Some((scheme, authority)) = origin.split_once("://") else {
        return false;
    };
    let host = match authority.find(']') {
        Some(end) => authority.get(..=end).unwrap_or(authority),
        None => authority.split(':').next().unwrap_or(authority),
    };
    let is_local = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    text.bytes().all(plain)
        && !host.is_empty()
        && !authority.contains('@')
        && (scheme == "https" || (scheme == "http" && is_local))
}

/// The origin of a URL, and the rest: its path and query.
pub(super) fn split(url: &str) -> (&str, &str) {
    let start = url.find("://").map_or(0, |place| place + 3);
    let rest = url.get(start..).unwrap_or_default();
    let end = start + rest.find(['/', '?']).unwrap_or(rest.len());
    url.split_at_checked(end).unwrap_or((url, ""))
}

/// Whether a URL names its scheme and host, and is not only a path.
#[cfg(feature = "resource")]
pub(super) fn is_absolute(url: &str) -> bool {
    let has = |scheme: &str| {
        url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    has("https://") || has("http://")
}
