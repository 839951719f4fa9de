//! What a test does in the place of users and clients.

use eiam_token::client::authorize::{AuthorizationParameters, AuthorizationRequest};
use eiam_token::client::token::{AuthorizationCode, Expected};
use eiam_token::http::HttpRequest;
use eiam_token::issuer::{Application, ClaimValue, Claims, ClaimsContext, User};
use eiam_token::testing::{Automatic, Change, TestIssuer, Times, TokenKind, TokensFor};

const CALLBACK: &str = "http://127.0.0.1:8700/cb";

/// A request of `web` with this `prompt`.
fn authorization(issuer: &TestIssuer, prompt: Option<&str>) -> AuthorizationRequest {
    let web = issuer.client("web").unwrap().connect().unwrap();
    let parameters = AuthorizationParameters {
        redirect_uri: CALLBACK,
        scope: Some("openid email"),
        prompt,
        ..AuthorizationParameters::default()
    };
    web.authorization_request(&parameters, &[7; 64]).unwrap()
}

#[tokio::test]
async fn a_browser_signs_in_and_comes_back() {
    let issuer = TestIssuer::start().await.unwrap();
    let web = issuer.client("web").unwrap().connect().unwrap();
    let request = authorization(&issuer, None);
    let callback = issuer.visit(&request.url, "alice").unwrap();
    assert!(callback.starts_with(CALLBACK), "{callback}");
    let authorization = web.parse_callback(&callback, &request.transaction).unwrap();
    let request = web.token_request(&AuthorizationCode(&authorization), &[]).unwrap();
    let response = issuer.handle(&request).response;
    let now = issuer.clock().now();
    let tokens = web.parse_tokens(&response, &Expected::code(&authorization), now).unwrap();
    let tokens = tokens.verified();
    assert_eq!(tokens.claims.unwrap().text("sub").as_deref(), Some("alice"));
    // Nobody signs in by themselves afterwards.
    assert_eq!(issuer.with(|it| it.automatic().clone()), Automatic::default());
}

#[tokio::test]
async fn a_browser_that_stays_says_why() {
    let issuer = TestIssuer::start().await.unwrap();
    let path = "/login/app/web/oauth2/authorize?client_id=web&response_type=code";
    let problem = issuer.visit(&format!("{}{path}", issuer.url()), "alice").unwrap_err();
    let problem = problem.to_string();
    assert!(
        problem.starts_with("url: the browser stays at a page with the status 400: "),
        "{problem}"
    );
    for url in
        [issuer.url(), "", "no url", "https://elsewhere.example/v2/idaas_test/web/oauth2/authorize"]
    {
        let problem = issuer.visit(url, "alice").unwrap_err().to_string();
        assert!(
            problem.starts_with("url: expected a URL of this issuer, which begins with http://127"),
            "{problem}"
        );
    }
    assert!(issuer.visit(issuer.url(), "nobody").unwrap_err().to_string().contains("no user"));
    assert_eq!(issuer.with(|it| it.automatic().clone()), Automatic::default());
}

#[tokio::test]
async fn tokens_are_made_and_end() {
    let issuer = TestIssuer::start().await.unwrap();
    let wanted = TokensFor::client("web").user("alice").scope("openid offline_access");
    let tokens = issuer.tokens(&wanted).unwrap();
    let token = tokens.access_token.expose();
    assert!(issuer.is_valid(token) && tokens.id_token.is_some());
    assert_eq!(issuer.expire(token), Ok(TokenKind::AccessToken));
    assert!(!issuer.is_valid(token));
    assert!(issuer.expire("x").is_err());
    let tokens = issuer.tokens(&wanted).unwrap();
    issuer.revoke_all().unwrap();
    assert!(!issuer.is_valid(tokens.access_token.expose()));
    let own = issuer.tokens(&TokensFor::client("machine")).unwrap();
    assert_eq!((own.id_token, own.refresh_token), (None, None));
    let refused = issuer.tokens(&TokensFor::client("web").user("alice").scope("nothing"));
    assert_eq!(refused.unwrap_err().code, "invalid_scope");
    assert_eq!(issuer.tokens(&TokensFor::client("x")).unwrap_err().code, "not_found");
}

#[tokio::test]
async fn a_session_is_a_cookie() {
    let issuer = TestIssuer::start().await.unwrap();
    let session = issuer.sign_in("alice").unwrap();
    let url = authorization(&issuer, Some("none")).url;
    let cookie = format!("{}={}", session.name, session.value);
    let location = |request| {
        let response = issuer.handle(&request).response;
        response.headers.value("location").unwrap_or_default().to_owned()
    };
    let with = location(HttpRequest::get(&url).header("cookie", cookie));
    assert!(with.contains("code="), "{with}");
    assert!(location(HttpRequest::get(&url)).contains("error=login_required"));
    assert!(issuer.sign_in("nobody").is_err());
}

#[tokio::test]
async fn users_and_clients_come_and_go() {
    let issuer = TestIssuer::start().await.unwrap();
    let mut carol: User = issuer.users().remove(0);
    (carol.user_id, carol.username) = ("carol".to_owned(), "carol".to_owned());
    issuer.set_user(carol).unwrap();
    assert!(issuer.tokens(&TokensFor::client("web").user("carol")).is_ok());
    assert_eq!((issuer.remove_user("carol"), issuer.remove_user("carol")), (true, false));
    assert!(issuer.tokens(&TokensFor::client("web").user("carol")).is_err());
    let mut client = Application::new("new");
    client.public = true;
    client.redirect_uris = vec![CALLBACK.to_owned()];
    issuer.set_client(client.clone()).unwrap();
    assert_eq!(issuer.client("new").unwrap().client_secret, None);
    assert_eq!((issuer.remove_client("new"), issuer.remove_client("new")), (true, false));
    client.redirect_uris = vec!["x".to_owned()];
    assert_eq!(issuer.set_client(client).unwrap_err().path(), "application.redirectUris[0]");
}

#[tokio::test]
async fn clients_are_told_of_logouts_by_whoever_takes_them() {
    let options = TestIssuer::options().configure(|config| {
        let uri = "http://127.0.0.1:8700/logout".to_owned();
        config.applications[0].backchannel_logout_uri = Some(uri);
    });
    let issuer = options.start().await.unwrap();
    let request = authorization(&issuer, None);
    let web = issuer.client("web").unwrap().connect().unwrap();
    let callback = issuer.visit(&request.url, "alice").unwrap();
    let callback = web.parse_callback(&callback, &request.transaction).unwrap();
    let request = web.token_request(&AuthorizationCode(&callback), &[]).unwrap();
    assert_eq!(issuer.handle(&request).response.status, 200);
    assert!(issuer.take_logouts().is_empty());
    issuer.revoke_all().unwrap();
    let requests = issuer.take_logouts();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].url, "http://127.0.0.1:8700/logout");
    assert!(requests[0].body.starts_with(b"logout_token="));
}

#[tokio::test]
async fn a_browser_is_signed_in_by_itself() {
    let options = TestIssuer::options().auto_sign_in("alice").auto_consent(true);
    let issuer = options.start().await.unwrap();
    let mut url = authorization(&issuer, None).url;
    let mut cookies = Vec::new();
    while !url.starts_with(CALLBACK) {
        let request = HttpRequest::get(&url).header("cookie", cookies.join("; "));
        let response = issuer.handle(&request).response;
        let set = response.headers.values("set-cookie");
        cookies.extend(set.filter_map(|field| Some(field.split(';').next()?.to_owned())));
        let next = response.headers.value("location").unwrap();
        url =
            if next.starts_with('/') { format!("{}{next}", issuer.url()) } else { next.to_owned() };
    }
    assert!(url.contains("code="), "{url}");
}

#[tokio::test]
async fn a_response_is_changed_in_several_ways_at_once() {
    let issuer = TestIssuer::start().await.unwrap();
    let url = issuer.client("web").unwrap().server.jwks_uri.unwrap();
    let ask = || issuer.handle(&HttpRequest::get(&url)).response;
    let mut change = Change::default();
    change.status = Some(203);
    change.merge = Some(serde_json::json!({ "keys": ["text"] }));
    change.replace = vec![("text".to_owned(), "other".to_owned())];
    change.headers = vec![("x-test".to_owned(), Some("1".to_owned())), ("etag".to_owned(), None)];
    issuer.next("jwks").once().change(change).unwrap();
    let changed = ask();
    assert_eq!((changed.status, changed.headers.value("x-test")), (203, Some("1")));
    assert_eq!(changed.body, br#"{"keys":["other"]}"#);
    assert_eq!(ask().status, 200);
    assert!(issuer.next("jwks").change(Change::default()).is_err());
}

#[tokio::test]
async fn cases_that_are_active_say_how_often_they_still_happen() {
    let issuer = TestIssuer::start().await.unwrap();
    let problem = issuer.hostile().be("keys_emtpy").unwrap_err().to_string();
    assert!(problem.starts_with("case: there is no hostile case of this name: "), "{problem}");
    assert!(problem.contains(", such as ") && problem.contains("keys_empty, "), "{problem}");
    issuer.hostile().be_times("keys_empty", Times::Count(2)).unwrap();
    issuer.hostile().be("alg_none").unwrap();
    let url = issuer.client("web").unwrap().server.jwks_uri.unwrap();
    assert_eq!(issuer.handle(&HttpRequest::get(url)).response.body, b"{\"keys\":[]}");
    assert_eq!(issuer.hostile().active(), [("keys_empty", Some(1)), ("alg_none", None)]);
}

#[tokio::test]
async fn claims_come_from_the_tests_code() {
    let options =
        TestIssuer::options().claims(|context: &ClaimsContext| match context.subject.as_deref() {
            Some("alice") => {
                let tenant = ClaimValue::String("acme".to_owned());
                Ok(Claims(vec![("tenant".to_owned(), tenant)]))
            }
            _ => Err("there is no tenant".to_owned()),
        });
    let issuer = options.start().await.unwrap();
    let of = |user: &str| TokensFor::client("web").user(user).scope("openid");
    let url = issuer.client("web").unwrap().server.userinfo_endpoint.unwrap();
    let fork = issuer.fork();
    for issuer in [&issuer, &fork] {
        let tokens = issuer.tokens(&of("alice")).unwrap();
        let bearer = format!("Bearer {}", tokens.access_token.expose());
        let request = HttpRequest::get(&url).header("authorization", bearer);
        let response = issuer.handle(&request).response;
        let body: serde_json::Value = serde_json::from_slice(&response.body).unwrap();
        assert_eq!((&body["sub"], &body["tenant"]), (&"alice".into(), &"acme".into()), "{body}");
        let refused = issuer.tokens(&of("bob")).unwrap_err();
        assert_eq!(refused.code, "server_error", "{refused}");
    }
}
