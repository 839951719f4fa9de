//! An issuer begins again, and another one goes on from where it is.

use eiam_token::issuer::User;

use crate::support::*;

#[test]
fn after_a_reset_the_same_requests_get_the_same_octets() {
    let mut server = Server::new();
    let run = |server: &mut Server| {
        let tokens = server.alice();
        let refreshed = server.refresh(member(&tokens, "refresh_token"));
        let info = server.userinfo(member(&tokens, "access_token"));
        (tokens, refreshed, info, server.issuer.snapshot())
    };
    let first = run(&mut server);
    server.issuer.clock_mut().advance(5_000);
    server.issuer.remove_user("user_bob");
    server.issuer.reset();
    refused(&server.refresh(member(&first.0, "refresh_token")), 400, "invalid_grant");
    server.issuer.reset();
    assert_eq!(run(&mut server), first);
    assert_eq!(server.issuer.config().users.len(), 2);
}

#[test]
fn the_key_that_signs_stays() {
    let mut server = Server::new();
    server.alice();
    let key = server.issuer.signing_key().cloned();
    assert!(key.is_some());
    server.issuer.reset();
    assert_eq!(server.issuer.signing_key().cloned(), key);
}

#[test]
fn a_fork_is_independent() {
    let mut server = Server::new();
    server.issuer.set_user(User::new("user_carol", "carol", "carol-password")).unwrap();
    let tokens = server.alice();
    let mut fork = Server::of(server.issuer.fork());
    ok(&fork.userinfo(member(&tokens, "access_token")));
    assert_eq!(fork.alice(), server.alice());

    fork.issuer.remove_user("user_alice");
    fork.issuer.clock_mut().advance(7);
    refused(&fork.userinfo(member(&tokens, "access_token")), 400, "invalid_token");
    ok(&server.userinfo(member(&tokens, "access_token")));
    assert_eq!(server.issuer.time(server.host), HOST);

    fork.issuer.reset();
    ok(&fork.userinfo(member(&tokens, "access_token")));
    server.issuer.reset();
    refused(&server.refresh(member(&tokens, "refresh_token")), 400, "invalid_grant");
    assert_eq!(server.issuer.config().users.len(), 2);
    assert_eq!(fork.issuer.config().users.len(), 3);
}

#[test]
fn a_thousand_grants_go_and_come() {
    let mut server = Server::new();
    let empty = server.issuer.snapshot();
    let tokens: Vec<_> = (0..1_000).map(|_| server.alice_with("email")).collect();
    let full = server.issuer.snapshot();
    assert!(full.len() > empty.len() + 1_000 * 16);
    let fork = server.issuer.fork();
    assert_eq!(fork.snapshot(), full);
    server.issuer.reset();
    let last = member(&tokens[999], "refresh_token");
    refused(&server.refresh(last), 400, "invalid_grant");
    ok(&Server::of(fork).refresh(last));
}
