//! Each grant's request, byte for byte, with each way to authenticate (RFC 6749, EIAM: GenerateToken).

use eiam_token::client::token::{
    ACCESS_TOKEN, AuthorizationCode, ClientCredentials, DeviceCode, Grant, JWT, JwtBearer,
    Password, RefreshToken, TokenExchange, issued_token_type,
};
use eiam_token::client::{Authentication, Client, ErrorKind, Extra, Server};
use eiam_token::http::HttpRequest;

use crate::support::{
    AWKWARD_SECRET, TOKEN_URL, assert_not_supported, authorization_response, client_with, is,
    parse_token, public_client, refusal_of, server, token_body, wire,
};

/// What a request must be: its form before the client's own parameters.
fn check<G: Grant>(grant: &G, extra: &Extra<'_>, form: &str) {
    let head = format!(
        "POST {TOKEN_URL}\ncontent-type: application/x-www-form-urlencoded\naccept: application/json\n"
    );
    let secret = || AWKWARD_SECRET.into();
    // Encoded by Python: base64.b64encode(b"app_x:CS%2B%2F%3D%26x") and (b"app_x:CS+/=&x").
    for (authentication, expected) in [
        (Authentication::None, format!("{head}\n{form}&client_id=app_x")),
        (
            Authentication::Basic(secret()),
            format!("{head}authorization: Basic YXBwX3g6Q1MlMkIlMkYlM0QlMjZ4\n\n{form}"),
        ),
        (
            Authentication::BasicUnencoded(secret()),
            format!("{head}authorization: Basic YXBwX3g6Q1MrLz0meA==\n\n{form}"),
        ),
        (
            Authentication::Post(secret()),
            format!("{head}\n{form}&client_id=app_x&client_secret=CS%2B%2F%3D%26x"),
        ),
    ] {
        let request = client_with(authentication).token_request(grant, extra).unwrap();
        assert_eq!(wire(&request), expected);
    }
}

#[test]
fn authorization_code() {
    check(
        &AuthorizationCode(&authorization_response("CO5 41+x")),
        &[],
        "grant_type=authorization_code&code=CO5+41%2Bx\
         &redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fcb%3Fa%3D1%26b%3D2\
         &code_verifier=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
    );
}

const EXCHANGE: TokenExchange<'_> = TokenExchange {
    subject_token: "AT1",
    subject_token_type: ACCESS_TOKEN,
    actor: None,
    requested_token_type: None,
    scope: None,
};

#[test]
fn token_exchange() {
    let kind = "urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3A";
    let form = format!(
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange\
         &subject_token=AT1&subject_token_type={kind}access_token"
    );
    check(&EXCHANGE, &[], &form);
    let whole = TokenExchange {
        actor: Some(("AT2", JWT)),
        requested_token_type: Some(JWT),
        scope: Some("read"),
        ..EXCHANGE
    };
    let more = format!(
        "{form}&actor_token=AT2&actor_token_type={kind}jwt&requested_token_type={kind}jwt\
         &scope=read&audience=orders"
    );
    check(&whole, &[("audience", "orders")], &more);
    let lacking = TokenExchange { subject_token_type: "", ..EXCHANGE };
    let refused = public_client().token_request(&lacking, &[]);
    assert!(is(&refused, ErrorKind::Argument, "subject_token_type"));
}

#[test]
fn rfc_8693_2_2_the_answer_names_the_kind_of_the_token() {
    let parse = |more: &str| parse_token(200, &token_body(more)).unwrap();
    let kind = format!(r#","issued_token_type":"{JWT}""#);
    assert_eq!(issued_token_type(&parse(&kind)).unwrap(), JWT);
    for more in ["", r#","issued_token_type":"""#, r#","issued_token_type":7"#] {
        let refused = issued_token_type(&parse(more));
        assert!(is(&refused, ErrorKind::Malformed, "$.issued_token_type"), "{more}");
    }
}

#[test]
fn jwt_bearer() {
    check(
        &JwtBearer { assertion: "a.b.c", scope: Some("read") },
        &[],
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=a.b.c&scope=read",
    );
    let refused = public_client().token_request(&JwtBearer { assertion: "", scope: None }, &[]);
    assert!(is(&refused, ErrorKind::Argument, "assertion"));
}

#[test]
fn device_code() {
    check(
        &DeviceCode { device_code: "DC1" },
        &[],
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=DC1",
    );
}

#[test]
fn refresh_token() {
    let grant = RefreshToken { refresh_token: "RT~1", scope: None };
    check(&grant, &[], "grant_type=refresh_token&refresh_token=RT%7E1");
    let narrower = RefreshToken { scope: Some("openid email"), ..grant };
    check(&narrower, &[], "grant_type=refresh_token&refresh_token=RT%7E1&scope=openid+email");
}

#[test]
fn client_credentials() {
    check(&ClientCredentials { scope: None }, &[], "grant_type=client_credentials");
    check(
        &ClientCredentials { scope: Some("api://api.example.com|read:file urn:x|.all") },
        &[],
        "grant_type=client_credentials\
         &scope=api%3A%2F%2Fapi.example.com%7Cread%3Afile+urn%3Ax%7C.all",
    );
}

#[test]
fn password_in_utf_8() {
    check(
        &Password { username: "用户 a+b", password: "p&=w%", scope: Some("openid profile") },
        &[],
        "grant_type=password&username=%E7%94%A8%E6%88%B7+a%2Bb&password=p%26%3Dw%25\
         &scope=openid+profile",
    );
}

#[test]
fn extra_parameters_follow_the_grants_own() {
    check(
        &RefreshToken { refresh_token: "RT1", scope: None },
        &[("exclusive_tag", "ATxxx"), ("", "名")],
        "grant_type=refresh_token&refresh_token=RT1&exclusive_tag=ATxxx&=%E5%90%8D",
    );
}

/// RFC 8707 section 2.2.
#[test]
fn several_resources_may_be_named() {
    check(
        &RefreshToken { refresh_token: "RT1", scope: None },
        &[("resource", "a"), ("resource", "b")],
        "grant_type=refresh_token&refresh_token=RT1&resource=a&resource=b",
    );
}

#[test]
fn extra_parameters_that_the_request_has_already_are_refused() {
    fn check<G: Grant>(grant: &G, extra: &Extra<'_>) {
        let request = public_client().token_request(grant, extra);
        let (name, reason) = refusal_of(request, ErrorKind::Argument);
        assert_eq!(name, "extra");
        assert!(reason.ends_with("is in the request already"), "{reason}");
    }
    let machine = ClientCredentials { scope: None };
    for name in ["grant_type", "client_id", "client_secret", "scope"] {
        check(&machine, &[(name, "x")]);
    }
    check(&machine, &[("audience", "a"), ("exclusive_tag", "b"), ("audience", "a")]);
    check(&DeviceCode { device_code: "DC" }, &[("device_code", "x")]);
    check(&RefreshToken { refresh_token: "RT", scope: None }, &[("refresh_token", "x")]);
    let person = Password { username: "u", password: "p", scope: None };
    for name in ["username", "password"] {
        check(&person, &[(name, "x")]);
    }
    let response = authorization_response("CO");
    for name in ["code", "redirect_uri", "code_verifier"] {
        check(&AuthorizationCode(&response), &[(name, "x")]);
    }
}

#[test]
fn the_name_of_a_refused_parameter_is_fit_for_a_log() {
    let name = format!("a\n{}", "x".repeat(1000));
    let twice = [(name.as_str(), "1"), (name.as_str(), "2")];
    let machine = ClientCredentials { scope: None };
    let (_, reason) =
        refusal_of(public_client().token_request(&machine, &twice), ErrorKind::Argument);
    assert!(reason.starts_with("a\u{fffd}xxx") && reason.len() < 120, "{reason}");
}

#[test]
fn basic_encodes_id_and_secret_apart() {
    // base64.b64encode(b"app%3A1:pass+w%C3%B6rd%3A%25") by Python.
    let client = Client::new(server(), "app:1", Authentication::basic("pass wörd:%")).unwrap();
    let request = client.token_request(&ClientCredentials { scope: None }, &[]).unwrap();
    assert_eq!(
        request.headers.value("Authorization"),
        Some("Basic YXBwJTNBMTpwYXNzK3clQzMlQjZyZCUzQSUyNQ==")
    );
}

#[test]
fn an_id_with_a_colon_cannot_be_sent_unencoded() {
    // The server would take the first colon for the end of the id (RFC 7617 section 2).
    let client = Client::new(server(), "app:1", Authentication::BasicUnencoded("s".into()));
    assert!(is(&client, ErrorKind::Argument, "client_id"));
}

#[test]
fn what_cannot_be_sent_is_refused_by_name() {
    let named = |result| refusal_of::<HttpRequest>(result, ErrorKind::Argument).0;
    let client = public_client();
    assert_eq!(named(client.token_request(&DeviceCode { device_code: "" }, &[])), "device_code");
    let refresh = RefreshToken { refresh_token: "", scope: None };
    assert_eq!(named(client.token_request(&refresh, &[])), "refresh_token");
    let nameless = Password { username: "", password: "p", scope: None };
    assert_eq!(named(client.token_request(&nameless, &[])), "username");
    let wordless = Password { username: "u", password: "", scope: None };
    assert_eq!(named(client.token_request(&wordless, &[])), "password");

    let made = |id: &str, authentication| {
        let made = Client::new(server(), id, authentication);
        named(made.and_then(|client| client.device_authorization_request(None, &[])))
    };
    assert_eq!(made("", Authentication::None), "client_id");
    for empty in [
        Authentication::basic(""),
        Authentication::post(""),
        Authentication::BasicUnencoded("".into()),
    ] {
        assert_eq!(made("app_x", empty), "client_secret");
    }
}

#[test]
fn a_server_without_token_endpoint_is_named() {
    let client = Client::new(Server::default(), "app_x", Authentication::None).unwrap();
    let request = client.token_request(&ClientCredentials { scope: None }, &[]);
    assert_not_supported(request, "token_endpoint");
}
