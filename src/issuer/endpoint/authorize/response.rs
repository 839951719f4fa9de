//! Sending the response to an authorization request in its response mode.

use crate::form;
use crate::http::HttpResponse;
use crate::issuer::check::response_mode::ResponseMode;
use crate::issuer::directory::Directory;
use crate::issuer::jose::key_set::KeySet;
use crate::issuer::jose::sign::Unsigned;
use crate::issuer::pages::Pages;
use crate::issuer::sealed::authorization_request::AuthorizationRequest;
use crate::issuer::sealed::transaction::Transaction;
use crate::issuer::wire::authority::Authority;
use crate::issuer::wire::decision::Note;
use crate::issuer::wire::language::Language;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::remedy;
use crate::issuer::wire::reply::{MARK, Reply};
use crate::issuer::wire::response;
use crate::json::ObjectWriter;

/// Where the response goes. The client and the redirect URI have been checked.
pub(crate) struct Destination<'a> {
    pub(crate) authority: Authority,
    pub(crate) client: &'a str,
    pub(crate) redirect_uri: &'a str,
    pub(crate) state: Option<&'a str>,
    pub(crate) mode: ResponseMode,
    pub(crate) language: Language,
    pub(crate) now: i64,
}

impl<'a> Destination<'a> {
    /// Where the response to a request goes that waited in a page.
    pub(crate) fn of(
        transaction: &'a Transaction,
        request: &'a AuthorizationRequest,
        now: i64,
    ) -> Self {
        Self {
            authority: transaction.authority,
            client: transaction.client.as_deref().unwrap_or_default(),
            redirect_uri: &request.redirect_uri,
            state: request.state.as_deref(),
            mode: request.mode,
            language: transaction.language,
            now,
        }
    }
}

/// Sends a refusal to the client (RFC 6749 section 4.1.2.1).
pub(crate) fn send_refusal(
    directory: &Directory,
    keys: &KeySet,
    pages: &Pages,
    destination: &Destination<'_>,
    refusal: &Refusal,
) -> Result<Reply, Refusal> {
    let application = directory.enabled_application(destination.client);
    let remedy = remedy::of_application(directory, application, "", refusal);
    let description = remedy::description(refusal, remedy.as_ref());
    let profile = directory.config().profile;
    let pairs = [("error", refusal.code(profile)), ("error_description", &*description)];
    let reply = send(directory, keys, pages, destination, &pairs, Vec::new())?;
    Ok(Note::of(refusal, profile, remedy.as_ref(), None).on(reply))
}

/// Sends a refusal to the client, unless the host of the issuer has to be asked first: then the request is
/// made again.
pub(crate) fn refuse_unless_asked(
    directory: &Directory,
    keys: &KeySet,
    pages: &Pages,
    destination: &Destination<'_>,
    refusal: Refusal,
) -> Result<Reply, Refusal> {
    match refusal {
        Refusal::ClaimsNeeded(_) => Err(refusal),
        refusal => send_refusal(directory, keys, pages, destination, &refusal),
    }
}

/// Sends a response to the client. `tokens` are those that still have to be signed, with the names of
/// their parameters. Every response contains `iss` (RFC 9207 section 2). It is not documented whether
/// the service sends it; a client that does not know `iss` ignores it.
///
/// It fails only if the response has to be signed and there is no key.
pub(crate) fn send(
    directory: &Directory,
    keys: &KeySet,
    pages: &Pages,
    destination: &Destination<'_>,
    pairs: &[(&str, &str)],
    mut tokens: Vec<(&'static str, Unsigned)>,
) -> Result<Reply, Refusal> {
    let issuer = directory.config().issuer_url(destination.authority, destination.client);
    let mut fields = pairs.to_vec();
    fields.extend(destination.state.map(|state| ("state", state)));
    if destination.mode.is_jwt() {
        tokens = vec![("response", jwt(keys, destination, &issuer, &fields)?)];
        fields.clear();
    } else {
        fields.push(("iss", &issuer));
    }
    let (mut signed, mut unsigned) = (Vec::new(), Vec::new());
    for (name, token) in tokens {
        signed.push(name);
        unsigned.push(token);
    }
    let answer = match destination.mode {
        ResponseMode::FormPost | ResponseMode::FormPostJwt => {
            form_post(directory, pages, destination, &fields, &signed)
        }
        ResponseMode::Query | ResponseMode::QueryJwt => {
            redirect(destination, '?', &fields, &signed)
        }
        ResponseMode::Fragment | ResponseMode::FragmentJwt => {
            redirect(destination, '#', &fields, &signed)
        }
    };
    Ok(Reply::unsigned(answer, unsigned))
}

/// The parameters of the response as a JWT (JWT Secured Authorization Response Mode section 2.1).
fn jwt(
    keys: &KeySet,
    destination: &Destination<'_>,
    issuer: &str,
    fields: &[(&str, &str)],
) -> Result<Unsigned, Refusal> {
    let key = keys.signing().ok_or(Refusal::NoSigningKey)?;
    let mut claims = ObjectWriter::new();
    claims
        .string("iss", issuer)
        .string("aud", destination.client)
        .integer("exp", destination.now.saturating_add(JWT_SECONDS));
    for (name, value) in fields {
        claims.string(name, value);
    }
    Ok(Unsigned::new(key, "JWT", claims.finish()))
}

/// How long a response in a JWT is good: as long as its section 2.1 recommends at most.
pub(crate) const JWT_SECONDS: i64 = 600;

/// The response as a form that the browser posts.
fn form_post(
    directory: &Directory,
    pages: &Pages,
    destination: &Destination<'_>,
    fields: &[(&str, &str)],
    signed: &[&'static str],
) -> HttpResponse {
    let application = directory.enabled_application(destination.client);
    let name = application.map_or("", |application| application.display_name());
    pages.form_post(destination.language, destination.redirect_uri, name, fields, signed)
}

/// The response in the query or the fragment of a redirect.
fn redirect(
    destination: &Destination<'_>,
    separator: char,
    fields: &[(&str, &str)],
    signed: &[&'static str],
) -> HttpResponse {
    let mut location = destination.redirect_uri.to_owned();
    // A redirect URI may contain a query, but no fragment.
    if !location.contains(separator) {
        location.push(separator);
    }
    let mut encoder = form::Encoder::after(location);
    for (name, value) in fields {
        encoder.pair(name, value);
    }
    let mut location = encoder.finish();
    for name in signed {
        // What comes in its place has no character that would have to be encoded.
        if !location.ends_with(['?', '#', '&']) {
            location.push('&');
        }
        location.push_str(name);
        location.push('=');
        location.push_str(MARK);
    }
    response::see_other(location)
}
