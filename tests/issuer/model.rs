//! Random sequences of requests against a model of what codes and refresh tokens may do: nothing
//! that the model forbids ever gives a token, and nothing panics.

use proptest::prelude::*;

use crate::support::*;

#[derive(Clone, Debug)]
enum Step {
    SignIn,
    Redeem(usize),
    Refresh(usize),
    Revoke(usize),
    Wait(i64),
    Narrow(usize),
    RemoveUser,
    DisableUser,
    DisableApplication,
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => Just(Step::SignIn),
        4 => (0..8usize).prop_map(Step::Redeem),
        6 => (0..24usize).prop_map(Step::Refresh),
        1 => (0..24usize).prop_map(Step::Revoke),
        2 => prop_oneof![Just(1), Just(61), Just(86_400)].prop_map(Step::Wait),
        2 => (0..24usize).prop_map(Step::Narrow),
        1 => prop_oneof![
            Just(Step::RemoveUser),
            Just(Step::DisableUser),
            Just(Step::DisableApplication),
        ],
        1 => Just(Step::Restart),
    ]
}

/// A sign-in: when its code expires, whether it was redeemed, and which refresh token works.
struct Grant {
    code: String,
    code_expires: i64,
    redeemed: bool,
    over: bool,
    current: usize,
    made: usize,
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn rfc_9700_section_4_codes_and_refresh_tokens_follow_the_model(
        steps in prop::collection::vec(step(), 1..40),
    ) {
        let mut server = Server::new();
        let mut restarts = 0;
        let mut grants: Vec<Grant> = Vec::new();
        // Grant, number in the grant, expiry, text.
        let mut tokens: Vec<(usize, usize, i64, String)> = Vec::new();
        for step in steps {
            match step {
                Step::SignIn => {
                    let code = server.web_code();
                    let code_expires = server.now + 60;
                    let (redeemed, over) = (false, false);
                    grants.push(Grant { code, code_expires, redeemed, over, current: 0, made: 0 });
                }
                Step::Redeem(index) if !grants.is_empty() => {
                    let index = index % grants.len();
                    let now = server.now;
                    let grant = &mut grants[index];
                    let allowed = !grant.redeemed && !grant.over && now < grant.code_expires;
                    let answer = server.redeem(&grant.code);
                    prop_assert_eq!(answer.status == 200, allowed, "{}", text(&answer));
                    if allowed {
                        grant.redeemed = true;
                        let token = member(&json(&answer), "refresh_token").to_owned();
                        tokens.push((index, 0, now + 86_400, token));
                    } else if grant.redeemed {
                        grant.over = true;
                    }
                }
                Step::Refresh(index) if !tokens.is_empty() => {
                    let (of, number, expires, token) = tokens[index % tokens.len()].clone();
                    let now = server.now;
                    let grant = &mut grants[of];
                    let allowed = !grant.over && number == grant.current && now < expires;
                    let answer = server.refresh(&token);
                    prop_assert_eq!(answer.status == 200, allowed, "{}", text(&answer));
                    if allowed {
                        grant.made += 1;
                        grant.current = grant.made;
                        let token = member(&json(&answer), "refresh_token").to_owned();
                        tokens.push((of, grant.current, now + 86_400, token));
                    } else if number != grant.current {
                        grant.over = true;
                    }
                }
                Step::Revoke(index) if !tokens.is_empty() => {
                    let (of, _, _, token) = tokens[index % tokens.len()].clone();
                    let secret = [("client_secret", WEB_SECRET), ("token", token.as_str())];
                    ok(&server.post(&WEB.api("revoke"), &secret));
                    grants[of].over = true;
                }
                Step::Narrow(index) if !tokens.is_empty() => {
                    let (of, number, expires, token) = tokens[index % tokens.len()].clone();
                    let now = server.now;
                    let grant = &mut grants[of];
                    // Fewer scopes for the access token; the refresh token keeps them all.
                    let refresh = [("grant_type", "refresh_token"), ("refresh_token", &token)];
                    let narrow = [refresh[0], refresh[1], ("scope", "openid")];
                    let wide = [refresh[0], refresh[1], ("scope", "openid phone")];
                    let allowed = !grant.over && number == grant.current && now < expires;
                    if allowed {
                        let answer = server.web_token(&wide);
                        refused(&answer, 400, "invalid_scope");
                    }
                    let answer = server.web_token(&narrow);
                    prop_assert_eq!(answer.status == 200, allowed, "{}", text(&answer));
                    if allowed {
                        grant.made += 1;
                        grant.current = grant.made;
                        let body = json(&answer);
                        prop_assert_eq!(&body["scope"], "openid");
                        let info = ok(&server.userinfo(WEB, member(&body, "access_token")));
                        prop_assert_eq!(info.get("email"), None);
                        let token = member(&body, "refresh_token").to_owned();
                        tokens.push((of, grant.current, now + 86_400, token));
                    } else if number != grant.current {
                        grant.over = true;
                    }
                }
                Step::DisableUser => {
                    let users = &server.issuer.config().users;
                    let alice = users.iter().find(|user| user.user_id == "user_alice");
                    let mut alice = alice.unwrap().clone();
                    for disabled in [true, false] {
                        alice.disabled = disabled;
                        server.issuer.set_user(alice.clone()).unwrap();
                    }
                    for grant in &mut grants {
                        grant.over = true;
                    }
                }
                Step::DisableApplication => {
                    let applications = &server.issuer.config().applications;
                    let web = applications.iter().find(|one| one.application_id == "app_web");
                    let mut web = web.unwrap().clone();
                    for disabled in [true, false] {
                        web.disabled = disabled;
                        server.issuer.set_application(web.clone()).unwrap();
                    }
                    for grant in &mut grants {
                        grant.over = true;
                    }
                }
                Step::Restart => {
                    restarts += 1;
                    server = server.restarted_with([100 + restarts; 32]);
                }
                Step::Wait(seconds) => server.now += seconds,
                Step::RemoveUser => {
                    let alice = server.issuer.config().users.iter();
                    let alice = alice.clone().find(|user| user.user_id == "user_alice").cloned();
                    server.issuer.remove_user("user_alice");
                    server.issuer.set_user(alice.unwrap()).unwrap();
                    for grant in &mut grants {
                        grant.over = true;
                    }
                }
                _ => {}
            }
        }
    }
}
