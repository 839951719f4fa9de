//! JWTs of other issuers: as grants (RFC 7521 section 4.1, RFC 7523 section 2.1), and as credentials of
//! clients (EIAM: `id-token-bearer`). As tokens to exchange: see `token_exchange.rs`.

use eiam_token::http::HttpResponse;
use eiam_token::issuer::{
    Application, ClientKey as Registered, Config, FederatedCredential, GrantType, Profile,
    PublicKey, TrustedIssuer,
};
use serde_json::{Value, json};

use crate::keys::ClientKey;
use crate::support::*;

const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const FEDERATED: &str = "urn:cloud:idaas:params:oauth:client-assertion-type:id-token-bearer";
const FOREIGN: &str = "https://login.example.net";
const SECRET: &str = "CSjobExampleSecretThatEverybodyKnows12345678";
const JOB: Place = Place::App("app_job");
const BOTH: [Place; 2] = [JOB, Place::Instance];

fn open(config: &mut Config, keys: &[&ClientKey]) {
    let mut job = Application::new("app_job");
    job.client_secrets = vec![SECRET.into()];
    job.grants = vec![GrantType::JwtBearer, GrantType::ClientCredentials];
    job.scopes = ["openid", "email", "read"].map(Into::into).to_vec();
    job.federated_credentials = vec![FederatedCredential::new("deployment", FOREIGN, "system:job")];
    config.applications.push(job);
    let registered = keys.iter().map(|key| {
        let jwk = key.jwk();
        Registered::new(PublicKey::from_members(|name| jwk[name].as_str().map(Into::into)).unwrap())
    });
    config.trusted_issuers = vec![TrustedIssuer::new(FOREIGN, registered.collect::<Vec<_>>())];
}

fn server(profile: Profile) -> Server {
    server_with(profile, |_| {})
}

fn server_with(profile: Profile, change: impl FnOnce(&mut Config)) -> Server {
    Server::with(|config| {
        config.profile = profile;
        open(config, &[&key()]);
        change(config);
    })
}

fn key() -> ClientKey {
    ClientKey::es256(7)
}

fn claims(place: Place, change: &[(&str, Value)]) -> Value {
    let mut claims = json!({
        "iss": FOREIGN, "sub": "user_alice", "aud": place.issuer(), "iat": NOW, "exp": NOW + 300,
    });
    for (name, value) in change {
        claims = with_member(claims, name, value.clone());
    }
    claims
}

fn signed(key: &ClientKey, claims: &Value) -> String {
    key.jws(&json!({ "alg": key.algorithm(), "typ": "JWT" }), claims)
}

fn bearer(
    server: &mut Server,
    place: Place,
    assertion: &str,
    more: &[(&str, &str)],
) -> HttpResponse {
    let pairs = [
        ("client_id", "app_job"),
        ("client_secret", SECRET),
        ("grant_type", GRANT),
        ("assertion", assertion),
    ];
    server.token(place, &[&pairs[..], more].concat())
}

fn federated(server: &mut Server, place: Place, name: &str, token: &str) -> HttpResponse {
    let pairs = [
        ("client_id", "app_job"),
        ("grant_type", "client_credentials"),
        ("client_assertion_type", FEDERATED),
        ("client_assertion", token),
        ("application_federated_credential_name", name),
    ];
    server.token(place, &pairs)
}

#[track_caller]
fn said(response: &HttpResponse, status: u16, code: &str, reason: &str) {
    let description = refused(response, status, code);
    assert!(description.contains(reason), "{description}");
}

#[test]
fn rfc_7523_section_2_1_an_access_token_for_the_user_of_an_assertion() {
    for profile in PROFILES {
        for place in BOTH {
            let mut server = server(profile);
            let assertion = signed(&key(), &claims(place, &[]));
            let answer =
                ok(&bearer(&mut server, place, &assertion, &[("scope", "openid email read")]));
            assert_eq!(
                (&answer["token_type"], &answer["expires_in"]),
                (&json!("Bearer"), &json!(1200))
            );
            // RFC 7521 section 4.1: no refresh token; and it is nobody's sign-in here.
            for name in ["refresh_token", "id_token", "issued_token_type"] {
                assert_eq!(answer.get(name), None, "{name}");
            }
            let token = member(&answer, "access_token");
            assert_eq!(ok(&server.userinfo(place, token))["email"], "alice@example.com");
            let pairs = [("client_id", "app_job"), ("client_secret", SECRET), ("token", token)];
            let told = ok(&server.post(&place.api("introspect"), &pairs));
            assert_eq!(
                (&told["sub"], &told["scope"]),
                (&json!("user_alice"), &json!("openid email read"))
            );
            assert_eq!((told.get("auth_time"), told.get("act")), (None, None));
            // It is one like any other.
            ok(&server.post(&place.api("revoke"), &pairs));
            assert_eq!(ok(&server.post(&place.api("introspect"), &pairs))["active"], false);
            // The token endpoint is the other audience, and an assertion without jti works again.
            let audience = [("aud", json!([place.api("token")]))];
            let assertion = signed(&key(), &claims(place, &audience));
            for _ in 0..2 {
                ok(&bearer(&mut server, place, &assertion, &[]));
            }
        }
    }
}

#[test]
fn rfc_7518_section_3_1_every_algorithm() {
    for key in ClientKey::all() {
        let mut server = Server::with(|config| open(config, &[&key]));
        ok(&bearer(&mut server, JOB, &signed(&key, &claims(JOB, &[])), &[]));
    }
}

#[test]
fn rfc_7523_section_3_assertions_that_are_refused() {
    let mut server = server(Profile::Rfc9700);
    for (name, value, reason) in [
        ("iss", Value::Null, "iss"),
        ("iss", json!("https://other.example"), "iss"),
        ("iss", json!(JOB.issuer()), "iss"),
        ("sub", Value::Null, "who its user is"),
        ("sub", json!("user_nobody"), "no user"),
        ("sub", json!("alice"), "no user"),
        ("aud", Value::Null, "aud"),
        ("aud", json!("https://other.example"), "aud"),
        ("aud", json!(Place::Instance.issuer()), "aud"),
        ("aud", json!([7]), "aud"),
        ("exp", Value::Null, "exp"),
        ("exp", json!("1700000300"), "exp"),
        ("exp", json!(NOW), "expired"),
        ("iat", json!(NOW + 61), "future"),
        ("nbf", json!(NOW + 61), "future"),
        ("nbf", json!("now"), "future"),
        ("jti", json!(7), "jti"),
    ] {
        let assertion = signed(&key(), &claims(JOB, &[(name, value)]));
        said(&bearer(&mut server, JOB, &assertion, &[]), 400, "invalid_grant", reason);
    }
    let far = claims(JOB, &[("jti", json!("1")), ("exp", json!(NOW + 3601))]);
    said(&bearer(&mut server, JOB, &signed(&key(), &far), &[]), 400, "invalid_grant", "an hour");
    let good = claims(JOB, &[]);
    let other = ClientKey::es256(8);
    for (assertion, reason) in [
        (signed(&other, &good), "signature"),
        (key().jws(&json!({ "alg": "none" }), &good), "signature"),
        (key().jws(&json!({ "alg": "ES256", "kid": "other" }), &good), "signature"),
        (other.jws(&json!({ "alg": "ES256", "jwk": other.jwk() }), &good), "signature"),
        (key().jws(&json!({ "alg": "ES256", "typ": "at+jwt" }), &good), "typ"),
        (key().jws(&json!({ "alg": "ES256", "typ": "dpop+jwt" }), &good), "typ"),
        ("a.b.c".to_owned(), "no JWT"),
    ] {
        said(&bearer(&mut server, JOB, &assertion, &[]), 400, "invalid_grant", reason);
    }
    let assertion = signed(&key(), &good);
    refused(&bearer(&mut server, JOB, "", &[]), 400, "invalid_request");
    refused(&bearer(&mut server, JOB, &assertion, &[("scope", "write")]), 400, "invalid_scope");
    refused(
        &bearer(&mut server, JOB, &assertion, &[("resource", "https://x.example")]),
        400,
        "invalid_target",
    );
    ok(&bearer(&mut server, JOB, &assertion, &[]));
}

#[test]
fn rfc_7523_section_3_a_jti_works_once() {
    let mut server = server(Profile::Eiam);
    let with = |id: &str| signed(&key(), &claims(JOB, &[("jti", json!(id))]));
    // What was refused is not spent.
    refused(&bearer(&mut server, JOB, &with("1"), &[("scope", "write")]), 400, "invalid_scope");
    ok(&bearer(&mut server, JOB, &with("1"), &[]));
    let again = with("1");
    said(&bearer(&mut server, JOB, &again, &[]), 400, "invalid_grant", "used already");
    said(&bearer(&mut server.restarted(), JOB, &again, &[]), 400, "invalid_grant", "used already");
    ok(&bearer(&mut server, JOB, &with("2"), &[]));
}

#[test]
fn rfc_7523_section_2_1_whom_an_assertion_is_about() {
    for (claim, attribute, value, found) in [
        ("sub", "userId", "user_alice", true),
        ("sub", "username", "alice", true),
        ("sub", "username", "user_alice", false),
        ("preferred", "username", "alice", true),
        ("preferred", "email", "alice@example.com", true),
        ("preferred", "email", "ALICE@example.com", false),
        ("preferred", "email_verified", "true", false),
        ("preferred", "missing", "x", false),
    ] {
        let mut server = server_with(Profile::Eiam, |config| {
            config.trusted_issuers[0].subject_claim = claim.into();
            config.trusted_issuers[0].user_attribute = attribute.into();
        });
        let assertion = signed(&key(), &claims(JOB, &[("sub", json!("x")), (claim, json!(value))]));
        let response = bearer(&mut server, JOB, &assertion, &[("scope", "openid")]);
        if found {
            let token = ok(&response);
            let info = ok(&server.userinfo(JOB, member(&token, "access_token")));
            assert_eq!(info["sub"], "user_alice");
        } else {
            said(&response, 400, "invalid_grant", "no user");
        }
        // Nobody who is disabled.
        let mut alice = server.issuer.config().users[0].clone();
        alice.disabled = true;
        server.issuer.set_user(alice).unwrap();
        let response = bearer(&mut server, JOB, &assertion, &[]);
        said(&response, 400, "invalid_grant", "no user");
    }
}

#[test]
fn rfc_7523_section_3_1_who_may_use_an_assertion() {
    let assertion = signed(&key(), &claims(JOB, &[]));
    let mut server = server_with(Profile::Eiam, |config| {
        config.trusted_issuers[0].applications = Some(vec!["app_job".into()]);
    });
    ok(&bearer(&mut server, JOB, &assertion, &[]));
    let mut server = server_with(Profile::Rfc9700, |config| {
        config.applications[4].federated_credentials.clear();
        config.trusted_issuers[0].applications = Some(vec!["app_web".into()]);
    });
    said(&bearer(&mut server, JOB, &assertion, &[]), 400, "invalid_grant", "this client");
    let mut server = server_with(Profile::Rfc9700, |config| {
        config.applications[4].grants = vec![GrantType::ClientCredentials];
    });
    refused(&bearer(&mut server, JOB, &assertion, &[]), 400, "unauthorized_client");
    // A confidential client authenticates, a public one need not.
    let mut server = server_with(Profile::Rfc9700, |config| {
        config.applications[0].grants.push(GrantType::JwtBearer);
    });
    let pairs = |client| [("client_id", client), ("grant_type", GRANT), ("assertion", &*assertion)];
    refused(&server.token(JOB, &pairs("app_job")), 401, "invalid_client");
    let assertion = signed(&key(), &claims(SPA, &[]));
    let pairs = [("client_id", "app_spa"), ("grant_type", GRANT), ("assertion", &*assertion)];
    ok(&server.token(SPA, &pairs));
}

#[test]
fn eiam_id_token_bearer_authenticates_a_client() {
    for profile in PROFILES {
        for place in BOTH {
            let mut server = server(profile);
            let subject = ("sub", json!("system:job"));
            let token = signed(&key(), &claims(place, &[subject.clone(), ("jti", json!("1"))]));
            // A workload sends its token as often as it needs.
            for _ in 0..2 {
                ok(&federated(&mut server, place, "deployment", &token));
            }
            let wrong = |change: &[(&str, Value)]| {
                signed(&key(), &claims(place, &[std::slice::from_ref(&subject), change].concat()))
            };
            for (name, token, reason) in [
                ("other", token.clone(), "no federated credential"),
                ("deployment", wrong(&[("sub", json!("system:other"))]), "iss and sub"),
                ("deployment", wrong(&[("iss", json!("https://other.example"))]), "iss"),
                ("deployment", wrong(&[("aud", json!("https://other.example"))]), "aud"),
                ("deployment", wrong(&[("exp", json!(NOW))]), "expired"),
                ("deployment", signed(&ClientKey::es256(8), &claims(place, &[])), "signature"),
            ] {
                let response = federated(&mut server, place, name, &token);
                said(&response, 401, "invalid_client", reason);
            }
        }
    }
}

#[test]
fn eiam_id_token_bearer_and_the_parameters_beside_it() {
    let mut server = server(Profile::Rfc9700);
    let token = signed(&key(), &claims(JOB, &[("sub", json!("system:job"))]));
    let pairs = [
        ("client_id", "app_job"),
        ("grant_type", "client_credentials"),
        ("client_assertion_type", FEDERATED),
        ("client_assertion", &*token),
        ("application_federated_credential_name", "deployment"),
    ];
    for missing in ["client_assertion", "application_federated_credential_name"] {
        let pairs = changed(pairs.to_vec(), missing, "");
        said(&server.token(JOB, &pairs), 400, "invalid_request", missing);
    }
    // The token names no client here.
    let unnamed = changed(pairs.to_vec(), "client_id", "");
    refused(&server.token(Place::Instance, &unnamed), 401, "invalid_client");
    let both = [&pairs[..], &[("client_secret", SECRET)]].concat();
    refused(&server.token(JOB, &both), 400, "invalid_request");
    // Certificates are not read.
    for kind in ["pkcs7-bearer", "x509-jwt-bearer"] {
        let kind = format!("urn:cloud:idaas:params:oauth:client-assertion-type:{kind}");
        let pairs = changed(pairs.to_vec(), "client_assertion_type", &kind);
        said(&server.token(JOB, &pairs), 400, "invalid_request", "id-token-bearer");
    }
    // Without any of its own, a client has no such credential.
    let elsewhere = changed(pairs.to_vec(), "client_id", "app_web");
    said(&server.token(WEB, &elsewhere), 401, "invalid_client", "no federated credential");
    // It is all that an application needs, at every endpoint.
    let mut server = server_with(Profile::Rfc9700, |config| {
        config.applications[4].client_secrets.clear();
    });
    let answer = ok(&server.token(JOB, &pairs));
    let pairs = changed(pairs.to_vec(), "token", member(&answer, "access_token"));
    assert_eq!(ok(&server.post(&JOB.api("introspect"), &pairs))["active"], true);
}

/// FAPI 2.0 Security Profile sections 5.3.2.1 and 5.4.1.
#[test]
fn fapi_2_0_knows_no_federated_credentials() {
    let mut config = Config::example(BASE);
    open(&mut config, &[&key()]);
    config.profile = Profile::Fapi2;
    config.signing = eiam_token::issuer::SigningAlgorithm::Ps256;
    config.applications.drain(..4);
    config.applications[0].client_secrets.clear();
    let error = config.check().unwrap_err();
    assert_eq!(error.path(), "applications[0].federatedCredentials");
}

#[test]
fn configurations_that_make_no_sense() {
    let check = |change: &dyn Fn(&mut Config)| {
        let mut config = Config::example(BASE);
        open(&mut config, &[&key()]);
        change(&mut config);
        config.check().map_err(|error| error.path().to_owned())
    };
    assert_eq!(check(&|_| {}), Ok(()));
    for (change, path) in [
        (
            &(|config: &mut Config| config.trusted_issuers[0].issuer.clear())
                as &dyn Fn(&mut Config),
            "trustedIssuers[0].issuer",
        ),
        (&|config| config.trusted_issuers[0].issuer = JOB.issuer(), "trustedIssuers[0].issuer"),
        (
            &|config| {
                config.base_url = "request".into();
                config.allowed_hosts = vec!["as.example".into(), "localhost:*".into()];
                let path = JOB.issuer().strip_prefix(BASE).unwrap().to_owned();
                config.trusted_issuers[0].issuer = format!("http://localhost:9400{path}");
            },
            "trustedIssuers[0].issuer",
        ),
        (
            &|config| config.trusted_issuers.push(config.trusted_issuers[0].clone()),
            "trustedIssuers[1].issuer",
        ),
        (&|config| config.trusted_issuers[0].jwks.keys.clear(), "trustedIssuers[0].jwks.keys"),
        (
            &|config| {
                let key = config.trusted_issuers[0].jwks.keys[0].clone();
                config.trusted_issuers[0].jwks.keys = vec![key; 9];
            },
            "trustedIssuers[0].jwks.keys",
        ),
        (
            &|config| config.trusted_issuers[0].subject_claim.clear(),
            "trustedIssuers[0].subjectClaim",
        ),
        (
            &|config| config.trusted_issuers[0].user_attribute.clear(),
            "trustedIssuers[0].userAttribute",
        ),
        (
            &|config| config.trusted_issuers[0].audiences = vec![String::new()],
            "trustedIssuers[0].audiences[0]",
        ),
        (
            &|config| config.trusted_issuers[0].applications = Some(vec!["a b".into()]),
            "trustedIssuers[0].applications[0]",
        ),
        (
            &|config| config.trusted_issuers[0].applications = Some(Vec::new()),
            "applications[4].federatedCredentials[0].issuer",
        ),
        (
            &|config| config.trusted_issuers.clear(),
            "applications[4].federatedCredentials[0].issuer",
        ),
        (
            &|config| config.applications[4].federated_credentials[0].subject.clear(),
            "applications[4].federatedCredentials[0].subject",
        ),
        (
            &|config| {
                let one = config.applications[4].federated_credentials[0].clone();
                config.applications[4].federated_credentials.push(one);
            },
            "applications[4].federatedCredentials[1].name",
        ),
        (
            &|config| {
                let one = config.applications[4].federated_credentials[0].clone();
                config.applications[4].federated_credentials = vec![one; 9];
            },
            "applications[4].federatedCredentials",
        ),
        (&|config| config.applications[4].may_act = Some(String::new()), "applications[4].mayAct"),
    ] {
        assert_eq!(check(change), Err(path.to_owned()));
    }
    // The same for an application that is added later.
    let mut server = server(Profile::Eiam);
    let mut job = server.issuer.config().applications[4].clone();
    job.federated_credentials[0].issuer = "https://other.example".into();
    let error = server.issuer.set_application(job).unwrap_err();
    assert_eq!(error.path(), "application.federatedCredentials[0].issuer");
}
