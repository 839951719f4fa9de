//! Hostile cases, end to end: what a client receives is wrong in the one way that the case names.

use eiam_token::base64url;
use eiam_token::http::{HttpRequest, HttpResponse};
use eiam_token::issuer::{AccessTokenFormat, Config, SigningAlgorithm, Verifier};
use eiam_token::testing::{Filter, Hostile, Place, Times, Transport};
use serde_json::{Value, json};

use crate::keys::Native;
use crate::support::{BASE, HOST, Server, WEB, json as body};

fn once(server: &mut Server, name: &str) {
    server.issuer.hostile_mut().activate(name, Times::Count(1)).unwrap();
}

fn parts(token: &Value) -> Vec<String> {
    token.as_str().unwrap().split('.').map(str::to_owned).collect()
}

fn decoded(part: &str) -> Value {
    serde_json::from_slice(&base64url::decode(part).unwrap()).unwrap()
}

/// Header and claims of the id_token that comes while a case is active.
fn id_token(name: &str) -> (Value, Value) {
    let mut server = Server::new();
    once(&mut server, name);
    let tokens = server.alice();
    let parts = parts(&tokens["id_token"]);
    (decoded(&parts[0]), decoded(&parts[1]))
}

#[test]
fn claims_are_changed_before_they_are_signed() {
    let now = json!(HOST);
    let other = "https://attacker.example";
    for (name, claim, expected) in [
        ("iss_other", "iss", json!(other)),
        ("iss_null", "iss", Value::Null),
        ("aud_more", "aud", json!(["app_web", "another-client"])),
        ("exp_past", "exp", json!(HOST - 3600)),
        ("exp_text", "exp", json!((HOST + 300).to_string())),
        ("nbf_future", "nbf", json!(HOST + 3600)),
        ("nonce_other", "nonce", json!("another-nonce")),
        ("at_hash_other", "at_hash", json!("77QmUPtjPfzWtF2AnpK9RQ")),
        ("sub_number", "sub", json!(9_007_199_254_740_993_i64)),
    ] {
        let (_, claims) = id_token(name);
        assert_eq!(claims[claim], expected, "{name}");
        assert_eq!(claims["iat"], now, "{name}");
        // Everything else is as it always is.
        let is_about_hash = claim == "at_hash";
        assert_eq!(
            claims["at_hash"].as_str().is_some_and(|it| it.len() == 43),
            !is_about_hash,
            "{name}"
        );
    }
    for name in ["iss", "aud", "exp", "iat", "sub"] {
        let (_, claims) = id_token(&format!("{name}_missing"));
        assert_eq!(claims.get(name), None, "{name}");
    }
}

#[test]
fn what_is_changed_before_has_a_genuine_signature_and_a_forgery_has_none() {
    let is_genuine = |name: Option<&str>| {
        let mut server = Server::new();
        if let Some(name) = name {
            once(&mut server, name);
        }
        let tokens = server.alice();
        let token = tokens["id_token"].as_str().unwrap();
        // The issuer itself says whether it made this one.
        let check = server.issuer.signature_of(token);
        check.is_some_and(|check| Native.verify(&check))
    };
    assert!(is_genuine(None));
    for name in
        ["iss_other", "sub_other", "exp_past", "aud_null", "typ_access_token", "jwk_embedded"]
    {
        assert!(is_genuine(Some(name)), "{name}");
    }
    for name in [
        "alg_none",
        "alg_none_in_other_letters",
        "alg_hs256_public_pem",
        "alg_hs256_public_jwk",
        "alg_hs256_empty",
        "signature_stripped",
        "signature_zeros",
        "signature_flipped",
        "signature_cut",
        "signature_of_other_claims",
    ] {
        assert!(!is_genuine(Some(name)), "{name}");
    }
}

#[test]
fn headers_are_changed() {
    for (name, member, expected) in [
        ("kid_unknown", "kid", json!("another-key")),
        ("crit_unknown", "crit", json!(["attacker"])),
        ("typ_logout_token", "typ", json!("logout+jwt")),
        ("alg_none", "alg", json!("none")),
        ("b64_false", "b64", json!(false)),
    ] {
        assert_eq!(id_token(name).0[member], expected, "{name}");
    }
    assert_eq!(id_token("jwk_embedded").0["jwk"]["kty"], "OKP");
    assert_eq!(id_token("kid_missing").0.get("kid"), None);
}

#[test]
fn a_case_happens_to_the_response_that_it_is_for() {
    let mut server = Server::new();
    once(&mut server, "iss_other");
    // There is no id_token in these.
    server.alice_with("email");
    server.web("token", &[("grant_type", "refresh_token"), ("refresh_token", "RTx")]);
    assert_eq!(server.issuer.hostile().active().collect::<Vec<_>>(), [("iss_other", Some(1))]);
    server.alice();
    assert_eq!(server.issuer.hostile().active().count(), 0);
    let filter = Filter::default();
    let entry = server.issuer.journal().last(&filter).unwrap().to_json();
    assert_eq!(entry["changes"], json!(["hostile: iss_other"]));
    let claims = decoded(&parts(&server.alice()["id_token"])[1]);
    assert_ne!(claims["iss"], "https://attacker.example");
}

fn web_uri(config: &Config) -> String {
    let web = config.applications.iter().find(|one| one.application_id == "app_web").unwrap();
    web.redirect_uris[0].clone()
}

/// The response to the last form of a sign-in, which leads back to the client.
fn callback(server: &mut Server) -> HttpResponse {
    callback_by(server, "query")
}

/// The same in this response mode.
fn callback_by(server: &mut Server, mode: &str) -> HttpResponse {
    let uri = eiam_token::form::encode(&web_uri(server.issuer.config()));
    let url = format!(
        "{BASE}/login/app/app_web/oauth2/authorize?client_id=app_web&response_type=code&scope=openid\
         &state=s&redirect_uri={uri}&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM\
         &code_challenge_method=S256&response_mode={mode}"
    );
    let page = server.send(&HttpRequest::get(url));
    let mut cookies = cookies_of(&page);
    let sign_in = [("username", "alice"), ("password", "alice-password")];
    let response = submit(server, &page, &cookies, &sign_in);
    if !String::from_utf8_lossy(&response.body).contains("name=\"transaction\"") {
        return response;
    }
    let newer = cookies_of(&response);
    let name = |cookie: &str| cookie.split('=').next().unwrap().to_owned();
    cookies.retain(|cookie| newer.iter().all(|other| name(other) != name(cookie)));
    cookies.extend(newer);
    submit(server, &response, &cookies, &[("decision", "allow")])
}

fn cookies_of(response: &HttpResponse) -> Vec<String> {
    let cookies = response.headers.values("set-cookie");
    cookies.map(|it| it.split(';').next().unwrap().to_owned()).collect()
}

/// Sends the form of a page with these fields.
fn submit(
    server: &mut Server,
    page: &HttpResponse,
    cookies: &[String],
    fields: &[(&str, &str)],
) -> HttpResponse {
    let text = String::from_utf8_lossy(&page.body).into_owned();
    let between = |start: &str| {
        let (_, rest) = text.split_once(start).unwrap_or_else(|| panic!("{start}: {text}"));
        rest.split('"').next().unwrap().replace("&amp;", "&")
    };
    let transaction = between("name=\"transaction\" value=\"");
    let mut pairs = vec![("transaction", transaction.as_str())];
    pairs.extend_from_slice(fields);
    let url = format!("{BASE}{}", between("<form method=\"post\" action=\""));
    let request = HttpRequest::post_form(url, crate::support::encode(&pairs))
        .header("cookie", cookies.join("; "))
        .header("origin", BASE);
    server.send(&request)
}

#[test]
fn callbacks_are_changed() {
    for (name, wrong, right) in [
        ("callback_iss_other", "&iss=https%3A%2F%2Fattacker.example", "state=s"),
        ("callback_state_other", "state=another-state", "&iss=http"),
        ("callback_code_and_error", "&error=access_denied", "code=CO"),
        ("callback_code_empty", "code=&", "state=s"),
        ("callback_code_twice", "&code=attacker", "code=CO"),
    ] {
        let mut server = Server::new();
        once(&mut server, name);
        let response = callback(&mut server);
        let text = String::from_utf8_lossy(&response.body);
        let location = response.headers.value("location").unwrap_or_else(|| panic!("{text}"));
        assert!(location.contains(wrong) && location.contains(right), "{name}: {location}");
        let location = callback(&mut server);
        let location = location.headers.value("location").unwrap().to_owned();
        assert!(!location.contains(wrong), "{name}: {location}");
    }
    for (name, missing) in [("callback_iss_missing", "iss="), ("callback_state_missing", "state=")]
    {
        let mut server = Server::new();
        once(&mut server, name);
        let response = callback(&mut server);
        let location = response.headers.value("location").unwrap();
        assert!(location.contains("code=CO") && !location.contains(missing), "{name}: {location}");
    }
}

/// The parameters that a page submits to the client.
fn submitted(response: &HttpResponse) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(&response.body).into_owned();
    let fields = text.split("<input type=\"hidden\" name=\"").skip(1);
    let pair = |field: &str| {
        let (name, rest) = field.split_once("\" value=\"").unwrap();
        (name.to_owned(), rest.split_once("\">").unwrap().0.to_owned())
    };
    fields.map(pair).collect()
}

#[test]
fn form_post_section_2_callbacks_are_changed_in_the_page_that_submits_them() {
    let parameters = |case: Option<&str>| {
        let mut server = Server::new();
        if let Some(case) = case {
            once(&mut server, case);
        }
        submitted(&callback_by(&mut server, "form_post"))
    };
    let genuine = parameters(None);
    let names: Vec<_> = genuine.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["code", "state", "iss"]);
    let (code, iss) = (genuine[0].1.clone(), genuine[2].1.clone());
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    for (case, expected) in [
        ("callback_iss_slash", pair("iss", &format!("{iss}/"))),
        ("callback_iss_twice", pair("iss", "https://attacker.example")),
        ("callback_state_other", pair("state", "another-state")),
        ("callback_code_and_error", pair("error", "access_denied")),
        ("callback_code_twice", pair("code", "attacker")),
        ("callback_code_empty", pair("code", "")),
    ] {
        let changed = parameters(Some(case));
        let others: Vec<_> = changed.iter().filter(|pair| !genuine.contains(pair)).collect();
        assert_eq!(others, [&expected], "{case}");
    }
    let changed = parameters(Some("callback_iss_missing"));
    assert_eq!(changed, [pair("code", &code), pair("state", "s")]);
}

/// The token of an authorization response.
fn signed_response(response: &HttpResponse) -> Option<String> {
    match response.headers.value("location") {
        Some(location) => {
            let (_, rest) = location.split_once("response=")?;
            rest.split('&').next().map(str::to_owned)
        }
        None => submitted(response).into_iter().find(|(name, _)| name == "response").map(|it| it.1),
    }
}

#[test]
fn jarm_section_2_4_signed_callbacks_are_changed() {
    for mode in ["query.jwt", "fragment.jwt", "form_post.jwt"] {
        let changed = |case: &str| {
            let mut server = Server::new();
            once(&mut server, case);
            let response = callback_by(&mut server, mode);
            assert_eq!(server.issuer.hostile().active().count(), 0, "{mode}: {case}");
            response
        };
        let token = |case: &str| parts(&json!(signed_response(&changed(case)).unwrap()));
        let issuer = format!("{BASE}/v2/idaas_example/app_web/oidc");
        let claims = decoded(&token("jarm_iss_other")[1]);
        assert_eq!(claims["iss"], "https://attacker.example", "{mode}");
        assert_eq!((&claims["aud"], &claims["state"]), (&json!("app_web"), &json!("s")), "{mode}");
        let claims = decoded(&token("jarm_state_missing")[1]);
        assert_eq!((&claims["iss"], claims.get("state")), (&json!(issuer), None), "{mode}");
        let none = token("jarm_alg_none");
        assert_eq!((&decoded(&none[0])["alg"], &*none[2]), (&json!("none"), ""), "{mode}");
        let other = token("jarm_signature_of_other_claims");
        let code = decoded(&other[1])["code"].as_str().unwrap().to_owned();
        assert!(code.starts_with("CO") && code.ends_with("-other"), "{mode}: {code}");
        let plain = changed("jarm_unsigned");
        assert_eq!(signed_response(&plain), None, "{mode}");
        let text = plain.headers.value("location").map(str::to_owned);
        let text = text.unwrap_or_else(|| String::from_utf8_lossy(&plain.body).into_owned());
        assert!(text.contains("CO") && text.contains("state"), "{mode}: {text}");
        assert!(signed_response(&changed("jarm_code_beside")).unwrap().contains('.'), "{mode}");
    }
}

#[test]
fn core_section_5_3_2_signed_claims_are_changed() {
    let answer = |case: &str| {
        let mut server = signing_claims();
        once(&mut server, case);
        let token = server.alice()["access_token"].as_str().unwrap().to_owned();
        server.userinfo(&token)
    };
    let plain = answer("userinfo_unsigned");
    assert_eq!(plain.headers.value("content-type"), Some("application/json"));
    assert_eq!(body(&plain)["aud"], "app_web");
    let text = |case: &str| String::from_utf8(answer(case).body.clone()).unwrap();
    let sub = |token: &str| decoded(&parts(&json!(token))[1])["sub"].clone();
    assert_eq!(sub(&text("userinfo_signed_sub_other")), "user_alice-other");
    assert_eq!(sub(&text("userinfo_signature_of_other_claims")), "user_alice-other");
    assert!(text("userinfo_signature_stripped").ends_with('.'));
    // What is about claims in JSON does not happen to a JWT, and the other way round.
    let mut server = signing_claims();
    once(&mut server, "userinfo_sub_other");
    let token = server.alice()["access_token"].as_str().unwrap().to_owned();
    server.userinfo(&token);
    assert_eq!(server.issuer.hostile().active().count(), 1);
}

/// An issuer at which `app_web` gets the claims of a user as a JWT.
fn signing_claims() -> Server {
    Server::with(|config| {
        let web = config.applications.iter_mut().find(|one| one.application_id == "app_web");
        web.unwrap().userinfo_signed_response_alg = Some(SigningAlgorithm::EdDsa);
    })
}

/// What `app_web` is told of a logout, and whether the issuer signed it.
fn logout_token(case: Option<&str>) -> (String, bool) {
    let mut server = Server::with(|config| {
        let web = config.applications.iter_mut().find(|one| one.application_id == "app_web");
        let web = web.unwrap();
        web.backchannel_logout_uri = Some("https://web.example/backchannel".to_owned());
        web.backchannel_logout_session_required = true;
    });
    let uri = web_uri(server.issuer.config());
    let response = callback(&mut server);
    let location = response.headers.value("location").unwrap();
    let (_, rest) = location.split_once("code=").unwrap();
    let pairs = [
        ("grant_type", "authorization_code"),
        ("code", rest.split('&').next().unwrap()),
        ("redirect_uri", uri.as_str()),
        ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
    ];
    assert!(body(&server.web("token", &pairs))["id_token"].is_string());
    if let Some(case) = case {
        once(&mut server, case);
    }
    let mut alice = server.issuer.config().users[0].clone();
    assert_eq!(alice.username, "alice");
    alice.disabled = true;
    server.issuer.set_user(alice).unwrap();
    let mut notices = server.issuer.take_logouts(server.host);
    let notice = notices.pop().unwrap();
    assert_eq!((notices.len(), server.issuer.hostile().active().count()), (0, 0), "{case:?}");
    let signature = server.signature(&notice.signing_input());
    let token = notice.token(&signature);
    let check = server.issuer.signature_of(&token);
    (token, check.is_some_and(|check| Native.verify(&check)))
}

#[test]
fn backchannel_logout_section_2_6_logout_tokens_are_changed() {
    let claims = |case: &str| {
        let (token, is_genuine) = logout_token(Some(case));
        assert!(is_genuine, "{case}");
        decoded(&parts(&json!(token))[1])
    };
    assert_eq!(claims("logout_iss_other")["iss"], "https://attacker.example");
    assert_eq!(claims("logout_exp_past")["exp"], HOST - 3600);
    assert_eq!(claims("logout_nonce")["nonce"], "a-nonce");
    let nobody = claims("logout_nobody");
    assert_eq!((nobody.get("sub"), nobody.get("sid")), (None, None));
    assert!(nobody["events"].is_object());
    for case in ["logout_alg_none", "logout_alg_hs256_public_pem", "logout_signature_stripped"] {
        let (token, is_genuine) = logout_token(Some(case));
        assert!(!is_genuine && token.split('.').count() == 3, "{case}: {token}");
    }
    let (genuine, is_genuine) = logout_token(None);
    assert!(is_genuine && decoded(&parts(&json!(genuine))[1])["sid"].is_string());
}

#[test]
fn core_section_10_1_1_renewed_keys_are_there_when_they_are_fetched_again() {
    let mut server = Server::new();
    let path = "/v2/idaas_example/app_web/oidc/jwks";
    let genuine = body(&server.get(path));
    for (case, has_same_id) in [("keys_renewed_same_kid", true), ("keys_renewed_other_kid", false)]
    {
        server.issuer.hostile_mut().activate(case, Times::Always).unwrap();
        assert_eq!(server.issuer.hostile().active().collect::<Vec<_>>(), [(case, Some(1))]);
        let former = body(&server.get(path));
        assert_ne!(former["keys"][0]["x"], genuine["keys"][0]["x"], "{case}");
        assert_eq!(former["keys"][0]["kid"] == genuine["keys"][0]["kid"], has_same_id, "{case}");
        assert_eq!(body(&server.get(path)), genuine, "{case}");
    }
    once(&mut server, "keys_two_of_one_kid");
    let both = body(&server.get(path));
    assert_eq!(both["keys"][0]["kid"], both["keys"][1]["kid"]);
    assert_eq!(both["keys"][1], genuine["keys"][0]);
    once(&mut server, "keys_use_encryption");
    assert_eq!(body(&server.get(path))["keys"][0]["use"], "enc");
}

#[test]
fn texts_of_json_are_what_they_say() {
    let text = |name: &str| {
        let mut server = Server::new();
        once(&mut server, name);
        let pairs =
            [("grant_type", "password"), ("username", "alice"), ("password", "alice-password")];
        let response = server.answer(&{
            let mut all = vec![("client_id", "app_web")];
            all.push(("client_secret", crate::support::WEB_SECRET));
            all.extend(pairs);
            HttpRequest::post_form(format!("{BASE}{WEB}token"), crate::support::encode(&all))
        });
        (response.response.status, String::from_utf8_lossy(&response.response.body).into_owned())
    };
    for (name, expected) in [
        ("expires_in_text", "\"expires_in\":\"1200\""),
        ("expires_in_fraction", "\"expires_in\":1200.0"),
        ("expires_in_64_bits", "\"expires_in\":9223372036854775807"),
        ("expires_in_beyond", "\"expires_in\":1e400"),
        ("access_token_twice", ",\"access_token\":\"attacker\"}"),
        ("access_token_with_line", "\"access_token\":\"a\\r\\nx-injected: 1\""),
        ("error_beside_tokens", ",\"error\":\"invalid_grant\"}"),
        ("body_trailing", "}{\"access_token\":\"attacker\"}"),
        ("body_mark", "\u{feff}{"),
    ] {
        let (status, text) = text(name);
        assert!(status == 200 && text.contains(expected), "{name}: {text}");
    }
    assert_eq!(text("expires_in_missing").1.find("expires_in"), None);
    assert_eq!(text("body_deep").1.len(), 400_000);
    assert_eq!(text("status_error_with_tokens").0, 400);
}

#[test]
fn redirects_and_connections() {
    let mut server = Server::new();
    once(&mut server, "redirect_307");
    let pairs = [("grant_type", "password"), ("username", "alice"), ("password", "alice-password")];
    let response = server.web("token", &pairs);
    assert_eq!((response.status, response.body.len()), (307, 0));
    assert_eq!(response.headers.value("location"), Some("https://attacker.example/token"));
    once(&mut server, "keys_endless");
    let keys = HttpRequest::get(format!("{BASE}/api/v2/iauths_system/oauth2/jwks"));
    assert_eq!(server.answer(&keys).transport, [Transport::Endless]);
    assert_eq!(server.answer(&keys).transport, []);
}

#[test]
fn keys_and_metadata_are_changed() {
    let mut server = Server::new();
    let issuer = format!("{BASE}/v2/idaas_example/app_web/oidc");
    let get = |server: &mut Server, path: &str| {
        body(&server.send(&HttpRequest::get(format!("{issuer}{path}"))))
    };
    let genuine = get(&mut server, "/jwks");
    once(&mut server, "keys_changed_same_kid");
    let changed = get(&mut server, "/jwks");
    assert_eq!(changed["keys"][0]["kid"], genuine["keys"][0]["kid"]);
    assert_ne!(changed["keys"][0]["x"], genuine["keys"][0]["x"]);
    once(&mut server, "keys_changed_other_kid");
    assert_eq!(get(&mut server, "/jwks")["keys"][0]["kid"], "another-key");
    assert_eq!(get(&mut server, "/jwks"), genuine);
    once(&mut server, "metadata_issuer_slash");
    let metadata = "/.well-known/openid-configuration";
    assert_eq!(get(&mut server, metadata)["issuer"], format!("{issuer}/"));
    assert_eq!(get(&mut server, metadata)["issuer"], issuer);
}

/// Every case changes what a client receives, so none of them is only a name.
#[test]
fn every_case_changes_something() {
    let usual = Server::new().issuer;
    let with_jwts = Server::with(|config| {
        let web = config.applications.iter_mut().find(|one| one.application_id == "app_web");
        web.unwrap().access_token_format = Some(AccessTokenFormat::Jwt);
    });
    let with_jwts = with_jwts.issuer;
    let with_signed_claims = signing_claims().issuer;
    let mut genuine = Vec::new();
    for case in Hostile::catalogue() {
        let request = |server: &mut Server| -> (HttpResponse, Vec<Transport>) {
            let answer = |server: &mut Server, request: HttpRequest| {
                let answered = server.answer(&request);
                (answered.response.clone(), answered.transport)
            };
            let issuer = format!("{BASE}/v2/idaas_example/app_web/oidc");
            match case.place {
                Place::IdToken | Place::Token | Place::AccessToken => {
                    let pairs = [
                        ("client_id", "app_web"),
                        ("client_secret", crate::support::WEB_SECRET),
                        ("grant_type", "password"),
                        ("username", "alice"),
                        ("password", "alice-password"),
                        ("scope", "openid profile"),
                    ];
                    let url = format!("{BASE}{WEB}token");
                    answer(server, HttpRequest::post_form(url, crate::support::encode(&pairs)))
                }
                Place::Callback => (callback(server), Vec::new()),
                Place::SignedCallback => (callback_by(server, "query.jwt"), Vec::new()),
                Place::Device => {
                    let url = format!("{BASE}/v2/idaas_example/app_device/oauth2/device/code");
                    answer(server, HttpRequest::post_form(url, "client_id=app_device".to_owned()))
                }
                Place::UserInfo | Place::SignedUserInfo => {
                    let token = server.alice()["access_token"].as_str().unwrap().to_owned();
                    let request = HttpRequest::get(format!("{BASE}{WEB}userinfo"));
                    answer(server, request.header("authorization", format!("Bearer {token}")))
                }
                Place::Keys => answer(server, HttpRequest::get(format!("{issuer}/jwks"))),
                _ => {
                    let path = "/.well-known/openid-configuration";
                    answer(server, HttpRequest::get(format!("{issuer}{path}")))
                }
            }
        };
        if case.place == Place::LogoutToken {
            let (genuine, changed) = (logout_token(None), logout_token(Some(case.name)));
            assert_ne!(genuine, changed, "{}", case.name);
            continue;
        }
        let base = match case.place {
            Place::AccessToken => &with_jwts,
            Place::SignedUserInfo => &with_signed_claims,
            _ => &usual,
        };
        let new = || Server::of(base.fork());
        let known = genuine.iter().find(|(place, _)| *place == case.place).cloned();
        let (_, expected) = known.unwrap_or_else(|| {
            genuine.push((case.place, request(&mut new())));
            genuine.last().unwrap().clone()
        });
        let mut hostile = new();
        once(&mut hostile, case.name);
        let changed = request(&mut hostile);
        // The nonce is missing here without a case as well, and auth_time and acr are not asked for.
        let absent = ["nonce_missing"];
        assert_eq!(expected == changed, absent.contains(&case.name), "{}", case.name);
        assert_eq!(hostile.issuer.hostile().active().count(), 0, "{}", case.name);
    }
}
