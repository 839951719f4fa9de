//! Pages: headers, escaping, and forms that work in the browser they were made for only.

use eiam_token::http::HttpRequest;

use crate::support::*;

#[test]
fn rfc_9700_section_4_16_headers_against_framing_and_leaks() {
    let mut server = Server::new();
    let mut browser = Browser::default();
    let login = browser.authorize(&mut server, WEB, &web_request());
    let question = browser.login(&mut server, &login);
    let device = browser.get(&mut server, &DEVICE.page("device"));
    let logout = browser.get(&mut server, &WEB.page("logout"));
    let error = browser.get(&mut server, &WEB.page("authorize"));
    let method = browser.get(&mut server, &WEB.page("login"));
    assert_eq!(method.status, 405);
    for page in [login, question, device, logout, error, method] {
        let header = |name| page.headers.value(name).unwrap_or_default();
        let policy = header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(header("x-frame-options"), "DENY");
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("content-type"), "text/html;charset=UTF-8");
        assert_eq!(page.headers.value("access-control-allow-origin"), None);
        let html = text(&page);
        assert!(!html.contains("<script") && !html.contains("//"), "{html}");
        assert!(html.contains("lang=\"en\"") && html.contains("width=device-width"));
    }
}

/// Chromium holds the redirect after a form to `form-action`: where it leads to a client there is
/// none.
#[test]
fn forms_that_lead_to_clients_are_not_held_back() {
    let mut server = Server::new();
    let mut browser = Browser::default();
    let login = browser.authorize(&mut server, WEB, &web_request());
    let question = browser.login(&mut server, &login);
    for page in [login, question] {
        let policy = page.headers.value("content-security-policy").unwrap();
        assert!(!policy.contains("form-action"), "{policy}");
    }
    let device = browser.get(&mut server, &DEVICE.page("device"));
    let policy = device.headers.value("content-security-policy").unwrap();
    assert!(policy.contains("form-action 'self'"), "{policy}");
}

#[test]
fn what_comes_from_a_request_is_escaped() {
    let mut server = Server::with(|config| config.applications[1].name = "<b>\"Web\"</b>".into());
    let evil = "\"><script>alert(1)</script>";
    let request = changed(web_request(), "login_hint", evil);
    let page = Browser::default().authorize(&mut server, WEB, &request);
    assert!(text(&page).contains("&lt;b&gt;&quot;Web&quot;"));
    assert!(!text(&page).contains("<script") && !text(&page).contains("<b>"));
    let url = format!("{}?{}", DEVICE.page("device"), encode(&[("user_code", evil)]));
    let page = server.get(&url);
    assert!(!text(&page).contains("<script"));
    let page = server.get(&format!("{BASE}/login/app/%3Cscript%3E/oauth2/authorize"));
    assert!(!text(&page).contains("<script"));
    let page = server.get(&format!("{BASE}/login/app/<script>/oauth2/authorize"));
    page_refused(&page, 404, "application_not_found");
    assert!(!text(&page).contains("<script"));
}

#[test]
fn fields_have_labels_and_say_what_belongs_in_them() {
    let mut server = Server::new();
    let page = Browser::default().authorize(&mut server, WEB, &web_request());
    let device = server.get(&DEVICE.page("device"));
    for (page, name, autocomplete) in [
        (&page, "username", "username"),
        (&page, "password", "current-password"),
        (&device, "user_code", "off"),
    ] {
        let html = text(page);
        assert!(html.contains(&format!("<label for=\"{name}\"")), "{name}");
        assert!(html.contains(&format!("id=\"{name}\" name=\"{name}\"")), "{name}");
        assert!(html.contains(&format!("autocomplete=\"{autocomplete}\"")), "{name}");
    }
}

#[test]
fn cookies_are_kept_from_scripts_and_other_sites() {
    let mut server = Server::new();
    let mut browser = Browser::default();
    let page = browser.authorize(&mut server, SPA, &spa_request());
    let answer = browser.login(&mut server, &page);
    for response in [&page, &answer] {
        let cookie = response.headers.value("set-cookie").unwrap();
        assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax"), "{cookie}");
    }
    let mut server = Server::with(|config| config.base_url = "https://login.example/eiam".into());
    let url = "https://login.example/eiam/login/app/app_web/oauth2/authorize";
    let page = server.get(&format!("{url}?{}", encode(&web_request())));
    let cookie = page.headers.value("set-cookie").unwrap();
    assert!(cookie.starts_with("__Host-eiam_browser."), "{cookie}");
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure"), "{cookie}");
    assert!(text(&page).contains("action=\"/eiam/login/app/app_web/oauth2/login\""));
}

#[test]
fn rfc_9700_section_4_7_forms_from_elsewhere_are_refused() {
    let mut server = Server::new();
    let mut victim = Browser::default();
    victim.authorize(&mut server, WEB, &web_request());
    let mut attacker = Browser::default();
    let page = attacker.authorize(&mut server, WEB, &web_request());
    // The form of another browser.
    let response = victim.login(&mut server, &page);
    page_refused(&response, 400, "invalid_request");
    // Without any cookie.
    let response = Browser::default().login(&mut server, &page);
    page_refused(&response, 400, "invalid_request");
    // From another site, as browsers say it.
    let form = Form::read(&page);
    let fields = [
        ("transaction", form.transaction.as_deref().unwrap()),
        ("username", "alice"),
        ("password", "alice-password"),
    ];
    let cookie = format!("eiam_browser={}", attacker.cookies["eiam_browser"]);
    for (name, value, allowed) in [
        ("origin", "https://evil.example", false),
        ("origin", "http://127.0.0.1:9400.evil.example", false),
        ("origin", "http://127.0.0.1:9401", false),
        ("sec-fetch-site", "cross-site", false),
        ("sec-fetch-site", "same-site", false),
        ("origin", "null", true),
        ("origin", BASE, true),
        ("sec-fetch-site", "same-origin", true),
    ] {
        let request = HttpRequest::post_form(&form.action, encode(&fields))
            .header("cookie", &cookie)
            .header(name, value);
        let response = server.send(&request);
        assert_eq!(response.status, if allowed { 200 } else { 400 }, "{name}: {value}");
    }
}

#[test]
fn a_form_is_for_its_page_its_application_and_an_hour() {
    let mut server = Server::new();
    let mut browser = Browser::default();
    let page = browser.authorize(&mut server, WEB, &web_request());
    let form = Form::read(&page);
    let transaction = form.transaction.unwrap();
    let fields = [
        ("transaction", transaction.as_str()),
        ("username", "alice"),
        ("password", "alice-password"),
        ("decision", "allow"),
    ];
    for url in [
        SPA.page("login"),
        Place::Instance.page("login"),
        WEB.page("decision"),
        WEB.page("signout"),
    ] {
        let request = HttpRequest::post_form(&url, encode(&fields));
        page_refused(&browser.send(&mut server, request), 400, "invalid_request");
    }
    for wrong in ["", "TX", &transaction[..transaction.len() - 1]] {
        let fields = changed(fields.to_vec(), "transaction", wrong);
        let request = HttpRequest::post_form(WEB.page("login"), encode(&fields));
        page_refused(&browser.send(&mut server, request), 400, "invalid_request");
    }
    server.now += 3600;
    let response = browser.login(&mut server, &page);
    page_refused(&response, 400, "invalid_request");
}

#[test]
fn a_session_id_from_before_the_login_is_worth_nothing() {
    let mut server = Server::new();
    let mut attacker = Browser::default();
    attacker.code(&mut server, SPA, &spa_request());
    // The attacker plants all cookies in the victim's browser, who signs in.
    let mut victim = attacker.clone();
    let request = changed(spa_request(), "prompt", "login");
    let page = victim.authorize(&mut server, SPA, &request);
    let bob = [("username", "bob"), ("password", "bob-password")];
    victim.submit(&mut server, &page, &bob);
    assert_ne!(victim.cookies["eiam_session"], attacker.cookies["eiam_session"]);
    let silent = changed(spa_request(), "prompt", "none");
    let answer = attacker.authorize(&mut server, SPA, &silent);
    assert_eq!(redirected(&answer)["error"], "login_required");
}

#[test]
fn the_cookie_of_one_kind_is_not_taken_for_another() {
    let mut server = Server::new();
    let mut browser = Browser::default();
    browser.code(&mut server, SPA, &spa_request());
    let session = browser.cookies["eiam_session"].clone();
    let mut other = Browser::default();
    other.authorize(&mut server, SPA, &spa_request());
    let forged = other.cookies["eiam_browser"].replacen("BR", "SE", 1);
    for value in [forged, session[..session.len() - 1].to_owned(), "x".into()] {
        let mut browser = Browser::default();
        browser.cookies.insert("eiam_session".into(), value);
        let silent = changed(spa_request(), "prompt", "none");
        let answer = browser.authorize(&mut server, SPA, &silent);
        assert_eq!(redirected(&answer)["error"], "login_required");
    }
}
