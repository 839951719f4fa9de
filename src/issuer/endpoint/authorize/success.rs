//! The response to a client that gets what it requested: a code, or tokens in the implicit flow.

use crate::issuer::check::audience;
use crate::issuer::check::authorization_details;
use crate::issuer::check::custom_claims::{self, About, Told};
use crate::issuer::check::request_uri;
use crate::issuer::check::response_type::ResponseType;
use crate::issuer::check::session::{self, CurrentSession};
use crate::issuer::config::{Application, ClaimPlace};
use crate::issuer::directory::Directory;
use crate::issuer::endpoint::authorize::response::{self, Destination};
use crate::issuer::endpoint::token::access::{self, Made};
use crate::issuer::endpoint::token::id_token::{self, IdToken};
use crate::issuer::pages::Pages;
use crate::issuer::sealed::access_token::AccessToken;
use crate::issuer::sealed::authorization_request::AuthorizationRequest;
use crate::issuer::sealed::code::Code;
use crate::issuer::sealed::user_grant::UserGrant;
use crate::issuer::state::epochs::Epoch;
use crate::issuer::state::store::Store;
use crate::issuer::vault::Vault;
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::language::Language;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::reply::Reply;
use crate::seconds;

/// A request to which its user has agreed, or need not agree.
pub(crate) struct Approved<'a> {
    pub(crate) application: &'a Application,
    pub(crate) request: &'a AuthorizationRequest,
    pub(crate) language: Language,
    /// The login session of the user.
    pub(crate) session: &'a CurrentSession,
    /// The present epoch.
    pub(crate) epoch: Epoch,
}

/// The claims that the configuration and the host add to the access token and the id_token of the implicit
/// flow.
pub(crate) fn told(
    directory: &Directory,
    exchange: &Exchange<'_>,
    application: &Application,
    request: &AuthorizationRequest,
    subject: &str,
) -> Result<(Told, Told), Refusal> {
    let ResponseType::Implicit { token, id_token } = request.response_type else {
        return Ok((Told::default(), Told::default()));
    };
    let config = directory.config();
    let audience = audience::all(config, &request.resources, &request.scope);
    let about = About {
        place: ClaimPlace::IdToken,
        authority: exchange.authority,
        application,
        user: Some(directory.enabled_user(subject).ok_or(Refusal::LoginRequired)?),
        scope: &request.scope,
        audience: &audience,
    };
    let of_access_token = match token {
        true => audience::kind(config, application, (exchange.authority, true), &audience)
            .and_then(|kind| access::told(config, exchange.asked, kind, &about)),
        false => Ok(Told::default()),
    };
    let of_id_token = match id_token {
        true => custom_claims::told(config, exchange.asked, &about),
        false => Ok(Told::default()),
    };
    custom_claims::both(of_access_token, of_id_token)
}

/// Sends the client what it requested.
pub(crate) fn send(
    directory: &Directory,
    vault: &mut Vault,
    store: &mut Store,
    pages: &Pages,
    exchange: &Exchange<'_>,
    approved: &Approved<'_>,
) -> Result<Reply, Refusal> {
    let Approved { application, request, language, session: current, epoch } = *approved;
    let (of_access_token, of_id_token) =
        told(directory, exchange, application, request, &current.session.subject)?;
    request_uri::spend(vault, store, &application.application_id, request, exchange.now)?;
    let user_grant = UserGrant {
        authority: exchange.authority,
        client: application.application_id.clone(),
        subject: current.session.subject.clone(),
        scope: request.scope.clone(),
        resources: request.resources.clone(),
        details: request.details.clone(),
        auth_time: current.session.auth_time,
        context: current.session.context.clone(),
        grant: vault.random.id(),
        session: Some(current.id),
        claims: request.claims.clone(),
        epoch,
    };
    let destination = Destination {
        authority: exchange.authority,
        client: &application.application_id,
        redirect_uri: &request.redirect_uri,
        state: request.state.as_deref(),
        mode: request.mode,
        language,
        now: exchange.now,
    };
    match request.response_type {
        ResponseType::Code => {
            let code = code(vault, exchange.now, application, request, user_grant);
            let pairs = [("code", &*code)];
            response::send(directory, &vault.keys, pages, &destination, &pairs, Vec::new())
        }
        ResponseType::Implicit { token, id_token } => {
            let config = directory.config();
            let (lifetime, text, details);
            let mut pairs: Vec<(&str, &str)> = Vec::new();
            let access_token = if token {
                let audience = audience::all(config, &user_grant.resources, &user_grant.scope);
                let whose = (exchange.authority, true);
                let kind = audience::kind(config, application, whose, &audience)?;
                let until = seconds::deadline(exchange.now, kind.lifetime);
                let times = (exchange.now, until);
                // It is the only token of its grant, which needs no record.
                let token = AccessToken {
                    audience,
                    details: user_grant.details.clone(),
                    ..access::of_user(config, application, &user_grant, &user_grant.scope, times)
                };
                // RFC 6749 section 4.2.2.
                pairs.push(("token_type", "Bearer"));
                lifetime = kind.lifetime.to_string();
                pairs.push(("expires_in", &lifetime));
                pairs.push(("scope", &request.scope));
                if !request.details.is_empty() {
                    details = authorization_details::to_json(&request.details);
                    pairs.push((authorization_details::NAME, &details));
                }
                Some(access::make(config, vault, application, &token, kind, &of_access_token)?)
            } else {
                None
            };
            let id_token = if id_token {
                let user =
                    directory.enabled_user(&user_grant.subject).ok_or(Refusal::LoginRequired)?;
                let token = IdToken {
                    user,
                    user_grant: &user_grant,
                    scope: &request.scope,
                    nonce: request.nonce.as_deref(),
                    told: &of_id_token,
                    access_token: access_token.as_ref(),
                };
                session::join(config, store, application, &user_grant, exchange.now);
                Some(id_token::id_token(config, vault, exchange.now, application, &token)?)
            } else {
                None
            };
            let mut unsigned = Vec::new();
            match access_token {
                Some(Made::Opaque(token)) => {
                    text = token;
                    pairs.insert(0, ("access_token", &text));
                }
                Some(Made::Jwt(token)) => unsigned.push(("access_token", token)),
                None => {}
            }
            unsigned.extend(id_token.map(|token| ("id_token", token)));
            response::send(directory, &vault.keys, pages, &destination, &pairs, unsigned)
        }
    }
}

/// Makes a code. The store has no record of the grant until the code is used.
fn code(
    vault: &mut Vault,
    now: i64,
    application: &Application,
    request: &AuthorizationRequest,
    user_grant: UserGrant,
) -> String {
    vault.seal(&Code {
        user_grant,
        redirect_uri: request.redirect_uri.clone(),
        nonce: request.nonce.clone(),
        challenge: request.challenge.clone(),
        dpop_jkt: request.dpop_jkt.clone(),
        expires: seconds::deadline(now, application.lifetimes.code),
    })
}
