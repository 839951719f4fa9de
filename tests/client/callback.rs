//! What came to the redirect URI (RFC 6749 section 4.1.2, RFC 9207, form_post).

use eiam_token::client::callback::AuthorizationResponse;
use eiam_token::client::{Authentication, Client, Error, ErrorKind, Server, callback};

use crate::support::{
    ISSUER, REDIRECT_URI, client_with, is, public_client, refusal_of, server, transaction,
};

fn parse(callback: &str) -> Result<AuthorizationResponse, Error> {
    public_client().parse_callback(callback, &transaction())
}

/// The state of [`transaction`].
fn state() -> String {
    transaction().state.expose().to_owned()
}

/// A client whose server announces `iss` (RFC 9207 section 3).
fn announced() -> Client {
    let server = Server { iss_in_callback: true, ..server() };
    Client::new(server, "app_x", Authentication::None).unwrap()
}

#[track_caller]
fn refused(callback: &str) -> (String, String) {
    refusal_of(parse(callback), ErrorKind::Callback)
}

fn fault(parameter: &str, reason: &str) -> (String, String) {
    (parameter.to_owned(), reason.to_owned())
}

#[test]
fn every_form_that_an_answer_comes_in() {
    let answer = format!("code=CO%2B1&state={}", state());
    for callback in [
        answer.clone(),
        format!("?{answer}"),
        format!("#{answer}"),
        format!("?#{answer}"),
        format!("/cb?{answer}"),
        format!("/cb?a=1&{answer}"),
        format!("/cb#{answer}"),
        format!("cb?{answer}"),
        format!("http://localhost:3000/cb?{answer}"),
        format!("http://localhost:3000/cb?a=1&b=2&{answer}&session_state=x"),
        format!("http://localhost:3000/cb?a=1&b=2#{answer}"),
        format!("http://localhost:3000/cb#{answer}"),
        format!("http://localhost:3000/a=b&c/cb?{answer}"),
        format!("com.example.app:/cb?{answer}"),
        format!("com.example.app:/cb#{answer}"),
        format!("http://localhost:3000/cb?{answer}#section"),
        format!("http://localhost:3000/cb?{answer}#/route?x=1"),
        // Servers leave characters that a query may have as they are.
        format!("iss={ISSUER}&{answer}"),
        format!("{answer}&iss={ISSUER}"),
        format!("?iss={ISSUER}&{answer}"),
        format!("{answer}&return=/a?b=1"),
    ] {
        let response = parse(&callback).unwrap_or_else(|error| panic!("{callback}: {error}"));
        assert_eq!(response.code().expose(), "CO+1", "{callback}");
    }
}

#[test]
fn the_response_carries_what_the_token_request_needs() {
    let (response, transaction) =
        (parse(&format!("code=CO1&state={}", state())).unwrap(), transaction());
    assert_eq!(response.redirect_uri(), REDIRECT_URI);
    assert_eq!(response.code_verifier(), &transaction.code_verifier);
    assert_eq!(response.nonce(), transaction.nonce.as_ref());
}

#[test]
fn state_wrong_missing_empty_or_twice() {
    let state = state();
    assert_eq!(refused("code=CO1"), fault("state", "is missing"));
    assert_eq!(refused(""), fault("state", "is missing"));
    assert_eq!(refused("http://localhost:3000/cb"), fault("state", "is missing"));
    for other in ["", "x", &state[1..], &format!("{state}x"), &state.to_lowercase()] {
        let callback = format!("code=CO1&state={other}");
        assert_eq!(refused(&callback), fault("state", "belongs to another request"));
    }
    for twice in [format!("state={state}&state={state}"), format!("state={state}&s%74ate=x")] {
        assert_eq!(refused(&format!("code=CO1&{twice}")), fault("state", "is there twice"));
    }
}

#[test]
fn state_is_checked_before_anything_else_is_believed() {
    for callback in ["error=access_denied", "code=", "iss=https://evil.example&code=CO1"] {
        assert_eq!(refused(callback), fault("state", "is missing"));
        assert_eq!(refused(&format!("{callback}&state=x")).0, "state");
    }
}

#[test]
fn iss_of_another_server() {
    let state = state();
    for iss in [
        "https://evil.example",
        "",
        &format!("{ISSUER}/"),
        "https://AS.example/v2/idaas_x/app_x/oidc",
    ] {
        for answer in ["code=CO1", "error=access_denied"] {
            let (parameter, reason) = refused(&format!("{answer}&state={state}&iss={iss}"));
            assert_eq!(
                (parameter, reason),
                fault("iss", "is another issuer than the one that was asked")
            );
        }
    }
    let twice = format!("code=CO1&state={state}&iss={ISSUER}&iss={ISSUER}");
    assert_eq!(refused(&twice), fault("iss", "is there twice"));
}

#[test]
fn iss_is_missing_though_the_server_announces_it() {
    let callback = format!("code=CO1&state={}", state());
    let refused = announced().parse_callback(&callback, &transaction());
    assert_eq!(refusal_of(refused, ErrorKind::Callback), fault("iss", "is missing"));
    let with_iss = format!("{callback}&iss=https%3A%2F%2Fas.example%2Fv2%2Fidaas_x%2Fapp_x%2Foidc");
    assert!(announced().parse_callback(&with_iss, &transaction()).is_ok());
}

#[test]
fn a_refusal_comes_with_what_the_server_said() {
    let callback = format!(
        "error=access_denied&error_description=the+user+said%20no&error_uri=https://as.example/e\
         &state={}",
        state()
    );
    let error = parse(&callback).unwrap_err();
    assert_eq!(error.oauth_code(), Some("access_denied"));
    assert_eq!((error.reason(), error.uri()), ("the user said no", "https://as.example/e"));
    assert_eq!((error.status(), error.retry_after()), (0, None));
}

#[test]
fn a_refusal_wins_over_a_code_and_is_there_once() {
    let state = state();
    let both = parse(&format!("code=CO1&error=server_error&state={state}")).unwrap_err();
    assert_eq!(both.oauth_code(), Some("server_error"));
    assert_eq!(
        refused(&format!("error=a&error=b&state={state}")),
        fault("error", "is there twice")
    );
    let described = format!("error=a&error_description=b&error_description=c&state={state}");
    assert_eq!(refused(&described), fault("error_description", "is there twice"));
}

#[test]
fn the_words_of_a_refusal_are_fit_for_a_log() {
    let long = "x".repeat(5000);
    let callback = format!("error=a%0Ab&error_description=%1B%5B31m{long}%00&state={}", state());
    let error = parse(&callback).unwrap_err();
    assert_eq!(error.oauth_code(), Some("a\u{fffd}b"));
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains(char::is_control));
    assert!(shown.len() < 2 * 1024 + 512, "{}", shown.len());
}

#[test]
fn a_code_missing_empty_or_twice() {
    let state = state();
    assert_eq!(refused(&format!("state={state}")), fault("code", "is missing"));
    assert_eq!(refused(&format!("code=&state={state}")), fault("code", "is empty"));
    assert_eq!(refused(&format!("code=a&code=a&state={state}")), fault("code", "is there twice"));
    assert_eq!(refused(&format!("Code=a&state={state}")), fault("code", "is missing"));
}

#[test]
fn an_answer_in_the_fragment_is_not_mixed_with_the_query() {
    let state = state();
    // The code of an attacker in the query, the state in the fragment: the fragment alone counts.
    let mixed = format!("http://localhost:3000/cb?code=COevil#state={state}");
    assert_eq!(refused(&mixed), fault("code", "is missing"));
    let mixed = format!("http://localhost:3000/cb?state={state}#code=COevil");
    assert_eq!(refused(&mixed), fault("code", "is missing"));
    // The page's own query says nothing about an answer in the fragment.
    let own = format!("http://localhost:3000/cb?discount=5%#code=CO1&state={state}");
    assert_eq!(parse(&own).unwrap().code().expose(), "CO1");
}

#[test]
fn rfc_6749_section_3_1_2_a_redirect_uri_may_have_a_state_of_its_own() {
    let state = state();
    // The answer is in the fragment (OAuth 2.0 Multiple Response Type Encoding Practices section 2.1).
    for own in ["state=open", "state=", "state=open&state=shut", "state=open&code=COown&error=x"] {
        let callback = format!("https://app.example/cb?{own}#code=CO1&state={state}");
        assert_eq!(parse(&callback).unwrap().code().expose(), "CO1", "{own}");
    }
    let denied = format!("/cb?state=open#error=access_denied&state={state}");
    assert_eq!(parse(&denied).unwrap_err().oauth_code(), Some("access_denied"));
    for other in ["", "x"] {
        let callback = format!("/cb?state=open#code=CO1&state={other}");
        assert_eq!(refused(&callback), fault("state", "belongs to another request"));
    }
    // The answer is in the query, and in it the `state` of the redirect URI stands once more.
    let twice = format!("/cb?state=open&code=CO1&state={state}");
    assert_eq!(refused(&twice), fault("state", "is there twice"));
    // The fragment is the page's own.
    let page = format!("/cb?code=CO1&state={state}#state=open&code=COevil");
    assert_eq!(parse(&page).unwrap().code().expose(), "CO1");
    let other = "/cb?code=CO1&state=open#/section";
    assert_eq!(refused(other), fault("state", "belongs to another request"));
}

#[test]
fn a_code_that_is_not_form_encoded() {
    for code in ["%", "CO%2", "%zz", "%ff"] {
        let callback = format!("code={code}&state={}", state());
        assert_eq!(refused(&callback), fault("code", "is not form-encoded"), "{code}");
    }
}

#[test]
fn what_nobody_reads_does_not_matter() {
    let state = state();
    let long = "x".repeat(100_000);
    for more in
        ["&a=%", "&%ff=b", "&a=%ff&a=%", "&a=b".repeat(1000).as_str(), &format!("&{long}={long}")]
    {
        for callback in
            [format!("code=CO1&state={state}{more}"), format!("{more}&code=CO1&state={state}")]
        {
            assert_eq!(parse(&callback).unwrap().code().expose(), "CO1");
        }
    }
    let empty = format!("code=CO1&state={state}&error=");
    assert_eq!(parse(&empty).unwrap().code().expose(), "CO1");
}

#[test]
fn a_code_may_be_long() {
    let code = "x".repeat(50_000);
    assert_eq!(parse(&format!("code={code}&state={}", state())).unwrap().code().expose(), code);
}

#[test]
fn a_description_that_is_no_utf_8_does_not_hide_the_error() {
    let callback = format!("error=access_denied&error_description=a%ffb&state={}", state());
    let error = parse(&callback).unwrap_err();
    assert_eq!((error.oauth_code(), error.reason()), (Some("access_denied"), "a\u{fffd}b"));
}

#[test]
fn whose_callback_it_is() {
    let url = |parameters: &str| callback::state(&format!("https://app.example/cb{parameters}"));
    for parameters in [
        "?code=c&state=s",
        "?state=s&error=e",
        "#code=c&state=s",
        "?a=1#code=c&state=s",
        "?state=open#code=c&state=s",
        "?state=open#error=e&state=s",
        "?code=c&state=s#code=c&state=open",
    ] {
        assert_eq!(url(parameters).as_deref(), Some("s"), "{parameters}");
    }
    for parameters in [
        "",
        "?code=c",
        "?error=e",
        "?state=s",
        "#state=s",
        "?code=c#state=s",
        "?state=s#code=c",
        "?state=s#state=s",
    ] {
        assert_eq!(url(parameters), None, "{parameters}");
    }
    assert_eq!(callback::state("code=c&state=%2B+%C3%A9").as_deref(), Some("+ é"));
    assert_eq!(callback::state("code=c&state=%ff"), None);
}

#[test]
fn the_transaction_of_another_client_or_server_is_refused() {
    let callback = format!("code=CO1&state={}", state());
    let other_id = Client::new(server(), "app_y", Authentication::None).unwrap();
    let other_server = Server { issuer: Some("https://other.example".into()), ..server() };
    let other_server = Client::new(other_server, "app_x", Authentication::None).unwrap();
    for client in [other_id, other_server] {
        let refused = client.parse_callback(&callback, &transaction());
        assert!(is(&refused, ErrorKind::Argument, "transaction"));
    }
    // How the client authenticates is no part of the request.
    assert!(
        client_with(Authentication::post("s")).parse_callback(&callback, &transaction()).is_ok()
    );
}
