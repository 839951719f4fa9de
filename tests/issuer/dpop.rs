//! Proofs of possession: RFC 9449.

use eiam_token::base64url;
use eiam_token::http::{HttpRequest, HttpResponse, Method};
use eiam_token::issuer::{Config, Issuer, Profile, Sessions};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::keys::ClientKey;
use crate::support::*;

fn claims(method: &str, url: &str, id: &str) -> Value {
    json!({ "htm": method, "htu": url, "jti": id, "iat": NOW })
}

fn proof(key: &ClientKey, claims: &Value) -> String {
    let header = json!({ "typ": "dpop+jwt", "alg": key.algorithm(), "jwk": key.jwk() });
    key.jws(&header, claims)
}

fn at_token(key: &ClientKey, place: Place, id: &str) -> String {
    proof(key, &claims("POST", &place.api("token"), id))
}

fn at_userinfo(key: &ClientKey, place: Place, id: &str, token: &str) -> String {
    let mut claims = claims("GET", &place.api("userinfo"), id);
    claims["ath"] = base64url::encode(&Sha256::digest(token.as_bytes())).into();
    proof(key, &claims)
}

fn post(server: &mut Server, place: Place, pairs: &[(&str, &str)], proof: &str) -> HttpResponse {
    let mut request = HttpRequest::post_form(place.api("token"), encode(pairs));
    if !proof.is_empty() {
        request = request.header("DPoP", proof);
    }
    server.send(&request)
}

fn machine(server: &mut Server, proof: &str) -> HttpResponse {
    let pairs = [("grant_type", "client_credentials"), ("client_secret", MACHINE_SECRET)];
    post(server, MACHINE, &pairs, proof)
}

fn redeem(server: &mut Server, code: &str, proof: &str) -> HttpResponse {
    let pairs = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("client_id", "app_spa"),
        ("redirect_uri", SPA_URI),
        ("code_verifier", VERIFIER),
    ];
    post(server, SPA, &pairs, proof)
}

fn refresh(server: &mut Server, token: &str, proof: &str) -> HttpResponse {
    let pairs =
        [("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", "app_spa")];
    post(server, SPA, &pairs, proof)
}

fn userinfo(server: &mut Server, scheme: &str, token: &str, proof: &str) -> HttpResponse {
    let mut request =
        HttpRequest::get(SPA.api("userinfo")).header("authorization", format!("{scheme} {token}"));
    if !proof.is_empty() {
        request = request.header("dpop", proof);
    }
    server.send(&request)
}

/// Tokens of alice at the public client, bound to this key.
fn bound_tokens(server: &mut Server, key: &ClientKey) -> Value {
    let code = Browser::default().code(server, SPA, &spa_request());
    ok(&redeem(server, &code, &at_token(key, SPA, &code)))
}

#[track_caller]
fn said(response: &HttpResponse, reason: &str) {
    let description = refused(response, 400, "invalid_dpop_proof");
    assert!(description.contains(reason), "{description}");
}

#[test]
fn rfc_9449_section_5_tokens_bound_by_every_algorithm() {
    for key in ClientKey::all() {
        for profile in [Profile::Eiam, Profile::Rfc9700] {
            let mut server = Server::with(|config| config.profile = profile);
            let tokens = bound_tokens(&mut server, &key);
            assert_eq!(tokens["token_type"], "DPoP");
            let token = member(&tokens, "access_token");
            let info = userinfo(&mut server, "DPoP", token, &at_userinfo(&key, SPA, "1", token));
            assert_eq!(ok(&info)["sub"], "user_alice");
        }
    }
}

#[test]
fn rfc_9864_section_2_2_ed25519_is_a_name_for_eddsa() {
    let key = ClientKey::ed_dsa(1);
    let mut server = Server::new();
    let claims = |id| claims("POST", &MACHINE.api("token"), id);
    let header = |alg: &str, jwk: Value| json!({ "typ": "dpop+jwt", "alg": alg, "jwk": jwk });
    for (id, alg) in [("1", "Ed25519"), ("2", "EdDSA")] {
        let proof = key.jws(&header(alg, key.jwk()), &claims(id));
        assert_eq!(ok(&machine(&mut server, &proof))["token_type"], "DPoP");
    }
    // It is for keys of that curve only.
    let other = ClientKey::es256(1);
    said(&machine(&mut server, &other.jws(&header("Ed25519", other.jwk()), &claims("3"))), "alg");
}

#[test]
fn rfc_9449_section_4_3_proofs_that_are_wrong() {
    let key = ClientKey::es256(1);
    let mut server = Server::new();
    let url = MACHINE.api("token");
    for (name, value, reason) in [
        ("htm", Value::Null, "htm"),
        ("htm", json!("GET"), "htm"),
        ("htm", json!("post"), "htm"),
        ("htu", Value::Null, "htu"),
        ("htu", json!(WEB.api("token")), "htu"),
        ("htu", json!("https://evil.example/token"), "htu"),
        ("htu", json!("/token"), "htu"),
        ("iat", Value::Null, "iat"),
        ("iat", json!("1700000000"), "iat"),
        ("iat", json!(NOW - 300), "iat"),
        ("iat", json!(NOW + 61), "iat"),
        ("iat", json!(i64::MIN), "iat"),
        ("iat", json!(i64::MAX), "iat"),
        ("jti", Value::Null, "jti"),
        ("jti", json!(""), "jti"),
        ("jti", json!([]), "jti"),
    ] {
        let claims = with_member(claims("POST", &url, "1"), name, value.clone());
        let response = machine(&mut server, &proof(&key, &claims));
        let description = refused(&response, 400, "invalid_dpop_proof");
        assert!(description.contains(reason), "{name} {value}: {description}");
    }
    let claims = claims("POST", &url, "1");
    for (name, value, reason) in [
        ("typ", Value::Null, "typ"),
        ("typ", json!("JWT"), "typ"),
        ("alg", json!("none"), "alg"),
        ("alg", json!("HS256"), "alg"),
        ("alg", json!("RS256"), "alg"),
        ("jwk", Value::Null, "jwk"),
        ("jwk", json!({ "kty": "oct", "k": "AA" }), "jwk"),
        ("jwk", ClientKey::es256(2).jwk(), "signature"),
    ] {
        let header = json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": key.jwk() });
        let header = with_member(header, name, value);
        said(&machine(&mut server, &key.jws(&header, &claims)), reason);
    }
    let mut private = key.jwk();
    private["d"] = "AA".into();
    let header = json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": private });
    said(&machine(&mut server, &key.jws(&header, &claims)), "jwk");
    for text in ["x", "", "a.b.c", "eyJ.e30.AA"] {
        let pairs = [("grant_type", "client_credentials"), ("client_secret", MACHINE_SECRET)];
        let request = HttpRequest::post_form(&url, encode(&pairs)).header("dpop", text);
        said(&server.send(&request), "no JWT");
    }
    let good = proof(&key, &claims);
    let pairs = [("grant_type", "client_credentials"), ("client_secret", MACHINE_SECRET)];
    let twice = HttpRequest::post_form(&url, encode(&pairs))
        .header("dpop", good.as_str())
        .header("DPoP", good.as_str());
    said(&server.send(&twice), "more than one");
    ok(&machine(&mut server, &good));
}

#[test]
fn rfc_9449_section_4_3_the_url_without_query_and_fragment() {
    let key = ClientKey::ed_dsa(1);
    let mut server = Server::new();
    let url = MACHINE.api("token");
    for (index, htu) in
        [url.clone(), format!("{url}?a=b"), format!("{url}#f"), url.replace("http://", "HTTP://")]
            .into_iter()
            .enumerate()
    {
        ok(&machine(&mut server, &proof(&key, &claims("POST", &htu, &index.to_string()))));
    }
}

#[test]
fn rfc_9449_section_11_1_a_proof_works_once() {
    let key = ClientKey::es256(1);
    let mut server = Server::new();
    let once = at_token(&key, MACHINE, "once");
    ok(&machine(&mut server, &once));
    said(&machine(&mut server, &once), "used already");
    said(&machine(&mut server.restarted(), &once), "used already");
    // The same id by another key is another proof.
    ok(&machine(&mut server, &at_token(&ClientKey::es256(2), MACHINE, "once")));
    server.now += 300;
    said(&machine(&mut server, &once), "iat");
}

#[test]
fn rfc_9449_section_11_1_a_stranger_cannot_fill_the_memory() {
    let key = ClientKey::es256(1);
    let mut server = Server::with(|config| config.limits.used_jwt_ids = 2);
    for index in 0..10 {
        let id = index.to_string();
        refused(&redeem(&mut server, "CObogus", &at_token(&key, SPA, &id)), 400, "invalid_grant");
        let proof = at_userinfo(&key, SPA, &id, "ATbogus");
        refused(&userinfo(&mut server, "DPoP", "ATbogus", &proof), 401, "invalid_token");
    }
    bound_tokens(&mut server, &key);
}

#[test]
fn rfc_9449_section_7_1_the_token_works_with_its_key_alone() {
    let (key, other) = (ClientKey::es256(1), ClientKey::es256(2));
    for profile in [Profile::Eiam, Profile::Rfc9700] {
        let mut server = Server::with(|config| config.profile = profile);
        let tokens = bound_tokens(&mut server, &key);
        let token = member(&tokens, "access_token");
        let challenged = |response: &HttpResponse, code: &str| {
            refused(response, 401, code);
            let challenge = response.headers.value("www-authenticate").unwrap();
            assert!(challenge.starts_with("DPoP "), "{challenge}");
            assert!(
                challenge.contains(
                    "algs=\"RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519\""
                ),
                "{challenge}"
            );
        };
        challenged(&userinfo(&mut server, "DPoP", token, ""), "invalid_dpop_proof");
        let stolen = at_userinfo(&other, SPA, "1", token);
        challenged(&userinfo(&mut server, "DPoP", token, &stolen), "invalid_token");
        // RFC 9449 section 4.3: the hash of another token, or none.
        let of_other = at_userinfo(&key, SPA, "2", "ATother");
        challenged(&userinfo(&mut server, "DPoP", token, &of_other), "invalid_dpop_proof");
        let without = proof(&key, &claims("GET", &SPA.api("userinfo"), "3"));
        challenged(&userinfo(&mut server, "DPoP", token, &without), "invalid_dpop_proof");
        // RFC 9449 section 7.2: never as a bearer token, wherever it stands.
        let status = if profile == Profile::Eiam { 400 } else { 401 };
        let good = at_userinfo(&key, SPA, "4", token);
        refused(&userinfo(&mut server, "Bearer", token, &good), status, "invalid_token");
        let posted = server.post(&SPA.api("userinfo"), &[("access_token", token)]);
        refused(&posted, status, "invalid_token");
        ok(&userinfo(&mut server, "dpop", token, &good));
        challenged(&userinfo(&mut server, "DPoP", token, &good), "invalid_dpop_proof");
        // A token that is bound to nothing is no DPoP token.
        let plain = server.web_tokens();
        let token = member(&plain, "access_token");
        let request = HttpRequest::get(WEB.api("userinfo"))
            .header("authorization", format!("DPoP {token}"))
            .header("dpop", at_userinfo(&key, WEB, "5", token));
        challenged(&server.send(&request), "invalid_token");
    }
}

#[test]
fn rfc_9449_section_5_refresh_tokens_of_public_clients_are_bound() {
    let (key, other) = (ClientKey::es256(1), ClientKey::es256(2));
    let mut server = Server::new();
    let tokens = bound_tokens(&mut server, &key);
    let token = member(&tokens, "refresh_token");
    refused(&refresh(&mut server, token, ""), 400, "invalid_grant");
    let stolen = at_token(&other, SPA, "1");
    refused(&refresh(&mut server, token, &stolen), 400, "invalid_grant");
    let next = ok(&refresh(&mut server, token, &at_token(&key, SPA, "2")));
    assert_eq!(next["token_type"], "DPoP");
    // Who lacks the key cannot end the sign-in by an old token either.
    refused(&refresh(&mut server, token, &at_token(&other, SPA, "3")), 400, "invalid_grant");
    let next = member(&next, "refresh_token");
    let last = ok(&refresh(&mut server, next, &at_token(&key, SPA, "4")));
    // And with the key a replay ends it.
    refused(&refresh(&mut server, token, &at_token(&key, SPA, "5")), 400, "invalid_grant");
    let last = member(&last, "refresh_token");
    refused(&refresh(&mut server, last, &at_token(&key, SPA, "6")), 400, "invalid_grant");
}

#[test]
fn rfc_9449_section_5_a_confidential_client_may_change_its_key() {
    let mut server = Server::new();
    let code = server.web_code();
    let redeem = [
        ("grant_type", "authorization_code"),
        ("client_secret", WEB_SECRET),
        ("code", &code),
        ("redirect_uri", WEB_URI),
        ("code_verifier", VERIFIER),
    ];
    let proof = at_token(&ClientKey::es256(1), WEB, "1");
    let tokens = ok(&post(&mut server, WEB, &redeem, &proof));
    let refresh = [
        ("grant_type", "refresh_token"),
        ("client_secret", WEB_SECRET),
        ("refresh_token", member(&tokens, "refresh_token")),
    ];
    let other = ClientKey::ed_dsa(2);
    let tokens = ok(&post(&mut server, WEB, &refresh, &at_token(&other, WEB, "2")));
    let pairs = [
        ("client_id", "app_web"),
        ("client_secret", WEB_SECRET),
        ("token", member(&tokens, "access_token")),
    ];
    let about = ok(&server.post(&WEB.api("introspect"), &pairs));
    assert_eq!(about["token_type"], "DPoP");
    assert_eq!(about["cnf"]["jkt"], other.thumbprint());
}

#[test]
fn rfc_9449_section_6_confirmation_in_jwts_and_introspection() {
    let key = ClientKey::es256(1);
    let mut server = Server::new();
    let pairs = [
        ("grant_type", "client_credentials"),
        ("client_id", "app_machine"),
        ("client_secret", MACHINE_SECRET),
    ];
    let proof = at_token(&key, Place::Instance, "1");
    let tokens = ok(&post(&mut server, Place::Instance, &pairs, &proof));
    assert_eq!(tokens["token_type"], "DPoP");
    let (_, claims) = verified(member(&tokens, "access_token"));
    assert_eq!(claims["cnf"], json!({ "jkt": key.thumbprint() }));
    let ask = [
        ("client_id", "app_machine"),
        ("client_secret", MACHINE_SECRET),
        ("token", member(&tokens, "access_token")),
    ];
    let about = ok(&server.post(&Place::Instance.api("introspect"), &ask));
    assert_eq!(about["token_type"], "DPoP");
    assert_eq!(about["cnf"], json!({ "jkt": key.thumbprint() }));
    // Without a proof there is neither.
    let plain = ok(&server.token(Place::Instance, &pairs));
    assert_eq!(plain["token_type"], "Bearer");
    let (_, claims) = verified(member(&plain, "access_token"));
    assert_eq!(claims.get("cnf"), None);
}

#[test]
fn rfc_9449_section_10_the_code_is_bound_to_the_key() {
    let (key, other) = (ClientKey::es256(1), ClientKey::es256(2));
    let mut server = Server::new();
    let thumbprint = key.thumbprint();
    let request = changed(spa_request(), "dpop_jkt", &thumbprint);
    let code = Browser::default().code(&mut server, SPA, &request);
    refused(&redeem(&mut server, &code, ""), 400, "invalid_grant");
    refused(&redeem(&mut server, &code, &at_token(&other, SPA, "1")), 400, "invalid_grant");
    ok(&redeem(&mut server, &code, &at_token(&key, SPA, "2")));
    let request = changed(spa_request(), "dpop_jkt", "short");
    let answer = Browser::default().authorize(&mut server, SPA, &request);
    assert_eq!(redirected(&answer)["error"], "invalid_request");
}

#[test]
fn rfc_9449_section_10_1_a_pushed_request_binds_the_code_to_the_key_of_its_proof() {
    let (key, other) = (ClientKey::es256(1), ClientKey::es256(2));
    let push = |server: &mut Server, request: &[(&str, &str)], key: &ClientKey, id: &str| {
        let proof = proof(key, &claims("POST", &SPA.api("par"), id));
        let request = HttpRequest::post_form(SPA.api("par"), encode(request));
        server.send(&request.header("DPoP", proof))
    };
    for profile in [Profile::Eiam, Profile::Rfc9700] {
        let mut server = Server::with(|config| config.profile = profile);
        let code = |server: &mut Server, response: &HttpResponse| {
            assert_eq!(response.status, 201, "{}", text(response));
            let uri = member(&json(response), "request_uri").to_owned();
            Browser::default().code(server, SPA, &[("client_id", "app_spa"), ("request_uri", &uri)])
        };
        let pushed = push(&mut server, &spa_request(), &key, "1");
        let bound = code(&mut server, &pushed);
        refused(&redeem(&mut server, &bound, ""), 400, "invalid_grant");
        refused(&redeem(&mut server, &bound, &at_token(&other, SPA, "2")), 400, "invalid_grant");
        ok(&redeem(&mut server, &bound, &at_token(&key, SPA, "3")));

        // With dpop_jkt beside it: the same key, or it is refused.
        let thumbprint = key.thumbprint();
        let named = changed(spa_request(), "dpop_jkt", &thumbprint);
        said(&push(&mut server, &named, &other, "4"), "dpop_jkt");
        let pushed = push(&mut server, &named, &key, "5");
        let bound = code(&mut server, &pushed);
        ok(&redeem(&mut server, &bound, &at_token(&key, SPA, "6")));

        // A proof is checked here as elsewhere, and works once.
        said(&push(&mut server, &spa_request(), &key, "5"), "jti");
        let elsewhere = HttpRequest::post_form(SPA.api("par"), encode(&spa_request()));
        said(&server.send(&elsewhere.header("DPoP", at_token(&key, SPA, "7"))), "htu");
    }
}

#[test]
fn rfc_9449_section_8_nonces_where_they_are_demanded() {
    let key = ClientKey::es256(1);
    let demand = |config: &mut Config| config.dpop.nonce_required = true;
    let mut server = Server::with(demand);
    let refusal = machine(&mut server, &at_token(&key, MACHINE, "1"));
    refused(&refusal, 400, "use_dpop_nonce");
    let nonce = refusal.headers.value("dpop-nonce").unwrap().to_owned();
    let with_nonce = |id: &str, nonce: &str, now: i64| {
        let mut claims = claims("POST", &MACHINE.api("token"), id);
        claims["nonce"] = nonce.into();
        claims["iat"] = now.into();
        proof(&key, &claims)
    };
    let success = machine(&mut server, &with_nonce("2", &nonce, NOW));
    ok(&success);
    // RFC 9449 section 8.2: the next one comes with the answer.
    assert_ne!(success.headers.value("dpop-nonce"), Some(nonce.as_str()));
    for (id, wrong) in [("3", ""), ("4", "DNbogus"), ("5", "ATbogus")] {
        let answer = machine(&mut server, &with_nonce(id, wrong, NOW));
        refused(&answer, 400, "use_dpop_nonce");
    }
    server.now += 299;
    let sixth = with_nonce("6", &nonce, server.now);
    ok(&machine(&mut server, &sixth));
    server.now += 1;
    let seventh = with_nonce("7", &nonce, server.now);
    refused(&machine(&mut server, &seventh), 400, "use_dpop_nonce");
    // Another issuer's nonces are not ours, and without proofs nobody is bothered.
    let config = server.issuer.config().clone();
    let mut other = Server::of(Issuer::new(config, Sessions::Cookie, [99; 32]).unwrap());
    let foreign = machine(&mut other, &with_nonce("8", "", NOW));
    let foreign = foreign.headers.value("dpop-nonce").unwrap();
    server.now = NOW;
    refused(&machine(&mut server, &with_nonce("8", foreign, NOW)), 400, "use_dpop_nonce");
    let plain = machine(&mut server, "");
    assert_eq!(plain.headers.value("dpop-nonce"), None);
    ok(&plain);
}

#[test]
fn rfc_9449_section_9_nonces_at_the_resource() {
    let key = ClientKey::es256(1);
    let mut server = Server::with(|config| config.dpop.nonce_required = true);
    let code = Browser::default().code(&mut server, SPA, &spa_request());
    let first = redeem(&mut server, &code, &at_token(&key, SPA, "1"));
    let with_nonce = |mut claims: Value, response: &HttpResponse| {
        claims["nonce"] = response.headers.value("dpop-nonce").unwrap().into();
        proof(&key, &claims)
    };
    let again = with_nonce(claims("POST", &SPA.api("token"), "2"), &first);
    let tokens = ok(&redeem(&mut server, &code, &again));
    let token = member(&tokens, "access_token");
    let refusal = userinfo(&mut server, "DPoP", token, &at_userinfo(&key, SPA, "3", token));
    refused(&refusal, 401, "use_dpop_nonce");
    let challenge = refusal.headers.value("www-authenticate").unwrap();
    assert!(challenge.contains("error=\"use_dpop_nonce\""), "{challenge}");
    let mut claims = claims("GET", &SPA.api("userinfo"), "4");
    claims["ath"] = base64url::encode(&Sha256::digest(token.as_bytes())).into();
    let good = with_nonce(claims, &refusal);
    ok(&userinfo(&mut server, "DPoP", token, &good));
}

#[test]
fn rfc_9449_section_5_2_applications_with_bound_tokens_only() {
    let key = ClientKey::es256(1);
    let mut server = Server::with(|config| config.applications[3].dpop_bound_access_tokens = true);
    refused(&machine(&mut server, ""), 400, "invalid_dpop_proof");
    ok(&machine(&mut server, &at_token(&key, MACHINE, "1")));
}

#[test]
fn rfc_9449_section_5_1_metadata() {
    let mut server = Server::new();
    let document = ok(&server.get(&format!("{}/.well-known/openid-configuration", SPA.issuer())));
    let algorithms = json!([
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
        "Ed25519"
    ]);
    assert_eq!(document["dpop_signing_alg_values_supported"], algorithms);
    // RFC 9449 section 8: scripts of other origins must be able to read the nonce.
    let mut preflight =
        HttpRequest::get(SPA.api("token")).header("origin", "http://localhost:8600");
    preflight.method = Method::Options;
    let exposed = server.send(&preflight);
    let exposed = exposed.headers.value("access-control-expose-headers").unwrap();
    assert!(exposed.contains("DPoP-Nonce"), "{exposed}");
}

#[test]
fn device_tokens_are_bound_to_the_key_of_the_poll() {
    let key = ClientKey::es256(1);
    let mut server = Server::new();
    let device = ok(&server.post(&DEVICE.api("device/code"), &[]));
    let mut browser = Browser::default();
    let page = browser.get(&mut server, &DEVICE.page("device"));
    let typed = [("user_code", member(&device, "user_code"))];
    let login = browser.submit(&mut server, &page, &typed);
    let question = browser.login(&mut server, &login);
    browser.submit(&mut server, &question, &[("decision", "allow")]);
    let poll = [
        ("grant_type", DEVICE_GRANT),
        ("client_id", "app_device"),
        ("device_code", member(&device, "device_code")),
    ];
    let tokens = ok(&post(&mut server, DEVICE, &poll, &at_token(&key, DEVICE, "1")));
    assert_eq!(tokens["token_type"], "DPoP");
    let refresh = [
        ("grant_type", "refresh_token"),
        ("client_id", "app_device"),
        ("refresh_token", member(&tokens, "refresh_token")),
    ];
    refused(&server.token(DEVICE, &refresh), 400, "invalid_grant");
    ok(&post(&mut server, DEVICE, &refresh, &at_token(&key, DEVICE, "2")));
}

/// What anybody can push costs nothing: its proofs have half of the places, and a source a share of it.
#[test]
fn proofs_of_strangers_keep_nobody_out() {
    let [key, ..] = ClientKey::all();
    let mut server = Server::with(|config| config.limits.used_jwt_ids = 16);
    let push = |server: &mut Server, source: usize, id: &str| {
        let proof = proof(&key, &claims("POST", &SPA.api("par"), id));
        let request = HttpRequest::post_form(SPA.api("par"), encode(&spa_request()))
            .header("dpop", proof)
            .sent_from(format!("192.0.2.{source}"));
        server.send(&request)
    };
    let mut taken = Vec::new();
    for source in 0..6 {
        let pushed = (0..20).take_while(|number| {
            let response = push(&mut server, source, &format!("{source}-{number}"));
            if response.status == 503 {
                refused(&response, 503, "temporarily_unavailable");
            }
            response.status == 201
        });
        taken.push(pushed.count());
    }
    assert_eq!(taken, [4, 2, 1, 1, 0, 0], "half of the places");
    refused(&push(&mut server, 9, "0-0"), 400, "invalid_dpop_proof");
    ok(&machine(&mut server, &at_token(&key, MACHINE, "m")));
    bound_tokens(&mut server, &key);
}
