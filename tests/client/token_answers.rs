//! Token answers that are good, and those that pass for good elsewhere.

use crate::support::{NOW, malformed, parse_token, token_body};

#[test]
fn a_full_answer_of_the_service() {
    let body = r#"{ "token_type": "Bearer", "access_token": "ATxxx", "refresh_token": "RTxxx",
        "expires_in": 1200, "expires_at": 1653288641, "id_token": "a.b.c" }"#;
    let tokens = parse_token(200, body).unwrap();
    assert_eq!(tokens.token_type, "Bearer");
    assert_eq!(tokens.access_token.expose(), "ATxxx");
    assert_eq!(tokens.refresh_token.as_ref().map(|token| token.expose()), Some("RTxxx"));
    assert_eq!(tokens.id_token.as_ref().map(|token| token.expose()), Some("a.b.c"));
    assert_eq!((tokens.expires_in, tokens.expires_at), (Some(1200), Some(1_653_288_641)));
    assert_eq!((tokens.scope.as_deref(), tokens.received_at), (None, NOW));
}

#[test]
fn what_may_be_missing_null_or_more() {
    for more in [
        "",
        r#","refresh_token":null,"id_token":null,"scope":null,"expires_in":null"#,
        r#","issued_token_type":"x","":{"a":[{}]},"Error":"x","code":5"#,
        r#","error":null"#,
        r#","error":"""#,
    ] {
        let tokens = parse_token(200, &token_body(more)).unwrap();
        assert_eq!((tokens.refresh_token, tokens.id_token, tokens.scope), (None, None, None));
    }
    let scoped = parse_token(201, &token_body(r#","scope":"openid a|b""#)).unwrap();
    assert_eq!(scoped.scope.as_deref(), Some("openid a|b"));
    assert_eq!(parse_token(200, &token_body(r#","scope":"""#)).unwrap().scope.as_deref(), Some(""));
}

#[test]
fn the_token_type_is_carried_as_written() {
    let body = |kind: &str| format!(r#"{{"access_token":"AT","token_type":"{kind}"}}"#);
    for kind in ["Basic", "bearer", "BEARER", "N_A"] {
        assert_eq!(parse_token(200, &body(kind)).unwrap().token_type, kind);
    }
    for kind in ["DPoP", "mac", "Bearer ", "x"] {
        let expected = "a type of token that this client cannot use";
        let refused = malformed(parse_token(200, &body(kind)));
        assert_eq!(refused, ("$.token_type".to_owned(), expected.to_owned()), "{kind}");
    }
}

#[test]
fn escapes_in_tokens_are_resolved() {
    let body = r#"{"access_token":"AT\u0041\/+","token_type":"Bearer"}"#;
    assert_eq!(parse_token(200, body).unwrap().access_token.expose(), "ATA/+");
}

/// The path and the reason of each refusal.
#[test]
fn answers_that_are_refused() {
    let array_of_pairs = format!("[{}]", token_body(""));
    let deep = token_body(&format!(r#","x":{}1{}"#, "[".repeat(40), "]".repeat(40)));
    for (body, path, reason) in [
        (r#"{"token_type":"Bearer"}"#, "$.access_token", "missing"),
        (r#"{"token_type":"Bearer","access_token":null}"#, "$.access_token", "missing"),
        (r#"{"token_type":"Bearer","access_token":""}"#, "$.access_token", "empty"),
        (
            r#"{"token_type":"Bearer","access_token":"ATa","access_token":"ATb"}"#,
            "$.access_token",
            "duplicate member",
        ),
        (
            r#"{"token_type":"Bearer","access_token":"ATa","acces\u0073_token":"ATa"}"#,
            "$.access_token",
            "duplicate member",
        ),
        (&token_body(r#","x":{"y":1,"y":2}"#), "$.x.y", "duplicate member"),
        (
            r#"{"token_type":"Bearer","access_token":5}"#,
            "$.access_token",
            "a number and not a string",
        ),
        (
            r#"{"token_type":"Bearer","access_token":["AT"]}"#,
            "$.access_token",
            "an array and not a string",
        ),
        (
            r#"{"token_type":"Bearer","access_token":{}}"#,
            "$.access_token",
            "an object and not a string",
        ),
        (
            r#"{"token_type":"Bearer","access_token":true}"#,
            "$.access_token",
            "a boolean and not a string",
        ),
        (r#"{"access_token":"AT"}"#, "$.token_type", "missing"),
        (r#"{"access_token":"AT","token_type":""}"#, "$.token_type", "empty"),
        (r#"{"access_token":"AT","token_type":7}"#, "$.token_type", "a number and not a string"),
        (&token_body(r#","refresh_token":"""#), "$.refresh_token", "empty"),
        (&token_body(r#","refresh_token":[]"#), "$.refresh_token", "an array and not a string"),
        (&token_body(r#","id_token":{}"#), "$.id_token", "an object and not a string"),
        (&token_body(r#","scope":["openid"]"#), "$.scope", "an array and not a string"),
        ("", "$", "the text ends in the middle"),
        ("{}x", "$", "something follows the value"),
        ("null", "$", "null and not an object"),
        (&array_of_pairs, "$", "an array and not an object"),
        ("\"AT\"", "$", "a string and not an object"),
        ("<html>", "$", "unexpected character"),
        ("access_token=AT&token_type=bearer", "$", "unexpected character"),
        ("{\"access_token\":\"AT", "$", "the text ends in the middle"),
        ("{'access_token':'AT'}", "$", "unexpected character"),
        ("\u{feff}{}", "$", "unexpected character"),
        (&deep, "$.x", "nested deeper than 32"),
    ] {
        let (found_path, found_reason) = malformed(parse_token(200, body));
        assert!(found_path.starts_with(path), "{body}: {found_path}");
        assert!(found_reason.contains(reason), "{body}: {found_reason}");
    }
}

#[test]
fn tokens_with_characters_that_no_header_can_carry_are_refused() {
    for token in ["AT\\n", "AT\\r\\nX-Evil: 1", "AT\\u0000", "AT\\u007f", "ATé", "AT\\ud83d\\ude00"]
    {
        for name in ["access_token", "refresh_token", "id_token"] {
            let mut body = token_body("").replace("ATaccess", "AT");
            if name == "access_token" {
                body = body.replace("\"AT\"", &format!("\"{token}\""));
            } else {
                body = token_body(&format!(r#","{name}":"{token}""#));
            }
            let refused = malformed(parse_token(200, &body));
            let reason = "has a character that is not printable ASCII".to_owned();
            assert_eq!(refused, (format!("$.{name}"), reason));
        }
    }
}

#[test]
fn raw_control_characters_and_bytes_that_are_not_utf_8() {
    let (path, reason) = malformed(parse_token(200, &token_body("").replace("ATa", "AT\n")));
    assert_eq!(path, "$.access_token");
    assert!(reason.contains("a control character in a string at line 1"), "{reason}");
    let body = [b"{\"access_token\":\"".as_slice(), &[0xff], b"\"}"].concat();
    let response = eiam_token::http::HttpResponse::new(200, body);
    let (_, reason) = malformed(eiam_token::client::token::parse_response(&response, NOW));
    assert!(reason.contains("not UTF-8 at line 1 column 18"), "{reason}");
}

#[test]
fn bodies_over_a_mebibyte_are_refused() {
    let fitting = |length: usize| {
        let body = token_body("");
        " ".repeat(length - body.len()) + &body
    };
    assert_eq!(fitting(1 << 20).len(), 1 << 20);
    assert!(parse_token(200, &fitting(1 << 20)).is_ok());
    let (path, reason) = malformed(parse_token(200, &fitting((1 << 20) + 1)));
    assert_eq!(path, "$");
    assert!(reason.contains("longer than 1048576 bytes"), "{reason}");
}

#[test]
fn strings_over_64_kibibytes_are_refused() {
    let token =
        |length| format!(r#"{{"token_type":"Bearer","access_token":"{}"}}"#, "y".repeat(length));
    assert!(parse_token(200, &token(1 << 16)).is_ok());
    let (path, reason) = malformed(parse_token(200, &token((1 << 16) + 1)));
    assert_eq!(path, "$.access_token");
    assert!(reason.contains("a string of more than 65536 bytes"), "{reason}");
}

#[test]
fn objects_with_too_many_members_are_refused() {
    let members: String = (0..600).map(|index| format!(r#","m{index}":1"#)).collect();
    let (_, reason) = malformed(parse_token(200, &token_body(&members)));
    assert!(reason.contains("more than 512 members"), "{reason}");
}
