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
pub(crate) const SLOTS: usize = 18;

/// Why an answer is refused.
pub(crate) enum Fault {
    /// The text is no JSON object, or exceeds the limits of one. The scan says why and where.
    Text,
    /// The first member of a success that is wrong, by its place in the table, and why it is.
    Member(usize, Reason),
    /// The object is a refusal of this kind.
    Refusal(FailureKind),
    /// There is no readable reason.
    Unreadable,
}

/// Reads an answer, and notes its members in the slots, in the order of `members`, and behind them those of a
/// [`REFUSAL`] that are strings. If a success is refused because one member is wrong, the slots still have the others,
/// so that a new refresh token is not lost.
///
/// An answer is judged by its structure and not by its content type, which servers often get wrong. An answer
/// with a successful status that lacks required members and has an error counts as that error.
///
/// `address` says why a text is no address that may be used.
///
/// # Errors
/// A refusal by OAuth or by the gateway, an error status without a readable reason, or the first thing in a
/// successful answer that breaks the protocol.
pub(crate) fn find(
    scan: &mut Scan<'_>,
    status: u16,
    members: Table<'_>,
    asked: &Asked,
    slots: &mut [Slot; SLOTS],
    address: impl Fn(Unescaped<'_>) -> Option<Reason>,
) -> Result<(), Fault> {
    slots.fill([0; 4]);
    let is_success = (200..300).contains(&status);
    let scanned = scan.object(&mut Wanted { members, others: REFUSAL, slots });
    let (fields, refusal) = slots.split_at_mut_checked(members.count()).unwrap_or_default();
    if scanned.is_none() || !is_success {
        fields.fill([0; 4]);
    }
    if scanned.is_none() {
        return Err(if is_success { Fault::Text } else { Fault::Unreadable });
    }
    let mut wrong = None;
    for (index, ((letter, _), slot)) in members.zip(fields).enumerate() {
        if let Err(reason) = judge(scan.text, letter, slot, asked, &address) {
            *slot = [0; 4];
            wrong = wrong.or(Some((index, reason)));
        }
    }
    if wrong.is_none() && is_success && members.count() > 0 {
        return Ok(());
    }
    let mut has = |index: usize| match refusal.get_mut(index) {
        Some([from, to, _, first]) if *first == u32::from(b'"') => from != to,
        // A member that is no string counts as missing.
        Some(slot) => {
            *slot = [0; 4];
            false
        }
        None => false,
    };
    let found: [bool; REFUSALS] = core::array::from_fn(&mut has);
    if found[ERROR] {
        return Err(Fault::Refusal(OAuth));
    }
    if found[CODE] {
        return Err(Fault::Refusal(Gateway));
    }
    match wrong {
        _ if !is_success => Err(Fault::Unreadable),
        Some((index, reason)) => Err(Fault::Member(index, reason)),
        None => Ok(()),
    }
}

/// Does what [`find`] does, and writes the words of a failure to `sink`.
///
/// `names` is room for the names in the text, at least [`names_in`](super::json::names_in) of them.
///
/// # Errors
/// Those of [`find`].
pub(crate) fn read(
    text: &[u8],
    status: u16,
    members: Table<'_>,
    asked: &Asked,
    names: &mut [Name],
    slots: &mut [Slot; SLOTS],
    sink: &mut impl Sink,
) -> Result<(), Failure> {
    let mut scan = Scan::new(text, names);
    let address = |url: Unescaped<'_>| asked.least.fault(&url.collect::<Vec<u8>>());
    let fault = match find(&mut scan, status, members, asked, slots, address) {
        Ok(()) => return Ok(()),
        Err(fault) => fault,
    };
    Err(match fault {
        Fault::Text => scan.failure("", sink),
        Fault::Member(index, reason) => {
            Failure::about(sink, Malformed, b"$.", members.name(index), reason)
        }
        Fault::Refusal(kind) => {
            write_refusal(text, kind, slots.get(members.count()..).unwrap_or_default(), sink);
            Failure { kind, reason: Reason::None }
        }
        Fault::Unreadable => Failure { kind: Http, reason: Reason::None },
    })
}

/// Writes the words of a refusal that [`find`] has found.
fn write_refusal(text: &[u8], kind: FailureKind, slots: &[Slot], sink: &mut impl Sink) {
    let words = match kind {
        OAuth => [ERROR, 1, 2, REQUEST_ID, OTHER_ID],
        _ => [CODE, 6, REFUSALS, OTHER_ID, REQUEST_ID],
    };
    let word = |index| slots.get(index).map_or(&[][..], |slot| content(text, slot));
    refuse(words.map(|index| Unescaped::of_json(word(index))), sink);
}

// Places in `REFUSAL`, and behind it their number.
const ERROR: usize = 0;
const REQUEST_ID: usize = 3;
const OTHER_ID: usize = 4;
const CODE: usize = 5;
const REFUSALS: usize = 7;

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
