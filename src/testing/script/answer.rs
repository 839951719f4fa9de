//! What answers in place of the issuer.

use std::borrow::Cow;

use crate::http::{HttpRequest, HttpResponse};
use crate::issuer::check::response_mode::ResponseMode;
use crate::issuer::endpoint::authorize::{checks, response as authorization};
use crate::issuer::wire::language::Language;
use crate::issuer::wire::parameters::Parameters;
use crate::issuer::wire::route::{self, Endpoint, Route};
use crate::issuer::wire::{cors, response};
use crate::issuer::{Issuer, Reply};
use crate::json::ObjectWriter;

/// What answers in place of the issuer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// An error of OAuth with this code, with the status and the fields that its standard demands. At the
    /// authorization endpoint it goes to the client's redirect URI.
    Error(String),
    /// An error of OAuth with this status, and the code that fits best.
    Status(u16),
    /// The page that nginx shows with this status, when the server behind it does not answer.
    Html(u16),
    /// A message in JSON with this status, as gateways write it: no error of OAuth.
    Gateway(u16),
}

impl Answer {
    /// What it does, for the journal.
    pub(super) fn label(&self) -> String {
        match self {
            Self::Error(code) => format!("fail {code}"),
            Self::Status(status) => format!("fail {status}"),
            Self::Html(status) => format!("html {status}"),
            Self::Gateway(status) => format!("gateway {status}"),
        }
    }
}

/// The reply.
pub(crate) fn reply(issuer: &Issuer, request: &HttpRequest, answer: &Answer, now: i64) -> Reply {
    match answer {
        Answer::Error(code) => match redirected(issuer, request, code, now) {
            Some(reply) => reply,
            None => error(request, status_of(code), code).into(),
        },
        Answer::Status(status) => error(request, *status, code_of(*status)).into(),
        Answer::Html(status) => html(*status).into(),
        Answer::Gateway(status) => gateway(*status).into(),
    }
}

/// The error in an authorization response (RFC 6749 section 4.1.2.1); none at other endpoints, and for a request
/// whose redirect URI is not the client's.
fn redirected(issuer: &Issuer, request: &HttpRequest, code: &str, now: i64) -> Option<Reply> {
    let config = issuer.config();
    let (path, query) = route::split(&request.url, config);
    let route = Route::from_path(path).filter(|route| route.endpoint == Endpoint::Authorize)?;
    let parameters = Parameters::read(request, query, config.profile).ok()?;
    let application = issuer.directory.find_application(parameters.value("client_id")?)?;
    let destination = authorization::Destination {
        authority: route.authority,
        client: &application.application_id,
        redirect_uri: checks::registered_redirect_uri(&parameters, application).ok()?,
        state: parameters.value("state"),
        mode: ResponseMode::of(&parameters),
        language: Language::of_request(request, query),
        now,
    };
    let pairs = [("error", code), ("error_description", DESCRIPTION)];
    let (keys, pages) = (&issuer.vault.keys, &issuer.frontend.pages);
    authorization::send(&issuer.directory, keys, pages, &destination, &pairs, Vec::new()).ok()
}

/// An error as JSON (RFC 6749 section 5.2). Scripts of every origin may read it, as they may read most of the
/// issuer's own.
fn error(request: &HttpRequest, status: u16, code: &str) -> HttpResponse {
    let mut body = ObjectWriter::new();
    body.string("error", code).string("error_description", DESCRIPTION);
    let mut response = response::json(status, body.finish());
    let authorization = request.headers.value("authorization").unwrap_or_default();
    match (status, code) {
        (429, _) | (503, _) => response = response.header("retry-after", "1"),
        // RFC 6749 section 5.2: the scheme that the client used.
        (401, "invalid_client") if !authorization.is_empty() => {
            response = response.header("www-authenticate", "Basic realm=\"token\"");
        }
        // RFC 6750 section 3, RFC 9449 section 7.1.
        (
            401 | 403,
            "invalid_token" | "insufficient_scope" | "insufficient_user_authentication",
        ) => {
            let scheme = if authorization.starts_with("DPoP ") { "DPoP" } else { "Bearer" };
            let challenge = format!("{scheme} realm=\"userinfo\", error=\"{code}\"");
            response = response.header("www-authenticate", challenge);
        }
        // RFC 9449 section 8. The issuer takes no such nonce, and answers with one of its own.
        (_, "use_dpop_nonce") => response = response.header("dpop-nonce", "nonce-of-a-test"),
        _ => {}
    }
    cors::allow(&mut response, "*");
    response
}

/// The page of a gateway.
fn html(status: u16) -> HttpResponse {
    let title = format!("{status} {}", reason(status));
    let body = format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n\
         <hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    );
    HttpResponse::new(status, body).header("content-type", "text/html").header("server", "nginx")
}

/// The message of a gateway.
fn gateway(status: u16) -> HttpResponse {
    let mut body = ObjectWriter::new();
    body.string("message", &reason(status));
    HttpResponse::new(status, body.finish()).header("content-type", "application/json")
}

/// The status that the standard of an error code demands, or 400.
fn status_of(code: &str) -> u16 {
    match code {
        // RFC 6749 section 5.2, RFC 6750 section 3.1, RFC 9470 section 3.
        "invalid_client" | "invalid_token" | "insufficient_user_authentication" => 401,
        "insufficient_scope" => 403,
        "server_error" => 500,
        "temporarily_unavailable" => 503,
        _ => 400,
    }
}

/// The error code for a status.
fn code_of(status: u16) -> &'static str {
    match status {
        401 => "invalid_client",
        403 => "access_denied",
        429 | 503 => "temporarily_unavailable",
        500.. => "server_error",
        _ => "invalid_request",
    }
}

/// The name of a status (RFC 9110 section 15, RFC 6585).
fn reason(status: u16) -> Cow<'static, str> {
    let name = match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        408 => "Request Timeout",
        413 => "Content Too Large",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ if status < 500 => "Client Error",
        _ => "Server Error",
    };
    name.into()
}

/// What the errors say.
const DESCRIPTION: &str = "The test asked for this error";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::issuer::{Config, Sessions};

    const AUTHORIZE: &str = "http://127.0.0.1:9400/login/app/app_web/oauth2/authorize?client_id=app_web\
        &state=x&redirect_uri=";

    fn respond(request: &HttpRequest, answer: &Answer) -> HttpResponse {
        let config = Config::example("http://127.0.0.1:9400");
        let issuer = Issuer::new(config, Sessions::Cookie, [7; 32]).unwrap();
        reply(&issuer, request, answer, 0).complete(&[]).unwrap()
    }

    fn text(response: &HttpResponse) -> &str {
        core::str::from_utf8(&response.body).unwrap()
    }

    #[test]
    fn rfc_6749_section_5_2_errors_with_the_status_of_their_standard() {
        let request = HttpRequest::post_form("/t", String::new());
        for (code, status) in [
            ("invalid_grant", 400),
            ("slow_down", 400),
            ("authorization_pending", 400),
            ("invalid_client", 401),
            ("server_error", 500),
            ("temporarily_unavailable", 503),
            ("of_its_own", 400),
        ] {
            let response = respond(&request, &Answer::Error(code.to_owned()));
            assert_eq!(response.status, status, "{code}");
            let body: serde_json::Value = serde_json::from_slice(&response.body).unwrap();
            assert_eq!(body["error"], code);
            assert_eq!(response.headers.value("retry-after").is_some(), status == 503);
            assert_eq!(response.headers.value("www-authenticate"), None);
            assert_eq!(response.headers.value("cache-control"), Some("no-store"));
        }
        let basic = request.header("authorization", "Basic eA==");
        let response = respond(&basic, &Answer::Status(401));
        assert_eq!(response.headers.value("www-authenticate"), Some("Basic realm=\"token\""));
        let bearer = HttpRequest::get("/u").header("authorization", "Bearer AT");
        let response = respond(&bearer, &Answer::Error("invalid_token".to_owned()));
        let challenge = "Bearer realm=\"userinfo\", error=\"invalid_token\"";
        assert_eq!(response.headers.value("www-authenticate"), Some(challenge));
    }

    #[test]
    fn rfc_6749_section_4_1_2_1_errors_go_to_a_redirect_uri_that_is_registered() {
        let config = Config::example("http://127.0.0.1:9400");
        let web = config.applications.iter().find(|one| one.application_id == "app_web").unwrap();
        let uri = crate::form::encode(&web.redirect_uris[0]);
        let answer = Answer::Error("access_denied".to_owned());
        let response = respond(&HttpRequest::get(format!("{AUTHORIZE}{uri}")), &answer);
        assert_eq!(response.status, 303);
        let location = response.headers.value("location").unwrap();
        assert!(location.starts_with(&web.redirect_uris[0]), "{location}");
        for part in ["error=access_denied", "&state=x", "&iss=http"] {
            assert!(location.contains(part), "{location}");
        }
        let other = format!("{AUTHORIZE}https%3A%2F%2Felsewhere.example%2F");
        let response = respond(&HttpRequest::get(other), &answer);
        assert_eq!((response.status, response.headers.value("location")), (400, None));
    }

    #[test]
    fn gateways_answer_with_no_error_of_oauth() {
        let request = HttpRequest::get("/");
        let page = respond(&request, &Answer::Html(502));
        assert_eq!((page.status, page.headers.value("content-type")), (502, Some("text/html")));
        assert!(text(&page).contains("<h1>502 Bad Gateway</h1>"));
        let json = respond(&request, &Answer::Gateway(504));
        assert_eq!((json.status, text(&json)), (504, "{\"message\":\"Gateway Timeout\"}"));
    }
}
