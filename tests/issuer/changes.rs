//! A storage that follows record by record. That nothing is missing in it is tested by every other
//! test: see `Server` in `support`.

use std::collections::BTreeMap;

use eiam_token::issuer::{Change, Config, Issuer, PublicJwk, RestoreError, Sessions, Signer, User};

use crate::support::*;

type Records = BTreeMap<String, Vec<u8>>;

fn records(issuer: &mut Issuer) -> Records {
    issuer.changes().into_iter().map(|change| (change.key, change.value.unwrap())).collect()
}

fn resume(records: &Records) -> Result<Issuer, RestoreError> {
    let records = records.clone();
    Issuer::resume(Config::example(BASE), Sessions::Cookie, [9; 32], records)
}

/// The state of an issuer that has something of everything.
fn busy() -> Records {
    let mut server = Server::new();
    let tokens = server.web_tokens();
    server.web_tokens();
    let pairs = [
        ("client_id", "app_web"),
        ("client_secret", WEB_SECRET),
        ("token", member(&tokens, "access_token")),
    ];
    ok(&server.post(&WEB.api("revoke"), &pairs));
    ok(&server.post(&DEVICE.api("device/code"), &[]));
    let guess = [("grant_type", "password"), ("username", "bob"), ("password", "x")];
    refused(&server.web_token(&guess), 400, "invalid_grant");
    for name in ["carol", "dan"] {
        let user = User::new(format!("user_{name}"), name, "x");
        server.issuer.set_user(user).unwrap();
        server.issuer.remove_user(&format!("user_{name}"));
    }
    let mut issuer = server.restarted().issuer;
    records(&mut issuer)
}

/// What is written for a refresh, in bytes, where this many others are signed in.
fn written_for_a_refresh(others: usize) -> usize {
    let mut server = Server::new();
    for _ in 0..others {
        server.web_tokens();
    }
    let tokens = server.web_tokens();
    server.take_changed();
    let before = server.written();
    ok(&server.refresh(member(&tokens, "refresh_token")));
    server.written() - before
}

#[test]
fn what_is_written_does_not_grow_with_what_is_there() {
    let alone = written_for_a_refresh(0);
    assert!((1..200).contains(&alone), "{alone}");
    assert_eq!(written_for_a_refresh(300), alone);
}

#[test]
fn the_first_call_gives_everything_and_the_next_what_changed() {
    let mut issuer = Server::new().issuer;
    let keys = |changes: &[Change]| -> String {
        changes.iter().filter_map(|change| change.key.chars().next()).collect()
    };
    // The sealing key, the public keys, the session of a host.
    assert_eq!(keys(&issuer.changes()), "kjh");
    assert_eq!(issuer.changes(), []);
    issuer.set_user(User::new("user_carol", "carol", "x")).unwrap();
    assert_eq!(keys(&issuer.changes()), "u");
    issuer.remove_user("user_carol");
    let changes = issuer.changes();
    assert_eq!(keys(&changes), "eu");
    assert!(!format!("{changes:?}").contains("carol"));
}

#[test]
fn what_was_written_is_not_told_again_after_a_restart() {
    let records = busy();
    let mut issuer = resume(&records).unwrap();
    issuer.set_signing_key(KEY.public_jwk());
    assert!(!issuer.is_changed());
    assert_eq!(issuer.changes(), []);
    // Unlike after a snapshot, which says nothing of what a storage has.
    let mut restored =
        Issuer::restore(Config::example(BASE), Sessions::Cookie, [9; 32], &issuer.snapshot())
            .unwrap();
    assert_eq!(self::records(&mut restored), records);
}

#[test]
fn keys_that_come_and_go_are_told() {
    let mut server = Server::new();
    let told = |server: &mut Server, now: i64| {
        server.issuer.sweep(now);
        let changes = server.issuer.changes();
        changes.iter().map(|change| change.key.get(..1).unwrap().to_owned()).collect::<String>()
    };
    told(&mut server, NOW);
    server.issuer.set_signing_key(PublicJwk::ed25519("second"));
    assert_eq!(told(&mut server, NOW), "j");
    assert_eq!(told(&mut server, NOW + 3599), "");
    assert_eq!(told(&mut server, NOW + 3600), "j");
    server.issuer.set_signing_key(PublicJwk::ed25519("third"));
    assert_eq!(server.issuer.changes().len(), 1);
}

#[test]
fn no_records_are_a_new_issuer() {
    let mut issuer = resume(&Records::new()).unwrap();
    assert!(issuer.is_changed());
    assert!(records(&mut issuer).contains_key(&format!("k{:032}", 0)));
}

#[test]
fn expired_records_are_removed_and_say_before_when_they_expire() {
    let mut server = Server::new();
    let start = ok(&server.post(&DEVICE.api("device/code"), &[]));
    assert!(start["expires_in"] == 1200);
    let mut issuer = server.restarted().issuer;
    let changes = issuer.changes();
    let device = changes.iter().find(|change| change.key.starts_with('d')).unwrap();
    assert_eq!(device.expires, Some(NOW + 1200));
    assert_eq!(issuer.sweep(NOW + 1199), Some(NOW + 1200));
    assert_eq!(issuer.changes(), []);
    assert_eq!(issuer.sweep(NOW + 1200), None);
    let changes = issuer.changes();
    let removed: Vec<_> = changes.iter().map(|change| (&change.key, &change.value)).collect();
    assert_eq!(removed, [(&device.key, &None)]);
}

#[test]
fn records_that_are_no_state_of_an_issuer() {
    let records = busy();
    let sealing_key = format!("k{:032}", 0);
    let mut other = records.clone();
    other.remove(&sealing_key);
    assert_eq!(resume(&other).unwrap_err(), RestoreError::Version);
    let mut other = records.clone();
    other.get_mut(&sealing_key).unwrap()[0] ^= 1;
    assert_eq!(resume(&other).unwrap_err(), RestoreError::Version);
    for key in ["", "g", "z00000000000000000000000000000000", "g0", "é"] {
        let mut other = records.clone();
        other.insert(key.to_owned(), Vec::new());
        assert_eq!(resume(&other).unwrap_err(), RestoreError::Version, "{key}");
    }
}

#[test]
fn a_damaged_record_is_named() {
    let records = busy();
    for key in records.keys() {
        for longer in [true, false] {
            let mut other = records.clone();
            let bytes = other.get_mut(key).unwrap();
            if longer {
                bytes.push(0);
            } else {
                bytes.pop();
            }
            assert_eq!(resume(&other).unwrap_err(), RestoreError::Record(key.clone()), "{key}");
        }
    }
}

#[test]
fn a_missing_record_of_a_list_is_missed() {
    let records = busy();
    for letter in ['u', 'e'] {
        let mut other = records.clone();
        other.remove(&format!("{letter}{:032}", 0)).unwrap();
        let next = format!("{letter}{:032}", 1);
        assert_eq!(resume(&other).unwrap_err(), RestoreError::Record(next));
    }
}
