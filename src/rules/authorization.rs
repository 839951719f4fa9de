//! The random values of an authorization request: `state`, `nonce` and the PKCE verifier.

use super::base64url;
use super::failure::{Failure, Kind};
use super::integer;
use super::pkce;
use super::reason::Reason;
use super::sink::Sink;
use super::split::split_once;
use super::unescaped::Unescaped;

/// The octets of randomness that a request takes: 32 for the verifier, 16 for `state`, 16 for `nonce`.
pub(crate) const RANDOMNESS: usize = 64;

/// Writes `state`, `nonce` (empty for none), the PKCE verifier and its challenge, with U+0000 between them.
/// Only a request for an id_token has a nonce (OpenID Connect Core section 3.1.2.1).
///
/// `random` has [`RANDOMNESS`] fresh octets, and `max_age` is the text of that parameter, empty for none.
///
/// # Errors
/// Fails for a redirect URI with a fragment (RFC 6749 section 3.1.2), and for a `max_age` that is no number
/// of seconds.
pub(crate) fn draw(
    random: &[u8],
    redirect_uri: &[u8],
    scope: &[u8],
    max_age: &[u8],
    sink: &mut impl Sink,
) -> Result<(), Failure> {
    let fault: Option<(&[u8], Reason)> = if split_once(redirect_uri, b'#').1.is_some() {
        Some((b"redirect_uri", Reason::HasFragment))
    } else if !max_age.iter().all(u8::is_ascii_digit)
        || !max_age.is_empty() && integer::seconds(Unescaped::plain(max_age), false).is_err()
    {
        Some((b"max_age", Reason::NotANumber))
    } else {
        None
    };
    if let Some((name, reason)) = fault {
        return Err(Failure::about(sink, Kind::Argument, name, b"", reason));
    }
    let (verifier, rest) = random.split_at_checked(32).unwrap_or_default();
    let (state, nonce) = rest.split_at_checked(16).unwrap_or_default();
    base64url::encode(state, sink);
    sink.push(0);
    if asks_for_id_token(scope) {
        base64url::encode(nonce, sink);
    }
    sink.push(0);
    let start = sink.length();
    base64url::encode(verifier, sink);
    let challenge = pkce::hash(sink.since(start));
    sink.push(0);
    base64url::encode(&challenge, sink);
    Ok(())
}

/// Whether `openid` is one of the items of a scope.
fn asks_for_id_token(mut scope: &[u8]) -> bool {
    loop {
        let (item, rest) = split_once(scope, b' ');
        match rest {
            _ if item == b"openid" => return true,
            Some(rest) => scope = rest,
            None => return false,
        }
    }
}
