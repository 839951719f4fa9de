//! One issuer under several names: `baseUrl` is `request`.

use eiam_token::http::{HttpRequest, HttpResponse};
use eiam_token::issuer::{
    AccessTokenFormat, AuthMethod, ClientKey as Registered, Config, Issuer, PublicKey, Sessions,
    Signer as _, SigningAlgorithm,
};
use serde_json::{Value, json};

use crate::keys::ClientKey;
use crate::support::*;

/// What a container, its host, and a browser behind a proxy call the issuer.
const INSIDE: &str = "http://issuer:9400";
const HOST: &str = "http://localhost:49153";
const PUBLIC: &str = "https://as.example";
const NAMES: [&str; 3] = [INSIDE, HOST, PUBLIC];

fn by_request(config: &mut Config) {
    config.base_url = "request".to_owned();
    config.allowed_hosts = ["issuer:9400", "localhost:*", "as.example"].map(str::to_owned).to_vec();
}

fn server() -> Server {
    Server::with(by_request)
}

/// The same URL under another name.
fn at(name: &str, url: &str) -> String {
    format!("{name}{}", url.strip_prefix(BASE).unwrap())
}

fn ask(server: &mut Server, name: &str, place: Place, pairs: &[(&str, &str)]) -> HttpResponse {
    server.post(&at(name, &place.api("token")), pairs)
}

fn redeem(server: &mut Server, name: &str, code: &str) -> Value {
    ok(&ask(server, name, WEB, &web_redemption(code)))
}

/// Signs alice in under a name; gives the browser and what the redirect says.
fn sign_in(
    server: &mut Server,
    name: &str,
) -> (Browser, std::collections::BTreeMap<String, String>) {
    let mut browser = Browser::default();
    let url = format!("{}?{}", at(name, &WEB.page("authorize")), encode(&web_request()));
    let page = browser.get(server, &url);
    let form = Form::read(&page);
    // A browser resolves the path of a form against the URL of its page.
    let fields = [
        ("transaction", form.transaction.as_deref().unwrap()),
        ("username", "alice"),
        ("password", "alice-password"),
    ];
    let action = format!("{name}{}", form.action);
    let mut answer = browser.send(server, HttpRequest::post_form(action, encode(&fields)));
    if text(&answer).contains("value=\"allow\"") {
        let form = Form::read(&answer);
        let fields = [("transaction", form.transaction.as_deref().unwrap()), ("decision", "allow")];
        let action = format!("{name}{}", form.action);
        answer = browser.send(server, HttpRequest::post_form(action, encode(&fields)));
    }
    let answer = redirected(&answer);
    (browser, answer)
}

fn machine_token(server: &mut Server, name: &str, place: Place) -> String {
    let pairs = [
        ("grant_type", "client_credentials"),
        ("client_id", "app_machine"),
        ("client_secret", MACHINE_SECRET),
    ];
    member(&ok(&ask(server, name, place, &pairs)), "access_token").to_owned()
}

fn introspect(server: &mut Server, name: &str, place: Place, token: &str) -> Value {
    let (id, secret) = match place {
        WEB => ("app_web", WEB_SECRET),
        _ => ("app_machine", MACHINE_SECRET),
    };
    let pairs = [("client_id", id), ("client_secret", secret), ("token", token)];
    ok(&server.post(&at(name, &place.api("introspect")), &pairs))
}

#[test]
fn rfc_8414_section_3_3_metadata_say_the_name_of_the_request() {
    let mut server = server();
    for name in NAMES {
        for place in [WEB, Place::Instance] {
            let issuer = at(name, &place.issuer());
            let url = format!("{issuer}/.well-known/openid-configuration");
            let response = server.get(&url);
            let metadata = ok(&response);
            assert_eq!(metadata["issuer"], issuer);
            for (member, value) in metadata.as_object().unwrap() {
                let is_url = member.ends_with("_endpoint") || member.ends_with("_uri");
                assert!(!is_url || value.as_str().unwrap().starts_with(name), "{member}: {value}");
            }
            // A cache that has one place for all names would give the one of another.
            assert_eq!(response.headers.value("cache-control"), Some("no-store"));
            assert_eq!(response.headers.value("access-control-allow-origin"), Some("*"));
        }
        // Of a path in the wrong place, and of the overview.
        let elsewhere = server.get(&format!("{name}/.well-known/openid-configuration"));
        let issuers = json(&elsewhere)["issuers"].clone();
        assert_eq!(issuers, json!([at(name, &Place::Instance.issuer())]));
    }
    // The same by the header field, where the URL is a path.
    let path = at("", &format!("{}/.well-known/openid-configuration", WEB.issuer()));
    let metadata = ok(&server.send(&HttpRequest::get(path).header("Host", "ISSUER:9400")));
    assert_eq!(metadata["issuer"], at(INSIDE, &WEB.issuer()));
}

#[test]
fn rfc_9110_section_15_5_20_requests_for_other_hosts() {
    let mut server = server();
    let before = server.snapshot();
    let path = |url: String| at("", &url);
    let programs = [
        path(format!("{}/.well-known/openid-configuration", WEB.issuer())),
        path(format!("{}/jwks", WEB.issuer())),
        path(WEB.api("token")),
        path(WEB.api("userinfo")),
        path(Place::Instance.api("introspect")),
        "/".to_owned(),
        "/.well-known/openid-configuration".to_owned(),
        "/nothing".to_owned(),
    ];
    for host in ["evil.example", "issuer", "issuer:9401", "as.example:9400", "localhost.evil:1"] {
        for path in &programs {
            for request in [
                HttpRequest::get(path).header("host", host),
                HttpRequest::get(format!("http://{host}{path}")).header("host", "issuer:9400"),
            ] {
                let response = server.send(&request);
                assert_eq!(response.status, 421, "{host} {path}");
                let said = text(&response);
                assert!(said.contains("allowedHosts") && !said.contains(host), "{said}");
            }
        }
        for page in ["authorize", "device", "logout"] {
            let request = HttpRequest::get(at("", &WEB.page(page))).header("host", host);
            let response = server.send(&request);
            page_refused(&response, 421, "misdirected_request");
            leads_nowhere_near(&response, host, host);
            assert_eq!(response.headers.value("set-cookie"), None);
        }
        // A preflight tells nothing of what is allowed elsewhere.
        let mut preflight = HttpRequest::get(at("", &WEB.api("token"))).header("host", host);
        preflight.method = eiam_token::http::Method::Options;
        assert_eq!(server.send(&preflight).status, 421);
    }
    for request in [
        HttpRequest::get(&programs[0]),
        HttpRequest::get(&programs[0]).header("host", "issuer:9400").header("host", "issuer:9400"),
        HttpRequest::get(&programs[0]).header("host", "issuer:9400/x"),
    ] {
        let description = refused(&server.send(&request), 400, "invalid_request");
        assert!(description.contains("Host"), "{description}");
    }
    assert_eq!(server.snapshot(), before);
}

#[test]
fn openid_connect_core_section_2_tokens_say_under_which_name_they_were_made() {
    let mut server = server();
    let (_, answer) = sign_in(&mut server, HOST);
    // RFC 9207 section 2: the name under which the request was authorized, which is the browser's.
    assert_eq!(answer["iss"], at(HOST, &WEB.issuer()));
    let tokens = redeem(&mut server, INSIDE, &answer["code"]);
    let (_, claims) = verified(member(&tokens, "id_token"));
    assert_eq!(claims["iss"], at(INSIDE, &WEB.issuer()));

    let token = machine_token(&mut server, PUBLIC, Place::Instance);
    let (_, claims) = verified(&token);
    assert_eq!(claims["iss"], at(PUBLIC, &Place::Instance.issuer()));
}

#[test]
fn rfc_7662_section_2_2_a_token_of_one_name_works_under_all() {
    for format in [AccessTokenFormat::Opaque, AccessTokenFormat::Jwt] {
        let mut server = Server::with(|config| {
            by_request(config);
            config.applications[1].access_token_format = Some(format);
        });
        for made in NAMES {
            let (_, answer) = sign_in(&mut server, made);
            let tokens = redeem(&mut server, made, &answer["code"]);
            let token = member(&tokens, "access_token");
            let issuer = at(made, &WEB.issuer());
            let mut refresh = member(&tokens, "refresh_token").to_owned();
            for used in NAMES {
                let state = introspect(&mut server, used, WEB, token);
                assert_eq!(state["active"], true, "{format:?} {made} {used}");
                assert_eq!((&state["iss"], &state["aud"]), (&json!(issuer), &json!(issuer)));
                let request = HttpRequest::get(at(used, &WEB.api("userinfo")))
                    .header("authorization", format!("Bearer {token}"));
                assert_eq!(ok(&server.send(&request))["sub"], "user_alice");
                let pairs = [
                    ("client_id", "app_web"),
                    ("client_secret", WEB_SECRET),
                    ("grant_type", "refresh_token"),
                    ("refresh_token", &refresh),
                ];
                let next = ok(&ask(&mut server, used, WEB, &pairs));
                let (_, claims) = verified(member(&next, "id_token"));
                assert_eq!(claims["iss"], at(used, &WEB.issuer()));
                refresh = member(&next, "refresh_token").to_owned();
            }
            if format == AccessTokenFormat::Opaque {
                let info = server.issuer.inspect_access_token(token, NOW).unwrap();
                assert_eq!((info.issuer, info.audience), (issuer.clone(), vec![issuer]));
            }
            // It is revoked under another name, for all of them.
            let other = at(NAMES.iter().find(|name| **name != made).unwrap(), &WEB.api("revoke"));
            let pairs = [("client_id", "app_web"), ("client_secret", WEB_SECRET), ("token", token)];
            assert_eq!(server.post(&other, &pairs).status, 200);
            assert_eq!(introspect(&mut server, made, WEB, token)["active"], false);
        }
    }
}

#[test]
fn a_restart_changes_no_name() {
    let mut server = server();
    let token = machine_token(&mut server, HOST, MACHINE);
    let mut restarted = server.restarted();
    let state = introspect(&mut restarted, INSIDE, MACHINE, &token);
    assert_eq!(
        (&state["active"], &state["iss"]),
        (&json!(true), &json!(at(HOST, &MACHINE.issuer())))
    );
}

#[test]
fn rfc_6265_section_4_1_2_5_cookies_are_secure_where_the_request_is() {
    let mut server = server();
    for name in NAMES {
        let (browser, _) = sign_in(&mut server, name);
        let is_secure = name.starts_with("https:");
        assert!(!browser.cookies.is_empty());
        for cookie in browser.cookies.keys() {
            assert_eq!(cookie.starts_with("__Host-"), is_secure, "{name} {cookie}");
        }
        let url = format!("{}?{}", at(name, &WEB.page("authorize")), encode(&web_request()));
        let page = server.get(&url);
        for cookie in page.headers.values("set-cookie") {
            assert_eq!(cookie.contains("; Secure"), is_secure, "{name} {cookie}");
        }
    }
}

#[test]
fn rfc_6454_section_5_forms_are_of_the_origin_of_the_request() {
    let mut server = server();
    for (origin, is_own) in
        [(HOST, true), (INSIDE, false), (PUBLIC, false), ("https://localhost:49153", false)]
    {
        let mut browser = Browser::default();
        let url = format!("{}?{}", at(HOST, &WEB.page("authorize")), encode(&web_request()));
        let page = browser.get(&mut server, &url);
        let form = Form::read(&page);
        let fields = [
            ("transaction", form.transaction.as_deref().unwrap()),
            ("username", "alice"),
            ("password", "alice-password"),
        ];
        let cookies: Vec<_> =
            browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = HttpRequest::post_form(format!("{HOST}{}", form.action), encode(&fields))
            .header("origin", origin)
            .header("cookie", cookies.join("; "));
        let response = server.send(&request);
        if is_own {
            assert!(text(&response).contains("value=\"allow\""), "{}", text(&response));
        } else {
            page_refused(&response, 400, "invalid_request");
        }
    }
}

#[test]
fn rfc_9449_section_4_3_the_url_of_a_proof_is_that_of_the_request() {
    let key = ClientKey::es256(1);
    let header = json!({ "typ": "dpop+jwt", "alg": key.algorithm(), "jwk": key.jwk() });
    let mut server = server();
    for (index, (sent, said, is_right)) in [
        (INSIDE, INSIDE, true),
        (PUBLIC, PUBLIC, true),
        (PUBLIC, "https://as.example:443", true),
        (INSIDE, HOST, false),
        (HOST, INSIDE, false),
        (HOST, "https://localhost:49153", false),
    ]
    .into_iter()
    .enumerate()
    {
        let claims = json!({
            "htm": "POST", "htu": at(said, &MACHINE.api("token")), "jti": index.to_string(), "iat": NOW
        });
        let pairs = [("grant_type", "client_credentials"), ("client_secret", MACHINE_SECRET)];
        let request = HttpRequest::post_form(at(sent, &MACHINE.api("token")), encode(&pairs))
            .header("dpop", key.jws(&header, &claims));
        let response = server.send(&request);
        if is_right {
            ok(&response);
        } else {
            refused(&response, 400, "invalid_dpop_proof");
        }
    }
}

#[test]
fn rfc_7523_section_3_an_assertion_is_for_any_name() {
    let key = ClientKey::es256(1);
    let mut server = Server::with(|config| {
        by_request(config);
        let jwk = key.jwk();
        let public = PublicKey::from_members(|name| jwk[name].as_str().map(Into::into)).unwrap();
        let machine = &mut config.applications[3];
        machine.jwks = vec![Registered::new(public)].into();
        machine.token_endpoint_auth_methods = Some(vec![AuthMethod::PrivateKeyJwt]);
    });
    for (index, (audience, is_right)) in [
        (at(INSIDE, &MACHINE.issuer()), true),
        (at(PUBLIC, &MACHINE.api("token")), true),
        (at("http://evil.example", &MACHINE.issuer()), false),
        (at("http://issuer:9401", &MACHINE.issuer()), false),
        (at("ftp://issuer:9400", &MACHINE.issuer()), false),
        (at(INSIDE, &WEB.issuer()), false),
        ("request/v2".to_owned(), false),
    ]
    .into_iter()
    .enumerate()
    {
        let claims = json!({
            "iss": "app_machine", "sub": "app_machine", "aud": audience, "jti": index.to_string(),
            "iat": NOW, "exp": NOW + 300,
        });
        let assertion = key.jws(&json!({ "alg": key.algorithm(), "typ": "JWT" }), &claims);
        let pairs = [
            ("grant_type", "client_credentials"),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", &assertion),
        ];
        let response = ask(&mut server, INSIDE, MACHINE, &pairs);
        assert_eq!(response.status, if is_right { 200 } else { 401 }, "{audience}");
    }
}

#[test]
fn rfc_8628_section_3_2_the_address_of_the_page_is_that_of_the_request() {
    let mut server = server();
    for name in NAMES {
        let pairs = [("client_id", "app_device"), ("scope", "openid")];
        let answer = ok(&server.post(&at(name, &DEVICE.api("device/code")), &pairs));
        assert!(member(&answer, "verification_uri").starts_with(&format!("{name}/")), "{answer}");
        assert!(member(&answer, "verification_uri_complete").starts_with(&format!("{name}/")));
    }
}

#[test]
fn rp_initiated_logout_section_2_a_hint_of_another_name() {
    let mut server = server();
    let (mut browser, answer) = sign_in(&mut server, HOST);
    let tokens = redeem(&mut server, INSIDE, &answer["code"]);
    let pairs = [("id_token_hint", member(&tokens, "id_token"))];
    let url = format!("{}?{}", at(HOST, &WEB.page("logout")), encode(&pairs));
    let page = browser.get(&mut server, &url);
    assert_eq!(page.status, 200, "{}", text(&page));
    assert!(!text(&page).contains("name=\"transaction\""), "the hint is of the session");
}

#[test]
fn backchannel_logout_section_2_4_a_logout_token_says_the_name_of_the_id_token() {
    let mut server = Server::with(|config| {
        by_request(config);
        config.applications[1].backchannel_logout_uri = Some("https://web.example/out".to_owned());
    });
    let (mut browser, answer) = sign_in(&mut server, HOST);
    let tokens = redeem(&mut server, INSIDE, &answer["code"]);
    let mut server = server.restarted();
    let pairs = [("id_token_hint", member(&tokens, "id_token"))];
    let url = format!("{}?{}", at(HOST, &WEB.page("logout")), encode(&pairs));
    browser.get(&mut server, &url);
    let notices = server.issuer.take_logouts(NOW);
    let [notice] = &*notices else { panic!("{} notices", notices.len()) };
    let signature = KEY.sign("", notice.signing_input().text.as_bytes()).unwrap();
    let (_, claims) = verified(&notice.token(&signature));
    assert_eq!(claims["iss"], at(INSIDE, &WEB.issuer()));
}

#[test]
fn rfc_9101_section_5_a_request_object_is_for_any_name() {
    let key = ClientKey::es256(1);
    let mut server = Server::with(|config| {
        by_request(config);
        let web = &mut config.applications[1];
        web.jwks = vec![key.registered()].into();
        web.request_object_signing_alg = SigningAlgorithm::from_name(key.algorithm());
    });
    for (audience, status) in [
        (at(INSIDE, &WEB.issuer()), 200),
        (at(HOST, &WEB.issuer()), 200),
        (at("http://evil.example", &WEB.issuer()), 400),
    ] {
        let mut claims = json!({ "iss": "app_web", "aud": audience, "exp": NOW + 300 });
        for (name, value) in web_request() {
            claims[name] = value.into();
        }
        let header = json!({ "alg": key.algorithm(), "typ": "oauth-authz-req+jwt" });
        let object = key.jws(&header, &claims);
        let pairs = [("client_id", "app_web"), ("request", object.as_str())];
        let url = format!("{}?{}", at(HOST, &WEB.page("authorize")), encode(&pairs));
        assert_eq!(server.get(&url).status, status, "{audience}");
    }
}

#[test]
fn rfc_7239_section_4_a_trusted_proxy_says_the_name() {
    let mut server = Server::with(|config| {
        by_request(config);
        config.trust_proxy = true;
    });
    let path = at("", &format!("{}/.well-known/openid-configuration", WEB.issuer()));
    let request = |fields: &[(&str, &str)]| {
        let request = HttpRequest::get(&path).header("host", "issuer:9400");
        fields.iter().fold(request, |request, (name, value)| request.header(name, *value))
    };
    for fields in [
        &[("x-forwarded-host", "as.example"), ("x-forwarded-proto", "https")][..],
        &[("forwarded", "for=192.0.2.1;host=as.example;proto=https")],
    ] {
        let metadata = ok(&server.send(&request(fields)));
        assert_eq!(metadata["issuer"], at(PUBLIC, &WEB.issuer()));
    }
    let response = server.send(&request(&[("x-forwarded-host", "evil.example")]));
    assert!(response.status == 421 && !text(&response).contains("evil"), "{}", text(&response));
}

/// What is registered is told to the developer's own machine alone, and the sender chooses the host.
#[test]
fn remedies_are_for_issuers_whose_every_name_is_on_loopback() {
    for (hosts, is_told) in [
        (&["localhost:*", "127.0.0.1:9400", "[::1]:*"][..], true),
        (&["localhost:*", "issuer:9400"], false),
    ] {
        let mut server = Server::with(|config| {
            by_request(config);
            config.allowed_hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
        });
        let request = changed(web_request(), "redirect_uri", "http://127.0.0.1:8700/other");
        let url = format!("{}?{}", at(HOST, &WEB.page("authorize")), encode(&request));
        let page = server.get(&url);
        assert_eq!(page.status, 400);
        assert_eq!(text(&page).contains("app_web.redirectUris"), is_told, "{}", text(&page));
        assert_eq!(server.get(&format!("{HOST}/")).status, if is_told { 200 } else { 404 });
    }
}

#[test]
fn the_list_of_hosts_is_checked() {
    let problem = |hosts: &[&str]| {
        let mut config = Config::example(BASE);
        config.base_url = "request".to_owned();
        config.allowed_hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
        Issuer::new(config, Sessions::Cookie, [7; 32]).err().map(|error| error.path().to_owned())
    };
    assert_eq!(problem(&["issuer:9400", "localhost:*", "[::1]:1"]), None);
    for (hosts, path) in [
        (&[][..], "allowedHosts"),
        (&["http://issuer:9400"], "allowedHosts[0]"),
        (&["issuer:9400", "Issuer"], "allowedHosts[1]"),
        (&["issuer:9400", "issuer:9400"], "allowedHosts[1]"),
        (&["*"], "allowedHosts[0]"),
        (&["*.example"], "allowedHosts[0]"),
        (&["issuer/base"], "allowedHosts[0]"),
        (&["issuer:0"], "allowedHosts[0]"),
    ] {
        assert_eq!(problem(hosts).as_deref(), Some(path), "{hosts:?}");
    }
    // With one base URL for all requests nobody would look at them.
    for (change, path) in [
        (
            (|config| config.allowed_hosts = vec!["issuer".to_owned()]) as fn(&mut Config),
            "allowedHosts",
        ),
        (|config| config.trust_proxy = true, "trustProxy"),
    ] {
        let mut config = Config::example(BASE);
        change(&mut config);
        let error = Issuer::new(config, Sessions::Cookie, [7; 32]).unwrap_err();
        assert_eq!(error.path(), path);
    }
    let many: Vec<String> = (0..65).map(|index| format!("h{index}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(problem(&many).as_deref(), Some("allowedHosts"));
}

/// The example is whole whatever its base URL is.
#[test]
fn the_example_under_the_names_of_this_machine() {
    let config = Config::example("request");
    assert_eq!(config.check(), Ok(()));
    assert_eq!(config.allowed_hosts, ["localhost:*", "127.0.0.1:*", "[::1]:*"]);
    let known = Config::example("http://127.0.0.1:9400");
    for (one, other) in config.applications.iter().zip(&known.applications) {
        assert_eq!(one.redirect_uris, other.redirect_uris);
    }
}
