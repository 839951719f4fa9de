//! What happens on the connection: faults, and requests that are none.

use std::io::{Read, Write};
use std::time::Duration;

use eiam_token::testing::{Decision, Filter, TestIssuer};

use crate::raw;

const KEYS: &str = "/v2/idaas_test/web/oidc/jwks";

async fn start() -> TestIssuer {
    TestIssuer::start().await.unwrap()
}

#[tokio::test]
async fn a_connection_is_dropped_or_cut() {
    let issuer = start().await;
    let whole = raw::get(issuer.url(), KEYS);
    let length = raw::body(&whole).len().to_string();
    issuer.next("jwks").drop_connection().unwrap();
    assert_eq!(raw::get(issuer.url(), KEYS), "");
    for octets in [0, 10] {
        issuer.next("jwks").truncate(octets).unwrap();
        let cut = raw::get(issuer.url(), KEYS);
        assert_eq!(raw::field(&cut, "content-length"), Some(&*length), "{cut}");
        assert_eq!(raw::body(&cut), &raw::body(&whole)[..octets as usize]);
    }
    assert_eq!(raw::body(&raw::get(issuer.url(), KEYS)), raw::body(&whole));
    let of_keys = Filter::at("jwks");
    let changes: Vec<_> =
        issuer.journal().find(&of_keys).into_iter().map(|it| it.changes).collect();
    let expected = ["", "fault 1: drop", "fault 2: truncate", "fault 3: truncate 10", ""];
    assert_eq!(changes.iter().map(|it| it.join(" ")).collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn a_response_comes_late_or_in_pieces() {
    let issuer = start().await;
    let whole = raw::get(issuer.url(), KEYS);
    issuer.next("jwks").delay(30).unwrap();
    issuer.next("jwks").throttle(5).unwrap();
    let pieces = raw::body(&whole).len().div_ceil(64);
    // No time can be too long here, but it can be too short.
    for least in [30, 5 * (u64::try_from(pieces).unwrap() - 1)] {
        let begun = std::time::Instant::now();
        let answer = raw::get(issuer.url(), KEYS);
        assert!(begun.elapsed() >= Duration::from_millis(least), "{:?}", begun.elapsed());
        assert_eq!(raw::body(&answer), raw::body(&whole));
    }
}

#[tokio::test]
async fn a_body_without_end_goes_on_as_long_as_it_is_read() {
    let issuer = start().await;
    issuer.next("jwks").endless().unwrap();
    let mut socket = raw::open(issuer.url());
    let host = raw::authority(issuer.url());
    write!(socket, "GET {KEYS} HTTP/1.1\r\nhost: {host}\r\n\r\n").unwrap();
    // Much more than the keys, and than the buffers of the system.
    let mut octets = vec![0; 8 << 20];
    socket.read_exact(&mut octets).unwrap();
    let text = String::from_utf8(octets).unwrap();
    assert_eq!(raw::field(&text, "content-length"), None);
    assert!(text.ends_with("    "));
    drop(socket);
    assert_eq!(raw::status(&raw::get(issuer.url(), KEYS)), 200);
}

#[tokio::test]
async fn rfc_9112_section_3_2_a_request_names_one_host() {
    let issuer = start().await;
    let host = raw::authority(issuer.url()).to_owned();
    let ask = |head: &str| {
        let request = format!("GET {KEYS} HTTP/1.1\r\n{head}connection: close\r\n\r\n");
        raw::status(&raw::send(issuer.url(), &request))
    };
    assert_eq!(ask(&format!("host: {host}\r\n")), 200);
    assert_eq!(ask(""), 400);
    assert_eq!(ask(&format!("host: {host}\r\nhost: {host}\r\n")), 400);
    assert_eq!(ask("host: a b\r\n"), 400);
    // A website whose name leads here (DNS rebinding).
    assert_eq!(ask("host: evil.example\r\n"), 421);
}

#[tokio::test]
async fn a_long_body_is_read_no_further_than_it_matters() {
    let issuer = start().await;
    let host = raw::authority(issuer.url());
    let body = "a=".to_owned() + &"b".repeat(100_000);
    let path = "/v2/idaas_test/web/oauth2/token";
    let head = "content-type: application/x-www-form-urlencoded\r\n";
    let length = body.len();
    let request =
        format!("POST {path} HTTP/1.1\r\nhost: {host}\r\n{head}content-length: {length}\r\n\r\n");
    let entry = issuer.journal().wait_for(&Filter::at("token"), Duration::from_secs(60));
    let mut socket = raw::open(issuer.url());
    socket.write_all(request.as_bytes()).unwrap();
    // The other side need not take the rest.
    let _ = socket.write_all(body.as_bytes());
    let entry = entry.await.unwrap();
    assert_eq!(entry.decision, Decision::Refused);
    assert_eq!(entry.status, 413);
}

#[tokio::test]
async fn one_who_waits_sees_the_request_that_comes() {
    let issuer = start().await;
    let (url, keys) = (issuer.url().to_owned(), Filter::at("jwks"));
    let found = issuer.journal().wait_for(&keys, Duration::from_secs(60));
    let asks = std::thread::spawn(move || raw::get(&url, KEYS));
    let found = found.await.unwrap();
    assert_eq!((found.sequence, found.status), (1, 200));
    asks.join().unwrap();
    assert_eq!(issuer.journal().expect(&keys), Ok(found));
    // What was answered before is not waited for.
    let none = issuer.journal().wait_for(&keys, Duration::from_millis(1)).await.unwrap_err();
    let said = "journal: no request came that fits endpoint=jwks after=1; the latest were: #1 ";
    assert!(none.to_string().starts_with(said), "{none}");
    assert!(issuer.journal().to_text().starts_with("#1 "));
    // After a reset the numbers begin anew.
    let found = issuer.journal().wait_for(&keys, Duration::from_secs(60));
    issuer.reset();
    raw::get(issuer.url(), KEYS);
    assert_eq!(found.await.unwrap().sequence, 1);
    issuer.journal().clear();
    assert_eq!(issuer.journal().last("jwks"), None);
    let none = issuer.journal().expect(&Filter::default()).unwrap_err().to_string();
    assert_eq!(none, "journal: no request fits anything; the latest were: none");
    for _ in 0..3 {
        let _ = raw::get(issuer.url(), KEYS);
    }
    issuer.journal().keep(2);
    assert_eq!((issuer.journal().find(&keys).len(), issuer.journal().latest()), (2, 4));
}
