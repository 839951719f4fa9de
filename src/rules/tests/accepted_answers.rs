//! What of an answer is read strictly, and what nobody reads and so does not matter.

use super::refusal::{Refusal, refusal_of};
use crate::rules::address::Safety;
use crate::rules::answer::{self, Asked, SLOTS};
use crate::rules::json::names_in;
use crate::rules::reason::Reason;
use crate::rules::slot::{FOUND, KEPT, Slot, UNREAD, content, seconds};
use crate::rules::table::Table;

type Slots = [Slot; SLOTS];

/// What came of an answer of status 200: its slots, and why it is refused.
fn read(text: &str, members: Table<'_>, asked: &Asked) -> (Slots, Result<(), Refusal>) {
    let (mut names, mut slots) = (vec![(0, 0); names_in(text.as_bytes())], [[0; 4]; SLOTS]);
    let mut sink = Vec::new();
    let read =
        answer::read(text.as_bytes(), 200, members, asked, &mut names, &mut slots, &mut sink);
    (slots, read.map_err(|failure| refusal_of(failure, sink)))
}

fn tokens(more: &str) -> String {
    format!("{{\"access_token\":\"AT\",\"token_type\":\"Bearer\"{more}}}")
}

/// Why tokens with these members are refused: path or code, and reason; nothing if they are not.
fn refused(more: &str, asked: &Asked) -> Option<[String; 2]> {
    let (_, read) = read(&tokens(more), answer::TOKENS, asked);
    read.err().map(|(_, path, reason, ..)| [path, reason])
}

#[track_caller]
fn assert_refused(more: &str, asked: &Asked, path: &str, reason: Reason) {
    let expected = [path, reason.text()].map(str::to_owned);
    assert_eq!(refused(more, asked), Some(expected), "{more}");
}

const PLAIN: Asked = Asked { least: Safety::Https, id_token: false, refresh: false, proof: false };
const REFRESH_TOKEN: usize = 2;
const ID_TOKEN: usize = 3;
const EXPIRES_AT: usize = 6;

/// RFC 6749 section 5.1: what makes an answer a success is its status and the token, and members that are
/// not understood must be ignored.
#[test]
fn a_success_with_a_token_is_one_whatever_stands_beside_it() {
    for more in [
        r#","error":"invalid_request""#,
        r#","error":"","error_description":"x""#,
        r#","Code":"Success","Message":"ok","RequestId":"1""#,
        r#","error":{"code":1},"Code":0"#,
    ] {
        assert_eq!(refused(more, &PLAIN), None, "{more}");
    }
}

/// GitHub answers a refused request with status 200.
#[test]
fn a_success_without_a_token_but_with_an_error_is_that_error() {
    for (text, code) in [
        (r#"{"error":"bad_verification_code"}"#, "bad_verification_code"),
        (r#"{"error":"x","access_token":""}"#, "x"),
        (r#"{"Code":"Throttling","access_token":null}"#, "Throttling"),
    ] {
        let (_, read) = read(text, answer::TOKENS, &PLAIN);
        assert_eq!(read.unwrap_err().1, code, "{text}");
    }
    let (_, read) = read(r#"{"error":"unsupported_token_type"}"#, Table::default(), &PLAIN);
    assert_eq!(read.unwrap_err().1, "unsupported_token_type");
}

/// RFC 8259 section 8.2.
#[test]
fn half_of_a_surrogate_pair_matters_where_it_is_read() {
    assert_eq!(refused(r#","picture":"\ud83d","\udc00":["\ud83d"]"#, &PLAIN), None);
    assert_refused(r#","scope":"a\ud83d""#, &PLAIN, "$.scope", Reason::Escape);
    assert_refused(
        r#","refresh_token":"a\ud83d""#,
        &PLAIN,
        "$.refresh_token",
        Reason::NotPrintable,
    );
    let metadata = r#"{"issuer":"https://as.example/\ud83d"}"#;
    let (_, read) = read(metadata, answer::METADATA, &PLAIN);
    assert_eq!(read.unwrap_err().2, Reason::Escape.text());
}

#[test]
fn a_long_string_matters_where_it_is_read() {
    let long = "y".repeat((1 << 16) + 1);
    assert_eq!(refused(&format!(",\"picture\":\"{long}\""), &PLAIN), None);
    let scope = format!(",\"scope\":\"{long}\"");
    assert_refused(&scope, &PLAIN, "$.scope", Reason::StringTooLong);
}

/// EIAM: section 2 has it as a number; no standard has it.
#[test]
fn an_expires_at_that_is_no_number_is_missing_and_said_to_be() {
    for date in ["\"2026-11-27T15:00:00Z\"", "\"\"", "true", "[]", "{}"] {
        let (slots, read) =
            read(&tokens(&format!(",\"expires_at\":{date}")), answer::TOKENS, &PLAIN);
        assert_eq!(read, Ok(()), "{date}");
        assert_eq!(slots[EXPIRES_AT], [Reason::NotANumber as u32, 0, UNREAD, 0], "{date}");
        assert_eq!(seconds(&slots[EXPIRES_AT]), None);
    }
    let (slots, _) = read(&tokens(",\"expires_at\":\"1795348800\""), answer::TOKENS, &PLAIN);
    assert_eq!(seconds(&slots[EXPIRES_AT]), Some(1_795_348_800));
    assert_refused(",\"expires_at\":-1", &PLAIN, "$.expires_at", Reason::Negative);
}

/// RFC 6749 section 5.1.
#[test]
fn an_expires_in_that_is_no_number_is_refused() {
    for wrong in ["\"soon\"", "true", "[]"] {
        let more = format!(",\"expires_in\":{wrong}");
        assert_refused(&more, &PLAIN, "$.expires_in", Reason::NotANumber);
    }
}

/// RFC 6749 section 7.1: no token may be used whose type is not understood.
#[test]
fn a_token_type_that_the_client_cannot_use_is_refused() {
    let text = |kind: &str| format!("{{\"access_token\":\"AT\",\"token_type\":\"{kind}\"}}");
    for kind in ["Bearer", "bearer", "BEARER", "B\\u0065arer", "Basic", "N_A"] {
        assert_eq!(read(&text(kind), answer::TOKENS, &PLAIN).1, Ok(()), "{kind}");
    }
    for kind in ["DPoP", "dpop", "mac", "PoP", "Bearer ", "bot", "Bear\\ud83d"] {
        let (_, read) = read(&text(kind), answer::TOKENS, &PLAIN);
        let (_, path, reason, ..) = read.unwrap_err();
        assert_eq!(path, "$.token_type", "{kind}");
        let is_half = kind.contains("\\ud");
        let expected = if is_half { Reason::Escape } else { Reason::NotUsable };
        assert_eq!(reason, expected.text(), "{kind}");
    }
    let asked = Asked { proof: true, ..PLAIN };
    assert_eq!(read(&text("dpop"), answer::TOKENS, &asked).1, Ok(()));
}

/// OpenID Connect Core section 3.1.3.3. Else whoever takes it out of an answer would take the check of its
/// `nonce` with it.
#[test]
fn an_id_token_that_was_asked_for_has_to_come() {
    let asked = Asked { id_token: true, ..PLAIN };
    for missing in ["", ",\"id_token\":null"] {
        assert_refused(missing, &asked, "$.id_token", Reason::NotComeThoughAskedFor);
    }
    assert_eq!(refused(",\"id_token\":\"a.b.c\"", &asked), None);
    assert_eq!(refused("", &PLAIN), None);
}

/// RFC 6749 section 6, OpenID Connect Core section 12.2.
#[test]
fn what_a_refresh_does_not_bring_stays() {
    let asked = Asked { refresh: true, id_token: true, ..PLAIN };
    for missing in ["", ",\"refresh_token\":null,\"id_token\":null"] {
        let (slots, read) = read(&tokens(missing), answer::TOKENS, &asked);
        assert_eq!(read, Ok(()));
        assert_eq!([slots[REFRESH_TOKEN], slots[ID_TOKEN]], [[0, 0, KEPT, 0]; 2]);
    }
    let text = tokens(",\"refresh_token\":\"RT2\"");
    let (slots, _) = read(&text, answer::TOKENS, &asked);
    assert_eq!(content(text.as_bytes(), &slots[REFRESH_TOKEN]), b"RT2");
}

/// RFC 9700 section 4.14.2: the one before may be dead already.
#[test]
fn a_new_refresh_token_is_known_though_another_member_is_refused() {
    for wrong in [
        r#"{"access_token":"AT","token_type":"Bearer","refresh_token":"RT2","scope":["openid"]}"#,
        r#"{"token_type":7,"scope":[],"refresh_token":"RT2","expires_in":"x"}"#,
    ] {
        let (slots, read) = read(wrong, answer::TOKENS, &PLAIN);
        assert!(read.is_err());
        assert_eq!(slots[REFRESH_TOKEN][2] & FOUND, FOUND);
        assert_eq!(content(wrong.as_bytes(), &slots[REFRESH_TOKEN]), b"RT2");
    }
    let (slots, _) = read(r#"{"refresh_token":"R\n","scope":1}"#, answer::TOKENS, &PLAIN);
    assert_eq!(slots[REFRESH_TOKEN], [0; 4]);
    let (slots, _) =
        read(r#"{"refresh_token":"RT2","refresh_token":"RT3"}"#, answer::TOKENS, &PLAIN);
    assert_eq!(slots[REFRESH_TOKEN], [0; 4]);
}

/// RFC 8414 section 2.
#[test]
fn one_bad_endpoint_does_not_refuse_a_document_before_it_is_used() {
    const TOKEN_ENDPOINT: usize = 2;
    for (bad, reason) in [
        ("\"http://as.example/token\"", Reason::NotHttps),
        ("\"javascript:alert(1)\"", Reason::NotAWebAddress),
        ("7", Reason::NotAStringButNumber),
        ("\"\"", Reason::NotAWebAddress),
    ] {
        let text = format!("{{\"issuer\":\"https://as.example\",\"token_endpoint\":{bad}}}");
        let (slots, read) = read(&text, answer::METADATA, &PLAIN);
        assert_eq!(read, Ok(()), "{bad}");
        assert_eq!(slots[TOKEN_ENDPOINT], [reason as u32, 0, UNREAD, 0], "{bad}");
    }
    let (_, read) = read(r#"{"issuer":"http://as.example"}"#, answer::METADATA, &PLAIN);
    assert_eq!(read.unwrap_err().1, "$.issuer");
}
