//! Access tokens as an application wants them, opaque or JWTs, at both issuers: RFC 9068.

use eiam_token::base64url;
use eiam_token::http::HttpRequest;
use eiam_token::issuer::{AccessTokenFormat, Config, GrantType, Profile};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::keys::ClientKey;
use crate::support::*;

const CLIENT: [(&str, &str); 2] = [("client_id", "app_web"), ("client_secret", WEB_SECRET)];

fn with(profile: Profile, format: AccessTokenFormat) -> Server {
    Server::with(|config: &mut Config| {
        config.profile = profile;
        config.applications[1].access_token_format = Some(format);
        config.applications[1].grants.push(GrantType::Implicit);
    })
}

fn jwts() -> [Server; 2] {
    PROFILES.map(|profile| with(profile, AccessTokenFormat::Jwt))
}

fn tokens(server: &mut Server, place: Place, scope: &'static str) -> Value {
    let code = Browser::default().code(server, place, &changed(web_request(), "scope", scope));
    let pairs = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", WEB_URI),
        ("code_verifier", VERIFIER),
    ];
    ok(&server.token(place, &[&CLIENT[..], &pairs].concat()))
}

fn about(server: &mut Server, place: Place, endpoint: &str, token: &str) -> Value {
    ok(&server.post(&place.api(endpoint), &[&CLIENT[..], &[("token", token)]].concat()))
}

#[test]
fn rfc_9068_section_2_2_the_claims_of_a_users_token() {
    for mut server in jwts() {
        for place in [WEB, Place::Instance] {
            let code = Browser::default().code(&mut server, place, &web_request());
            server.now += 10;
            let pairs = [
                ("grant_type", "authorization_code"),
                ("code", &code),
                ("redirect_uri", WEB_URI),
                ("code_verifier", VERIFIER),
            ];
            let tokens = ok(&server.token(place, &[&CLIENT[..], &pairs].concat()));
            let (header, claims) = verified(member(&tokens, "access_token"));
            assert_eq!(header["typ"], "at+jwt");
            let mut expected = json!({
                "iss": place.issuer(),
                "aud": place.issuer(),
                "sub": "user_alice",
                "client_id": "app_web",
                "scope": "openid profile email",
                "iat": server.now,
                "exp": server.now + 1200,
                "auth_time": server.now - 10,
                "amr": ["pwd"],
            });
            let (_, id_token) = verified(member(&tokens, "id_token"));
            expected["jti"] = claims["jti"].clone();
            expected["acr"] = claims["acr"].clone();
            assert_eq!(claims, expected);
            assert!(!member(&claims, "acr").is_empty());
            assert_eq!(claims["auth_time"], id_token["auth_time"]);
            // OpenID Connect Core section 3.1.3.6: of the whole token, its signature included.
            let hash = Sha256::digest(member(&tokens, "access_token").as_bytes());
            assert_eq!(id_token["at_hash"], base64url::encode(&hash[..16]));
            server.now -= 10;
        }
    }
}

#[test]
fn rfc_9068_section_2_2_1_a_refreshed_token_says_when_the_user_signed_in() {
    for mut server in jwts() {
        let first = tokens(&mut server, WEB, "openid");
        server.now += 100;
        let second = ok(&server.refresh(member(&first, "refresh_token")));
        let (_, claims) = verified(member(&second, "access_token"));
        assert_eq!((&claims["auth_time"], &claims["iat"]), (&json!(NOW), &json!(NOW + 100)));
        let (_, former) = verified(member(&first, "access_token"));
        assert_ne!(claims["jti"], former["jti"]);
    }
}

#[test]
fn rfc_9068_section_2_in_every_grant() {
    for mut server in jwts() {
        let is_eiam = server.issuer.config().profile == Profile::Eiam;
        for place in [WEB, Place::Instance] {
            let device = ok(&server.post(&place.api("device/code"), &CLIENT));
            let mut browser = Browser::default();
            let page = browser.get(&mut server, member(&device, "verification_uri_complete"));
            let code = member(&device, "user_code");
            let page = browser.submit(&mut server, &page, &[("user_code", code)]);
            let page = browser.login(&mut server, &page);
            browser.submit(&mut server, &page, &[("decision", "allow")]);
            let device =
                [("grant_type", DEVICE_GRANT), ("device_code", member(&device, "device_code"))];
            let machine = [("grant_type", "client_credentials")];
            let password =
                [("grant_type", "password"), ("username", "alice"), ("password", "alice-password")];
            let mut grants = vec![(&device[..], "user_alice"), (&machine, "app_web")];
            grants.extend(is_eiam.then_some((&password[..], "user_alice")));
            for (grant, subject) in grants {
                let tokens = ok(&server.token(place, &[&CLIENT[..], grant].concat()));
                let (header, claims) = verified(member(&tokens, "access_token"));
                assert_eq!((&header["typ"], &claims["sub"]), (&json!("at+jwt"), &json!(subject)));
                assert_eq!(claims.get("auth_time").is_some(), subject == "user_alice");
            }
        }
    }
}

/// The id_token names the hash of a token that is signed before it.
#[test]
fn oidc_core_section_3_2_2_10_at_hash_of_a_jwt_from_the_authorization_endpoint() {
    let mut server = with(Profile::Eiam, AccessTokenFormat::Jwt);
    for mode in ["fragment", "form_post"] {
        let request = changed(web_request(), "response_type", "id_token token");
        let request = changed(request, "code_challenge", "");
        let mut request = changed(request, "code_challenge_method", "");
        request.push(("response_mode", mode));
        let mut browser = Browser::default();
        let page = browser.authorize(&mut server, WEB, &request);
        let page = browser.login(&mut server, &page);
        let answer = browser.submit(&mut server, &page, &[("decision", "allow")]);
        let answer = match mode {
            "fragment" => in_fragment(&answer),
            _ => posted(&answer).1,
        };
        let (_, claims) = verified(&answer["access_token"]);
        assert_eq!(claims["sub"], "user_alice");
        let (_, claims) = verified(&answer["id_token"]);
        let hash = Sha256::digest(answer["access_token"].as_bytes());
        assert_eq!(claims["at_hash"], base64url::encode(&hash[..16]));
        assert_eq!(answer["token_type"], "Bearer");
        ok(&server.userinfo(WEB, &answer["access_token"]));
    }
}

#[test]
fn rfc_9068_section_4_userinfo_takes_what_it_signed_itself() {
    for mut server in jwts() {
        let profile = server.issuer.config().profile;
        let status = if profile == Profile::Eiam { 400 } else { 401 };
        for (place, other) in [(WEB, Place::Instance), (Place::Instance, WEB)] {
            let tokens = tokens(&mut server, place, "openid email");
            let token = member(&tokens, "access_token");
            let info = ok(&server.userinfo(place, token));
            assert_eq!(
                (&info["sub"], &info["email"]),
                (&json!("user_alice"), &json!("alice@example.com"))
            );
            // RFC 6750 section 2.2: in the form as well.
            ok(&server.post(&place.api("userinfo"), &[("access_token", token)]));
            refused(&server.userinfo(other, token), status, "invalid_token");
            for forged in forgeries(token, member(&tokens, "id_token")) {
                refused(&server.userinfo(place, &forged), status, "invalid_token");
                let posted = server.post(&place.api("userinfo"), &[("access_token", &forged)]);
                refused(&posted, status, "invalid_token");
            }
            about(&mut server, place, "revoke", token);
            refused(&server.userinfo(place, token), status, "invalid_token");
            assert_eq!(about(&mut server, place, "introspect", token)["active"], false);
        }
        let token = tokens(&mut server, WEB, "openid");
        server.now += 1200;
        refused(&server.userinfo(WEB, member(&token, "access_token")), status, "invalid_token");
    }
}

/// What is not a token, though it has parts of one (RFC 8725 section 3).
fn forgeries(token: &str, id_token: &str) -> Vec<String> {
    let parts: Vec<&str> = token.split('.').collect();
    let (header, claims) = verified(token);
    let part = |value: &Value| base64url::encode(value.to_string().as_bytes());
    let [mut none, mut typed, mut other] = [header.clone(), header.clone(), header];
    none["alg"] = "none".into();
    typed["typ"] = "JWT".into();
    other["alg"] = "PS256".into();
    let mut admin = claims.clone();
    admin["scope"] = "openid profile email phone".into();
    let jti = member(&claims, "jti").to_owned();
    vec![
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}.", part(&none), parts[1]),
        format!("{}.{}.{}", part(&typed), parts[1], parts[2]),
        format!("{}.{}.{}", part(&other), parts[1], parts[2]),
        format!("{}.{}.{}", parts[0], part(&admin), parts[2]),
        id_token.to_owned(),
        jti.replacen("ID", "AT", 1),
        jti,
    ]
}

#[test]
fn rfc_9449_section_6_1_a_bound_jwt() {
    let mut server = with(Profile::Rfc9700, AccessTokenFormat::Jwt);
    let key = ClientKey::es256(7);
    let proof = |method: &str, url: &str, id: &str, token: Option<&str>| {
        let mut claims = json!({ "htm": method, "htu": url, "iat": NOW, "jti": id });
        if let Some(token) = token {
            claims["ath"] = base64url::encode(&Sha256::digest(token.as_bytes())).into();
        }
        let header = json!({ "alg": "ES256", "typ": "dpop+jwt", "jwk": key.jwk() });
        key.jws(&header, &claims)
    };
    let code = Browser::default().code(&mut server, WEB, &web_request());
    let pairs = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", WEB_URI),
        ("code_verifier", VERIFIER),
    ];
    let url = WEB.api("token");
    let request = HttpRequest::post_form(&url, encode(&[&CLIENT[..], &pairs].concat()));
    let request = request.header("dpop", proof("POST", &url, "1", None));
    let tokens = ok(&server.send(&request));
    let token = member(&tokens, "access_token");
    let (_, claims) = verified(token);
    assert_eq!(claims["cnf"]["jkt"], key.thumbprint());
    let url = WEB.api("userinfo");
    let request = HttpRequest::get(&url)
        .header("authorization", format!("DPoP {token}"))
        .header("dpop", proof("GET", &url, "2", Some(token)));
    ok(&server.send(&request));
    refused(&server.userinfo(WEB, token), 401, "invalid_token");
}

#[test]
fn eiam_by_default_opaque_but_for_machines_at_the_instance() {
    for profile in PROFILES {
        let mut server = Server::with(|config| config.profile = profile);
        for place in [WEB, Place::Instance] {
            let tokens = tokens(&mut server, place, "openid");
            assert!(member(&tokens, "access_token").starts_with("AT"));
        }
        let machine = [CLIENT[0], CLIENT[1], ("grant_type", "client_credentials")];
        let is_jwt = |server: &mut Server, place: Place| {
            member(&ok(&server.token(place, &machine)), "access_token").contains('.')
        };
        assert!(!is_jwt(&mut server, WEB));
        assert!(is_jwt(&mut server, Place::Instance));
        // The application's word is the last.
        let mut opaque = with(profile, AccessTokenFormat::Opaque);
        assert!(!is_jwt(&mut opaque, Place::Instance));
        let mut jwt = with(profile, AccessTokenFormat::Jwt);
        assert!(is_jwt(&mut jwt, WEB));
    }
}
