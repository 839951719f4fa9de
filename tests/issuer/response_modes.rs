//! Response modes: OAuth 2.0 Multiple Response Type Encoding Practices, OAuth 2.0 Form Post Response
//! Mode.

use crate::support::*;

fn answer(
    mode: &'static str,
    change: &[(&'static str, &'static str)],
) -> eiam_token::http::HttpResponse {
    let mut server = Server::new();
    let mut request = changed(spa_request(), "response_mode", mode);
    for (name, value) in change {
        request = changed(request, name, value);
    }
    let mut browser = Browser::default();
    let page = browser.authorize(&mut server, SPA, &request);
    if text(&page).contains("name=\"password\"") { browser.login(&mut server, &page) } else { page }
}

#[test]
fn multiple_response_types_section_2_1_query_and_fragment() {
    for (mode, default) in [("query", true), ("", true), ("fragment", false)] {
        let response = answer(mode, &[]);
        let answer = if default { redirected(&response) } else { in_fragment(&response) };
        assert!(answer["code"].starts_with("CO"));
        assert_eq!(answer["state"], "st&te");
        assert_eq!(answer["iss"], SPA.issuer());
    }
}

#[test]
fn form_post_section_2_a_form_that_sends_itself_or_is_sent_by_a_button() {
    let response = answer("form_post", &[("state", "\"><script>x</script>")]);
    let (action, fields) = posted(&response);
    assert_eq!(action, SPA_URI);
    assert!(fields["code"].starts_with("CO"));
    assert_eq!(fields["state"], "\"><script>x</script>");
    assert_eq!(fields["iss"], SPA.issuer());
    let html = text(&response);
    assert!(html.contains("<button type=\"submit\""), "{html}");
    assert_eq!(html.matches("<script").count(), 1, "{html}");
    let policy = response.headers.value("content-security-policy").unwrap();
    assert!(policy.contains("script-src 'sha256-") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(response.headers.value("cache-control"), Some("no-store"));
    assert_eq!(response.headers.value("x-frame-options"), Some("DENY"));
}

#[test]
fn rfc_6749_section_4_1_2_1_errors_follow_the_mode() {
    let wrong = ("scope", "admin");
    assert_eq!(redirected(&answer("query", &[wrong]))["error"], "invalid_scope");
    assert_eq!(in_fragment(&answer("fragment", &[wrong]))["error"], "invalid_scope");
    let (action, fields) = posted(&answer("form_post", &[wrong]));
    assert_eq!((action.as_str(), fields["error"].as_str()), (SPA_URI, "invalid_scope"));
    assert_eq!(fields["state"], "st&te");
    assert_eq!(fields["iss"], SPA.issuer());
    // A refusal of the user's, after pages.
    let mut server = Server::new();
    let mut browser = Browser::default();
    let request = changed(spa_request(), "response_mode", "form_post");
    let page = browser.authorize(&mut server, SPA, &request);
    let refused = browser.submit(&mut server, &page, &[("decision", "deny")]);
    assert_eq!(posted(&refused).1["error"], "access_denied");
    // What asks for tokens is told in the fragment, allowed or not.
    for response_type in ["token", "id_token", "code id_token"] {
        let response = answer("", &[("response_type", response_type)]);
        assert_eq!(in_fragment(&response)["error"], "unsupported_response_type");
    }
}

#[test]
fn no_mode_sends_anything_to_an_unregistered_uri() {
    let mut server = Server::new();
    for mode in ["query", "fragment", "form_post"] {
        let request = changed(spa_request(), "response_mode", mode);
        let request = changed(request, "redirect_uri", "https://evil.example/cb");
        let response = Browser::default().authorize(&mut server, SPA, &request);
        page_refused(&response, 400, "invalid_request");
        leads_nowhere_near(&response, "evil.example", "https://evil.example/cb");
    }
}
