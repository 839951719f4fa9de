//! Nothing that comes in makes the issuer panic, and no guess opens a door.

use eiam_token::http::{HttpRequest, Method};
use proptest::prelude::*;

use crate::support::*;

const NAMES: [&str; 31] = [
    "grant_type",
    "code",
    "redirect_uri",
    "code_verifier",
    "client_id",
    "client_secret",
    "refresh_token",
    "device_code",
    "username",
    "password",
    "scope",
    "token",
    "access_token",
    "transaction",
    "decision",
    "user_code",
    "response_type",
    "code_challenge",
    "code_challenge_method",
    "prompt",
    "max_age",
    "id_token_hint",
    "post_logout_redirect_uri",
    "state",
    "nonce",
    "response_mode",
    "request_uri",
    "claims",
    "acr_values",
    "display",
    "ui_locales",
];

fn path() -> impl Strategy<Value = String> {
    let places = prop::sample::select(vec![WEB, SPA, DEVICE, MACHINE, Place::Instance]);
    let names = prop::sample::select(vec![
        "token",
        "device/code",
        "userinfo",
        "revoke",
        "introspect",
        "register",
        "register/client_x",
        "par",
        "jwks",
        ".well-known/openid-configuration",
        "authorize",
        "login",
        "decision",
        "device",
        "logout",
        "signout",
    ]);
    prop_oneof![
        8 => (places, names).prop_map(|(place, name)| match name {
            "authorize" | "login" | "decision" | "device" | "logout" | "signout" => place.page(name),
            "jwks" | ".well-known/openid-configuration" => format!("{}/{name}", place.issuer()),
            _ => place.api(name),
        }),
        1 => "\\PC{0,60}",
    ]
}

/// Values that mean something, now and then with a character changed.
fn value() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "authorization_code",
        "refresh_token",
        "client_credentials",
        "password",
        DEVICE_GRANT,
        "app_web",
        "app_spa",
        WEB_URI,
        SPA_URI,
        "code",
        "id_token token",
        "form_post",
        "fragment",
        "urn:ietf:params:oauth:request_uri:AAAAAAAAAAAAAAAAAAAAAA",
        "{\"id_token\":{\"acr\":{\"essential\":true}},\"userinfo\":{\"email\":null}}",
        "zh en",
        "openid",
        "openid profile offline_access",
        CHALLENGE,
        VERIFIER,
        "S256",
        "plain",
        "none",
        "login consent",
        "allow",
        "deny",
        "alice",
        "0",
        "9223372036854775807",
        "COabc",
        "ATzzzzzzzzzzz",
        "RT11111111111",
        "TX",
        "a.e30.c",
        "api://api.example.com|.all",
        "|",
    ]);
    prop_oneof![
        6 => known.prop_map(str::to_owned),
        1 => "\\PC{0,40}",
        1 => "(CO|AT|RT|DC|TX|SE|ID)[1-9A-HJ-NP-Za-km-z]{0,300}",
    ]
}

fn request() -> impl Strategy<Value = HttpRequest> {
    let method = prop::sample::select(vec![
        Method::Get,
        Method::Post,
        Method::Post,
        Method::Post,
        Method::Head,
        Method::Options,
        Method::Put,
        Method::Delete,
        Method::Other,
    ]);
    let pairs = prop::collection::vec((prop::sample::select(NAMES.to_vec()), value()), 0..8);
    let header = prop::option::of(prop_oneof![
        Just(basic("app_web", "guess")),
        "(Basic|Bearer) [A-Za-z0-9+/=]{0,40}",
        "\\PC{0,40}",
    ]);
    let body = prop::option::of(prop::collection::vec(any::<u8>(), 0..60));
    (method, path(), pairs, any::<bool>(), header, body, "\\PC{0,80}").prop_map(
        |(method, path, pairs, in_query, header, body, cookie)| {
            let pairs: Vec<_> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let form = encode(&pairs);
            let mut request = if in_query {
                HttpRequest::post_form(format!("{path}?{form}"), String::new())
            } else {
                HttpRequest::post_form(path, form)
            };
            request.method = method;
            if let Some(body) = body {
                request.body = body;
            }
            if let Some(header) = header {
                request.headers.push("authorization", header);
            }
            request.headers.push("cookie", cookie);
            request
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn random_requests_never_panic_and_never_get_tokens(
        requests in prop::collection::vec((request(), -100i64..100_000), 1..30),
        strict in any::<bool>(),
    ) {
        let mut server = if strict { Server::rfc9700() } else { Server::new() };
        for (request, step) in requests {
            server.now += step;
            let response = server.send(&request);
            prop_assert!((200..=503).contains(&response.status));
            let body = String::from_utf8_lossy(&response.body);
            prop_assert!(!body.contains("\"access_token\""), "{}", body);
            if let Some(location) = response.headers.value("location") {
                let known = location.starts_with(WEB_URI) || location.starts_with(SPA_URI);
                prop_assert!(known && !location.contains("code="), "{}", location);
            }
        }
        let snapshot = server.snapshot();
        prop_assert_eq!(server.restarted().issuer.snapshot(), snapshot);
    }
}
