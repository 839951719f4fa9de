//! Clients that a document describes, at the URL that is their id
//! (draft-ietf-oauth-client-id-metadata-document).

use std::cell::RefCell;
use std::collections::HashMap;

use eiam_token::http::{HttpRequest, HttpResponse};
use eiam_token::issuer::{ClientIdMetadata, DocumentRequest, Fetcher, Profile};
use serde_json::{Value, json};

use crate::keys::ClientKey;
use crate::support::*;

const ID: &str = "https://app.example.com/client.json";
const URI: &str = "https://app.example.com/cb";
const KEYS: &str = "https://app.example.com/jwks.json";

/// Web servers: what is at which URL, and which URLs were fetched.
#[derive(Default)]
struct Web {
    pages: HashMap<String, HttpResponse>,
    fetched: RefCell<Vec<String>>,
}

impl Web {
    fn with(document: &Value) -> Self {
        let mut web = Self::default();
        web.put(ID, page(document));
        web
    }

    fn put(&mut self, url: &str, response: HttpResponse) {
        self.pages.insert(url.to_owned(), response);
    }

    fn count(&self) -> usize {
        self.fetched.borrow().len()
    }
}

impl Fetcher for Web {
    fn fetch(&self, document: &DocumentRequest) -> Result<HttpResponse, String> {
        self.fetched.borrow_mut().push(document.url.clone());
        self.pages.get(&document.url).cloned().ok_or_else(|| "no connection".to_owned())
    }
}

fn page(document: &Value) -> HttpResponse {
    HttpResponse::new(200, document.to_string()).header("content-type", "application/json")
}

fn document() -> Value {
    json!({
        "client_id": ID,
        "client_name": "Example",
        "redirect_uris": [URI, "http://127.0.0.1/cb"],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
    })
}

/// The same with one member changed; `null` leaves it out.
fn with(name: &str, value: Value) -> Value {
    with_member(document(), name, value)
}

fn server() -> Server {
    Server::with(|config| config.client_id_metadata = Some(ClientIdMetadata::default()))
}

/// Sends a request as a driver does that fetches.
fn send(server: &mut Server, web: &Web, request: &HttpRequest) -> HttpResponse {
    server.issuer.fetch_documents(web, request, server.now);
    server.send(request)
}

fn authorization(id: &'static str) -> Vec<(&'static str, &'static str)> {
    changed(changed(web_request(), "client_id", id), "redirect_uri", URI)
}

fn authorize(server: &mut Server, web: &Web, id: &'static str) -> HttpResponse {
    let url = format!("{}?{}", Place::Instance.page("authorize"), encode(&authorization(id)));
    send(server, web, &HttpRequest::get(url))
}

/// What the page says why a document cannot be used.
#[track_caller]
fn reason(page: &HttpResponse) -> String {
    page_refused(page, 400, "invalid_client");
    let (_, rest) = text(page).split_once("cannot be used: ").unwrap();
    rest.split(['<', '.']).next().unwrap().to_owned()
}

fn sign_in(server: &mut Server, web: &Web) -> Value {
    authorize(server, web, ID);
    let mut browser = Browser::default();
    let request = changed(authorization(ID), "scope", "openid offline_access");
    let code = browser.code(server, Place::Instance, &request);
    ok(&token(
        server,
        web,
        &[
            ("grant_type", "authorization_code"),
            ("client_id", ID),
            ("code", &code),
            ("redirect_uri", URI),
            ("code_verifier", VERIFIER),
        ],
    ))
}

fn token(server: &mut Server, web: &Web, pairs: &[(&str, &str)]) -> HttpResponse {
    send(server, web, &HttpRequest::post_form(Place::Instance.api("token"), encode(pairs)))
}

#[test]
fn section_4_a_client_signs_in_that_nobody_registered() {
    for profile in PROFILES {
        let mut server = Server::with(|config| {
            config.profile = profile;
            config.client_id_metadata = Some(ClientIdMetadata::default());
        });
        let web = Web::with(&document());
        let page = authorize(&mut server, &web, ID);
        assert!(text(&page).contains("Example (app.example.com)"), "{}", text(&page));
        let tokens = sign_in(&mut server, &web);
        assert_eq!(verified(member(&tokens, "id_token")).1["aud"], ID);
        // Fetched once, and known after a restart.
        assert_eq!(web.count(), 1);
        let mut server = server.restarted();
        let refresh = [
            ("grant_type", "refresh_token"),
            ("client_id", ID),
            ("refresh_token", member(&tokens, "refresh_token")),
        ];
        ok(&token(&mut server, &web, &refresh));
        assert_eq!(web.count(), 1);
    }
}

#[test]
fn eiam_no_url_is_a_client_unless_it_is_configured() {
    for profile in PROFILES {
        let mut server = Server::with(|config| config.profile = profile);
        let web = Web::with(&document());
        page_refused(&authorize(&mut server, &web, ID), 400, "invalid_client");
        assert_eq!(web.count(), 0);
        let url = format!("{}/.well-known/openid-configuration", Place::Instance.issuer());
        assert!(ok(&server.get(&url)).get("client_id_metadata_document_supported").is_none());
    }
    let mut server = server();
    for (place, announced) in [(Place::Instance, true), (SPA, false)] {
        let metadata =
            ok(&server.get(&format!("{}/.well-known/openid-configuration", place.issuer())));
        let stated = metadata.get("client_id_metadata_document_supported");
        assert_eq!(stated, announced.then_some(&json!(true)));
        assert!(metadata.get("registration_endpoint").is_none());
    }
    // At an application's issuer there is one client.
    let web = Web::with(&document());
    let url = format!("{}?{}", SPA.page("authorize"), encode(&authorization(ID)));
    assert_eq!(send(&mut server, &web, &HttpRequest::get(url)).status, 400);
    assert_eq!(web.count(), 0);
}

#[test]
fn section_4_1_documents_that_do_not_count() {
    for (document, expected) in [
        (with("client_id", json!("https://app.example.com/other")), "client_id is not its URL"),
        (with("client_id", json!("https://app.example.com:443/client.json")), "not its URL"),
        (with("client_id", Value::Null), "client_id is not its URL"),
        (with("client_secret", json!("s")), "client_secret"),
        (with("client_secret_expires_at", json!(0)), "client_secret"),
        (with("token_endpoint_auth_method", json!("client_secret_basic")), "neither none nor"),
        (with("token_endpoint_auth_method", json!("client_secret_jwt")), "neither none nor"),
        (with("token_endpoint_auth_method", json!("private_key_jwt")), "needs a key"),
        (with("redirect_uris", Value::Null), "redirect_uris"),
        (with("redirect_uris", json!(["http://app.example.com/cb"])), "redirect_uris[0]"),
        (with("grant_types", json!(["implicit"])), "grant_types"),
        (json!([]), "no JSON object"),
    ] {
        let (mut server, web) = (server(), Web::with(&document));
        let page = authorize(&mut server, &web, ID);
        page_refused(&page, 400, "invalid_client");
        assert!(text(&page).contains(expected), "{expected}: {}", text(&page));
        assert_eq!(web.count(), 1);
    }
}

#[test]
fn section_4_responses_that_do_not_count() {
    let good = document().to_string();
    let respond = |status, media_type: &str, body: &str| {
        HttpResponse::new(status, body.to_owned()).header("content-type", media_type)
    };
    let json = "application/json";
    let (mut server, mut web) = (server(), Web::default());
    let long = format!("{good}{}", " ".repeat(5 * 1024 + 1 - good.len()));
    for (response, expected) in [
        (respond(404, json, &good), "status is 404"),
        (respond(302, json, "").header("location", "https://app.example.com/"), "status is 302"),
        (respond(206, json, &good), "status is 206"),
        (respond(200, "text/html", &good), "Content-Type"),
        (respond(200, "text/json", &good), "Content-Type"),
        (HttpResponse::new(200, good.clone()), "Content-Type"),
        (respond(200, json, &long), "more than 5120 bytes"),
        (respond(200, json, "{\"client_id\":1,\"client_id\":2}"), "name twice"),
        (respond(200, json, ""), "no JSON object"),
    ] {
        web.put(ID, response);
        let said = reason(&authorize(&mut server, &web, ID));
        assert!(said.contains(expected), "{expected}: {said}");
    }
    // Section 4.4: errors are not cached.
    for media_type in ["application/json; charset=utf-8", "application/client+json"] {
        web.put(ID, respond(200, media_type, &good));
        let page = authorize(
            &mut Server::with(|config| {
                config.client_id_metadata = Some(ClientIdMetadata::default());
            }),
            &web,
            ID,
        );
        assert_eq!(page.status, 200, "{}", text(&page));
    }
    assert_eq!(authorize(&mut server, &web, ID).status, 200);
    assert_eq!(web.count(), 12);
}

#[test]
fn section_3_and_6_urls_that_are_not_fetched() {
    let (mut server, mut web) = (server(), Web::default());
    for id in [
        "http://app.example.com/client.json",
        "https://app.example.com",
        "https://app.example.com/a/../b",
        "https://user@app.example.com/client",
        "https://127.0.0.1/client",
        "https://localhost/client",
        "http://localhost:8080/client",
        "https://169.254.169.254/latest",
        "https://metadata.google.internal/client",
        "https://[::1]/client",
    ] {
        web.put(id, page(&with("client_id", json!(id))));
        let page = authorize(&mut server, &web, id);
        page_refused(&page, 400, "invalid_client");
    }
    assert_eq!(web.count(), 0);
    let mut server = Server::with(|config| {
        let mut rules = ClientIdMetadata::default();
        rules.allow_loopback = true;
        config.client_id_metadata = Some(rules);
    });
    assert_eq!(authorize(&mut server, &web, "http://localhost:8080/client").status, 200);
    assert_eq!(web.count(), 1);
}

#[test]
fn a_host_that_fetches_nothing_says_so() {
    let mut server = server();
    let page = server.get(&format!(
        "{}?{}",
        Place::Instance.page("authorize"),
        encode(&authorization(ID))
    ));
    assert!(reason(&page).contains("the host of this issuer fetches none"));
    let web = Web::default();
    assert_eq!(reason(&authorize(&mut server, &web, ID)), "no connection");
    let refresh = [("grant_type", "refresh_token"), ("client_id", ID), ("refresh_token", "RTx")];
    let said = refused(&token(&mut server, &web, &refresh), 401, "invalid_client");
    assert!(said.ends_with("no connection"), "{said}");
}

#[test]
fn section_4_4_how_long_a_document_counts() {
    for (field, seconds) in [
        (None, 300),
        (Some("max-age=0"), 60),
        (Some("no-store"), 60),
        (Some("public, max-age=600"), 600),
        (Some("max-age=600, no-cache"), 60),
        (Some("max-age=99999999999"), 86_400),
        (Some("max-age=many"), 60),
    ] {
        let (mut server, mut web) = (server(), Web::default());
        let mut response = page(&document());
        if let Some(field) = field {
            response = response.header("cache-control", field);
        }
        web.put(ID, response);
        authorize(&mut server, &web, ID);
        server.now += seconds - 1;
        assert_eq!(authorize(&mut server, &web, ID).status, 200);
        assert_eq!(web.count(), 1, "{field:?}");
        server.now += 1;
        authorize(&mut server, &web, ID);
        assert_eq!(web.count(), 2, "{field:?}");
    }
}

#[test]
fn a_document_that_changed_or_is_gone() {
    let (mut server, mut web) = (server(), Web::with(&document()));
    let tokens = sign_in(&mut server, &web);
    let access = member(&tokens, "access_token");
    web.put(ID, page(&with("redirect_uris", json!(["https://app.example.com/new"]))));
    assert_eq!(authorize(&mut server, &web, ID).status, 200);
    server.now += 300;
    page_refused(&authorize(&mut server, &web, ID), 400, "invalid_request");
    // What it was given lives on while its document cannot be had, but it gets nothing new.
    web.pages.clear();
    server.now += 300;
    ok(&server.userinfo(Place::Instance, access));
    let refresh = [
        ("grant_type", "refresh_token"),
        ("client_id", ID),
        ("refresh_token", member(&tokens, "refresh_token")),
    ];
    refused(&token(&mut server, &web, &refresh), 401, "invalid_client");
    web.put(ID, page(&document()));
    ok(&token(&mut server, &web, &refresh));
}

#[test]
fn a_client_is_kept_as_long_as_what_it_was_given() {
    let (mut server, web) = (server(), Web::with(&document()));
    sign_in(&mut server, &web);
    let size = server.snapshot().len();
    server.now += 300 + 86_400 + 1;
    server.get(&WEB.issuer());
    assert!(server.snapshot().len() < size - 200);
}

#[test]
fn section_6_2_a_client_with_keys_of_its_own() {
    let key = ClientKey::es256(6);
    let assertion = |id: &str, now: i64| {
        let claims = json!({
            "iss": ID, "sub": ID, "aud": Place::Instance.issuer(), "jti": id, "exp": now + 60,
        });
        key.jws(&json!({ "alg": key.algorithm(), "typ": "JWT" }), &claims)
    };
    let set = json!({ "keys": [key.jwk()] });
    let mut inline = with("token_endpoint_auth_method", json!("private_key_jwt"));
    inline["jwks"] = set.clone();
    let mut remote = with("token_endpoint_auth_method", json!("private_key_jwt"));
    remote["jwks_uri"] = json!(KEYS);
    for (document, fetched) in [(inline, 1), (remote, 2)] {
        let (mut server, mut web) = (server(), Web::with(&document));
        web.put(KEYS, page(&set));
        authorize(&mut server, &web, ID);
        let mut browser = Browser::default();
        let code = browser.code(&mut server, Place::Instance, &authorization(ID));
        let mut pairs = vec![
            ("grant_type", "authorization_code"),
            ("client_id", ID),
            ("code", &code),
            ("redirect_uri", URI),
            ("code_verifier", VERIFIER),
        ];
        refused(&token(&mut server, &web, &pairs), 401, "invalid_client");
        let proof = assertion("1", NOW);
        pairs.push(("client_assertion", &proof));
        pairs.push((
            "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        ));
        ok(&token(&mut server, &web, &pairs));
        assert_eq!(web.count(), fetched);
    }
}

/// RFC 9101 section 10.1: the keys of now count for signed requests, as for assertions.
#[test]
fn section_6_2_a_signed_request_needs_the_keys_as_well() {
    let (key, former) = (ClientKey::es256(6), ClientKey::es256(5));
    let mut document = with("token_endpoint_auth_method", json!("private_key_jwt"));
    document["jwks_uri"] = json!(KEYS);
    let mut server = Server::with(|config| {
        config.profile = Profile::Rfc9700;
        config.client_id_metadata = Some(ClientIdMetadata::default());
    });
    let mut web = Web::with(&document);
    web.put(KEYS, page(&json!({ "keys": [key.jwk()] })));
    let signed = |key: &ClientKey| {
        let mut claims = json!({ "aud": Place::Instance.issuer() });
        for (name, value) in authorization(ID) {
            claims[name] = value.into();
        }
        let object = key.jws(&json!({ "alg": "ES256", "typ": "oauth-authz-req+jwt" }), &claims);
        let pairs = [
            ("client_id", ID),
            ("redirect_uri", URI),
            ("response_type", "code"),
            ("request", &object),
        ];
        HttpRequest::get(format!("{}?{}", Place::Instance.page("authorize"), encode(&pairs)))
    };
    let answer = send(&mut server, &web, &signed(&key));
    assert_eq!((answer.status, web.count()), (200, 2), "{}", text(&answer));
    assert_eq!(
        redirected(&send(&mut server, &web, &signed(&former)))["error"],
        "invalid_request_object"
    );
    // Keys that were replaced count no more once they have to be fetched again.
    server.now += 300;
    web.put(KEYS, page(&json!({ "keys": [former.jwk()] })));
    assert_eq!(
        redirected(&send(&mut server, &web, &signed(&key)))["error"],
        "invalid_request_object"
    );
    assert_eq!(send(&mut server, &web, &signed(&former)).status, 200);
}

#[test]
fn section_6_a_jwks_uri_is_where_documents_could_be() {
    let mut document = with("token_endpoint_auth_method", json!("private_key_jwt"));
    for url in [
        "https://127.0.0.1/jwks.json",
        "https://metadata.google.internal/jwks.json",
        "https://[::ffff:127.0.0.1]/jwks.json",
        "http://app.example.com/jwks.json",
        "file:///etc/jwks.json",
    ] {
        document["jwks_uri"] = json!(url);
        let (mut server, web) = (server(), Web::with(&document));
        let said = reason(&authorize(&mut server, &web, ID));
        assert!(said.starts_with("jwks_uri: "), "{said}");
        assert_eq!(web.count(), 1);
    }
}

#[test]
fn a_flood_of_documents_evicts_its_own() {
    let mut server = Server::with(|config| {
        config.client_id_metadata = Some(ClientIdMetadata::default());
        config.limits.registered_clients = 8;
    });
    let mut web = Web::with(&document());
    sign_in(&mut server, &web);
    for number in 0..40 {
        let id: &'static str = format!("https://app.example.com/{number}").leak();
        web.put(id, page(&with("client_id", json!(id))));
        let url = format!("{}?{}", Place::Instance.page("authorize"), encode(&authorization(id)));
        let request = HttpRequest::get(url).sent_from("192.0.2.66");
        assert_eq!(send(&mut server, &web, &request).status, 200);
    }
    let before = web.count();
    assert_eq!(authorize(&mut server, &web, ID).status, 200);
    assert_eq!(web.count(), before);
}
