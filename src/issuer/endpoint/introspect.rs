//! Asking about a token (RFC 7662). The service documents no such endpoint. It exists for tests and
//! for resource servers, and answers the client that owns the token and those for whom the token is.
//! Only its own client can ask about a refresh token.

use crate::http::HttpRequest;
use crate::json::ObjectWriter;

use crate::issuer::check::client::Client;
use crate::issuer::check::custom_claims::{self, About, Told};
use crate::issuer::check::{
    access_token, authorization_details, client, dpop, reach, refresh_token, scope, subject,
};
use crate::issuer::config::{Application, ClaimPlace, Config, Introspects, SubjectType, User};
use crate::issuer::directory::Directory;
use crate::issuer::endpoint::access_claims;
use crate::issuer::jose::sign::Unsigned;
use crate::issuer::sealed::access_token::AccessToken;
use crate::issuer::sealed::refresh_token::RefreshToken;
use crate::issuer::state::store::Store;
use crate::issuer::vault::Vault;
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::reply::{MARK, Reply};
use crate::issuer::wire::response;

/// Says whether a token works, and what it says.
pub(crate) fn answer(
    directory: &Directory,
    vault: &Vault,
    store: &mut Store,
    exchange: &Exchange<'_>,
) -> Result<Reply, Refusal> {
    let parameters = exchange.parameters()?;
    let client = client::authenticate_any(directory, vault, store, exchange, &parameters)?;
    // RFC 7662 section 2.1: the endpoint must be protected, so public clients cannot use it.
    client.require_secret()?;
    let token = parameters.required("token")?;
    let live = live_access_token(directory, vault, store, exchange, &client, token)
        .or_else(|| live_refresh_token(directory, vault, store, exchange, &client, token));
    let body = match live {
        Some(token) => describe(directory, vault, exchange, &token)?,
        // RFC 7662 section 2.2: the response says nothing more about tokens that do not work.
        None => "{\"active\":false}".to_owned(),
    };
    if wants_jwt(exchange.request) {
        return signed(directory, vault, exchange, &client, &body);
    }
    Ok(response::json(200, body).into())
}

/// Whether the response is to be a JWT (RFC 9701 section 4).
pub(crate) fn wants_jwt(request: &HttpRequest) -> bool {
    request.headers.values("accept").flat_map(|value| value.split(',')).any(|range| {
        let mut parts = range.split(';').map(str::trim);
        let is_it = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(MEDIA_TYPE));
        is_it && !parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

/// The response as a JWT (RFC 9701 section 5).
fn signed(
    directory: &Directory,
    vault: &Vault,
    exchange: &Exchange<'_>,
    client: &Client<'_>,
    body: &str,
) -> Result<Reply, Refusal> {
    let path = exchange.application_id();
    let mut claims = ObjectWriter::new();
    claims
        .string("iss", &directory.config().issuer_url(exchange.authority, path))
        .string("aud", client.id())
        .integer("iat", exchange.now)
        .raw("token_introspection", body);
    let key = vault.keys.signing().ok_or(Refusal::NoSigningKey)?;
    let token = Unsigned::new(key, "token-introspection+jwt", claims.finish());
    let response = response::not_stored(200, MEDIA_TYPE, MARK.to_owned());
    Ok(Reply::unsigned(response, vec![token]))
}

/// The media type of a response that is a JWT (RFC 9701 section 10.2).
const MEDIA_TYPE: &str = "application/token-introspection+jwt";

/// Whether an application may ask about tokens that others were given.
pub(crate) fn asks_about_others(config: &Config, application: &Application) -> bool {
    application.introspects != Introspects::Own
        || config.resources.iter().any(|one| one.is_run_by(&application.application_id))
}

/// Whether a client may know what an access token says (RFC 7662 section 4): it was given the token
/// itself, or the token is for a resource of its own, or for an audience that it is configured to ask
/// about. It asks at the token's issuer; of what the issuers of other applications gave it may ask at its
/// own application's as well.
fn may_ask(
    config: &Config,
    exchange: &Exchange<'_>,
    client: &Client<'_>,
    token: &AccessToken,
) -> bool {
    let path = exchange.application_id();
    let is_here = token.authority == exchange.authority
        && (path.is_empty() || path == token.client || path == client.id());
    is_here && reach::reaches(config, client.id(), &client.application.introspects, token)
}

/// What the response says about a token that works.
enum LiveToken {
    Access(AccessToken),
    Refresh(RefreshToken),
}

/// Opens an access token, if the client may ask about it and it works.
fn live_access_token(
    directory: &Directory,
    vault: &Vault,
    store: &Store,
    exchange: &Exchange<'_>,
    client: &Client<'_>,
    token: &str,
) -> Option<LiveToken> {
    let token = access_token::open(vault, exchange.verified, token)?;
    if !may_ask(directory.config(), exchange, client, &token)
        || !access_token::is_live(directory, store, &token, exchange.now)
    {
        return None;
    }
    Some(LiveToken::Access(token))
}

/// Opens a refresh token, if it is the client's and works.
fn live_refresh_token(
    directory: &Directory,
    vault: &Vault,
    store: &Store,
    exchange: &Exchange<'_>,
    client: &Client<'_>,
    token: &str,
) -> Option<LiveToken> {
    let token: RefreshToken = vault.open(token)?;
    let is_owned =
        token.user_grant.authority == exchange.authority && token.user_grant.client == client.id();
    if !is_owned {
        return None;
    }
    refresh_token::check_live(directory, store, client.application, &token, exchange.now).ok()?;
    Some(LiveToken::Refresh(token))
}

/// The members of the response (RFC 7662 section 2.2, RFC 9449 section 6.2).
fn describe(
    directory: &Directory,
    vault: &Vault,
    exchange: &Exchange<'_>,
    token: &LiveToken,
) -> Result<String, Refusal> {
    let config = directory.config();
    let client = match token {
        LiveToken::Access(token) => &token.client,
        LiveToken::Refresh(token) => &token.user_grant.client,
    };
    // A token that works has a client.
    let application = directory.enabled_application(client).ok_or(Refusal::TokenInvalid)?;
    let mut body = ObjectWriter::new();
    body.boolean("active", true);
    let user = match token {
        LiveToken::Access(token) => token.subject.as_deref(),
        LiveToken::Refresh(token) => Some(&*token.user_grant.subject),
    };
    let user = user.and_then(|id| directory.enabled_user(id));
    // A name that is the same everywhere would say what a pairwise subject keeps back.
    let named = user.filter(|_| application.subject_type == SubjectType::Public);
    let username = named.map(|user| user.username.as_str());
    let jkt = match token {
        LiveToken::Access(token) => {
            write_scope(&scope::names(&token.scope, &token.audience), &mut body);
            body.string("client_id", &token.client)
                .optional_string("username", username)
                .string("token_type", dpop::token_type(token.jkt.as_deref()))
                .integer("exp", token.expires)
                .integer("iat", token.issued)
                .string("sub", &access_claims::subject(vault, application, token));
            let issuer = token.issuer(config);
            access_claims::audience(&issuer, token, &mut body);
            body.string("iss", &issuer);
            authorization_details::write(&token.details, &mut body);
            access_claims::authentication(config, token, &mut body);
            access_claims::delegation(vault, application, token, &mut body);
            told(directory, exchange, (application, user), token)?.write(&mut body);
            &token.jkt
        }
        LiveToken::Refresh(RefreshToken { user_grant, issued, expires, jkt, .. }) => {
            write_scope(&user_grant.scope, &mut body);
            body.string("client_id", &user_grant.client)
                .optional_string("username", username)
                .integer("exp", *expires)
                .integer("iat", *issued)
                .string("sub", &subject::of(vault, application, &user_grant.subject))
                .string("iss", &config.issuer_url(user_grant.authority, &user_grant.client));
            authorization_details::write(&user_grant.details, &mut body);
            jkt
        }
    };
    if let Some(jkt) = jkt {
        body.raw("cnf", &dpop::confirmation(jkt));
    }
    Ok(body.finish())
}

/// The claims that the configuration and the host add, as in a token that is a JWT. They are those of now
/// for an opaque one, which does not have them itself.
fn told(
    directory: &Directory,
    exchange: &Exchange<'_>,
    (application, user): (&Application, Option<&User>),
    token: &AccessToken,
) -> Result<Told, Refusal> {
    let about = About {
        place: ClaimPlace::AccessToken,
        authority: token.authority,
        application,
        user,
        scope: &token.scope,
        audience: &token.audience,
    };
    custom_claims::told(directory.config(), exchange.asked, &about)
}

/// A token without any scope says nothing of it (RFC 6749 section 3.3).
fn write_scope(scope: &str, body: &mut ObjectWriter) {
    body.optional_string("scope", Some(scope).filter(|scope| !scope.is_empty()));
}
