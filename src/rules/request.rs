//! How requests are made: each kind is a plan, a [`Table`] of what it has, and one function follows them
//! all.
//!
//! The first name of a plan is the endpoint's in the server's metadata, and its letter says how the
//! parameters go there. The others are parameters in their order, with a value behind `=` if it is always
//! the same one.

use super::base64url;
use super::failure::{Failure, Kind};
use super::form::{encode, pair};
use super::reason::Reason;
use super::sink::Sink;
use super::split::split_once;
use super::table::{Table, Written, table};

/// The parameters go in a form that is posted and authenticates the client.
pub(crate) const FORM: u8 = b'F';
/// The parameters go in the query of a page's URL.
pub(crate) const PAGE: u8 = b'P';
/// The only parameter is a token, which goes in a header.
const BEARER: u8 = b'B';
/// There are no parameters.
const NOTHING: u8 = b'N';

/// A parameter with a value of its own.
pub(crate) const FIXED: u8 = b'=';
/// The parameter that names the client.
const CLIENT: u8 = b'#';
/// A parameter that has to be there.
pub(crate) const REQUIRED: u8 = b'!';
/// A parameter that may be missing.
const OPTIONAL: u8 = b'?';
/// A parameter that may be missing, and then be an extra one.
const OPEN: u8 = b'~';

/// The one parameter that may be there several times (RFC 8707 section 2).
const RESOURCE: &[u8] = b"resource";

/// A way to authenticate.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    None,
    Basic,
    BasicUnencoded,
    Post,
}

/// Who asks.
#[derive(Clone, Copy)]
pub(crate) struct Identity<'a> {
    pub(crate) client_id: &'a [u8],
    pub(crate) method: Method,
    pub(crate) secret: &'a [u8],
    /// Whether the server is one of EIAM's, and its pages are not known.
    pub(crate) lacks_portal: bool,
}

const TOKEN: Written = (FORM, "token_endpoint");
const SCOPE: Written = (OPTIONAL, "scope");

/// The authorization request (RFC 6749 section 4.1.1, RFC 7636, OpenID Connect Core section 3.1.2.1).
pub(crate) const AUTHORIZATION: Table<'_> = table![
    (PAGE, "authorization_endpoint"),
    (FIXED, "response_type=code"),
    (CLIENT, "client_id"),
    (REQUIRED, "redirect_uri"),
    SCOPE,
    (REQUIRED, "state"),
    (OPTIONAL, "nonce"),
    (REQUIRED, "code_challenge"),
    (REQUIRED, "code_challenge_method"),
    (OPEN, "prompt"),
    (OPEN, "login_hint"),
    (OPEN, "max_age"),
    (OPEN, "response_mode"),
    (OPEN, "ui_locales"),
    (OPEN, "acr_values"),
    (OPEN, "claims"),
    (OPEN, "display"),
];

/// Tokens for a code (RFC 6749 section 4.1.3, RFC 7636 section 4.5).
pub(crate) const AUTHORIZATION_CODE: Table<'_> = table![
    TOKEN,
    (FIXED, "grant_type=authorization_code"),
    (REQUIRED, "code"),
    (REQUIRED, "redirect_uri"),
    (REQUIRED, "code_verifier"),
];

/// Tokens for a device (RFC 8628 section 3.4).
pub(crate) const DEVICE_CODE: Table<'_> = table![
    TOKEN,
    (FIXED, "grant_type=urn:ietf:params:oauth:grant-type:device_code"),
    (REQUIRED, "device_code"),
];

/// Fresh tokens (RFC 6749 section 6).
pub(crate) const REFRESH_TOKEN: Table<'_> =
    table![TOKEN, (FIXED, "grant_type=refresh_token"), (REQUIRED, "refresh_token"), SCOPE];

/// Tokens for the client itself (RFC 6749 section 4.4.2).
pub(crate) const CLIENT_CREDENTIALS: Table<'_> =
    table![TOKEN, (FIXED, "grant_type=client_credentials"), SCOPE];

/// Tokens for a user's password (RFC 6749 section 4.3.2).
pub(crate) const PASSWORD: Table<'_> = table![
    TOKEN,
    (FIXED, "grant_type=password"),
    (REQUIRED, "username"),
    (REQUIRED, "password"),
    SCOPE,
];

/// Codes for a device and its user (RFC 8628 section 3.1).
pub(crate) const DEVICE_AUTHORIZATION: Table<'_> =
    table![(FORM, "device_authorization_endpoint"), SCOPE];

/// The user's claims (OpenID Connect Core section 5.3.1).
pub(crate) const USER_INFO: Table<'_> =
    table![(BEARER, "userinfo_endpoint"), (REQUIRED, "access_token")];

/// The end of a token (RFC 7009 section 2.1).
pub(crate) const REVOCATION: Table<'_> =
    table![(FORM, "revocation_endpoint"), (REQUIRED, "token"), (OPTIONAL, "token_type_hint")];

/// What a token is (RFC 7662 section 2.1).
pub(crate) const INTROSPECTION: Table<'_> =
    table![(FORM, "introspection_endpoint"), (REQUIRED, "token"), (OPTIONAL, "token_type_hint")];

/// The end of the user's session (OpenID Connect RP-Initiated Logout section 2).
pub(crate) const LOGOUT: Table<'_> = table![
    (PAGE, "end_session_endpoint"),
    (CLIENT, "client_id"),
    (OPTIONAL, "id_token_hint"),
    (OPTIONAL, "post_logout_redirect_uri"),
    (OPTIONAL, "state"),
];

/// The server's keys (RFC 8414 section 2).
pub(crate) const KEYS: Table<'_> = table![(NOTHING, "jwks_uri")];

/// The parameters of a plan that take a value, in the order of the values.
pub(crate) fn values(plan: Table<'_>) -> impl Iterator<Item = &[u8]> {
    let parameters = plan.skip(1).filter(|(letter, _)| !matches!(*letter, FIXED | CLIENT));
    parameters.map(|(_, name)| name)
}

/// What only the client itself may set.
const CLIENT_PARAMETERS: Table<'_> = table![
    (FIXED, "client_id"),
    (FIXED, "client_secret"),
    (FIXED, "client_assertion"),
    (FIXED, "client_assertion_type"),
];

/// Follows a plan: writes the URL with its query, or the form (empty for none), then U+0000 and the value
/// of the field `Authorization` (empty for none).
///
/// `url`: the endpoint's, empty if the server has none; `values`: those of the plan's parameters, empty
/// for one that is missing, and behind them names and values of extra ones; `scratch`: takes credentials
/// on the way.
///
/// # Errors
/// A server without this endpoint, a required parameter that is missing, an extra one that the request
/// has already, and a token that no header can carry.
pub(crate) fn write<'a>(
    plan: Table<'_>,
    url: &[u8],
    identity: &Identity<'_>,
    mut values: impl Iterator<Item = &'a [u8]>,
    scratch: &mut impl Sink,
    sink: &mut impl Sink,
) -> Result<(), Failure> {
    let mut parameters = plan;
    let (carrier, endpoint) = parameters.next().unwrap_or_default();
    if url.is_empty() {
        // At the host of the instance's pages EIAM has the pages and an authorization server's keys.
        let reason = match identity.lacks_portal && matches!(carrier, PAGE | NOTHING) {
            true => Reason::PortalIsMissing,
            false => Reason::None,
        };
        return Err(Failure::about(sink, Kind::NotSupported, endpoint, b"", reason));
    }
    if carrier == PAGE {
        // It may have a query of its own (RFC 6749 section 3.1).
        let (url, _) = split_once(url, b'#');
        sink.extend(url);
        if split_once(url, b'?').1.is_none() {
            sink.push(b'?');
        }
    }
    let mut last: &[u8] = &[];
    for (letter, name) in parameters {
        let (name, fixed) = split_once(name, b'=');
        let value = match letter {
            FIXED => fixed.unwrap_or_default(),
            CLIENT => identity.client_id,
            _ => values.next().unwrap_or_default(),
        };
        if letter == REQUIRED && value.is_empty() {
            return Err(Failure::about(sink, Kind::Argument, name, b"", Reason::Missing));
        }
        if letter == CLIENT || !value.is_empty() {
            pair(name, value, sink);
            last = value;
        }
    }
    write_extra(parameters, values, sink)?;
    match carrier {
        FORM => authenticate(identity, scratch, sink),
        BEARER => write_bearer(last, sink),
        _ => {
            sink.push(0);
            Ok(())
        }
    }
}

/// Writes no form, and a token as the value of the field `Authorization` (RFC 6750 section 2.1).
fn write_bearer(token: &[u8], sink: &mut impl Sink) -> Result<(), Failure> {
    if !token.iter().all(|octet| (0x21..0x7f).contains(octet)) {
        let (argument, reason) = (b"access_token", Reason::NotAHeaderToken);
        return Err(Failure::about(sink, Kind::Argument, argument, b"", reason));
    }
    sink.cut(0);
    sink.extend(b"\0Bearer ");
    sink.extend(token);
    Ok(())
}

/// Writes parameters beside those that the request has itself, such as EIAM's `exclusive_tag`.
fn write_extra<'a>(
    parameters: Table<'_>,
    mut extra: impl Iterator<Item = &'a [u8]>,
    sink: &mut impl Sink,
) -> Result<(), Failure> {
    while let (Some(name), Some(value)) = (extra.next(), extra.next()) {
        let start = sink.length();
        pair(name, value, sink);
        if name != RESOURCE && (is_own(parameters, name) || is_twice(sink.since(0), start)) {
            let (about, reason) = (b"extra\0", Reason::IsInTheRequest);
            return Err(Failure::about(sink, Kind::Argument, about, name, reason));
        }
    }
    Ok(())
}

/// Whether a parameter is the request's own, be it there or not, or the client's.
fn is_own(parameters: Table<'_>, name: &[u8]) -> bool {
    let mut own = CLIENT_PARAMETERS.chain(parameters);
    own.any(|(letter, known)| letter != OPEN && split_once(known, b'=').0 == name)
}

/// Whether the last pair of a form, which begins at `start`, has the name of one before it.
fn is_twice(form: &[u8], start: usize) -> bool {
    let (mut before, last) = form.split_at_checked(start).unwrap_or_default();
    let (name, _) = split_once(if let [b'&', pair @ ..] = last { pair } else { last }, b'=');
    while !before.is_empty() {
        let (pair, rest) = split_once(before, b'&');
        if split_once(pair, b'=').0 == name {
            return true;
        }
        before = rest.unwrap_or_default();
    }
    false
}

/// Adds to a form what authenticates the client (RFC 6749 section 2.3), and U+0000 and the value of the
/// field `Authorization` behind it.
fn authenticate(
    identity: &Identity<'_>,
    scratch: &mut impl Sink,
    sink: &mut impl Sink,
) -> Result<(), Failure> {
    let Identity { client_id, method, secret, .. } = *identity;
    match method {
        Method::None | Method::Post => {
            pair(b"client_id", client_id, sink);
            if method == Method::Post {
                pair(b"client_secret", secret, sink);
            }
            sink.push(0);
            return Ok(());
        }
        Method::Basic => {
            encode(client_id, scratch);
            scratch.push(b':');
            encode(secret, scratch);
        }
        Method::BasicUnencoded => {
            scratch.extend(client_id);
            scratch.push(b':');
            scratch.extend(secret);
        }
    }
    sink.extend(b"\0Basic ");
    base64url::encode_padded(scratch.since(0), sink);
    Ok(())
}
