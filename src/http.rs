//! HTTP requests and responses as values. The caller sends them with an HTTP library or `fetch`.

use core::fmt;

use crate::secret;

/// The method of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Method {
    /// `GET`
    Get,
    /// `HEAD`
    Head,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `DELETE`
    Delete,
    /// `OPTIONS`
    Options,
    /// Any other method, which no endpoint of this crate supports.
    Other,
}

impl Method {
    /// The method of this name. Names are case-sensitive (RFC 9110 section 9.1).
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        match name {
            "GET" => Self::Get,
            "HEAD" => Self::Head,
            "POST" => Self::Post,
            "PUT" => Self::Put,
            "DELETE" => Self::Delete,
            "OPTIONS" => Self::Options,
            _ => Self::Other,
        }
    }

    /// The method's name; `OTHER` for an unknown one.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
            Self::Other => "OTHER",
        }
    }
}

/// Header fields in order. Names are case-insensitive (RFC 9110 section 5.1).
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// No fields.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a field after the existing ones.
    pub fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push((name.into(), value.into()));
    }

    /// The value of the first field of this name.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.values(name).next()
    }

    /// The values of all fields of this name, in order.
    pub fn values<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The media type of the content, without its parameters such as a charset; empty if it is not said.
    #[cfg(feature = "issuer")]
    pub(crate) fn media_type(&self) -> &str {
        let value = self.value("content-type").unwrap_or_default();
        value.split(';').next().unwrap_or_default().trim()
    }

    /// Names and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(fields: I) -> Self {
        Self(fields.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

/// Shows names only: values carry credentials and cookies.
impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

impl Drop for Headers {
    fn drop(&mut self) {
        for (_, value) in &mut self.0 {
            secret::erase_text(value);
        }
    }
}

/// A request that is to be sent or was received.
///
/// `Debug` shows neither the body nor header values nor the URL's query, because each of them can
/// contain a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// The method.
    pub method: Method,
    /// The absolute URL. An issuer also accepts a path with its query.
    pub url: String,
    /// The header fields.
    pub headers: Headers,
    /// The body; empty for none.
    pub body: Vec<u8>,
    /// Where a received request came from: see [`HttpRequest::sent_from`]. `None` if that is
    /// unknown. It is never sent.
    pub source: Option<String>,
}

impl HttpRequest {
    /// A `GET` without body.
    #[must_use]
    pub fn get(url: impl Into<String>) -> Self {
        Self {
            method: Method::Get,
            url: url.into(),
            headers: Headers::new(),
            body: Vec::new(),
            source: None,
        }
    }

    /// A `GET` that accepts JSON.
    #[must_use]
    pub fn get_json(url: impl Into<String>) -> Self {
        Self::get(url).header("accept", "application/json")
    }

    /// A `POST` of a form (`application/x-www-form-urlencoded`).
    #[must_use]
    pub fn post_form(url: impl Into<String>, form: String) -> Self {
        let mut headers = Headers::new();
        headers.push("content-type", "application/x-www-form-urlencoded");
        let body = form.into_bytes();
        Self { method: Method::Post, url: url.into(), headers, body, source: None }
    }

    /// Says where a received request came from: the remote address of the socket, or the one that a
    /// trusted proxy reports. An issuer counts wrong guesses and requests without authentication by
    /// source, so that a flood from one source affects nobody else. All IPv6 addresses of a /64 are
    /// one source, because they usually belong to one network; an IPv4-mapped address is the IPv4
    /// address; and any other text is a source of its own.
    #[must_use]
    pub fn sent_from(mut self, source: impl Into<String>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Adds a header field.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push(name, value);
        self
    }
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.url.split(['?', '#']).next().unwrap_or_default();
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("url", &url)
            .field("headers", &self.headers)
            .field("body", &format_args!("[{} bytes]", self.body.len()))
            .finish()
    }
}

impl Drop for HttpRequest {
    fn drop(&mut self) {
        secret::erase(&mut self.body);
    }
}

/// A response that was received or is to be sent.
///
/// `Debug` shows neither the body nor header values.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpResponse {
    /// The status code, 100 to 599.
    pub status: u16,
    /// The header fields.
    pub headers: Headers,
    /// The body; empty for none.
    pub body: Vec<u8>,
}

impl HttpResponse {
    /// A response with this status and body and no header fields.
    #[must_use]
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        // As many as most responses have, so that the list need not grow.
        Self { status, headers: Headers(Vec::with_capacity(8)), body: body.into() }
    }

    /// Adds a header field.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push(name, value);
        self
    }
}

impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpResponse")
            .field("status", &self.status)
            .field("headers", &self.headers)
            .field("body", &format_args!("[{} bytes]", self.body.len()))
            .finish()
    }
}

impl Drop for HttpResponse {
    fn drop(&mut self) {
        secret::erase(&mut self.body);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_names_compare_without_case() {
        let headers: Headers = [("Retry-After", "5"), ("retry-after", "6")].into_iter().collect();
        assert_eq!(headers.value("RETRY-AFTER"), Some("5"));
        assert_eq!(headers.values("retry-after").count(), 2);
    }

    #[test]
    fn debug_shows_no_query_body_or_header_value() {
        let request =
            HttpRequest::post_form("https://as.example/token?code=COx", "secret=s".into())
                .header("authorization", "Basic c2VjcmV0");
        let text = format!("{request:?}");
        for secret in ["COx", "secret", "c2VjcmV0"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}
