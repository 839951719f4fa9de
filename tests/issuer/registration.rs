//! Clients that register themselves (RFC 7591), and what they do later with what they registered
//! (RFC 7592).

use eiam_token::http::{HttpRequest, HttpResponse, Method};
use eiam_token::issuer::{
    Application, ClientIdMetadata, ClientKey as Registered, Config, GrantType, Issuer, Profile,
    PublicKey, Registration, Resource, Sessions, SigningAlgorithm, StatementIssuer,
};
use eiam_token::secret::Secret;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::keys::ClientKey;
use crate::support::*;

const URI: &str = "https://client.example/cb";
const INITIAL: &str = "initial-access-token-1";

fn server() -> Server {
    server_with(|_| {})
}

fn server_with(change: impl FnOnce(&mut Registration)) -> Server {
    Server::with(|config| {
        let mut registration = Registration::default();
        change(&mut registration);
        config.registration = Some(registration);
    })
}

fn request(method: Method, url: &str, token: Option<&str>, body: &Value) -> HttpRequest {
    let mut request = HttpRequest::get(url).header("content-type", "application/json");
    request.method = method;
    if !body.is_null() {
        request.body = body.to_string().into_bytes();
    }
    match token {
        Some(token) => request.header("authorization", format!("Bearer {token}")),
        None => request,
    }
}

fn register(server: &mut Server, body: &Value) -> HttpResponse {
    server.send(&request(Method::Post, &Place::Instance.api("register"), None, body))
}

fn registered(server: &mut Server, body: &Value) -> Value {
    created(&register(server, body))
}

#[track_caller]
fn created(response: &HttpResponse) -> Value {
    assert_eq!(response.status, 201, "{}", text(response));
    assert_eq!(response.headers.value("cache-control"), Some("no-store"));
    json(response)
}

/// Sends a request about a client, with its token.
fn manage(server: &mut Server, method: Method, client: &Value, body: &Value) -> HttpResponse {
    let token = member(client, "registration_access_token");
    let url = member(client, "registration_client_uri");
    server.send(&request(method, url, Some(token), body))
}

/// A public client as native applications register.
fn native() -> Value {
    json!({
        "client_name": "Native",
        "redirect_uris": [URI],
        "token_endpoint_auth_method": "none",
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
    })
}

/// The same with one member changed; `null` leaves it out.
fn with(name: &str, value: Value) -> Value {
    let mut body = native();
    body[name] = value;
    body
}

fn authorization<'a>(client: &'a Value, scope: &'a str) -> Vec<(&'a str, &'a str)> {
    let request = changed(web_request(), "client_id", member(client, "client_id"));
    changed(changed(request, "redirect_uri", URI), "scope", scope)
}

/// Signs alice in and gives the response of the token endpoint.
fn sign_in(server: &mut Server, client: &Value, scope: &str) -> Value {
    let mut browser = Browser::default();
    let code = browser.code(server, Place::Instance, &authorization(client, scope));
    let mut pairs = vec![
        ("grant_type", "authorization_code"),
        ("client_id", member(client, "client_id")),
        ("code", &code),
        ("redirect_uri", URI),
        ("code_verifier", VERIFIER),
    ];
    if let Some(secret) = client["client_secret"].as_str() {
        pairs.push(("client_secret", secret));
    }
    ok(&server.token(Place::Instance, &pairs))
}

#[test]
fn rfc_7591_section_3_2_1_the_client_information_response() {
    let mut server = server();
    let client = registered(&mut server, &json!({ "redirect_uris": [URI], "client_name": "Web" }));
    let id = member(&client, "client_id");
    assert!(id.starts_with("client_") && id.len() > 25, "{id}");
    assert!(member(&client, "client_secret").len() > 40);
    assert_eq!(client["client_secret_expires_at"], 0);
    assert_eq!(client["client_id_issued_at"], NOW);
    let url = format!("{}/{id}", Place::Instance.api("register"));
    assert_eq!(client["registration_client_uri"], url);
    // Section 2: the defaults.
    assert_eq!(client["token_endpoint_auth_method"], "client_secret_basic");
    assert_eq!(client["grant_types"], json!(["authorization_code"]));
    assert_eq!(client["response_types"], json!(["code"]));
    assert_eq!(client["client_name"], "Web");
    assert_eq!(client["redirect_uris"], json!([URI]));
    let other = registered(&mut server, &native());
    assert_ne!(other["client_id"], client["client_id"]);
    assert!(
        other.get("client_secret").is_none() && other.get("client_secret_expires_at").is_none()
    );
}

#[test]
fn what_is_registered_signs_in_refreshes_and_is_asked_for_consent() {
    for profile in PROFILES {
        let mut server = Server::with(|config| {
            config.profile = profile;
            config.registration = Some(Registration::default());
        });
        let client = registered(&mut server, &native());
        let request = authorization(&client, "openid offline_access");
        let mut browser = Browser::default();
        let page = browser.authorize(&mut server, Place::Instance, &request);
        let page = browser.login(&mut server, &page);
        assert!(text(&page).contains("Native"), "{}", text(&page));
        assert!(text(&page).contains("value=\"allow\""));
        let tokens = sign_in(&mut server, &client, "openid offline_access");
        let pairs = [
            ("grant_type", "refresh_token"),
            ("client_id", member(&client, "client_id")),
            ("refresh_token", member(&tokens, "refresh_token")),
        ];
        ok(&server.token(Place::Instance, &pairs));
        let id_token = verified(member(&tokens, "id_token")).1;
        assert_eq!(id_token["aud"], client["client_id"]);
        // It has no issuer of its own.
        let id = member(&client, "client_id");
        let url = format!("{BASE}/v2/{INSTANCE}/{id}/oidc/.well-known/openid-configuration");
        refused(&server.get(&url), 404, "application_not_found");
    }
}

#[test]
fn rfc_7591_section_2_how_a_client_authenticates() {
    let mut server = server();
    for method in ["client_secret_basic", "client_secret_post"] {
        let body = json!({ "redirect_uris": [URI], "token_endpoint_auth_method": method });
        let client = registered(&mut server, &body);
        let (id, secret) = (member(&client, "client_id"), member(&client, "client_secret"));
        let mut browser = Browser::default();
        let code = browser.code(&mut server, Place::Instance, &authorization(&client, "openid"));
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", URI),
            ("code_verifier", VERIFIER),
        ];
        let url = Place::Instance.api("token");
        let by_basic =
            HttpRequest::post_form(&url, encode(&form)).header("authorization", basic(id, secret));
        let mut posted = form.to_vec();
        posted.extend([("client_id", id), ("client_secret", secret)]);
        let by_post = HttpRequest::post_form(&url, encode(&posted));
        let (right, wrong) = match method {
            "client_secret_basic" => (by_basic, by_post),
            _ => (by_post, by_basic),
        };
        refused(&server.send(&wrong), 401, "invalid_client");
        ok(&server.send(&right));
    }
    let mut public = native();
    public["token_endpoint_auth_method"] = json!("tls_client_auth");
    refused(&register(&mut server, &public), 400, "invalid_client_metadata");
}

#[test]
fn rfc_7591_section_2_keys() {
    let mut server = Server::with(|config| {
        config.registration = Some(Registration::default());
        config.registered_clients.grants.push(GrantType::ClientCredentials);
        config.registered_clients.scopes = Some(vec!["read".to_owned()]);
    });
    let key = ClientKey::es256(9);
    let mut body = json!({
        "token_endpoint_auth_method": "private_key_jwt",
        "grant_types": ["client_credentials"],
        // RFC 7517 section 5: what is not known or for something else is passed over.
        "jwks": { "keys": [key.jwk(), { "kty": "oct-of-tomorrow" }], "more": 1 },
    });
    let client = registered(&mut server, &body);
    let id = member(&client, "client_id");
    let claims = json!({
        "iss": id, "sub": id, "aud": Place::Instance.issuer(), "jti": "1", "exp": NOW + 60,
    });
    let header = json!({ "alg": key.algorithm(), "typ": "JWT" });
    let assertion = key.jws(&header, &claims);
    let pairs = [
        ("grant_type", "client_credentials"),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", assertion.as_str()),
    ];
    assert_eq!(ok(&server.token(Place::Instance, &pairs))["scope"], "read");
    for keys in [
        json!(null),
        json!({}),
        json!({ "keys": [] }),
        json!({ "keys": [{ "kty": "oct", "k": "AAAA" }] }),
        json!({ "keys": [{ "kty": "EC", "crv": "P-256", "x": "AAAA", "y": "AAAA", "d": "AAAA" }] }),
        // A part of a private key, beside a key that is good.
        json!({ "keys": [key.jwk(), { "kty": "RSA", "n": "AAAA", "e": "AQAB", "p": "AAAA" }] }),
        json!({ "keys": vec![key.jwk(); 21] }),
        json!([key.jwk()]),
    ] {
        body["jwks"] = keys;
        let said = refused(&register(&mut server, &body), 400, "invalid_client_metadata");
        assert!(said.starts_with("jwks: "), "{said}");
    }
    body["jwks"] = json!(null);
    body["jwks_uri"] = json!("https://client.example/jwks");
    let said = refused(&register(&mut server, &body), 400, "invalid_client_metadata");
    assert!(said.contains("send the keys in jwks"), "{said}");
}

/// Nothing would ever be fetched from there.
#[test]
fn rfc_7591_section_2_a_jwks_uri_of_this_network() {
    let mut server = Server::with(|config| {
        config.registration = Some(Registration::default());
        config.client_id_metadata = Some(ClientIdMetadata::default());
    });
    let mut body = with("token_endpoint_auth_method", json!("private_key_jwt"));
    for url in [
        "https://10.0.0.1/jwks",
        "https://2130706433/jwks",
        "https://localhost/jwks",
        "https://client.example@127.0.0.1/jwks",
        "http://client.example/jwks",
        "data:application/json,{}",
        "",
    ] {
        body["jwks_uri"] = json!(url);
        let said = refused(&register(&mut server, &body), 400, "invalid_client_metadata");
        assert!(said.starts_with("jwks_uri: "), "{said}");
    }
    body["jwks_uri"] = json!("https://client.example/jwks");
    registered(&mut server, &body);
}

/// What a client cannot have is left out (section 2), whether it is public or has its keys elsewhere.
#[test]
fn rfc_7591_section_2_grants_that_need_a_credential() {
    let mut server = Server::with(|config| {
        config.registration = Some(Registration::default());
        config.client_id_metadata = Some(ClientIdMetadata::default());
        config.registered_clients.grants.push(GrantType::ClientCredentials);
    });
    let exchange = "urn:ietf:params:oauth:grant-type:token-exchange";
    let grants = json!(["authorization_code", "client_credentials", exchange]);
    let mut body = with("grant_types", grants);
    let client = registered(&mut server, &body);
    assert_eq!(client["grant_types"], json!(["authorization_code"]));
    for method in ["client_secret_basic", "private_key_jwt"] {
        body["token_endpoint_auth_method"] = json!(method);
        body["jwks_uri"] = json!("https://client.example/jwks.json");
        let client = registered(&mut server, &body);
        assert_eq!(client["grant_types"], json!(["authorization_code", "client_credentials"]));
    }
}

#[test]
fn rfc_7591_section_3_2_2_redirect_uris() {
    let mut server = server();
    for uri in [
        "https://client.example/cb?x=1",
        "http://127.0.0.1:49152/cb",
        "http://localhost:3118/callback",
        "com.example.app:/cb",
    ] {
        registered(&mut server, &with("redirect_uris", json!([uri])));
    }
    for uri in [
        "http://client.example/cb",
        "https://client.example/cb#f",
        "https://user@client.example/cb",
        "http://localhost:*/cb",
        "https://*.client.example/cb",
        "javascript:alert(1)",
        "data:text/html,x",
        "/cb",
        "",
    ] {
        let body = with("redirect_uris", json!([URI, uri]));
        let said = refused(&register(&mut server, &body), 400, "invalid_redirect_uri");
        assert!(said.starts_with("redirect_uris[1]: "), "{said}");
    }
    for uris in [json!(null), json!([])] {
        let body = with("redirect_uris", uris);
        refused(&register(&mut server, &body), 400, "invalid_redirect_uri");
    }
}

#[test]
fn rfc_7591_section_3_2_2_metadata_that_are_wrong() {
    let mut server = server();
    for (name, value) in [
        ("redirect_uris", json!(URI)),
        ("redirect_uris", json!([1])),
        ("redirect_uris", json!(vec![URI; 21])),
        ("client_name", json!(1)),
        ("client_name", json!("a\nb")),
        ("client_name", json!("a".repeat(201))),
        ("client_name", json!("Bank \u{202e}moc.elpmaxe")),
        ("client_name", json!("Bank\u{2066}\u{2069}")),
        ("client_name", json!("Bank\u{2028}It is safe.")),
        ("client_name", json!("Ba\u{200b}nk")),
        ("client_name", json!("Bank\u{e0041}")),
        ("client_uri", json!("http://client.example/")),
        ("logo_uri", json!("javascript:alert(1)")),
        ("tos_uri", json!("a".repeat(2049))),
        ("grant_types", json!("authorization_code")),
        ("grant_types", json!(["implicit"])),
        ("grant_types", json!(["password", "refresh_token"])),
        ("grant_types", json!(["client_credentials"])),
        ("response_types", json!(["token"])),
        ("scope", json!(["openid"])),
        ("scope", json!("admin")),
        ("contacts", json!([{}])),
        ("application_type", json!("service")),
        ("subject_type", json!("other")),
        ("id_token_signed_response_alg", json!("none")),
        ("dpop_bound_access_tokens", json!("true")),
    ] {
        let said = refused(
            &register(&mut server, &with(name, value.clone())),
            400,
            "invalid_client_metadata",
        );
        assert!(said.starts_with(&format!("{name}: ")), "{name} {value}: {said}");
    }
    // Section 2: members that nobody understands, and values of null, are passed over.
    let mut body = native();
    body["policy_uri"] = json!(null);
    body["logo"] = json!({ "a": [1.5] });
    body["client_name#de"] = json!("Nativ");
    let client = registered(&mut server, &body);
    assert!(client.get("policy_uri").is_none() && client.get("logo").is_none());
}

#[test]
fn rfc_7591_section_3_1_what_is_no_request() {
    let mut server = server();
    let url = Place::Instance.api("register");
    let good = request(Method::Post, &url, None, &native());
    let with_body = |body: &[u8]| {
        let mut request = good.clone();
        request.body = body.to_vec();
        request
    };
    let mut form = HttpRequest::post_form(&url, "client_name=a".to_owned());
    form.body = native().to_string().into_bytes();
    for request in [
        with_body(b""),
        with_body(b"[]"),
        with_body(b"{\"client_name\":\"a\",\"client_name\":\"b\"}"),
        with_body(b"\xff{}"),
        with_body(format!("{{\"a\":\"{}\"}}", "a".repeat(16 * 1024)).as_bytes()),
        form,
    ] {
        refused(&server.send(&request), 400, "invalid_request");
    }
    let mut get = good.clone();
    get.method = Method::Get;
    let answer = server.send(&get);
    assert_eq!(answer.status, 405);
    assert_eq!(answer.headers.value("allow"), Some("POST, OPTIONS"));
}

#[test]
fn eiam_there_is_no_registration_unless_it_is_configured() {
    for profile in PROFILES {
        let mut server = Server::with(|config| config.profile = profile);
        assert_eq!(register(&mut server, &native()).status, 404);
        let metadata =
            ok(&server
                .get(&format!("{}/.well-known/openid-configuration", Place::Instance.issuer())));
        assert!(metadata.get("registration_endpoint").is_none());
        let url = Place::Instance.api("register/client_x");
        let read = request(Method::Get, &url, Some(INITIAL), &Value::Null);
        assert_eq!(server.send(&read).status, 404);
    }
    // Neither has an application one.
    let mut server = server();
    let answer = server.send(&request(Method::Post, &WEB.api("register"), None, &native()));
    assert_eq!(answer.status, 404);
}

#[test]
fn rfc_8414_section_2_metadata_of_a_server_where_clients_register() {
    let mut server = Server::with(|config| {
        config.registration = Some(Registration::default());
        config.applications.truncate(1);
        config.resources.push(Resource::new("https://mcp.example"));
        config.resources[0].scopes = vec!["mcp:tools".to_owned()];
    });
    let url = format!("{}/.well-known/openid-configuration", Place::Instance.issuer());
    let metadata = ok(&server.get(&url));
    assert_eq!(metadata["registration_endpoint"], Place::Instance.api("register"));
    let has = |name: &str, value: &str| {
        metadata[name].as_array().unwrap().iter().any(|item| item == value)
    };
    for method in ["none", "client_secret_basic", "client_secret_post", "private_key_jwt"] {
        assert!(has("token_endpoint_auth_methods_supported", method), "{method}");
    }
    assert!(has("scopes_supported", "mcp:tools") && has("scopes_supported", "offline_access"));
    assert!(has("grant_types_supported", "refresh_token"));
    assert!(metadata.get("client_id_metadata_document_supported").is_none());
    let own = ok(&server.get(&format!("{}/.well-known/openid-configuration", SPA.issuer())));
    assert!(own.get("registration_endpoint").is_none());
}

#[test]
fn rfc_7591_section_3_an_initial_access_token() {
    let mut server = server_with(|registration| {
        registration.initial_access_tokens =
            vec![Secret::from(INITIAL), Secret::from("another-initial-access-token")];
    });
    let url = Place::Instance.api("register");
    let answer = register(&mut server, &native());
    refused(&answer, 401, "invalid_token");
    let challenge = answer.headers.value("www-authenticate").unwrap();
    assert_eq!(challenge, "Bearer realm=\"registration\"");
    for token in ["initial-access-token-2", "initial-access-token-", "x"] {
        let answer = server.send(&request(Method::Post, &url, Some(token), &native()));
        let said = refused(&answer, 401, "invalid_token");
        let challenge = answer.headers.value("www-authenticate").unwrap();
        assert!(challenge.contains("error=\"invalid_token\"") && !said.contains(token));
    }
    for token in [INITIAL, "another-initial-access-token"] {
        created(&server.send(&request(Method::Post, &url, Some(token), &native())));
    }
    // It is no registration access token, and no client may use another's.
    let client = created(&server.send(&request(Method::Post, &url, Some(INITIAL), &native())));
    let own = member(&client, "registration_client_uri");
    let read = request(Method::Get, own, Some(INITIAL), &Value::Null);
    refused(&server.send(&read), 401, "invalid_token");
}

#[test]
fn rfc_7592_section_2_1_reading() {
    let mut server = server();
    let client = registered(&mut server, &json!({ "redirect_uris": [URI] }));
    for _ in 0..2 {
        // Nothing rotates, so a lost response costs nothing.
        let read = ok(&manage(&mut server, Method::Get, &client, &Value::Null));
        assert_eq!(read, client);
    }
    assert!(!manage_changes(&mut server, &client));
    let mut server = server.restarted();
    assert_eq!(ok(&manage(&mut server, Method::Get, &client, &Value::Null)), client);
}

fn manage_changes(server: &mut Server, client: &Value) -> bool {
    server.take_changed();
    ok(&manage(server, Method::Get, client, &Value::Null));
    server.take_changed()
}

#[test]
fn rfc_7592_section_2_wrong_tokens_and_clients() {
    let mut server = server();
    let client = registered(&mut server, &native());
    let other = registered(&mut server, &native());
    let mut crossed = client.clone();
    crossed["registration_access_token"] = other["registration_access_token"].clone();
    let mut unknown = client.clone();
    unknown["registration_client_uri"] = json!(Place::Instance.api("register/client_unknown"));
    let mut configured = client.clone();
    configured["registration_client_uri"] = json!(Place::Instance.api("register/app_web"));
    for wrong in [crossed, unknown, configured] {
        for method in [Method::Get, Method::Put, Method::Delete] {
            let answer = manage(&mut server, method, &wrong, &native());
            refused(&answer, 401, "invalid_token");
        }
    }
    let url = member(&client, "registration_client_uri");
    let answer = server.send(&request(Method::Get, url, None, &Value::Null));
    refused(&answer, 401, "invalid_token");
    ok(&manage(&mut server, Method::Get, &client, &Value::Null));
}

#[test]
fn rfc_7592_section_2_2_an_update_replaces_everything_and_rotates_the_token() {
    let mut server = server();
    let body = json!({
        "redirect_uris": [URI], "client_name": "Old", "contacts": ["a@b.example"],
        "token_endpoint_auth_method": "client_secret_post",
    });
    let client = registered(&mut server, &body);
    let tokens = sign_in(&mut server, &client, "openid");
    let update = json!({
        "client_id": client["client_id"], "client_secret": client["client_secret"],
        "redirect_uris": ["https://client.example/new"], "client_name": "New",
    });
    let updated = ok(&manage(&mut server, Method::Put, &client, &update));
    assert_eq!(updated["client_name"], "New");
    assert!(updated.get("contacts").is_none());
    assert_eq!(updated["client_secret"], client["client_secret"]);
    assert_eq!(updated["client_id"], client["client_id"]);
    assert_ne!(updated["registration_access_token"], client["registration_access_token"]);
    // What it was given stays.
    ok(&server.userinfo(Place::Instance, member(&tokens, "access_token")));
    let mut browser = Browser::default();
    let page = browser.authorize(&mut server, Place::Instance, &authorization(&client, "openid"));
    page_refused(&page, 400, "invalid_request");

    // The response may be lost, so the former token works until the new one was used.
    let read = ok(&manage(&mut server, Method::Get, &client, &Value::Null));
    assert_eq!(read["client_name"], "New");
    let mut server = server.restarted();
    ok(&manage(&mut server, Method::Get, &updated, &Value::Null));
    refused(&manage(&mut server, Method::Get, &client, &Value::Null), 401, "invalid_token");
    ok(&manage(&mut server, Method::Get, &updated, &Value::Null));
}

#[test]
fn rfc_7592_section_2_2_updates_that_are_refused_change_nothing() {
    let mut server = server();
    let client = registered(&mut server, &json!({ "redirect_uris": [URI] }));
    let good = json!({ "client_id": client["client_id"], "redirect_uris": [URI] });
    let changed = |name: &str, value: Value| {
        let mut body = good.clone();
        body[name] = value;
        body
    };
    for (body, code) in [
        (changed("client_id", json!("app_web")), "invalid_request"),
        (changed("client_id", Value::Null), "invalid_request"),
        (changed("client_secret", json!("mine")), "invalid_request"),
        (changed("client_secret", json!(1)), "invalid_request"),
        (changed("registration_access_token", json!("x")), "invalid_request"),
        (changed("registration_client_uri", json!("x")), "invalid_request"),
        (changed("client_secret_expires_at", json!(0)), "invalid_request"),
        (changed("client_id_issued_at", json!(0)), "invalid_request"),
        (changed("redirect_uris", json!(["http://a.example/"])), "invalid_redirect_uri"),
        (changed("scope", json!("admin")), "invalid_client_metadata"),
    ] {
        server.take_changed();
        refused(&manage(&mut server, Method::Put, &client, &body), 400, code);
        assert!(!server.take_changed(), "{body}");
    }
    assert_eq!(ok(&manage(&mut server, Method::Get, &client, &Value::Null)), client);
    // A client that becomes public has no secret any more, and gets a new one when it needs one.
    let public = changed("token_endpoint_auth_method", json!("none"));
    let updated = ok(&manage(&mut server, Method::Put, &client, &public));
    assert!(updated.get("client_secret").is_none());
    let again = ok(&manage(&mut server, Method::Put, &updated, &good));
    assert_ne!(again["client_secret"], client["client_secret"]);
}

#[test]
fn rfc_7592_section_2_3_deleting() {
    let mut server = server();
    let client = registered(&mut server, &native());
    let tokens = sign_in(&mut server, &client, "openid offline_access");
    let token = member(&tokens, "access_token");
    ok(&server.userinfo(Place::Instance, token));
    let answer = manage(&mut server, Method::Delete, &client, &Value::Null);
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    assert_eq!(answer.headers.value("cache-control"), Some("no-store"));
    assert_ne!(server.userinfo(Place::Instance, token).status, 200);
    let pairs = [
        ("grant_type", "refresh_token"),
        ("client_id", member(&client, "client_id")),
        ("refresh_token", member(&tokens, "refresh_token")),
    ];
    refused(&server.token(Place::Instance, &pairs), 401, "invalid_client");
    for method in [Method::Get, Method::Put, Method::Delete] {
        let answer = manage(&mut server, method, &client, &native());
        refused(&answer, 401, "invalid_token");
    }
    let mut server = server.restarted();
    refused(&manage(&mut server, Method::Get, &client, &Value::Null), 401, "invalid_token");
}

#[test]
fn rfc_7591_section_3_2_1_a_registration_that_ends() {
    let mut server = server_with(|registration| registration.lifetime = Some(1000));
    let client = registered(&mut server, &json!({ "redirect_uris": [URI] }));
    assert_eq!(client["client_secret_expires_at"], NOW + 1000);
    server.now += 600;
    let update = json!({ "client_id": client["client_id"], "redirect_uris": [URI] });
    let client = ok(&manage(&mut server, Method::Put, &client, &update));
    assert_eq!(client["client_secret_expires_at"], NOW + 1600);
    server.now = NOW + 1599;
    ok(&manage(&mut server, Method::Get, &client, &Value::Null));
    server.now = NOW + 1600;
    refused(&manage(&mut server, Method::Get, &client, &Value::Null), 401, "invalid_token");
    let mut browser = Browser::default();
    let page = browser.authorize(&mut server, Place::Instance, &authorization(&client, "openid"));
    page_refused(&page, 400, "invalid_client");
}

#[test]
fn rfc_7591_section_5_a_flood_of_registrations_evicts_its_own() {
    let mut server = Server::with(|config| {
        config.registration = Some(Registration::default());
        config.limits.registered_clients = 8;
    });
    let from = |source: &str| {
        request(Method::Post, &Place::Instance.api("register"), None, &native()).sent_from(source)
    };
    let honest = created(&server.send(&from("192.0.2.1")));
    for _ in 0..40 {
        created(&server.send(&from("192.0.2.66")));
    }
    ok(&manage(&mut server, Method::Get, &honest, &Value::Null));
    assert!(server.snapshot().len() < 40_000);
}

#[test]
fn what_needed_a_token_is_never_evicted_and_bounded() {
    let mut server = Server::with(|config| {
        let mut registration = Registration::default();
        registration.initial_access_tokens =
            vec![Secret::from(INITIAL), Secret::from("another-initial-access-token")];
        config.registration = Some(registration);
        config.limits.registered_clients = 8;
    });
    let url = Place::Instance.api("register");
    let by = |token| request(Method::Post, &url, Some(token), &native());
    let mut clients = Vec::new();
    let refusal = loop {
        let answer = server.send(&by(INITIAL));
        if answer.status != 201 {
            break answer;
        }
        clients.push(json(&answer));
    };
    refused(&refusal, 503, "temporarily_unavailable");
    assert!((2..8).contains(&clients.len()), "{}", clients.len());
    created(&server.send(&by("another-initial-access-token")));
    for client in &clients {
        ok(&manage(&mut server, Method::Get, client, &Value::Null));
    }
}

const MEMBERS: [&str; 18] = [
    "redirect_uris",
    "post_logout_redirect_uris",
    "token_endpoint_auth_method",
    "grant_types",
    "response_types",
    "client_name",
    "client_uri",
    "contacts",
    "scope",
    "jwks",
    "jwks_uri",
    "software_statement",
    "application_type",
    "id_token_signed_response_alg",
    "dpop_bound_access_tokens",
    "client_id",
    "client_secret",
    "anything",
];

fn values() -> impl Strategy<Value = Value> {
    let known = prop::sample::select(vec![
        json!(null),
        json!(true),
        json!(-1.5),
        json!(""),
        json!({}),
        json!([]),
        json!([URI]),
        json!([URI, 1]),
        json!(["com.example.app:/cb", "http://localhost:1/\u{0}"]),
        json!("none"),
        json!("private_key_jwt"),
        json!("client_secret_jwt"),
        json!(["authorization_code", "refresh_token"]),
        json!(["code"]),
        json!("openid offline_access"),
        json!("a.e30.c"),
        json!({ "keys": [{ "kty": "EC", "crv": "P-256", "x": "", "y": "AA" }, 1] }),
        json!({ "keys": [{ "kty": "RSA", "n": "AQAB", "e": "AQAB", "alg": "none" }] }),
    ]);
    prop_oneof![4 => known, 1 => "\\PC{0,30}".prop_map(Value::from)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever a client says of itself is refused with a reason, or can be read and said again.
    #[test]
    fn metadata_of_any_kind(
        members in prop::collection::vec((prop::sample::select(MEMBERS.to_vec()), values()), 0..8),
    ) {
        let mut server = server();
        let mut body = native();
        for (name, value) in members {
            body[name] = value;
        }
        let answer = register(&mut server, &body);
        if answer.status == 400 {
            let body = json(&answer);
            prop_assert!(member(&body, "error_description").len() > 10);
        } else {
            let client = created(&answer);
            let read = ok(&manage(&mut server, Method::Get, &client, &Value::Null));
            prop_assert_eq!(&read, &client);
            let mut again = client.as_object().unwrap().clone();
            for name in [
                "registration_access_token",
                "registration_client_uri",
                "client_secret_expires_at",
                "client_id_issued_at",
            ] {
                again.remove(name);
            }
            ok(&manage(&mut server, Method::Put, &client, &again.into()));
        }
    }
}

/// Whoever vouches, and their key.
fn vendor(config: &mut Config, key: &ClientKey, required: bool) {
    let jwk = key.jwk();
    let key = PublicKey::from_members(|name| jwk[name].as_str().map(Into::into)).unwrap();
    let mut registration = Registration::default();
    let keys = vec![Registered::new(key)].into();
    registration.software_statement_issuers =
        vec![StatementIssuer::new("https://vendor.example", keys)];
    registration.software_statement_required = required;
    config.registration = Some(registration);
}

fn statement(key: &ClientKey, claims: &Value) -> String {
    key.jws(&json!({ "alg": key.algorithm() }), claims)
}

#[test]
fn rfc_7591_section_3_1_1_a_software_statement_comes_first() {
    let key = ClientKey::es256(3);
    let mut server = Server::with(|config| vendor(config, &key, true));
    let claims = json!({
        "iss": "https://vendor.example", "exp": NOW + 60, "aud": Place::Instance.issuer(),
        "software_id": "4NRB1", "client_name": "Vouched", "redirect_uris": [URI],
    });
    let statement = statement(&key, &claims);
    let mut body = native();
    body["client_name"] = json!("Somebody else");
    body["redirect_uris"] = json!(["https://evil.example/cb"]);
    body["software_statement"] = json!(statement);
    let client = registered(&mut server, &body);
    assert_eq!(client["client_name"], "Vouched");
    assert_eq!(client["redirect_uris"], json!([URI]));
    assert_eq!(client["software_id"], "4NRB1");
    assert_eq!(client["software_statement"], statement);
    let said = refused(&register(&mut server, &native()), 400, "invalid_software_statement");
    assert!(said.contains("software_statement"), "{said}");
}

#[test]
fn rfc_7591_section_3_2_2_software_statements_that_do_not_count() {
    let key = ClientKey::es256(3);
    let mut server = Server::with(|config| vendor(config, &key, false));
    let good = json!({ "iss": "https://vendor.example", "client_name": "Vouched" });
    let changed = |name: &str, value: Value| {
        let mut claims = good.clone();
        claims[name] = value;
        claims
    };
    let forged = statement(&ClientKey::es256(4), &good);
    let mut stripped = statement(&key, &good);
    stripped.truncate(stripped.rfind('.').unwrap() + 1);
    let none = key.jws(&json!({ "alg": "none" }), &good);
    let (invalid, unapproved) = ("invalid_software_statement", "unapproved_software_statement");
    for (text, code) in [
        (json!("x"), invalid),
        (json!(1), invalid),
        (json!(forged), invalid),
        (json!(stripped), invalid),
        (json!(none), invalid),
        (json!(statement(&key, &changed("exp", json!(NOW)))), invalid),
        (json!(statement(&key, &changed("exp", json!("soon")))), invalid),
        (json!(statement(&key, &changed("nbf", json!(NOW + 3600)))), invalid),
        (json!(statement(&key, &changed("aud", json!("https://other.example")))), invalid),
        (json!(statement(&key, &changed("iss", json!("https://other.example")))), unapproved),
        (json!(statement(&key, &json!({ "client_name": "Nobody's" }))), unapproved),
    ] {
        let body = with("software_statement", text);
        refused(&register(&mut server, &body), 400, code);
    }
    registered(&mut server, &with("software_statement", json!(statement(&key, &good))));
    registered(&mut server, &native());
}

#[test]
fn fapi_2_0_section_5_4_1_software_statements_are_signed_as_all_jwts_are() {
    for (vouching, is_allowed) in [(ClientKey::es256(3), true), (ClientKey::es384(3), false)] {
        let key = ClientKey::es256(4);
        let mut server = Server::with(|config| {
            vendor(config, &vouching, true);
            config.profile = Profile::Fapi2;
            config.signing = SigningAlgorithm::EdDsa;
            let mut application = Application::new("app");
            application.jwks = vec![key.registered()].into();
            application.redirect_uris = vec![URI.to_owned()];
            config.applications = vec![application];
        });
        let claims = json!({ "iss": "https://vendor.example" });
        let body = json!({
            "redirect_uris": [URI], "token_endpoint_auth_method": "private_key_jwt",
            "jwks": { "keys": [key.jwk()] }, "software_statement": statement(&vouching, &claims),
        });
        if is_allowed {
            registered(&mut server, &body);
        } else {
            let said = refused(&register(&mut server, &body), 400, "invalid_software_statement");
            assert!(said.contains("its alg"), "{said}");
        }
    }
}

#[test]
fn rfc_7591_section_2_scopes_and_what_is_asked_for_later() {
    let mut server = Server::with(|config| {
        config.registration = Some(Registration::default());
        let mut resource = Resource::new("https://mcp.example");
        resource.scopes = vec!["mcp:read".to_owned(), "mcp:write".to_owned()];
        config.resources.push(resource);
    });
    let client = registered(&mut server, &with("scope", json!("mcp:read admin")));
    let scope = member(&client, "scope");
    for item in ["openid", "mcp:read", "mcp:write"] {
        assert!(scope.split(' ').any(|other| other == item), "{scope}");
    }
    assert!(!scope.contains("admin"));
    // Without a scope it gets the one that it registered.
    assert_eq!(sign_in(&mut server, &client, "")["scope"], "mcp:read");
    assert_eq!(sign_in(&mut server, &client, "mcp:write")["scope"], "mcp:write");
    let mut browser = Browser::default();
    let answer = browser.authorize(&mut server, Place::Instance, &authorization(&client, "admin"));
    assert_eq!(redirected(&answer)["error"], "invalid_scope");
}

#[test]
fn fetch_standard_any_origin_can_register_and_use_what_it_registered() {
    let mut server = server();
    let origin = "https://inspector.example";
    for (url, method) in [
        (Place::Instance.api("register"), "POST"),
        (Place::Instance.api("register/client_x"), "DELETE"),
        (Place::Instance.api("token"), "POST"),
    ] {
        let mut preflight = HttpRequest::get(&url)
            .header("origin", origin)
            .header("access-control-request-method", method)
            .header("access-control-request-headers", "mcp-protocol-version,content-type");
        preflight.method = Method::Options;
        let answer = server.send(&preflight);
        assert_eq!(answer.headers.value("access-control-allow-origin"), Some("*"), "{url}");
        let methods = answer.headers.value("access-control-allow-methods").unwrap();
        assert!(methods.contains(method), "{methods}");
        assert!(answer.headers.value("access-control-allow-credentials").is_none());
    }
}

#[test]
fn what_is_registered_is_in_the_changes_and_nothing_of_its_token() {
    let mut server = server();
    let client = registered(&mut server, &native());
    let token = member(&client, "registration_access_token").as_bytes();
    let snapshot = server.snapshot();
    assert!(!snapshot.windows(token.len()).any(|part| part == token));
    let config = server.issuer.config().clone();
    let mut without = config.clone();
    without.registration = None;
    // Whoever closes the registration keeps the clients.
    let issuer = Issuer::restore(without, Sessions::Cookie, [9; 32], &snapshot).unwrap();
    let mut server = Server::of(issuer);
    let mut browser = Browser::default();
    let page = browser.authorize(&mut server, Place::Instance, &authorization(&client, "openid"));
    assert!(text(&page).contains("name=\"password\""), "{}", text(&page));
}
