//! OpenID Connect Back-Channel Logout 1.0.

use eiam_token::form;
use eiam_token::http::Method;
use eiam_token::issuer::{
    Application, Config, GrantType, Profile, Sessions, Signer as _, SubjectType, logout_requests,
};
use serde_json::{Value, json};

use crate::support::*;

const WEB_LOGOUT: &str = "https://web.example/backchannel";
const SPA_LOGOUT: &str = "https://spa.example/logout?of=spa";
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

fn open(config: &mut Config) {
    config.applications[0].backchannel_logout_uri = Some(SPA_LOGOUT.into());
    config.applications[1].backchannel_logout_uri = Some(WEB_LOGOUT.into());
}

fn server() -> Server {
    Server::with(open)
}

/// Signs alice in at `app_web`, and gives its id_token.
fn web_sign_in(browser: &mut Browser, server: &mut Server, place: Place) -> Value {
    let code = browser.code(server, place, &web_request());
    ok(&server.token(place, &web_redemption(&code)))
}

fn spa_sign_in(browser: &mut Browser, server: &mut Server) -> Value {
    let code = browser.code(server, SPA, &spa_request());
    ok(&server.token(SPA, &spa_redemption(&code)))
}

fn sid(tokens: &Value) -> Value {
    verified(member(tokens, "id_token")).1["sid"].clone()
}

/// Signs out by the id_token of the session.
fn sign_out(browser: &mut Browser, server: &mut Server, tokens: &Value) {
    let pairs = [("id_token_hint", member(tokens, "id_token"))];
    let url = format!("{}?{}", WEB.page("logout"), encode(&pairs));
    assert_eq!(browser.get(server, &url).status, 200);
}

/// Where clients are told what: the URI, and header and claims of the logout token.
fn told(server: &mut Server) -> Vec<(String, Value, Value)> {
    let requests = logout_requests(&mut server.issuer, &*KEY, server.now).unwrap();
    assert!(!server.issuer.has_logouts());
    let read = |request: eiam_token::http::HttpRequest| {
        // Section 2.5.
        assert_eq!(request.method, Method::Post);
        let media_type = request.headers.value("content-type");
        assert_eq!(media_type, Some("application/x-www-form-urlencoded"));
        let body = core::str::from_utf8(&request.body).unwrap();
        let pairs = form::parse(body, form::Limits::default()).unwrap();
        let [(name, token)] = &pairs[..] else { panic!("{pairs:?}") };
        assert_eq!(name, "logout_token");
        let (header, claims) = verified(token);
        (request.url.clone(), header, claims)
    };
    requests.into_iter().map(read).collect()
}

fn uris(told: &[(String, Value, Value)]) -> Vec<&str> {
    told.iter().map(|(uri, ..)| uri.as_str()).collect()
}

#[test]
fn backchannel_logout_section_2_4_the_logout_token() {
    for profile in PROFILES {
        for place in [WEB, Place::Instance] {
            let mut server = Server::with(|config| {
                config.profile = profile;
                open(config);
            });
            let mut browser = Browser::default();
            let tokens = web_sign_in(&mut browser, &mut server, place);
            assert!(!server.issuer.has_logouts());
            server.now += 5;
            let url = format!(
                "{}?{}",
                place.page("logout"),
                encode(&[("id_token_hint", member(&tokens, "id_token"))])
            );
            browser.get(&mut server, &url);
            assert!(server.issuer.has_logouts());
            let told = told(&mut server);
            let [(uri, header, claims)] = &told[..] else { panic!("{told:?}") };
            assert_eq!(uri, WEB_LOGOUT);
            assert_eq!((&header["typ"], &header["alg"]), (&json!("logout+jwt"), &json!("RS256")));
            assert_eq!(header["kid"], KEY.public_jwk().kid());
            assert!(member(claims, "jti").len() >= 32);
            let mut expected = json!({
                "iss": place.issuer(), "sub": "user_alice", "aud": "app_web", "iat": NOW + 5,
                "exp": NOW + 125, "sid": sid(&tokens), "events": { EVENT: {} },
            });
            expected["jti"] = claims["jti"].clone();
            // And so no nonce.
            assert_eq!(*claims, expected);
        }
    }
}

#[test]
fn backchannel_logout_section_2_5_every_client_of_the_session_once() {
    let mut server = server();
    let mut browser = Browser::default();
    let mut elsewhere = Browser::default();
    let first = web_sign_in(&mut browser, &mut server, WEB);
    let spa = spa_sign_in(&mut browser, &mut server);
    // Again, by a refresh, and at the other issuer, which is another party to the client.
    let tokens = web_sign_in(&mut browser, &mut server, WEB);
    ok(&server.refresh(member(&tokens, "refresh_token")));
    web_sign_in(&mut browser, &mut server, Place::Instance);
    let of_elsewhere = web_sign_in(&mut elsewhere, &mut server, WEB);
    assert_eq!(sid(&first), sid(&spa));
    assert_ne!(sid(&first), sid(&of_elsewhere));
    // The session goes on after a restart.
    let mut server = server.restarted();
    sign_out(&mut browser, &mut server, &tokens);
    let ended = told(&mut server);
    assert_eq!(uris(&ended), [WEB_LOGOUT, SPA_LOGOUT, WEB_LOGOUT]);
    let issuers: Vec<_> = ended.iter().map(|(.., claims)| member(claims, "iss")).collect();
    assert_eq!(issuers, [WEB.issuer(), SPA.issuer(), Place::Instance.issuer()]);
    assert!(ended.iter().all(|(.., claims)| claims["sid"] == sid(&first)));
    let mut ids: Vec<_> = ended.iter().map(|(.., claims)| member(claims, "jti")).collect();
    ids.dedup();
    assert_eq!(ids.len(), 3);
    assert!(told(&mut server).is_empty());
    sign_out(&mut elsewhere, &mut server, &of_elsewhere);
    assert_eq!(told(&mut server)[0].2["sid"], sid(&of_elsewhere));
}

#[test]
fn backchannel_logout_section_2_2_whoever_wants_to_know() {
    // Without a URI nobody is told, and nothing is remembered.
    let mut server = Server::new();
    let mut browser = Browser::default();
    let tokens = web_sign_in(&mut browser, &mut server, WEB);
    sign_out(&mut browser, &mut server, &tokens);
    assert!(!server.issuer.has_logouts());
    // Nor who did not get an id_token, or has got it in no session.
    let mut server = self::server();
    let mut browser = Browser::default();
    let request = changed(web_request(), "scope", "email");
    let code = browser.code(&mut server, WEB, &request);
    ok(&server.redeem(&code));
    ok(&server.web_token(&[
        ("grant_type", "password"),
        ("username", "alice"),
        ("password", "alice-password"),
        ("scope", "openid"),
    ]));
    let spa = spa_sign_in(&mut browser, &mut server);
    sign_out_at_spa(&mut browser, &mut server, &spa);
    assert_eq!(uris(&told(&mut server)), [SPA_LOGOUT]);
    // Nor who does not want to know any more, or is gone.
    for gone in [true, false] {
        let mut server = self::server();
        let mut browser = Browser::default();
        let tokens = web_sign_in(&mut browser, &mut server, WEB);
        spa_sign_in(&mut browser, &mut server);
        let mut spa = server.issuer.config().applications[0].clone();
        spa.backchannel_logout_uri = None;
        if gone {
            server.issuer.remove_application("app_spa");
        } else {
            server.issuer.set_application(spa).unwrap();
        }
        sign_out(&mut browser, &mut server, &tokens);
        assert_eq!(uris(&told(&mut server)), [WEB_LOGOUT]);
    }
    // Without sid: it is about all that the user has there.
    let mut server = Server::with(|config| {
        open(config);
        config.applications[1].backchannel_logout_session_required = false;
    });
    let mut browser = Browser::default();
    let tokens = web_sign_in(&mut browser, &mut server, WEB);
    sign_out(&mut browser, &mut server, &tokens);
    let told = told(&mut server);
    assert_eq!((told[0].2.get("sid"), &told[0].2["sub"]), (None, &json!("user_alice")));
}

fn sign_out_at_spa(browser: &mut Browser, server: &mut Server, tokens: &Value) {
    let pairs = [("id_token_hint", member(tokens, "id_token"))];
    let url = format!("{}?{}", SPA.page("logout"), encode(&pairs));
    browser.get(server, &url);
}

/// The client must find the user by the name that it has for them.
#[test]
fn backchannel_logout_section_2_4_pairwise_subjects() {
    let mut server = Server::with(|config| {
        open(config);
        config.applications[1].subject_type = SubjectType::Pairwise;
    });
    let mut browser = Browser::default();
    let tokens = web_sign_in(&mut browser, &mut server, WEB);
    sign_out(&mut browser, &mut server, &tokens);
    let told = told(&mut server);
    let sub = verified(member(&tokens, "id_token")).1["sub"].clone();
    assert_eq!(told[0].2["sub"], sub);
    assert_ne!(sub, "user_alice");
}

#[test]
fn backchannel_logout_the_implicit_flow_too() {
    let mut server = Server::with(|config| {
        open(config);
        config.applications[0].grants.push(GrantType::Implicit);
    });
    let mut browser = Browser::default();
    let request = changed(spa_request(), "response_type", "id_token");
    let request = changed(request, "code_challenge", "");
    let request = changed(request, "code_challenge_method", "");
    let page = browser.authorize(&mut server, SPA, &request);
    let answer = browser.login(&mut server, &page);
    let tokens = json!({ "id_token": in_fragment(&answer)["id_token"] });
    sign_out_at_spa(&mut browser, &mut server, &tokens);
    let told = told(&mut server);
    assert_eq!((uris(&told), &told[0].2["sid"]), (vec![SPA_LOGOUT], &sid(&tokens)));
}

/// What ends a session: a logout by the form, somebody else who signs in, and the end of the user.
#[test]
fn backchannel_logout_section_2_5_what_ends_a_session() {
    let mut server = server();
    let mut browser = Browser::default();
    let tokens = web_sign_in(&mut browser, &mut server, WEB);
    let page = browser.get(&mut server, &WEB.page("logout"));
    assert!(told(&mut server).is_empty(), "nothing happens before the user says so");
    let stay = browser.submit(&mut server, &page, &[("decision", "deny")]);
    assert_eq!(stay.status, 200);
    assert!(told(&mut server).is_empty());
    browser.submit(&mut server, &page, &[("decision", "allow")]);
    assert_eq!(told(&mut server)[0].2["sid"], sid(&tokens));
    // Sent twice, there is nothing left to end.
    browser.submit(&mut server, &page, &[("decision", "allow")]);
    assert!(told(&mut server).is_empty());

    // Somebody else in the same browser.
    let tokens = web_sign_in(&mut browser, &mut server, WEB);
    let login = changed(web_request(), "prompt", "login");
    let page = browser.authorize(&mut server, WEB, &login);
    browser.login_as(&mut server, &page, "bob", "bob-password");
    let ended = told(&mut server);
    assert_eq!((&ended[0].2["sid"], &ended[0].2["sub"]), (&sid(&tokens), &json!("user_alice")));

    // Whoever is disabled or removed, in all browsers.
    for removed in [true, false] {
        let mut server = self::server();
        let sessions: Vec<Value> =
            (0..2).map(|_| sid(&web_sign_in(&mut Browser::default(), &mut server, WEB))).collect();
        if removed {
            server.issuer.remove_user("user_alice");
        } else {
            let mut alice = server.issuer.config().users[0].clone();
            alice.disabled = true;
            server.issuer.set_user(alice).unwrap();
        }
        let told = told(&mut server);
        let mut ended: Vec<Value> = told.iter().map(|(.., it)| it["sid"].clone()).collect();
        let mut sessions = sessions;
        for list in [&mut ended, &mut sessions] {
            list.sort_by_key(Value::to_string);
        }
        assert_eq!(ended, sessions);
    }
}

/// Somebody who signs in once more has not signed out: the clients of before are told when that happens, by
/// the sid that they know.
#[test]
fn backchannel_logout_section_2_1_the_same_user_once_more() {
    let mut server = server();
    let mut browser = Browser::default();
    let first = spa_sign_in(&mut browser, &mut server);
    let login = changed(web_request(), "prompt", "login");
    let page = browser.authorize(&mut server, WEB, &login);
    let page = browser.login(&mut server, &page);
    let answer = browser.submit(&mut server, &page, &[("decision", "allow")]);
    let second = ok(&server.redeem(&redirected(&answer)["code"]));
    assert!(told(&mut server).is_empty());
    assert_ne!(sid(&first), sid(&second));
    sign_out(&mut browser, &mut server, &second);
    let told = told(&mut server);
    let expected = [(SPA_LOGOUT, sid(&first)), (WEB_LOGOUT, sid(&second))];
    let told: Vec<_> = told.iter().map(|(uri, _, it)| (uri.as_str(), it["sid"].clone())).collect();
    assert_eq!(told, expected);
}

#[test]
fn backchannel_logout_the_session_of_a_host_and_the_end_of_its_time() {
    let mut server = Server::with_sessions(Sessions::Host, open);
    let mut browser = Browser::default();
    let tokens = web_sign_in(&mut browser, &mut server, WEB);
    sign_out(&mut browser, &mut server, &tokens);
    assert_eq!(uris(&told(&mut server)), [WEB_LOGOUT]);
    // The end of its time is no logout.
    let tokens = web_sign_in(&mut browser, &mut server, WEB);
    server.now += 8 * 3600;
    sign_out(&mut browser, &mut server, &tokens);
    assert!(told(&mut server).is_empty());
}

#[test]
fn backchannel_logout_without_a_key_nothing_is_lost() {
    let mut server = server();
    let mut browser = Browser::default();
    web_sign_in(&mut browser, &mut server, WEB);
    let config = server.issuer.config().clone();
    let snapshot = server.snapshot();
    let mut issuer =
        eiam_token::issuer::Issuer::restore(config, Sessions::Cookie, [9; 32], &snapshot).unwrap();
    assert!(issuer.signing_key().is_none());
    issuer.remove_user("user_alice");
    assert!(issuer.has_logouts() && issuer.take_logouts(NOW).is_empty());
    issuer.set_signing_key(KEY.public_jwk());
    let notices = issuer.take_logouts(NOW);
    assert_eq!((notices[0].application_id(), notices[0].uri()), ("app_web", WEB_LOGOUT));
    assert!(!issuer.has_logouts());
}

#[test]
fn backchannel_logout_section_2_1_metadata() {
    let metadata = |server: &mut Server, place: Place| {
        ok(&server.get(&format!("{}/.well-known/openid-configuration", place.issuer())))
    };
    let names = ["backchannel_logout_supported", "backchannel_logout_session_supported"];
    let mut with = server();
    for place in [WEB, SPA, Place::Instance] {
        for name in names {
            assert_eq!(metadata(&mut with, place)[name], true);
        }
    }
    for (server, place) in [(&mut with, MACHINE), (&mut Server::new(), Place::Instance)] {
        for name in names {
            assert_eq!(metadata(server, place).get(name), None);
        }
    }
}

#[test]
fn backchannel_logout_section_2_2_uris_that_make_no_sense() {
    let check = |public: bool, profile: Profile, uri: &str| {
        let mut config = Config::example(BASE);
        config.profile = profile;
        config.applications[usize::from(!public)].backchannel_logout_uri = Some(uri.into());
        config.check().map_err(|error| error.path().to_owned())
    };
    for (public, profile, uri, fits) in [
        (true, Profile::Rfc9700, "https://app.example/logout?a=b", true),
        (true, Profile::Rfc9700, "http://127.0.0.1:3000/logout", true),
        (true, Profile::Eiam, "http://localhost:3000/logout", true),
        (true, Profile::Eiam, "http://app.example/logout", false),
        (false, Profile::Eiam, "http://app.example/logout", true),
        (false, Profile::Rfc9700, "http://app.example/logout", false),
        (false, Profile::Eiam, "https://app.example/logout#x", false),
        (false, Profile::Eiam, "com.example.app:/logout", false),
        (false, Profile::Eiam, "/logout", false),
        (false, Profile::Eiam, "", false),
    ] {
        let expected = if fits {
            Ok(())
        } else {
            Err(format!("applications[{}].backchannelLogoutUri", usize::from(!public)))
        };
        assert_eq!(check(public, profile, uri), expected, "{uri}");
    }
    assert!(Application::new("a").backchannel_logout_session_required);
}
