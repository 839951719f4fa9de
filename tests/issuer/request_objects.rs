//! Authorization requests that their client signed: RFC 9101.

use eiam_token::http::HttpResponse;
use eiam_token::issuer::{Config, Profile, SigningAlgorithm};
use serde_json::{Value, json};

use crate::keys::ClientKey;
use crate::support::*;

/// `app_web` signs its requests with this key.
fn open(config: &mut Config, profile: Profile, key: &ClientKey) {
    config.profile = profile;
    let web = &mut config.applications[1];
    assert_eq!(web.application_id, "app_web");
    web.jwks = vec![key.registered()].into();
    web.request_object_signing_alg = SigningAlgorithm::from_name(key.algorithm());
}

fn server(profile: Profile, key: &ClientKey) -> Server {
    Server::with(|config| open(config, profile, key))
}

/// The usual request as claims.
fn claims(place: Place) -> Value {
    let mut claims = json!({
        "iss": "app_web", "aud": place.issuer(), "iat": NOW, "nbf": NOW, "exp": NOW + 300,
        "jti": "one",
    });
    for (name, value) in web_request() {
        claims[name] = value.into();
    }
    claims
}

fn changed_claims(name: &str, value: Value) -> Value {
    with_member(claims(WEB), name, value)
}

fn signed(key: &ClientKey, claims: &Value) -> String {
    key.jws(&json!({ "alg": key.algorithm(), "typ": "oauth-authz-req+jwt" }), claims)
}

fn authorize(server: &mut Server, place: Place, beside: &[(&str, &str)]) -> HttpResponse {
    Browser::default().authorize(server, place, beside)
}

/// Asks with a request object and nothing beside it but the client.
fn ask(server: &mut Server, place: Place, object: &str) -> HttpResponse {
    authorize(server, place, &[("client_id", "app_web"), ("request", object)])
}

fn push(server: &mut Server, place: Place, object: &str) -> HttpResponse {
    let client = [("client_id", "app_web"), ("client_secret", WEB_SECRET), ("request", object)];
    server.post(&place.api("par"), &client)
}

fn metadata(server: &mut Server, place: Place) -> Value {
    ok(&server.get(&format!("{}/.well-known/openid-configuration", place.issuer())))
}

#[test]
fn rfc_9101_section_5_a_signed_request_by_every_algorithm() {
    for profile in PROFILES {
        for key in ClientKey::all() {
            let mut server = server(profile, &key);
            for place in [WEB, Place::Instance] {
                let object = signed(&key, &claims(place));
                let request = [("client_id", "app_web"), ("request", object.as_str())];
                let code = Browser::default().code(&mut server, place, &request);
                let tokens = ok(&server.token(place, &web_redemption(&code)));
                assert_eq!(verified(member(&tokens, "id_token")).1["nonce"], "n-0S6");
            }
        }
    }
}

#[test]
fn rfc_9101_section_6_3_what_is_beside_the_object_does_not_count() {
    let key = ClientKey::es256(1);
    let mut server = server(Profile::Rfc9700, &key);
    let object = signed(&key, &claims(WEB));
    let beside = [
        ("client_id", "app_web"),
        ("request", object.as_str()),
        ("redirect_uri", "https://evil.example/"),
        ("state", "other"),
        ("prompt", "none"),
    ];
    let mut browser = Browser::default();
    let page = browser.authorize(&mut server, WEB, &beside);
    let question = browser.login(&mut server, &page);
    let answer = browser.submit(&mut server, &question, &[("decision", "allow")]);
    assert!(answer.headers.value("location").unwrap().starts_with(WEB_URI));
    assert_eq!(redirected(&answer)["state"], "st&te");
    // Nor is anything taken from beside it that is not in it.
    let object = signed(&key, &changed_claims("code_challenge", Value::Null));
    let answer = authorize(
        &mut server,
        WEB,
        &[("client_id", "app_web"), ("request", &object), ("code_challenge", CHALLENGE)],
    );
    assert_eq!(redirected(&answer)["error"], "invalid_request");
}

#[test]
fn rfc_9101_section_4_numbers_objects_and_lists_are_parameters() {
    let key = ClientKey::es256(1);
    let mut server = Server::with(|config| {
        open(config, Profile::Rfc9700, &key);
        config.resources = ["https://a.example", "https://b.example"]
            .map(eiam_token::issuer::Resource::new)
            .to_vec();
    });
    let mut claims = claims(WEB);
    claims["max_age"] = 10_000.into();
    claims["claims"] = json!({ "id_token": { "auth_time": null } });
    claims["resource"] = json!(["https://a.example", "https://b.example"]);
    claims["unknown"] = json!([true, null, { "a": 1 }]);
    claims["login_hint"] = Value::Null;
    let object = signed(&key, &claims);
    let request = [("client_id", "app_web"), ("request", object.as_str())];
    let code = Browser::default().code(&mut server, WEB, &request);
    let tokens = ok(&server.redeem(&code));
    let asked = [("client_secret", WEB_SECRET), ("token", member(&tokens, "access_token"))];
    let info = ok(&server.post(&WEB.api("introspect"), &asked));
    assert_eq!(info["aud"], json!(["https://a.example", "https://b.example"]));
    // They are checked as parameters are.
    claims["max_age"] = json!("soon");
    let answer = redirected(&ask(&mut server, WEB, &signed(&key, &claims)));
    assert!(answer["error_description"].contains("max_age"));
}

#[test]
fn rfc_9101_section_6_objects_that_are_wrong() {
    let key = ClientKey::es256(1);
    let other = ClientKey::es256(2);
    let header = json!({ "alg": "ES256" });
    let claims_with = changed_claims;
    let unsigned = key.jws(&json!({ "alg": "none" }), &claims(WEB));
    let (unsigned, _) = unsigned.rsplit_once('.').unwrap();
    let wrong = [
        (format!("{unsigned}."), "no key"),
        ("e30.e30.e30".to_owned(), "no signed JWT"),
        ("text".to_owned(), "no signed JWT"),
        (key.jws(&json!({ "alg": "ES256", "typ": "dpop+jwt" }), &claims(WEB)), "typ"),
        (key.jws(&json!({ "alg": "ES384" }), &claims(WEB)), "no key"),
        (key.jws(&json!({ "alg": "HS256" }), &claims(WEB)), "no key"),
        (signed(&other, &claims(WEB)), "signature"),
        (key.jws(&header, &json!([1])), "payload"),
        (signed(&key, &claims_with("client_id", Value::Null)), "client_id"),
        (signed(&key, &claims_with("client_id", json!("app_spa"))), "client_id"),
        (signed(&key, &claims_with("iss", json!("app_spa"))), "iss"),
        (signed(&key, &claims_with("iss", json!(7))), "iss"),
        (signed(&key, &claims_with("aud", json!("https://other.example"))), "aud"),
        (signed(&key, &claims_with("aud", json!(Place::Instance.issuer()))), "aud"),
        (signed(&key, &claims_with("exp", json!(NOW))), "expired"),
        (signed(&key, &claims_with("exp", json!("soon"))), "exp"),
        (signed(&key, &claims_with("nbf", json!(NOW + 600))), "future"),
        (signed(&key, &claims_with("iat", json!(NOW + 600))), "future"),
        (signed(&key, &claims_with("sub", json!("app_web"))), "assertion"),
        (signed(&key, &claims_with("request", json!("e30.e30.e30"))), "another request"),
        (signed(&key, &claims_with("request_uri", json!("https://x.example"))), "another request"),
    ];
    for profile in PROFILES {
        let mut server = server(profile, &key);
        for (object, reason) in &wrong {
            // Nothing that is genuine says where the answer may go.
            let page = ask(&mut server, WEB, object);
            page_refused(&page, 400, "invalid_request_object");
            let said = refused(&push(&mut server, WEB, object), 400, "invalid_request_object");
            assert!(said.contains(reason), "{said}, not {reason}");
            // Beside it stands a redirect URI that is registered.
            let mut beside = web_request();
            beside.push(("request", object));
            let answer = redirected(&authorize(&mut server, WEB, &beside));
            assert_eq!(answer["error"], "invalid_request_object");
            assert_eq!(answer["state"], "st&te");
        }
    }
}

#[test]
fn rfc_9101_section_10_8_an_object_is_no_assertion_and_an_assertion_no_object() {
    let key = ClientKey::es256(1);
    let mut server = server(Profile::Rfc9700, &key);
    let as_assertion = |server: &mut Server, assertion: &str| {
        let pairs = [
            ("grant_type", "client_credentials"),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", assertion),
        ];
        server.token(WEB, &pairs)
    };
    let object = key.jws(&json!({ "alg": "ES256", "typ": "JWT" }), &claims(WEB));
    assert_eq!(push(&mut server, WEB, &object).status, 201);
    refused(&as_assertion(&mut server, &object), 401, "invalid_client");
    let mut both = claims(WEB);
    both["sub"] = "app_web".into();
    let both = key.jws(&json!({ "alg": "ES256", "typ": "JWT" }), &both);
    refused(&push(&mut server, WEB, &both), 400, "invalid_request_object");
}

#[test]
fn rfc_9126_section_3_a_signed_request_is_pushed() {
    let key = ClientKey::ps256();
    for profile in PROFILES {
        let mut server = server(profile, &key);
        let mut claims = claims(WEB);
        // Credentials in it are none.
        claims["client_secret"] = "CSother".into();
        let pushed = push(&mut server, WEB, &signed(&key, &claims));
        assert_eq!(pushed.status, 201, "{}", text(&pushed));
        let body = json(&pushed);
        let request = [("client_id", "app_web"), ("request_uri", member(&body, "request_uri"))];
        let code = Browser::default().code(&mut server, WEB, &request);
        ok(&server.redeem(&code));
        // The client still authenticates.
        let alone = [("client_id", "app_web"), ("request", &*signed(&key, &claims))];
        refused(&server.post(&WEB.api("par"), &alone), 401, "invalid_client");
    }
}

#[test]
fn rfc_9101_section_10_5_only_signed_requests() {
    let key = ClientKey::es256(1);
    for profile in PROFILES {
        let mut server = Server::with(|config| {
            open(config, profile, &key);
            config.applications[1].request_object_signing_alg = None;
            config.applications[1].require_signed_request_object = true;
        });
        assert_eq!(metadata(&mut server, WEB)["require_signed_request_object"], true);
        assert_eq!(
            metadata(&mut server, Place::Instance)["require_signed_request_object"],
            Value::Null
        );
        let answer = redirected(&authorize(&mut server, WEB, &web_request()));
        assert_eq!(answer["error"], "invalid_request");
        assert!(answer["error_description"].contains("sign"));
        let mut plain = web_request();
        plain.push(("client_secret", WEB_SECRET));
        refused(&server.post(&WEB.api("par"), &plain), 400, "invalid_request");
        let object = signed(&key, &claims(WEB));
        let body = json(&push(&mut server, WEB, &object));
        let request = [("client_id", "app_web"), ("request_uri", member(&body, "request_uri"))];
        Browser::default().code(&mut server, WEB, &request);
        Browser::default().code(
            &mut server,
            WEB,
            &[("client_id", "app_web"), ("request", &object)],
        );
    }
}

#[test]
fn rfc_9101_section_9_2_metadata_and_where_there_are_none() {
    let key = ClientKey::es256(1);
    for profile in PROFILES {
        // The algorithm is registered.
        let mut server = server(profile, &key);
        let announced = metadata(&mut server, WEB);
        assert_eq!(announced["request_parameter_supported"], true);
        assert_eq!(announced["request_object_signing_alg_values_supported"], json!(["ES256"]));
        assert_eq!(announced["request_uri_parameter_supported"], false);
        assert_eq!(announced["require_signed_request_object"], Value::Null);
        assert_eq!(metadata(&mut server, SPA)["request_parameter_supported"], false);
        // A key alone.
        let mut server = Server::with(|config| {
            open(config, profile, &key);
            config.applications[1].request_object_signing_alg = None;
        });
        let taken = profile == Profile::Rfc9700;
        assert_eq!(metadata(&mut server, WEB)["request_parameter_supported"], taken);
        let pushed = push(&mut server, WEB, &signed(&key, &claims(WEB)));
        if taken {
            assert_eq!(pushed.status, 201, "{}", text(&pushed));
        } else {
            refused(&pushed, 400, "invalid_request");
        }
    }
}

#[test]
fn openid_connect_core_section_6_1_another_algorithm_than_the_registered_one() {
    let key = ClientKey::rs256();
    let mut server = server(Profile::Rfc9700, &key);
    let other = ClientKey::ps256();
    let said = push(&mut server, WEB, &signed(&other, &claims(WEB)));
    let said = refused(&said, 400, "invalid_request_object");
    assert!(said.contains("alg"), "{said}");
}

#[test]
fn openid_connect_core_section_3_1_2_6_a_reference_to_elsewhere() {
    let key = ClientKey::es256(1);
    let mut server = server(Profile::Rfc9700, &key);
    let object = signed(&key, &claims(WEB));
    let mut request = web_request();
    request.push(("request_uri", "https://client.example/request"));
    let answer = redirected(&authorize(&mut server, WEB, &request));
    assert_eq!(answer["error"], "request_uri_not_supported");
    request.push(("request", &object));
    let answer = redirected(&authorize(&mut server, WEB, &request));
    assert_eq!(answer["error"], "request_uri_not_supported");
}

#[test]
fn openid_connect_core_section_3_1_2_1_a_hint_in_the_object() {
    let key = ClientKey::es256(1);
    let mut server = server(Profile::Rfc9700, &key);
    let mut browser = Browser::default();
    let code = browser.code(&mut server, WEB, &web_request());
    let hint = member(&ok(&server.redeem(&code)), "id_token").to_owned();
    let mut claims = claims(WEB);
    claims["id_token_hint"] = hint.into();
    claims["prompt"] = "none".into();
    let object = signed(&key, &claims);
    let request = [("client_id", "app_web"), ("request", object.as_str())];
    assert!(redirected(&browser.authorize(&mut server, WEB, &request)).contains_key("code"));
    // Somebody else is signed in.
    let mut other = Browser::default();
    let page = other.authorize(&mut server, WEB, &web_request());
    other.login_as(&mut server, &page, "bob", "bob-password");
    let answer = redirected(&other.authorize(&mut server, WEB, &request));
    assert_eq!(answer["error"], "login_required");
}

#[test]
fn a_configuration_without_the_key_is_refused() {
    for (change, path) in [
        (
            (|config| config.applications[1].require_signed_request_object = true)
                as fn(&mut Config),
            "applications[1].requireSignedRequestObject",
        ),
        (
            |config| {
                open(config, Profile::Eiam, &ClientKey::es256(1));
                config.applications[1].request_object_signing_alg = Some(SigningAlgorithm::Rs256);
            },
            "applications[1].requestObjectSigningAlg",
        ),
    ] {
        let mut config = Config::example(BASE);
        change(&mut config);
        let error = config.check().unwrap_err();
        assert!(error.to_string().starts_with(path), "{error}");
    }
}

/// What the client half signs, by value and pushed, at both servers.
#[cfg(feature = "client")]
#[test]
fn rfc_9101_the_client_half_signs_requests_that_are_accepted() {
    use eiam_token::client::authorize::AuthorizationParameters;
    use eiam_token::client::request_object::RequestSigning;
    use eiam_token::client::{Authentication, Client, discovery};

    let key = ClientKey::es256(1);
    for (place, is_pushed) in
        [(WEB, false), (WEB, true), (Place::Instance, false), (Place::Instance, true)]
    {
        let mut server = server(Profile::Rfc9700, &key);
        let request = discovery::requests(&place.issuer()).unwrap().remove(0);
        let found = discovery::parse_response(&server.send(&request), &place.issuer()).unwrap();
        let client = Client::new(found, "app_web", Authentication::post(WEB_SECRET)).unwrap();
        let parameters = AuthorizationParameters {
            redirect_uri: WEB_URI,
            scope: Some("openid profile"),
            max_age: Some(300),
            claims: Some(r#"{"id_token":{"email":null}}"#),
            ..AuthorizationParameters::default()
        };
        let signing = RequestSigning { algorithm: "ES256", ..RequestSigning::default() };
        let object = client.request_object(&parameters, &signing, &[9; 64], &[8; 16], NOW).unwrap();
        let signature = key.sign(object.signing_input().as_bytes());
        let request = if is_pushed {
            let pushed = client.signed_pushed_request(object, &signature).unwrap();
            let answer = server.send(&pushed.request);
            client.parse_pushed_authorization(pushed.transaction, &answer).unwrap()
        } else {
            client.signed_authorization_request(object, &signature).unwrap()
        };
        let query = request.url.split_once('?').unwrap().1;
        let pairs = eiam_token::form::parse(query, eiam_token::form::Limits::default()).unwrap();
        let pairs: Vec<_> =
            pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let mut browser = Browser::default();
        let page = browser.authorize(&mut server, place, &pairs);
        let question = browser.login(&mut server, &page);
        let answer = browser.submit(&mut server, &question, &[("decision", "allow")]);
        let callback = answer.headers.value("location").unwrap();
        client.parse_callback(callback, &request.transaction).unwrap();
    }
}
