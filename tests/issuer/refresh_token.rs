//! The grant refresh_token: RFC 6749 section 6, RFC 9700 section 4.14.2.

use eiam_token::issuer::GrantType;

use crate::support::*;

#[test]
fn rfc_9700_section_4_14_2_rotation_and_reuse() {
    for mut server in [Server::new(), Server::rfc9700()] {
        let first = server.web_tokens();
        let second = ok(&server.refresh(member(&first, "refresh_token")));
        let third = ok(&server.refresh(member(&second, "refresh_token")));
        // Old access tokens live on until they expire.
        ok(&server.userinfo(WEB, member(&first, "access_token")));
        // The first one comes again: somebody else has it, so everything ends.
        refused(&server.refresh(member(&first, "refresh_token")), 400, "invalid_grant");
        refused(&server.refresh(member(&third, "refresh_token")), 400, "invalid_grant");
        let info = server.userinfo(WEB, member(&third, "access_token"));
        assert_eq!(json(&info)["error"], "invalid_token");
    }
}

#[test]
fn twenty_uses_of_one_refresh_token_and_one_wins() {
    let mut server = Server::new();
    let tokens = server.web_tokens();
    let won =
        (0..20).filter(|_| server.refresh(member(&tokens, "refresh_token")).status == 200).count();
    assert_eq!(won, 1);
}

#[test]
fn rfc_6749_section_10_4_bound_to_the_client() {
    let mut server = Server::new();
    let tokens = server.web_tokens();
    let theft = [
        ("grant_type", "refresh_token"),
        ("client_id", "app_spa"),
        ("refresh_token", member(&tokens, "refresh_token")),
    ];
    for place in [SPA, Place::Instance] {
        refused(&server.token(place, &theft), 400, "invalid_grant");
    }
    let without_secret = [
        ("grant_type", "refresh_token"),
        ("client_id", "app_web"),
        ("refresh_token", member(&tokens, "refresh_token")),
    ];
    refused(&server.token(WEB, &without_secret), 401, "invalid_client");
    ok(&server.refresh(member(&tokens, "refresh_token")));
}

#[test]
fn rfc_6749_section_6_scope_narrowed_and_never_widened() {
    let mut server = Server::new();
    let tokens = server.web_tokens();
    let refresh = |server: &mut Server, token: &str, scope: &str| {
        server.web_token(&[
            ("grant_type", "refresh_token"),
            ("refresh_token", token),
            ("scope", scope),
        ])
    };
    // `phone` is the application's, but was not granted.
    let wider = refresh(&mut server, member(&tokens, "refresh_token"), "openid phone");
    refused(&wider, 400, "invalid_scope");
    let narrow = ok(&refresh(&mut server, member(&tokens, "refresh_token"), "openid"));
    assert_eq!(narrow["scope"], "openid");
    let info = ok(&server.userinfo(WEB, member(&narrow, "access_token")));
    assert_eq!(info.get("email"), None);
    // The grant itself was not narrowed.
    let full = refresh(&mut server, member(&narrow, "refresh_token"), "openid profile email");
    let full = ok(&full);
    let info = ok(&server.userinfo(WEB, member(&full, "access_token")));
    assert_eq!(info["email"], "alice@example.com");
}

#[test]
fn each_use_gives_the_full_lifetime_again() {
    let mut server = Server::new();
    let mut tokens = server.web_tokens();
    for _ in 0..5 {
        server.now += 86399;
        tokens = ok(&server.refresh(member(&tokens, "refresh_token")));
    }
    server.now += 86400;
    let late = server.refresh(member(&tokens, "refresh_token"));
    refused(&late, 400, "invalid_grant");
}

#[test]
fn oidc_core_section_12_2_the_refreshed_id_token() {
    let mut server = Server::new();
    let tokens = server.web_tokens();
    server.now += 1000;
    let again = ok(&server.refresh(member(&tokens, "refresh_token")));
    let (_, old) = verified(member(&tokens, "id_token"));
    let (_, new) = verified(member(&again, "id_token"));
    for name in ["iss", "sub", "aud", "auth_time"] {
        assert_eq!(old[name], new[name], "{name}");
    }
    assert_eq!(new["iat"], NOW + 1000);
    assert_eq!(new.get("nonce"), None);
}

#[test]
fn eiam_only_applications_that_opened_the_grant() {
    let mut server = Server::with(|config| {
        config.applications[1].grants.retain(|grant| *grant != GrantType::RefreshToken);
    });
    let tokens = server.web_tokens();
    assert_eq!(tokens.get("refresh_token"), None);
}

#[test]
fn what_is_no_refresh_token_is_refused() {
    let mut server = Server::new();
    let tokens = server.web_tokens();
    let token = member(&tokens, "refresh_token");
    for wrong in [
        "RT",
        "RTabc",
        member(&tokens, "access_token"),
        &token[..token.len() - 1],
        &format!("{token}x"),
        &format!(" {token}"),
    ] {
        refused(&server.refresh(wrong), 400, "invalid_grant");
    }
    ok(&server.refresh(token));
}

#[test]
fn the_absolute_lifetime_ends_every_refresh_token_of_a_sign_in() {
    let mut server = Server::with(|config| {
        config.applications[1].lifetimes.refresh_token = 1000;
        config.applications[1].lifetimes.refresh_token_absolute = Some(2500);
    });
    let mut tokens = server.web_tokens();
    for _ in 0..2 {
        server.now += 999;
        tokens = ok(&server.refresh(member(&tokens, "refresh_token")));
    }
    // 1998 seconds after the first; another 1000 would be more than all together.
    server.now += 501;
    tokens = ok(&server.refresh(member(&tokens, "refresh_token")));
    server.now += 1;
    let late = server.refresh(member(&tokens, "refresh_token"));
    refused(&late, 400, "invalid_grant");
}

#[test]
fn a_lost_answer_can_be_asked_for_again_where_that_is_on() {
    let mut server =
        Server::with(|config| config.applications[1].lifetimes.refresh_token_retry = 10);
    let first = server.web_tokens();
    let second = ok(&server.refresh(member(&first, "refresh_token")));
    server.now += 9;
    // The same generation: both answers are worth the same.
    let again = ok(&server.refresh(member(&first, "refresh_token")));
    let third = ok(&server.refresh(member(&again, "refresh_token")));
    // Its successor was used, so the first one is no lost answer any more.
    refused(&server.refresh(member(&first, "refresh_token")), 400, "invalid_grant");
    for tokens in [&second, &third] {
        refused(&server.refresh(member(tokens, "refresh_token")), 400, "invalid_grant");
    }
}

#[test]
fn the_time_for_lost_answers_is_counted_from_the_first_use() {
    let mut server =
        Server::with(|config| config.applications[1].lifetimes.refresh_token_retry = 10);
    let first = server.web_tokens();
    ok(&server.refresh(member(&first, "refresh_token")));
    for step in [4, 5] {
        server.now += step;
        ok(&server.refresh(member(&first, "refresh_token")));
    }
    server.now += 1;
    let late = server.refresh(member(&first, "refresh_token"));
    refused(&late, 400, "invalid_grant");
}

#[test]
fn both_uses_of_the_generation_work_until_one_is_used() {
    let mut server =
        Server::with(|config| config.applications[1].lifetimes.refresh_token_retry = 10);
    let first = server.web_tokens();
    let second = ok(&server.refresh(member(&first, "refresh_token")));
    let again = ok(&server.refresh(member(&first, "refresh_token")));
    ok(&server.userinfo(WEB, member(&second, "access_token")));
    ok(&server.userinfo(WEB, member(&again, "access_token")));
    server.now += 10;
    ok(&server.refresh(member(&second, "refresh_token")));
    // Now the other copy is an old one, once its own time is over.
    server.now += 10;
    refused(&server.refresh(member(&again, "refresh_token")), 400, "invalid_grant");
}
