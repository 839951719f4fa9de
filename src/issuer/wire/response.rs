//! JSON responses and redirects, with the header fields that each kind must have.

use crate::http::HttpResponse;
use crate::json::ObjectWriter;

use crate::issuer::jose::algorithm::VerificationAlgorithm;
use crate::issuer::profile::Profile;
use crate::issuer::wire::refusal::Refusal;

/// A JSON response that must not be stored (RFC 6749 section 5.1).
pub(crate) fn json(status: u16, body: String) -> HttpResponse {
    not_stored(status, "application/json;charset=UTF-8", body)
}

/// A text of this media type that must not be stored.
pub(crate) fn not_stored(status: u16, media_type: &str, body: String) -> HttpResponse {
    HttpResponse::new(status, body)
        .header("content-type", media_type)
        .header("cache-control", "no-store")
        .header("pragma", "no-cache")
        .header("x-content-type-options", "nosniff")
}

/// A JSON response that anybody may store for a minute: keys and metadata.
pub(crate) fn public_json(body: String) -> HttpResponse {
    HttpResponse::new(200, body)
        .header("content-type", "application/json;charset=UTF-8")
        .header("cache-control", "public, max-age=60")
        .header("x-content-type-options", "nosniff")
}

/// A redirect that the browser follows with GET, whatever the method of the request was (RFC 9700
/// section 4.12).
pub(crate) fn see_other(location: String) -> HttpResponse {
    HttpResponse::new(303, Vec::new())
        .header("location", location)
        .header("cache-control", "no-store")
        .header("pragma", "no-cache")
        .header("referrer-policy", "no-referrer")
}

/// Which authentication scheme a refusal asks for (`WWW-Authenticate`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// `Basic`, if the client tried it (RFC 6749 section 5.2).
    Basic,
    /// `Bearer` (RFC 6750 section 3), for this realm.
    Bearer(&'static str),
    /// `DPoP` (RFC 9449 section 7.1).
    Dpop,
    /// No scheme.
    None,
}

/// The realm of the registration endpoints.
pub(crate) const REGISTRATION: &str = "registration";

/// A refusal as JSON. The description must have only the characters that RFC 6749 section 5.2
/// allows.
pub(crate) fn refusal(
    refusal: &Refusal,
    description: &str,
    hint: Option<&str>,
    profile: Profile,
    scheme: Scheme,
    request_id: &str,
) -> HttpResponse {
    let status = match refusal.status(profile) {
        // RFC 9449 section 7.1. The service documents 400 for bearer tokens, and nothing for DPoP.
        400 if scheme == Scheme::Dpop => 401,
        status => status,
    };
    let code = refusal.code(profile);
    let mut body = ObjectWriter::new();
    if matches!(refusal, Refusal::PathUnknown) && profile.gateway_style_not_found() {
        // EIAM: its clients read these members. The code for this case is not documented; this is
        // the one that Alibaba Cloud's gateways usually give.
        body.string("RequestId", request_id)
            .string("Code", "InvalidAction.NotFound")
            .string("Message", description)
            .optional_string("hint", hint);
    } else {
        body.string("error", code)
            .string("error_description", description)
            .optional_string("hint", hint)
            .string("request_id", request_id);
    }
    let mut response = json(status, body.finish());
    match (scheme, status) {
        (Scheme::Basic, 401) => {
            response =
                response.header("www-authenticate", "Basic realm=\"token\", charset=\"UTF-8\"");
        }
        // RFC 6750 section 3.1: a request without a token gets no error code.
        (Scheme::Bearer(realm), 401)
            if matches!(refusal, Refusal::TokenMissing | Refusal::RegistrationTokenMissing) =>
        {
            response = response.header("www-authenticate", format!("Bearer realm=\"{realm}\""));
        }
        (Scheme::Dpop, 401 | 403) => {
            let algorithms = VerificationAlgorithm::names_in(profile);
            // RFC 9449 section 7.1.
            let algorithms = algorithms.join(" ");
            response = response.header(
                "www-authenticate",
                format!(
                    "DPoP realm=\"userinfo\", algs=\"{algorithms}\", error=\"{code}\", \
                     error_description=\"{description}\""
                ),
            );
        }
        // A request to register is wrong in what it says, and not in how it was allowed to.
        (Scheme::Bearer(REGISTRATION), 400) => {}
        (Scheme::Bearer(realm), 400 | 401 | 403) => {
            let scope = match refusal {
                Refusal::TokenWithoutOpenid => ", scope=\"openid\"",
                _ => "",
            };
            response = response.header(
                "www-authenticate",
                format!(
                    "Bearer realm=\"{realm}\", error=\"{code}\", \
                     error_description=\"{description}\"{scope}"
                ),
            );
        }
        _ => {}
    }
    let response = with_fields_of(refusal, response);
    match refusal {
        Refusal::Throttled(seconds) if profile.acs_retry_after() => {
            let milliseconds = i64::from(*seconds).saturating_mul(1000).to_string();
            response.header("x-acs-retry-after", milliseconds)
        }
        _ => response,
    }
}

/// Adds the header fields that a refusal has both as a page and as JSON: which methods are allowed
/// (RFC 9110 section 10.2.1), and when to try again (RFC 9110 section 10.2.3).
pub(crate) fn with_fields_of(refusal: &Refusal, response: HttpResponse) -> HttpResponse {
    match refusal {
        Refusal::MethodNotAllowed(allowed) => response.header("allow", *allowed),
        Refusal::Throttled(seconds) => retry_after(response, *seconds),
        Refusal::StoreFull => retry_after(response, 60),
        _ => response,
    }
}

/// Says after how many seconds to try again.
fn retry_after(response: HttpResponse, seconds: i32) -> HttpResponse {
    response.header("retry-after", seconds.to_string())
}
