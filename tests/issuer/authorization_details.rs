//! What clients ask for in detail: RFC 9396.

use eiam_token::http::HttpResponse;
use eiam_token::issuer::{AccessTokenFormat, Config, Consent, GrantType, Profile};
use serde_json::{Value, json};

use crate::support::*;

/// What the examples of RFC 9396 section 2 ask for.
const PAYMENT: &str = r#"{
    "type": "payment_initiation",
    "actions": ["initiate", "status", "cancel"],
    "locations": ["https://example.com/payments"],
    "instructedAmount": { "currency": "EUR", "amount": "123.50" },
    "creditorName": "Merchant <A>"
}"#;
const ACCOUNT: &str = r#"{"type":"account_information","actions":["list_accounts"]}"#;

fn payment() -> Value {
    serde_json::from_str(PAYMENT).unwrap()
}

fn account() -> Value {
    serde_json::from_str(ACCOUNT).unwrap()
}

fn both() -> String {
    format!("[ {PAYMENT} , {ACCOUNT} ]")
}

/// `app_web`, the device and the machine may ask for both types.
fn open(config: &mut Config) {
    for application in &mut config.applications[1..] {
        application.authorization_details_types =
            vec!["payment_initiation".into(), "account_information".into()];
    }
}

fn server(profile: Profile, format: AccessTokenFormat) -> Server {
    Server::with(|config| {
        open(config);
        config.profile = profile;
        for application in &mut config.applications {
            application.access_token_format = Some(format);
        }
    })
}

fn request(details: &str) -> Vec<(&'static str, &str)> {
    let mut request: Vec<(&'static str, &str)> = web_request();
    request.push(("authorization_details", details));
    request
}

fn ask(server: &mut Server, details: &str) -> HttpResponse {
    Browser::default().authorize(server, WEB, &request(details))
}

fn tokens(server: &mut Server, details: &str) -> Value {
    let code = Browser::default().code(server, WEB, &request(details));
    ok(&server.redeem(&code))
}

fn introspected(server: &mut Server, token: &str) -> Value {
    let asked = [("client_id", "app_web"), ("client_secret", WEB_SECRET), ("token", token)];
    ok(&server.post(&WEB.api("introspect"), &asked))
}

fn refresh(server: &mut Server, token: &str, details: &str) -> HttpResponse {
    server.web_token(&[
        ("grant_type", "refresh_token"),
        ("refresh_token", token),
        ("authorization_details", details),
    ])
}

#[test]
fn rfc_9396_section_7_and_9_details_in_the_response_the_token_and_at_introspection() {
    for profile in PROFILES {
        for format in AccessTokenFormat::ALL {
            let mut server = server(profile, format);
            let tokens = tokens(&mut server, &both());
            let all = json!([payment(), account()]);
            assert_eq!(tokens["authorization_details"], all);
            let token = member(&tokens, "access_token");
            assert_eq!(introspected(&mut server, token)["authorization_details"], all);
            let refresh = member(&tokens, "refresh_token");
            assert_eq!(introspected(&mut server, refresh)["authorization_details"], all);
            if format == AccessTokenFormat::Jwt {
                assert_eq!(verified(token).1["authorization_details"], all);
            } else {
                let info = server.issuer.inspect_access_token(token, NOW).unwrap();
                assert_eq!(info.authorization_details[1], ACCOUNT);
            }
            assert_eq!(server.userinfo(WEB, token).status, 200);
        }
    }
}

#[test]
fn rfc_9396_section_6_less_at_the_token_request() {
    for profile in PROFILES {
        let mut server = server(profile, AccessTokenFormat::Opaque);
        let code = Browser::default().code(&mut server, WEB, &request(&both()));
        let redeem = |server: &mut Server, details: &str| {
            server.web_token(&[
                ("grant_type", "authorization_code"),
                ("code", &code),
                ("redirect_uri", WEB_URI),
                ("code_verifier", VERIFIER),
                ("authorization_details", details),
            ])
        };
        let more =
            r#"[{"type":"account_information","actions":["list_accounts","read_balances"]}]"#;
        let wrong = redeem(&mut server, more);
        refused(&wrong, 400, "invalid_authorization_details");
        // The code is not spent by that.
        let first = ok(&redeem(&mut server, &format!("[{ACCOUNT}]")));
        assert_eq!(first["authorization_details"], json!([account()]));
        let info = introspected(&mut server, member(&first, "access_token"));
        assert_eq!(info["authorization_details"], json!([account()]));
        // A refresh may ask for the other one again, with fewer of its actions.
        let mut less = payment();
        less["actions"] = json!(["status"]);
        let token = member(&first, "refresh_token");
        let second = ok(&refresh(&mut server, token, &json!([less]).to_string()));
        assert_eq!(second["authorization_details"], json!([less]));
        let mut other = payment();
        other["instructedAmount"]["amount"] = "999.00".into();
        let token = member(&second, "refresh_token");
        let wrong = refresh(&mut server, token, &json!([other]).to_string());
        refused(&wrong, 400, "invalid_authorization_details");
        // Without the parameter it is all of them.
        let third = ok(&server.refresh(token));
        assert_eq!(third["authorization_details"], json!([payment(), account()]));
    }
}

#[test]
fn rfc_9396_section_5_details_that_are_refused() {
    let deep =
        format!("[{{\"type\":\"payment_initiation\",\"x\":{}1{}}}]", "[".repeat(9), "]".repeat(9));
    let many = format!("[{}]", vec![ACCOUNT; 17].join(","));
    let long = format!(r#"[{{"type":"payment_initiation","x":"{}"}}]"#, "x".repeat(4096));
    for profile in PROFILES {
        let mut server = server(profile, AccessTokenFormat::Opaque);
        for (details, reason) in [
            ("{}", "array"),
            ("[", "array"),
            ("text", "array"),
            (r#"[{"type":"payment_initiation","type":"payment_initiation"}]"#, "array"),
            (deep.as_str(), "deep"),
            (&many, "16"),
            (&long, "4096"),
            ("[1]", "no object"),
            ("[{}]", "type"),
            (r#"[{"type":7}]"#, "type"),
            (r#"[{"type":"other"}]"#, "other"),
            (r#"[{"type":"Payment_initiation"}]"#, "Payment_initiation"),
            (r#"[{"type":"payment_initiation","actions":"a"}]"#, "arrays of strings"),
            (r#"[{"type":"payment_initiation","locations":[1]}]"#, "arrays of strings"),
            (r#"[{"type":"payment_initiation","identifier":1}]"#, "identifier"),
        ] {
            let answer = redirected(&ask(&mut server, details));
            assert_eq!(answer["error"], "invalid_authorization_details", "{details}");
            assert!(answer["error_description"].contains(reason), "{answer:?}");
            let mut pushed = request(details);
            pushed.push(("client_secret", WEB_SECRET));
            let pushed = server.post(&WEB.api("par"), &pushed);
            refused(&pushed, 400, "invalid_authorization_details");
        }
        // An application without types has none.
        let mut spa = spa_request();
        let details = both();
        spa.push(("authorization_details", &details));
        let answer = redirected(&Browser::default().authorize(&mut server, SPA, &spa));
        assert_eq!(answer["error"], "invalid_authorization_details");
    }
}

#[test]
fn rfc_9396_section_3_details_are_shown_and_asked_for_each_time_that_they_differ() {
    let mut server = server(Profile::Rfc9700, AccessTokenFormat::Opaque);
    assert_eq!(server.issuer.config().applications[1].consent, Consent::Once);
    let mut browser = Browser::default();
    let page = browser.authorize(&mut server, WEB, &request(&both()));
    let question = browser.login(&mut server, &page);
    let html = text(&question);
    assert!(html.contains("&quot;amount&quot;:&quot;123.50&quot;"), "{html}");
    assert!(html.contains("Merchant &lt;A&gt;") && !html.contains("<A>"), "{html}");
    let answer = browser.submit(&mut server, &question, &[("decision", "allow")]);
    assert!(redirected(&answer).contains_key("code"));
    // The same once more, and less: nobody is asked.
    for details in [both(), format!("[{ACCOUNT}]")] {
        let answer = browser.authorize(&mut server, WEB, &request(&details));
        assert!(redirected(&answer).contains_key("code"));
    }
    // Another amount.
    let other = format!("[{}]", PAYMENT.replace("123.50", "123.51"));
    let mut silent = request(&other);
    silent.push(("prompt", "none"));
    let answer = redirected(&browser.authorize(&mut server, WEB, &silent));
    assert_eq!(answer["error"], "consent_required");
    let question = browser.authorize(&mut server, WEB, &request(&other));
    assert!(text(&question).contains("123.51"));
}

/// What is agreed to is what is read.
#[test]
fn rfc_9396_section_3_what_is_not_seen_is_shown_by_its_number() {
    let mut server = server(Profile::Rfc9700, AccessTokenFormat::Opaque);
    let odd = "1\u{202e}00\u{2066}\u{200b}\u{2028}\u{7f}\u{e0041}";
    let details = format!("[{}]", PAYMENT.replace("123.50", odd));
    let mut browser = Browser::default();
    let page = browser.authorize(&mut server, WEB, &request(&details));
    let question = browser.login(&mut server, &page);
    let html = text(&question);
    let shown = r"1\u202e00\u2066\u200b\u2028\u007f\udb40\udc41";
    assert!(html.contains(shown), "{html}");
    assert!(!html.contains(['\u{202e}', '\u{2066}', '\u{200b}', '\u{2028}', '\u{7f}']));
    // It is granted as it was asked for.
    let answer = redirected(&browser.submit(&mut server, &question, &[("decision", "allow")]));
    let tokens = ok(&server.redeem(&answer["code"]));
    let granted = tokens["authorization_details"][0].to_string();
    assert!(granted.contains(odd) && !granted.contains(r"\u202e"), "{granted}");
}

#[test]
fn rfc_9396_section_3_1_details_without_a_scope() {
    for profile in PROFILES {
        for format in AccessTokenFormat::ALL {
            let mut server = server(profile, format);
            let details = both();
            let request = changed(request(&details), "scope", "");
            let code = Browser::default().code(&mut server, WEB, &request);
            let tokens = ok(&server.redeem(&code));
            assert_eq!(tokens.get("scope"), None);
            assert_eq!(tokens.get("id_token"), None);
            let info = introspected(&mut server, member(&tokens, "access_token"));
            assert_eq!(info.get("scope"), None);
            assert_eq!(info["authorization_details"][0]["type"], "payment_initiation");
        }
    }
}

#[test]
fn rfc_9126_section_2_1_details_are_pushed() {
    let mut server = server(Profile::Rfc9700, AccessTokenFormat::Opaque);
    let details = both();
    let mut pushed = request(&details);
    pushed.push(("client_secret", WEB_SECRET));
    let body = json(&server.post(&WEB.api("par"), &pushed));
    let request = [("client_id", "app_web"), ("request_uri", member(&body, "request_uri"))];
    let code = Browser::default().code(&mut server, WEB, &request);
    assert_eq!(ok(&server.redeem(&code))["authorization_details"][1], account());
}

#[test]
fn rfc_9396_section_6_details_of_a_client_itself() {
    for profile in PROFILES {
        for place in [MACHINE, Place::Instance] {
            let mut server = server(profile, AccessTokenFormat::Jwt);
            let details = format!("[{ACCOUNT}]");
            let mut request = vec![
                ("client_id", "app_machine"),
                ("client_secret", MACHINE_SECRET),
                ("grant_type", "client_credentials"),
                ("authorization_details", details.as_str()),
            ];
            let tokens = ok(&server.token(place, &request));
            assert_eq!(tokens["authorization_details"], json!([account()]));
            // They are all that it asked for.
            let claims = verified(member(&tokens, "access_token")).1;
            assert_eq!(claims["authorization_details"], json!([account()]));
            assert_eq!((claims.get("scope"), tokens.get("scope")), (None, None));
            request[3].1 = r#"[{"type":"other"}]"#;
            refused(&server.token(place, &request), 400, "invalid_authorization_details");
        }
    }
}

#[test]
fn rfc_8628_section_3_1_details_of_a_device() {
    let mut server = server(Profile::Rfc9700, AccessTokenFormat::Opaque);
    let details = both();
    let asked = [("client_id", "app_device"), ("authorization_details", details.as_str())];
    let body = ok(&server.post(&DEVICE.api("device/code"), &asked));
    let mut browser = Browser::default();
    let page = browser.get(&mut server, member(&body, "verification_uri_complete"));
    let page = browser.submit(&mut server, &page, &[("user_code", member(&body, "user_code"))]);
    let question = browser.login(&mut server, &page);
    assert!(text(&question).contains("123.50"));
    browser.submit(&mut server, &question, &[("decision", "allow")]);
    let poll = [
        ("client_id", "app_device"),
        ("grant_type", DEVICE_GRANT),
        ("device_code", member(&body, "device_code")),
        ("authorization_details", &format!("[{ACCOUNT}]")),
    ];
    let tokens = ok(&server.token(DEVICE, &poll));
    assert_eq!(tokens["authorization_details"], json!([account()]));
    let more = [("client_id", "app_device"), ("authorization_details", "[{}]")];
    let refusal = server.post(&DEVICE.api("device/code"), &more);
    refused(&refusal, 400, "invalid_authorization_details");
}

#[test]
fn rfc_9396_section_7_details_by_password_and_in_the_implicit_flow() {
    let mut server = Server::with(|config| {
        open(config);
        let web = &mut config.applications[1];
        web.grants.extend([GrantType::Password, GrantType::Implicit]);
    });
    let details = format!("[{ACCOUNT}]");
    let tokens = ok(&server.web_token(&[
        ("grant_type", "password"),
        ("username", "alice"),
        ("password", "alice-password"),
        ("authorization_details", &details),
    ]));
    assert_eq!(tokens["authorization_details"], json!([account()]));
    let request = changed(request(&details), "response_type", "token");
    let mut browser = Browser::default();
    let page = browser.authorize(&mut server, WEB, &request);
    let question = browser.login(&mut server, &page);
    let answer = in_fragment(&browser.submit(&mut server, &question, &[("decision", "allow")]));
    assert_eq!(answer["authorization_details"], details);
    let info = introspected(&mut server, &answer["access_token"]);
    assert_eq!(info["authorization_details"], json!([account()]));
}

#[test]
fn rfc_9396_section_10_metadata() {
    for profile in PROFILES {
        let mut server = server(profile, AccessTokenFormat::Opaque);
        let mut announced = |place: Place| {
            let url = format!("{}/.well-known/openid-configuration", place.issuer());
            ok(&server.get(&url))["authorization_details_types_supported"].clone()
        };
        let types = json!(["payment_initiation", "account_information"]);
        assert_eq!(announced(WEB), types);
        assert_eq!(announced(Place::Instance), types);
        assert_eq!(announced(SPA), Value::Null);
    }
    let mut config = Config::example(BASE);
    config.applications[1].authorization_details_types = vec!["a".into(), String::new()];
    let error = config.check().unwrap_err().to_string();
    assert!(error.starts_with("applications[1].authorizationDetailsTypes[1]"), "{error}");
}
