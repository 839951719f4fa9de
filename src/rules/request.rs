//! How requests are made. Each kind of request has a plan, which is a [`Table`], and [`write()`] follows all of
//! them.
//!
//! The first name of a plan is that of the endpoint in the server's metadata, and its letter says how the
//! parameters get there. The other names are parameters in their order, and their letters say what a parameter
//! needs. If its value is always the same, it follows the name after `=`.

use super::base64url;
use super::failure::{Failure, Kind};
use super::form::{encode, pair};
use super::reason::Reason;
use super::sink::Sink;
use super::split::split_once;
use super::table::{Table, Written, table};

/// The parameters are posted as a form, and the client authenticates.
pub(crate) const FORM: u8 = b'F';
/// The parameters are in the query of a page's URL, which a browser opens.
pub(crate) const PAGE: u8 = b'P';
/// The only parameter is a token, which is sent in the field `Authorization`.
const BEARER: u8 = b'B';
/// There are no parameters.
const NOTHING: u8 = b'N';

/// A parameter that always has the value behind its name.
pub(crate) const FIXED: u8 = b'=';
/// The parameter whose value is the client's id.
pub(crate) const CLIENT: u8 = b'#';
/// A parameter that has to be there.
pub(crate) const REQUIRED: u8 = b'!';
/// A parameter that may be missing.
const OPTIONAL: u8 = b'?';
/// A parameter that may be missing, and may then be given as an additional one.
const OPEN: u8 = b'~';

/// The only parameter that a request may have several times (RFC 8707 section 2).
const RESOURCE: &[u8] = b"resource";

/// How a client authenticates (RFC 6749 section 2.3).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    /// A public client, which only says its id.
    None,
    /// `client_secret_basic`, with id and secret form-encoded.
    Basic,
    /// `client_secret_basic` without that encoding, for servers that do not decode.
    BasicUnencoded,
    /// `client_secret_post`, with id and secret in the form.
    Post,
}

/// The client that makes a request.
#[derive(Clone, Copy)]
pub(crate) struct Identity<'a> {
    /// The client's id.
    pub(crate) client_id: &'a [u8],
    /// How the client authenticates.
    pub(crate) method: Method,
    /// The client's secret; empty for a public client.
    pub(crate) secret: &'a [u8],
    /// Whether the server is an EIAM server whose pages are not known.
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

/// An authorization request that the client pushes (RFC 9126 section 2.1). Its parameters are those of
/// [`AUTHORIZATION`], which are additional ones here.
pub(crate) const PUSHED: Table<'_> = table![(FORM, "pushed_authorization_request_endpoint")];

/// The page at which a pushed request goes on (RFC 9126 section 4).
pub(crate) const PUSHED_PAGE: Table<'_> = table![
    (PAGE, "authorization_endpoint"),
    (CLIENT, "client_id"),
    (OPTIONAL, "request"),
    (OPTIONAL, "request_uri"),
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

/// A token in exchange for another one (RFC 8693 section 2.1).
pub(crate) const TOKEN_EXCHANGE: Table<'_> = table![
    TOKEN,
    (FIXED, "grant_type=urn:ietf:params:oauth:grant-type:token-exchange"),
    (REQUIRED, "subject_token"),
    (REQUIRED, "subject_token_type"),
    (OPTIONAL, "actor_token"),
    (OPTIONAL, "actor_token_type"),
    (OPTIONAL, "requested_token_type"),
    SCOPE,
];

/// Tokens for an assertion that somebody has signed (RFC 7523 section 2.1).
pub(crate) const JWT_BEARER: Table<'_> = table![
    TOKEN,
    (FIXED, "grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer"),
    (REQUIRED, "assertion"),
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

/// The names of the parameters whose values the caller passes, in the order in which [`write()`] takes them.
pub(crate) fn values(plan: Table<'_>) -> impl Iterator<Item = &[u8]> {
    let parameters = plan.skip(1).filter(|(letter, _)| !matches!(*letter, FIXED | CLIENT));
    parameters.map(|(_, name)| name)
}

/// The parameters that identify the client, and therefore cannot be additional ones.
const CLIENT_PARAMETERS: Table<'_> = table![
    (FIXED, "client_id"),
    (FIXED, "client_secret"),
    (FIXED, "client_assertion"),
    (FIXED, "client_assertion_type"),
];

/// Follows a plan. It writes the URL with its query for a page, or the form for any other request (empty if it
/// has none), then U+0000 and the value of the field `Authorization` (empty if it has none).
///
/// `url` is that of the endpoint, empty if the server has none. `values` are those of the parameters that the function
/// [`values`] names, empty for one that is missing, and behind them the names and values of additional parameters. `scratch` takes the
/// credentials that are encoded on the way; the caller wipes it.
///
/// # Errors
/// Fails if the server does not have the endpoint, if a required parameter is missing, for an additional
/// parameter that the request has already, and for a token that no header field can carry.
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
        // EIAM's pages, and the keys of an instance's authorization server, are at the portal's host.
        let reason = match identity.lacks_portal && matches!(carrier, PAGE | NOTHING) {
            true => Reason::PortalIsMissing,
            false => Reason::None,
        };
        return Err(Failure::about(sink, Kind::NotSupported, endpoint, b"", reason));
    }
    // Where the parameters begin that are compared with additional ones.
    let mut start = 0;
    if carrier == PAGE {
        // The page's URL may have a query of its own (RFC 6749 section 3.1).
        let (url, _) = split_once(url, b'#');
        let (page, query) = split_once(url, b'?');
        sink.extend(url);
        if query.is_none() {
            sink.push(b'?');
        }
        start = page.len() + 1;
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
    write_extra(parameters, values, start, sink)?;
    match carrier {
        FORM => authenticate(identity, scratch, sink),
        BEARER => write_bearer(last, sink),
        _ => {
            sink.push(0);
            Ok(())
        }
    }
}

/// Replaces the form by nothing, and writes a token as the value of the field `Authorization` (RFC 6750 section
/// 2.1).
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

/// Writes additional parameters, such as EIAM's `exclusive_tag`, from their names and values in turn. The parameters
/// before them begin at the place `begin`.
fn write_extra<'a>(
    parameters: Table<'_>,
    mut extra: impl Iterator<Item = &'a [u8]>,
    begin: usize,
    sink: &mut impl Sink,
) -> Result<(), Failure> {
    while let (Some(name), Some(value)) = (extra.next(), extra.next()) {
        let start = sink.length() - begin;
        pair(name, value, sink);
        if name != RESOURCE && (is_own(parameters, name) || is_twice(sink.since(begin), start)) {
            let (about, reason) = (b"extra\0", Reason::IsInTheRequest);
            return Err(Failure::about(sink, Kind::Argument, about, name, reason));
        }
    }
    Ok(())
}

/// Whether a parameter belongs to the request itself, even if it is missing there, or identifies the client.
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

/// Adds to a form the parameters that authenticate the client (RFC 6749 section 2.3), then U+0000 and the value
/// of the field `Authorization`.
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
