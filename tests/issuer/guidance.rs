//! What helps a developer whose issuer runs on their own machine, and is told to nobody elsewhere: the
//! page at the base URL, the way from a wrong address to the issuers, and what to change beside a refusal.

use eiam_token::http::{HttpRequest, HttpResponse, Method};
use eiam_token::issuer::Profile;
use serde_json::json;

use crate::keys::ClientKey;
use crate::support::*;

const PUBLIC: &str = "https://login.example";

fn public() -> Server {
    Server::with(|config| config.base_url = PUBLIC.into())
}

fn send(server: &mut Server, method: Method, url: &str) -> HttpResponse {
    let mut request = HttpRequest::get(url);
    request.method = method;
    server.send(&request)
}

/// What stands in the element of this id.
fn element<'a>(page: &'a HttpResponse, id: &str) -> &'a str {
    let html = text(page);
    let rest = html.split_once(&format!("id=\"{id}\"")).unwrap_or_else(|| panic!("{id}: {html}")).1;
    rest.split_once('>').unwrap().1.split_once("</").unwrap().0
}

/// The page of a request that leads to no client.
fn authorize(server: &mut Server, place: Place, request: &[(&str, &str)]) -> HttpResponse {
    let page = Browser::default().authorize(server, place, request);
    assert!(page.status >= 400, "{}", text(&page));
    page
}

#[test]
fn the_page_at_the_base_url_shows_what_there_is() {
    let mut server = Server::new();
    let page = server.get(&format!("{BASE}/"));
    assert_eq!(page.status, 200);
    assert_eq!(page.headers.value("content-type"), Some("text/html;charset=UTF-8"));
    assert_eq!(page.headers.value("cache-control"), Some("no-store"));
    assert_eq!(page.headers.value("access-control-allow-origin"), None);
    let policy = page.headers.value("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("form-action 'none'"));
    let html = text(&page).to_owned();
    for place in [SPA, WEB, DEVICE, MACHINE, Place::Instance] {
        let link = format!("<a href=\"{}/.well-known/openid-configuration\">", place.issuer());
        assert!(html.contains(&link), "{link}");
        // Each link leads to the metadata of the issuer that it names.
        let found =
            ok(&server.get(&format!("{}/.well-known/openid-configuration", place.issuer())));
        assert_eq!(found["issuer"], place.issuer());
    }
    for word in
        ["<code>eiam</code>", "<code>alice</code>", "<code>bob</code>", "client_credentials"]
    {
        assert!(html.contains(word), "{word}");
    }
    for secret in [WEB_SECRET, MACHINE_SECRET, "alice-password", "bob-password"] {
        assert!(!html.contains(secret));
    }
    for url in [BASE.to_owned(), format!("{BASE}/?x=y"), format!("{BASE}/#x"), "/".to_owned()] {
        assert_eq!(text(&server.get(&url)), html, "{url}");
    }
    let head = send(&mut server, Method::Head, &format!("{BASE}/"));
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.headers.value("content-type"), Some("text/html;charset=UTF-8"));
    let chinese = server.get(&format!("{BASE}/?ui_locales=zh"));
    assert!(text(&chinese).contains("lang=\"zh-CN\"") && text(&chinese).contains("用户"));
    let request = HttpRequest::get(format!("{BASE}/")).header("accept-language", "zh");
    assert_eq!(text(&server.send(&request)), text(&chinese));
    // Who is disabled cannot be used, and is left out; who is new is there.
    let mut bob = server.issuer.config().users[1].clone();
    bob.disabled = true;
    server.issuer.set_user(bob).unwrap();
    let mut web = server.issuer.config().applications[1].clone();
    web.name = "<b>New</b>".into();
    server.issuer.set_application(web.clone()).unwrap();
    let page = server.get(&format!("{BASE}/"));
    assert!(!text(&page).contains("bob") && text(&page).contains("&lt;b&gt;New&lt;/b&gt;"));
    web.disabled = true;
    server.issuer.set_application(web).unwrap();
    assert!(!text(&server.get(&format!("{BASE}/"))).contains("app_web"));
}

#[test]
fn the_page_is_at_the_base_url_wherever_that_is() {
    for base in ["http://localhost:8600/issuer", "http://[::1]:9400/a/b", "https://localhost:8443"]
    {
        let mut server = Server::with(|config| config.base_url = base.into());
        for url in [base.to_owned(), format!("{base}/")] {
            let page = server.get(&url);
            assert_eq!(page.status, 200, "{url}");
            assert!(text(&page).contains(&format!("{base}/api/v2/iauths_system/oauth2")));
        }
        assert_eq!(server.get(&format!("{base}/x")).status, 404);
    }
}

#[test]
fn a_public_deployment_shows_nobody_what_it_has() {
    for base in [PUBLIC, "http://10.0.0.1:9400", "http://localhost.example", "http://0.0.0.0:9400"]
    {
        let mut server = Server::with(|config| config.base_url = base.into());
        let page = server.get(&format!("{base}/"));
        assert_eq!(page.status, 404, "{base}");
        assert!(!text(&page).contains("app_") && !text(&page).contains("alice"));
        let answer = server.get(&format!("{base}/.well-known/openid-configuration"));
        assert_eq!(answer.status, 404);
        assert!(!text(&answer).contains("app_") && !text(&answer).contains("idaas"));
        let only = format!("{base}/api/v2/iauths_system/oauth2");
        assert_eq!(json(&answer)["issuers"], serde_json::json!([only]));
    }
}

/// RFC 8414 section 3.3: what a client would take for metadata must be of the issuer that it asked.
#[test]
fn metadata_of_no_issuer_are_none_and_say_where_the_issuers_are() {
    for profile in [Profile::Eiam, Profile::Rfc9700] {
        let mut server = Server::with(|config| config.profile = profile);
        let all: Vec<_> =
            [Place::Instance, SPA, WEB, DEVICE, MACHINE].map(Place::issuer).into_iter().collect();
        for name in ["openid-configuration", "oauth-authorization-server"] {
            for path in [
                format!("/.well-known/{name}"),
                format!("/.well-known/{name}/v2/{INSTANCE}/app_spa"),
                format!("/v2/.well-known/{name}"),
                format!("/v2/{INSTANCE}/.well-known/{name}"),
                format!("/v2/{INSTANCE}/app_spa/.well-known/{name}"),
                format!("/v2/{INSTANCE}/app_spa/oauth2/.well-known/{name}"),
            ] {
                let answer = server.get(&format!("{BASE}{path}"));
                let sentence = refused(&answer, 404, "not_found");
                assert!(sentence.contains(&format!("such as {}. ", SPA.issuer())), "{sentence}");
                let body = json(&answer);
                assert_eq!(body["issuers"], serde_json::json!(all), "{path}");
                assert!(body["issuer"].is_null() && body["token_endpoint"].is_null());
                assert_eq!(answer.headers.value("access-control-allow-origin"), Some("*"));
                let head = send(&mut server, Method::Head, &format!("{BASE}{path}"));
                assert_eq!((head.status, head.body.len()), (404, 0));
            }
        }
        for issuer in &all {
            ok(&server.get(&format!("{issuer}/.well-known/openid-configuration")));
        }
    }
    // Below a path prefix there are two such places.
    let base = "http://localhost:8600/issuer";
    let mut server = Server::with(|config| config.base_url = base.into());
    for url in [
        format!("{base}/.well-known/openid-configuration"),
        "http://localhost:8600/.well-known/openid-configuration".to_owned(),
        "http://localhost:8600/.well-known/oauth-authorization-server/issuer".to_owned(),
    ] {
        let answer = server.get(&url);
        assert_eq!(answer.status, 404, "{url}");
        assert_eq!(json(&answer)["issuers"][0], format!("{base}/api/v2/iauths_system/oauth2"));
    }
}

#[test]
fn a_redirect_uri_that_is_not_registered_is_named_with_those_that_are() {
    let sent = "http://localhost:5173/a?b=<i>&c";
    let request = changed(spa_request(), "redirect_uri", sent);
    for (locale, sentence, key) in [
        (
            "en",
            "Invalid redirect_uri: it must be exactly one that the application has registered. \
                Sent: http://localhost:5173/a?b=&lt;i&gt;&amp;c",
            "Configuration: ",
        ),
        (
            "zh",
            "redirect_uri 无效：必须与应用登记的某个地址完全一致。 \
                收到：http://localhost:5173/a?b=&lt;i&gt;&amp;c",
            "配置：",
        ),
    ] {
        for place in [SPA, Place::Instance] {
            let request = changed(request.clone(), "ui_locales", locale);
            let page = authorize(&mut Server::new(), place, &request);
            page_refused(&page, 400, "invalid_request");
            assert_eq!(element(&page, "error_description"), sentence);
            let html = text(&page);
            // What is on another machine than the browser's needs another key.
            assert!(html.contains(key) && !html.contains("<i>"));
            assert_eq!(
                element(&page, "setting"),
                "app_spa.redirectUris = http://127.0.0.1:9400/callback, http://127.0.0.1/callback, \
                 http://localhost:8600/callback"
            );
            // Of other applications nothing is said.
            assert!(!html.contains(WEB_URI));
        }
    }
    let request = changed(spa_request(), "redirect_uri", "http://localhost:5173/auth/callback");
    let page = authorize(&mut Server::new(), SPA, &request);
    assert!(element(&page, "setting").ends_with(" or anyLoopbackRedirectUri = true"));
    // Elsewhere nothing of it.
    let page = authorize(&mut public(), SPA, &request);
    assert_eq!(
        element(&page, "error_description"),
        "Invalid redirect_uri: it must be exactly one that the application has registered"
    );
    for word in ["5173", SPA_URI, "redirectUris", "setting"] {
        assert!(!text(&page).contains(word), "{word}");
    }
    // The same for who pushes.
    let pairs: Vec<_> = [request, vec![]].concat();
    let answer = Server::new().post(&SPA.api("par"), &pairs);
    let sentence = refused(&answer, 400, "invalid_request");
    assert!(
        sentence.contains(
            ". Sent: http://localhost:5173/auth/callback. Configuration: app_spa.redirectUris = http:"
        ),
        "{sentence}"
    );
    let sentence = refused(&public().post(&SPA.api("par"), &pairs), 400, "invalid_request");
    assert!(sentence.ends_with("has registered"), "{sentence}");
}

/// RFC 6749 section 3.1.2: no setting makes these right.
#[test]
fn a_redirect_uri_that_none_could_be() {
    for (sent, why) in [
        ("http://localhost:5173/#/callback", " (a redirect URI has no fragment)"),
        ("https://app.example/cb#", " (a redirect URI has no fragment)"),
        ("/callback", " (a redirect URI is absolute)"),
        ("callback", " (a redirect URI is absolute)"),
        ("https://app.example/cb", ""),
    ] {
        let request = changed(spa_request(), "redirect_uri", sent);
        let page = authorize(&mut Server::new(), SPA, &request);
        page_refused(&page, 400, "invalid_request");
        let sentence = element(&page, "error_description");
        assert!(sentence.ends_with(&format!("Sent: {sent}{why}")), "{sentence}");
        let url = format!(
            "{}?{}",
            WEB.page("logout"),
            encode(&[("post_logout_redirect_uri", sent), ("client_id", "app_web"),])
        );
        let sentence = element(&Server::new().get(&url), "error_description").to_owned();
        assert!(sentence.ends_with(&format!("Sent: {sent}{why}")), "{sentence}");
    }
}

/// What stands beside a request object does not count (RFC 9101 section 6.3).
#[test]
fn a_redirect_uri_in_a_request_object_is_none_that_was_sent() {
    let key = ClientKey::es256(9);
    let mut server = Server::with(|config| {
        config.profile = Profile::Rfc9700;
        config.applications[1].jwks = vec![key.registered()].into();
    });
    let claims = json!({
        "client_id": "app_web", "response_type": "code", "redirect_uri": "https://evil.example/cb",
    });
    let object = key.jws(&json!({ "alg": key.algorithm() }), &claims);
    for beside in [None, Some("https://app.example/beside")] {
        let mut request = vec![("client_id", "app_web"), ("request", object.as_str())];
        request.extend(beside.map(|uri| ("redirect_uri", uri)));
        let page = authorize(&mut server, WEB, &request);
        page_refused(&page, 400, "invalid_request");
        let sentence = element(&page, "error_description");
        assert!(sentence.ends_with("that the application has registered"), "{sentence}");
        assert!(
            text(&page).contains(&format!("app_web.redirectUris = {WEB_URI}")),
            "{}",
            text(&page)
        );
        assert!(!text(&page).contains("app.example/beside"));
    }
}

#[test]
fn that_loopback_is_open_is_said_as_well() {
    let mut server = Server::with(|config| config.applications[0].any_loopback_redirect_uri = true);
    for sent in ["https://app.example/cb", "http://localhost:5173/#/cb"] {
        let request = changed(spa_request(), "redirect_uri", sent);
        let setting = element(&authorize(&mut server, SPA, &request), "setting").to_owned();
        assert!(setting.ends_with("/callback and anyLoopbackRedirectUri = true"), "{setting}");
    }
}

#[test]
fn a_client_that_is_not_the_one_of_the_path_is_named() {
    let request = changed(spa_request(), "client_id", "app_web");
    let page = authorize(&mut Server::new(), SPA, &request);
    page_refused(&page, 400, "invalid_client");
    let sentence = "The path, client_id, the credentials and id_token_hint name different clients";
    assert_eq!(element(&page, "error_description"), format!("{sentence}. Sent: app_web"));
    assert!(!text(&page).contains("setting"));
    let pairs = [("grant_type", "client_credentials"), ("client_id", "app_machin")];
    let answer = Server::new().token(MACHINE, &pairs);
    assert_eq!(refused(&answer, 401, "invalid_client"), format!("{sentence}. Sent: app_machin"));
    assert_eq!(refused(&public().token(MACHINE, &pairs), 401, "invalid_client"), sentence);
}

#[test]
fn who_asks_for_what_is_not_there_is_shown_the_index() {
    let answer = Server::new().get(&format!("{BASE}/authorize"));
    assert_eq!(answer.status, 404);
    assert!(text(&answer).contains(&format!("{BASE}/ lists what is here")));
    let answer = public().get(&format!("{PUBLIC}/authorize"));
    assert_eq!(answer.status, 404);
    assert!(!text(&answer).contains("lists"));
}

#[test]
fn a_post_logout_redirect_uri_that_is_not_registered() {
    let pairs = [("post_logout_redirect_uri", "http://localhost:5173/"), ("client_id", "app_web")];
    let logout = |server: &mut Server, place: Place, pairs: &[(&str, &str)]| {
        server.get(&format!("{}?{}", place.page("logout"), encode(pairs)))
    };
    for place in [WEB, Place::Instance] {
        let page = logout(&mut Server::new(), place, &pairs);
        page_refused(&page, 400, "invalid_request");
        assert!(element(&page, "error_description").ends_with(". Sent: http://localhost:5173/"));
        assert_eq!(
            element(&page, "setting"),
            "app_web.postLogoutRedirectUris = http://127.0.0.1:8700/ or anyLoopbackRedirectUri = \
             true"
        );
        let page = logout(&mut public(), place, &pairs);
        assert!(!text(&page).contains("8700") && !text(&page).contains("5173"));
    }
    // Without a client there is nothing that could be registered.
    let page = logout(&mut Server::new(), Place::Instance, &pairs[..1]);
    page_refused(&page, 400, "invalid_request");
    assert!(
        element(&page, "error_description").ends_with("send id_token_hint or client_id as well")
    );
}

#[test]
fn a_client_that_is_not_known_is_named_with_those_that_are() {
    let request = changed(web_request(), "client_id", "app_\"wep\"");
    let page = authorize(&mut Server::new(), Place::Instance, &request);
    page_refused(&page, 400, "invalid_client");
    assert!(element(&page, "error_description").ends_with(". Sent: app_&quot;wep&quot;"));
    let ids = "applications = app_spa, app_web, app_device, app_machine";
    assert_eq!(element(&page, "setting"), ids);
    let page = authorize(&mut Server::new(), Place::App("app_wep"), &web_request());
    page_refused(&page, 404, "application_not_found");
    assert_eq!(element(&page, "setting"), ids);
    for place in [Place::Instance, Place::App("app_wep")] {
        let page = authorize(&mut public(), place, &request);
        assert!(!text(&page).contains("app_web") && !text(&page).contains("setting"));
    }
    let pairs = [("grant_type", "client_credentials"), ("client_id", "app_wep")];
    let sentence = refused(&Server::new().token(Place::Instance, &pairs), 401, "invalid_client");
    assert!(sentence.ends_with(&format!("Sent: app_wep. Configuration: {ids}")), "{sentence}");
    let sentence = refused(&public().token(Place::Instance, &pairs), 401, "invalid_client");
    assert_eq!(sentence, "There is no client of this client_id");
}

/// The messages that the service documents stay as they are; what to change stands beside them.
#[test]
fn what_is_closed_names_the_key_that_opens_it() {
    let hint = |answer: &HttpResponse| member(&json(answer), "hint").to_owned();
    let mut server = Server::new();
    let machine = [("client_id", "app_machine"), ("client_secret", MACHINE_SECRET)];
    let asks =
        [machine.as_slice(), &[("grant_type", "refresh_token"), ("refresh_token", "x")]].concat();
    let answer = server.token(MACHINE, &asks);
    let message = refused(&answer, 400, "invalid_grant");
    assert_eq!(message, "Invalid or not supported grant_type: refresh_token");
    assert_eq!(hint(&answer), "Configuration: app_machine.grants = client_credentials");
    assert!(json(&public().token(MACHINE, &asks))["hint"].is_null());
    let answer = server.get(&MACHINE.api("userinfo"));
    refused(&answer, 400, "invalid_request");
    assert!(hint(&answer).contains("app_machine.scopes = "));
    let answer = server.post(&MACHINE.api("device/code"), &machine);
    refused(&answer, 400, "invalid_request");
    assert!(hint(&answer).contains("app_machine.grants = "));
    let answer =
        server.get(&format!("{}/.well-known/openid-configuration", Place::App("app_x").issuer()));
    refused(&answer, 404, "application_not_found");
    assert!(hint(&answer).starts_with("Configuration: applications = app_spa, app_web"));
    let answer = server.get(&WEB.api("userinfo").replace(INSTANCE, "idaas_other"));
    refused(&answer, 404, "application_not_found");
    assert_eq!(hint(&answer), "Configuration: instanceId = idaas_example");

    // To the client by redirect.
    let request = changed(web_request(), "scope", "openid orders");
    let told = |server: &mut Server| {
        let answer = redirected(&Browser::default().authorize(server, WEB, &request));
        assert_eq!(answer["error"], "invalid_scope");
        answer["error_description"].clone()
    };
    let sentence = told(&mut server);
    let setting = "the scope orders. Configuration: app_web.scopes = openid, profile, ";
    assert!(sentence.contains(setting), "{sentence}");
    assert_eq!(told(&mut public()), "The application does not have the scope orders");
}

/// However much is sent or configured, an answer stays short.
#[test]
fn hints_are_short() {
    let mut server = Server::with(|config| {
        let uris = (0..5000).map(|i| format!("https://app.example/{i}")).collect();
        config.applications[0].redirect_uris = uris;
        let user = config.users[0].clone();
        config.users.extend((0..5000).map(|i| {
            let mut user = user.clone();
            user.user_id = format!("user_{i}");
            user.username = format!("u{i}");
            user
        }));
    });
    let long = format!("http://localhost/{}", "x".repeat(8000));
    let request = changed(spa_request(), "redirect_uri", &long);
    let page = authorize(&mut server, SPA, &request);
    assert!(page.body.len() < 8 * 1024, "{}", page.body.len());
    let answer = server.post(&SPA.api("par"), &request);
    assert!(answer.body.len() < 2 * 1024, "{}", answer.body.len());
    assert!(server.get(BASE).body.len() < 16 * 1024);
}
