//! The journal as events, as `pkg/test/testing-events.test.mjs` has it for JavaScript.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use eiam_token::http::{HttpRequest, Method};
use eiam_token::testing::{TestIssuer, TokensFor};
use serde_json::Value;

use crate::raw;

const KEYS: &str = "/v2/idaas_test/web/oidc/jwks";
const USERINFO: &str = "/v2/idaas_test/web/oauth2/userinfo";

/// One who listens.
struct Listener {
    socket: BufReader<TcpStream>,
    head: String,
    text: String,
    /// The longest piece that came at once.
    longest: usize,
}

impl Listener {
    /// The next block of lines; none at the end, which has to be that of the body and not only of the connection.
    fn block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.text = rest;
                return Some(block);
            }
            let mut size = String::new();
            self.socket.read_line(&mut size).unwrap();
            let size = usize::from_str_radix(size.trim_end(), 16)
                .unwrap_or_else(|_| panic!("the connection ended before the body: {size:?}"));
            let mut octets = vec![0; size + 2];
            self.socket.read_exact(&mut octets).unwrap();
            if size == 0 {
                assert_eq!(self.text, "");
                return None;
            }
            self.longest = self.longest.max(size);
            self.text += std::str::from_utf8(&octets[..size]).unwrap();
        }
    }

    /// The next event: its id, and the entry.
    fn event(&mut self) -> Option<(u64, Value)> {
        loop {
            let block = self.block()?;
            let Some(event) = block.strip_prefix("id: ") else { continue };
            let (id, data) = event.split_once("\ndata: ").unwrap();
            return Some((id.parse().unwrap(), serde_json::from_str(data).unwrap()));
        }
    }

    /// The next event: its number, and at which endpoint the request was.
    fn next(&mut self) -> (u64, String) {
        let (id, entry) = self.event().unwrap();
        (id, entry["endpoint"].as_str().unwrap().to_owned())
    }
}

/// Sends a request for the journal, and gives the connection with the head of the response.
fn ask(url: &str, query: &str, fields: &str) -> (BufReader<TcpStream>, String) {
    let mut socket = raw::open(url);
    // Only so that a test that fails ends.
    socket.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let host = raw::authority(url);
    let request = format!("GET /_control/journal{query} HTTP/1.1\r\nhost: {host}\r\n{fields}\r\n");
    socket.write_all(request.as_bytes()).unwrap();
    let (mut socket, mut head) = (BufReader::new(socket), String::new());
    while !head.ends_with("\r\n\r\n") {
        assert_ne!(socket.read_line(&mut head).unwrap(), 0, "{head}");
    }
    (socket, head)
}

/// Listens to the journal, or gives the status and the body that refuse it.
fn try_to_listen(url: &str, query: &str, fields: &str) -> Result<Listener, (u16, String)> {
    let (mut socket, head) = ask(url, query, fields);
    if raw::status(&head) == 200 {
        return Ok(Listener { socket, head, text: String::new(), longest: 0 });
    }
    let length = raw::field(&head, "content-length").unwrap().parse().unwrap();
    let mut body = vec![0; length];
    socket.read_exact(&mut body).unwrap();
    Err((raw::status(&head), String::from_utf8(body).unwrap()))
}

/// The header fields of who may listen.
fn fields(issuer: &TestIssuer) -> String {
    let token = issuer.control_token().unwrap();
    format!("authorization: Bearer {token}\r\naccept: text/event-stream\r\n")
}

/// Listens, and has read that it does.
fn listen(issuer: &TestIssuer, query: &str) -> Listener {
    let mut listener = try_to_listen(issuer.url(), query, &fields(issuer)).ok().unwrap();
    assert_eq!(listener.block().unwrap(), ": the journal\nretry: 1000");
    listener
}

async fn start() -> TestIssuer {
    TestIssuer::options().control(true).start().await.unwrap()
}

fn get(issuer: &TestIssuer, path: &str) {
    let _ = issuer.handle(&HttpRequest::get(format!("{}{path}", issuer.url())));
}

#[tokio::test]
async fn it_has_what_there_was_and_then_each_request_as_it_comes() {
    let issuer = start().await;
    get(&issuer, USERINFO);
    let mut listener = listen(&issuer, "");
    assert_eq!(raw::field(&listener.head, "content-type"), Some("text/event-stream"));
    assert_eq!(raw::field(&listener.head, "cache-control"), Some("no-store"));
    assert_eq!(raw::field(&listener.head, "content-length"), None);
    let (id, entry) = listener.event().unwrap();
    assert_eq!((id, &entry["sequence"]), (1, &Value::from(1)));
    assert_eq!((&entry["endpoint"], &entry["decision"]), (&"userinfo".into(), &"refused".into()));
    // By the network, by the test, and by what the test does itself.
    let _ = raw::get(issuer.url(), KEYS);
    assert_eq!(listener.next(), (2, "jwks".to_owned()));
    issuer.with(|controlled| {
        let request = HttpRequest::get(format!("{}{KEYS}", controlled.config().base_url));
        let handled = controlled.handle(&request, 0);
        controlled.finish(handled, &[]).unwrap();
    });
    assert_eq!(listener.next(), (3, "jwks".to_owned()));
    let web = issuer.client("web").unwrap();
    let (endpoint, secret) = (web.server.token_endpoint.unwrap(), web.client_secret.unwrap());
    let form = format!("grant_type=client_credentials&client_id=web&client_secret={secret}");
    let _ = issuer.handle(&HttpRequest::post_form(endpoint, form));
    let (id, entry) = listener.event().unwrap();
    assert_eq!((id, &entry["grant"]), (4, &"client_credentials".into()));
    assert!(!entry.to_string().contains(&secret), "{entry}");
    // Those who wait for a request are told by the same.
    let waits = issuer.journal().wait_for(&Default::default(), Duration::from_secs(60));
    get(&issuer, KEYS);
    assert_eq!(waits.await.unwrap().sequence, listener.event().unwrap().0);
}

#[tokio::test]
async fn it_goes_on_after_the_last_one_that_was_received() {
    let issuer = start().await;
    for _ in 0..3 {
        get(&issuer, USERINFO);
    }
    let fields = fields(&issuer) + "last-event-id: 2\r\n";
    // The URL is still that of the first request.
    let mut again = try_to_listen(issuer.url(), "?after=1", &fields).ok().unwrap();
    assert_eq!(again.event().unwrap().0, 3);
    let mut later = listen(&issuer, "?after=3&endpoint=jwks");
    let mut two = listen(&issuer, "?limit=2");
    let mut new = listen(&issuer, "?limit=0");
    get(&issuer, USERINFO);
    get(&issuer, KEYS);
    assert_eq!(later.next(), (5, "jwks".to_owned()));
    assert_eq!([2, 3, 4, 5].map(|_| two.event().unwrap().0), [2, 3, 4, 5]);
    assert_eq!([4, 5].map(|_| new.event().unwrap().0), [4, 5]);
}

#[tokio::test]
async fn what_has_an_older_number_after_a_reset_is_new() {
    let issuer = start().await;
    let mut listener = listen(&issuer, "?endpoint=jwks");
    let token = issuer.control_token().unwrap();
    let mut by_control = HttpRequest::get(format!("{}/_control/reset", issuer.url()))
        .header("authorization", format!("Bearer {token}"));
    by_control.method = Method::Post;
    let resets: [&dyn Fn(); 3] =
        [&|| issuer.reset(), &|| issuer.with(|controlled| controlled.reset()), &|| {
            assert_eq!(issuer.handle(&by_control).response.status, 204)
        }];
    for (place, reset) in resets.into_iter().enumerate() {
        get(&issuer, KEYS);
        assert_eq!(listener.next(), (1, "jwks".to_owned()), "{place}");
        get(&issuer, KEYS);
        assert_eq!(listener.next(), (2, "jwks".to_owned()), "{place}");
        reset();
    }
    // To clear begins nothing anew.
    get(&issuer, KEYS);
    assert_eq!(listener.next().0, 1);
    issuer.journal().clear();
    get(&issuer, KEYS);
    assert_eq!(listener.next().0, 2);
}

#[tokio::test]
async fn it_is_for_who_has_the_token_and_says_what_is_wrong() {
    let issuer = start().await;
    let right = fields(&issuer);
    let events = "accept: text/event-stream\r\n";
    for (query, fields, status, problem) in [
        ("", events.to_owned(), 401, "control needs the token"),
        ("", format!("{events}authorization: Bearer wrong\r\n"), 401, "control needs the token"),
        ("?heartbeat=0", events.to_owned(), 401, "control needs the token"),
        ("", format!("{right}origin: https://site.example\r\n"), 403, "a page in a browser"),
        ("?heartbeat=0", right.clone(), 400, "heartbeat: expected whole seconds from 1 to 60"),
        ("?heartbeat=61", right.clone(), 400, "heartbeat: expected"),
        ("?heartbeat=1e1", right.clone(), 400, "heartbeat: expected"),
        ("?heartbeat=%2B1", right.clone(), 400, "heartbeat: expected"),
        ("?heartbeat=", right.clone(), 400, "heartbeat: expected"),
        ("?beat=1", right.clone(), 400, "the journal is asked by"),
        ("?limit=x", right.clone(), 400, "`limit` must be"),
        ("?endpoint=x", right.clone(), 400, "`endpoint` must be one of"),
        ("?after=%zz", right.clone(), 400, "%"),
        ("", format!("{right}last-event-id: x\r\n"), 400, "`after` must be the number"),
    ] {
        let (found, body) = try_to_listen(issuer.url(), query, &fields).err().unwrap();
        assert_eq!(found, status, "{query} {fields}: {body}");
        let body: Value = serde_json::from_str(&body).unwrap();
        assert!(body["error_description"].as_str().unwrap().contains(problem), "{body}");
    }
    // A website whose name leads here (DNS rebinding).
    let request = "GET /_control/journal HTTP/1.1\r\nhost: evil.example\r\n";
    let answer = raw::send(issuer.url(), &format!("{request}{right}\r\n"));
    assert_eq!(raw::status(&answer), 421);
    // None of those took a place.
    let _all: Vec<_> = (0..16).map(|_| listen(&issuer, "")).collect();
}

#[tokio::test]
async fn it_comes_to_who_asks_for_it() {
    let issuer = start().await;
    let token = issuer.control_token().unwrap();
    for (accept, are_events) in [
        ("text/event-stream", true),
        ("text/html, Text/Event-Stream ;q=0.5", true),
        ("text/html\r\naccept: text/event-stream", true),
        ("text/event-streams", false),
        ("application/json;x=text/event-stream", false),
        ("*/*", false),
    ] {
        let fields = format!("authorization: Bearer {token}\r\naccept: {accept}\r\n");
        let (_, head) = ask(issuer.url(), "", &fields);
        assert_eq!(raw::status(&head), 200, "{accept}");
        let media_type = raw::field(&head, "content-type").unwrap();
        assert_eq!(media_type == "text/event-stream", are_events, "{accept}: {media_type}");
    }
    let host = raw::authority(issuer.url());
    let fields = fields(&issuer) + "connection: close\r\n";
    for (method, path) in [("DELETE", "/_control/journal"), ("GET", "/_control/clock")] {
        let request = format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\n{fields}\r\n");
        let answer = raw::send(issuer.url(), &request);
        assert!(matches!(raw::status(&answer), 200 | 204), "{answer}");
        assert_ne!(raw::field(&answer, "content-type"), Some("text/event-stream"));
    }
    // Without the network there is no connection that could go on.
    let request = HttpRequest::get(format!("{}/_control/journal", issuer.url()))
        .header("authorization", format!("Bearer {token}"))
        .header("accept", "text/event-stream");
    let response = issuer.handle(&request).response;
    assert_eq!(response.headers.value("content-type"), Some("application/json;charset=UTF-8"));
}

#[tokio::test]
async fn where_nobody_controls_there_is_nothing() {
    let issuer = TestIssuer::start().await.unwrap();
    let fields = "accept: text/event-stream\r\nauthorization: Bearer x\r\n";
    let (status, _) = try_to_listen(issuer.url(), "", fields).err().unwrap();
    assert_eq!(status, 404);
    // It is a request as any other.
    assert_eq!(issuer.journal().latest(), 1);
    let token = "a-token-of-these-tests";
    issuer.with(|controlled| controlled.allow_control(token, false)).unwrap();
    let (status, _) = try_to_listen(issuer.url(), "", fields).err().unwrap();
    assert_eq!(status, 404);
    let fields = format!("accept: text/event-stream\r\nauthorization: Bearer {token}\r\n");
    let mut listener = try_to_listen(issuer.url(), "", &fields).ok().unwrap();
    assert_eq!([1, 2].map(|_| listener.event().unwrap().0), [1, 2]);
    // Whose token counts no more hears no more.
    issuer.with(|controlled| controlled.allow_control("another-token-of-these", false)).unwrap();
    get(&issuer, KEYS);
    assert_eq!(listener.event(), None);
}

#[tokio::test]
async fn it_is_for_so_many_at_a_time_and_makes_room_for_the_next() {
    let issuer = start().await;
    let mut all: Vec<_> = (0..16).map(|_| listen(&issuer, "")).collect();
    let is_full = || {
        let full = try_to_listen(issuer.url(), "", &fields(&issuer)).err()?;
        assert_eq!(full.0, 429);
        let body: Value = serde_json::from_str(&full.1).unwrap();
        assert_eq!(body["error"], "too_many_listeners");
        assert_eq!(body["error_description"], "16 listen already: end one of them first");
        Some(())
    };
    assert!(is_full().is_some());
    // One who ends its own side gets the end of the body, and has no place then.
    let first = &mut all[0];
    first.socket.get_ref().shutdown(Shutdown::Write).unwrap();
    assert_eq!(first.block(), None);
    let next = listen(&issuer, "");
    assert!(is_full().is_some());
    // The server sees a connection that has ended when the system tells it.
    drop(next);
    while is_full().is_some() {}
}

#[tokio::test]
async fn one_who_says_more_keeps_its_place_until_it_goes() {
    let issuer = start().await;
    let host = raw::authority(issuer.url());
    let mut listener = listen(&issuer, "");
    let next = format!("GET {KEYS} HTTP/1.1\r\nhost: {host}\r\n\r\n");
    listener.socket.get_ref().write_all(next.as_bytes()).unwrap();
    get(&issuer, USERINFO);
    assert_eq!(listener.next(), (1, "userinfo".to_owned()));
    drop(listener);
    // The connection is known to have ended when something cannot be sent.
    let mut all = Vec::new();
    while all.len() < 16 {
        all.extend(try_to_listen(issuer.url(), "", &fields(&issuer)));
        get(&issuer, USERINFO);
    }
}

#[tokio::test]
async fn it_says_that_it_is_still_there() {
    let issuer = start().await;
    let mut listener = listen(&issuer, "?heartbeat=1");
    assert_eq!(listener.block().unwrap(), ": still there");
    get(&issuer, KEYS);
    assert_eq!(listener.event().unwrap().0, 1);
}

#[tokio::test]
async fn who_reads_slowly_gets_it_in_pieces() {
    let issuer = start().await;
    let mut listener = listen(&issuer, "");
    let long: String = (0..60).map(|_| format!("scope={}&", "x".repeat(200))).collect();
    for _ in 0..200 {
        get(&issuer, &format!("{USERINFO}?{long}"));
    }
    // Others are answered meanwhile.
    assert_eq!(raw::status(&raw::get(issuer.url(), KEYS)), 200);
    let mut late = listen(&issuer, "");
    let length = listener.event().unwrap().1.to_string().len();
    assert!(length > 10_000, "{length}");
    assert_eq!(late.event().unwrap().0, 1);
    for listener in [&mut listener, &mut late] {
        for expected in 2..=201 {
            assert_eq!(listener.event().unwrap().0, expected);
        }
    }
    // Of all that there was at its begin, not more is made than is read.
    let most = 64 * 1024 + length + 100;
    assert!((64 * 1024..most).contains(&late.longest), "{} {most}", late.longest);
    assert!(listener.longest < most, "{} {most}", listener.longest);
}

#[tokio::test]
async fn it_ends_with_the_issuer() {
    for is_closed in [true, false] {
        let issuer = start().await;
        let mut all: Vec<_> = (0..16).map(|_| listen(&issuer, "")).collect();
        if is_closed {
            issuer.close().await;
        } else {
            drop(issuer);
        }
        for listener in &mut all {
            assert_eq!(listener.event(), None);
            // The connection ends with it.
            assert_eq!(listener.socket.read(&mut [0]).unwrap_or(0), 0);
        }
    }
}

#[tokio::test]
async fn a_fork_is_not_heard() {
    let issuer = start().await;
    get(&issuer, KEYS);
    let mut listener = listen(&issuer, "");
    assert_eq!(listener.next().0, 1);
    let fork = issuer.fork();
    get(&fork, USERINFO);
    fork.reset();
    get(&issuer, KEYS);
    assert_eq!(listener.next(), (2, "jwks".to_owned()));
    // Nor does it keep anything from ending.
    drop(issuer);
    assert_eq!(listener.event(), None);
    get(&fork, KEYS);
    assert_eq!(fork.journal().latest(), 2);
}

#[tokio::test]
async fn tokens_that_the_test_makes_are_no_requests() {
    let issuer = start().await;
    let mut listener = listen(&issuer, "");
    issuer.tokens(&TokensFor::client("web").user("alice")).unwrap();
    get(&issuer, KEYS);
    assert_eq!(listener.next(), (1, "jwks".to_owned()));
}
