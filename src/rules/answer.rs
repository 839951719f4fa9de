//! How answers are judged: a JSON object on success, one of two error envelopes otherwise. Each kind of
//! answer is a [`Table`] of members, and one function reads them all.

use super::address::Safety;
use super::failure::Failure;
use super::failure::Kind::{self as FailureKind, Gateway, Http, Malformed, OAuth};
use super::json::{Name, Scan, Wanted};
pub(crate) use super::judge::Asked;
use super::judge::judge;
#[cfg(feature = "schema")]
use super::member;
use super::member::{
    ADDRESS, ARRAY, DATE, ENDPOINT, FLAG, ID_TOKEN, LOOSE_SECONDS, REFRESH_TOKEN, SECONDS, TEXT,
    TOKEN, TOKEN_TYPE, optional, required,
};
use super::reason::Reason;
use super::sink::Sink;
use super::slot::{self, Slot, content};
use super::table::{Table, table};
use super::unescaped::Unescaped;

/// The members of a token answer (RFC 6749 section 5.1; EIAM: section 2).
pub(crate) const TOKENS: Table<'_> = table![
    required("access_token", TOKEN),
    required("token_type", TOKEN_TYPE),
    optional("refresh_token", REFRESH_TOKEN),
    optional("id_token", ID_TOKEN),
    optional("scope", TEXT),
    optional("expires_in", SECONDS),
    optional("expires_at", LOOSE_SECONDS),
];

/// The members of a device authorization's answer (RFC 8628 section 3.2).
pub(crate) const DEVICE: Table<'_> = table![
    required("device_code", TOKEN),
    required("user_code", TEXT),
    required("verification_uri", ADDRESS),
    optional("verification_uri_complete", ADDRESS),
    optional("expires_in", SECONDS),
    optional("expires_at", LOOSE_SECONDS),
    optional("interval", SECONDS),
];

/// The members of the answer about a token (RFC 7662 section 2.2).
pub(crate) const INTROSPECTION: Table<'_> = table![
    required("active", FLAG),
    optional("exp", DATE),
    optional("iat", DATE),
    optional("nbf", DATE),
];

/// The members of a server's metadata (RFC 8414 section 2). A bad endpoint is only marked as unread, so that
/// it is refused when somebody uses it and does not spoil the others.
pub(crate) const METADATA: Table<'_> = table![
    required("issuer", ADDRESS),
    optional("authorization_endpoint", ENDPOINT),
    optional("token_endpoint", ENDPOINT),
    optional("device_authorization_endpoint", ENDPOINT),
    optional("userinfo_endpoint", ENDPOINT),
    optional("revocation_endpoint", ENDPOINT),
    optional("introspection_endpoint", ENDPOINT),
    optional("end_session_endpoint", ENDPOINT),
    optional("jwks_uri", ENDPOINT),
    optional("authorization_response_iss_parameter_supported", FLAG),
    optional("pushed_authorization_request_endpoint", ENDPOINT),
    optional("registration_endpoint", ENDPOINT),
    optional("require_pushed_authorization_requests", FLAG),
];

/// The members of the answer to a pushed authorization request (RFC 9126 section 2.2).
pub(crate) const PUSHED: Table<'_> =
    table![required("request_uri", TEXT), optional("expires_in", SECONDS)];

/// The members of a client's registration (RFC 7591 section 3.2.1, RFC 7592 section 3).
pub(crate) const REGISTRATION: Table<'_> = table![
    required("client_id", TEXT),
    optional("client_secret", TEXT),
    optional("client_secret_expires_at", DATE),
    optional("client_id_issued_at", DATE),
    optional("registration_access_token", TOKEN),
    optional("registration_client_uri", TEXT),
];

/// The members of a set of keys (RFC 7517 section 5).
pub(crate) const KEYS: Table<'_> = table![required("keys", ARRAY)];

/// The members of the user's claims that are read (OpenID Connect Core section 5.3.2).
pub(crate) const USER_INFO: Table<'_> = table![required("sub", TEXT)];

/// The claims of an id_token that are moments (OpenID Connect Core section 2).
#[cfg(feature = "schema")]
pub(crate) const CLAIMS: Table<'_> = table![
    optional("exp", member::CLAIM),
    optional("iat", member::CLAIM),
    optional("nbf", member::CLAIM),
    optional("auth_time", member::CLAIM),
];

/// The only member of the object that JavaScript puts around the JSON text of a lifetime to have it read.
#[cfg(feature = "schema")]
pub(crate) const LIFETIME: Table<'_> = table![optional("text", SECONDS)];

/// The members of a refusal: those of OAuth (RFC 6749 section 5.2), and those of the gateway, which begin
/// with capitals (EIAM: section 5).
pub(crate) const REFUSAL: Table<'_> = table![
    optional("error", TEXT),
    optional("error_description", TEXT),
    optional("error_uri", TEXT),
    optional("request_id", TEXT),
    optional("RequestId", TEXT),
    optional("Code", TEXT),
    optional("Message", TEXT),
];

/// How many slots every kind of answer gets along with: its members, and those of a refusal.
pub(crate) const SLOTS: usize = 20;

/// Reads an answer, and notes its members in the slots, in the order of `members`. If a success is refused
/// because one member is wrong, the slots still have the others, so that a new refresh token is not lost.
///
/// An answer is judged by its structure and not by its content type, which servers often get wrong. An answer
/// with a successful status that lacks required members and has an error counts as that error.
///
/// `names` is room for the names in the text, at least [`names_in`](super::json::names_in) of them; `sink`
/// takes the words of a failure.
///
/// # Errors
/// A refusal by OAuth or by the gateway, an error status without a readable reason, or the first thing in a
/// successful answer that breaks the protocol.
pub(crate) fn read(
    text: &[u8],
    status: u16,
    members: Table<'_>,
    asked: &Asked,
    names: &mut [Name],
    slots: &mut [Slot; SLOTS],
    sink: &mut impl Sink,
) -> Result<(), Failure> {
    slots.fill([0; 4]);
    let is_success = (200..300).contains(&status);
    let mut scan = Scan::new(text, names);
    let all = [members.text(), REFUSAL.text()].concat();
    let mut wanted = Wanted { members: Table::new(&all), slots };
    let scanned = scan.object(&mut wanted);
    let (fields, refusal) = slots.split_at_mut_checked(members.count()).unwrap_or_default();
    if scanned.is_none() || !is_success {
        fields.fill([0; 4]);
    }
    if scanned.is_none() {
        return Err(if is_success { scan.failure("", sink) } else { HTTP });
    }
    let mut wrong = None;
    for ((letter, name), slot) in members.zip(fields) {
        if let Err(reason) = judge(text, letter, slot, asked, sink) {
            *slot = [0; 4];
            wrong = wrong.or(Some((name, reason)));
        }
    }
    if wrong.is_none() && is_success && members.count() > 0 {
        return Ok(());
    }
    if let Some(kind) = refused(text, refusal, sink) {
        return Err(Failure { kind, reason: Reason::None });
    }
    match wrong {
        _ if !is_success => Err(HTTP),
        Some((name, reason)) => Err(Failure::about(sink, Malformed, b"$.", name, reason)),
        None => Ok(()),
    }
}

/// The failure of an answer that has no readable reason.
const HTTP: Failure = Failure { kind: Http, reason: Reason::None };

/// The kind of refusal that the object is, by its `error` or `Code`, whose words it then writes; `None` if it
/// has neither.
fn refused(text: &[u8], slots: &[Slot], sink: &mut impl Sink) -> Option<FailureKind> {
    // A member that is no string counts as empty.
    let word = |index: usize| match slots.get(index) {
        Some(slot @ [.., first]) if *first == u32::from(b'"') => content(text, slot),
        _ => &[],
    };
    let (kind, words) = if !word(ERROR).is_empty() {
        (OAuth, [ERROR, 1, 2, REQUEST_ID, OTHER_ID])
    } else if !word(CODE).is_empty() {
        (Gateway, [CODE, 6, NONE, OTHER_ID, REQUEST_ID])
    } else {
        return None;
    };
    refuse(words.map(|index| Unescaped::of_json(word(index))), sink);
    Some(kind)
}

// Places in `REFUSAL`; the last is behind its end, and stands for no member.
const ERROR: usize = 0;
const REQUEST_ID: usize = 3;
const OTHER_ID: usize = 4;
const CODE: usize = 5;
const NONE: usize = 7;

/// Writes the words of a refusal, with U+0000 between them: its code, its description, the URL of a page about
/// it, and the request's id. If the fourth of `words`, the id, is empty, the fifth is written in its place.
#[inline(never)]
pub(crate) fn refuse(words: [Unescaped<'_>; 5], sink: &mut impl Sink) {
    let [code, description, page, id, other_id] = words;
    write_printable(code, sink);
    sink.push(0);
    write_printable(description, sink);
    sink.push(0);
    // The URL is written whole or not at all, because a part of it would lead elsewhere.
    let start = sink.length();
    page.for_each(|octet| sink.push(octet));
    let url = sink.since(start);
    let characters = url.iter().filter(|octet| **octet & 0xc0 != 0x80).count();
    if characters > LONGEST_WORD || Safety::of(url).is_none() {
        sink.cut(start);
    }
    sink.push(0);
    write_printable(if id.is_empty() { other_id } else { id }, sink);
}

/// The most characters of a refusal's word, and of the URL of its page.
const LONGEST_WORD: usize = 1024;

/// Writes a server's text so that it is fit for a message or a log: it replaces control characters, and cuts
/// the text to [`LONGEST_WORD`].
fn write_printable(text: Unescaped<'_>, sink: &mut impl Sink) {
    let (mut left, mut before) = (LONGEST_WORD, 0);
    for octet in text {
        // Only the first octet of a character counts it.
        if octet & 0xc0 != 0x80 {
            if left == 0 {
                return;
            }
            left -= 1;
        }
        match octet {
            0..0x20 | 0x7f => sink.extend(REPLACEMENT),
            // U+0080 to U+009F.
            0x80..0xa0 if before == 0xc2 => {
                sink.cut(sink.length() - 1);
                sink.extend(REPLACEMENT);
            }
            _ => sink.push(octet),
        }
        before = octet;
    }
}

/// U+FFFD, which stands for a character that must not be shown.
const REPLACEMENT: &[u8] = "\u{fffd}".as_bytes();

/// When the lifetime of an answer that was received at `now` ends, in Unix seconds by the client's clock, and
/// by how many seconds the server's clock is ahead of that; `None` for what is not known. `server_time` is the
/// moment of the answer by the server's clock, and counts only if the two members do not tell it.
pub(crate) fn lifetimes(
    expires_in: &Slot,
    expires_at: &Slot,
    now: i64,
    server_time: Option<i64>,
) -> (Option<i64>, Option<i64>) {
    let (expires_in, expires_at) = (slot::seconds(expires_in), slot::seconds(expires_at));
    let server_time = match (expires_at, expires_in) {
        (Some(end), Some(lifetime)) => Some(end.saturating_sub(lifetime)),
        _ => server_time,
    };
    let deadline = expires_in.map(|lifetime| now.saturating_add(lifetime)).or(expires_at);
    (deadline, server_time.map(|time| time.saturating_sub(now)))
}
