//! The authorization response (RFC 6749 section 4.1.2, RFC 9207).

use super::answer::refuse;
use super::failure::{Failure, Kind};
use super::form;
use super::reason::Reason;
use super::sink::Sink;
use super::split::split_once;
use super::table::{Table, Written, table};
use super::unescaped::Unescaped;
use crate::secret::constant_time_eq;

/// What a callback must agree with.
#[derive(Clone, Copy)]
pub(crate) struct Expected<'a> {
    /// `state` as it was sent.
    pub(crate) state: &'a [u8],
    /// The server's issuer; empty if it is not known.
    pub(crate) issuer: &'a [u8],
    /// Whether the server names its issuer in every callback.
    pub(crate) has_iss: bool,
}

/// The parameters that are read. A callback may have any others, which are ignored.
const PARAMETERS: Table<'_> = table![
    parameter("state"),
    parameter("iss"),
    parameter("error"),
    parameter("error_description"),
    parameter("error_uri"),
    parameter("code"),
];
/// How many of them there are.
const COUNT: usize = 6;

/// A name of the table; its letter says nothing.
const fn parameter(name: &'static str) -> Written {
    (b'?', name)
}

/// Where the decoded value of a parameter is in the sink `values`, how often the parameter occurred, and
/// whether an escape in the value was broken. Of a parameter that occurs again, it is the first value.
#[derive(Clone, Copy, Default)]
struct Found {
    start: usize,
    length: usize,
    times: u32,
    is_broken: bool,
}

/// Writes the code of a callback, which is a URL with a query or a fragment, only the query or the fragment,
/// or the body of a `form_post`. `values` takes the parameters that are decoded on the way. If the query does
/// not have the `state` of the request and the fragment has a `state`, the fragment is the response.
///
/// # Errors
/// Fails with the server's refusal; for a parameter that occurs twice, a `state` that is missing or different,
/// an `iss` that is different, or missing although the server announces it, and a response without a code.
/// `state` and `iss` are checked before anything else is believed, including the server's error (RFC 9207
/// section 2.4).
pub(crate) fn read(
    callback: &[u8],
    expected: &Expected<'_>,
    values: &mut impl Sink,
    sink: &mut impl Sink,
) -> Result<(), Failure> {
    let [query, fragment] = parts(callback, values);
    let values = |found: &Found| values.since(found.start).get(..found.length).unwrap_or_default();
    // The redirect URI may have a query of its own, even with a `state`, and a `#section` may follow the
    // response. All of the response is in one part.
    let [state, ..] = &query;
    let is_query = state.times > 0 && constant_time_eq(expected.state, values(state));
    let found = if is_query || !has_state(&fragment) { query } else { fragment };
    if let Some((index, reason)) = fault(&found, expected, values) {
        return Err(Failure::about(sink, Kind::Callback, PARAMETERS.name(index), b"", reason));
    }
    let [_, _, error, description, page, code] = found.map(|found| values(&found));
    if error.is_empty() {
        sink.extend(code);
        return Ok(());
    }
    refuse([error, description, page, b"", b""].map(Unescaped::plain), sink);
    Err(Failure { kind: Kind::OAuth, reason: Reason::None })
}

/// The `state` of a callback, by which an application finds the request that it answers; `None` if neither the
/// query nor the fragment has a `state` with `code` or `error`. If both have, it is that of the query. Nothing
/// is checked.
pub(crate) fn state<'a>(callback: &[u8], values: &'a mut impl Sink) -> Option<&'a [u8]> {
    let is_response = |found: &[Found; COUNT]| {
        let [_, _, error, _, _, code] = found;
        has_state(found) && error.times + code.times > 0
    };
    let [state, ..] = parts(callback, values).into_iter().find(is_response)?;
    values.since(state.start).get(..state.length)
}

/// Whether there is a `state`, be it empty.
fn has_state([state, ..]: &[Found; COUNT]) -> bool {
    state.times > 0
}

/// Decodes the parameters of a callback: those of its query, and those of its fragment.
fn parts(callback: &[u8], values: &mut impl Sink) -> [[Found; COUNT]; 2] {
    let (before, fragment) = split_once(callback, b'#');
    [query(before), fragment.unwrap_or_default()].map(|form| gather(form, values))
}

// Places in `PARAMETERS`.
const STATE: usize = 0;
const ISS: usize = 1;
const CODE: usize = 5;

/// The place of the first parameter that is wrong, and why it is; `None` if none is.
fn fault<'a>(
    found: &[Found; COUNT],
    expected: &Expected<'_>,
    value: impl Fn(&Found) -> &'a [u8],
) -> Option<(usize, Reason)> {
    if let Some(twice) = found.iter().position(|found| found.times > 1) {
        return Some((twice, Reason::IsThereTwice));
    }
    let [state, iss, error, _, _, code] = found;
    if state.times == 0 {
        return Some((STATE, Reason::IsMissing));
    }
    if !constant_time_eq(expected.state, value(state)) {
        return Some((STATE, Reason::BelongsToAnother));
    }
    match iss.times {
        0 if expected.has_iss => return Some((ISS, Reason::IsMissing)),
        1 if !expected.issuer.is_empty() && value(iss) != expected.issuer => {
            return Some((ISS, Reason::IsAnotherIssuer));
        }
        _ => {}
    }
    match value(code) {
        _ if !value(error).is_empty() => None,
        [] => Some((CODE, if code.times == 0 { Reason::IsMissing } else { Reason::IsEmpty })),
        _ if code.is_broken => Some((CODE, Reason::IsNotEncoded)),
        _ => None,
    }
}

/// Decodes those parameters of a form that are in [`PARAMETERS`].
fn gather(form: &[u8], values: &mut impl Sink) -> [Found; COUNT] {
    let mut found = [Found::default(); COUNT];
    let mut rest = Some(form);
    while let Some(unread) = rest {
        let (pair, following) = split_once(unread, b'&');
        rest = following;
        let (name, value) = split_once(pair, b'=');
        let start = values.length();
        form::decode(name, values);
        let name = values.since(start);
        let known = PARAMETERS.find(name, false);
        values.cut(start);
        if let Some(found) = known.and_then(|index| found.get_mut(index)) {
            found.times += 1;
            if found.times == 1 {
                found.is_broken = !form::decode(value.unwrap_or_default(), values);
                (found.start, found.length) = (start, values.length() - start);
            }
        }
    }
    found
}

/// The query of a URL or path. A text that begins with a parameter is itself a query or a form, and may have
/// `?` and `://` in its values.
fn query(text: &[u8]) -> &[u8] {
    match text.iter().find(|octet| matches!(octet, b'=' | b'&' | b'?' | b':' | b'/')) {
        Some(b'?' | b':' | b'/') => split_once(text, b'?').1.unwrap_or_default(),
        _ => text,
    }
}
