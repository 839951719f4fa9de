//! How answers are judged: a JSON object on success, one of two error envelopes otherwise. Each kind of
//! answer is a [`Table`] of members, and one function reads them all.

use super::address::Safety;
use super::failure::Failure;
use super::failure::Kind::{self as FailureKind, Gateway, Http, Malformed, OAuth};
use super::json::{Name, Scan, Wanted};
pub(crate) use super::judge::Asked;
use super::judge::judge;
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

/// The members of a server's metadata (RFC 8414 section 2). What an endpoint has to be is judged where it
/// is used: a bad one refuses none of the others.
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
];

/// The members of a set of keys (RFC 7517 section 5).
pub(crate) const KEYS: Table<'_> = table![required("keys", ARRAY)];

/// The members of the user's claims that are read (OpenID Connect Core section 5.3.2).
pub(crate) const USER_INFO: Table<'_> = table![required("sub", TEXT)];

/// The member of the object that JavaScript puts around the JSON text of a lifetime.
#[cfg(feature = "schema")]
pub(crate) const LIFETIME: Table<'_> = table![optional("text", SECONDS)];

/// The members of a refusal, by OAuth and by the gateway, which writes capitals (EIAM: section 5).
pub(crate) const REFUSAL: Table<'_> = table![
    optional("error", TEXT),
    optional("error_description", TEXT),
    optional("error_uri", TEXT),
    optional("request_id", TEXT),
    optional("RequestId", TEXT),
    optional("Code", TEXT),
    optional("Message", TEXT),
];

/// The slots that are enough for every kind of answer.
pub(crate) const SLOTS: usize = 24;

/// Reads an answer: notes its members in slots, in their order. Those of a success that is refused for
/// one of them have the others, so that a refresh token that was changed is not lost.
///
/// An answer is judged by its structure, not by its content type: servers get that wrong. A successful
/// status without the members that are required, but with an error, is that error.
///
/// `names`: room for the names of the text; `sink`: takes the words of a failure.
///
/// # Errors
/// What the answer is instead.
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
    let mut wanted = Wanted { members, others: REFUSAL, slots };
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

const HTTP: Failure = Failure { kind: Http, reason: Reason::None };

/// Whether the object is a refusal, which has an `error` or a `Code`.
fn refused(text: &[u8], slots: &[Slot], sink: &mut impl Sink) -> Option<FailureKind> {
    // Of what is no text, nothing.
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

// Places in the table of a refusal's members.
const ERROR: usize = 0;
const REQUEST_ID: usize = 3;
const OTHER_ID: usize = 4;
const CODE: usize = 5;
const NONE: usize = 7;

/// Writes the words of a refusal: code, description, a page, and the request's number, or if it is empty the
/// other one.
#[inline(never)]
pub(crate) fn refuse(words: [Unescaped<'_>; 5], sink: &mut impl Sink) {
    let [code, description, page, id, other_id] = words;
    write_printable(code, sink);
    sink.push(0);
    write_printable(description, sink);
    sink.push(0);
    // Whole or not at all: a part of it would lead elsewhere.
    let start = sink.length();
    page.for_each(|octet| sink.push(octet));
    let url = sink.since(start);
    if url.len() > LONGEST_WORD || Safety::of(url).is_none() {
        sink.cut(start);
    }
    sink.push(0);
    write_printable(if id.is_empty() { other_id } else { id }, sink);
}

/// The characters of a refusal's word, and the octets of its page.
const LONGEST_WORD: usize = 1024;

/// Writes a server's text fit for a message or a log: no control characters, no endless length.
fn write_printable(text: Unescaped<'_>, sink: &mut impl Sink) {
    let (mut left, mut before) = (LONGEST_WORD, 0);
    for octet in text {
        // The others are the octets of a character after its first.
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

/// U+FFFD.
const REPLACEMENT: &[u8] = "\u{fffd}".as_bytes();

/// When what was received at `now` ends by the same clock, and how far the server's clock is ahead.
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

/// Notes [`lifetimes`] in the last two slots, for the members at two places.
pub(crate) fn note_lifetimes(
    slots: &mut [Slot; SLOTS],
    places: [usize; 2],
    now: i64,
    server_time: Option<i64>,
) {
    let [expires_in, expires_at] =
        places.map(|place| slots.get(place).copied().unwrap_or_default());
    let (deadline, clock_skew) = lifetimes(&expires_in, &expires_at, now, server_time);
    let [.., first, last] = slots;
    (*first, *last) = (slot::of_seconds(deadline), slot::of_seconds(clock_skew));
}
