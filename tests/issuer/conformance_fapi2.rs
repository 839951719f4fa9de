//! The modules of the OpenID Foundation's plans `fapi2-security-profile-final-test-plan` (with
//! `private_key_jwt`, DPoP and OpenID Connect) and `fapi2-message-signing-final-test-plan`, as far as they are
//! about an authorization server and not about one country's rules: each a test of its name, written from
//! the FAPI 2.0 Security Profile and FAPI 2.0 Message Signing.

use std::collections::BTreeMap;

use eiam_token::base64url;
use eiam_token::http::{HttpRequest, HttpResponse, Method};
use eiam_token::issuer::{Application, GrantType, Profile, SigningAlgorithm};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::keys::ClientKey;
use crate::support::*;

const URI: &str = "https://client.example/cb";
const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const PLACES: [Place; 2] = [Place::App("app_one"), Place::Instance];
const HOUR: i64 = 3600;

/// The issuer, and what two clients and a browser of alice do there.
struct Lab {
    server: Server,
    place: Place,
    /// What the client signs its assertions and requests with.
    key: ClientKey,
    /// What its tokens are bound to.
    proof_key: ClientKey,
    client: &'static str,
    browser: Browser,
    count: u32,
}

fn application(id: &str, key: &ClientKey, alone: SigningAlgorithm) -> Application {
    let mut application = Application::new(id);
    application.jwks = vec![key.registered()].into();
    application.redirect_uris = vec![URI.into()];
    application.request_object_signing_alg = Some(alone);
    application.grants.push(GrantType::ClientCredentials);
    application.scopes.extend(["address".into(), "accounts".into()]);
    application
}

impl Lab {
    fn new() -> Self {
        Self::at(PLACES[0])
    }

    fn at(place: Place) -> Self {
        let (one, two) = (ClientKey::es256(1), ClientKey::ps256());
        let mut server = Server::with(|config| {
            config.profile = Profile::Fapi2;
            config.signing = SigningAlgorithm::EdDsa;
            config.applications = vec![
                application("app_one", &one, SigningAlgorithm::Es256),
                application("app_two", &two, SigningAlgorithm::Ps256),
            ];
        });
        let signer = ClientKey::ed_dsa(9);
        server.issuer.set_signing_key(signer.public());
        server.signer = Some(signer);
        Self {
            server,
            place,
            key: one,
            proof_key: ClientKey::es256(2),
            client: "app_one",
            browser: Browser::default(),
            count: 0,
        }
    }

    /// The same server with the second client.
    fn second(&mut self) {
        self.client = "app_two";
        self.key = ClientKey::ps256();
        if let Place::App(_) = self.place {
            self.place = Place::App("app_two");
        }
    }

    fn id(&mut self) -> String {
        self.count += 1;
        format!("id-{}", self.count)
    }

    fn assertion_claims(&mut self) -> Value {
        json!({
            "iss": self.client, "sub": self.client, "aud": self.place.issuer(), "jti": self.id(),
            "iat": self.server.now, "exp": self.server.now + 60,
        })
    }

    fn proof_claims(&mut self, method: &str, url: &str) -> Value {
        json!({ "htm": method, "htu": url, "jti": self.id(), "iat": self.server.now })
    }

    fn prove(&self, claims: &Value) -> String {
        let key = &self.proof_key;
        let header = json!({ "typ": "dpop+jwt", "alg": key.algorithm(), "jwk": key.jwk() });
        key.jws(&header, claims)
    }

    fn proof(&mut self, name: &str) -> String {
        let claims = self.proof_claims("POST", &self.place.api(name));
        self.prove(&claims)
    }

    /// Posts with this assertion, and this proof if it is not empty.
    fn post_with(
        &mut self,
        name: &str,
        pairs: &[(&str, &str)],
        assertion: &str,
        proof: &str,
    ) -> HttpResponse {
        let mut all = vec![("client_id", self.client)];
        if !assertion.is_empty() {
            all.extend([("client_assertion_type", ASSERTION), ("client_assertion", assertion)]);
        }
        all.extend_from_slice(pairs);
        let mut request = HttpRequest::post_form(self.place.api(name), encode(&all));
        if !proof.is_empty() {
            request = request.header("dpop", proof);
        }
        self.server.send(&request)
    }

    fn assertion(&mut self) -> String {
        let claims = self.assertion_claims();
        self.key.jws(&json!({ "alg": self.key.algorithm() }), &claims)
    }

    fn post(&mut self, name: &str, pairs: &[(&str, &str)], proof: &str) -> HttpResponse {
        let assertion = self.assertion();
        self.post_with(name, pairs, &assertion, proof)
    }

    fn push(&mut self, request: &[(&str, &str)]) -> HttpResponse {
        self.post("par", request, "")
    }

    fn reference(&mut self, request: &[(&str, &str)]) -> String {
        let response = self.push(request);
        assert_eq!(response.status, 201, "{}", text(&response));
        member(&json(&response), "request_uri").to_owned()
    }

    fn open(&mut self, uri: &str, beside: &[(&str, &str)]) -> HttpResponse {
        let mut request = vec![("client_id", self.client), ("request_uri", uri)];
        request.extend_from_slice(beside);
        self.browser.authorize(&mut self.server, self.place, &request)
    }

    /// Signs alice in if need be.
    fn go_on(&mut self, page: HttpResponse) -> BTreeMap<String, String> {
        let page = if text(&page).contains("name=\"password\"") {
            self.browser.login(&mut self.server, &page)
        } else {
            page
        };
        redirected(&page)
    }

    fn answer(&mut self, request: &[(&str, &str)]) -> BTreeMap<String, String> {
        let uri = self.reference(request);
        let page = self.open(&uri, &[]);
        self.go_on(page)
    }

    fn code(&mut self) -> String {
        self.answer(&request())["code"].clone()
    }

    fn redeem(&mut self, code: &str, proof: &str) -> HttpResponse {
        let pairs = redemption(code);
        self.post("token", &pairs, proof)
    }

    fn tokens(&mut self) -> Value {
        let code = self.code();
        let proof = self.proof("token");
        ok(&self.redeem(&code, &proof))
    }

    /// Asks the userinfo endpoint.
    fn userinfo(&mut self, scheme: &str, token: &str, proof: &str) -> HttpResponse {
        let mut request = HttpRequest::get(self.place.api("userinfo"))
            .header("authorization", format!("{scheme} {token}"));
        if !proof.is_empty() {
            request = request.header("dpop", proof);
        }
        self.server.send(&request)
    }

    fn proof_at_userinfo(&mut self, token: &str) -> Value {
        let mut claims = self.proof_claims("GET", &self.place.api("userinfo"));
        claims["ath"] = base64url::encode(&Sha256::digest(token.as_bytes())).into();
        claims
    }

    /// The claims of a JWT of the issuer. Ed25519 signs the same text in one way only.
    fn verified(&self, token: &str) -> Value {
        let (input, signature) = token.rsplit_once('.').unwrap();
        let expected = self.server.signer.as_ref().unwrap().sign(input.as_bytes());
        assert_eq!(base64url::decode(signature).unwrap(), expected);
        let (header, claims) = input.split_once('.').unwrap();
        let part =
            |text| -> Value { serde_json::from_slice(&base64url::decode(text).unwrap()).unwrap() };
        assert_eq!(part(header)["alg"], "EdDSA");
        part(claims)
    }

    fn metadata(&mut self) -> Value {
        let url = format!("{}/.well-known/openid-configuration", self.place.issuer());
        ok(&self.server.get(&url))
    }

    /// The request as a request object.
    fn object_claims(&self) -> Value {
        let mut claims = json!({
            "iss": self.client, "aud": self.place.issuer(), "client_id": self.client,
            "nbf": self.server.now, "exp": self.server.now + 300,
        });
        for (name, value) in request() {
            claims[name] = value.into();
        }
        claims
    }

    fn push_object(&mut self, claims: &Value) -> HttpResponse {
        let header = json!({ "alg": self.key.algorithm(), "typ": "oauth-authz-req+jwt" });
        let object = self.key.jws(&header, claims);
        self.push(&[("request", &object)])
    }

    #[track_caller]
    fn object_refused(&mut self, name: &str, value: Value) {
        let claims = with_member(self.object_claims(), name, value);
        refused(&self.push_object(&claims), 400, "invalid_request_object");
    }

    /// A pushed request with an assertion that has this claim.
    fn push_with_assertion(&mut self, name: &str, value: Value) -> HttpResponse {
        let claims = with_member(self.assertion_claims(), name, value);
        let assertion = self.key.jws(&json!({ "alg": self.key.algorithm() }), &claims);
        self.post_with("par", &request(), &assertion, "")
    }

    /// A token request with an assertion that has this claim.
    fn redeem_with_assertion(&mut self, name: &str, value: Value) -> HttpResponse {
        let code = self.code();
        let claims = with_member(self.assertion_claims(), name, value);
        let assertion = self.key.jws(&json!({ "alg": self.key.algorithm() }), &claims);
        let proof = self.proof("token");
        self.post_with("token", &redemption(&code), &assertion, &proof)
    }
}

fn request() -> Vec<(&'static str, &'static str)> {
    vec![
        ("redirect_uri", URI),
        ("response_type", "code"),
        ("scope", "openid email offline_access"),
        ("state", "st&te"),
        ("nonce", "n-0S6"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]
}

fn redemption(code: &str) -> [(&str, &str); 4] {
    [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", URI),
        ("code_verifier", VERIFIER),
    ]
}

// Clients that behave well.

#[test]
fn discovery_end_point_verification() {
    for place in PLACES {
        let document = Lab::at(place).metadata();
        assert_eq!(document["issuer"], place.issuer());
        assert_eq!(document["response_types_supported"], json!(["code"]));
        assert_eq!(document["require_pushed_authorization_requests"], true);
        assert_eq!(document["authorization_response_iss_parameter_supported"], true);
        assert_eq!(document["code_challenge_methods_supported"], json!(["S256"]));
        assert_eq!(document["token_endpoint_auth_methods_supported"], json!(["private_key_jwt"]));
        let algorithms = json!(["PS256", "ES256", "EdDSA", "Ed25519"]);
        for name in [
            "token_endpoint_auth_signing_alg_values_supported",
            "dpop_signing_alg_values_supported",
        ] {
            assert_eq!(document[name], algorithms, "{name}");
        }
        assert_eq!(document["id_token_signing_alg_values_supported"], json!(["EdDSA"]));
        assert_eq!(document["authorization_signing_alg_values_supported"], json!(["EdDSA"]));
        assert_eq!(document["request_parameter_supported"], true);
        assert_eq!(document["request_uri_parameter_supported"], false);
        let grants = document["grant_types_supported"].as_array().unwrap();
        assert!(!grants.contains(&json!("password")) && !grants.contains(&json!("implicit")));
        for name in ["pushed_authorization_request_endpoint", "token_endpoint", "jwks_uri"] {
            assert!(document[name].is_string(), "{name}");
        }
    }
}

#[test]
fn happy_flow() {
    for place in PLACES {
        let mut lab = Lab::at(place);
        for client in ["app_one", "app_two"] {
            if client != lab.client {
                lab.second();
            }
            let pushed = json(&lab.push(&request()));
            assert!(pushed["expires_in"].as_i64().unwrap() < 600);
            let page = lab.open(member(&pushed, "request_uri"), &[]);
            let answer = lab.go_on(page);
            assert_eq!((&*answer["state"], &answer["iss"]), ("st&te", &lab.place.issuer()));
            let proof = lab.proof("token");
            let tokens = ok(&lab.redeem(&answer["code"], &proof));
            assert_eq!(tokens["token_type"], "DPoP");
            let id_token = lab.verified(member(&tokens, "id_token"));
            assert_eq!((&id_token["aud"], &id_token["nonce"]), (&json!(client), &json!("n-0S6")));
            let token = member(&tokens, "access_token");
            let proof = lab.proof_at_userinfo(token);
            let proof = lab.prove(&proof);
            assert_eq!(ok(&lab.userinfo("DPoP", token, &proof))["sub"], id_token["sub"]);
        }
    }
}

#[test]
fn user_rejects_authentication() {
    let mut lab = Lab::new();
    let uri = lab.reference(&request());
    let page = lab.open(&uri, &[]);
    let denied = lab.browser.submit(&mut lab.server, &page, &[("decision", "deny")]);
    let answer = redirected(&denied);
    assert_eq!((&*answer["error"], &*answer["state"]), ("access_denied", "st&te"));
    assert_eq!(answer["iss"], lab.place.issuer());
    // That was the answer.
    page_refused(&lab.open(&uri, &[]), 400, "invalid_request_uri");
}

#[test]
fn ensure_authorization_request_without_state_success() {
    let mut lab = Lab::new();
    let answer = lab.answer(&changed(request(), "state", ""));
    assert!(answer.contains_key("code") && !answer.contains_key("state"));
}

#[test]
fn ensure_authorization_request_without_nonce_success() {
    let mut lab = Lab::new();
    let code = lab.answer(&changed(request(), "nonce", ""))["code"].clone();
    let proof = lab.proof("token");
    let tokens = ok(&lab.redeem(&code, &proof));
    assert_eq!(lab.verified(member(&tokens, "id_token")).get("nonce"), None);
}

#[test]
fn ensure_authorization_request_with_64_char_nonce_success() {
    nonce_is_carried(64);
}

#[test]
fn ensure_authorization_request_with_long_nonce() {
    nonce_is_carried(384);
}

fn nonce_is_carried(length: usize) {
    let mut lab = Lab::new();
    let nonce = "n".repeat(length);
    let code = lab.answer(&changed(request(), "nonce", &nonce))["code"].clone();
    let proof = lab.proof("token");
    let tokens = ok(&lab.redeem(&code, &proof));
    assert_eq!(lab.verified(member(&tokens, "id_token"))["nonce"], nonce);
}

#[test]
fn ensure_authorization_request_with_long_state() {
    let mut lab = Lab::new();
    let state = "s".repeat(384);
    assert_eq!(lab.answer(&changed(request(), "state", &state))["state"], state);
}

#[test]
fn ensure_other_scope_order_succeeds() {
    let mut lab = Lab::new();
    let answer = lab.answer(&changed(request(), "scope", "offline_access email openid"));
    assert!(answer.contains_key("code"));
}

#[test]
fn test_claims_parameter_identity_claims() {
    let mut lab = Lab::new();
    let claims = r#"{"id_token":{"email":{"essential":true}},"userinfo":{"name":null}}"#;
    let code = lab.answer(&changed(request(), "claims", claims))["code"].clone();
    let proof = lab.proof("token");
    let tokens = ok(&lab.redeem(&code, &proof));
    assert_eq!(lab.verified(member(&tokens, "id_token"))["email"], "alice@example.com");
    let token = member(&tokens, "access_token");
    let proof = lab.proof_at_userinfo(token);
    let proof = lab.prove(&proof);
    assert!(ok(&lab.userinfo("DPoP", token, &proof))["name"].is_string());
}

#[test]
fn access_token_type_header_case_sensitivity() {
    let mut lab = Lab::new();
    let tokens = lab.tokens();
    let token = member(&tokens, "access_token");
    for scheme in ["dpop", "DPOP", "dPoP"] {
        let proof = lab.proof_at_userinfo(token);
        let proof = lab.prove(&proof);
        ok(&lab.userinfo(scheme, token, &proof));
    }
}

// Proofs of possession.

#[test]
fn check_dpop_proof_nbf_exp() {
    let mut lab = Lab::new();
    let code = lab.code();
    let mut claims = lab.proof_claims("POST", &lab.place.api("token"));
    claims["nbf"] = NOW.into();
    claims["exp"] = (NOW + 60).into();
    let proof = lab.prove(&claims);
    ok(&lab.redeem(&code, &proof));
}

#[test]
fn ensure_dpop_proof_with_iat_10_seconds_before_succeeds() {
    proof_made(-10);
}

#[test]
fn ensure_dpop_proof_with_iat_10_seconds_after_succeeds() {
    proof_made(10);
}

fn proof_made(seconds: i64) {
    let mut lab = Lab::new();
    let code = lab.code();
    let mut claims = lab.proof_claims("POST", &lab.place.api("token"));
    claims["iat"] = (NOW + seconds).into();
    let proof = lab.prove(&claims);
    let tokens = ok(&lab.redeem(&code, &proof));
    let token = member(&tokens, "access_token");
    let mut claims = lab.proof_at_userinfo(token);
    claims["iat"] = (NOW + seconds).into();
    let proof = lab.prove(&claims);
    ok(&lab.userinfo("DPoP", token, &proof));
}

#[test]
fn ensure_mismatched_dpop_jkt_fails() {
    let mut lab = Lab::new();
    let other = ClientKey::es256(3).thumbprint();
    let request = changed(request(), "dpop_jkt", &other);
    let proof = lab.proof("par");
    let pushed = lab.post("par", &request, &proof);
    refused(&pushed, 400, "invalid_dpop_proof");
}

#[test]
fn ensure_token_endpoint_fails_with_mismatched_dpop_jkt() {
    let mut lab = Lab::new();
    let other = ClientKey::es256(3).thumbprint();
    let code = lab.answer(&changed(request(), "dpop_jkt", &other))["code"].clone();
    let proof = lab.proof("token");
    refused(&lab.redeem(&code, &proof), 400, "invalid_grant");
}

#[test]
fn ensure_token_endpoint_fails_with_mismatched_dpop_proof_jkt() {
    let mut lab = Lab::new();
    let code = code_bound_at_par(&mut lab);
    lab.proof_key = ClientKey::es256(3);
    let proof = lab.proof("token");
    refused(&lab.redeem(&code, &proof), 400, "invalid_grant");
}

#[test]
fn ensure_dpop_proof_at_par_endpoint_binding_success() {
    let mut lab = Lab::new();
    let code = code_bound_at_par(&mut lab);
    let proof = lab.proof("token");
    ok(&lab.redeem(&code, &proof));
}

/// A code whose request was pushed with a proof.
fn code_bound_at_par(lab: &mut Lab) -> String {
    let proof = lab.proof("par");
    let pushed = json(&lab.post("par", &request(), &proof));
    let page = lab.open(member(&pushed, "request_uri"), &[]);
    lab.go_on(page)["code"].clone()
}

#[test]
fn ensure_dpop_auth_code_binding_success() {
    let mut lab = Lab::new();
    let thumbprint = lab.proof_key.thumbprint();
    let code = lab.answer(&changed(request(), "dpop_jkt", &thumbprint))["code"].clone();
    let proof = lab.proof("token");
    ok(&lab.redeem(&code, &proof));
}

#[test]
fn dpop_negative_tests() {
    let mut lab = Lab::new();
    let code = lab.code();
    let url = lab.place.api("token");
    let elsewhere = lab.place.api("userinfo");
    let wrong = |lab: &mut Lab, name: &str, value: Value| {
        let claims = with_member(lab.proof_claims("POST", &url), name, value);
        let proof = lab.prove(&claims);
        refused(&lab.redeem(&code, &proof), 400, "invalid_dpop_proof");
    };
    for (name, value) in [
        ("htm", json!("GET")),
        ("htm", Value::Null),
        ("htu", json!(elsewhere)),
        ("htu", Value::Null),
        ("jti", Value::Null),
        ("iat", Value::Null),
        ("iat", json!(NOW - 3600)),
        ("iat", json!(NOW + 3600)),
    ] {
        wrong(&mut lab, name, value);
    }
    // Algorithms that this profile does not know, however good they are.
    for key in ClientKey::all() {
        if ["PS256", "ES256", "EdDSA"].contains(&key.algorithm()) {
            continue;
        }
        lab.proof_key = key;
        let proof = lab.proof("token");
        refused(&lab.redeem(&code, &proof), 400, "invalid_dpop_proof");
    }
    lab.proof_key = ClientKey::es256(2);
    let proof = lab.proof("token");
    let tokens = ok(&lab.redeem(&code, &proof));
    // At the resource: no proof, no hash of the token, another key, and the same proof again.
    let token = member(&tokens, "access_token");
    for (scheme, proof) in [("DPoP", ""), ("Bearer", ""), ("Bearer", &*proof)] {
        assert_eq!(lab.userinfo(scheme, token, proof).status, 401, "{scheme}");
    }
    let claims = lab.proof_claims("GET", &lab.place.api("userinfo"));
    let proof = lab.prove(&claims);
    assert_eq!(lab.userinfo("DPoP", token, &proof).status, 401);
    lab.proof_key = ClientKey::es256(3);
    let claims = lab.proof_at_userinfo(token);
    let proof = lab.prove(&claims);
    assert_eq!(lab.userinfo("DPoP", token, &proof).status, 401);
    lab.proof_key = ClientKey::es256(2);
    let claims = lab.proof_at_userinfo(token);
    let proof = lab.prove(&claims);
    ok(&lab.userinfo("DPoP", token, &proof));
    assert_eq!(lab.userinfo("DPoP", token, &proof).status, 401);
}

#[test]
fn ensure_holder_of_key_required() {
    let mut lab = Lab::new();
    let code = lab.code();
    refused(&lab.redeem(&code, ""), 400, "invalid_dpop_proof");
    // For a client itself too.
    let grant = [("grant_type", "client_credentials"), ("scope", "accounts")];
    refused(&lab.post("token", &grant, ""), 400, "invalid_dpop_proof");
    let proof = lab.proof("token");
    assert_eq!(ok(&lab.post("token", &grant, &proof))["token_type"], "DPoP");
}

// Parameters beside the pushed request.

#[test]
fn ensure_different_nonce_inside_and_outside_request_object() {
    let mut lab = Lab::new();
    let uri = lab.reference(&request());
    let page = lab.open(&uri, &[("nonce", "other")]);
    let code = lab.go_on(page)["code"].clone();
    let proof = lab.proof("token");
    let tokens = ok(&lab.redeem(&code, &proof));
    assert_eq!(lab.verified(member(&tokens, "id_token"))["nonce"], "n-0S6");
}

#[test]
fn ensure_different_state_inside_and_outside_request_object() {
    let mut lab = Lab::new();
    let uri = lab.reference(&request());
    let page = lab.open(&uri, &[("state", "other")]);
    assert_eq!(lab.go_on(page)["state"], "st&te");
}

#[test]
fn state_only_outside_request_object_not_used() {
    let mut lab = Lab::new();
    let uri = lab.reference(&changed(request(), "state", ""));
    let page = lab.open(&uri, &[("state", "outside")]);
    assert!(!lab.go_on(page).contains_key("state"));
}

#[test]
fn par_without_duplicate_parameters() {
    let mut lab = Lab::new();
    let uri = lab.reference(&request());
    let page = lab.open(&uri, &[]);
    assert!(lab.go_on(page).contains_key("code"));
}

// Requests that are refused.

#[test]
fn ensure_request_object_without_redirect_uri_fails() {
    let mut lab = Lab::new();
    refused(&lab.push(&changed(request(), "redirect_uri", "")), 400, "invalid_request");
    let mut claims = lab.object_claims();
    claims.as_object_mut().unwrap().remove("redirect_uri");
    refused(&lab.push_object(&claims), 400, "invalid_request");
}

#[test]
fn ensure_registered_redirect_uri() {
    let mut lab = Lab::new();
    for uri in ["https://other.example/cb", "https://client.example/cb/", "http://127.0.0.1/cb"] {
        refused(&lab.push(&changed(request(), "redirect_uri", uri)), 400, "invalid_request");
    }
}

#[test]
fn ensure_redirect_uri_in_authorization_request() {
    let mut lab = Lab::new();
    refused(&lab.push(&changed(request(), "redirect_uri", "")), 400, "invalid_request");
}

#[test]
fn ensure_unsigned_authorization_request_without_using_par_fails() {
    for place in PLACES {
        let mut lab = Lab::at(place);
        let mut request = request();
        request.push(("client_id", "app_one"));
        let answer = redirected(&lab.browser.authorize(&mut lab.server, place, &request));
        assert_eq!(answer["error"], "invalid_request");
        // Nor by a request object.
        let claims = lab.object_claims();
        let object = lab.key.jws(&json!({ "alg": "ES256" }), &claims);
        let request = [("client_id", "app_one"), ("request", object.as_str())];
        let answer = redirected(&lab.browser.authorize(&mut lab.server, place, &request));
        assert_eq!(answer["error"], "invalid_request");
    }
}

#[test]
fn ensure_response_type_code_id_token_fails() {
    response_type_fails("code id_token");
}

#[test]
fn ensure_response_type_token_fails() {
    response_type_fails("token");
}

fn response_type_fails(wanted: &str) {
    let mut lab = Lab::new();
    let pushed = lab.push(&changed(request(), "response_type", wanted));
    refused(&pushed, 400, "unsupported_response_type");
}

// The token endpoint.

#[test]
fn ensure_client_id_in_token_endpoint() {
    // The client_id beside the assertion is another client's.
    let mut lab = Lab::at(Place::Instance);
    let code = lab.code();
    let assertion = lab.assertion();
    let proof = lab.proof("token");
    lab.client = "app_two";
    let response = lab.post_with("token", &redemption(&code), &assertion, &proof);
    refused(&response, 401, "invalid_client");
}

#[test]
fn ensure_authorization_code_is_bound_to_client() {
    for place in PLACES {
        let mut lab = Lab::at(place);
        let code = lab.code();
        lab.second();
        let proof = lab.proof("token");
        refused(&lab.redeem(&code, &proof), 400, "invalid_grant");
    }
}

#[test]
fn attempt_reuse_authorization_code_after_one_second() {
    let mut lab = Lab::new();
    let code = lab.code();
    let proof = lab.proof("token");
    let tokens = ok(&lab.redeem(&code, &proof));
    lab.server.now += 1;
    let proof = lab.proof("token");
    refused(&lab.redeem(&code, &proof), 400, "invalid_grant");
    // RFC 6749 section 4.1.2: what was given for it has ended.
    let token = member(&tokens, "access_token");
    let claims = lab.proof_at_userinfo(token);
    let proof = lab.prove(&claims);
    assert_eq!(lab.userinfo("DPoP", token, &proof).status, 401);
}

#[test]
fn attempt_to_use_expired_auth_code() {
    let mut lab = Lab::new();
    let code = lab.code();
    lab.server.now += 60;
    let proof = lab.proof("token");
    refused(&lab.redeem(&code, &proof), 400, "invalid_grant");
}

#[test]
fn ensure_signed_client_assertion_with_rs256_fails() {
    let mut lab = Lab::new();
    lab.second();
    let code = lab.code();
    // The same key, which signs by PS256.
    let rs = ClientKey::rs256();
    let claims = lab.assertion_claims();
    let assertion = rs.jws(&json!({ "alg": "RS256" }), &claims);
    let proof = lab.proof("token");
    let response = lab.post_with("token", &redemption(&code), &assertion, &proof);
    assert!(refused(&response, 401, "invalid_client").contains("alg"));
    let proof = lab.proof("token");
    ok(&lab.redeem(&code, &proof));
}

#[test]
fn ensure_client_assertion_in_token_endpoint() {
    let mut lab = Lab::new();
    let code = lab.code();
    let proof = lab.proof("token");
    let response = lab.post_with("token", &redemption(&code), "", &proof);
    refused(&response, 401, "invalid_client");
    // Nor may it be left out where requests are pushed.
    refused(&lab.post_with("par", &request(), "", ""), 401, "invalid_client");
}

#[test]
fn ensure_client_assertion_with_exp_is_5_minutes_in_past_fails() {
    let mut lab = Lab::new();
    refused(&lab.redeem_with_assertion("exp", json!(NOW - 300)), 401, "invalid_client");
}

#[test]
fn ensure_client_assertion_with_wrong_aud_fails() {
    let mut lab = Lab::new();
    for aud in [json!("https://other.example"), json!(["https://other.example"]), Value::Null] {
        refused(&lab.redeem_with_assertion("aud", aud), 401, "invalid_client");
    }
}

#[test]
fn ensure_client_assertion_with_no_sub_fails() {
    let mut lab = Lab::new();
    refused(&lab.redeem_with_assertion("sub", Value::Null), 401, "invalid_client");
}

#[test]
fn refresh_token() {
    for place in PLACES {
        let mut lab = Lab::at(place);
        let first = lab.tokens();
        let token = member(&first, "refresh_token").to_owned();
        let refresh = [("grant_type", "refresh_token"), ("refresh_token", &*token)];
        refused(&lab.post("token", &refresh, ""), 400, "invalid_dpop_proof");
        let mut given = vec![member(&first, "access_token").to_owned()];
        // It is not exchanged, so it works again and again.
        for _ in 0..3 {
            lab.server.now += 10;
            let proof = lab.proof("token");
            let next = ok(&lab.post("token", &refresh, &proof));
            assert_eq!(next.get("refresh_token"), None);
            assert_eq!(next["token_type"], "DPoP");
            let id_token = lab.verified(member(&next, "id_token"));
            assert_eq!(id_token["sub"], "user_alice");
            given.push(member(&next, "access_token").to_owned());
        }
        // An access token that is revoked ends alone, and all of them with the refresh token.
        assert_eq!(lab.post("revoke", &[("token", &given[1])], "").status, 200);
        let works = |lab: &mut Lab, token: &str| {
            let claims = lab.proof_at_userinfo(token);
            let proof = lab.prove(&claims);
            lab.userinfo("DPoP", token, &proof).status == 200
        };
        let working: Vec<bool> = given.iter().map(|token| works(&mut lab, token)).collect();
        assert_eq!(working, [true, false, true, true]);
        let proof = lab.proof("token");
        let last = ok(&lab.post("token", &refresh, &proof));
        assert!(works(&mut lab, member(&last, "access_token")));
        // Another client cannot use it.
        let mut other = Lab { browser: Browser::default(), ..lab };
        let (first_client, first_place) = (other.client, other.place);
        other.second();
        let proof = other.proof("token");
        refused(&other.post("token", &refresh, &proof), 400, "invalid_grant");
        (other.client, other.place) = (first_client, first_place);
        other.key = ClientKey::es256(1);
        assert_eq!(other.post("revoke", &[("token", &token)], "").status, 200);
        let proof = other.proof("token");
        refused(&other.post("token", &refresh, &proof), 400, "invalid_grant");
    }
}

// Pushed requests.

#[test]
fn par_ensure_reused_request_uri_prior_to_auth_completion_succeeds() {
    for place in PLACES {
        let mut lab = Lab::at(place);
        let uri = lab.reference(&request());
        let first = lab.open(&uri, &[]);
        let second = lab.open(&uri, &[]);
        assert_eq!((first.status, second.status), (200, 200));
        let answer = lab.go_on(second);
        assert!(answer.contains_key("code"));
        // The page that was left open leads nowhere now.
        let again = lab.browser.login(&mut lab.server, &first);
        page_refused(&again, 400, "invalid_request_uri");
        // Even when the reference itself is forgotten.
        lab.server.now += 61;
        let again = lab.browser.login(&mut lab.server, &first);
        page_refused(&again, 400, "invalid_request_uri");
    }
}

#[test]
fn par_attempt_reuse_request_uri() {
    let mut lab = Lab::new();
    let uri = lab.reference(&request());
    let page = lab.open(&uri, &[]);
    assert!(lab.go_on(page).contains_key("code"));
    page_refused(&lab.open(&uri, &[]), 400, "invalid_request_uri");
    // Without a page as well: alice is signed in.
    let uri = lab.reference(&request());
    assert!(redirected(&lab.open(&uri, &[])).contains_key("code"));
    page_refused(&lab.open(&uri, &[]), 400, "invalid_request_uri");
}

#[test]
fn par_attempt_to_use_expired_request_uri() {
    let mut lab = Lab::new();
    let uri = lab.reference(&request());
    lab.server.now += 60;
    page_refused(&lab.open(&uri, &[]), 400, "invalid_request_uri");
}

#[test]
fn par_ensure_jwt_client_assertion_with_iat_nbf_8_seconds_in_the_future_is_accepted() {
    for name in ["iat", "nbf"] {
        let mut lab = Lab::new();
        assert_eq!(lab.push_with_assertion(name, json!(NOW + 8)).status, 201);
    }
}

#[test]
fn par_ensure_jwt_client_assertion_with_iat_nbf_over_60_seconds_in_the_future_fails() {
    for name in ["iat", "nbf"] {
        let mut lab = Lab::new();
        refused(&lab.push_with_assertion(name, json!(NOW + 61)), 401, "invalid_client");
    }
}

#[test]
fn par_ensure_request_uri_is_bound_to_client() {
    for place in PLACES {
        let mut lab = Lab::at(place);
        let uri = lab.reference(&request());
        lab.second();
        page_refused(&lab.open(&uri, &[]), 400, "invalid_request_uri");
    }
}

#[test]
fn par_reject_request_uri_in_par_authorization_form_params() {
    let mut lab = Lab::new();
    let uri = lab.reference(&request());
    let pushed = lab.push(&changed(request(), "request_uri", &uri));
    refused(&pushed, 400, "invalid_request");
}

#[test]
fn par_reject_invalid_http_verb() {
    let mut lab = Lab::new();
    for method in [Method::Get, Method::Head] {
        let mut request = HttpRequest::get(lab.place.api("par"));
        request.method = method;
        assert_eq!(lab.server.send(&request).status, 405);
    }
}

#[test]
fn par_ensure_pkce_required() {
    let mut lab = Lab::new();
    let plain = changed(changed(request(), "code_challenge", ""), "code_challenge_method", "");
    refused(&lab.push(&plain), 400, "invalid_request");
}

#[test]
fn par_ensure_pkce_code_verifier_required() {
    let mut lab = Lab::new();
    let code = lab.code();
    let proof = lab.proof("token");
    let response = lab.post("token", &redemption(&code)[..3], &proof);
    refused(&response, 400, "invalid_grant");
}

#[test]
fn par_incorrect_pkce_code_verifier_rejected() {
    let mut lab = Lab::new();
    let code = lab.code();
    let mut pairs = redemption(&code);
    pairs[3].1 = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl";
    let proof = lab.proof("token");
    refused(&lab.post("token", &pairs, &proof), 400, "invalid_grant");
}

#[test]
fn par_ensure_plain_pkce_rejected() {
    let mut lab = Lab::new();
    for method in ["plain", ""] {
        let request = changed(
            changed(request(), "code_challenge", VERIFIER),
            "code_challenge_method",
            method,
        );
        refused(&lab.push(&request), 400, "invalid_request");
    }
}

#[test]
fn par_endpoint_as_array_audience_fails() {
    let mut lab = Lab::new();
    let (par, issuer) = (lab.place.api("par"), lab.place.issuer());
    for aud in [json!([par]), json!([par, issuer]), json!([issuer])] {
        refused(&lab.push_with_assertion("aud", aud), 401, "invalid_client");
    }
}

#[test]
fn par_endpoint_as_audience_fails() {
    let mut lab = Lab::new();
    let par = lab.place.api("par");
    refused(&lab.push_with_assertion("aud", json!(par)), 401, "invalid_client");
}

#[test]
fn par_token_endpoint_as_audience_fails() {
    let mut lab = Lab::new();
    let token = lab.place.api("token");
    refused(&lab.push_with_assertion("aud", json!(token)), 401, "invalid_client");
    refused(&lab.redeem_with_assertion("aud", json!(token)), 401, "invalid_client");
}

// Message signing: requests.

#[test]
fn ensure_server_accepts_request_object_with_multiple_aud() {
    for place in PLACES {
        let mut lab = Lab::at(place);
        let mut claims = lab.object_claims();
        claims["aud"] = json!(["https://other.example", place.issuer()]);
        let pushed = json(&lab.push_object(&claims));
        let page = lab.open(member(&pushed, "request_uri"), &[]);
        assert!(lab.go_on(page).contains_key("code"));
    }
}

#[test]
fn ensure_request_object_with_nbf_8_seconds_in_the_future_is_accepted() {
    let mut lab = Lab::new();
    let mut claims = lab.object_claims();
    claims["nbf"] = (NOW + 8).into();
    assert_eq!(lab.push_object(&claims).status, 201);
}

#[test]
fn ensure_request_object_without_exp_fails() {
    Lab::new().object_refused("exp", Value::Null);
}

#[test]
fn ensure_request_object_without_nbf_fails() {
    Lab::new().object_refused("nbf", Value::Null);
}

#[test]
fn ensure_expired_request_object_fails() {
    Lab::new().object_refused("exp", json!(NOW - 300));
}

#[test]
fn ensure_request_object_with_bad_aud_fails() {
    let mut lab = Lab::new();
    lab.object_refused("aud", json!("https://other.example"));
    lab.object_refused("aud", Value::Null);
}

#[test]
fn ensure_request_object_with_exp_over_60_fails() {
    Lab::new().object_refused("exp", json!(NOW + HOUR + 600));
}

#[test]
fn ensure_request_object_with_nbf_over_60_fails() {
    Lab::new().object_refused("nbf", json!(NOW - HOUR - 600));
}

#[test]
fn ensure_signed_request_object_with_rs256_fails() {
    let mut lab = Lab::new();
    lab.second();
    let claims = lab.object_claims();
    let object = ClientKey::rs256().jws(&json!({ "alg": "RS256" }), &claims);
    refused(&lab.push(&[("request", &object)]), 400, "invalid_request_object");
}

#[test]
fn ensure_request_object_signature_algorithm_is_not_none() {
    let mut lab = Lab::new();
    let claims = lab.object_claims();
    let signed = lab.key.jws(&json!({ "alg": "none" }), &claims);
    let (input, _) = signed.rsplit_once('.').unwrap();
    for object in [format!("{input}."), signed.clone()] {
        refused(&lab.push(&[("request", &object)]), 400, "invalid_request_object");
    }
}

#[test]
fn ensure_request_object_with_invalid_signature_fails() {
    let mut lab = Lab::new();
    let claims = lab.object_claims();
    let mut object = lab.key.jws(&json!({ "alg": "ES256" }), &claims);
    let last = object.pop().unwrap();
    object.insert(object.len() - 40, if last == 'A' { 'B' } else { 'A' });
    refused(&lab.push(&[("request", &object)]), 400, "invalid_request_object");
}

#[test]
fn ensure_matching_key_in_authorization_request() {
    // The other client's key signed it.
    let mut lab = Lab::new();
    let claims = lab.object_claims();
    let object = ClientKey::ps256().jws(&json!({ "alg": "PS256" }), &claims);
    refused(&lab.push(&[("request", &object)]), 400, "invalid_request_object");
}

#[test]
fn ensure_unsigned_request_at_par_endpoint_fails() {
    let mut lab = Lab::new();
    let mut one = lab.server.issuer.config().applications[0].clone();
    one.require_signed_request_object = true;
    lab.server.issuer.set_application(one).unwrap();
    refused(&lab.push(&request()), 400, "invalid_request");
    let claims = lab.object_claims();
    assert_eq!(lab.push_object(&claims).status, 201);
}

#[test]
fn par_reject_request_uri_in_par_authorization_request() {
    let mut lab = Lab::new();
    let uri = lab.reference(&request());
    lab.object_refused("request_uri", json!(uri));
}

// Message signing: responses.

#[test]
fn happy_flow_with_jarm() {
    for mode in ["jwt", "query.jwt"] {
        let mut lab = Lab::new();
        let answer = lab.answer(&changed(request(), "response_mode", mode));
        let claims = lab.verified(&answer["response"]);
        assert_eq!(
            (&claims["iss"], &claims["aud"]),
            (&json!(lab.place.issuer()), &json!("app_one"))
        );
        let proof = lab.proof("token");
        ok(&lab.redeem(member(&claims, "code"), &proof));
    }
}
