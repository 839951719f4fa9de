//! The hosts of an EIAM instance (EIAM: sections 0 and 6).

use eiam_token::client::authorize::AuthorizationParameters;
use eiam_token::client::logout::LogoutParameters;
use eiam_token::client::{Authentication, Client, EiamServer, ErrorKind, Server};

use crate::support::{REDIRECT_URI, assert_not_supported, is, random};

const API: &str = "https://eiam-api-cn-hangzhou.aliyuncs.com/v2/idaas_x/app_x";
const DEVELOPER: &str = "https://eiam-developerapi.cn-hangzhou.aliyuncs.com/v2/idaas_x";
const PORTAL: &str = "example.aliyunidaas.com";

fn application() -> EiamServer<'static> {
    EiamServer::new("cn-hangzhou", "idaas_x", "app_x")
}

fn own(base: &str) -> Server {
    let at = |base: &str, path: &str| Some(format!("{base}{path}"));
    Server {
        issuer: at(API, "/oidc"),
        token_endpoint: at(base, "/oauth2/token"),
        device_authorization_endpoint: at(base, "/oauth2/device/code"),
        userinfo_endpoint: at(base, "/oauth2/userinfo"),
        revocation_endpoint: at(base, "/oauth2/revoke"),
        jwks_uri: at(API, "/oidc/jwks"),
        ..Server::default()
    }
}

fn with_pages(server: Server, application: &str) -> Server {
    let page = |name| Some(format!("https://{PORTAL}/login/app/{application}/oauth2/{name}"));
    Server {
        authorization_endpoint: page("authorize"),
        end_session_endpoint: page("logout"),
        ..server
    }
}

#[test]
fn an_application() {
    assert_eq!(application().server().unwrap(), own(API));
    let pages = application().portal(PORTAL).server().unwrap();
    assert_eq!(pages, with_pages(own(API), "app_x"));
}

#[test]
fn an_application_at_the_developer_api() {
    let base = format!("{DEVELOPER}/app_x");
    assert_eq!(application().developer_api().server().unwrap(), own(&base));
    let pages = application().developer_api().portal(PORTAL).server().unwrap();
    assert_eq!(pages, with_pages(own(&base), "app_x"));
}

#[test]
fn an_authorization_server_of_the_instance() {
    let alone = application().authorization_server("iauths_system");
    let token_endpoint =
        Some(format!("{DEVELOPER}/authorizationServer/iauths_system/oauth2/token"));
    assert_eq!(alone.server().unwrap(), Server { token_endpoint, ..Server::default() });

    let issuer = format!("https://{PORTAL}/api/v2/iauths_system/oauth2");
    let expected = Server {
        token_endpoint: Some(format!("{issuer}/token")),
        jwks_uri: Some(format!("{issuer}/jwks")),
        issuer: Some(issuer),
        ..Server::default()
    };
    let pages = application().authorization_server("iauths_system").portal(PORTAL);
    assert_eq!(pages.server().unwrap(), with_pages(expected, "common"));
}

#[test]
fn parts_that_cannot_stand_in_a_url_are_named() {
    let new = EiamServer::new;
    for (wrong, argument) in [
        (new("cn/..", "i", "a"), "region"),
        (new("", "i", "a"), "region"),
        (new("cn_1", "i", "a"), "region"),
        (new("cn", "i?x", "a"), "instance_id"),
        (new("cn", "i", "a#"), "application_id"),
        (new("cn", "i", ""), "application_id"),
        (application().portal("evil.example/"), "portal"),
        (application().portal("user@evil.example"), "portal"),
        (application().portal("evil.example:80"), "portal"),
        (application().portal(""), "portal"),
        (application().authorization_server("../x"), "authorization_server"),
        (application().authorization_server(""), "authorization_server"),
    ] {
        assert!(is(&wrong.server(), ErrorKind::Argument, argument), "{wrong:?}");
    }
    let error = application().portal("https://example.aliyunidaas.com/").server().unwrap_err();
    assert!(error.to_string().contains("without https://"), "{error}");
}

#[test]
fn a_page_without_the_portal_is_said_to_lack_it() {
    for (eiam, keys_need_it) in [
        (application(), false),
        (application().developer_api(), false),
        (application().authorization_server("iauths_system"), true),
    ] {
        let client = |eiam: &EiamServer<'_>| {
            Client::new(eiam.server().unwrap(), "app_x", Authentication::None).unwrap()
        };
        let parameters = AuthorizationParameters {
            redirect_uri: REDIRECT_URI,
            scope: None,
            ..AuthorizationParameters::default()
        };
        let lacking = client(&eiam);
        let sign_in = lacking.authorization_request(&parameters, &random()).map(|_| ());
        let sign_out = lacking.logout_url(&LogoutParameters::default()).map(|_| ());
        for (refused, endpoint) in
            [(sign_in, "authorization_endpoint"), (sign_out, "end_session_endpoint")]
        {
            let error = refused.unwrap_err();
            assert_eq!((error.kind(), error.subject()), (ErrorKind::NotSupported, endpoint));
            let message = error.to_string();
            assert!(message.contains(&format!("{endpoint}: portal is missing")), "{message}");
            assert!(message.contains("example.aliyunidaas.com"), "{message}");
        }
        let keys = lacking.key_set_request();
        assert_eq!(keys.is_err(), keys_need_it);
        assert_eq!(keys.is_err_and(|error| error.reason().contains("portal")), keys_need_it);
        // What no portal brings.
        assert_not_supported(lacking.introspection_request("AT", None), "introspection_endpoint");

        let whole = client(&eiam.portal(PORTAL));
        assert!(whole.authorization_request(&parameters, &random()).is_ok());
        assert!(whole.logout_url(&LogoutParameters::default()).is_ok());
    }
    let other = Client::new(Server::default(), "app_x", Authentication::None).unwrap();
    assert_not_supported(other.logout_url(&LogoutParameters::default()), "end_session_endpoint");
}
