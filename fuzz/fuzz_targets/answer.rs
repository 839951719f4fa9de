//! All answers but those of the token endpoint: a letter for the kind, a status in three digits, a
//! challenge up to the first line break, then the body.

#![no_main]

use eiam_token::client::Server;
use eiam_token::client::key_set::{self, SignatureAlgorithm};
use eiam_token::client::{device, discovery, introspect, revoke, user_info};
use eiam_token::http::HttpResponse;
use eiam_token_fuzz::assert_error_of_response;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

const ISSUER: &str = "https://as";
const NOW: i64 = 1_700_000_000;

fuzz_target!(|bytes: &[u8]| {
    let Some(([kind, digits @ ..], rest)) = bytes.split_first_chunk::<4>() else { return };
    let status = digits.iter().fold(0, |status, digit| status * 10 + u16::from(digit % 10));
    let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
    let challenge = String::from_utf8_lossy(&rest[..end]);
    let body = rest.get(end + 1..).unwrap_or_default();
    let response = HttpResponse::new(status, body).header("www-authenticate", challenge);
    let is_success = (200..300).contains(&status);
    let read = match kind {
        b'd' => device::parse_response(&response, NOW).map(|codes| {
            assert!(codes.verification_uri.to_ascii_lowercase().starts_with("http"));
            assert!(!codes.user_code.is_empty() && !codes.device_code.expose().is_empty());
            assert!(
                [Some(codes.interval), codes.expires_in, codes.expires_at]
                    .into_iter()
                    .flatten()
                    .all(|seconds| seconds >= 0)
            );
        }),
        b'm' => discovery::parse_response(&response, ISSUER).map(|server| check_metadata(&server)),
        b'i' => introspect::parse_response(&response).map(|about| {
            assert_eq!(about.members.as_bytes(), body);
            let Ok(json) = serde_json::from_str::<Value>(&about.members) else { return };
            assert_eq!(json["active"], about.active);
        }),
        b'k' => key_set::parse_response(&response).map(|keys| {
            for algorithm in SignatureAlgorithm::ALL {
                for kid in [None, Some("1")] {
                    let Some(key) = keys.select(algorithm, kid) else { continue };
                    let Ok(key) = serde_json::from_str::<Value>(key) else { continue };
                    assert!(key["use"].as_str().is_none_or(|usage| usage == "sig"));
                    assert!(kid.is_none() || key["kid"] == "1");
                    let kty = key["kty"].as_str().expect("a kind of key");
                    assert!(matches!(kty, "RSA" | "EC" | "OKP"));
                }
            }
        }),
        b'u' => user_info::parse_response(&response, Some("u")).map(|claims| {
            let Ok(json) = serde_json::from_str::<Value>(&claims) else { return };
            assert_eq!(json["sub"], "u");
        }),
        _ => revoke::parse_response(&response),
    };
    match read {
        Ok(()) => assert!(is_success),
        Err(error) => assert_error_of_response(&error, status, is_success),
    }
});

/// Every endpoint is one that may be used, and the others say why not.
fn check_metadata(server: &Server) {
    assert_eq!(server.issuer.as_deref(), Some(ISSUER));
    for name in Server::ENDPOINTS {
        let url = server.endpoint(name).unwrap_or("https://");
        assert!(url.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("https://")), "{url}");
        let is_printable = url.bytes().all(|byte| byte > b' ' && byte != 0x7f);
        assert!(is_printable && !url.contains(['"', '<', '>', '\\']));
    }
    for unusable in &server.unusable {
        assert_eq!(server.endpoint(unusable.name), None);
        assert!(!unusable.reason.is_empty());
    }
}
