//! The device flow: its request, its answer, and the decision after each poll (RFC 8628).

use eiam_token::client::device::{self, Decision, DeviceAuthorization, Polling};
use eiam_token::client::{Authentication, Error, ErrorKind, token};
use eiam_token::http::HttpResponse;

use crate::support::{
    AWKWARD_SECRET, NOW, client_with, is, malformed, public_client, token_body, wire,
};

const URL: &str = "https://as.example/v2/idaas_x/app_x/oauth2/device/code";

fn parse(body: &str) -> Result<DeviceAuthorization, Error> {
    device::parse_response(&HttpResponse::new(200, body), NOW)
}

fn body(more: &str) -> String {
    format!(
        r#"{{"device_code":"DC1","user_code":"WDJB-MJHT","verification_uri":"https://as.example/device"{more}}}"#
    )
}

/// Polling that has an interval of 5 seconds and `left` seconds to go.
fn polling(left: i64) -> Polling {
    Polling::resume(5, Some(NOW + left))
}

fn decide(polling: &mut Polling, response: &HttpResponse) -> Decision {
    polling.decide(token::parse_response(response, NOW), NOW)
}

fn refusal(code: &str) -> HttpResponse {
    HttpResponse::new(400, format!(r#"{{"error":"{code}"}}"#))
}

fn wait(seconds: i64, slower: bool) -> Decision {
    Decision::Wait { seconds, slower }
}

#[test]
fn the_request() {
    let head = format!(
        "POST {URL}\ncontent-type: application/x-www-form-urlencoded\naccept: application/json\n"
    );
    let request = public_client().device_authorization_request(Some("openid email"), &[]);
    assert_eq!(wire(&request.unwrap()), format!("{head}\nscope=openid+email&client_id=app_x"));
    let request = public_client().device_authorization_request(None, &[("a", "b")]);
    assert_eq!(wire(&request.unwrap()), format!("{head}\na=b&client_id=app_x"));
    let post = client_with(Authentication::post(AWKWARD_SECRET));
    let request = post.device_authorization_request(None, &[]);
    assert_eq!(
        wire(&request.unwrap()),
        format!("{head}\nclient_id=app_x&client_secret=CS%2B%2F%3D%26x")
    );
    let basic = client_with(Authentication::basic(AWKWARD_SECRET));
    let request = basic.device_authorization_request(None, &[]);
    assert_eq!(
        wire(&request.unwrap()),
        format!("{head}authorization: Basic YXBwX3g6Q1MlMkIlMkYlM0QlMjZ4\n\n")
    );
    for name in ["scope", "client_id", "client_secret"] {
        let refused = public_client().device_authorization_request(None, &[(name, "x")]);
        assert!(is(&refused, ErrorKind::Argument, "extra"));
    }
}

#[test]
fn a_full_answer_of_the_service() {
    let answer = parse(&body(
        r#","verification_uri_complete":"https://as.example/device?user_code=WDJB-MJHT",
           "expires_in":1200,"expires_at":1653288641,"interval":7"#,
    ))
    .unwrap();
    assert_eq!(answer.device_code.expose(), "DC1");
    assert_eq!(answer.user_code, "WDJB-MJHT");
    assert_eq!(answer.verification_uri, "https://as.example/device");
    assert_eq!(
        answer.verification_uri_complete.as_deref(),
        Some("https://as.example/device?user_code=WDJB-MJHT")
    );
    assert_eq!((answer.expires_in, answer.expires_at), (Some(1200), Some(1_653_288_641)));
    assert_eq!((answer.interval, answer.received_at), (7, NOW));
    assert_eq!(answer.deadline(), Some(NOW + 1200));
    assert_eq!(Polling::new(&answer), Polling::resume(7, Some(NOW + 1200)));
}

#[test]
fn what_the_answer_leaves_out() {
    let answer = parse(&body("")).unwrap();
    assert_eq!((answer.interval, answer.deadline()), (5, None));
    assert_eq!(
        parse(&body(r#","expires_at":1653288641"#)).unwrap().deadline(),
        Some(1_653_288_641)
    );
    assert_eq!(parse(&body(r#","interval":null"#)).unwrap().interval, 5);
}

#[test]
fn seconds_are_exact_here_too() {
    let answer = parse(&body(r#","expires_in":9007199254740993,"interval":"9007199254740993""#));
    let answer = answer.unwrap();
    assert_eq!(answer.expires_in, Some(9_007_199_254_740_993));
    assert_eq!(answer.interval, 9_007_199_254_740_993);
    for (name, text) in [("expires_in", "-1"), ("expires_at", "1.5"), ("interval", "[5]")] {
        let refused = malformed(parse(&body(&format!(r#","{name}":{text}"#))));
        assert_eq!(refused.0, format!("$.{name}"));
    }
}

#[test]
fn members_that_must_be_there() {
    for name in ["device_code", "user_code", "verification_uri"] {
        let without = body("").replace(&format!("\"{name}\""), "\"other\"");
        assert_eq!(malformed(parse(&without)), (format!("$.{name}"), "missing".to_owned()));
    }
}

#[test]
fn links_that_are_not_web_pages_are_refused() {
    for uri in [
        "javascript:alert(1)//https://as.example",
        "data:text/html,x",
        "/device",
        "as.example/device",
        "ftp://as.example",
        "https:/as.example",
        "https://",
        "https:///device",
        " https://as.example",
        "https://as.example/ device",
        "https://as.example/\\u0000",
    ] {
        let refused = malformed(parse(&body("").replace("https://as.example/device", uri)));
        assert_eq!(refused.0, "$.verification_uri", "{uri}");
        let complete = body(&format!(r#","verification_uri_complete":"{uri}""#));
        assert_eq!(malformed(parse(&complete)).0, "$.verification_uri_complete", "{uri}");
    }
    for uri in ["http://127.0.0.1:9400/device", "HTTPS://as.example", "https://as.example/é?x#y"] {
        assert!(parse(&body("").replace("https://as.example/device", uri)).is_ok(), "{uri}");
    }
}

#[test]
fn pending_waits_the_interval() {
    let mut polling = polling(1200);
    for _ in 0..3 {
        assert_eq!(decide(&mut polling, &refusal("authorization_pending")), wait(5, false));
    }
}

#[test]
fn slow_down_adds_five_seconds_for_good() {
    let mut polling = polling(1200);
    assert_eq!(decide(&mut polling, &refusal("slow_down")), wait(10, true));
    assert_eq!(decide(&mut polling, &refusal("authorization_pending")), wait(10, false));
    assert_eq!(decide(&mut polling, &refusal("slow_down")), wait(15, true));
    assert_eq!(polling.interval(), 15);
    let mut longest = Polling::resume(i64::MAX, None);
    assert_eq!(decide(&mut longest, &refusal("slow_down")), wait(i64::MAX, true));
}

#[test]
fn a_server_may_ask_for_a_longer_wait_once() {
    let mut polling = polling(1200);
    let asked = refusal("authorization_pending").header("retry-after", "30");
    assert_eq!(decide(&mut polling, &asked), wait(30, false));
    assert_eq!(decide(&mut polling, &refusal("authorization_pending")), wait(5, false));
    let shorter = refusal("authorization_pending").header("retry-after", "1");
    assert_eq!(decide(&mut polling, &shorter), wait(5, false));
    let in_milliseconds = refusal("slow_down").header("x-acs-retry-after", "10001");
    assert_eq!(decide(&mut polling, &in_milliseconds), wait(11, true));
}

#[test]
fn the_user_agreed() {
    let mut polling = polling(1200);
    let answer = HttpResponse::new(200, token_body(""));
    match decide(&mut polling, &answer) {
        Decision::Done(tokens) => assert_eq!(tokens.access_token.expose(), "ATaccess"),
        other => panic!("{other:?}"),
    }
    // The server has the last word on its own codes.
    let mut late = Polling::resume(5, Some(NOW - 100));
    assert!(matches!(decide(&mut late, &answer), Decision::Done(_)));
}

#[test]
fn the_user_refused_or_was_too_late() {
    assert_eq!(decide(&mut polling(1200), &refusal("access_denied")), Decision::Denied);
    assert_eq!(decide(&mut polling(1200), &refusal("expired_token")), Decision::Expired);
}

#[test]
fn the_deadline_ends_it() {
    for (left, ends) in [(1, false), (0, true), (-1, true)] {
        for code in ["authorization_pending", "slow_down"] {
            let decision = decide(&mut polling(left), &refusal(code));
            assert_eq!(decision == Decision::Expired, ends, "{left} {code}");
        }
        assert_eq!(polling(left).unreachable(NOW) == Decision::Expired, ends, "{left}");
    }
    let mut endless = Polling::resume(5, None);
    assert_eq!(decide(&mut endless, &refusal("authorization_pending")), wait(5, false));
}

#[test]
fn other_refusals_and_broken_answers_end_it() {
    for response in [
        refusal("invalid_grant"),
        refusal("invalid_client"),
        refusal("AUTHORIZATION_PENDING"),
        HttpResponse::new(404, "<html>"),
        HttpResponse::new(400, r#"{"Code":"InvalidParameter"}"#),
        HttpResponse::new(200, "{}"),
        HttpResponse::new(200, ""),
    ] {
        let decision = decide(&mut polling(1200), &response);
        assert!(matches!(decision, Decision::Failed(_)), "{decision:?}");
    }
}

#[test]
fn a_server_that_is_overloaded_for_now_is_asked_again() {
    for (status, body) in [
        (429, r#"{"Code":"Throttling.Api"}"#),
        (429, ""),
        (500, "<html>"),
        (502, "<html>"),
        (503, r#"{"Code":"ServiceUnavailable"}"#),
        (504, ""),
    ] {
        let mut polling = polling(1200);
        let response = HttpResponse::new(status, body);
        assert_eq!(decide(&mut polling, &response), wait(10, false), "{status}");
        let response = response.header("x-acs-retry-after", "40000");
        assert_eq!(decide(&mut polling, &response), wait(40, false), "{status}");
        assert_eq!(polling.interval(), 20);
    }
}

#[test]
fn a_lost_connection_doubles_the_interval_up_to_a_minute() {
    let mut polling = polling(1200);
    for expected in [10, 20, 40, 60, 60] {
        assert_eq!(polling.unreachable(NOW), wait(expected, false));
    }
    // A server that asked for more keeps it.
    assert_eq!(Polling::resume(90, None).unreachable(NOW), wait(90, false));
    assert_eq!(Polling::resume(i64::MAX, None).unreachable(NOW), wait(i64::MAX, false));
}

#[test]
fn no_interval_makes_a_busy_loop() {
    for interval in [0, -1, i64::MIN] {
        let mut polling = Polling::resume(interval, None);
        assert_eq!(decide(&mut polling, &refusal("authorization_pending")), wait(1, false));
        assert_eq!(polling.unreachable(NOW), wait(2, false));
    }
}
