//! Cookies: what they are called, and which are believed (RFC 6265 section 8, RFC 6265bis section
//! 4.1.3).

use std::collections::BTreeSet;

use eiam_token::http::HttpResponse;

use crate::support::*;

const HTTPS: &str = "https://login.example";

fn at(base: &'static str) -> Server {
    Server::with(|config| config.base_url = base.into())
}

/// The cookies that a browser gets at an issuer: of itself, of its session, and of itself again with
/// who signed in there.
fn cookies(base: &'static str) -> Vec<String> {
    let mut server = at(base);
    let mut browser = Browser::default();
    let url = format!("{base}/login/app/app_spa/oauth2/authorize?{}", encode(&spa_request()));
    let page = browser.get(&mut server, &url);
    let answer = browser.login(&mut server, &page);
    redirected(&answer);
    let cookies = |response: &HttpResponse| -> Vec<String> {
        response.headers.values("set-cookie").map(str::to_owned).collect()
    };
    assert_eq!(cookies(&page).len(), 1);
    let all = [cookies(&page), cookies(&answer)].concat();
    // Who signed in is remembered for a year.
    all.into_iter().map(|cookie| cookie.replace("; Max-Age=31536000", "")).collect()
}

/// What they are called, each name once.
fn names_of(base: &'static str) -> BTreeSet<String> {
    let name = |cookie: String| cookie.split_once('=').unwrap().0.to_owned();
    cookies(base).into_iter().map(name).collect()
}

#[test]
fn rfc_6265bis_section_4_1_3_2_the_prefix_and_what_it_demands() {
    for cookie in [cookies(HTTPS), cookies("https://login.example/eiam")].concat() {
        assert!(cookie.starts_with("__Host-eiam_"), "{cookie}");
        assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure"), "{cookie}");
        assert!(!cookie.to_ascii_lowercase().contains("domain"), "{cookie}");
    }
    // A browser would take no such name over http.
    for cookie in cookies(BASE) {
        assert!(cookie.starts_with("eiam_"), "{cookie}");
        assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax"), "{cookie}");
    }
    for cookie in cookies("http://127.0.0.1:9400/eiam") {
        assert!(cookie.ends_with("; Path=/eiam; HttpOnly; SameSite=Lax"), "{cookie}");
    }
    // Signing out takes away the cookie of this very name.
    let mut server = at(HTTPS);
    let mut browser = Browser::default();
    browser.code(&mut server, SPA, &spa_request());
    assert!(browser.cookies.contains_key("__Host-eiam_session"));
    let page = browser.get(&mut server, &SPA.page("logout"));
    let answer = browser.submit(&mut server, &page, &[]);
    let gone = answer.headers.value("set-cookie").unwrap();
    assert!(gone.starts_with("__Host-eiam_session=; Path=/; "), "{gone}");
    assert!(gone.ends_with("; Secure; Max-Age=0"), "{gone}");
}

/// All issuers of a host see the cookies of each other there, so they must not share a name.
#[test]
fn issuers_under_different_paths_of_a_host_have_cookies_of_their_own() {
    for host in ["https://login.example", "http://localhost:9400"] {
        let paths = ["", "/a", "/b", "/a/b", "/a.b", "/A"];
        let bases = paths.map(|path| &*format!("{host}{path}").leak());
        let mut names: Vec<_> = bases.into_iter().flat_map(names_of).collect();
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count, "{names:?}");
        let token = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        assert!(names.iter().all(|name| name.bytes().all(token)), "{names:?}");
    }
    // And a host may still name more.
    let mut server = at("https://login.example/a");
    server.issuer.set_cookie_suffix("-one").unwrap();
    let mut browser = Browser::default();
    browser.get(&mut server, "https://login.example/a/login/app/app_spa/oauth2/device");
    let name = browser.cookies.keys().next().unwrap();
    assert!(name.starts_with("__Host-eiam_browser.") && name.ends_with("-one"), "{name}");
}

/// What a silent request says with these header fields.
fn silent(server: &mut Server, fields: &[&str]) -> bool {
    let request = changed(spa_request(), "prompt", "none");
    let url = format!("{}?{}", SPA.page("authorize"), encode(&request));
    let mut request = eiam_token::http::HttpRequest::get(url);
    for field in fields {
        request.headers.push("cookie", *field);
    }
    redirected(&server.send(&request)).contains_key("code")
}

/// RFC 6265 section 8.6: whoever serves something beside us can add a cookie of our name, and nothing
/// says which one is ours.
#[test]
fn of_two_cookies_of_one_name_neither_is_believed() {
    for (base, name) in [(BASE, "eiam_session"), (HTTPS, "__Host-eiam_session")] {
        let mut server = at(base);
        let mut alice = Browser::default();
        alice.code(&mut server, SPA, &spa_request());
        let mut mallory = Browser::default();
        mallory.code(&mut server, SPA, &spa_request());
        let own = format!("{name}={}", alice.cookies[name]);
        let planted = format!("{name}={}", mallory.cookies[name]);
        let other = "eiam_other=1";
        assert!(silent(&mut server, &[&own]));
        assert!(silent(&mut server, &[other, &format!("{other}; {own};{other}")]));
        for second in [&planted, &own, &format!("{name}="), &format!("{name}=garbage")] {
            for fields in [
                vec![format!("{own}; {second}")],
                vec![format!("{second}; {own}")],
                vec![own.clone(), second.clone()],
                vec![format!("{other};{second}"), format!("{own}; {other}")],
                // As some hosts join two fields.
                vec![format!("{own}, {second}")],
                vec![format!("{other}, {second}; {own}")],
            ] {
                let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
                assert!(!silent(&mut server, &fields), "{base} {fields:?}");
            }
        }
        // What stands behind a comma is part of a value, and never a cookie.
        assert!(!silent(&mut server, &[&format!("{other}, {own}")]));
        // The name is compared exactly, and that of the other scheme is another.
        let value = &alice.cookies[name];
        for wrong in ["Eiam_session", "eiam_session ", "xeiam_session", "__Secure-eiam_session"] {
            assert!(!silent(&mut server, &[&format!("{wrong}={value}")]), "{wrong}");
        }
        let of_http = format!("eiam_session={value}");
        assert_eq!(silent(&mut server, &[&of_http]), base == BASE);
    }
}

#[test]
fn a_form_with_two_cookies_of_one_name_is_refused_and_says_so() {
    let mut server = Server::new();
    let mut browser = Browser::default();
    let page = browser.authorize(&mut server, SPA, &spa_request());
    let form = Form::read(&page);
    let own = format!("eiam_browser={}", browser.cookies["eiam_browser"]);
    let fields = [
        ("transaction", form.transaction.as_deref().unwrap()),
        ("username", "alice"),
        ("password", "alice-password"),
    ];
    for (more, allowed) in [
        ("eiam_other=x", true),
        ("eiam_browser=x", false),
        ("eiam_session=1; eiam_session=2", false),
    ] {
        let request = eiam_token::http::HttpRequest::post_form(&form.action, encode(&fields))
            .header("cookie", &*own)
            .header("cookie", more);
        let answer = server.send(&request);
        assert_eq!(answer.status, if allowed { 303 } else { 400 }, "{more}");
        assert_eq!(text(&answer).contains("two cookies of the name eiam_"), !allowed);
    }
}
