//! Registration of clients (RFC 7591), and its management (RFC 7592).
//!
//! ```
//! use eiam_token::client::{Server, registration};
//! use eiam_token::http::HttpResponse;
//!
//! let server = Server {
//!     registration_endpoint: Some("https://as.example/register".into()),
//!     ..Server::default()
//! };
//! let metadata = r#"{"client_name":"My app","redirect_uris":["https://app.example/cb"]}"#;
//! let request = registration::request(&server, metadata, None)?;
//! assert_eq!(request.url, "https://as.example/register");
//!
//! let answer = HttpResponse::new(201, r#"{"client_id":"c1","client_name":"My app"}"#);
//! let registration = registration::parse_response(&server, &answer, None)?;
//! assert_eq!(registration.client_id, "c1");
//! # Ok::<(), eiam_token::client::Error>(())
//! ```

use crate::http::{Headers, HttpRequest, HttpResponse, Method};
use crate::json::{self, Limits, ObjectWriter};
use crate::rules::address::Safety;
use crate::rules::answer;
use crate::rules::endpoint::PlainHttp;
use crate::secret::Secret;
use crate::text;

use super::answer::Received;
use super::{Error, Members, Server};

/// A client that is registered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Registration {
    /// `client_id`
    pub client_id: String,
    /// `client_secret`, if the client has one.
    pub client_secret: Option<Secret>,
    /// `client_secret_expires_at` in Unix seconds, by the server's clock; `None` for never.
    pub client_secret_expires_at: Option<i64>,
    /// `client_id_issued_at` in Unix seconds, by the server's clock.
    pub client_id_issued_at: Option<i64>,
    /// `registration_access_token`, with which the registration is read, changed and deleted.
    pub access_token: Option<Secret>,
    /// `registration_client_uri`, the URL at which that is done.
    pub client_uri: Option<String>,
    /// All members of the response, among them the metadata that the server has registered.
    pub members: Members,
}

/// Makes the request that registers a client (RFC 7591 section 3.1). `metadata` is a JSON object, and
/// `initial_access_token` the token that allows to register, where the server demands one.
///
/// # Errors
/// Fails if the server has no registration endpoint, for metadata that are no JSON object, and for a token that no
/// header field can carry.
pub fn request(
    server: &Server,
    metadata: &str,
    initial_access_token: Option<&str>,
) -> Result<HttpRequest, Error> {
    const NAME: &str = "registration_endpoint";
    if let Some(unusable) = server.unusable.iter().find(|unusable| unusable.name == NAME) {
        return Err(Error::argument(unusable.name, unusable.reason));
    }
    let url = server.registration_endpoint.as_deref().filter(|url| !url.is_empty());
    let url = url.ok_or_else(|| Error::not_supported(NAME))?;
    fault(server, url).map_or(Ok(()), |reason| Err(Error::argument(NAME, reason)))?;
    checked(metadata)?;
    with_token(Method::Post, url, initial_access_token, Some(metadata.to_owned()))
}

/// Reads the response to [`request`], [`read_request`] or [`update_request`]. `former` is the registration before, whose
/// token and URL stay if the response has none (RFC 7592 section 3).
///
/// # Errors
/// Those of [`token::parse_response`](super::token::parse_response), and
/// [`Malformed`](super::ErrorKind::Malformed) for another client, or for a URL that is not as safe as the server's.
pub fn parse_response(
    server: &Server,
    response: &HttpResponse,
    former: Option<&Registration>,
) -> Result<Registration, Error> {
    let received = Received::of(response);
    let fields = received.read(answer::REGISTRATION)?;
    let client_id = fields.required("client_id");
    if former.is_some_and(|former| former.client_id != client_id) {
        return Err(received.malformed("$.client_id", "another client".to_owned()));
    }
    // An empty one says nothing: some servers write it for what there is not.
    let text = |name| fields.text(name).filter(|text| !text.is_empty());
    let client_uri = text("registration_client_uri");
    let client_uri = client_uri.or_else(|| former?.client_uri.clone());
    if let Some(reason) = client_uri.as_deref().and_then(|url| fault(server, url)) {
        return Err(received.malformed("$.registration_client_uri", reason.to_owned()));
    }
    let access_token = fields.text("registration_access_token").map(Secret::from);
    Ok(Registration {
        client_id,
        client_secret: text("client_secret").map(Secret::from),
        client_secret_expires_at: fields.seconds("client_secret_expires_at").filter(|at| *at != 0),
        client_id_issued_at: fields.seconds("client_id_issued_at"),
        access_token: access_token.or_else(|| former?.access_token.clone()),
        client_uri,
        members: Members::read(fields.text),
    })
}

/// Makes the request that reads a registration (RFC 7592 section 2.1).
///
/// # Errors
/// Fails if the registration has no URL and token, because the server does not have RFC 7592.
pub fn read_request(registration: &Registration) -> Result<HttpRequest, Error> {
    about(Method::Get, registration, None)
}

/// Makes the request that replaces the metadata of a registration (RFC 7592 section 2.2). `metadata` is a JSON object
/// with all metadata of the client: what is missing is deleted. The id and the secret are added to it, and what the
/// server alone sets is left out.
///
/// # Errors
/// Fails for metadata that are no JSON object, and if the registration has no URL and token.
pub fn update_request(registration: &Registration, metadata: &str) -> Result<HttpRequest, Error> {
    let given = checked(metadata)?;
    let mut object = ObjectWriter::new();
    let secret = registration.client_secret.as_ref().map(Secret::expose);
    object.string("client_id", &registration.client_id).optional_string("client_secret", secret);
    for (name, value) in given.iter().filter(|(name, _)| !SET_BY_SERVER.contains(name)) {
        object.raw(name, value.as_written());
    }
    about(Method::Put, registration, Some(object.finish()))
}

/// Makes the request that deletes a registration (RFC 7592 section 2.3).
///
/// # Errors
/// Fails if the registration has no URL and token.
pub fn delete_request(registration: &Registration) -> Result<HttpRequest, Error> {
    about(Method::Delete, registration, None)
}

/// Reads the response to [`delete_request`].
///
/// # Errors
/// The error that the response is.
pub fn parse_deletion(response: &HttpResponse) -> Result<(), Error> {
    Received::of(response).refused()
}

/// The members that the server alone sets, or that the registration itself has (RFC 7592 section 2.2).
const SET_BY_SERVER: [&str; 6] = [
    "client_id",
    "client_secret",
    "registration_access_token",
    "registration_client_uri",
    "client_secret_expires_at",
    "client_id_issued_at",
];

/// What is wrong with a URL to which credentials are sent. It has to be as safe as the issuer, or if that is no
/// URL, as the registration endpoint.
fn fault(server: &Server, url: &str) -> Option<&'static str> {
    let known = [&server.issuer, &server.registration_endpoint].into_iter().flatten();
    let mut known = known.map(String::as_bytes).filter(|url| Safety::of(url).is_some());
    let least = PlainHttp::default().least(known.next().unwrap_or_default());
    least.fault(url.as_bytes()).map(|reason| reason.text())
}

fn checked(metadata: &str) -> Result<json::Object<'_>, Error> {
    json::parse_object(metadata, Limits::default())
        .map_err(|_| Error::argument("metadata", "not a JSON object"))
}

/// A request about a registration that is there.
fn about(
    method: Method,
    registration: &Registration,
    body: Option<String>,
) -> Result<HttpRequest, Error> {
    let Registration { client_uri, access_token, .. } = registration;
    let (Some(url), Some(token)) = (client_uri, access_token) else {
        return Err(Error::not_supported("registration_client_uri"));
    };
    with_token(method, url, Some(token.expose()), body)
}

/// A request with a token and JSON.
fn with_token(
    method: Method,
    url: &str,
    token: Option<&str>,
    body: Option<String>,
) -> Result<HttpRequest, Error> {
    let mut headers = Headers::new();
    headers.push("accept", "application/json");
    if let Some(token) = token {
        if token.is_empty() || !token.bytes().all(|octet| (0x21..0x7f).contains(&octet)) {
            return Err(Error::argument("token", "not printable ASCII without spaces"));
        }
        headers.push("authorization", text::concat(&["Bearer ", token]));
    }
    if body.is_some() {
        headers.push("content-type", "application/json");
    }
    let body = body.unwrap_or_default().into_bytes();
    Ok(HttpRequest { method, url: url.to_owned(), headers, body, source: None })
}
