//! Judges whether a member of an answer is what its table allows.

use super::address::Safety;
use super::integer;
use super::member::{
    self, ARRAY, CLAIM, DATE, ENDPOINT, FLAG, ID_TOKEN, LOOSE_SECONDS, REFRESH_TOKEN, SECONDS,
    TEXT, TOKEN, TOKEN_TYPE,
};
use super::reason::Reason;
use super::sink::Sink;
use super::slot::{ESCAPED, FOUND, HALF, KEPT, ODD, Slot, UNREAD, content};
use super::unescaped::Unescaped;

/// What was asked for, on which the judgement of an answer depends.
#[derive(Clone, Copy, Default)]
pub(crate) struct Asked {
    /// How safe the addresses in the answer have to be at least.
    pub(crate) least: Safety,
    /// Whether an id_token has to come: `openid` or a `nonce` was sent (OpenID Connect Core section
    /// 3.1.3.3).
    pub(crate) id_token: bool,
    /// Whether it is the answer to a refresh, after which a refresh token or an id_token that does not come
    /// stays as it was (RFC 6749 section 6, OpenID Connect Core section 12.2).
    pub(crate) refresh: bool,
    /// Whether the client can prove that it has the key to which a token is bound (RFC 9449).
    pub(crate) proof: bool,
}

/// Judges what a slot found of a member with this letter, and leaves in the slot what JavaScript and native
/// code read there: see [`Slot`].
///
/// # Errors
/// The reason why the whole answer is refused for this member.
#[inline(never)]
pub(crate) fn judge(
    text: &[u8],
    letter: u8,
    slot: &mut Slot,
    asked: &Asked,
    sink: &mut impl Sink,
) -> Result<(), Reason> {
    let (kind, is_required) = member::kind(letter);
    let found = *slot;
    let [low, high, marks, first] = slot;
    let first = core::mem::take(first) as u8;
    let is_loose = matches!(kind, REFRESH_TOKEN | ID_TOKEN) && asked.refresh;
    let judged = match (kind, first) {
        (_, 0 | b'n') => Err(Reason::Missing),
        // RFC 7519 section 2: a claim is a number. Members of answers are often written as texts.
        (CLAIM, b'"') => Err(Reason::NotANumber),
        (SECONDS | DATE | LOOSE_SECONDS | CLAIM, _) => {
            integer::of_slot(text, &found, matches!(kind, DATE | CLAIM)).map(|seconds| {
                (*low, *high, *marks) = (seconds as u32, (seconds >> 32) as u32, FOUND);
            })
        }
        (FLAG, b't' | b'f') => {
            (*low, *high) = (u32::from(first == b't'), 0);
            Ok(())
        }
        (ARRAY, b'[') => Ok(()),
        (FLAG | ARRAY, _) => Err(Reason::Missing),
        _ => text_fault(text, letter, &found, asked, sink).map_or(Ok(()), Err),
    };
    let Err(reason) = judged else { return Ok(()) };
    let is_missing = reason == Reason::Missing;
    let is_unread =
        matches!(kind, ENDPOINT | CLAIM) || kind == LOOSE_SECONDS && reason == Reason::NotANumber;
    (*low, *high, *marks) = match is_missing {
        true => (0, 0, if is_loose { KEPT } else { 0 }),
        false => (reason as u32, 0, UNREAD),
    };
    match is_missing {
        true if kind == ID_TOKEN && asked.id_token && !is_loose => {
            Err(Reason::NotComeThoughAskedFor)
        }
        true if !is_required => Ok(()),
        false if is_unread => Ok(()),
        _ => Err(reason),
    }
}

/// Why a member that is there is no text of its kind; `None` if it is one. It writes the text to `sink` to
/// compare it, and takes it back.
fn text_fault(
    text: &[u8],
    letter: u8,
    slot: &Slot,
    asked: &Asked,
    sink: &mut impl Sink,
) -> Option<Reason> {
    let (kind, is_required) = member::kind(letter);
    let [from, to, marks, first] = *slot;
    match first as u8 {
        b'"' => {}
        b't' | b'f' => return Some(Reason::NotAStringButBoolean),
        b'[' => return Some(Reason::NotAStringButArray),
        b'{' => return Some(Reason::NotAStringButObject),
        _ => return Some(Reason::NotAStringButNumber),
    }
    let is_token = matches!(kind, TOKEN | REFRESH_TOKEN | ID_TOKEN);
    if from == to && (is_required || is_token) {
        return Some(Reason::Empty);
    }
    if to - from > LONGEST_STRING {
        return Some(Reason::StringTooLong);
    }
    let mut octets = Unescaped::of_json(content(text, slot));
    if is_token {
        let is_printable = |octet| (0x20..0x7f).contains(&octet);
        let is_odd = marks & ODD != 0 || marks & ESCAPED != 0 && !octets.all(is_printable);
        return is_odd.then_some(Reason::NotPrintable);
    }
    if marks & HALF != 0 {
        return Some(Reason::Escape);
    }
    if kind == TEXT {
        return None;
    }
    let start = sink.length();
    octets.for_each(|octet| sink.push(octet));
    let written = sink.since(start);
    let fault = match kind {
        TOKEN_TYPE if is_usable(written, asked) => None,
        TOKEN_TYPE => Some(Reason::NotUsable),
        _ => asked.least.fault(written),
    };
    sink.cut(start);
    fault
}

/// Whether the client can use a token of this type, whose letters may be of either case (RFC 6749 section 7.1):
/// `Bearer` (RFC 6750), `Basic`, which EIAM also documents (EIAM: section 2), `N_A` for a token that is no access
/// token (RFC 8693 section 2.2.1), and `DPoP` if the client has a key to prove (RFC 9449 section 5).
fn is_usable(token_type: &[u8], asked: &Asked) -> bool {
    let known: &[u8] = if asked.proof { b"bearer basic n_a dpop" } else { b"bearer basic n_a" };
    known.split(|octet| *octet == b' ').any(|known| known.eq_ignore_ascii_case(token_type))
}

/// The most octets of a string that is read, as it is written.
const LONGEST_STRING: u32 = 1 << 16;
