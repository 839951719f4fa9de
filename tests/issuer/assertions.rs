//! Clients that authenticate by assertions: RFC 7521, RFC 7523, OpenID Connect Core section 9.

use eiam_token::http::{HttpRequest, HttpResponse};
use eiam_token::issuer::{AuthMethod, Config, GrantType, Profile};
use serde_json::{Value, json};

use crate::keys::{ClientKey, hs256};
use crate::support::*;

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// `app_machine` authenticates by its keys and its secret in every way.
fn server_with(profile: Profile, keys: &[&ClientKey]) -> Server {
    Server::with(|config| open(config, profile, keys))
}

fn open(config: &mut Config, profile: Profile, keys: &[&ClientKey]) {
    config.profile = profile;
    let machine = &mut config.applications[3];
    let registered = keys.iter().map(|key| key.registered());
    machine.jwks = registered.collect::<Vec<_>>().into();
    let mut methods = AuthMethod::ALL.to_vec();
    methods.retain(|method| *method != AuthMethod::PrivateKeyJwt || !keys.is_empty());
    machine.token_endpoint_auth_methods = Some(methods);
}

fn claims(place: Place, id: &str) -> Value {
    json!({
        "iss": "app_machine", "sub": "app_machine", "aud": place.issuer(), "jti": id,
        "iat": NOW, "exp": NOW + 300,
    })
}

fn changed_claims(id: &str, name: &str, value: Value) -> Value {
    with_member(claims(MACHINE, id), name, value)
}

fn signed(key: &ClientKey, claims: &Value) -> String {
    key.jws(&json!({ "alg": key.algorithm(), "typ": "JWT" }), claims)
}

fn ask(server: &mut Server, place: Place, assertion: &str) -> HttpResponse {
    let pairs = [
        ("grant_type", "client_credentials"),
        ("client_assertion_type", TYPE),
        ("client_assertion", assertion),
    ];
    server.token(place, &pairs)
}

#[track_caller]
fn said(response: &HttpResponse, reason: &str) {
    let description = refused(response, 401, "invalid_client");
    assert!(description.contains(reason), "{description}");
}

#[test]
fn rfc_7523_section_2_2_every_algorithm_and_both_issuers() {
    for profile in [Profile::Eiam, Profile::Rfc9700] {
        for key in ClientKey::all() {
            let mut server = server_with(profile, &[&key]);
            for place in [MACHINE, Place::Instance] {
                let id = format!("{place:?}");
                ok(&ask(&mut server, place, &signed(&key, &claims(place, &id))));
                // The token endpoint is the other audience that is right.
                let mut claims = claims(place, &format!("{id} again"));
                claims["aud"] = place.api("token").into();
                ok(&ask(&mut server, place, &signed(&key, &claims)));
            }
        }
        let mut server = server_with(profile, &[]);
        let assertion = hs256(MACHINE_SECRET, &claims(MACHINE, "mac"));
        ok(&ask(&mut server, MACHINE, &assertion));
    }
}

#[test]
fn rfc_9126_section_2_the_endpoint_that_it_is_sent_to_is_an_audience() {
    let key = ClientKey::es256(1);
    for profile in [Profile::Eiam, Profile::Rfc9700] {
        let mut server = server_with(profile, &[&key]);
        let mut send = |name: &str, audience: &str, id: &str| {
            let claims = changed_claims(id, "aud", json!(MACHINE.api(audience)));
            let assertion = signed(&key, &claims);
            let mut pairs = vec![
                ("token", "ATunknown"),
                ("client_assertion_type", TYPE),
                ("client_assertion", &assertion),
            ];
            if name == "par" {
                pairs.remove(0);
            }
            server.post(&MACHINE.api(name), &pairs)
        };
        // app_machine has no redirect URI: its request is refused after it authenticated.
        refused(&send("par", "par", "1"), 400, "invalid_request");
        assert_eq!(ok(&send("introspect", "introspect", "2"))["active"], false);
        assert_eq!(send("revoke", "revoke", "3").status, 200);
        // Another endpoint than that and the token endpoint is none.
        assert_eq!(ok(&send("introspect", "token", "4"))["active"], false);
        said(&send("introspect", "revoke", "5"), "aud");
        said(&send("revoke", "par", "6"), "aud");
    }
}

#[test]
fn eiam_the_alias_of_the_token_endpoint_is_an_audience() {
    let key = ClientKey::es256(1);
    let mut server = server_with(Profile::Eiam, &[&key]);
    let alias = format!("{BASE}/v2/{INSTANCE}/authorizationServer/iauths_system/oauth2/token");
    let assertion = signed(&key, &changed_claims("1", "aud", json!(alias)));
    let pairs = [
        ("grant_type", "client_credentials"),
        ("client_id", "app_machine"),
        ("client_assertion_type", TYPE),
        ("client_assertion", &assertion),
    ];
    ok(&server.post(&alias, &pairs));
}

#[test]
fn rfc_7523_section_3_claims_that_are_wrong() {
    let key = ClientKey::es256(1);
    let mut server = server_with(Profile::Eiam, &[&key]);
    for (name, value, reason) in [
        ("iss", Value::Null, "iss and sub"),
        ("sub", Value::Null, "iss and sub"),
        ("iss", json!("app_web"), "iss and sub"),
        ("aud", Value::Null, "aud"),
        ("aud", json!("https://other.example"), "aud"),
        ("aud", json!(Place::Instance.issuer()), "aud"),
        ("aud", json!([]), "aud"),
        ("aud", json!([MACHINE.issuer(), 7]), "aud"),
        ("exp", Value::Null, "exp"),
        ("exp", json!("1700000300"), "exp"),
        ("exp", json!(NOW), "expired"),
        ("exp", json!(NOW + 3601), "an hour"),
        ("exp", json!(i64::MAX), "an hour"),
        ("iat", json!(NOW + 61), "future"),
        ("iat", json!("now"), "future"),
        ("nbf", json!(NOW + 61), "future"),
        ("jti", Value::Null, "jti"),
        ("jti", json!(""), "jti"),
        ("jti", json!(7), "jti"),
    ] {
        let assertion = signed(&key, &changed_claims("1", name, value.clone()));
        let response = ask(&mut server, MACHINE, &assertion);
        let description = refused(&response, 401, "invalid_client");
        assert!(description.contains(reason), "{name} {value}: {description}");
    }
    // A clock that is a minute ahead, no iat, several audiences.
    for (index, (name, value)) in [
        ("iat", json!(NOW + 60)),
        ("nbf", json!(NOW + 60)),
        ("iat", Value::Null),
        ("exp", json!(NOW + 3600)),
        ("aud", json!([MACHINE.issuer(), "https://other.example"])),
    ]
    .into_iter()
    .enumerate()
    {
        let assertion = signed(&key, &changed_claims(&format!("ok {index}"), name, value));
        ok(&ask(&mut server, MACHINE, &assertion));
    }
    // RFC 9700: nobody else could use it.
    let mut strict = server_with(Profile::Rfc9700, &[&key]);
    let several = changed_claims("1", "aud", json!([MACHINE.issuer(), "https://other.example"]));
    said(&ask(&mut strict, MACHINE, &signed(&key, &several)), "aud");
}

#[test]
fn rfc_7523_section_3_a_jti_works_once() {
    let key = ClientKey::es256(1);
    let mut server = server_with(Profile::Eiam, &[&key]);
    let assertion = signed(&key, &claims(MACHINE, "once"));
    ok(&ask(&mut server, MACHINE, &assertion));
    said(&ask(&mut server, MACHINE, &assertion), "used already");
    // Also after a restart, and with another signature.
    said(&ask(&mut server.restarted(), MACHINE, &assertion), "used already");
    let mut longer = claims(MACHINE, "once");
    longer["exp"] = json!(NOW + 301);
    said(&ask(&mut server, MACHINE, &signed(&key, &longer)), "used already");
    server.now += 300;
    said(&ask(&mut server, MACHINE, &assertion), "expired");
    // Nothing is remembered longer than it could be used.
    let later = changed_claims("once", "exp", json!(server.now + 10));
    ok(&ask(&mut server, MACHINE, &signed(&key, &later)));
}

#[test]
fn rfc_7515_section_5_2_signatures_that_do_not_count() {
    let (own, other) = (ClientKey::es256(1), ClientKey::es256(2));
    let mut server = server_with(Profile::Eiam, &[&own]);
    let claims = claims(MACHINE, "1");
    let reason = "not by a key of the client";
    said(&ask(&mut server, MACHINE, &signed(&other, &claims)), reason);
    // RFC 8725 section 2.1: the public key as the secret of an HMAC.
    let public = own.jwk()["x"].as_str().unwrap().to_owned();
    said(&ask(&mut server, MACHINE, &hs256(&public, &claims)), reason);
    said(&ask(&mut server, MACHINE, &hs256("", &claims)), reason);
    // No signature at all, a key that came along, and a kid that names none of ours.
    for header in [
        json!({ "alg": "none" }),
        json!({ "alg": "ES256", "kid": "other" }),
        json!({ "alg": "RS256" }),
        json!({ "alg": "EdDSA" }),
    ] {
        said(&ask(&mut server, MACHINE, &own.jws(&header, &claims)), reason);
    }
    let header = json!({ "alg": "ES256", "jwk": other.jwk() });
    said(&ask(&mut server, MACHINE, &other.jws(&header, &claims)), reason);
    for text in ["x", "a.b.c", "eyJhbGciOiJFUzI1NiJ9.e30.AA"] {
        refused(&ask(&mut server, MACHINE, text), 401, "invalid_client");
    }
    // RFC 8725 section 3.11: a JWT for something else.
    let header = json!({ "alg": "ES256", "typ": "dpop+jwt" });
    said(&ask(&mut server, MACHINE, &own.jws(&header, &claims)), "typ");
    ok(&ask(&mut server, MACHINE, &signed(&own, &claims)));
}

#[test]
fn keys_are_replaced_with_overlap() {
    let (old, new) = (ClientKey::es256(1), ClientKey::ed_dsa(2));
    let mut server = server_with(Profile::Eiam, &[&old, &new]);
    for key in [&old, &new] {
        ok(&ask(&mut server, MACHINE, &signed(key, &claims(MACHINE, key.algorithm()))));
    }
    // Two keys of one kind, and no kid: no choice is made.
    let second = ClientKey::es256(2);
    let mut server = server_with(Profile::Eiam, &[&old, &second]);
    let reason = "not by a key of the client";
    said(&ask(&mut server, MACHINE, &signed(&old, &claims(MACHINE, "1"))), reason);
}

#[test]
fn two_secrets_work_for_assertions_too() {
    let second = "CSsecond-secret-of-enough-bytes-for-hmac";
    let mut server = Server::with(|config| {
        open(config, Profile::Eiam, &[]);
        config.applications[3].client_secrets.push(second.into());
    });
    for secret in [MACHINE_SECRET, second] {
        ok(&ask(&mut server, MACHINE, &hs256(secret, &claims(MACHINE, secret))));
    }
}

#[test]
fn rfc_7521_section_4_2_type_and_assertion_go_together() {
    let key = ClientKey::es256(1);
    let mut server = server_with(Profile::Eiam, &[&key]);
    let assertion = signed(&key, &claims(MACHINE, "1"));
    let grant = ("grant_type", "client_credentials");
    for pairs in [
        vec![grant, ("client_assertion", assertion.as_str())],
        vec![grant, ("client_assertion_type", TYPE)],
        vec![grant, ("client_assertion", &assertion), ("client_assertion_type", "saml")],
    ] {
        refused(&server.token(MACHINE, &pairs), 400, "invalid_request");
    }
    ok(&ask(&mut server, MACHINE, &assertion));
}

#[test]
fn rfc_6749_section_2_3_an_assertion_and_no_other_method() {
    let key = ClientKey::es256(1);
    for profile in [Profile::Eiam, Profile::Rfc9700] {
        let mut server = server_with(profile, &[&key]);
        let assertion = signed(&key, &claims(MACHINE, "1"));
        let mut pairs = vec![
            ("grant_type", "client_credentials"),
            ("client_assertion_type", TYPE),
            ("client_assertion", assertion.as_str()),
        ];
        let header = basic("app_machine", MACHINE_SECRET);
        let request = HttpRequest::post_form(MACHINE.api("token"), encode(&pairs))
            .header("authorization", header);
        refused(&server.send(&request), 400, "invalid_request");
        pairs.push(("client_secret", MACHINE_SECRET));
        refused(&server.token(MACHINE, &pairs), 400, "invalid_request");
    }
}

#[test]
fn a_method_that_is_not_open_is_refused() {
    let key = ClientKey::es256(1);
    let mut server = Server::with(|config| {
        open(config, Profile::Eiam, &[&key]);
        config.applications[3].token_endpoint_auth_methods = Some(vec![AuthMethod::PrivateKeyJwt]);
    });
    let grant = ("grant_type", "client_credentials");
    let post = [grant, ("client_secret", MACHINE_SECRET)];
    said(&server.token(MACHINE, &post), "client_secret_post");
    let request = HttpRequest::post_form(MACHINE.api("token"), encode(&[grant]))
        .header("authorization", basic("app_machine", MACHINE_SECRET));
    said(&server.send(&request), "client_secret_basic");
    let mac = hs256(MACHINE_SECRET, &claims(MACHINE, "1"));
    said(&ask(&mut server, MACHINE, &mac), "client_secret_jwt");
    ok(&ask(&mut server, MACHINE, &signed(&key, &claims(MACHINE, "1"))));
    // Unless somebody opens it, a secret is for the header and the form.
    let mut server = Server::new();
    said(&ask(&mut server, MACHINE, &mac), "client_secret_jwt");
}

#[test]
fn an_assertion_is_for_its_own_client_at_every_endpoint() {
    let key = ClientKey::es256(1);
    let mut server = server_with(Profile::Eiam, &[&key]);
    let token = ok(&ask(&mut server, MACHINE, &signed(&key, &claims(MACHINE, "1"))));
    let assertion = signed(&key, &claims(WEB, "2"));
    refused(&ask(&mut server, WEB, &assertion), 401, "invalid_client");
    for (index, name) in ["introspect", "revoke"].into_iter().enumerate() {
        let assertion = signed(&key, &claims(MACHINE, &format!("at {index}")));
        let pairs = [
            ("token", member(&token, "access_token")),
            ("client_assertion_type", TYPE),
            ("client_assertion", &assertion),
        ];
        let url = MACHINE.api(name);
        ok(&server.post(&url, &pairs));
        refused(&server.post(&url, &pairs), 401, "invalid_client");
    }
}

#[test]
fn rfc_8414_section_2_what_is_open_is_advertised() {
    let key = ClientKey::es256(1);
    let mut server = server_with(Profile::Eiam, &[&key]);
    let document = |server: &mut Server| {
        ok(&server.get(&format!("{}/.well-known/openid-configuration", MACHINE.issuer())))
    };
    let metadata = document(&mut server);
    let methods = "token_endpoint_auth_methods_supported";
    let algorithms = "token_endpoint_auth_signing_alg_values_supported";
    assert_eq!(
        metadata[methods],
        json!([
            "client_secret_basic",
            "client_secret_post",
            "client_secret_jwt",
            "private_key_jwt"
        ])
    );
    assert_eq!(
        metadata[algorithms],
        json!([
            "HS256", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384",
            "ES512", "EdDSA", "Ed25519"
        ])
    );
    let metadata = document(&mut Server::new());
    assert_eq!(metadata[methods], json!(["client_secret_basic", "client_secret_post"]));
    assert_eq!(metadata.get(algorithms), None);
}

#[test]
fn a_full_memory_of_ids_says_so_and_lets_none_in_twice() {
    let key = ClientKey::es256(1);
    let mut server = Server::with(|config| {
        open(config, Profile::Eiam, &[&key]);
        config.limits.used_jwt_ids = 1;
    });
    let [first, second] = ["1", "2"].map(|id| signed(&key, &claims(MACHINE, id)));
    ok(&ask(&mut server, MACHINE, &first));
    refused(&ask(&mut server, MACHINE, &second), 503, "temporarily_unavailable");
    refused(&ask(&mut server, MACHINE, &first), 401, "invalid_client");
    server.now += 300;
    let later = changed_claims("3", "exp", json!(server.now + 10));
    ok(&ask(&mut server, MACHINE, &signed(&key, &later)));
}

#[test]
fn rfc_9126_section_2_the_endpoint_of_pushed_requests_is_an_audience_there() {
    for profile in [Profile::Eiam, Profile::Rfc9700] {
        let key = ClientKey::es256(1);
        let mut server = Server::with(|config| {
            open(config, profile, &[&key]);
            let machine = &mut config.applications[3];
            machine.grants.push(GrantType::AuthorizationCode);
            machine.redirect_uris.push(WEB_URI.into());
            machine.scopes.push("openid".into());
        });
        for place in [MACHINE, Place::Instance] {
            let audiences = [place.issuer(), place.api("token"), place.api("par")];
            for audience in audiences.into_iter().chain([WEB.api("par")]) {
                let mut claims = claims(place, &audience);
                claims["aud"] = audience.as_str().into();
                let assertion = signed(&key, &claims);
                let mut request = changed(web_request(), "client_id", "app_machine");
                request = changed(request, "scope", "openid");
                request.push(("client_assertion_type", TYPE));
                request.push(("client_assertion", &assertion));
                let response = server.post(&place.api("par"), &request);
                if audience == WEB.api("par") {
                    said(&response, "aud");
                } else {
                    assert_eq!(response.status, 201, "{audience}: {}", text(&response));
                }
            }
            // And nowhere else.
            let mut claims = claims(place, "elsewhere");
            claims["aud"] = place.api("par").into();
            said(&ask(&mut server, place, &signed(&key, &claims)), "aud");
        }
    }
}

/// An id must not be forgotten before its time, so a client that uses many is refused itself, and
/// nobody else.
#[test]
fn ids_of_one_client_keep_no_other_out() {
    let mut server = Server::with(|config| {
        config.limits.used_jwt_ids = 8;
        open(config, Profile::Eiam, &[]);
        let mut other = config.applications[3].clone();
        other.application_id = "app_other".into();
        config.applications.push(other);
    });
    let flood = |server: &mut Server, id: &str| {
        ask(server, MACHINE, &hs256(MACHINE_SECRET, &claims(MACHINE, id)))
    };
    for number in 0..4 {
        ok(&flood(&mut server, &number.to_string()));
    }
    let mut server = server.restarted();
    refused(&flood(&mut server, "4"), 503, "temporarily_unavailable");
    let other = Place::App("app_other");
    let of_other = |id: &str| {
        let mut claims = claims(other, id);
        claims["iss"] = "app_other".into();
        claims["sub"] = "app_other".into();
        hs256(MACHINE_SECRET, &claims)
    };
    ok(&ask(&mut server, other, &of_other("0")));
    said(&flood(&mut server, "0"), "used already");
    said(&ask(&mut server, other, &of_other("0")), "used already");
    server.now += 300;
    let later = changed_claims("5", "exp", (NOW + 600).into());
    ok(&ask(&mut server, MACHINE, &hs256(MACHINE_SECRET, &later)));
}
