//! Signing out at the server (OpenID Connect RP-Initiated Logout section 2).

use eiam_token::client::logout::LogoutParameters;
use eiam_token::client::{Authentication, Client, Error, ErrorKind, Server};

use crate::support::{assert_not_supported, is, public_client, server};

fn url(endpoint: &str, parameters: &LogoutParameters<'_>) -> Result<String, Error> {
    let server = Server { end_session_endpoint: Some(endpoint.into()), ..server() };
    Client::new(server, "app_x", Authentication::post("CSsecret"))?.logout_url(parameters)
}

const PAGE: &str = "https://pages.example/logout";

#[test]
fn section_2_parameters() {
    assert_eq!(
        url(PAGE, &LogoutParameters::default()).unwrap(),
        "https://pages.example/logout?client_id=app_x"
    );
    let parameters = LogoutParameters {
        id_token: Some("ey.J.x"),
        post_logout_redirect_uri: Some("https://app.example/bye?a=1"),
        state: Some("s&t"),
        extra: &[("ui_locales", "zh-CN en")],
    };
    assert_eq!(
        url(PAGE, &parameters).unwrap(),
        "https://pages.example/logout?client_id=app_x&id_token_hint=ey.J.x\
         &post_logout_redirect_uri=https%3A%2F%2Fapp.example%2Fbye%3Fa%3D1&state=s%26t\
         &ui_locales=zh-CN+en"
    );
}

#[test]
fn a_page_with_a_query_of_its_own() {
    let made = url("https://pages.example/out?tenant=1", &LogoutParameters::default());
    assert_eq!(made.unwrap(), "https://pages.example/out?tenant=1&client_id=app_x");
}

#[test]
fn parameters_that_are_set_already() {
    for name in ["client_id", "client_secret", "id_token_hint", "post_logout_redirect_uri", "state"]
    {
        let parameters = LogoutParameters { extra: &[(name, "x")], ..Default::default() };
        assert!(is(&url(PAGE, &parameters), ErrorKind::Argument, "extra"), "{name}");
    }
}

#[test]
fn a_server_without_such_a_page() {
    let made = public_client().logout_url(&LogoutParameters::default());
    assert_not_supported(made, "end_session_endpoint");
}

#[test]
fn debug_does_not_show_the_id_token() {
    let parameters = LogoutParameters { id_token: Some("ey.J.x"), ..Default::default() };
    assert!(!format!("{parameters:?}").contains("ey.J"));
}
